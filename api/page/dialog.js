// Asks whether something is to be done that cannot be undone, and says what came of it.

import { make } from "./dom.js";
import { sentence } from "./text.js";

/**
 * Open a dialog; the work is done once it is confirmed. Focus returns to where it was.
 * @param {object} what
 * @param {string} what.title the question
 * @param {string} what.about which one, in a line
 * @param {string} what.words what it means
 * @param {string} [what.sure] to be ticked before it can be confirmed
 * @param {string} what.no the button that leaves everything as it is
 * @param {string} what.yes the other
 * @param {() => Promise<string>} what.act does it; resolves to what has come of it, in words
 */
export function confirmed({ title, about, words, sure, no, yes, act }) {
  const [back, forth] = [no, yes].map((name, index) =>
    make("button", { type: "button", class: index ? "go" : "quiet" }, name),
  );
  const tick = sure ? make("input", { type: "checkbox" }) : null;
  const told = make("p", { id: "confirm-told", class: "told", role: "status" });
  const heading = make("h2", { id: "confirm-title" }, title);
  const meaning = make("p", {}, words);
  const dialog = make(
    "dialog",
    { class: "confirm", "aria-labelledby": "confirm-title" },
    heading,
    make("p", { class: "about", dir: "auto" }, about),
    meaning,
    tick && make("label", { class: "sure" }, tick, make("span", {}, sure)),
    told,
    make("p", { class: "acts" }, back, forth),
  );
  forth.disabled = Boolean(tick);
  tick?.addEventListener("change", () => (forth.disabled = !tick.checked));
  back.addEventListener("click", () => dialog.close());
  forth.addEventListener("click", async () => {
    told.textContent = "Working\u2026";
    told.classList.remove("wrong");
    forth.disabled = back.disabled = true;
    try {
      told.textContent = await act();
      for (const asked of [heading, meaning, forth, tick?.parentElement]) asked?.remove();
      dialog.setAttribute("aria-labelledby", "confirm-told");
      back.textContent = "Close";
    } catch (error) {
      told.classList.add("wrong");
      told.textContent = `${error.title ?? "It could not be done"}. ${sentence(error.message)}`;
      forth.disabled = false;
    }
    back.disabled = false;
    back.focus();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  (tick ?? back).focus();
}
