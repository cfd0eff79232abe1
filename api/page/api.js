// The page's side of the HTTP API. Every failure becomes an `ApiError` with words for a reader.

import { askForKey, keyHeader } from "./key.js";

/** What went wrong, ready to be shown. An aborted request is not one: it stays an AbortError. */
export class ApiError extends Error {
  /**
   * @param {string} title one line
   * @param {string} detail what to know or do
   * @param {string} [requestId] to find the request in the server's log
   */
  constructor(title, detail, requestId = "") {
    super(detail);
    this.title = title;
    this.requestId = requestId;
  }
}

const TITLES = {
  401: "An API key is needed",
  403: "That may not be shown",
  404: "It is not there",
  410: "It has been withdrawn",
  413: "That is too long",
  422: "That could not be asked",
  429: "Too many questions at once",
  503: "The corpus is busy",
  504: "It took too long",
};

async function call(path, options) {
  let response;
  try {
    response = await fetch(new URL(path, document.baseURI), {
      ...options,
      headers: { Accept: "application/json", ...keyHeader(), ...options.headers },
    });
    const body = await response.json();
    if (response.ok) return body;
    if (response.status === 401) askForKey();
    throw problem(response, body);
  } catch (error) {
    if (error.name === "AbortError" || error instanceof ApiError) throw error;
    if (response) throw problem(response, null);
    throw new ApiError(
      "The server cannot be reached",
      "Nothing answered at this address. It may have been stopped, or the connection may be " +
        "down: see that \u201cnewscite serve\u201d is running, then try again.",
    );
  }
}

function problem(response, body) {
  const detail =
    typeof body?.detail === "string" && body.detail
      ? body.detail
      : `The server answered ${response.status}, and in a form this page does not know.`;
  const title = TITLES[response.status] ?? "Something went wrong";
  return new ApiError(title, detail, body?.request_id ?? "");
}

/**
 * Ask a question; resolves to an Answer.
 * @param {{question: string, answer: string|null}[]} history the turns before it, oldest first
 */
export function ask(question, history, signal) {
  return call("v1/ask", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ question, history }),
    signal,
  });
}

/** One version of an article (the current one when `version` is null), with its text. */
export function article(id, version, signal) {
  const query = version ? `?version=${version}` : "";
  return call(`v1/articles/${encodeURIComponent(id)}${query}`, { signal });
}

/** A page of the articles that can be quoted; `cursor` is null for the first. */
export function articles(cursor, limit) {
  const query = new URLSearchParams({ status: "usable", limit, ...(cursor && { cursor }) });
  return call(`v1/articles?${query}`, {});
}
