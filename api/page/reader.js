// The reader: a panel that opens an article at its quote, beside the page or, where there is no
// room, over it. What the address says is shown; see address.js.

import { article as fetchArticle } from "./api.js";
import { announce, byId, make } from "./dom.js";
import { showArticle } from "./reader-article.js";
import { startCopying } from "./reader-copying.js";
import { placeInWords, showPlace, startStepping } from "./reader-stepping.js";
import { trouble } from "./reader-trouble.js";

const NARROW = matchMedia("(max-width: 61.99rem)");
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const BEHIND = "body > :not(.reader, dialog, [role=status], script)";

let acts = null;
let opener = null;
let shown = null; // the key of the version that is on the page, if one is
let pending = null;
// How the next article is come to, if not at its quote from somewhere else:
let stepped = false; // from the citation before or after it
let wantsChanges = false; // by what is to show its changes
const fetched = new Map(); // versions, for as long as the reader is open

export const isOpen = () => !byId("reader").hidden;

/** @param {{close: Function, go: Function, openCitation: Function}} actions see app.js */
export function start(actions) {
  acts = actions;
  byId("close-reader").addEventListener("click", () => acts.close());
  const bar = byId("reader").querySelector(".reader-bar");
  bar.after(make("div", { id: "reader-note", hidden: true }));
  startCopying(bar, byId("reader-scroll"));
  startStepping(bar, (cite) => {
    stepped = true;
    opener = null; // focus returns to the citation that is open last
    acts.openCitation(cite, null);
  });
}

/**
 * Open an article.
 * @param {{id: string, version: number|null, diff: number|null, citation: object|null,
 *   cite?: string, among?: string[]}} place what to show and what to compare it with, the citation
 *   whose quote is to be marked, its name, and the names of all that its answer cites
 * @param {HTMLElement|null} from what was activated; focus returns to it. Null leaves focus alone.
 */
export async function open(place, from) {
  pending?.abort();
  const request = (pending = new AbortController());
  const [isStep, toChanges] = [stepped, wantsChanges];
  stepped = wantsChanges = false;
  if (from) opener = from;
  const wasOpen = isOpen();
  const focused = document.activeElement;
  const act = byId("article").contains(focused) && focused.dataset.act;
  reveal(place);
  const wasThere = shown?.startsWith(`${place.id} `) ?? false;
  if (!wasThere) waiting();
  try {
    const read = await readAll(place, request.signal);
    if (request.signal.aborted) return;
    const key = `${place.id} ${read.article.version}`;
    const again = shown === key;
    shown = key;
    const told = showArticle(byId("article"), read, place, acts);
    warn(told, read.article);
    if (isStep) announce([placeInWords(place), told?.words].filter(Boolean).join(" "));
    const control = wasThere && act ? byId("article").querySelector(`[data-act="${act}"]`) : null;
    if (toChanges) goToTop(byId("article").querySelector("[data-act=changes]"));
    else if (control) control.focus({ preventScroll: true });
    else {
      goTo(byId("article").querySelector(".body mark"), {
        smoothly: again && wasOpen,
        focus: Boolean(from) || (NARROW.matches && !wasOpen),
      });
    }
  } catch (error) {
    if (request.signal.aborted) return;
    shown = null;
    warn(null);
    byId("article").replaceChildren(...trouble(error, place, acts, () => open(place, from)));
    byId("reader-scroll").scrollTo({ top: 0, behavior: "instant" });
    if (from || act || NARROW.matches) byId("close-reader").focus();
  }
}

/** Close the panel and give focus back to what opened it. */
export function close() {
  if (!isOpen()) return;
  pending?.abort();
  const hadFocus = byId("reader").contains(document.activeElement);
  const marker = document.querySelector(".marker[aria-current]");
  byId("reader").hidden = true;
  document.documentElement.classList.remove("reading");
  markCurrent(null);
  arrange();
  const back = opener?.isConnected ? opener : marker;
  if (back || hadFocus) (back ?? byId("main")).focus();
  opener = null;
  shown = null;
  fetched.clear();
}

/** Keep the rest of the page out of reach while the article covers it. */
function arrange() {
  const covering = isOpen() && NARROW.matches;
  for (const one of document.querySelectorAll(BEHIND)) one.inert = covering;
  const reader = byId("reader");
  if (covering) {
    reader.setAttribute("role", "dialog");
    reader.setAttribute("aria-modal", "true");
  } else {
    reader.removeAttribute("role");
    reader.removeAttribute("aria-modal");
  }
}

NARROW.addEventListener("change", arrange);

function reveal(place) {
  const { citation, cite } = place;
  byId("reader").hidden = false;
  document.documentElement.classList.add("reading");
  byId("close-reader").replaceChildren(
    make("span", { class: "if-wide" }, "Close"),
    make("span", { class: "if-narrow" }, citation ? "Back to the answer" : "Back"),
  );
  showPlace(place);
  markCurrent(cite ?? null);
  arrange();
}

function markCurrent(cite) {
  for (const button of document.querySelectorAll("[data-cite]")) {
    if (button.dataset.cite === cite) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

/** A line that stays while the article is scrolled, and leads to what it tells of. */
function warn(told, article) {
  const note = byId("reader-note");
  note.hidden = !told;
  const more = make("button", { type: "button", class: "quiet" }, "See what");
  more.addEventListener("click", () => {
    if (told.before) {
      wantsChanges = true;
      acts.go({ version: article.version, diff: told.before }, { replace: true });
    } else goToTop(byId("article").querySelector(".corrections"), 0);
  });
  note.replaceChildren(...(told ? [make("p", {}, told.words), more] : []));
}

function goToTop(element, top = element.offsetTop) {
  byId("reader-scroll").scrollTo({ top, behavior: STILL.matches ? "instant" : "smooth" });
  element.focus({ preventScroll: true });
}

function waiting() {
  warn(null);
  byId("article").replaceChildren(
    make("h2", { id: "reader-title", class: "unseen" }, "The article"),
    make("p", { class: "waiting" }, "Opening the article\u2026"),
  );
}

/**
 * The version to show and, where they are wanted, the one to compare it with, the one that is
 * quoted and the current one.
 */
async function readAll({ id, version, diff, citation }, signal) {
  const article = await read(id, version, signal);
  const other = (number) =>
    !number || number === article.version ? article : read(id, number, signal);
  const isOld = citation && article.versions?.some(
    (one) => one.current && one.version !== citation.version,
  );
  const current = article.versions?.find((one) => one.current)?.version;
  const [compared, quoted, latest] = await Promise.all([
    diff && diff !== article.version ? other(diff) : null,
    isOld ? other(citation.version) : null,
    isOld ? other(current) : null,
  ]);
  return { article, compared, quoted, latest };
}

async function read(id, version, signal) {
  const key = `${version ?? ""} ${id}`;
  if (!fetched.has(key)) {
    const article = await fetchArticle(id, version, signal);
    fetched.set(key, article).set(`${article.version} ${id}`, article);
  }
  return fetched.get(key);
}

/** Bring the quote into view, a third of the way down, or go to the article's beginning. */
function goTo(mark, { smoothly, focus }) {
  const scroll = byId("reader-scroll");
  let top = 0;
  if (mark) {
    const below = mark.getBoundingClientRect().top - scroll.getBoundingClientRect().top;
    const room = Math.max(scroll.clientHeight - mark.getBoundingClientRect().height, 0);
    top = scroll.scrollTop + below - Math.min(scroll.clientHeight / 3, room / 2);
  }
  scroll.scrollTo({ top, behavior: smoothly && !STILL.matches ? "smooth" : "instant" });
  if (focus) (mark ?? scroll).focus({ preventScroll: true });
}
