// What changed between two texts: by paragraphs, and by words within a paragraph that was changed.
// Offsets are of UTF-16 units, which JavaScript's strings are indexed by.

const STEPS = 4_000_000; // of a comparison in all: some tens of milliseconds
const PER_CHARACTER = 4; // steps that it takes to cut a text into words
const AHEAD = 12; // paragraphs, among which is looked for what one became
const ALIKE = 0.45; // the share of words that makes one paragraph another one, changed
const CHANGES = 1_200; // what is followed through of one text; its memory grows as their square

/**
 * @typedef {object} Run a stretch of text that both texts have (`same`), or only the one before
 *   (`gone`) or the one after (`new`)
 * @property {"same"|"gone"|"new"} kind
 * @property {string} text
 * @property {number|null} before where it stands in the text before, null where it is new
 * @property {number|null} after where it stands in the text after, null where it is gone
 */

/**
 * Compare two texts.
 *
 * Each paragraph of both is in one block, in its order: the runs of those that are not new are the
 * paragraphs before, of those that are not gone the paragraphs after.
 * @param {number} [steps] after about as many, what is left is told by paragraphs alone
 * @returns {Array<{kind: "same"|"gone"|"new"|"changed", runs: Run[]}>}
 */
export function compare(before, after, steps = STEPS) {
  const budget = { steps };
  const old = paragraphsOf(before);
  const now = paragraphsOf(after);
  const blocks = [];
  let gone = [];
  let fresh = [];
  const settle = () => {
    blocks.push(...paired(gone, fresh, budget));
    [gone, fresh] = [[], []];
  };
  for (const [one, other] of aligned(old, now, ({ text }) => text, budget)) {
    if (one && other) {
      settle();
      const run = { kind: "same", text: one.text, before: one.start, after: other.start };
      blocks.push({ kind: "same", runs: [run] });
    } else if (one) gone.push(one);
    else fresh.push(other);
  }
  settle();
  return blocks;
}

/** Compare two lines, such as headlines, by words. @returns {Run[]} */
export function compareLines(before, after) {
  const [one, other] = [before, after].map((text) => ({ start: 0, words: tokens(text) }));
  return byWords(one, other, { steps: STEPS });
}

/**
 * The paragraphs of a text. Blank lines part them; a text without any is parted at its line breaks.
 * @param {string} text
 * @param {[number, number]|null} [whole] a range that is not to be parted
 * @returns {Array<{text: string, start: number}>} those that are not blank
 */
export function paragraphsOf(text, whole = null) {
  const gap = /\n[^\S\n]*\n/.test(text) ? /\n(?:[^\S\n]*\n)+/g : /\n+/g;
  const paragraphs = [];
  let start = 0;
  const add = (end) => {
    const part = text.slice(start, end);
    if (part.trim()) paragraphs.push({ text: part, start });
  };
  for (const { 0: blank, index } of text.matchAll(gap)) {
    if (whole && index < whole[1] && index + blank.length > whole[0]) continue;
    add(index);
    start = index + blank.length;
  }
  add(text.length);
  return paragraphs;
}

/** What became of paragraphs that stand between two that stayed. */
function paired(gone, fresh, budget) {
  const blocks = [];
  const characters = [...gone, ...fresh].reduce((sum, { text }) => sum + text.length, 0);
  budget.steps -= characters * PER_CHARACTER;
  const found = budget.steps > 0 ? couples(gone.map(cut), fresh.map(cut)) : alone(gone, fresh);
  for (const [one, other] of found) {
    const runs = one && other ? byWords(one, other, budget) : [];
    if (runs.some(({ kind }) => kind === "same")) blocks.push({ kind: "changed", runs });
    else {
      if (one) blocks.push({ kind: "gone", runs: [goneRun(one)] });
      if (other) blocks.push({ kind: "new", runs: [newRun(other)] });
    }
  }
  return blocks;
}

const cut = (paragraph) => ({ ...paragraph, words: tokens(paragraph.text) });
const alone = (gone, fresh) => [
  ...gone.map((one) => [one, null]),
  ...fresh.map((other) => [null, other]),
];
const goneRun = ({ text, start }) => ({ kind: "gone", text, before: start, after: null });
const newRun = ({ text, start }) => ({ kind: "new", text, before: null, after: start });

/** Which paragraph became which: the most alike of the next. null stands where there is none. */
function couples(gone, fresh) {
  const bags = fresh.map(({ words }) => bagOf(words));
  const found = [];
  let next = 0;
  for (const one of gone) {
    const bag = bagOf(one.words);
    const shares = bags.slice(next, next + AHEAD).map((other) => likeness(bag, other));
    const most = Math.max(...shares);
    const ahead = shares.indexOf(most);
    if (!(most >= ALIKE)) found.push([one, null]);
    else {
      found.push(...alone([], fresh.slice(next, next + ahead)), [one, fresh[next + ahead]]);
      next += ahead + 1;
    }
  }
  return [...found, ...alone([], fresh.slice(next))];
}

/** How often each word is among some, and how many there are. */
function bagOf(words) {
  const counts = new Map();
  let size = 0;
  for (const word of words) {
    if (!hasLetters(word)) continue;
    counts.set(word, (counts.get(word) ?? 0) + 1);
    size += 1;
  }
  return { counts, size };
}

/** The share of the words of two bags that both have, from 0 to 1 (Dice's coefficient). */
function likeness(one, other) {
  if (!one.size || !other.size) return 0;
  let shared = 0;
  for (const [word, count] of one.counts) {
    shared += Math.min(count, other.counts.get(word) ?? 0);
  }
  return (2 * shared) / (one.size + other.size);
}

/** The runs of two paragraphs that are cut into words. */
function byWords(one, other, budget) {
  const runs = [];
  let { start: before } = one;
  let { start: after } = other;
  const add = (kind, text) => {
    const last = runs.at(-1);
    if (last?.kind === kind) last.text += text;
    else {
      const at = { before: kind === "new" ? null : before, after: kind === "gone" ? null : after };
      runs.push({ kind, text, ...at });
    }
    if (kind !== "new") before += text.length;
    if (kind !== "gone") after += text.length;
  };
  const steps = aligned(one.words, other.words, (word) => word, budget);
  for (const { kind, gone, fresh } of joined(steps)) {
    if (kind === "same") add("same", gone);
    else {
      if (gone) add("gone", gone);
      if (fresh) add("new", fresh);
    }
  }
  return runs;
}

/**
 * Steps as stretches, the changed ones with what is gone and new in them. Few words that stayed
 * between more that changed, or a mere space, are part of the change: it is easier to read.
 */
function joined(steps) {
  const stretches = steps.map(([gone, fresh]) => ({
    kind: gone !== null && fresh !== null ? "same" : "changed",
    gone: gone ?? "",
    fresh: fresh ?? "",
  }));
  const plain = merged(stretches);
  const readable = plain.map((stretch, index) => {
    const sides = [plain[index - 1], plain[index + 1]];
    if (stretch.kind === "changed" || sides.includes(undefined)) return stretch;
    const around = Math.min(...sides.map(({ gone, fresh }) => Math.max(gone.length, fresh.length)));
    const isLost = !hasLetters(stretch.gone) || stretch.gone.length <= around;
    return isLost ? { ...stretch, kind: "changed" } : stretch;
  });
  return merged(readable);
}

/** Neighbours of a kind as one. */
function merged(stretches) {
  const found = [];
  for (const stretch of stretches) {
    const last = found.at(-1);
    if (last?.kind === stretch.kind) {
      last.gone += stretch.gone;
      last.fresh += stretch.fresh;
    } else found.push({ ...stretch });
  }
  return found;
}

/**
 * Two lists side by side: pairs of what both have, and with null what only one has, so that as much
 * as possible is paired (a longest common subsequence, by the greedy algorithm of Myers, 1986).
 * Where that takes too long only their common beginning and end are paired.
 */
function aligned(before, after, keyOf, budget) {
  const [a, b] = numbered(before.map(keyOf), after.map(keyOf));
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  const room = Math.min(a.length, b.length) - head;
  while (tail < room && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const ends = [a.length - tail, b.length - tail];
  const path = shortestEdit(a.slice(head, ends[0]), b.slice(head, ends[1]), budget);
  const steps = [];
  for (let i = 0; i < head; i += 1) steps.push([before[i], after[i]]);
  for (const [i, j] of path) {
    steps.push([i === null ? null : before[head + i], j === null ? null : after[head + j]]);
  }
  for (let i = 0; i < tail; i += 1) steps.push([before[ends[0] + i], after[ends[1] + i]]);
  return steps;
}

/** Keys as numbers, equal ones the same: those are quicker to compare. */
function numbered(...lists) {
  const numbers = new Map();
  const numberOf = (key) => {
    if (!numbers.has(key)) numbers.set(key, numbers.size);
    return numbers.get(key);
  };
  return lists.map((list) => Int32Array.from(list, numberOf));
}

/** The steps from one list to the other, as pairs of indices, null where one has none. */
function shortestEdit(a, b, budget) {
  const trace = [];
  const most = Math.min(a.length + b.length, CHANGES);
  const offset = most + 1;
  const furthest = new Int32Array(2 * most + 3);
  for (let d = 0; d <= most && budget.steps > 0; d += 1) {
    trace.push(furthest.slice(offset - d - 1, offset + d + 2));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && furthest[offset + k - 1] < furthest[offset + k + 1]);
      let x = down ? furthest[offset + k + 1] : furthest[offset + k - 1] + 1;
      const from = x;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      budget.steps -= x - from + 1;
      furthest[offset + k] = x;
      if (x >= a.length && x - k >= b.length) return walkedBack(trace, a.length, b.length);
    }
  }
  return [...Array.from(a, (_, i) => [i, null]), ...Array.from(b, (_, j) => [null, j])];
}

/** The way that `shortestEdit` came, from how far it was after each change. */
function walkedBack(trace, length, width) {
  const path = [];
  let [x, y] = [length, width];
  for (let d = trace.length - 1; d >= 0; d -= 1) {
    const furthest = trace[d]; // of the diagonals -d-1 to d+1
    const at = (k) => furthest[k + d + 1];
    const k = x - y;
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
    const previous = down ? k + 1 : k - 1;
    const start = d === 0 ? 0 : at(previous);
    const fromX = d === 0 ? 0 : down ? start : start + 1;
    while (x > fromX) path.push([(x -= 1), (y -= 1)]);
    if (d > 0) path.push(down ? [null, (y -= 1)] : [(x -= 1), null]);
  }
  return path.reverse();
}

// A number with its points, a word with its apostrophes and hyphens, a sign of a script that writes
// no spaces, white space, or anything else by itself.
const SIGN = String.raw`[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]`;
const LETTERS = String.raw`(?:(?!${SIGN})[\p{L}\p{M}\p{N}])+`;
const WORD = String.raw`${LETTERS}(?:['\u2019\u2010-]${LETTERS})*`;
const TOKEN = new RegExp(String.raw`\p{N}+(?:[.,:]\p{N}+)*|${SIGN}|${WORD}|\s+|[^]`, "gu");

/** A text in pieces, of which it is made again by joining them. */
export const tokens = (text) => text.match(TOKEN) ?? [];

const hasLetters = (text) => /[\p{L}\p{N}]/u.test(text);
