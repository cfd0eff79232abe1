// Sends files, and tells how much of them is sent: `fetch` cannot.

import { ApiError, problemOf } from "./api.js";
import { askForKey, keyHeader } from "./key.js";

const TITLES = {
  403: "Your key may not add articles",
  413: "That is more than this server takes",
  415: "The server does not take files like this",
  507: "The server\u2019s disk is full",
};

/**
 * Send files as one ingest job; resolves to the job.
 * @param {File[]} files
 * @param {string} source the publisher, where a file names none; "" for none
 * @param {{sent: (part: number) => void, signal: AbortSignal}} how `sent` is told 0 to 1
 * @throws {ApiError}
 */
export function upload(files, source, { sent, signal }) {
  const body = new FormData();
  for (const file of files) body.append("file", file, file.name);
  const query = source ? `?${new URLSearchParams({ source })}` : "";
  const request = new XMLHttpRequest();
  request.open("POST", new URL(`v1/ingest-jobs${query}`, document.baseURI));
  request.setRequestHeader("Accept", "application/json");
  for (const [name, value] of Object.entries(keyHeader())) request.setRequestHeader(name, value);
  request.upload.addEventListener("progress", ({ loaded, total }) => sent(loaded / total));
  signal.addEventListener("abort", () => request.abort());
  return new Promise((resolve, reject) => {
    request.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
    request.addEventListener("error", () => reject(brokenOff()));
    request.addEventListener("load", () => {
      const answer = jsonOf(request.responseText);
      if (request.status === 202 && answer) resolve(answer);
      else reject(refused(request.status, answer));
    });
    request.send(body);
  });
}

function brokenOff() {
  return new ApiError(
    "The files did not get through",
    "The connection broke off: the server may have been stopped, the files may be more than it " +
      "takes, or one was changed meanwhile. To send them again does no harm.",
  );
}

function refused(status, body) {
  if (status === 401) askForKey();
  const error = problemOf(status, body);
  error.title = TITLES[status] ?? error.title;
  return error;
}

function jsonOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
