// What could not be ingested: why, and trying it again or dropping it.

import { errorNotice } from "./answer.js";
import { call, forgetCorpus, request } from "./api.js";
import { confirmed } from "./dialog.js";
import { bringUp, factLine, make, timeOf } from "./dom.js";
import { counted, sentence } from "./text.js";

const PAGE = 20;
const SHOWN = 2000; // characters of an item
const NO_TEXT = /[\u0000-\u0008\ufffd]/g;

/**
 * Show it in an element, now and whenever the corpus has changed.
 * @param {HTMLElement} root
 * @param {{watchAndShow: (job: object) => void}} jobs shows what becomes of a retry
 */
export function startQuarantine(root, jobs) {
  const list = make("ol", { class: "quarantine" });
  const head = make("div", {});
  const more = make("button", { type: "button", class: "quiet" }, "Show more");
  root.append(make("h2", { id: "quarantine-title" }, "In quarantine"), head, list, more);
  let next = null;

  async function load(cursor = null) {
    try {
      const query = new URLSearchParams({ limit: PAGE, ...(cursor && { cursor }) });
      const page = await call(`v1/quarantine?${query}`);
      next = page.next_cursor;
      const items = page.items.map((item) => row(item, again));
      if (!cursor) head.replaceChildren(...about(page, again));
      if (cursor) list.append(...items);
      else list.replaceChildren(...items);
      if (cursor) items[0]?.querySelector("button").focus();
      more.hidden = !next;
    } catch (error) {
      more.hidden = true;
      list.replaceChildren();
      head.replaceChildren(errorNotice(error, () => load()));
    }
  }

  async function again(wanted) {
    try {
      jobs.watchAndShow(await call("v1/quarantine/retry", { method: "POST", json: wanted }));
    } catch (error) {
      head.replaceChildren(errorNotice(error, () => load()));
      bringUp(head, "nearest");
    }
  }

  more.addEventListener("click", () => load(next));
  document.addEventListener("corpuschange", () => load());
  return load;
}

/** How many there are, and what can be done with all of them. */
function about({ items, total }, again) {
  if (!total) {
    const none = "Nothing. What cannot be read is kept here, with the reason.";
    return [make("p", { class: "fine" }, none)];
  }
  const temporary = items.some(({ transient }) => transient);
  return [
    make("p", { class: "fine" }, `${counted(total, "item")} could not be read. What came is kept.`),
    make(
      "p",
      { class: "acts" },
      temporary ? act("Try those that may succeed", () => again({ transient: true })) : null,
      total > 1 ? act("Try all again", () => again({})) : null,
    ),
  ];
}

function row(item, again) {
  const content = make("div", { class: "came", hidden: true });
  const show = act("Show what came", () => toggle(item, content, show));
  show.setAttribute("aria-expanded", "false");
  return make(
    "li",
    {},
    make("p", { class: "place", dir: "auto" }, item.place),
    make("p", { dir: "auto" }, sentence(item.reason)),
    factLine(
      timeOf(item.at, { withClock: true }),
      item.transient ? "may succeed when it is tried again" : null,
    ),
    make(
      "p",
      { class: "acts" },
      act("Try again", () => again({ numbers: [item.id] })),
      show,
      act("Drop\u2026", () => drop(item)),
    ),
    content,
  );
}

async function toggle(item, root, button) {
  root.hidden = !root.hidden;
  if (!root.hidden) {
    try {
      const headers = { Accept: "application/octet-stream" };
      const response = await request(`v1/quarantine/${item.id}`, { headers });
      root.replaceChildren(...contentOf(new Uint8Array(await response.arrayBuffer())));
    } catch (error) {
      root.hidden = true;
      const again = ({ target }) => {
        target.parentElement.remove();
        toggle(item, root, button);
      };
      root.after(errorNotice(error, again));
    }
  }
  button.setAttribute("aria-expanded", String(!root.hidden));
  button.textContent = root.hidden ? "Show what came" : "Hide it";
}

/** The beginning of an item, if it can be read at all. */
function contentOf(bytes) {
  if (!bytes.length) return [make("p", { class: "fine" }, "Nothing was kept of it.")];
  const text = new TextDecoder().decode(bytes);
  const strange = (text.slice(0, SHOWN).match(NO_TEXT) ?? []).length;
  if (strange > 0.05 * Math.min(text.length, SHOWN)) {
    return [make("p", { class: "fine" }, `${counted(bytes.length, "byte")} that are no text.`)];
  }
  const shown = make("pre", { dir: "auto", tabindex: "0" }, text.slice(0, SHOWN));
  const more = text.length > SHOWN ? `The first ${SHOWN.toLocaleString("en-GB")} characters.` : "";
  return [shown, more && make("p", { class: "fine" }, more)].filter(Boolean);
}

const act = (name, run) =>
  make("button", { type: "button", class: "quiet", on: { click: run } }, name);

function drop(item) {
  confirmed({
    title: "Drop this for good?",
    about: item.place,
    words: "What was kept of it is deleted. To have it after all, add its file again.",
    no: "Keep it",
    yes: "Drop it",
    act: async () => {
      await call(`v1/quarantine/${item.id}`, { method: "DELETE" });
      forgetCorpus();
      return "It is gone from the quarantine.";
    },
  });
}
