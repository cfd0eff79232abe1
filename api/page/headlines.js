// Articles of a list: by their headline, or by the passage that fits what was looked for.

import { marked } from "./answer.js";
import { factLine, make, timeOf } from "./dom.js";
import { languageName } from "./filters.js";
import { wordsIn } from "./text.js";

const SHOWN = 6; // articles with their closest passage
const AHEAD = 150; // characters of a passage before the first word that was looked for
const SHORTEST = 3; // letters of a word that is marked in its other forms too
const COMMON = new Set(
  (
    "a an and are as at be by did do does for from had has have how in is it its of on or that " +
    "the to was were what when where which who why will with"
  ).split(" "),
);

/**
 * An article of the listing.
 * @param {boolean} manyLanguages whether to say which it is in
 */
export function row(article, manyLanguages, acts) {
  const language = manyLanguages && article.language ? languageName(article.language) : null;
  const versions = article.versions > 1 ? `${article.versions} versions` : null;
  return make("li", {}, headline(article, acts), factLine(article.source, language, versions));
}

/** An article that came in just now. */
export const arrival = (article, acts) =>
  make(
    "li",
    {},
    headline(article, acts),
    factLine(article.source || "No source is named", timeOf(article.published_at) ?? "Undated"),
  );

/** The best passage of each article, best first: as many as are shown. */
export function closestOf(passages) {
  const best = new Map();
  for (const passage of passages) {
    if (!best.has(passage.article_id)) best.set(passage.article_id, passage);
  }
  return [...best.values()].slice(0, SHOWN);
}

/** Whether words were looked for that none of these passages has, nor the headline over it. */
export const haveNone = (passages, find) =>
  wantedIn(find).length > 0 &&
  !passages.some(({ title, text }) => marks(`${title ?? ""} ${text}`, find).length);

/** The articles of passages, each with its passage and the words in it marked. */
export function closestArticles(passages, find, acts) {
  return passages.map((passage) => {
    const text = excerpt(passage.text, find);
    return make(
      "li",
      {},
      headline({ ...passage, id: passage.article_id }, acts),
      factLine(passage.source, timeOf(passage.published_at)),
      make("blockquote", { dir: "auto" }, ...marked(text, 0, marks(text, find))),
    );
  });
}

function headline({ id, title, language }, { openArticle }) {
  return make(
    "button",
    {
      type: "button",
      class: "headline",
      dir: "auto",
      lang: language,
      on: { click: ({ currentTarget: from }) => openArticle(id, { from }) },
    },
    title || "Untitled",
  );
}

/** A passage from a little before the first word that was looked for. */
function excerpt(text, find) {
  const first = marks(text, find)[0]?.from ?? 0;
  const ahead = Array.from(text).slice(0, first).join("");
  if (ahead.length <= AHEAD) return text;
  const stop = ahead.lastIndexOf(". ");
  const least = ahead.length - AHEAD;
  return `\u2026 ${text.slice(stop > least ? stop + 2 : ahead.indexOf(" ", least) + 1)}`;
}

/** Where the words that were looked for stand in a text, in whatever form. */
export function marks(text, find) {
  const wanted = wantedIn(find);
  return wordsIn(text)
    .filter(({ word }) => wanted.some((one) => areForms(one, word)))
    .map(({ from, to }) => ({ from, to, tag: "mark", attributes: {} }));
}

const wantedIn = (find) =>
  wordsIn(find).map(({ word }) => word).filter((word) => !COMMON.has(word));

/** Whether two words differ in their endings alone: "ferry" and "ferries", "sink" and "sinking". */
function areForms(one, other) {
  const stem = stemOf(one);
  return one === other || (stem.length >= SHORTEST && stem === stemOf(other));
}

const stemOf = (word) => word.replace(/(?:ing|ed|es|s)$/, "").replace(/[eiy]$/, "");
