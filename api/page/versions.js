// The versions of an article: which one is shown, what its publisher corrected, and what became of
// a quote.

import { compare } from "./diff.js";
import { make, timeOf } from "./dom.js";
import { inlineChanges } from "./reader-changes.js";
import { unitAt } from "./text.js";

const LISTED = 4; // versions; more are folded away
const KEPT = 0.3; // the share of a quote's words that have to be left for it to be "changed"

/** Two versions in the order of their list: the older one first. */
export function inOrder(one, other) {
  const place = ({ version }) => one.versions.findIndex((listed) => listed.version === version);
  return place(one) <= place(other) ? [one, other] : [other, one];
}

/**
 * What to know before trusting this version, plainly: what was corrected, and whether the quote is
 * touched by it.
 */
export function corrections({ article, quoted, latest }, citation, quote, acts) {
  const lines = [
    article.status === "usable" ? null : statement(`This article has been ${article.status}.`),
    ...corrected(article),
    quoted ? fateOfQuote(quoted, latest, citation) : null,
    citation && !quoted && correctionsOf(article).length
      ? statement("The quote is from the corrected version.")
      : null,
    citation && !quote ? statement(notMarked(article, citation)) : null,
    article.current ? null : replaced(article, citation, acts),
  ].filter(Boolean);
  return lines.length ? [make("div", { class: "corrections" }, ...lines)] : [];
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
function fateOfQuote(quoted, latest, citation) {
  const { kind, runs } = fate(quoted.text, citation, latest.text);
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
  const words = `You are reading version ${article.version}, an earlier one.`;
  return make(
    "p",
    { class: "replaced" },
    words,
    current
      ? act("current", "Read the current version", () => toVersion(current, citation, acts))
      : null,
  );
}

/** A list of the versions to choose from, and what changed; nothing where there is but one. */
export function versionSwitch(article, citation, compared, acts) {
  const { versions = [] } = article;
  if (versions.length < 2) return [];
  const at = versions.findIndex(({ version }) => version === article.version);
  const rows = versions.map((one) => row(one, article, citation, acts));
  return [
    make(
      "section",
      { class: "versions", "aria-label": "Versions" },
      make(
        "details",
        { open: versions.length <= LISTED },
        make("summary", {}, `Version ${at + 1} of ${versions.length}`),
        make("ol", {}, ...rows.reverse()),
      ),
      changesButton(article, citation, compared, acts),
    ),
  ];
}

function row(one, article, citation, acts) {
  const tags = [
    one.current ? "current" : null,
    one.correction ? "corrected" : null,
    citation?.version === one.version ? "quoted here" : null,
  ].filter(Boolean);
  const button = act(
    `version-${one.version}`,
    "",
    () => toVersion(one.version, citation, acts),
    one.version === article.version,
  );
  button.append(
    make("span", { class: "which" }, `Version ${one.version}`),
    " ",
    timeOf(one.at, { withClock: true }),
    ...tags.flatMap((tag) => [" ", make("span", { class: "tag" }, tag)]),
  );
  return make("li", {}, button);
}

function changesButton(article, citation, compared, acts) {
  const other = compared?.version ?? toCompareWith(article, citation);
  const [older, newer] = inOrder(article, { version: other });
  const words = `What changed from version ${older.version} to ${newer.version}`;
  const button = act("changes", words, () =>
    acts.go({ version: article.version, diff: compared ? null : other }, { replace: true }),
  );
  button.setAttribute("aria-pressed", String(Boolean(compared)));
  return button;
}

/** The version before; of one that is quoted and was replaced, and of the first, the current one. */
function toCompareWith({ versions, version, current }, citation) {
  const at = versions.findIndex((one) => one.version === version);
  const isOld = !current && (at <= 0 || citation?.version === version);
  return (isOld ? versions.find((one) => one.current) : versions[at - 1]).version;
}

/** Show another version; what is cited is opened in the version that is cited. */
function toVersion(version, citation, acts) {
  acts.go({ version: version === citation?.version ? null : version, diff: null }, { replace: true });
}

/** A button that is found again, by its name, when the article is shown anew. */
function act(name, words, act, isCurrent = false) {
  return make(
    "button",
    {
      type: "button",
      class: "quiet",
      "data-act": name,
      "aria-current": isCurrent && "true",
      on: { click: act },
    },
    words,
  );
}
