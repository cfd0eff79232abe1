// An article in the reader: its headline and facts, what was corrected, its versions, its text.

import { original } from "./cards.js";
import { announce, factLine, make, timeOf } from "./dom.js";
import { compare, compareLines, paragraphsOf } from "./diff.js";
import { corrections, fate, warning } from "./corrections.js";
import { alsoIn } from "./reader-copies.js";
import { changes, inlineChanges, legend } from "./reader-changes.js";
import { quotable, quoteFrom } from "./reader-copying.js";
import { unitAt } from "./text.js";
import { inOrder, versionSwitch } from "./versions.js";
import { withdrawAct } from "./withdrawing.js";

/**
 * Show an article.
 * @param {HTMLElement} root
 * @param {{article: object, compared: object|null, quoted: object|null, latest: object|null}} read
 *   the version to show; the one to compare it with; the one that is quoted and the current one,
 *   where they are not the same
 * @param {object} place see `open` of reader.js
 * @param {object} acts see app.js
 * @returns {object|null} what who goes straight to the quote has to be told, see `warning`
 */
export function showArticle(root, read, place, acts) {
  const { article, compared } = read;
  const { citation } = place;
  const quote = citation ? quoteIn(article, citation) : null;
  const pair = compared && inOrder(article, compared);
  const became = read.quoted && fate(read.quoted.text, citation, read.latest.text);
  quoteFrom(article);
  root.replaceChildren(
    make("p", { class: "label" }, article.section || "Article"),
    headline(article, pair),
    facts(article),
    ...corrections(read, citation, quote, became, acts),
    ...versionSwitch(article, citation, compared, acts),
    ...(pair ? changedText(article, pair, quote) : [plainText(article, quote)]),
    foot(article, citation, quote, acts),
  );
  const told = warning(article, citation, became);
  const changed = pair && `What changed from version ${pair[0].version} to ${pair[1].version}.`;
  announce([changed, told?.words].filter(Boolean).join(" "));
  return told;
}

/**
 * Where a citation's quote stands in a version, in UTF-16 units; null where it does not. It need
 * not be the version that is cited: the same words may stand in another.
 */
function quoteIn(article, { version, start, end, quote }) {
  if (version === article.version) {
    const range = [unitAt(article.text, start), unitAt(article.text, end)];
    return article.text.slice(...range) === quote ? range : null;
  }
  const at = article.text.indexOf(quote);
  return at < 0 ? null : [at, at + quote.length];
}

function headline(article, pair) {
  const attributes = { id: "reader-title", dir: "auto", lang: article.language };
  if (!pair || pair[0].title === pair[1].title) {
    return make("h2", attributes, article.title || "Untitled");
  }
  return make("h2", attributes, ...inlineChanges(compareLines(pair[0].title, pair[1].title)));
}

function facts({ source, published_at: published, updated_at: updated, authors }) {
  const changed = updated && updated !== published ? timeOf(updated, { withClock: true }) : null;
  return (
    factLine(
      source,
      timeOf(published, { withClock: true }),
      changed && make("span", {}, "updated ", changed),
      authors.length ? `by ${authors.join(", ")}` : null,
    ) ?? ""
  );
}

function plainText(article, quote) {
  const body = bodyOf(article);
  for (const { text, start } of paragraphsOf(article.text, quote)) {
    const paragraph = make("p", { dir: "auto" });
    const end = start + text.length;
    if (quote && quote[0] < end && quote[1] > start) {
      paragraph.append(
        quotable(article.text.slice(start, quote[0]), start),
        make("mark", { tabindex: "-1" }, quotable(article.text.slice(...quote), quote[0])),
        quotable(article.text.slice(quote[1], end), quote[1]),
      );
    } else paragraph.append(quotable(text, start));
    body.append(paragraph);
  }
  return body;
}

function changedText(article, [older, newer], quote) {
  const blocks = compare(older.text, newer.text);
  const body = bodyOf(article);
  body.append(...changes(blocks, article === older ? "before" : "after", quote));
  return [legend(blocks, older, newer), body];
}

const bodyOf = ({ language }) => make("div", { class: "body", dir: "auto", lang: language });

function foot(article, citation, quote, acts) {
  const rows = [
    ["Language", languageName(article.language)],
    ["Provider", article.provider],
    ["Terms of use", article.usage_terms],
  ].filter(([, value]) => value);
  return make(
    "footer",
    {},
    alsoIn(article, acts),
    rows.length
      ? make(
          "dl",
          { class: "fine" },
          ...rows.flatMap(([name, value]) => [
            make("dt", {}, name),
            make("dd", { dir: "auto" }, value),
          ]),
        )
      : null,
    make("p", { class: "fine" }, provenance(article, citation, quote)),
    make(
      "p",
      { class: "acts" },
      original(article.url),
      withdrawAct(article, { done: () => acts.close() }),
    ),
  );
}

function provenance(article, citation, quote) {
  const version = `Version ${article.version} of ${article.id}`;
  if (!quote || citation.version !== article.version) return version;
  return `${version}; the quote is characters ${citation.start} to ${citation.end}, unaltered.`;
}

/** "fr" is "French"; what is no language's name is left as it is. */
function languageName(tag) {
  try {
    return tag && new Intl.DisplayNames("en-GB", { type: "language" }).of(tag);
  } catch {
    return tag;
  }
}
