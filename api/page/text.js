// Arithmetic on article text. newscite's offsets count Unicode code points, while JavaScript
// strings are indexed by UTF-16 units: one emoji is one code point but two units.

/**
 * Where a code point stands in a text, in UTF-16 units.
 * @param {string} text
 * @param {number} point how many code points stand before it
 */
export function unitAt(text, point) {
  let unit = 0;
  for (let left = point; left > 0 && unit < text.length; left -= 1) {
    unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
  }
  return unit;
}

/** A confidence between 0 and 1 as a word. */
export function confidenceWord(confidence) {
  if (confidence >= 0.75) return "strong";
  return confidence >= 0.4 ? "fair" : "slight";
}

/** Milliseconds for a reader: "85 ms", "1.2 s". */
export function duration(milliseconds) {
  return milliseconds < 1000
    ? `${Math.round(milliseconds)}\u00a0ms`
    : `${(milliseconds / 1000).toFixed(1)}\u00a0s`;
}

/** "1 article", "1,204 articles". */
export function counted(number, noun, plural = `${noun}s`) {
  return `${number.toLocaleString("en-GB")} ${number === 1 ? noun : plural}`;
}

/** With a capital at its beginning and a stop at its end. */
export const sentence = (words) =>
  words.charAt(0).toUpperCase() + words.slice(1) + (/[.!?]$/.test(words) ? "" : ".");

/** A day (YYYY-MM-DD) in words: "4 March 2025". */
export function dayInWords(day) {
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" }).format(
    new Date(`${day}T00:00:00Z`),
  );
}

/** The words of a text in small letters, each with its first and last code point. */
export function wordsIn(text) {
  const found = [];
  let at = 0;
  let unit = 0;
  for (const { 0: word, index } of text.matchAll(/[\p{L}\p{N}]+/gu)) {
    const from = at + Array.from(text.slice(unit, index)).length;
    const to = from + Array.from(word).length;
    found.push({ word: word.toLowerCase(), from, to });
    at = to;
    unit = index + word.length;
  }
  return found;
}

/** A citation as plain text: the quote, its headline, source, day and address. */
export function citationText(citation) {
  return [`\u201c${citation.quote}\u201d`, whereFrom(citation), citation.url]
    .filter(Boolean)
    .join("\n");
}

/** The same for what takes formatted text. */
export function citationHtml(citation) {
  const quote = document.createElement("blockquote");
  quote.textContent = `\u201c${citation.quote}\u201d`;
  const from = document.createElement(citation.url ? "a" : "span");
  from.textContent = whereFrom(citation);
  if (citation.url) from.setAttribute("href", citation.url);
  const line = document.createElement("p");
  line.append(from);
  return quote.outerHTML + line.outerHTML;
}

function whereFrom({ title, source, published_at: published, updated_at: updated }) {
  const [day, later] = [published, updated].map((at) => at && dayInWords(at.slice(0, 10)));
  const since = later && later !== day ? `updated ${later}` : null;
  return [`\u2014 ${title || "Untitled"}`, source, day, since]
    .filter(Boolean)
    .join(", ");
}
