// The versions of an article: which one is shown, and what changed from one to another.

import { make, timeOf } from "./dom.js";

const LISTED = 4; // versions; more are folded away

/** Two versions in the order of their list: the older one first. */
export function inOrder(one, other) {
  const place = ({ version }) => one.versions.findIndex((listed) => listed.version === version);
  return place(one) <= place(other) ? [one, other] : [other, one];
}

/** A list of the versions to choose from, and what changed; nothing where there is but one. */
export function versionSwitch(article, citation, compared, acts) {
  const { versions = [] } = article;
  if (versions.length < 2) return [];
  const at = versions.findIndex(({ version }) => version === article.version);
  const rows = versions.map((one) => row(one, article, citation, acts));
  return [
    make(
      "section",
      { class: "versions", "aria-label": "Versions" },
      make(
        "details",
        { open: versions.length <= LISTED },
        make("summary", {}, `Version ${at + 1} of ${versions.length}`),
        make("ol", {}, ...rows.reverse()),
      ),
      changesButton(article, citation, compared, acts),
    ),
  ];
}

function row(one, article, citation, acts) {
  const tags = [
    one.current ? "current" : null,
    one.correction ? "corrected" : null,
    citation?.version === one.version ? "quoted here" : null,
  ].filter(Boolean);
  const button = act(
    `version-${one.version}`,
    "",
    () => toVersion(one.version, citation, acts),
    one.version === article.version,
  );
  button.append(
    make("span", { class: "which" }, `Version ${one.version}`),
    " ",
    timeOf(one.at, { withClock: true }),
    ...tags.flatMap((tag) => [" ", make("span", { class: "tag" }, tag)]),
  );
  return make("li", {}, button);
}

function changesButton(article, citation, compared, acts) {
  const other = compared?.version ?? toCompareWith(article, citation);
  const [older, newer] = inOrder(article, { version: other });
  const words = `What changed from version ${older.version} to ${newer.version}`;
  const button = act("changes", words, () =>
    acts.go({ version: article.version, diff: compared ? null : other }, { replace: true }),
  );
  button.setAttribute("aria-pressed", String(Boolean(compared)));
  return button;
}

/** The version before; for one that is quoted and was replaced, or the first, the current one. */
function toCompareWith({ versions, version, current }, citation) {
  const at = versions.findIndex((one) => one.version === version);
  const isOld = !current && (at <= 0 || citation?.version === version);
  return (isOld ? versions.find((one) => one.current) : versions[at - 1]).version;
}

/** Show another version; what is cited is opened in the version that is cited. */
export function toVersion(version, citation, acts) {
  const own = version === citation?.version;
  acts.go({ version: own ? null : version, diff: null }, { replace: true });
}

/** A button that is found again, by its name, when the article is shown anew. */
export function act(name, words, act, isCurrent = false) {
  return make(
    "button",
    {
      type: "button",
      class: "quiet",
      "data-act": name,
      "aria-current": isCurrent && "true",
      on: { click: act },
    },
    words,
  );
}
