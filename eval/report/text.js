"use strict";

// Elements made of text, never of markup: what they show was written by strangers.

const CUT = 240; // so many characters of the article are kept on each side of a quote

function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function unseen(text) {
  return el("span", { class: "unseen" }, text);
}

/** A link that leads to the web or nowhere at all. */
function webLink(url, ...children) {
  const safe = /^https?:\/\//i.test(url ?? "");
  return safe
    ? el("a", { href: url, rel: "noopener noreferrer", target: "_blank" }, ...children)
    : el("span", {}, ...children);
}

/** The text in pieces, those that a gold answer says as <em class="said">. */
function withGold(text, gold) {
  const words = gold
    .map((answer) => answer.trim().split(/\s+/u).map(escaped).join("[\\s\\p{P}]+"))
    .filter(Boolean)
    .sort((one, other) => other.length - one.length);
  if (!text || !words.length) return [text ?? ""];
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(${words.join("|")})(?![\\p{L}\\p{N}])`, "giu");
  return text
    .split(pattern)
    .map((piece, place) => (place % 2 ? el("em", { class: "said" }, piece) : piece));
}

function escaped(word) {
  return word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** An answer whose [n] lead to citations; a number without a citation is shown as the error it is. */
function withMarkers(answer, cited, citations, gold) {
  const real = new Set(citations.map((citation) => citation.number));
  const known = new Set([...cited, ...real]);
  const pieces = answer.split(/\[(\d{1,6})\]/);
  return pieces.flatMap((piece, place) => {
    if (place % 2 === 0) return withGold(piece, gold);
    const number = Number(piece);
    if (!known.has(number)) return [`[${piece}]`];
    if (!real.has(number)) {
      const why = "The answer cites a number that it gives no citation for.";
      return [el("span", { class: "marker dangling", title: why }, piece, unseen(` (${why})`))];
    }
    return [el("button", { type: "button", class: "marker", "data-number": number }, piece)];
  });
}

function shortened(text, length) {
  const letters = [...text];
  if (letters.length <= length) return text;
  return `${letters.slice(0, length).join("").replace(/\s+\S*$/, "")} …`;
}

/** What stands before a quote; where it was cut off, from the first whole word. */
function upTo(text) {
  return together(text.length < CUT ? text : text.replace(/^\S*\s+/, "… "));
}

/** What stands after a quote; where it was cut off, to the last whole word. */
function onFrom(text) {
  return together(text.length < CUT ? text : text.replace(/\s+\S*$/, " …"));
}

/** Paragraphs without the empty lines between them. */
function together(text) {
  return text.replace(/\n\s*\n/g, "\n");
}

function seconds(ms) {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10000 ? 2 : 1)} s`;
}
