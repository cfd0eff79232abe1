// What the address bar says is shown: this wires the views and the reader to it.

import { closed, format, parse } from "./address.js";
import * as adding from "./adding.js";
import * as articles from "./articles.js";
import * as asking from "./asking.js";
import { byId } from "./dom.js";
import * as reader from "./reader.js";

const views = { ask: asking, articles, add: adding };
let place = parse(location.search);

/**
 * Go to another place.
 * @param {object} changes what is different there, as `parse` of address.js has it
 * @param {{replace?: boolean, own?: boolean, from?: HTMLElement|null}} how `replace` the entry of
 *   the history; `own` marks one that closing the reader may step back over; `from` is what the
 *   reader of the page activated
 */
function go(changes, { replace = false, own = false, from = null } = {}) {
  const address = location.pathname + format({ ...place, ...changes });
  if (replace) history.replaceState(history.state, "", address);
  else history.pushState({ own }, "", address);
  follow(from);
}

function follow(from = null) {
  const before = place;
  place = parse(location.search);
  for (const [name, view] of Object.entries(views)) {
    byId(`view-${name}`).hidden = name !== place.view;
    if (name === place.view) view.show(place, before);
  }
  for (const link of document.querySelectorAll("nav [data-view]")) {
    if (link.dataset.view === place.view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  openWanted(from);
}

/** Open in the reader what the address names: an article, or a citation once its answer is here. */
function openWanted(from) {
  const citation = place.view === "ask" && place.cite ? asking.citation(place.cite) : null;
  if (place.article) {
    reader.open({ id: place.article, version: place.version, diff: place.diff, citation: null }, from);
  } else if (citation) {
    const version = place.version ?? citation.version;
    const cited = { id: citation.article_id, version, diff: place.diff, citation };
    reader.open({ ...cited, cite: place.cite, among: asking.citedWith(place.cite) }, from);
  } else {
    reader.close();
  }
}

function openCitation(cite, from) {
  go({ ...closed({}), cite }, { replace: reader.isOpen(), own: true, from });
}

function openArticle(id, { version = null, from = null } = {}) {
  go({ ...closed({}), article: id, version }, { replace: reader.isOpen(), own: true, from });
}

function closeReader() {
  reader.close();
  if (history.state?.own) history.back();
  else go(closed({}), { replace: true });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-view]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { view, field } = link.dataset;
  go({ ...parse(""), view });
  scrollTo(0, 0);
  if (field) byId(field).focus({ preventScroll: true });
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && reader.isOpen() && !document.querySelector("dialog[open]")) {
    closeReader();
  }
});
addEventListener("popstate", () => follow());

const acts = { go, openArticle, openCitation, arrived: () => openWanted(null) };
reader.start({ ...acts, close: closeReader });
for (const [name, view] of Object.entries(views)) view.start(byId(`view-${name}`), acts);
follow();
