// Withdraws an article for good, once that is confirmed.

import { call, forgetCorpus } from "./api.js";
import { confirmed } from "./dialog.js";
import { make } from "./dom.js";

/**
 * The button that withdraws an article.
 * @param {{id: string, title: string, source: string|null}} article
 * @param {{done: Function}} acts what to do once it is withdrawn
 */
export function withdrawAct(article, { done }) {
  const button = make("button", { type: "button", class: "quiet" }, "Withdraw\u2026");
  button.addEventListener("click", () =>
    confirmed({
      title: "Withdraw this article?",
      about: [article.title || "Untitled", article.source].filter(Boolean).join(" \u00b7 "),
      words:
        "No version of it will be found, shown or quoted again, and it stays out when it is " +
        "delivered anew. This is for what should never have been published.",
      sure: "I know that this cannot be undone",
      no: "Keep it",
      yes: "Withdraw for good",
      act: async () => {
        await call(`v1/articles/${encodeURIComponent(article.id)}`, { method: "DELETE" });
        forgetCorpus();
        done();
        return "It is withdrawn. No answer quotes it any longer.";
      },
    }),
  );
  return button;
}
