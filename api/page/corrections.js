// What to know before trusting what is quoted: what its publisher corrected, and what became of the
// quoted words since.

import { compare } from "./diff.js";
import { make, timeOf } from "./dom.js";
import { inlineChanges } from "./reader-changes.js";
import { unitAt } from "./text.js";
import { act, toVersion } from "./versions.js";

const KEPT = 0.3; // the share of a quote's words that have to be left for it to be "changed"

/**
 * What was corrected, plainly, and whether the quote is touched by it.
 * @param {{article: object, quoted: object|null, latest: object|null}} read see `showArticle`
 * @param {object|null} citation
 * @param {[number, number]|null} quote where it stands in the version that is shown
 * @param {{kind: string, runs: object[]}|null} became see `fate`; null for a quote of the current
 *   version
 * @param {object} acts see app.js
 */
export function corrections({ article, quoted, latest }, citation, quote, became, acts) {
  const lines = [
    ...corrected(article),
    became ? whatBecame(became, quoted, latest) : null,
    citation && !became && correctionsOf(article).length
      ? statement("The quote is from the corrected version.")
      : null,
    citation && !quote ? statement(notMarked(article, citation)) : null,
    article.current ? null : replaced(article, citation, acts),
  ].filter(Boolean);
  return lines.length
    ? [make("div", { class: "corrections", tabindex: "-1", role: "note" }, ...lines)]
    : [];
}

/**
 * The same in a line, for who is taken straight to the quote; null where there is no need.
 * @returns {{words: string, before?: number|null}|null} with the version to compare with, where
 *   there is one, to see what was corrected
 */
export function warning(article, citation, became) {
  if (!citation) return null;
  if (became?.kind === "changed") {
    return { words: "Changed since: the current version reads otherwise." };
  }
  if (became?.kind === "gone") return { words: "The current version does not say this any more." };
  return correctionsOf(article).length
    ? { words: "This article was corrected.", before: beforeCorrection(article) }
    : null;
}

/** The version before the one that brought the latest correction; null where it is not told of. */
function beforeCorrection(article) {
  const [[latest]] = correctionsOf(article);
  const { versions = [] } = article;
  const at = versions.findIndex(({ correction }) => correction === latest);
  return versions[at - 1]?.version ?? null;
}

const statement = (words) => make("p", {}, words);

/** Each thing that was corrected, the latest first. */
function correctionsOf({ versions = [], correction, updated_at: at }) {
  const told = versions.length ? versions : [{ correction, at }];
  const said = new Map();
  for (const one of told) {
    if (one.correction && !said.has(one.correction)) said.set(one.correction, one.at);
  }
  return [...said].reverse();
}

function corrected(article) {
  return correctionsOf(article).map(([words, at]) => {
    const day = timeOf(at);
    const label = make("b", {}, "Correction", ...(day ? [", ", day] : []), ": ");
    return make("p", { class: "standing", dir: "auto" }, label, words);
  });
}

/** Whether the current version still says what is quoted from an earlier one. */
function whatBecame({ kind, runs }, quoted, latest) {
  const from = `The quote is from version ${quoted.version}, which has been replaced.`;
  if (kind === "same") {
    return statement(`${from} The current version, ${latest.version}, has the same words.`);
  }
  if (kind === "gone") {
    return make(
      "p",
      { class: "standing" },
      make("b", {}, "No longer said: "),
      `${from} The current version, ${latest.version}, does not have these words.`,
    );
  }
  return make(
    "div",
    { class: "standing" },
    make("b", {}, "Now reads otherwise: "),
    `${from} In the current version, ${latest.version}, this was changed:`,
    make(
      "blockquote",
      { dir: "auto", lang: latest.language, class: "changed" },
      ...inlineChanges(runs),
    ),
  );
}

/**
 * What became of a quote in a later text.
 * @param {string} text the one that is quoted
 * @param {{quote: string, start: number, end: number}} citation
 * @param {string} later
 * @returns {{kind: "same"|"changed"|"gone", runs: import("./diff.js").Run[]}} the quote's runs
 */
export function fate(text, { quote, start, end }, later) {
  if (later.includes(quote)) return { kind: "same", runs: [] };
  const range = [unitAt(text, start), unitAt(text, end)];
  const runs = within(compare(text, later).flatMap((block) => block.runs), range);
  const letters = (some) => some.reduce((sum, run) => sum + run.text.trim().length, 0);
  const kept = letters(runs.filter(({ kind }) => kind === "same"));
  return { kind: kept >= KEPT * quote.length ? "changed" : "gone", runs };
}

/** The runs of a range of the text before, and what is new among them. */
function within(runs, [from, to]) {
  const found = [];
  let inside = false;
  for (const run of runs) {
    if (run.kind === "new") {
      if (inside) found.push(run);
      continue;
    }
    const begin = Math.max(from, run.before);
    const end = Math.min(to, run.before + run.text.length);
    if (begin < end) {
      const text = run.text.slice(begin - run.before, end - run.before);
      found.push({ ...run, text, before: begin });
    }
    // What is new after the quote's last word belongs to it if that word is gone.
    const reaches = run.before + run.text.length;
    inside = begin < end && (reaches < to || (reaches === to && run.kind === "gone"));
  }
  return found;
}

function notMarked(article, { version }) {
  return version === article.version
    ? "The quote is not at its place in this text, so nothing is marked."
    : "The words that were quoted are not in this version, so nothing is marked.";
}

function replaced(article, citation, acts) {
  const current = article.versions?.find((one) => one.current)?.version;
  return make(
    "p",
    {},
    `You are reading version ${article.version}, an earlier one. `,
    current
      ? act("current", "Read the current version", () => toVersion(current, citation, acts))
      : null,
  );
}
