// What the corpus is: how much, from whom, from when, what answers from it, what came in last.

import { errorNotice } from "./answer.js";
import { corpus } from "./api.js";
import { make, timeOf } from "./dom.js";
import { languageName } from "./filters.js";
import { counted } from "./text.js";

const SHOWN = 8; // sources; the others are told by their number

/** Show it in an element, now and whenever the corpus has changed. */
export function startStatus(root) {
  const refresh = async () => {
    try {
      root.replaceChildren(...told(await corpus()));
    } catch (error) {
      root.replaceChildren(title(), errorNotice(error, refresh));
    }
  };
  document.addEventListener("corpuschange", refresh);
  return refresh;
}

const title = () => make("h2", { id: "status-title" }, "The corpus");

function told(state) {
  return [
    title(),
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

/** The publishers, each with a bar as long as its part of the largest. */
function sources(found) {
  if (!found.length) return [];
  const most = found[0].articles;
  const rest = found.slice(SHOWN);
  const bars = found.slice(0, SHOWN).map(({ name, articles }) => {
    const bar = make("span", { class: "bar" });
    bar.style.setProperty("--part", articles / most);
    const label = make("span", { dir: "auto" }, name ?? "No source named");
    return make("li", {}, label, make("span", { class: "fine" }, number(articles)), bar);
  });
  const others = rest.reduce((sum, { articles }) => sum + articles, 0);
  return [
    make("h3", { class: "label" }, counted(found.length, "source")),
    make("ol", { class: "bars" }, ...bars),
    rest.length
      ? make("p", { class: "fine" }, `and ${counted(others, "article")} of ${rest.length} more`)
      : "",
  ];
}

function facts(state) {
  const { languages, last_arrival: arrival, last_ingest: job } = state;
  const named = languages.filter(({ language }) => language);
  const spoken = named.map(({ language, articles }) => `${languageName(language)} ${number(articles)}`);
  const rows = [
    ["Languages", spoken.join(", ")],
    ["Last came in", timeOf(arrival, { withClock: true })],
    ["Last job", job && `${counted(job.added, "article")} added, ${number(job.updated)} updated`],
    ["In quarantine", state.quarantined === null ? null : number(state.quarantined)],
    ["Models", Object.values(state.models).join(", ")],
    ["Language model", state.language_model ?? "none: answers are quoted, never written"],
    ["newscite", state.version],
  ];
  const shown = rows.filter(([, value]) => value);
  return make("dl", {}, ...shown.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
}
