// The view that asks: a form, and the thread of questions with their answers.

import { announce, bringUp, byId } from "./dom.js";
import { filterKey, showFilters, startFilters } from "./filters.js";
import { showLatest } from "./latest.js";
import * as past from "./past.js";
import { Turn } from "./turn.js";

const TOUCH = matchMedia("(pointer: coarse)");
const turns = []; // those on the page
const known = new Map(); // what was answered in this visit, so that Back need not ask again
let acts = null;
let chain = null; // the asking that is under way
let shown = null; // the keys of the turns that are shown, or being asked for
let asked = ""; // their questions

/** @param {HTMLElement} root the view @param {object} actions see app.js */
export function start(root, actions) {
  acts = actions;
  byId("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    submit(byId("question").value);
  });
  byId("question").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    byId("ask").requestSubmit();
  });
  byId("examples").addEventListener("click", (event) => {
    const example = event.target.closest("button");
    if (example) submit(example.textContent);
  });
  startFilters(byId("ask-filters"), acts);
  past.start(acts);
  showLatest(acts);
  document.addEventListener("corpuschange", () => {
    known.clear();
    for (const turn of turns) turn.key = null; // it is asked anew when it is shown again
    shown = null;
    showLatest(acts);
  });
}

/** The citation that an address names, "2.1" the first of the second turn, if it is on the page. */
export function citation(cite) {
  const [turn, number] = cite.split(".").map(Number);
  return turns[turn - 1]?.citation(number) ?? null;
}

/** The names of all that are cited where this one is, in their order. */
export function citedWith(cite) {
  const [turn] = cite.split(".");
  return turns[turn - 1]?.cited.map(({ number }) => `${turn}.${number}`) ?? [];
}

/** Show what an address says: the front page, or its thread. */
export function show(place) {
  const { questions } = place;
  const last = questions.at(-1);
  document.title = last ? `${last} \u2013 newscite` : "newscite";
  showFilters(byId("ask-filters"), place);
  arrange(questions.length > 0);
  if (!questions.length) past.show();
  const wanted = questions.map((_, index) => keyOf(questions.slice(0, index + 1), place));
  if (wanted.join() === shown) return;
  shown = wanted.join();
  chain?.abort();
  chain = new AbortController();
  const isKept = (key, index) => turns[index]?.key === key && turns[index].answered;
  const lost = wanted.findIndex((key, index) => !isKept(key, index));
  const from = lost === -1 ? wanted.length : lost;
  // Asked anew, as when narrowed, the same questions leave the page where it is.
  const isNew = questions.join("\n") !== asked;
  asked = questions.join("\n");
  holdHeight(!isNew);
  for (const turn of turns.splice(from)) turn.remove();
  askFrom(from, place, wanted, { isNew, signal: chain.signal });
}

/** Keep the thread as high as it is, or no longer: a page that gets shorter would scroll. */
function holdHeight(held) {
  const thread = byId("thread");
  thread.style.setProperty("min-height", held ? `${thread.offsetHeight}px` : "0");
}

const keyOf = (questions, place) => JSON.stringify([questions, filterKey(place)]);

/** Ask the questions from the one at `from` on, each with the turns before it. */
async function askFrom(from, place, keys, { isNew, signal }) {
  for (let index = from; index < place.questions.length; index++) {
    const turn = new Turn(place, index, keys[index], { ...acts, again });
    turns.push(turn);
    byId("thread").append(turn.element);
    const isLast = index === place.questions.length - 1;
    if (isNew && isLast && index > 0) bringUp(turn.element);
    const had = known.get(turn.key);
    if (had) turn.settle(had);
    else await turn.ask(turns.slice(0, index), signal);
    if (signal.aborted) return;
    if (!turn.answered) return holdHeight(false);
    known.set(turn.key, turn.answered);
    if (!had) past.remember(place, index, turn.answered.answer);
    if (!had && isLast) announce(turn.inWords());
  }
  holdHeight(false);
  acts.arrived();
}

function again() {
  const place = turns.at(-1).place;
  shown = null;
  show(place);
}

function submit(text) {
  const asked = text.trim();
  byId("hint").textContent = asked ? "" : "Type a question first.";
  if (!asked) {
    byId("question").focus();
    return;
  }
  byId("ask-filters").querySelector("details").open = false;
  const before = turns.filter(({ answered }) => answered).map(({ question }) => question);
  byId("question").value = "";
  // A phone's keyboard would be in the way of the answer.
  if (TOUCH.matches) document.activeElement?.blur();
  acts.go({ questions: [...before, asked], cite: null, article: null, version: null, diff: null });
  if (!TOUCH.matches) byId("question").focus({ preventScroll: true });
}

/** The form is at the top of the front page, and below a thread. */
function arrange(inThread) {
  byId("front").hidden = inThread;
  byId("thread").hidden = !inThread;
  byId("anew").hidden = !inThread;
  const form = byId("ask");
  if (form.classList.contains("follow-up") === inThread) return;
  form.classList.toggle("follow-up", inThread);
  if (inThread) byId("thread").after(form);
  else byId("ask-filters").before(form);
  byId("question-label").textContent = inThread ? "Ask a follow-up" : "Your question";
  byId("question-label").classList.toggle("unseen", inThread);
  byId("question").placeholder = inThread ? "Ask a follow-up" : "Ask about the news";
  byId("question").value = "";
}
