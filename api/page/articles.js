// The view of the articles: browse them by their day, or find them by words.

import { closed } from "./address.js";
import { errorNotice } from "./answer.js";
import { call, corpus } from "./api.js";
import { announce, make, timeOf } from "./dom.js";
import { apiFilters, isNarrowed, showFilters, startFilters } from "./filters.js";
import { closestArticles, closestOf, haveNone, row } from "./headlines.js";
import { sources, startStatus } from "./status.js";
import { counted } from "./text.js";

const PAGE = 20;
const CLOSEST = 20; // passages; their articles are fewer
const LONGEST = 200; // characters that the API looks for

const view = {};
let acts = null;
let shown = null; // the key of what is listed; null: nothing, or the corpus has changed since
let pending = null;
let next = null;

/** @param {HTMLElement} root the view @param {object} actions see app.js */
export function start(root, actions) {
  acts = actions;
  const input = make("input", {
    id: "find", type: "search", maxlength: LONGEST, autocomplete: "off", enterkeyhint: "search",
    placeholder: "Words or \u201ca phrase\u201d",
  });
  const form = make(
    "form",
    { class: "ask", role: "search", action: "./", novalidate: true },
    make("label", { class: "label", for: "find" }, "Find articles"),
    make("div", { class: "line" }, input, make("button", { class: "go", type: "submit" }, "Find")),
  );
  const more = make("button", { type: "button", class: "quiet" }, "More articles");
  Object.assign(view, {
    input,
    more,
    narrowing: make("div", { class: "narrowing" }),
    closest: make("section", { "aria-labelledby": "closest-title" }),
    newest: make("h2", {}, "All of them, newest first"),
    count: make("div", { class: "count" }),
    list: make("ol", { class: "headlines index" }),
  });
  const all = make("section", { "aria-label": "All of them" }, view.newest, view.list, more);
  view.from = make("aside", { "aria-label": "Sources" });
  view.columns = make("div", { class: "finding" }, view.count, view.closest, all, view.from);
  view.showSources = startStatus(view.from, { told: (state) => sources(state.sources, narrowTo) });
  root.append(form, view.narrowing, view.columns);
  startFilters(view.narrowing, acts);
  const find = () => acts.go({ ...closed({}), find: input.value.trim() });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    find();
  });
  input.addEventListener("search", () => {
    if (!input.value) find(); // emptied by its own button
  });
  more.addEventListener("click", addPage);
  document.addEventListener("corpuschange", () => {
    shown = null;
    if (!root.hidden) show(view.place);
  });
}

const narrowTo = (name) => acts.go({ ...closed({}), sources: [name] });

/** Show what an address says. */
export function show(place) {
  view.place = place;
  document.title = `${place.find ? `${place.find} \u2013 articles` : "Articles"} \u2013 newscite`;
  showFilters(view.narrowing, place);
  const key = JSON.stringify([place.find, apiFilters(place)]);
  if (key === shown) return;
  shown = key;
  view.input.value = place.find;
  pending?.abort();
  pending = new AbortController();
  view.closest.hidden = !place.find;
  view.from.hidden = place.find || isNarrowed(place);
  if (!view.from.hidden) view.showSources();
  list(pending.signal);
  if (place.find) findClosest(pending.signal);
}

async function list(signal) {
  view.more.hidden = true;
  try {
    const page = await fetchPage(null, signal);
    const { languages } = await corpus().catch(() => ({ languages: [] }));
    view.manyLanguages = languages.filter(({ language }) => language).length > 1;
    view.list.replaceChildren(...rows(page.articles));
    view.count.replaceChildren(...counting(page.total));
    view.list.hidden = !page.total;
    view.newest.hidden = !page.total || !view.place.find;
    turnTo(page);
    announce(view.count.textContent);
  } catch (error) {
    if (signal.aborted) return;
    shown = null;
    view.list.replaceChildren();
    view.newest.hidden = true;
    view.count.replaceChildren(errorNotice(error, () => show(view.place)));
  }
}

async function addPage() {
  const { signal } = pending;
  view.more.disabled = true;
  try {
    const page = await fetchPage(next, signal);
    const added = rows(page.articles, view.list.lastElementChild?.dataset.day);
    view.list.append(...added);
    turnTo(page);
    added[0]?.querySelector("button").focus();
  } catch (error) {
    if (signal.aborted) return;
    announce(error.title);
    view.more.textContent = `${error.title}. Try again`;
  } finally {
    view.more.disabled = false;
  }
}

function turnTo(page) {
  next = page.next_cursor;
  view.more.hidden = !next;
  view.more.textContent = "More articles";
}

function fetchPage(cursor, signal) {
  const { find } = view.place;
  const { filters, as_of: asOf } = apiFilters(view.place);
  const query = new URLSearchParams({ limit: PAGE, find: find.slice(0, LONGEST) });
  const times = { after: filters.after, before: filters.before, as_of: asOf, cursor };
  for (const [name, value] of Object.entries(times)) if (value) query.set(name, value);
  for (const source of filters.sources) query.append("source", source);
  for (const language of filters.languages) query.append("language", language);
  return call(`v1/articles?${query}`, { signal });
}

/** Each article with the day it is listed under, said where it is not that of the one before. */
function rows(articles, before) {
  return articles.map((article) => {
    const day = article.published_at?.slice(0, 10) ?? "";
    const item = row(article, view.manyLanguages, acts);
    item.classList.toggle("same", day === before);
    item.dataset.day = before = day;
    item.append(make("p", { class: "when" }, timeOf(article.published_at) ?? "Undated"));
    return item;
  });
}

function counting(total) {
  const { find } = view.place;
  if (total && find) return [`${counted(total, "article")} with ${words(find)}`];
  if (total) return [`${counted(total, "article")}, newest first`];
  if (find) return [`No article has ${words(find)}.`];
  if (isNarrowed(view.place)) return ["No article is within these limits."];
  return [
    "Nothing here yet. ",
    make("a", { href: "./?view=add", "data-view": "add" }, "Add articles"),
    ", then ask about them.",
  ];
}

function words(find) {
  const phrase = find.match(/^["“”„«»]([^"“”„«»]+)["“”„«»]$/)?.[1];
  return !phrase && /\s/.test(find) ? "all of these words" : `\u201c${phrase ?? find}\u201d`;
}

async function findClosest(signal) {
  const title = make("h2", { id: "closest-title" }, "Closest passages");
  view.closest.replaceChildren(title, make("p", { class: "waiting" }, "Reading\u2026"));
  try {
    const json = { query: view.place.find, limit: CLOSEST, ...apiFilters(view.place) };
    const { passages } = await call("v1/search", { method: "POST", json, signal });
    view.closest.replaceChildren(...closest(closestOf(passages), title));
  } catch (error) {
    if (signal.aborted) return;
    view.closest.replaceChildren(title, errorNotice(error, () => findClosest(signal)));
  }
}

function closest(found, title) {
  const { find } = view.place;
  if (!found.length) return [title, make("p", {}, "There are none.")];
  const list = make("ol", { class: "passages" }, ...closestArticles(found, find, acts));
  if (!haveNone(found, find)) return [title, list];
  title.textContent = "Nearest in meaning";
  const none = `None of them has ${/\s/.test(find) ? "these words" : "this word"}.`;
  return [title, make("p", { class: "fine" }, none), list];
}
