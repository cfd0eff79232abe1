// The page's side of the HTTP API. Every failure becomes an `ApiError` with words for a reader.

import { askForBetterKey, askForKey, keyHeader } from "./key.js";

/** What went wrong, ready to be shown. An aborted request is not one: it stays an AbortError. */
export class ApiError extends Error {
  /**
   * @param {string} title one line
   * @param {string} detail what to know or do
   * @param {{requestId?: string, status?: number}} about the id finds the request in the server's
   *   log; the status is 0 where nothing answered
   */
  constructor(title, detail, { requestId = "", status = 0 } = {}) {
    super(detail);
    this.title = title;
    this.requestId = requestId;
    this.status = status;
  }
}

const TITLES = {
  401: "An API key is needed",
  403: "That is not allowed",
  404: "It is not there",
  410: "It has been withdrawn",
  413: "That is too long",
  422: "That could not be asked",
  429: "Too many questions at once",
  503: "The corpus is busy",
  504: "It took too long",
};

const SCOPE = /\bscope '(\w+)'/;

/**
 * Send a request; resolves to its response if that tells of success.
 * @throws {ApiError}
 */
export async function request(path, options = {}) {
  let response;
  try {
    response = await fetch(new URL(path, document.baseURI), {
      ...options,
      headers: { Accept: "application/json", ...keyHeader(), ...options.headers },
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(
      "The server cannot be reached",
      "Nothing answered at this address. It may have been stopped, or the connection may be " +
        "down: see that \u201cnewscite serve\u201d is running, then try again.",
    );
  }
  if (response.ok) return response;
  if (response.status === 401) askForKey();
  const problem = await response.json().catch(() => null);
  const lacking = response.status === 403 && SCOPE.exec(problem?.detail ?? "")?.[1];
  if (!lacking) throw problemOf(response.status, problem);
  askForBetterKey(lacking);
  const detail = `It has not the scope \u201c${lacking}\u201d. Above, you can give another.`;
  throw new ApiError("Your key may not do that", detail, {
    requestId: problem.request_id,
    status: 403,
  });
}

/** JSON in and out; resolves to the response's body. */
export async function call(path, options = {}) {
  const { json, ...others } = options;
  const body = json === undefined ? {} : { body: JSON.stringify(json) };
  const headers = json === undefined ? {} : { "Content-Type": "application/json" };
  const response = await request(path, {
    ...others,
    ...body,
    headers: { ...headers, ...others.headers },
  });
  try {
    return await response.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw problemOf(response.status, null);
  }
}

/** The error of a status and a problem document (RFC 9457), or of anything else that came. */
export function problemOf(status, body) {
  const detail =
    typeof body?.detail === "string" && body.detail
      ? body.detail
      : `The server answered ${status}, and in a form this page does not know.`;
  const title = TITLES[status] ?? "Something went wrong";
  return new ApiError(title, detail, { requestId: body?.request_id ?? "", status });
}

/** One version of an article (the current one when `version` is null), with its text. */
export function article(id, version, signal) {
  const query = version ? `?version=${version}` : "";
  return call(`v1/articles/${encodeURIComponent(id)}${query}`, { signal });
}

let holdings = null;

/** What the corpus holds; asked once, and anew after `forgetCorpus`. */
export function corpus() {
  holdings ??= call("v1/corpus").catch((error) => {
    holdings = null;
    throw error;
  });
  return holdings;
}

/** The corpus has changed: what it holds is to be asked for anew, by whoever shows it. */
export function forgetCorpus() {
  holdings = null;
  document.dispatchEvent(new Event("corpuschange"));
}
