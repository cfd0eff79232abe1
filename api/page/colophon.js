// The line under an answer: how sure it is, how it was made and how long that took. What is folded
// into it says the same at length, in words for who has never heard of its parts.

import { make, timeOf } from "./dom.js";
import { confidenceWord, duration } from "./text.js";

const SURE = "How sure it is, from 0 to 1, that this is the right answer.";
const PARTS = {
  embedding: "Finds passages",
  reranker: "Puts the best first",
  reader: "Reads them",
  llm: "Writes the answer",
};
const OURS = {
  SpanReader: "newscite\u2019s own reader",
  ExtractiveReader: "newscite\u2019s choice of sentences",
};
const STEPS = {
  understand: "Taking up the question",
  retrieve: "Finding passages",
  rerank: "Putting the best first",
  read: "Reading them",
  write: "Writing",
  cite: "Checking the quotes",
  cache: "Looking up what was answered before",
  total: "In the server, in all",
};

/**
 * The line and what is folded into it.
 * @param {object} answer the API's Answer
 * @param {number} tookMs from asking to the whole answer, as this browser saw it
 */
export function colophon(answer, tookMs) {
  return make(
    "details",
    { class: "colophon" },
    make("summary", {}, summary(answer, tookMs)),
    answer.answerable ? make("p", {}, make("em", {}, "Confidence. "), SURE) : null,
    rows([["As of", timeOf(answer.as_of, { withClock: true })]]),
    rows(modelsInWords(answer.model)),
    rows([...steps(answer), ["Until it was shown here", duration(tookMs)]]),
    rows([["Request", answer.request_id]]),
  );
}

/** Of a refusal, which is neither sure nor quoted, only how long it took. */
function summary({ answerable, confidence, mode }, tookMs) {
  if (!answerable) return duration(tookMs);
  const made = mode === "generative" ? "written by a language model, and checked" : "quoted";
  const how = `Confidence ${confidenceWord(confidence)} (${shy(confidence)})`;
  return [how, made, duration(tookMs)].join(" \u00b7 ");
}

/** What each model does, with its name. @param {Object<string, string>} models by their part */
export function modelsInWords(models) {
  return Object.entries(models).map(([part, name]) => [PARTS[part] ?? part, OURS[name] ?? name]);
}

function steps({ timings_ms: timings }) {
  return Object.entries(timings).map(([step, ms]) => [STEPS[step] ?? step, duration(ms)]);
}

/** Two digits, never rounded up to certainty. */
const shy = (confidence) => Math.min(confidence, 0.99).toFixed(2);

/** A group of them, without those that have nothing to say. */
function rows(pairs) {
  const told = pairs.filter(([, value]) => value);
  if (!told.length) return "";
  const cells = told.map(([term, value]) => [make("dt", {}, term), make("dd", {}, value)]);
  return make("dl", {}, ...cells.flat());
}
