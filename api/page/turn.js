// One turn of a thread: its question, the answer as it comes in, and the cards of what it cites.

import { ApiError } from "./api.js";
import { answerBody, errorNotice, sentenceNodes } from "./answer.js";
import { askStreaming } from "./asked.js";
import { card, sourcesLabel } from "./cards.js";
import { colophon } from "./colophon.js";
import { make } from "./dom.js";
import { apiFilters, inWords } from "./filters.js";
import { showStory } from "./story.js";

const TOLD = 20000; // characters of an earlier answer that the API takes
const TURNS = 5; // earlier questions that a new one may lean on

export class Turn {
  /**
   * @param {object} place what the address said
   * @param {number} index which of its questions this is
   * @param {string} key of what was asked, with all that it depends on
   * @param {{openCitation: Function, openArticle: Function, again: Function, go: Function}} acts
   */
  constructor(place, index, key, acts) {
    Object.assign(this, { place, index, key, acts, answered: null });
    this.question = place.questions[index];
    this.body = make("div", { class: "answer" });
    this.side = make("div", { class: "cards" });
    this.story = make("div", { class: "story" });
    const id = `turn-${index + 1}`;
    const under = inWords(place);
    this.head = make(
      "header",
      {},
      make("h2", { id, dir: "auto", tabindex: "-1" }, this.question),
      under ? make("p", { class: "fine under" }, under) : null,
    );
    this.element = make(
      "article",
      { class: "turn", "aria-labelledby": id },
      this.head,
      this.body,
      this.side,
      this.story,
    );
    tie(this.element);
  }

  /** What an answer cites: its citations or, without an answer, the nearest statement if any. */
  get cited() {
    const answer = this.answered?.answer;
    if (!answer) return [];
    return answer.nearest ? [answer.nearest] : answer.citations;
  }

  citation(number) {
    return this.cited.find((one) => one.number === number) ?? null;
  }

  remove() {
    this.element.remove();
  }

  /** Ask; sentences are shown as they come. Resolves when the answer is shown, or why there is none. */
  async ask(earlier, signal) {
    const waiting = make("p", { class: "waiting" }, "Reading the corpus\u2026");
    this.body.replaceChildren(waiting);
    this.body.setAttribute("aria-busy", "true");
    const began = performance.now();
    const text = make("p", { class: "text", dir: "auto" });
    try {
      const request = { question: this.question, history: told(earlier), ...apiFilters(this.place) };
      const answer = await askStreaming(request, signal, {
        passages: ({ passages }) => {
          const articles = new Set(passages.map((passage) => passage.article_id)).size;
          waiting.textContent = articles
            ? `Reading ${passages.length} passages of ${articles} articles\u2026`
            : "Reading\u2026";
        },
        sentence: (sentence) => {
          if (!text.isConnected) waiting.before(text);
          text.append(...sentenceNodes(sentence, sentence.citations, null, this.opener()));
          for (const citation of sentence.citations) this.addCard(citation, null);
        },
      });
      if (signal.aborted) return;
      this.settle({ answer, tookMs: performance.now() - began });
    } catch (error) {
      if (signal.aborted) return;
      this.body.removeAttribute("aria-busy");
      const shown =
        error instanceof ApiError
          ? error
          : new ApiError("The answer could not be shown", "It is not of the form this page knows.");
      this.side.replaceChildren();
      this.body.replaceChildren(errorNotice(shown, this.acts.again));
    }
  }

  /** Show an answer that is complete. */
  settle(answered) {
    this.answered = answered;
    const { answer, tookMs } = answered;
    this.body.removeAttribute("aria-busy");
    const focused = this.element.contains(document.activeElement)
      ? document.activeElement.dataset.cite
      : null;
    this.body.replaceChildren(
      ...answerBody(answer, this.place, this.opener(), this.acts),
      colophon(answer, tookMs),
    );
    this.side.replaceChildren();
    for (const citation of this.cited) this.addCard(citation, answer);
    if (focused) this.element.querySelector(`[data-cite="${focused}"]`)?.focus();
    const acts = { ...this.acts, opener: this.opener() };
    showStory(this.story, { answer, request: apiFilters(this.place) }, acts);
  }

  addCard(citation, answer) {
    if (!this.side.children.length) {
      const label = sourcesLabel(answer, this.cited.length);
      this.side.append(make("h3", { class: "label" }, label), make("ol", { class: "sources" }));
    }
    const list = this.side.querySelector(".sources");
    if (list.querySelector(`[data-number="${citation.number}"]`)) return;
    list.append(card(citation, answer, this.opener(), this.acts));
  }

  /** Opens a citation of this turn. */
  opener() {
    const name = (number) => `${this.index + 1}.${number}`;
    return { name, open: (number, from) => this.acts.openCitation(name(number), from) };
  }

  /** The answer in words, for who hears the page. */
  inWords() {
    const { answer } = this.answered;
    if (!answer.answerable) return ["The corpus does not say.", ...answer.notes].join(" ");
    const count = answer.citations.length;
    return `${answer.answer} ${count === 1 ? "One source" : `${count} sources`}.`;
  }
}

/** What was asked and answered before, as the API takes it, oldest first. */
function told(turns) {
  return turns.slice(-TURNS).map(({ answered: { answer } }) => ({
    question: answer.standalone_question ?? answer.question,
    answer: answer.answer && Array.from(answer.answer).slice(0, TOLD).join(""),
  }));
}

/** A sentence and the cards of what it cites light up together, under the pointer or the focus. */
function tie(element) {
  const light = (event) => {
    const from = event.target.closest?.("[data-cites], [data-number]");
    const numbers = new Set((from?.dataset.cites ?? from?.dataset.number ?? "").split(" "));
    for (const one of element.querySelectorAll("[data-cites], [data-number]")) {
      const its = (one.dataset.cites ?? one.dataset.number).split(" ");
      one.classList.toggle("tied", Boolean(from) && its.some((number) => numbers.has(number)));
    }
  };
  for (const kind of ["pointerover", "focusin"]) element.addEventListener(kind, light);
  for (const kind of ["pointerleave", "focusout"]) {
    element.addEventListener(kind, () => light({ target: element }));
  }
}
