// What changed between two versions, as elements: what is new is underlined, what is gone struck
// out, and long stretches that did not change are folded away.

import { make, timeOf } from "./dom.js";
import { quotable } from "./reader-copying.js";
import { counted } from "./text.js";

const AROUND = 1; // paragraphs left to see before and after a change
const FOLDED = 2; // that are folded at the least

/**
 * The paragraphs of two texts that were compared.
 * @param {Array<object>} blocks see `compare` of diff.js
 * @param {"before"|"after"} side which of the texts is the one that is shown
 * @param {[number, number]|null} quote a range of that text, to be marked
 */
export function changes(blocks, side, quote) {
  const marked = ({ runs }) => quote && runs.some((run) => overlap(run, side, quote));
  const elements = [];
  for (let at = 0; at < blocks.length; ) {
    let end = at;
    while (blocks[end]?.kind === "same" && !marked(blocks[end])) end += 1;
    const from = at === 0 ? 0 : at + AROUND;
    const to = end === blocks.length ? end : end - AROUND;
    const shown = (some) => some.map((block) => paragraph(block, side, quote));
    if (to - from >= FOLDED) {
      elements.push(...shown(blocks.slice(at, from)), fold(shown(blocks.slice(from, to))));
      elements.push(...shown(blocks.slice(to, end)));
    } else elements.push(...shown(blocks.slice(at, end)));
    if (end < blocks.length) elements.push(...shown([blocks[end]]));
    at = end + 1;
  }
  return elements;
}

/** The runs of a line or a quote. */
export const inlineChanges = (runs) => runs.map((run) => change(run.kind, run.text));

/** What the signs mean, or that there are none. */
export function legend(blocks, older, newer) {
  const places = blocks.filter(({ kind }) => kind !== "same").length;
  if (!places) {
    const same = "The text is the same in both versions; what else was delivered with it is not.";
    return make("p", { class: "legend" }, same);
  }
  return make(
    "p",
    { class: "legend" },
    `${counted(places, "paragraph")} changed. `,
    make("del", {}, "Struck out"),
    ...only(older),
    make("ins", {}, "Underlined"),
    ...only(newer),
  );
}

function only({ version, updated_at: updated, published_at: published }) {
  const day = timeOf(updated ?? published);
  return [`: only in version ${version}`, ...(day ? [", ", day] : []), ". "];
}

function paragraph({ kind, runs }, side, quote) {
  const changed = kind === "same" ? null : kind;
  return make(
    "p",
    { dir: "auto", class: changed && `block-${changed}` },
    ...runs.flatMap((run) => markedRun(run, side, quote)),
  );
}

function markedRun(run, side, quote) {
  const start = run[side];
  const [from, to] = (quote && overlap(run, side, quote)) ?? [0, 0];
  const part = (begin, end) => {
    const text = run.text.slice(begin, end);
    return start === null ? text : text && quotable(text, start + begin);
  };
  if (from === to) return [change(run.kind, part(0))];
  const mark = make("mark", { tabindex: "-1" }, part(from, to));
  return [change(run.kind, ...[part(0, from), mark, part(to)].filter(Boolean))];
}

function change(kind, ...inside) {
  if (kind === "new") return make("ins", {}, ...inside);
  if (kind === "gone") return make("del", {}, ...inside);
  const same = document.createDocumentFragment();
  same.append(...inside);
  return same;
}

/** Which part of a run is quoted, in units of its text; null: none. */
function overlap(run, side, quote) {
  const start = run[side];
  if (start === null) return null;
  const from = Math.max(quote[0] - start, 0);
  const to = Math.min(quote[1] - start, run.text.length);
  return from < to ? [from, to] : null;
}

function fold(elements) {
  const folded = make("div", { class: "fold" });
  const words = `\u2026 ${counted(elements.length, "paragraph")} unchanged`;
  const button = make("button", { type: "button", class: "quiet" }, words);
  button.addEventListener("click", () => {
    elements[0].tabIndex = -1;
    folded.replaceWith(...elements);
    elements[0].focus({ preventScroll: true });
  });
  folded.append(button);
  return folded;
}
