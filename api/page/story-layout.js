// Where things stand in the pictures of a story, and what is said of dates. No elements here: places
// are percentages, times milliseconds since 1970, and every day is one of UTC.

const HOUR = 3600_000;
const DAY = 24 * HOUR;
const EDGE = 3; // per cent that is left free at both ends of an axis

/**
 * A scale from times to places on an axis.
 * @param {number[]} times at least one
 */
export function axis(times) {
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const span = last - first;
  const at = (time) => (span ? EDGE + ((100 - 2 * EDGE) * (time - first)) / span : 50);
  return { first, last, at };
}

/**
 * How high each point stands so that none covers another: 0 on the axis, 1 above it, and so on.
 * @param {number[]} places in any order
 * @param {number} apart what two points of one height keep between them
 */
export function stacked(places, apart) {
  const heights = new Array(places.length);
  const lastAt = [];
  const inOrder = places.map((place, index) => [place, index]).sort((a, b) => a[0] - b[0]);
  for (const [place, index] of inOrder) {
    const free = lastAt.findIndex((last) => place - last >= apart);
    heights[index] = free === -1 ? lastAt.length : free;
    lastAt[heights[index]] = place;
  }
  return heights;
}

/**
 * Places moved as little as it takes to stand `apart`, in the same order and within 0 and 100.
 * @param {number[]} places in any order; so many that there is room for them
 */
export function spread(places, apart) {
  const inOrder = places.map((place, index) => ({ place, index }));
  inOrder.sort((a, b) => a.place - b.place);
  let least = 0;
  for (const one of inOrder) {
    one.place = Math.max(one.place, least);
    least = one.place + apart;
  }
  let most = 100;
  for (const one of inOrder.reverse()) {
    one.place = Math.min(one.place, most);
    most = one.place - apart;
  }
  const moved = new Array(places.length);
  for (const { place, index } of inOrder) moved[index] = place;
  return moved;
}

const STEPS = [
  ...[1, 3, 6, 12].map((hours) => byTime(hours * HOUR, { hour: "2-digit", minute: "2-digit" })),
  ...[1, 2, 7, 14].map((days) => byTime(days * DAY, { day: "numeric", month: "short" })),
  ...[1, 3, 6].map((months) => byMonths(months, { month: "short", year: "numeric" })),
  ...[1, 2, 5, 10, 25, 50, 100].map((years) => byMonths(12 * years, { year: "numeric" })),
];

function byTime(length, form) {
  return { form, from: (time) => Math.ceil(time / length) * length, next: (time) => time + length };
}

function byMonths(months, form) {
  const begin = (count) => Date.UTC(Math.floor(count / 12), count % 12);
  const number = (time) => {
    const date = new Date(time);
    return 12 * date.getUTCFullYear() + date.getUTCMonth();
  };
  return {
    form,
    from: (time) => {
      const own = Math.floor(number(time) / months) * months;
      return begin(own) >= time ? begin(own) : begin(own + months);
    },
    next: (time) => begin(number(time) + months),
  };
}

/** Round times between two others, at most `most` of them, each with what it is called. */
export function ticks(first, last, most) {
  for (const { form, from, next } of STEPS) {
    if ((last - first) / (next(from(first)) - from(first)) > most) continue;
    const found = [];
    for (let time = from(first); time <= last && found.length <= most; time = next(time)) {
      found.push({ time, label: written(time, form) });
    }
    if (found.length <= most) return found;
  }
  return [];
}

function written(time, form) {
  return new Intl.DateTimeFormat("en-GB", { ...form, timeZone: "UTC" }).format(time);
}

/** A day in words: "4 March 2025". */
export const day = (time) => written(time, { dateStyle: "long" });

/** How long after another a time is: "3 weeks later", "" on the same day. */
export function later(before, after) {
  const days = Math.floor(after / DAY) - Math.floor(before / DAY);
  const [count, unit] =
    days >= 730
      ? [Math.round(days / 365.25), "year"]
      : days >= 60
        ? [Math.round(days / 30.44), "month"]
        : days >= 14
          ? [Math.round(days / 7), "week"]
          : [days, "day"];
  return count > 0 ? `${count} ${unit}${count === 1 ? "" : "s"} later` : "";
}

/** What a stretch of the coverage is called. */
export function stretch(start, interval) {
  const time = Date.parse(start);
  switch (interval) {
    case "hour":
      return `${day(time)}, ${written(time, { hour: "2-digit", minute: "2-digit" })} UTC`;
    case "week":
      return `week of ${day(time)}`;
    case "month":
      return written(time, { month: "long", year: "numeric" });
    case "year":
      return written(time, { year: "numeric" });
    case "decade":
      return `the ${written(time, { year: "numeric" })}s`;
    case "century":
      return `the century from ${written(time, { year: "numeric" })}`;
    default:
      return day(time);
  }
}

/** Which bucket a time is in, -1 before the first. */
export function bucketOf(buckets, time) {
  return buckets.findLastIndex(({ start }) => Date.parse(start) <= time);
}

/**
 * The dated articles of a story with what the answer cites of each, in order of publication. What
 * is cited is among them even if the story was not found to have it.
 * @param {object} answer the API's Answer
 * @param {object[]} told the articles of the API's Timeline
 */
export function articlesOf(answer, told) {
  const found = told.map((article) => ({ ...article, citations: [] }));
  for (const citation of answer.citations) {
    const ids = [citation.article_id, ...(citation.syndicated_in ?? [])];
    let article = found.find(({ article_id: id }) => id === ids[0]);
    article ??= found.find(({ article_id: id }) => ids.includes(id));
    if (!article) {
      article = { ...citation, copies: ids.length - 1, citations: [] };
      found.push(article);
    }
    article.citations.push(citation.number);
  }
  return found
    .filter(({ published_at: at }) => !Number.isNaN(Date.parse(at ?? "")))
    .map((article) => ({ ...article, time: Date.parse(article.published_at) }))
    .sort((one, other) => one.time - other.time);
}

/** “Anna”, “Brekke” and “Kvalen”. */
export function listed(names) {
  const each = names.map((name) => `\u201c${name}\u201d`);
  return each.length > 1 ? `${each.slice(0, -1).join(", ")} and ${each.at(-1)}` : each.join("");
}

/** A figure to be compared: as the article writes it if in digits, else its value. */
export function figureLabel({ text, value }) {
  return /\d/u.test(text) || value === null ? text : value.toLocaleString("en-GB");
}
