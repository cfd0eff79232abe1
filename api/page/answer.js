// The text of an answer: its sentences with their numbers, a refusal, or an error.

import { make } from "./dom.js";
import { format } from "./address.js";
import { isNarrowed } from "./filters.js";

/**
 * What is shown of an answer, but for its sources.
 * @param {object} answer the API's Answer
 * @param {object} place where it was asked, see address.js
 * @param {{name: Function, open: Function}} opener see turn.js
 * @param {object} acts see app.js
 */
export function answerBody(answer, place, opener, acts) {
  const body = answer.answerable
    ? [...shortAnswer(answer), answerText(answer, opener), ...notes(besidesCorrections(answer))]
    : refusal(answer, place, acts);
  return [...understood(answer), ...body];
}

/** An error as an element. */
export function errorNotice(error, again) {
  return make(
    "div",
    { class: "notice", role: "alert" },
    make("h3", {}, error.title),
    make("p", { dir: "auto" }, error.message),
    error.requestId ? make("p", { class: "fine" }, `Request ${error.requestId}`) : null,
    make("button", { type: "button", class: "quiet", on: { click: again } }, "Try again"),
  );
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

function answerText(answer, opener) {
  const paragraph = make("p", { class: "text", dir: "auto" });
  for (const [index, sentence] of answer.sentences.entries()) {
    const cited = answer.citations.filter(({ number }) => sentence.citations.includes(number));
    const led = index === 0 ? { ...sentence, lead: answer.lead } : sentence;
    paragraph.append(...sentenceNodes(led, cited, answer.short_answer, opener));
  }
  return paragraph;
}

/**
 * A sentence of an answer, with the numbers of what it cites.
 * @param {object} sentence the API's AnswerSentence, with the `lead` it may have
 * @param {object[]} cited its citations
 * @param {object|null} short the answer's few words, if they are known yet
 * @param {{name: Function, open: Function}} opener see turn.js
 */
export function sentenceNodes(sentence, cited, short, opener) {
  const [start, end] = lastWordApart(sentence.text);
  const marks = marksIn(sentence, short, cited);
  const said = make(
    "span",
    { class: "sentence", "data-cites": cited.map(({ number }) => number).join(" ") },
    ...marked(start, 0, marks),
    make(
      "span",
      { class: "together" },
      ...marked(end, Array.from(start).length, marks),
      ...cited.map((citation) => marker(citation, opener)),
    ),
  );
  const lead = sentence.lead ? [make("span", { class: "ours" }, `${sentence.lead}.`), " "] : [];
  return [...lead, said, " "];
}

/**
 * What stands out in a sentence, in code points of its text: the glosses, which are ours, and the
 * short answer if it is in it.
 */
function marksIn(sentence, short, cited) {
  const glosses = (sentence.glosses ?? []).map(({ at, text }) => ({
    from: at,
    to: at + Array.from(text).length,
    tag: "span",
    attributes: { class: "ours" },
  }));
  const marks = [...glosses];
  const holder = short && cited.find(({ number }) => number === short.citation);
  if (holder) {
    const { start, quote } = holder;
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

/** A part of a text, which begins `ahead` code points into it, as nodes with its marks. */
export function marked(text, ahead, marks) {
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

function marker(citation, opener) {
  const label = [`Citation ${citation.number}`, citation.title, citation.source];
  return make(
    "button",
    {
      type: "button",
      class: "marker",
      "data-cite": opener.name(citation.number),
      "aria-label": label.filter(Boolean).join(", "),
      on: { click: (event) => opener.open(citation.number, event.currentTarget) },
    },
    String(citation.number),
  );
}

function refusal(answer, place, { go }) {
  const wider = isNarrowed(place)
    ? make(
        "button",
        {
          type: "button",
          class: "quiet",
          on: {
            click: () => go({ after: null, before: null, as_of: null, sources: [], languages: [] }),
          },
        },
        "Ask the whole corpus",
      )
    : null;
  const find = format({ view: "articles", find: answer.standalone_question ?? answer.question });
  return [
    make("p", { class: "silent" }, "The corpus does not say."),
    ...notes(answer.notes),
    make(
      "p",
      { class: "acts" },
      wider,
      make("a", { class: "quiet", href: `./${find}` }, "See the articles that come closest"),
    ),
  ];
}

/** What there is to mind, but for the corrections, which the cards tell. */
function besidesCorrections({ notes: lines, citations }) {
  const told = citations.flatMap((one) => [one.correction, one.corrected_since]).filter(Boolean);
  return lines.filter((line) => !told.some((correction) => line.includes(correction)));
}

function notes(lines) {
  if (!lines.length) return [];
  const items = lines.map((line) => make("li", { dir: "auto" }, line));
  return [make("ul", { class: "notes" }, ...items)];
}
