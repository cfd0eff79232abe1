// Asks a question and hears the answer come in, as server-sent events over fetch.

import { request, problemOf } from "./api.js";

/**
 * Ask a question.
 * @param {object} question the API's AskRequest
 * @param {AbortSignal} signal stops the work, on the server too
 * @param {Object<string, (data: object) => void>} heard called with each event before the last, by
 *   its name: `passages`, `sentence`
 * @returns {Promise<object>} the API's Answer
 * @throws {ApiError} whatever went wrong; an AbortError when it was stopped
 */
export async function askStreaming(question, signal, heard) {
  const response = await request("v1/ask", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    body: JSON.stringify({ ...question, stream: true }),
    signal,
  });
  for await (const { name, data } of events(response)) {
    if (name === "answer") return data;
    if (name === "error") throw problemOf(data.status, data);
    heard[name]?.(data);
  }
  throw problemOf(0, {
    detail: "The connection ended before the answer was complete. Try again.",
  });
}

async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    yield* parts.map(parsed).filter(Boolean);
  }
}

/** An event of ours: a name and one line of JSON; a comment, which keeps the line open, is none. */
function parsed(lines) {
  const field = (name) =>
    lines.split("\n").find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const data = field("data");
  return data ? { name: field("event"), data: JSON.parse(data) } : null;
}
