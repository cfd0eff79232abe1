// Shows what came of a question: the answer and its sources, a refusal, a wait or an error.

import { byId, factLine, make, safeUrl, timeOf } from "./dom.js";
import { citationText, confidenceWord, counted, duration } from "./text.js";

const COPIED_FOR_MS = 2000;

/**
 * Show an answer.
 * @param {object} answer the API's Answer
 * @param {number} tookMs how long the reader waited
 * @param {(number: number, opener: HTMLElement) => void} openCitation
 */
export function showAnswer(answer, tookMs, openCitation) {
  const found = new Map(cited(answer).map((citation) => [citation.number, citation]));
  const body = answer.answerable
    ? [
        ...shortAnswer(answer),
        answerText(answer, found, openCitation),
        ...notes(answer.notes),
      ]
    : refusal(answer);
  byId("answer").replaceChildren(asked(answer.question), ...understood(answer), ...body);
  byId("sources").replaceChildren(
    ...(found.size ? sources(cited(answer), sourcesLabel(answer), openCitation) : []),
    colophon(answer, tookMs),
  );
  settle();
}

/** What an answer cites: its citations or, without an answer, the nearest statement if any. */
export function cited(answer) {
  return answer.nearest ? [answer.nearest] : answer.citations;
}

export function showWaiting(question) {
  byId("answer").replaceChildren(
    asked(question),
    make("p", { class: "waiting" }, "Reading the corpus\u2026"),
  );
  byId("sources").replaceChildren();
  byId("reply").hidden = false;
  byId("answer").setAttribute("aria-busy", "true");
}

/**
 * @param {import("./api.js").ApiError} error
 * @param {() => void} again asks the same question once more
 */
export function showError(question, error, again) {
  byId("answer").replaceChildren(asked(question), errorNotice(error, again));
  byId("sources").replaceChildren();
  settle();
}

/** An error as an element, for the answer's column and the article's alike. */
export function errorNotice(error, again) {
  return make(
    "div",
    { class: "notice" },
    make("h3", {}, error.title),
    make("p", { dir: "auto" }, error.message),
    error.requestId ? make("p", { class: "fine" }, `Request ${error.requestId}`) : null,
    make("button", { type: "button", class: "quiet", on: { click: again } }, "Try again"),
  );
}

function settle() {
  byId("reply").hidden = false;
  byId("answer").removeAttribute("aria-busy");
}

function asked(question) {
  return make("h2", { class: "unseen", dir: "auto" }, question);
}

/** How a follow-up was understood, where it was. */
function understood(answer) {
  if (!answer.standalone_question) return [];
  const as = make("p", { class: "understood", dir: "auto" }, "Understood as: ");
  as.append(make("em", {}, answer.standalone_question));
  return [as];
}

/** The few words that answer, where a few do, with who says so where someone does. */
function shortAnswer({ short_answer: short, sentences }) {
  if (!short || sentences.some(({ text }) => text === short.text)) return [];
  const line = make("p", { class: "short", dir: "auto" }, short.text);
  if (short.according_to) {
    line.append(" ", make("span", { class: "who" }, short.according_to.text));
  }
  return [line];
}

function answerText(answer, found, openCitation) {
  const paragraph = make("p", { class: "text", dir: "auto" });
  if (answer.lead) paragraph.append(make("span", { class: "ours" }, `${answer.lead}.`), " ");
  for (const sentence of answer.sentences) {
    const cited = sentence.citations.map((number) => found.get(number)).filter(Boolean);
    const [start, end] = lastWordApart(sentence.text);
    const markers = cited.map((citation) => marker(citation, openCitation));
    const marks = marksIn(sentence, answer.short_answer, found);
    paragraph.append(
      ...marked(start, 0, marks),
      make(
        "span",
        { class: "together" },
        ...marked(end, Array.from(start).length, marks),
        ...markers,
      ),
      " ",
    );
  }
  return paragraph;
}

/**
 * What stands out in a sentence, in code points of its text: the glosses, which are ours, and the
 * short answer if it is in it.
 */
function marksIn(sentence, short, found) {
  const glosses = (sentence.glosses ?? []).map(({ at, text }) => ({
    from: at,
    to: at + Array.from(text).length,
    tag: "span",
    attributes: { class: "ours" },
  }));
  const marks = [...glosses];
  if (short && sentence.citations.includes(short.citation)) {
    const { start, quote } = found.get(short.citation);
    if (unglossed(sentence) !== quote) return marks; // written by a language model, not quoted
    let [from, to] = [short.start - start, short.end - start];
    for (const gloss of glosses) {
      if (gloss.from <= from) from += gloss.to - gloss.from;
      if (gloss.from < to) to += gloss.to - gloss.from;
    }
    marks.push({ from, to, tag: "strong", attributes: {} });
  }
  return marks.sort((one, other) => one.from - other.from);
}

/** A sentence without what is ours in it. */
function unglossed(sentence) {
  const points = Array.from(sentence.text);
  for (const { at, text } of [...(sentence.glosses ?? [])].reverse()) {
    points.splice(at, Array.from(text).length);
  }
  return points.join("");
}

/** A part of a sentence, which begins `ahead` code points into it, as nodes with its marks. */
function marked(text, ahead, marks) {
  const points = Array.from(text);
  const nodes = [];
  let at = 0;
  for (const { from, to, tag, attributes } of marks) {
    const begin = Math.max(from - ahead, at);
    const end = Math.min(to - ahead, points.length);
    if (end <= begin) continue;
    const inside = points.slice(begin, end).join("");
    nodes.push(points.slice(at, begin).join(""), make(tag, attributes, inside));
    at = end;
  }
  return [...nodes, points.slice(at).join("")];
}

/** Cut before the last word, which then stays on one line with the numbers that follow it. */
function lastWordApart(text) {
  const cut = text.lastIndexOf(" ") + 1;
  const tooLongForALine = text.length - cut > 20;
  return tooLongForALine ? [text, ""] : [text.slice(0, cut), text.slice(cut)];
}

function marker(citation, openCitation) {
  const label = [`Citation ${citation.number}`, citation.title, citation.source];
  return make(
    "button",
    {
      type: "button",
      class: "marker",
      "data-citation": citation.number,
      "aria-label": label.filter(Boolean).join(", "),
      on: { click: (event) => openCitation(citation.number, event.currentTarget) },
    },
    String(citation.number),
  );
}

function refusal(answer) {
  return [make("p", { class: "silent" }, "The corpus does not say."), ...notes(answer.notes)];
}

function notes(lines) {
  if (!lines.length) return [];
  const items = lines.map((line) => make("li", { dir: "auto" }, line));
  return [make("ul", { class: "notes" }, ...items)];
}

function sourcesLabel(answer) {
  if (answer.nearest) return "The nearest statement, which is no answer";
  return answer.citations.length === 1 ? "Source" : "Sources";
}

function sources(citations, label, openCitation) {
  return [
    make("h3", { class: "label" }, label),
    make("ol", { class: "sources" }, ...citations.map((one) => source(one, openCitation))),
  ];
}

function source(citation, openCitation) {
  const headline = make(
    "button",
    {
      type: "button",
      class: "headline",
      "data-citation": citation.number,
      dir: "auto",
      on: { click: (event) => openCitation(citation.number, event.currentTarget) },
    },
    citation.title || "Untitled",
  );
  const copies = citation.syndicated_in.length;
  const item = make(
    "li",
    { "data-number": citation.number },
    make("span", { class: "number", "aria-hidden": "true" }, String(citation.number)),
    headline,
    factLine(
      citation.source,
      timeOf(citation.published_at),
      copies ? `also in ${counted(copies, "syndicated copy", "syndicated copies")}` : null,
    ),
    make("blockquote", { dir: "auto" }, citation.quote),
    make("p", { class: "acts" }, original(citation.url), copyButton(citation)),
  );
  item.addEventListener("click", (event) => {
    const selecting = !document.getSelection().isCollapsed;
    if (!selecting && !event.target.closest("button, a")) headline.click();
  });
  return item;
}

/** A link to where the publisher has the article, or null without a safe address. */
export function original(url) {
  const href = safeUrl(url);
  if (!href) return null;
  return make(
    "a",
    { href, class: "quiet", target: "_blank", rel: "noopener noreferrer" },
    `Read at ${new URL(href).hostname.replace(/^www\./, "")}`,
  );
}

function copyButton(citation) {
  // The clipboard exists only on https and on the machine's own address.
  if (!navigator.clipboard) return null;
  const name = "Copy citation";
  const button = make("button", { type: "button", class: "quiet" }, name);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(citationText(citation));
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not allowed to copy";
    }
    byId("announce").textContent = button.textContent;
    setTimeout(() => {
      button.textContent = name;
      byId("announce").textContent = "";
    }, COPIED_FOR_MS);
  });
  return button;
}

function colophon(answer, tookMs) {
  const summary = [
    answer.answerable
      ? `Confidence ${confidenceWord(answer.confidence)} (${shy(answer.confidence)})`
      : null,
    answer.mode,
    duration(tookMs),
  ].filter(Boolean);
  const rows = [
    ...(answer.as_of ? [["as of", timeOf(answer.as_of, { withClock: true })]] : []),
    ...Object.entries(answer.model).map(([part, name]) => [spaced(part), name]),
    ...Object.entries(answer.timings_ms).map(([part, ms]) => [spaced(part), duration(ms)]),
    ...(answer.request_id ? [["request", answer.request_id]] : []),
  ];
  return make(
    "details",
    { class: "colophon" },
    make("summary", {}, summary.join(" \u00b7 ")),
    make(
      "dl",
      {},
      ...rows.flatMap(([term, value]) => [make("dt", {}, term), make("dd", {}, value)]),
    ),
  );
}

/** Two digits, never rounded up to certainty. */
const shy = (confidence) => Math.min(confidence, 0.99).toFixed(2);

const spaced = (name) => name.replaceAll("_", " ");
