// Small helpers for making elements. Text only ever goes in as text nodes, so nothing that an
// article, a title or an error message contains can become markup.

const STILL = matchMedia("(prefers-reduced-motion: reduce)");

export const byId = (id) => document.getElementById(id);

/** Scroll an element into view: smoothly, but for who wants no motion. */
export function bringUp(element, block = "start") {
  element.scrollIntoView({ behavior: STILL.matches ? "instant" : "smooth", block });
}

/** Say something to who hears the page. */
export function announce(words) {
  byId("announce").textContent = words;
}

/**
 * Make an element.
 * @param {string} tag its name
 * @param {object} attributes set as attributes; `on` holds event listeners; null, undefined and
 *   false are left out
 * @param {...(Node|string|null)} children strings become text nodes, null and "" are left out
 */
export function make(tag, attributes = {}, ...children) {
  return furnish(document.createElement(tag), attributes, children);
}

/** The same for a picture's elements. */
export function makeSvg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  return furnish(element, attributes, children);
}

function furnish(element, attributes, children) {
  const { on = {}, ...plain } = attributes;
  for (const [name, value] of Object.entries(plain)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  for (const [event, listener] of Object.entries(on)) element.addEventListener(event, listener);
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

/**
 * A line of facts with dots between them; absent ones are left out. Each keeps to its own writing
 * direction, so an Arabic source does not turn the date after it around.
 */
export function factLine(...facts) {
  const present = facts.filter(Boolean);
  if (!present.length) return null;
  const parts = present.flatMap((fact, index) => {
    const part = make("bdi", {}, fact);
    return index ? [" \u00b7 ", part] : [part];
  });
  return make("p", { class: "fine" }, ...parts);
}

/** A `<time>` for a moment in UTC, or null where there is none. */
export function timeOf(moment, { withClock = false } = {}) {
  const date = moment ? new Date(moment) : null;
  if (!date || Number.isNaN(date.getTime())) return null;
  const hasClock = withClock && date.toISOString().slice(11, 19) !== "00:00:00";
  const words = new Intl.DateTimeFormat("en-GB", {
    dateStyle: "long",
    ...(hasClock && { timeStyle: "short" }),
    timeZone: "UTC",
  }).format(date);
  return make("time", { datetime: moment }, hasClock ? `${words} UTC` : words);
}

/** When an article is from: the day it was published, and that of the version where it is later. */
export function dated({ published_at: published, updated_at: updated }) {
  const later = updated && updated.slice(0, 10) !== published?.slice(0, 10);
  const since = later ? make("span", {}, "updated ", timeOf(updated)) : null;
  const first = timeOf(published);
  if (!first || !since) return first ?? since;
  return make("span", {}, first, ", ", since);
}

/** The address when it is one a reader may safely follow (http or https), else null. */
export function safeUrl(address) {
  try {
    const url = new URL(address);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}
