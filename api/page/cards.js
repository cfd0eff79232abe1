// The cards of what an answer cites: headline, source, day and the quote itself.

import { marked } from "./answer.js";
import { announce, dated, factLine, make, safeUrl } from "./dom.js";
import { othersOf } from "./reader-copies.js";
import { citationHtml, citationText, wordsIn } from "./text.js";

const COPIED_FOR_MS = 2000;
const QUOTED = /^["\u201c\u201e\u00ab]|["\u201d\u00bb]$/u; // it brings quotation marks of its own

/** What stands above the cards. */
export function sourcesLabel(answer, count) {
  if (answer?.nearest) return "The nearest statement, which is no answer";
  return count === 1 ? "Source" : "Sources";
}

/**
 * The card of a citation.
 * @param {object} citation the API's Citation
 * @param {object|null} answer the answer, once it is complete
 * @param {{name: Function, open: Function}} opener see turn.js
 * @param {{openArticle: Function}} acts
 */
export function card(citation, answer, opener, { openArticle }) {
  const again = isAgain(citation, answer);
  const headline = make(
    "button",
    {
      type: "button",
      class: again ? "headline again" : "headline",
      "aria-label": again ? `${citation.title || "Untitled"}, citation ${citation.number}` : null,
      "data-cite": opener.name(citation.number),
      dir: "auto",
      on: { click: (event) => opener.open(citation.number, event.currentTarget) },
    },
    again ? "The same article" : citation.title || "Untitled",
  );
  const item = make(
    "li",
    { "data-number": citation.number, class: answer?.nearest ? "nearest" : null },
    answer?.nearest
      ? null
      : make("span", { class: "number", "aria-hidden": "true" }, String(citation.number)),
    headline,
    again ? null : factLine(citation.source, dated(citation)),
    make(
      "blockquote",
      { dir: "auto", class: QUOTED.test(citation.quote) ? "quoted" : null },
      ...marked(citation.quote, 0, answering(citation, answer)),
    ),
    ...(again ? [] : aboutTheArticle(citation, openArticle)),
    make("p", { class: "acts" }, again ? null : original(citation.url), copyButton(citation)),
  );
  item.addEventListener("click", (event) => {
    const selecting = !document.getSelection().isCollapsed;
    if (!selecting && !event.target.closest("button, a, summary")) headline.click();
  });
  return item;
}

/** Whether the citation before it is of the same article. */
function isAgain({ number, article_id: id, version }, answer) {
  const before = answer?.citations.find((one) => one.number === number - 1);
  return before?.article_id === id && before.version === version;
}

function aboutTheArticle(citation, openArticle) {
  return [
    corrected("Correction", citation.correction),
    corrected("Corrected since", citation.corrected_since),
    othersOf(citation.syndicated_in, { openArticle }),
  ];
}

/** The answer's words in a quote: the short answer, or what a language model took from it. */
function answering(citation, answer) {
  if (!answer) return [];
  const mark = (from, to) => ({ from, to, tag: "mark", attributes: {} });
  const short = answer.short_answer;
  if (short?.citation === citation.number) {
    return [mark(short.start - citation.start, short.end - citation.start)];
  }
  if (answer.mode !== "generative") return [];
  const said = answer.sentences.filter(({ citations }) => citations.includes(citation.number));
  const words = new Set(
    said.flatMap(({ text }) => wordsIn(text).map(({ word }) => word)).filter((w) => w.length > 3),
  );
  return wordsIn(citation.quote)
    .filter(({ word }) => words.has(word))
    .map(({ from, to }) => mark(from, to));
}

function corrected(label, text) {
  return text
    ? make("p", { class: "standing", dir: "auto" }, make("b", {}, `${label}: `), text)
    : null;
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

/** A button that puts a citation on the clipboard, as text and for a word processor. */
export function copyButton(citation) {
  // The clipboard exists only on https and on the machine's own address.
  if (!navigator.clipboard) return null;
  const name = "Copy citation";
  const button = make("button", { type: "button", class: "quiet" }, name);
  button.addEventListener("click", async () => {
    button.textContent = (await copyCitation(citation)) ? "Copied" : "Not allowed to copy";
    announce(button.textContent);
    setTimeout(() => {
      button.textContent = name;
    }, COPIED_FOR_MS);
  });
  return button;
}

/** Put a citation on the clipboard; resolves to whether that was allowed. */
export async function copyCitation(citation) {
  try {
    await navigator.clipboard.write([
      new ClipboardItem({
        "text/plain": new Blob([citationText(citation)], { type: "text/plain" }),
        "text/html": new Blob([citationHtml(citation)], { type: "text/html" }),
      }),
    ]);
    return true;
  } catch {
    return false;
  }
}
