// The page's thread: the address bar says what is shown (?q= the question, &cite= the open
// citation, or &article= an article from the list), and everything follows from it. So an answer
// can be linked to, and Back goes back.

import { ApiError, ask } from "./api.js";
import { cited, showAnswer, showError, showWaiting } from "./answer.js";
import { showCorpus } from "./corpus.js";
import { byId } from "./dom.js";
import * as reader from "./reader.js";

const TOUCH = matchMedia("(pointer: coarse)");
const TURNS = 5; // earlier questions that a new one may lean on
const TOLD = 20000; // characters of an earlier answer that the API takes
const answers = new Map(); // what was answered in this visit, so that Back need not ask again
let question = ""; // the one on the page
let lastAnswered = ""; // the one whose answer was on the page last: a follow-up is about it
let pending = null;

/** What the address bar says. */
function place() {
  const query = new URLSearchParams(location.search);
  return {
    question: (query.get("q") ?? "").trim(),
    cite: Number(query.get("cite")) || null,
    article: query.get("article"),
  };
}

/** Change the address; `own` marks an entry that closing the article may step back over. */
function go(changes, { replace = false, own = false } = {}) {
  const query = new URLSearchParams();
  const wanted = { q: place().question, ...changes };
  for (const [name, value] of Object.entries(wanted)) if (value) query.set(name, value);
  const search = query.toString();
  const address = location.pathname + (search && `?${search}`);
  if (replace) history.replaceState(history.state, "", address);
  else history.pushState({ own }, "", address);
}

/** Make the page show what the address says; `from` is what the reader activated, if anything. */
function follow(from = null) {
  const wanted = place();
  if (wanted.question !== question) show(wanted.question);
  openWanted(from);
}

function openWanted(from) {
  const wanted = place();
  const { answer } = answers.get(question) ?? {};
  const citation = answer && cited(answer).find(({ number }) => number === wanted.cite);
  if (citation) {
    reader.open({ id: citation.article_id, version: citation.version, citation }, from);
  } else if (wanted.article) {
    reader.open({ id: wanted.article, version: null, citation: null }, from);
  } else {
    reader.close();
  }
}

/** Show the answer to a question, from this visit's answers or by asking; "" is the front page. */
function show(text) {
  pending?.abort();
  pending = null;
  question = text;
  byId("question").value = text;
  document.title = text ? `${text} \u2013 newscite` : "newscite";
  byId("welcome").hidden = Boolean(text);
  if (!text) {
    byId("reply").hidden = true;
    return;
  }
  const known = answers.get(text);
  if (known) settle(text, known);
  else request(text);
}

function settle(text, known) {
  lastAnswered = text;
  showAnswer(known.answer, known.tookMs, openCitation);
}

/** What was asked and answered in this visit, as the API takes it, what was shown last at the end. */
function turns() {
  const others = [...answers.keys()].filter((text) => text !== lastAnswered);
  return [...others, lastAnswered]
    .filter((text) => answers.has(text))
    .slice(-TURNS)
    .map((text) => {
      const { answer } = answers.get(text);
      const told = answer.answer && Array.from(answer.answer).slice(0, TOLD).join("");
      return { question: answer.standalone_question ?? answer.question, answer: told };
    });
}

async function request(text) {
  const mine = (pending = new AbortController());
  showWaiting(text);
  const began = performance.now();
  try {
    const answer = await ask(text, turns(), mine.signal);
    if (mine.signal.aborted) return;
    const tookMs = performance.now() - began;
    answers.set(text, { answer, tookMs });
    settle(text, answers.get(text));
    if (place().cite) openWanted(null); // the address led straight to a citation
  } catch (error) {
    if (mine.signal.aborted) return;
    const shown =
      error instanceof ApiError
        ? error
        : new ApiError("The answer could not be shown", "It is not of the form this page knows.");
    showError(text, shown, () => submit(text));
  }
}

function submit(text) {
  const asked = text.trim();
  byId("hint").textContent = asked ? "" : "Type a question first.";
  if (!asked) {
    byId("question").focus();
    return;
  }
  const again = asked === question;
  answers.delete(asked);
  reader.close();
  go({ q: asked, cite: null, article: null }, { replace: again });
  if (again) question = "";
  // What was activated may be gone now (an example, "Try again"), or a phone's keyboard be in the
  // way of the answer.
  const typing = byId("ask").contains(document.activeElement) && !TOUCH.matches;
  follow();
  if (!typing) byId("reply").focus({ preventScroll: true });
}

function openCitation(number, from) {
  go({ cite: number }, { replace: reader.isOpen(), own: true });
  follow(from);
}

function openArticle(id, from) {
  go({ article: id }, { replace: reader.isOpen(), own: true });
  follow(from);
}

function closeReader() {
  reader.close();
  if (history.state?.own) history.back();
  else go({}, { replace: true });
}

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
byId("close-reader").addEventListener("click", closeReader);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && reader.isOpen()) closeReader();
});
addEventListener("popstate", () => follow());

showCorpus(openArticle);
follow();
