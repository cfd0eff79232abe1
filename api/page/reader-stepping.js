// Where the reader is among what an answer cites, and the way to the citation before and after.

import { byId, make } from "./dom.js";

const steps = {};

/**
 * Put the ways on into the reader's bar; `showPlace` keeps them to what is open.
 * @param {HTMLElement} bar
 * @param {(cite: string) => void} step opens a citation by its name
 */
export function startStepping(bar, step) {
  const group = make("div", { class: "steps", hidden: true });
  for (const [way, sign, name] of [
    ["before", "\u2039", "Previous citation"],
    ["after", "\u203a", "Next citation"],
  ]) {
    const button = make("button", { type: "button", "aria-label": name, title: name }, sign);
    button.addEventListener("click", () => {
      if (button.dataset.to) step(button.dataset.to);
    });
    group.append(button);
    steps[way] = button;
  }
  bar.append(group);
  steps.group = group;
}

/** Say where what is open stands. @param {object} place see `open` of reader.js */
export function showPlace({ citation, cite, among = [] }) {
  const at = among.indexOf(cite);
  const many = among.length > 1;
  lead(steps.before, among[at - 1]);
  lead(steps.after, among[at + 1]);
  steps.group.hidden = !many;
  byId("reader-place").classList.toggle("many", many);
  byId("reader-place").replaceChildren(
    ...(citation
      ? [
          make("span", {}, "Citation "),
          counting(citation, among),
          make("span", {}, citation.source ? ` \u00b7 ${citation.source}` : ""),
        ]
      : []),
  );
}

/** The same for who hears the page, with what is quoted. */
export function placeInWords({ citation, among }) {
  const where = [`Citation ${counting(citation, among)}`, citation.source];
  return `${where.filter(Boolean).join(", ")}: ${citation.quote}`;
}

const counting = ({ number }, { length }) => (length > 1 ? `${number} of ${length}` : `${number}`);

/** At an end the way on stays, so that it keeps the focus, but leads nowhere. */
function lead(button, cite) {
  button.dataset.to = cite ?? "";
  if (cite) button.removeAttribute("aria-disabled");
  else button.setAttribute("aria-disabled", "true");
}
