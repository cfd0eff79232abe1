// The column of headlines: what the corpus holds, newest first, a page at a time.

import { articles } from "./api.js";
import { byId, factLine, make, timeOf } from "./dom.js";
import { counted } from "./text.js";

const PAGE = 8;

/** Show the first headlines. The page works without them, so a failure shows nothing. */
export async function showCorpus(openArticle) {
  try {
    let next = await addPage(null, openArticle);
    byId("corpus").hidden = false;
    const more = byId("more-headlines");
    more.hidden = !next;
    more.addEventListener("click", async () => {
      const seen = byId("headlines").children.length;
      next = await addPage(next, openArticle).catch(() => null);
      byId("headlines").children[seen]?.querySelector("button").focus();
      more.hidden = !next;
    });
  } catch {
    byId("corpus").hidden = true;
  }
}

async function addPage(cursor, openArticle) {
  const page = await articles(cursor, PAGE);
  byId("corpus-count").textContent = page.total
    ? counted(page.total, "article")
    : "Nothing yet. \u201cnewscite ingest FOLDER\u201d adds articles.";
  byId("headlines").append(...page.articles.map((one) => headline(one, openArticle)));
  return page.next_cursor;
}

function headline(summary, openArticle) {
  return make(
    "li",
    {},
    make(
      "button",
      {
        type: "button",
        class: "headline",
        dir: "auto",
        on: { click: (event) => openArticle(summary.id, event.currentTarget) },
      },
      summary.title || "Untitled",
    ),
    factLine(summary.source, timeOf(summary.published_at)),
  );
}
