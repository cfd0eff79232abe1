// The story that an answer is about: when it was told, where its figures differ, and by how many.

import { call } from "./api.js";
import { make } from "./dom.js";
import { articlesOf } from "./story-layout.js";
import { coveragePart, differingPart, timelinePart } from "./story-pictures.js";

const AHEAD = "600px"; // how near to what is seen a story has to be to be asked for
const known = new Map(); // the timelines of this visit, by what was asked

document.addEventListener("corpuschange", () => known.clear());

/**
 * Draw it under an answer, once the reader comes near it; nothing where there is not much of one.
 * @param {HTMLElement} container
 * @param {{answer: object, request: {filters: object, as_of: string|null}}} turn
 * @param {{openArticle: Function, opener: {open: Function}}} acts
 */
export function showStory(container, { answer, request }, acts) {
  container.replaceChildren();
  if (!answer.answerable) return;
  const question = answer.standalone_question ?? answer.question;
  const near = new IntersectionObserver(
    async ([entry]) => {
      if (!entry.isIntersecting) return;
      near.disconnect();
      const timeline = await told({ question, ...request });
      if (timeline && container.isConnected) draw(container, answer, timeline, acts);
    },
    { rootMargin: AHEAD },
  );
  near.observe(container);
}

/** The API's Timeline, or null: an answer stands without it, so nothing is said of a failure. */
async function told(json) {
  const key = JSON.stringify(json);
  if (!known.has(key)) {
    const forget = () => known.delete(key) && null;
    known.set(key, call("v1/timeline", { method: "POST", json }).catch(forget));
  }
  return known.get(key);
}

function draw(container, answer, { articles, coverage }, acts) {
  const shown = articlesOf(answer, articles);
  const open = (article, from) => {
    const [cited] = article.citations;
    if (cited) acts.opener.open(cited, from);
    else acts.openArticle(article.article_id, { version: article.version, from });
  };
  const differing = differingPart(answer, open);
  const parts = [
    shown.length > 1 ? timelinePart(shown, open) : null,
    differing,
    shown.length > 1 ? coveragePart(coverage, shown) : null,
  ].filter(Boolean);
  if (!parts.length) return;
  container.replaceChildren(make("h3", { class: "label" }, "The story"), ...parts);
  light(container);
}

/** A dot and the headline that it stands for light up together. */
function light(container) {
  const update = (event) => {
    const own = event.target.closest?.("[data-article]")?.dataset.article;
    for (const one of container.querySelectorAll("[data-article]")) {
      one.classList.toggle("lit", one.dataset.article === own);
    }
  };
  for (const kind of ["pointerover", "focusin"]) container.addEventListener(kind, update);
  for (const kind of ["pointerleave", "focusout"]) {
    container.addEventListener(kind, () => update({ target: container }));
  }
}
