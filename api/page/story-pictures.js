// The pictures of a story. What is only drawn stands beside words that say the same, and is hidden
// from who hears the page.

import { factLine, make, timeOf } from "./dom.js";
import {
  axis,
  bucketOf,
  figureLabel,
  later,
  listed,
  spread,
  stacked,
  stretch,
  ticks,
} from "./story-layout.js";
import { counted } from "./text.js";

const DOTS_APART = 2.6; // per cent of the axis
const FIGURES_APART = 36; // per cent of the height
const FEW = 3; // articles of which no histogram is drawn unless there are more

/** Put an element at a place, in per cent. */
function at(element, places) {
  for (const [name, place] of Object.entries(places)) {
    element.style.setProperty(`--${name}`, String(Math.round(place * 100) / 100));
  }
  return element;
}

/**
 * The articles as dots on an axis, and as a list.
 * @param {object[]} articles see `articlesOf`
 * @param {(article: object, from: HTMLElement) => void} open
 */
export function timelinePart(articles, open) {
  const times = articles.map(({ time }) => time);
  const line = axis(times);
  const places = times.map(line.at);
  const heights = stacked(places, DOTS_APART);
  const dots = articles.map((article, index) =>
    at(dot(article, index, open), { x: places[index], up: heights[index] }),
  );
  const marks = ticks(line.first, line.last, 7).map(({ time, label }) =>
    at(make("span", { class: "tick" }, label), { x: line.at(time) }),
  );
  const drawn = make("div", { class: "axis", "aria-hidden": "true" }, ...marks, ...dots);
  return make(
    "section",
    { class: "timeline", "aria-label": "Articles in order of publication" },
    at(drawn, { levels: Math.max(...heights) + 1 }),
    make("ol", {}, ...articles.map((article, index) => entry(articles, index, open))),
    key(
      make("i", { class: "dot cited" }, "1"),
      "cited in the answer",
      ...(articles.every(({ citations }) => citations.length)
        ? []
        : [make("i", { class: "dot" }), "also about it"]),
    ),
  );
}

/** What signs mean. */
function key(...signs) {
  return make("p", { class: "fine signs", "aria-hidden": "true" }, ...signs);
}

/** What ties an article's elements together, and to the answer's sentences that cite it. */
function ties(article, index) {
  const { citations } = article;
  return { "data-article": index, "data-cites": citations.length ? citations.join(" ") : null };
}

function mark({ citations }) {
  return [
    { class: citations.length ? "dot cited" : "dot", "aria-hidden": "true" },
    citations.length ? String(citations[0]) : "",
  ];
}

function dot(article, index, open) {
  const [attributes, number] = mark(article);
  const on = { click: (event) => open(article, event.currentTarget) };
  return make("span", { ...attributes, ...ties(article, index), on }, number);
}

function entry(articles, index, open) {
  const article = articles[index];
  const before = articles[index - 1];
  const since = before ? later(before.time, article.time) : "";
  const { citations, copies } = article;
  const cited = citations.length
    ? `cited as ${citations.join(", ").replace(/, (\d+)$/u, " and $1")}`
    : null;
  return make(
    "li",
    ties(article, index),
    since ? make("p", { class: "since", "aria-hidden": "true" }, since) : null,
    make("i", ...mark(article)),
    make("p", { class: "fine" }, timeOf(article.published_at)),
    make(
      "button",
      {
        type: "button",
        class: "headline",
        dir: "auto",
        on: { click: (event) => open(article, event.currentTarget) },
      },
      article.title || "Untitled",
    ),
    factLine(article.source, copies ? `and ${counted(copies, "copy", "copies")}` : null, cited),
  );
}

/**
 * The figures that articles give and others contradict, or null.
 *
 * No line joins them: each is what one source said on its day, and none is on the way to another.
 */
export function differingPart(answer, open) {
  const figures = answer.differing ?? [];
  if (figures.length < 2) return null;
  const told = figures.map((figure) => ({
    ...figure,
    cited: answer.citations.find(({ number }) => number === figure.citation),
    time: Date.parse(figure.published_at ?? ""),
  }));
  const isDrawn = told.every(({ value, time }) => value !== null && !Number.isNaN(time));
  return make(
    "section",
    { class: "differing", "aria-label": "Sources differ" },
    make("h4", {}, "Sources differ"),
    make("p", { class: "fine" }, "Each figure is what one article said on its day."),
    isDrawn
      ? plot(told, open)
      : make("ul", { class: "said" }, ...told.map((one) => saying(one, open))),
  );
}

/** A figure, the number of its citation, and who gave it when. */
function saying(figure, open) {
  const { cited, citation } = figure;
  const article = { ...cited, citations: [citation] };
  return make(
    "li",
    { "data-cites": citation },
    make("b", { dir: "auto" }, figureLabel(figure)),
    make("i", { class: "dot cited", "aria-hidden": "true" }, String(citation)),
    make(
      "button",
      { type: "button", class: "by", on: { click: (event) => open(article, event.currentTarget) } },
      make("bdi", {}, cited.source || cited.title || "Untitled"),
      " ",
      timeOf(figure.published_at),
    ),
  );
}

/** Each figure at its place: across its day, upwards its value. */
function plot(figures, open) {
  const line = axis(figures.map(({ time }) => time));
  const values = figures.map(({ value }) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const heights = spread(
    values.map((value) => (most > least ? (100 * (value - least)) / (most - least) : 50)),
    FIGURES_APART,
  );
  const items = figures.map((figure, index) =>
    at(saying(figure, open), { x: line.at(figure.time), y: heights[index] }),
  );
  return make("ul", { class: "plot" }, ...items);
}

/**
 * How many articles there were, when; null where a histogram would tell nothing.
 * @param {object} coverage the API's
 * @param {object[]} articles those of the timeline
 */
export function coveragePart({ buckets, interval, names }, articles) {
  const count = buckets.reduce((sum, bucket) => sum + bucket.articles, 0);
  if (buckets.length < 2 || count <= FEW) return null;
  const most = Math.max(...buckets.map((bucket) => bucket.articles));
  const peak = buckets.findIndex((bucket) => bucket.articles === most);
  const cited = new Set(
    articles
      .filter(({ citations }) => citations.length)
      .map(({ time }) => bucketOf(buckets, time)),
  );
  const bars = buckets.map((bucket, index) =>
    at(make("i", { class: cited.has(index) ? "bar cited" : "bar" }), {
      h: (100 * bucket.articles) / most,
    }),
  );
  const across = (100 * (peak + 0.5)) / buckets.length;
  const [first, last] = [buckets[0], buckets.at(-1)].map(({ start }) => stretch(start, interval));
  const about = names.length
    ? `${counted(count, "article")} that mention ${listed(names)} or tell this story`
    : `${counted(count, "article")} of this story`;
  const highest = most > 1 ? ` Most: ${most} (${stretch(buckets[peak].start, interval)}).` : "";
  return make(
    "section",
    { class: "coverage", "aria-label": "Coverage over time" },
    make("h4", {}, "Coverage over time"),
    make("p", { class: "fine" }, `${about}, by the ${interval}.${highest}`),
    make(
      "div",
      { class: "histogram", "aria-hidden": "true" },
      at(make("span", { class: "peak" }, String(most)), { x: across }),
      make("div", { class: "bars" }, ...bars),
      make("div", { class: "ends fine" }, make("span", {}, first), make("span", {}, last)),
    ),
    cited.size ? key(make("i", { class: "bar cited" }), "when a cited article appeared") : null,
  );
}
