// Why an article cannot be shown, and what can be done about it.

import { ApiError } from "./api.js";
import { make } from "./dom.js";

/**
 * @param {Error} error what came of reading it
 * @param {object} place see `open` of reader.js
 * @param {object} acts see app.js
 * @param {() => void} again tries once more
 */
export function trouble(error, place, acts, again) {
  const { title, lines, retry } = told(error, place);
  const current = place.version && [403, 404].includes(error.status);
  const named = [place.id, error.requestId && `request ${error.requestId}`].filter(Boolean);
  return [
    make("p", { class: "label" }, "Article"),
    make("h2", { id: "reader-title" }, title),
    make(
      "div",
      { class: "trouble", role: "alert" },
      ...lines.map((line) => make("p", { dir: "auto" }, line)),
      make(
        "p",
        { class: "acts" },
        retry ? button("Try again", again) : null,
        current ? button("Read the current version", () => toCurrent(place, acts)) : null,
        button("Close", () => acts.close()),
      ),
      make("p", { class: "fine" }, named.join(" \u00b7 ")),
    ),
  ];
}

function told(error, { version, diff, citation }) {
  if (!(error instanceof ApiError)) {
    const lines = ["What the server sent is not of the form that this page knows."];
    return { title: "The article could not be shown", lines, retry: true };
  }
  if (error.status === 410) {
    const gone =
      "It was withdrawn for good: no version of it is shown, found or quoted any more.";
    const older = "The answer that quotes it is older than that. Ask again for one that does not.";
    return { title: "This article was withdrawn", lines: citation ? [gone, older] : [gone] };
  }
  if (error.status === 404) {
    return version || diff
      ? { title: "There is no such version", lines: [sentence(error.message)] }
      : { title: "There is no such article", lines: [sentence(error.message)] };
  }
  if (error.status === 403) {
    return { title: "This may not be shown", lines: [sentence(error.message)] };
  }
  return { title: error.title, lines: [error.message], retry: true };
}

const sentence = (words) => `${words[0].toUpperCase()}${words.slice(1)}.`.replace(/\.\.$/, ".");

const button = (words, act) =>
  make("button", { type: "button", class: "quiet", on: { click: act } }, words);

/** The current version, without the citation that wants another. */
function toCurrent({ id }, acts) {
  acts.go({ article: id, cite: null, version: null, diff: null }, { replace: true });
}
