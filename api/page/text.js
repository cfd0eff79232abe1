// Arithmetic on article text. newscite's offsets count Unicode code points, while JavaScript
// strings are indexed by UTF-16 units: one emoji is one code point but two units.

/**
 * Cut a text in three around a quote.
 * @param {string} text an article's stored text
 * @param {number} start first code point of the quote
 * @param {number} end one past its last code point
 * @returns {{before: string, quote: string, after: string}}
 */
export function around(text, start, end) {
  const points = Array.from(text);
  return {
    before: points.slice(0, start).join(""),
    quote: points.slice(start, end).join(""),
    after: points.slice(end).join(""),
  };
}

/**
 * Split an article into paragraphs, keeping a quote whole: the paragraph that holds it comes back
 * with `quote` and what surrounds it, even when the quote runs over a line break.
 *
 * Blank lines part paragraphs; a text without any is parted at its line breaks.
 * @param {string} text
 * @param {{before: string, quote: string, after: string}|null} cut what `around` returned
 * @returns {Array<{before: string, quote: string|null, after: string}>}
 */
export function paragraphs(text, cut) {
  const gap = /\n[^\S\n]*\n/.test(text) ? /\n(?:[^\S\n]*\n)+/ : /\n+/;
  const plain = (parts) =>
    parts
      .filter((part) => part.trim())
      .map((part) => ({ before: part, quote: null, after: "" }));
  if (!cut) return plain(text.split(gap));
  const ahead = cut.before.split(gap);
  const behind = cut.after.split(gap);
  const holder = { before: ahead.pop(), quote: cut.quote, after: behind.shift() };
  return [...plain(ahead), holder, ...plain(behind)];
}

/** A confidence between 0 and 1 as a word. */
export function confidenceWord(confidence) {
  if (confidence >= 0.75) return "strong";
  return confidence >= 0.4 ? "fair" : "slight";
}

/** Milliseconds for a reader: "85 ms", "1.2 s". */
export function duration(milliseconds) {
  return milliseconds < 1000
    ? `${Math.round(milliseconds)} ms`
    : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** "1 article", "1,204 articles". */
export function counted(number, noun, plural = `${noun}s`) {
  return `${number.toLocaleString("en-GB")} ${number === 1 ? noun : plural}`;
}

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

function whereFrom({ title, source, published_at: at }) {
  return [`\u2014 ${title || "Untitled"}`, source, at && dayInWords(at.slice(0, 10))]
    .filter(Boolean)
    .join(", ");
}
