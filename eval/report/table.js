// The table of questions: filtered, searched, sorted, and drawn as far as it is looked at.

const PAGE = 60;
const UNASKED = 300;
const FIELDS = ["q", "stage", "tag", "outcome", "measure", "sort", "open"];
const data = JSON.parse(document.getElementById("data").textContent);
const order = Object.keys(data.stages);

const section = document.getElementById("questions");
const form = section.querySelector("form");
const list = section.querySelector("table");
const body = list.tBodies[0];
const more = section.querySelector(".more");
const reset = form.querySelector("[type=reset]");

let state = {};
let shown = [];
let drawn = 0;

function readHash() {
  const given = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
  return Object.fromEntries(FIELDS.map((name) => [name, given.get(name) ?? ""]));
}

function writeHash() {
  const told = new URLSearchParams(FIELDS.filter((name) => state[name]).map((name) => [name, state[name]]));
  const hash = told.toString();
  // Back and forward go between links that were followed, not between letters of a search.
  if (hash || location.hash.includes("=")) history.replaceState(null, "", `#${hash || "questions"}`);
}

/** All that a search looks in, made once for each question. */
function haystack(question) {
  question.hay ??= [
    question.id, question.question, ...(question.gold ?? []), question.answer ?? "", question.error ?? "",
    ...(question.notes ?? []),
    ...(question.citations ?? []).flatMap((citation) => [citation.title, citation.article, citation.quote]),
    ...(question.evidence ?? []).flatMap((piece) => [piece.article, piece.quote]),
  ].join("\n").toLowerCase();
  return question.hay;
}

function fits(question, words) {
  const tags = question.tags ?? [data.untagged];
  const score = question.scores[data.measures.indexOf(state.measure)];
  const lost = question.stage !== undefined && question.stage !== "right";
  return (!state.stage || (state.stage === "lost" ? lost : question.stage === state.stage))
    && (!state.tag || tags.includes(state.tag))
    && (!state.outcome || question.outcome === state.outcome)
    && (!state.measure || (typeof score === "number" && score < 1))
    && words.every((word) => haystack(question).includes(word));
}

const KEYS = {
  stage: (question) => (question.stage ? order.indexOf(question.stage) : order.length),
  question: (question) => question.question.toLowerCase(),
  confidence: (question) => question.confidence ?? -1,
  ms: (question) => question.ms?.ask ?? -1,
};

function sorted(questions) {
  const [name, down] = [state.sort.replace(/^-/, ""), state.sort.startsWith("-") ? -1 : 1];
  const key = KEYS[name];
  if (!key) return questions;
  return questions
    .map((question) => [key(question), question])
    .sort(([one], [other]) => down * (one < other ? -1 : one > other ? 1 : 0))
    .map(([, question]) => question);
}

function draw() {
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  shown = sorted(data.questions.filter((question) => fits(question, words)));
  body.replaceChildren();
  drawn = 0;
  drawMore();
  const all = data.questions.length;
  form.querySelector("output").textContent = shown.length === all
    ? `${all.toLocaleString("en")} questions`
    : `${shown.length.toLocaleString("en")} of ${all.toLocaleString("en")} questions`;
  reset.hidden = !["q", "stage", "tag", "outcome", "measure"].some((name) => state[name]);
  for (const button of list.querySelectorAll("[data-sort]")) {
    const [name, down] = [button.dataset.sort, state.sort === `-${button.dataset.sort}`];
    const on = down || state.sort === name;
    if (on) button.closest("th").setAttribute("aria-sort", down ? "descending" : "ascending");
    else button.closest("th").removeAttribute("aria-sort");
  }
}

function drawMore(upTo = drawn + PAGE) {
  const next = shown.slice(drawn, upTo);
  body.append(...next.map(row));
  drawn += next.length;
  more.hidden = drawn >= shown.length;
  if (!shown.length) body.append(el("tr", {}, el("td", { colspan: 6, class: "nothing" }, "No question fits.")));
}

function row(question) {
  const stage = question.stage ? data.stages[question.stage].short : "not judged";
  const score = question.scores[data.measures.indexOf(state.measure)];
  const button = el("button", { type: "button", class: "open", "aria-expanded": "false", dir: "auto" }, question.question);
  const made = el(
    "tr", { class: "row", "data-id": question.id },
    el("td", { class: "became" }, el("span", { class: `dot ${question.stage ?? ""}`, "aria-hidden": "true" }), stage),
    el("td", { class: "question" }, button,
      el("span", { class: "tags" },
        ...(state.measure ? [el("b", {}, `${state.measure} ${score.toFixed(2)}`)] : []),
        ...(question.tags ?? []).map((tag) => el("span", { dir: "auto" }, tag)))),
    el("td", { class: "said-gold", "data-head": "gold", dir: "auto" },
      question.unanswerable ? el("i", {}, "refuse") : shortened((question.gold ?? []).join(" / "), 90) || "–"),
    el("td", { class: "said-answer", "data-head": "answer", dir: "auto" }, ...snippet(question)),
    el("td", { class: "figure", "data-head": "confidence" }, question.confidence === undefined ? "–" : question.confidence.toFixed(2)),
    el("td", { class: "figure", "data-head": "time" }, question.ms?.ask === undefined ? "–" : seconds(question.ms.ask)),
  );
  if (state.open === question.id) open(made, question);
  return made;
}

function snippet(question) {
  if (question.outcome !== "answered") return [el("i", {}, question.outcome)];
  return withGold(shortened(question.answer ?? "", 180), question.gold ?? []);
}

function open(line, question) {
  line.classList.add("opened");
  line.querySelector(".open").setAttribute("aria-expanded", "true");
  line.opened = el("tr", { class: "inside" }, el("td", { colspan: 6 }, detail(question, data)));
  if (line.isConnected) line.after(line.opened);
  else queueMicrotask(() => line.after(line.opened));
}

function close(line) {
  line.classList.remove("opened");
  line.querySelector(".open").setAttribute("aria-expanded", "false");
  line.opened.remove();
  delete line.opened;
}

function toggle(line) {
  const id = line.dataset.id;
  if (line.opened) close(line);
  else open(line, data.questions.find((question) => question.id === id));
  state.open = line.opened ? id : "";
  writeHash();
}

function settle() {
  for (const field of form.elements) if (field.name) field.value = state[field.name];
  draw();
}

function follow() {
  if (!location.hash.includes("=")) return;
  state = readHash();
  settle();
  const place = shown.findIndex((question) => question.id === state.open);
  if (place >= drawn) drawMore(place + 1);
  const line = place < 0 ? null : body.querySelector(`[data-id="${CSS.escape(state.open)}"]`);
  (line ?? section).scrollIntoView();
}

form.addEventListener("input", () => {
  for (const field of form.elements) if (field.name) state[field.name] = field.value;
  draw();
  writeHash();
});
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => {
  state = { ...state, q: "", stage: "", tag: "", outcome: "", measure: "" };
  queueMicrotask(settle);
  writeHash();
  form.elements.q.focus();
});
list.tHead.addEventListener("click", (event) => {
  const name = event.target.closest("[data-sort]")?.dataset.sort;
  if (!name) return;
  state.sort = state.sort === name ? `-${name}` : state.sort === `-${name}` ? "" : name;
  draw();
  writeHash();
});
body.addEventListener("click", (event) => {
  const line = event.target.closest("tr.row");
  if (line && !event.target.closest("a") && !String(getSelection())) toggle(line);
});
body.addEventListener("keydown", (event) => {
  const line = event.target.closest("tr.row, tr.inside");
  const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (way && event.target.matches(".open")) {
    const buttons = [...body.querySelectorAll(".open")];
    buttons[buttons.indexOf(event.target) + way]?.focus();
    event.preventDefault();
  } else if (event.key === "Escape") {
    const owner = line?.matches(".inside") ? line.previousElementSibling : line;
    if (!owner?.opened) return;
    toggle(owner);
    owner.querySelector(".open").focus();
  }
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  form.elements.q.focus();
  event.preventDefault();
});
more.querySelector("button").addEventListener("click", () => {
  const next = drawn;
  drawMore();
  body.querySelectorAll(".open")[next]?.focus();
});
// Rows come by themselves for a while; after that the foot of the page must stay in reach.
new IntersectionObserver(
  ([seen]) => seen.isIntersecting && seen.boundingClientRect.top > 0 && drawn < UNASKED && drawMore(),
  { rootMargin: "0px 0px 600px" },
).observe(more);
addEventListener("hashchange", follow);

form.hidden = list.hidden = false;
state = readHash();
settle();
follow();
