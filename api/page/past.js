// The questions of earlier visits. They stay in this browser, and are forgotten on request.

import { format, parse } from "./address.js";
import { byId, make } from "./dom.js";

const KEPT = "newscite-past";
const MOST = 30;
const SHOWN = 5;

/** @param {{go: Function}} acts see app.js */
export function start({ go }) {
  byId("forget").addEventListener("click", () => {
    write([]);
    show();
    byId("question").focus();
  });
  byId("past-questions").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(parse(link.search));
  });
}

/** Keep a question that was answered just now, with what it was narrowed to. */
export function remember(place, index, answer) {
  const questions = place.questions.slice(0, index + 1);
  const search = format({ ...parse(""), ...place, questions, cite: null, article: null });
  const [question] = questions.slice(-1);
  const kept = read().filter((one) => one.search !== search && one.question !== question);
  write([{ search, question, answered: answer.answerable, at: Date.now() }, ...kept].slice(0, MOST));
}

/** Show those asked last. */
export function show() {
  const kept = read().slice(0, SHOWN);
  byId("past").hidden = !kept.length;
  byId("past-questions").replaceChildren(
    ...kept.map(({ search, question }) =>
      make("li", {}, make("a", { href: `./${search}`, dir: "auto" }, question)),
    ),
  );
}

// A browser may be told to keep nothing, and then says so by throwing.
function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one?.search === "string") : [];
  } catch {
    return [];
  }
}

function write(kept) {
  try {
    if (kept.length) localStorage.setItem(KEPT, JSON.stringify(kept));
    else localStorage.removeItem(KEPT);
  } catch {
    // then there is no history
  }
}
