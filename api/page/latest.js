// The column of headlines on the front page, and the examples that go with the sample corpus.

import { call, corpus } from "./api.js";
import { byId, factLine, make, timeOf } from "./dom.js";
import { counted } from "./text.js";

const SHOWN = 8;
const SAMPLE = "Corvane Press Agency"; // the examples ask about what this agency of the sample tells

/** Show what is newest. The page works without it, so a failure shows nothing. */
export async function showLatest({ openArticle }) {
  try {
    const [page, { sources }] = await Promise.all([
      call(`v1/articles?status=usable&limit=${SHOWN}`),
      corpus(),
    ]);
    byId("latest-count").textContent = page.total
      ? `${counted(page.total, "article")} of ${counted(sources.length, "source")}`
      : "Nothing yet. Add some, then ask about them.";
    byId("headlines").replaceChildren(...page.articles.map((one) => headline(one, openArticle)));
    byId("examples").parentElement.hidden = !sources.some(({ name }) => name === SAMPLE);
    byId("latest").hidden = false;
  } catch {
    byId("latest").hidden = true;
  }
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
        on: { click: ({ currentTarget: from }) => openArticle(summary.id, { from }) },
      },
      summary.title || "Untitled",
    ),
    factLine(summary.source, timeOf(summary.published_at)),
  );
}
