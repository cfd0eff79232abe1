// What the corpus is: how much, from whom, from when, what answers from it, what came in last.

import { errorNotice } from "./answer.js";
import { corpus } from "./api.js";
import { modelsInWords } from "./colophon.js";
import { make, timeOf } from "./dom.js";
import { languageName } from "./filters.js";
import { counted } from "./text.js";

const SHOWN = 8; // sources; the others wait behind their number

/**
 * Show it in an element whenever the corpus has changed.
 * @param {HTMLElement} root
 * @param {{told?: (state: object) => Node[], again?: Function}} how what is shown of the API's
 *   CorpusState, and what is done to try again after a failure
 * @returns {Function} shows it now
 */
export function startStatus(root, { told = inFull, again } = {}) {
  const refresh = async () => {
    try {
      root.replaceChildren(...told(await corpus()));
    } catch (error) {
      root.replaceChildren(errorNotice(error, again ?? refresh));
    }
  };
  document.addEventListener("corpuschange", refresh);
  return refresh;
}

function inFull(state) {
  return [
    make("h2", { id: "status-title" }, "The corpus"),
    make("p", { class: "size" }, make("b", {}, number(state.articles)), noun(state.articles)),
    make("p", { class: "fine" }, counted(state.passages, "passage"), ...span(state)),
    ...sources(state.sources),
    facts(state),
  ];
}

const number = (value) => value.toLocaleString("en-GB");
const noun = (value) => (value === 1 ? " article" : " articles");

function span({ first, last }) {
  return first ? [", published ", timeOf(first), " to ", timeOf(last)] : [];
}

/**
 * The publishers, each with a bar as long as its part of the largest.
 * @param {object[]} found with most articles first
 * @param {(name: string) => void} [pick] what choosing one does
 */
export function sources(found, pick = null) {
  if (!found.length) return [];
  const bars = found.map(({ name, articles }, index) => {
    const bar = make("span", { class: "part" });
    bar.style.setProperty("--part", articles / found[0].articles);
    const label =
      name && pick
        ? make("button", { type: "button", dir: "auto", on: { click: () => pick(name) } }, name)
        : make("span", { dir: "auto" }, name ?? "No source named");
    const count = make("span", { class: "fine" }, number(articles));
    return make("li", { hidden: index >= SHOWN }, label, count, bar);
  });
  const named = found.filter(({ name }) => name);
  const rest = found.slice(SHOWN);
  const others = rest.reduce((sum, { articles }) => sum + articles, 0);
  return [
    make(pick ? "h2" : "h3", { class: "label" }, counted(named.length, "source")),
    make("ol", { class: "shares" }, ...bars),
    rest.length ? more(`and ${counted(others, "article")} of ${rest.length} more`, bars) : "",
  ];
}

/** What shows the sources that wait, and goes. */
function more(words, bars) {
  const button = make("button", { type: "button", class: "quiet" }, words);
  button.addEventListener("click", () => {
    const waiting = bars.filter(({ hidden }) => hidden);
    for (const bar of waiting) bar.hidden = false;
    button.remove();
    const [first] = waiting;
    first.tabIndex = -1;
    (first.querySelector("button") ?? first).focus();
  });
  return button;
}

function facts(state) {
  const { languages, last_ingest: job, last_arrival: arrival } = state;
  const spoken = languages
    .filter(({ language }) => language)
    .map(({ language, articles }) => `${number(articles)} in ${languageName(language)}`);
  const untold = languages
    .filter(({ language }) => !language)
    .map(({ articles }) => `${number(articles)} that do not say`);
  const done = job && [
    `${counted(job.added, "article")} added`,
    job.updated ? `${number(job.updated)} updated` : "",
  ];
  const rows = [
    ["Languages", [...spoken, ...untold].join(", ")],
    ["Last came in", timeOf(arrival, { withClock: true })],
    ["Last job", done?.filter(Boolean).join(", ")],
    ["In quarantine", state.quarantined === null ? null : number(state.quarantined)],
    ...modelsInWords(state.models),
    ["Language model", state.language_model ?? "none: answers are quoted, never written"],
    ["newscite", state.version],
  ];
  const shown = rows.filter(([, value]) => value);
  const pairs = shown.map(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]);
  return make("dl", {}, ...pairs.flat());
}
