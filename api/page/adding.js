// The view that adds to the corpus: files in, jobs as they go on, the quarantine, what there is.

import { parse } from "./address.js";
import { call, corpus } from "./api.js";
import { byId, make } from "./dom.js";
import { startDropping } from "./dropping.js";
import { JobList } from "./jobs.js";
import { startQuarantine } from "./quarantine.js";
import { startStatus } from "./status.js";

const FORMATS =
  "Text, Markdown, HTML, PDF, JSON, JSONL, CSV, Parquet, ninjs, NewsML-G2, NITF, RSS, Atom or " +
  "WARC, one article or thousands of them, also packed by gzip";
const LOOKED_AT = 10; // of the jobs that the server has when the page is opened
const RECENT = 3; // of those that are over, the most that are shown,
const RECENT_MS = 3_600_000; // and for how long

let shownBefore = false;
let refresh = null;

/** @param {HTMLElement} root the view @param {{go: Function}} acts see app.js */
export function start(root, { go, openArticle }) {
  const list = make("ol", { class: "jobs", hidden: true, "aria-label": "What comes in" });
  const jobs = new JobList(list, { openArticle });
  const source = make("input", { id: "source-named", maxlength: "500", autocomplete: "off" });
  const take = (files) => jobs.send(files, source.value.trim());
  const [form, quarantine, status] = [
    section("giving", null),
    section("", "quarantine-title"),
    section("state", "status-title"),
  ];
  form.append(...dropZone(take), sourceField(source), list);
  root.append(make("div", { class: "keeping" }, make("div", {}, form, quarantine), status));
  const showStatus = startStatus(status, { again: () => refresh() });
  const showQuarantine = startQuarantine(quarantine, jobs);
  refresh = async () => {
    showStatus();
    const state = await corpus().catch(() => null);
    const mayAdd = typeof state?.quarantined === "number";
    form.classList.toggle("barred", Boolean(state) && !mayAdd);
    quarantine.hidden = !mayAdd;
    if (!mayAdd) return;
    showQuarantine();
    watchOthers(jobs);
  };
  startDropping((files) => {
    if (byId("view-add").hidden) go({ ...parse(""), view: "add" });
    scrollTo(0, 0);
    take(files);
  });
}

/** Show the view; what it holds is looked up when it is first seen. */
export function show() {
  document.title = "Add \u2013 newscite";
  if (shownBefore) return;
  shownBefore = true;
  refresh();
}

const section = (name, title) =>
  make("section", { class: name || null, "aria-labelledby": title });

function dropZone(take) {
  const input = make("input", { type: "file", multiple: true, hidden: true });
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = ""; // so that the same can be chosen again
    if (files.length) take(files);
  });
  const zone = make(
    "button",
    { type: "button", class: "zone", on: { click: () => input.click() } },
    make("b", {}, "Choose files, or drop them here"),
    make("span", {}, FORMATS),
  );
  const barred = make(
    "p",
    { class: "notice bar-note" },
    "Your API key may ask, but not add. It needs the scope \u201cingest\u201d besides.",
  );
  return [zone, input, barred];
}

function sourceField(input) {
  const label = make("label", { for: input.id }, "Source, where a file names none");
  return make("p", { class: "named" }, label, input);
}

/** The jobs that are under way already, from wherever they were sent, and those just over. */
async function watchOthers(jobs) {
  const none = () => ({ jobs: [] });
  const { jobs: found } = await call(`v1/ingest-jobs?limit=${LOOKED_AT}`).catch(none);
  const going = found.filter(({ state }) => state === "queued" || state === "running");
  for (const job of going.reverse()) jobs.watch(job);
  const ended = ({ finished_at: at }) => (at ? Date.parse(at) : 0);
  const late = found.filter((job) => ended(job) > Date.now() - RECENT_MS);
  jobs.recall(late.sort((one, other) => ended(other) - ended(one)).slice(0, RECENT));
}
