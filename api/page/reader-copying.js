// Words that are selected in the article can be copied as a citation: by a button beside them, for
// the pointer, and by one in the reader's bar, for the keyboard.

import { copyCitation } from "./cards.js";
import { announce, make } from "./dom.js";

const NAME = "Copy as citation";
const SETTLED_MS = 150; // after the last change of a selection
const TOLD_MS = 2000;
const TOUCH = matchMedia("(pointer: coarse)");

const places = new WeakMap(); // where the text of a node begins in the article's text
let article = null;

/** Text that can be quoted: a node that knows where in the article's text it begins. */
export function quotable(text, start) {
  const node = document.createTextNode(text);
  places.set(node, start);
  return node;
}

/** This article is on the page now. */
export function quoteFrom(shown) {
  article = shown;
}

/**
 * Offer it whenever words of the article are selected.
 * @param {HTMLElement} bar the reader's, where a button for the keyboard goes
 * @param {HTMLElement} root holds the article, and scrolls
 */
export function startCopying(bar, root) {
  // The clipboard exists only on https and on the machine's own address.
  if (!navigator.clipboard) return;
  const inBar = make("button", { type: "button", class: "quiet copy-selected" }, NAME);
  const beside = make(
    "button",
    { type: "button", class: "copy-beside", tabindex: "-1", "aria-hidden": "true" },
    NAME,
  );
  const buttons = [inBar, beside];
  for (const button of buttons) {
    button.hidden = true;
    // So that what is selected stays so.
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    button.addEventListener("click", () => copySelected(root, buttons));
  }
  bar.firstElementChild.after(inBar);
  root.append(beside);
  let timer = 0;
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const range = selectedIn(root) ? document.getSelection().getRangeAt(0) : null;
      for (const button of buttons) button.hidden = !range;
      if (range) place(beside, range, root);
    }, SETTLED_MS);
  });
}

async function copySelected(root, buttons) {
  const range = selectedIn(root);
  if (!range) return;
  const { title, source, published_at, url, text } = article;
  const quote = text.slice(...range);
  const copied = await copyCitation({ quote, title, source, published_at, url });
  const words = copied ? "Copied" : "Not allowed to copy";
  announce(words);
  for (const button of buttons) {
    button.textContent = words;
    setTimeout(() => (button.textContent = NAME), TOLD_MS);
  }
}

/** Which part of the article's text is selected, in UTF-16 units, without white space around it. */
function selectedIn(root) {
  const selection = document.getSelection();
  const body = root.querySelector(".body");
  if (!body || !selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!range.intersectsNode(body)) return null;
  let [from, to] = [Infinity, 0];
  const nodes = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    if (!places.has(node) || !range.intersectsNode(node)) continue;
    const start = places.get(node);
    const first = node === range.startContainer ? range.startOffset : 0;
    const last = node === range.endContainer ? range.endOffset : node.length;
    if (first >= last) continue;
    from = Math.min(from, start + first);
    to = Math.max(to, start + last);
  }
  if (from >= to) return null;
  const words = article.text.slice(from, to);
  const ahead = words.length - words.trimStart().length;
  const trimmed = words.trim();
  return trimmed ? [from + ahead, from + ahead + trimmed.length] : null;
}

/** Below the end of what is selected; a finger needs room there for the selection's handle. */
function place(button, range, root) {
  const end = [...range.getClientRects()].at(-1);
  const frame = root.getBoundingClientRect();
  if (!end) return;
  const room = frame.width - button.offsetWidth - 4;
  const left = Math.max(Math.min(end.right - frame.left - button.offsetWidth / 2, room), 4);
  const top = end.bottom - frame.top + root.scrollTop + (TOUCH.matches ? 32 : 8);
  button.style.setProperty("left", `${left}px`);
  button.style.setProperty("top", `${top}px`);
}
