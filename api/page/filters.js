// What of the corpus a question may use: days of publication, a day to go back to, sources, languages.

import { closed } from "./address.js";
import { corpus } from "./api.js";
import { make } from "./dom.js";
import { counted, dayInWords } from "./text.js";

const DAY_MS = 86_400_000;
const MANY = 12; // sources that are shown at once
// While a year is typed it is 2, then 20: no year of the news.
const FIRST = "1600-01-01";
const LAST = "9998-12-31";

/** The filters of an address, as the API takes them. `before` of the address is the last day. */
export function apiFilters({ after, before, as_of: asOf, sources, languages }) {
  return {
    filters: {
      after: after && `${after}T00:00:00Z`,
      before: before && dayAfter(before),
      sources,
      languages,
    },
    as_of: asOf && `${asOf}T23:59:59Z`,
  };
}

/** All that an answer depends on besides its questions, as one text. */
export const filterKey = (place) => JSON.stringify(apiFilters(place));

export const isNarrowed = (place) => inWords(place) !== "";

/** The filters in words, "" where there are none. */
export function inWords(place) {
  const words = parts(place).filter(Boolean).join(" \u00b7 ");
  return words && words[0].toUpperCase() + words.slice(1);
}

function parts({ after, before, as_of: asOf, sources, languages }) {
  const span =
    after && before && after !== before
      ? `published ${dayInWords(after)} to ${dayInWords(before)}`
      : after && before
        ? `published on ${dayInWords(after)}`
        : after
          ? `published since ${dayInWords(after)}`
          : before
            ? `published until ${dayInWords(before)}`
            : "";
  return [
    span,
    asOf ? `as the corpus stood on ${dayInWords(asOf)}` : "",
    sources.join(", "),
    languages.map(languageName).join(", "),
  ];
}

export function languageName(tag) {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/**
 * Put the filters' form into an element; `showFilters` keeps it to what the address says.
 * @param {HTMLElement} root
 * @param {{go: Function}} acts see app.js; a change of a filter goes to its address
 */
export function startFilters(root, { go }) {
  const change = (changes) => go({ ...closed({}), ...changes }, { replace: true });
  const summary = make("summary", {}, make("span", { class: "now" }));
  const dates = make(
    "div",
    { class: "dates" },
    dateField("after", "Published from", change),
    dateField("before", "until", change),
    dateField("as_of", "As the corpus stood on", change, "from what was known by then"),
  );
  const clear = make("button", { type: "button", class: "quiet clear" }, "Clear");
  clear.addEventListener("click", () => {
    change({ after: null, before: null, as_of: null, sources: [], languages: [] });
    summary.focus();
  });
  const lists = ["sources", "languages"].map((name) =>
    make("fieldset", { "data-list": name, hidden: true }),
  );
  const form = make("form", { action: "./", novalidate: true }, dates, ...lists);
  form.addEventListener("submit", (event) => event.preventDefault());
  root.append(make("details", { class: "filters" }, summary, form), clear);
  form.addEventListener("change", ({ target }) => {
    if (target.type !== "checkbox") return;
    const set = target.closest("fieldset");
    const chosen = [...set.querySelectorAll("input:checked")].map(({ value }) => value);
    change({ [set.dataset.list]: chosen });
  });
}

function dateField(name, label, change, about = "") {
  const input = make("input", { type: "date", name, min: FIRST, max: LAST });
  const told = make("span", { class: "hint", role: "status" });
  input.addEventListener("change", () => {
    const { valid, rangeOverflow, rangeUnderflow } = input.validity;
    told.textContent = rangeOverflow || rangeUnderflow ? "The last day is before the first." : "";
    if (valid) change({ [name]: input.value || null });
  });
  const means = about && make("span", {}, about);
  return make("label", {}, make("span", {}, label), input, means, told);
}

/** Show what an address says of the filters. */
export function showFilters(root, place) {
  const now = inWords(place);
  root.querySelector(".now").textContent = now || "Narrow by date or source";
  root.querySelector(".filters").classList.toggle("narrowed", Boolean(now));
  root.querySelector(".clear").hidden = !now;
  for (const input of root.querySelectorAll("input[type=date]")) {
    if (document.activeElement !== input) input.value = place[input.name] ?? "";
    if (input.name === "after") input.max = place.before ?? LAST;
    if (input.name === "before") input.min = place.after ?? FIRST;
  }
  corpus().then(
    ({ sources, languages }) => {
      const named = sources.filter(({ name }) => name);
      fill(root, "sources", "Sources", place, named.map((one) => ({ ...one, value: one.name })));
      const known = languages.filter(({ language }) => language);
      const tongues = known.map((one) => ({ ...one, value: one.language }));
      fill(root, "languages", "Languages", place, tongues.length > 1 ? tongues : []);
    },
    () => {}, // without the choices, the dates still work
  );
}

function fill(root, name, legend, place, choices) {
  const set = root.querySelector(`[data-list=${name}]`);
  set.hidden = !choices.length;
  const chosen = new Set(place[name]);
  const key = JSON.stringify(choices.map(({ value }) => value));
  if (set.dataset.key !== key) {
    set.dataset.key = key;
    const boxes = choices.map(({ value, articles }) => choice(name, value, articles));
    set.replaceChildren(make("legend", {}, legend), ...boxes);
    set.classList.toggle("many", choices.length > MANY);
  }
  for (const box of set.querySelectorAll("input")) box.checked = chosen.has(box.value);
}

function choice(name, value, articles) {
  const box = make("input", { type: "checkbox", value });
  const shown = name === "languages" ? languageName(value) : value;
  const count = make("span", { class: "fine" }, ` ${counted(articles, "article")}`);
  return make("label", { dir: "auto" }, box, make("span", {}, shown, count));
}

function dayAfter(day) {
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString();
}
