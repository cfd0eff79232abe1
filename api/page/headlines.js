// Articles of a list: by their headline, or by the passage that fits what was looked for.

import { marked } from "./answer.js";
import { factLine, make, timeOf } from "./dom.js";
import { languageName } from "./filters.js";
import { wordsIn } from "./text.js";

const SHOWN = 6; // articles with their closest passage
const SHORTEST = 3; // letters of a word that is marked in its other forms too

/** An article of the listing. */
export function row(article, acts) {
  const versions = article.versions > 1 ? `${article.versions} versions` : null;
  const language = article.language ? languageName(article.language) : null;
  return make("li", {}, headline(article, acts), factLine(article.source, language, versions));
}

/** The articles of passages, best first, each with its best one and the words in it marked. */
export function closestArticles(passages, find, acts) {
  const best = new Map();
  for (const passage of passages) {
    if (!best.has(passage.article_id)) best.set(passage.article_id, passage);
  }
  return [...best.values()].slice(0, SHOWN).map((passage) =>
    make(
      "li",
      {},
      headline({ ...passage, id: passage.article_id }, acts),
      factLine(passage.source, timeOf(passage.published_at)),
      make("blockquote", { dir: "auto" }, ...marked(passage.text, 0, marks(passage.text, find))),
    ),
  );
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

/** Where the words that were looked for stand in a text, in whatever form. */
export function marks(text, find) {
  const wanted = wordsIn(find).map(({ word }) => word).filter((word) => !COMMON.has(word));
  return wordsIn(text)
    .filter(({ word }) => wanted.some((one) => areForms(one, word)))
    .map(({ from, to }) => ({ from, to, tag: "mark", attributes: {} }));
}

/** Whether two words differ in their endings alone: "boat" and "boats", "sink" and "sinking". */
function areForms(one, other) {
  const stems = [one, other].map((word) => word.replace(/(?:ings?|ed|es|s|e|y|ies)$/, ""));
  return one === other || (stems[0].length >= SHORTEST && stems[0] === stems[1]);
}

const COMMON = new Set(
  ("a an and are as at be by did do does for from had has have how in is it its of on or that the " +
    "to was were what when where which who why will with").split(" "),
);
