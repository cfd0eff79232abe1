// The address bar is the page's only state: what it says is shown, so that everything can be
// linked to and Back goes back.
//
//   ?q=…&q=…                     a thread: its questions, oldest first
//   &after, before, as_of        days (YYYY-MM-DD, UTC), each included
//   &source, language            repeated
//   &cite=2.1 or 1               the open citation: of turn 2, or of the last
//   &article, version, diff      an open article
//   ?view=articles&find=…        the articles;  ?view=add: adding to them

const VIEWS = ["ask", "articles", "add"];
const LISTS = { questions: "q", sources: "source", languages: "language" };
const WORDS = ["view", "find", "after", "before", "as_of", "cite", "article", "version", "diff"];
const CITE = /^(?:(\d+)\.)?(\d+)$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * What an address says.
 * @param {string} search its query, "?q=…"
 */
export function parse(search) {
  const query = new URLSearchParams(search);
  const list = (name) => [...new Set(query.getAll(name).filter(Boolean))];
  const day = (name) => (DAY.test(query.get(name) ?? "") ? query.get(name) : null);
  const view = query.get("view");
  const questions = query.getAll("q").map((text) => text.trim()).filter(Boolean);
  const [, turn = questions.length, citation] = CITE.exec(query.get("cite") ?? "") ?? [];
  return {
    view: VIEWS.includes(view) ? view : "ask",
    questions,
    find: (query.get("find") ?? "").trim(),
    after: day("after"),
    before: day("before"),
    as_of: day("as_of"),
    sources: list("source"),
    languages: list("language"),
    cite: citation ? `${turn}.${citation}` : null,
    article: query.get("article"),
    version: number(query.get("version")),
    diff: number(query.get("diff")),
  };
}

/** The address of a place: its query, "" for the front page. */
export function format(place) {
  const query = new URLSearchParams();
  for (const [name, parameter] of Object.entries(LISTS)) {
    for (const value of place[name] ?? []) query.append(parameter, value);
  }
  for (const name of WORDS) {
    const value = place[name];
    if (value && !(name === "view" && value === "ask")) query.set(name, value);
  }
  const written = query.toString();
  return written && `?${written}`;
}

/** The place with no article open in it. */
export const closed = (place) => ({ ...place, cite: null, article: null, version: null, diff: null });

function number(text) {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : null;
}
