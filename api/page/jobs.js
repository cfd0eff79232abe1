// Ingest jobs as they go on: what is sent, how far it is, what became of it.

import { article, call, forgetCorpus } from "./api.js";
import { announce, bringUp, factLine, make, timeOf } from "./dom.js";
import { arrival } from "./headlines.js";
import { counted, sentence } from "./text.js";
import { upload } from "./uploading.js";

const SOONEST_MS = 500;
const LATEST_MS = 5000;
const REASONS = 5; // that are shown; the quarantine has all of them
const ARRIVALS = 3; // articles of a job that are shown when it is over
const OVER = ["done", "failed", "canceled"];

/** A list of jobs in an element, newest first. */
export class JobList {
  /** @param {HTMLElement} root an ol @param {{openArticle: Function}} acts see app.js */
  constructor(root, acts) {
    this.root = root;
    this.acts = acts;
    this.ids = new Set();
    this.over = new Map(); // the cards of those that were over when they were met
  }

  /** Send files and show what becomes of them. */
  async send(files, source) {
    const card = this.add(namesOf(files));
    const stopping = new AbortController();
    card.act("Cancel", () => stopping.abort());
    try {
      const sent = (part) => card.tell(part, part < 1 ? "Sending\u2026" : "Sent. Waiting\u2026");
      const job = await upload(files, source, { sent, signal: stopping.signal });
      if (this.ids.has(job.id)) card.element.remove(); // it was met among the server's meanwhile
      else await this.followed(job, card);
    } catch (error) {
      if (error.name === "AbortError") {
        card.element.remove();
        return;
      }
      card.fail(error);
      card.act("Try again", () => {
        card.element.remove();
        this.send(files, source);
      });
    }
  }

  /** Show a job that the server has. */
  watch(job) {
    if (this.ids.has(job.id)) return;
    const card = this.add(nameOf(job));
    this.followed(job, card);
    return card;
  }

  /** Show one that was begun elsewhere on the page, and go to it. */
  watchAndShow(job) {
    this.watch(job)?.bringUp();
  }

  /** Show jobs that are over, newest first, below those that are under way. */
  recall(jobs) {
    for (const job of jobs) {
      if (this.ids.has(job.id) || this.over.has(job.id)) continue;
      const card = new Card(nameOf(job), this.acts);
      card.recall(job);
      this.over.set(job.id, card);
      this.root.append(card.element);
      this.root.hidden = false;
    }
  }

  followed(job, card) {
    this.over.get(job.id)?.element.remove(); // it was over before this page heard of it
    this.ids.add(job.id);
    return follow(job, card);
  }

  add(name) {
    const card = new Card(name, this.acts);
    this.root.prepend(card.element);
    this.root.hidden = false;
    return card;
  }
}

/** Ask after a job until it is over. */
async function follow(job, card) {
  let wait = SOONEST_MS;
  card.act("Cancel", () => cancel(job.id));
  card.show(job);
  while (!OVER.includes(job.state)) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    try {
      const before = job.seen;
      job = await call(`v1/ingest-jobs/${job.id}`);
      card.show(job);
      wait = job.seen > before ? SOONEST_MS : Math.min(wait * 1.2, LATEST_MS);
    } catch (error) {
      if (error.status === 404) return card.fail(error);
      // The server may be back at any moment, and goes on with the job then.
      card.tell(undefined, `${error.title}. Asking again\u2026`);
      wait = Math.min(wait * 2, LATEST_MS);
    }
  }
  card.end(job);
  forgetCorpus();
}

const cancel = (id) => call(`v1/ingest-jobs/${id}`, { method: "DELETE" }).catch(() => {});

class Card {
  constructor(name, pageActs) {
    this.name = name;
    this.pageActs = pageActs;
    this.bar = make("progress", { "aria-label": `How far ${name} is` });
    this.line = make("p", {});
    this.reasons = make("ul", { class: "reasons" });
    this.arrivals = make("ol", { class: "headlines arrivals", hidden: true });
    this.acts = make("p", { class: "acts" });
    const parts = [this.bar, this.line, this.arrivals, this.reasons, this.acts];
    this.head = make("h2", { dir: "auto", tabindex: "-1" }, name);
    this.element = make("li", { class: "job" }, this.head, ...parts);
  }

  bringUp() {
    this.head.focus({ preventScroll: true });
    bringUp(this.element, "nearest");
  }

  /** How far it is, from 0 to 1 or undefined where nobody knows, and in words. */
  tell(part, words) {
    if (part === undefined) this.bar.removeAttribute("value");
    else this.bar.value = part;
    if (this.line.textContent !== words) this.line.textContent = words;
  }

  act(name, run) {
    const button = make("button", { type: "button", class: "quiet", on: { click: run } }, name);
    this.acts.replaceChildren(button);
  }

  show(job) {
    const part = job.bytes_total ? job.bytes_read / job.bytes_total : undefined;
    this.tell(job.state === "queued" ? undefined : part, goingOn(job));
    this.tellReasons(job);
  }

  end(job) {
    this.close(job);
    announce(`${this.name}: ${this.line.textContent}`);
  }

  /** The same of one that was over before: nobody has to hear of it, but it says when it was. */
  recall(job) {
    this.close(job);
    this.element.classList.add("over");
    this.head.after(factLine(timeOf(job.finished_at, { withClock: true })) ?? "");
  }

  close(job) {
    this.bar.hidden = true;
    this.element.classList.toggle("failed", job.state === "failed");
    this.tell(1, outcome(job));
    this.tellReasons(job);
    const { length } = job.articles;
    this.showArrivals(job.articles);
    const acts = [
      length ? link("ask", `Ask about ${length === 1 ? "it" : "them"}`, "question") : "",
      length > ARRIVALS ? link("articles", "See the articles") : "",
    ];
    this.acts.replaceChildren(...acts.filter(Boolean));
  }

  /** The first articles that came in, each to be opened. */
  async showArrivals(ids) {
    // One that may not be shown, as under an embargo, is not there to be opened.
    const asked = ids.slice(0, ARRIVALS).map((id) => article(id).catch(() => null));
    const found = (await Promise.all(asked)).filter(Boolean);
    this.arrivals.replaceChildren(...found.map((one) => arrival(one, this.pageActs)));
    this.arrivals.hidden = !found.length;
  }

  fail(error) {
    this.bar.hidden = true;
    this.element.classList.add("failed");
    this.line.replaceChildren(make("b", {}, `${error.title}. `), sentence(error.message));
    this.acts.replaceChildren();
    announce(`${this.name}: ${this.line.textContent}`);
  }

  tellReasons({ failures, quarantined }) {
    const key = `${failures.length} ${quarantined}`;
    if (this.reasons.dataset.key === key) return;
    this.reasons.dataset.key = key;
    const shown = failures.slice(0, REASONS);
    const more = quarantined - shown.length;
    this.reasons.replaceChildren(
      ...shown.map(({ where, reason }) =>
        make("li", { dir: "auto" }, make("b", {}, where), ` ${sentence(reason)}`),
      ),
      more > 0 ? make("li", {}, `and ${counted(more, "other")}`) : "",
    );
  }
}

/** A link to a view and, where one is named, to the field in it to go on with; see app.js. */
const link = (view, words, field = null) =>
  make(
    "a",
    { class: "quiet", href: `./?view=${view}`, "data-view": view, "data-field": field },
    words,
  );

/** "harbour.md", "harbour.md and 2 others". */
function namesOf(files) {
  const [first, ...others] = files;
  return others.length ? `${first.name} and ${counted(others.length, "other")}` : first.name;
}

const nameOf = ({ files, retried }) =>
  retried === null ? namesOf(files) : `${counted(retried, "item")} of the quarantine`;

/** What a job that is not over says. */
export function goingOn(job) {
  if (job.state === "queued") return "Waiting for its turn\u2026";
  const done = counts(job).join(", ");
  const words = [
    done || (job.seen ? `${counted(job.seen, "article")} looked at` : "Reading\u2026"),
    job.items_per_second ? `${job.items_per_second.toLocaleString("en-GB")} a second` : "",
    timeLeft(job.seconds_left),
  ];
  return words.filter(Boolean).join(" \u00b7 ");
}

/** What became of a job, in sentences. */
export function outcome(job) {
  const kept = counts(job).join(", ");
  if (job.state === "failed") return sentence(`It could not be finished: ${job.error}`);
  if (job.state === "canceled") {
    return kept ? `Canceled. What came in stays: ${kept}.` : "Canceled.";
  }
  const left = job.quarantined;
  const are = left === 1 ? "is" : "are";
  const lost = left ? `${left} could not be read, and ${are} in quarantine.` : "";
  if (kept) return `${kept}. ${lost}`.trim();
  return lost || "There was no article in it.";
}

function counts({ added, updated, unchanged, withdrawn, kept_out: keptOut }) {
  const here = unchanged - keptOut;
  return [
    added ? `${counted(added, "article")} added` : "",
    updated ? `${updated} updated` : "",
    here ? `${here} here already` : "",
    withdrawn ? `${withdrawn} withdrawn` : "",
    keptOut ? `${keptOut} kept out, since withdrawn before` : "",
  ].filter(Boolean);
}

function timeLeft(seconds) {
  if (seconds === null || seconds === undefined) return "";
  if (seconds < 60) return "less than a minute left";
  return `about ${counted(Math.round(seconds / 60), "minute")} left`;
}
