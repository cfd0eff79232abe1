// The API key, which a server that has keys wants. It is kept for as long as the tab is open.

import { byId } from "./dom.js";

const KEPT = "newscite-api-key";

/** The header that brings the key, where there is one. */
export function keyHeader() {
  const key = sessionStorage.getItem(KEPT);
  return key ? { Authorization: `Bearer ${key}` } : {};
}

/** The server has refused a request for want of a key: ask for one. */
export function askForKey() {
  const refused = sessionStorage.getItem(KEPT) !== null;
  sessionStorage.removeItem(KEPT);
  const form = byId("key");
  if (!form.hidden && !refused) return;
  byId("key-hint").textContent = refused
    ? "This key is unknown here, or was revoked."
    : "This server wants an API key. It is kept until you close this tab.";
  form.hidden = false;
  byId("key-given").focus();
}

/** The key may not do what was wanted: another can be given. */
export function askForBetterKey(scope) {
  byId("key-hint").textContent =
    `Your key may not do that: it wants one with the scope \u201c${scope}\u201d, ` +
    "which whoever runs this server can make.";
  byId("key").hidden = false;
}

byId("key").addEventListener("submit", (event) => {
  event.preventDefault();
  const key = byId("key-given").value.trim();
  if (!/^[!-~]+$/.test(key)) return;
  sessionStorage.setItem(KEPT, key);
  location.reload(); // the address bar says what was wanted
});
