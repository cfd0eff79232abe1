// An opened question: what was asked, what is right, what was said, and how far the evidence came.

const CHECKS = {
  found: ["good", "stands in the article, word for word"],
  altered: ["bad", "altered: the article says nearly this, but not this"],
  misattributed: ["bad", "misattributed: another article says this, the one cited does not"],
  absent: ["bad", "made up: no article looked at says this"],
};

function detail(question, data) {
  const gold = question.gold ?? [];
  return el(
    "div",
    { class: "detail" },
    stagePart(question, data),
    el("div", { class: "columns" },
      el("div", {}, ...answerPart(question, gold), ...citationsPart(question, gold)),
      el("div", {}, ...goldPart(question, gold), ...evidencePart(question, gold),
        ...nuggetsPart(question), ...restPart(question, data))),
  );
}

function stagePart(question, data) {
  const told = {
    right: question.unanswerable
      ? "There is no answer, and the system said so." : "A gold answer was given.",
  }[question.stage] ?? sentence(data.stages[question.stage]?.sentence ?? "the gold does not say what is right");
  return el("p", { class: "fate" }, el("span", { class: `dot ${question.stage ?? ""}`, "aria-hidden": "true" }), told);
}

function sentence(words) {
  return `${words[0].toUpperCase()}${words.slice(1)}.`;
}

function part(title, ...children) {
  return [el("h4", {}, title), ...children];
}

function answerPart(question, gold) {
  if (question.error) return part("Error", el("pre", { class: "error", dir: "auto" }, question.error));
  if (question.outcome === "refused") {
    return part("Refused", ...notes(question, "The system said that it has no answer."));
  }
  const answer = question.answer?.trim()
    ? el("p", { class: "answer", dir: "auto" },
      ...withMarkers(question.answer, question.cited ?? [], question.citations ?? [], gold))
    : el("p", { class: "fine" }, "The answer is empty.");
  answer.addEventListener("click", toCitation);
  return part("Answer", answer, ...notes(question));
}

function toCitation(event) {
  const number = event.target.dataset?.number;
  if (!number) return;
  const target = event.currentTarget.closest(".detail").querySelector(`[data-citation="${number}"]`);
  target?.scrollIntoView({ block: "center" });
  target?.focus({ preventScroll: true });
}

function notes(question, otherwise) {
  const told = question.notes ?? (otherwise ? [otherwise] : []);
  return told.length ? [el("ul", { class: "told" }, ...told.map((note) => el("li", { dir: "auto" }, note)))] : [];
}

function citationsPart(question, gold) {
  const citations = question.citations ?? [];
  if (!citations.length) return [];
  return part("Citations", el("ol", { class: "citations" }, ...citations.map((citation) => cited(citation, gold))));
}

function cited(citation, gold) {
  const [mood, words] = CHECKS[citation.check];
  const told = citation.check === "found" && !citation.exact
    ? ["bad", "stands in the article, but not at the place it names"] : [mood, words];
  return el(
    "li",
    { "data-citation": citation.number, tabindex: "-1" },
    el("p", { class: "head", dir: "auto" },
      el("span", { class: "number" }, String(citation.number)),
      el("span", { dir: "auto" }, webLink(citation.url, citation.title || citation.article)),
      el("span", { class: "fine", dir: "auto" }, " ", citation.source ?? ""),
      citation.date ? el("time", { class: "fine", datetime: citation.date }, ` ${citation.date}`) : null),
    el("blockquote", { dir: "auto" }, ...withGold(upTo(citation.before ?? ""), gold),
      el("mark", {}, ...withGold(citation.quote ?? "", gold)), ...withGold(onFrom(citation.after ?? ""), gold)),
    el("p", { class: `check ${told[0]}` }, el("span", { "aria-hidden": "true" }, told[0] === "good" ? "✓ " : "✗ "), told[1]),
    el("p", { class: "fine place" }, `${citation.article}, version ${citation.version}, characters ${citation.start ?? 0}–${citation.end}`),
  );
}

function goldPart(question, gold) {
  if (question.unanswerable) {
    return part("Gold", el("p", {}, "There is no answer: the system ought to refuse."));
  }
  if (!gold.length) return part("Gold", el("p", { class: "fine" }, "No gold answer; only finding is measured."));
  return part(gold.length > 1 ? "Gold, any of these" : "Gold",
    el("ul", { class: "gold" }, ...gold.map((answer) => el("li", { dir: "auto" }, answer))));
}

function evidencePart(question, gold) {
  const pieces = question.evidence ?? [];
  if (!pieces.length) return [];
  return part("Gold evidence", el("ul", { class: "evidence" }, ...pieces.map((piece) => el(
    "li", {},
    piece.quote ? el("blockquote", { dir: "auto" }, ...withGold(piece.quote, gold)) : null,
    el("p", { class: "fine place", dir: "auto" }, piece.article),
    piece.unknown
      ? el("p", { class: "check bad" }, "✗ the corpus has no such article")
      : el("ol", { class: "trail" }, ...trail(piece)),
  ))));
}

function trail(piece) {
  const steps = [
    ["article found", piece.articleRank],
    [piece.quote ? "passage found" : "passage of it found", piece.passageRank],
    ["read", piece.read],
    ["cited", piece.cited],
  ];
  return steps.map(([name, reached]) => el(
    "li", { class: reached ? "good" : "bad" },
    el("span", { "aria-hidden": "true" }, reached ? "✓ " : "✗ "), unseen(reached ? "" : "not "), name,
    typeof reached === "number" ? ` at ${reached}` : "",
  ));
}

function nuggetsPart(question) {
  const nuggets = question.nuggets ?? [];
  if (!nuggets.length) return [];
  return part("Nuggets", el("ul", { class: "nuggets" }, ...nuggets.map(([text, stated]) => el(
    "li", { class: stated ? "good" : "bad", dir: "auto" },
    el("span", { "aria-hidden": "true" }, stated ? "✓ " : "✗ "), unseen(stated ? "stated: " : "not stated: "), text,
  ))));
}

function restPart(question, data) {
  const facts = [["id", question.id]];
  if (question.confidence !== undefined) facts.push(["confidence", question.confidence.toFixed(2)]);
  for (const [name, took] of Object.entries(question.ms ?? {})) facts.push([name, seconds(took)]);
  if (question.runs !== undefined) facts.push(["model runs", String(question.runs)]);
  if (question.tokens !== undefined) facts.push(["tokens", question.tokens.toLocaleString("en")]);
  if (question.read) facts.push(["passages read", String(question.read)]);
  if (question.judge) facts.push(["judge", question.judge.filter(Boolean).join(": ")]);
  if (question.retrieved) {
    const more = question.found - question.retrieved.length;
    facts.push(["retrieved", question.retrieved.join(", ") + (more > 0 ? ` and ${more} more` : "")]);
  }
  const scores = data.measures
    .map((name, place) => [name, question.scores[place]])
    .filter(([, score]) => score !== null);
  return [
    ...part("More", el("dl", { class: "facts" }, ...facts.flatMap(([name, text]) => [
      el("dt", {}, name), el("dd", { dir: "auto" }, text)]))),
    el("details", { class: "scores" }, el("summary", {}, "Scores"),
      el("dl", { class: "facts" }, ...scores.flatMap(([name, score]) => [
        el("dt", {}, name), el("dd", { class: score < 1 ? "bad" : "" }, score.toFixed(3))]))),
  ];
}
