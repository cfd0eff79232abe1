// Files that are dropped anywhere on the page, and what is in the folders among them.

import { byId, make } from "./dom.js";

/**
 * Take what is dropped.
 * @param {(files: File[]) => void} take
 */
export function startDropping(take) {
  const words = make("p", {}, "Drop to add to the corpus");
  const veil = make("div", { class: "veil", "aria-hidden": "true", hidden: true }, words);
  byId("main").after(veil);
  document.addEventListener("dragover", (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    veil.hidden = false;
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!relatedTarget) veil.hidden = true; // out of the window
  });
  document.addEventListener("drop", async (event) => {
    veil.hidden = true;
    if (!brings(event)) return;
    event.preventDefault();
    // What was dropped is there only until the first await.
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.());
    const plain = [...event.dataTransfer.files];
    const files = entries.some(Boolean) ? (await Promise.all(entries.map(filesOf))).flat() : plain;
    if (files.length) take(files);
  });
}

const brings = ({ dataTransfer }) => dataTransfer?.types.includes("Files");

/** A file, or all that are in a folder; hidden ones are no articles. */
async function filesOf(entry) {
  if (!entry) return [];
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) break; // they come a hundred at a time
    found.push(...some.filter(({ name }) => !name.startsWith(".")));
  }
  return (await Promise.all(found.map(filesOf))).flat();
}
