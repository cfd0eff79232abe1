// The article column: opens beside the answer, or over it on a narrow screen.

import { article as fetchArticle } from "./api.js";
import { errorNotice } from "./answer.js";
import { original } from "./cards.js";
import { byId, factLine, make, timeOf } from "./dom.js";
import { around, paragraphs } from "./text.js";

const NARROW = matchMedia("(max-width: 61.99rem)");
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const BEHIND = ["masthead", "main", "foot"];

let opener = null;
let shown = null;
let pending = null;

/** @param {{close: Function}} acts see app.js */
export function start({ close: closing }) {
  byId("close-reader").addEventListener("click", closing);
}

export const isOpen = () => !byId("reader").hidden;

/**
 * Open an article.
 * @param {{id: string, version: number|null, diff: number|null, citation: object|null,
 *   cite?: string}} place what to show, the citation whose quote is to be marked, and its name
 * @param {HTMLElement|null} from what was activated; focus returns to it. Null leaves focus alone.
 */
export async function open(place, from) {
  pending?.abort();
  const request = (pending = new AbortController());
  if (from) opener = from;
  const wasOpen = isOpen();
  reveal(place);
  const key = `${place.version ?? ""} ${place.id}`;
  try {
    const sameArticle = shown?.key === key;
    if (!sameArticle) {
      shown = null;
      byId("article").replaceChildren(make("p", { class: "waiting" }, "Opening the article\u2026"));
      const article = await fetchArticle(place.id, place.version, request.signal);
      if (request.signal.aborted) return;
      shown = { key, article };
    }
    showArticle(shown.article, place.citation);
    goTo(byId("article").querySelector("mark"), {
      smoothly: sameArticle && wasOpen,
      focus: Boolean(from) || NARROW.matches,
    });
  } catch (error) {
    if (request.signal.aborted) return;
    shown = null;
    byId("article").replaceChildren(
      make("h2", { id: "reader-title", class: "unseen" }, "The article"),
      errorNotice(error, () => open(place, from)),
    );
    if (from) byId("close-reader").focus();
  }
}

/** Close the column and give focus back to what opened it. */
export function close() {
  if (!isOpen()) return;
  pending?.abort();
  const hadFocus = byId("reader").contains(document.activeElement);
  const marker = document.querySelector(".marker[aria-current]");
  byId("reader").hidden = true;
  document.documentElement.classList.remove("reading");
  markCurrent(null);
  arrange();
  const back = opener?.isConnected ? opener : marker;
  if (back || hadFocus) (back ?? byId("question")).focus();
  opener = null;
}

/** Keep the rest of the page out of reach while the article covers it. */
export function arrange() {
  const covering = isOpen() && NARROW.matches;
  for (const id of BEHIND) byId(id).inert = covering;
  const reader = byId("reader");
  if (covering) {
    reader.setAttribute("role", "dialog");
    reader.setAttribute("aria-modal", "true");
  } else {
    reader.removeAttribute("role");
    reader.removeAttribute("aria-modal");
  }
}

NARROW.addEventListener("change", arrange);

function reveal({ citation, cite }) {
  byId("reader").hidden = false;
  document.documentElement.classList.add("reading");
  byId("close-reader").replaceChildren(
    make("span", { class: "if-wide" }, "Close"),
    make("span", { class: "if-narrow" }, citation ? "Back to the answer" : "Back"),
  );
  byId("reader-place").textContent = citation
    ? [`Citation ${citation.number}`, citation.source].filter(Boolean).join(" \u00b7 ")
    : "";
  markCurrent(cite ?? null);
  arrange();
}

function markCurrent(cite) {
  for (const button of document.querySelectorAll("[data-cite]")) {
    if (button.dataset.cite === cite) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

function showArticle(article, citation) {
  const cut = citation ? around(article.text, citation.start, citation.end) : null;
  const exact = cut !== null && cut.quote === citation.quote;
  byId("article").replaceChildren(
    make("p", { class: "label" }, article.section || "Article"),
    make("h2", { id: "reader-title", dir: "auto" }, article.title || "Untitled"),
    factLine(
      article.source,
      timeOf(article.published_at, { withClock: true }),
      article.authors.length ? `by ${article.authors.join(", ")}` : null,
    ) ?? "",
    ...standing(article, citation, exact),
    bodyOf(article, exact ? cut : null),
    make(
      "footer",
      { class: "fine" },
      make("p", {}, provenance(article, citation, exact)),
      make("p", { class: "acts" }, original(article.url)),
    ),
  );
}

function bodyOf(article, cut) {
  return make(
    "div",
    { class: "body", dir: "auto", lang: article.language },
    ...paragraphs(article.text, cut).map(({ before, quote, after }) =>
      make(
        "p",
        { dir: "auto" },
        before,
        quote === null ? null : make("mark", { tabindex: "-1" }, quote),
        after,
      ),
    ),
  );
}

/** What a reader must know before trusting this version. */
function standing(article, citation, exact) {
  const correction = citation?.correction ?? article.correction;
  const since = citation?.corrected_since;
  const lines = [
    article.status === "usable" ? null : `This article has been ${statusWord(article.status)}.`,
    article.current ? null : "A later version of this article exists; this is the one quoted.",
    correction ? `Correction: ${correction}` : null,
    since ? `Corrected since: ${since}` : null,
    citation && !exact ? "The quote is not at its place in this text, so nothing is marked." : null,
  ].filter(Boolean);
  return lines.map((line) => make("p", { class: "standing", dir: "auto" }, line));
}

const statusWord = (status) => (status === "canceled" ? "withdrawn" : status);

function provenance(article, citation, exact) {
  const version = `Version ${article.version} of ${article.id}`;
  if (!exact) return version;
  return `${version}; the quote is characters ${citation.start} to ${citation.end}, unaltered.`;
}

/** Bring the quote into view, a third of the way down, or go to the article's beginning. */
function goTo(mark, { smoothly, focus }) {
  const scroll = byId("reader-scroll");
  let top = 0;
  if (mark) {
    const below = mark.getBoundingClientRect().top - scroll.getBoundingClientRect().top;
    const room = Math.max(scroll.clientHeight - mark.getBoundingClientRect().height, 0);
    top = scroll.scrollTop + below - Math.min(scroll.clientHeight / 3, room / 2);
  }
  scroll.scrollTo({ top, behavior: smoothly && !STILL.matches ? "smooth" : "instant" });
  if (focus) (mark ?? scroll).focus({ preventScroll: true });
}
