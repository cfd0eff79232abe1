// The other articles of a story, which tell the same: each can be opened.

import { article as fetchArticle } from "./api.js";
import { factLine, make, timeOf } from "./dom.js";
import { counted } from "./text.js";

const NAMED = 8; // of which headline and source are fetched at once

/** "Also in 4 others" of an article's story; null where it has that to itself. */
export function alsoIn({ id, story }, acts) {
  const others = story ? [story.canonical, ...story.copies].filter((other) => other !== id) : [];
  return othersOf(others, acts, story?.canonical);
}

/** Some articles by their ids, to be unfolded and opened; null where there are none. */
export function othersOf(others, acts, earliest = null) {
  if (!others.length) return null;
  const list = make("ul", {});
  const details = make(
    "details",
    { class: "also" },
    make("summary", {}, `Also in ${counted(others.length, "other")}`),
    list,
  );
  const add = (from) => {
    const some = others.slice(from, from + NAMED);
    list.append(...some.map((other) => copy(other, other === earliest, acts)));
    const left = others.length - from - some.length;
    if (left <= 0) return;
    const more = make("button", { type: "button", class: "quiet" }, `${left} more`);
    const item = make("li", {}, more);
    more.addEventListener("click", () => {
      add(from + NAMED);
      item.nextElementSibling.querySelector("button").focus();
      item.remove();
    });
    list.append(item);
  };
  details.addEventListener("toggle", () => add(0), { once: true });
  return details;
}

/** A copy under its id, and under its headline once that has come. */
function copy(id, isFirst, acts) {
  const open = (event) => acts.openArticle(id, { from: event.currentTarget });
  const headline = make(
    "button",
    { type: "button", class: "headline", dir: "auto", on: { click: open } },
    id,
  );
  const item = make("li", {}, headline);
  fetchArticle(id, null)
    .then((article) => {
      headline.textContent = article.title || "Untitled";
      const first = isFirst ? "the earliest" : null;
      item.append(factLine(article.source, timeOf(article.published_at), first) ?? "");
    })
    .catch(() => {}); // its id is there to open it by, and then says why it cannot be
  return item;
}
