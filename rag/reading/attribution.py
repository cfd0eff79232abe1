"""Who says so: the words by which a sentence gives a statement as someone's and not as a fact.

"according to the mayor", "police said", "prosecutors allege that", "allegedly": whatever is taken
from such a sentence is given with these words. Where a sentence is part of a quotation whose
speaker is named in the sentence before or after, that sentence has to come along.
"""

import re

SAYING = (
    r"(?:said|says|say|told|tells|added|adds|claimed|claims|alleged|alleges|allege|argued|argues"
    r"|insisted|insists|maintained|maintains|stated|suggested|suggests|asserted|contended"
    r"|believes|believed|believe|estimated|reported|denied|denies|deny"
    r"|warned|warns|predicted|predicts|expects|expect|thinks|announced|confirmed|explained|wrote"
    r"|tweeted|testified|concluded|acknowledged|noted|remarked|commented|replied|indicated|accused)"
)
_WHO = r"(?:[^,;:.\"“”()]|(?<=\b[A-Z])\.|(?<=Mr|Dr|Ms|St|Lt)\.|(?<=Mrs|Sen|Gov|Rep|Gen)\.){1,70}?"
_ACCORDING = re.compile(
    rf"\b[Aa]ccording to (?!their|its|his|her|how|whether){_WHO}(?=[,;:.\"“”()]|$)"
)
_AFTER = re.compile(
    rf"(?:,[\"”’]?|[?!][\"”’]|[\"”’],?)\s(?P<who>{_WHO}\s(?:{SAYING}|told\s{_WHO}))"
    rf"(?=(?:\s(?:on|in|at|late|early|yesterday|today|this)\b[^,;.\"”]{{0,40}})?(?:[,;.]|$))"
    rf"|(?:,[\"”’]|[?!][\"”’]|[\"”’],?)\s(?P<who_last>{SAYING}\s(?:[A-Z]|an?\s|the\s|police|officials){_WHO})(?=[,;.]|$)"
)
_BEFORE = re.compile(
    rf"^[\"“‘(\[]*(?:[^,\"“”;:]{{1,50}},\s){{0,2}}"
    rf"(?P<who>{_WHO}(?:,\s[^,\"“”;:]{{1,80}},)?\s(?:also\s|has\s|have\s|had\s)?{SAYING})\b"
    r"(?!\s(?:to|for|with|by|goodbye|yes|no)\b)"
)
_HEDGE = re.compile(
    r"\b(?:allegedly|reportedly|purportedly|supposedly|alleged|suspected of|accused of|charged with"
    r"|(?:is|are|was|were) (?:said|believed|thought|reported|alleged|suspected|accused)"
    r"(?: to| of)?)\b",
    re.IGNORECASE,
)
_ACCUSING = re.compile(
    r"\b(?:accus(?:e|es|ed|ing|ation)|alleg(?:e|es|ed|ing|edly|ation)|suspect(?:s|ed)?"
    r"|charged with|blam(?:e|es|ed|ing)|indict(?:ed|ment))s?\b",
    re.IGNORECASE,
)
_JOINING = re.compile(r"^(?:and|but|while|as|which|who|though)\s")
_PASSIVE = re.compile(r"\b(?:was|were|is|are|be|been|being|may|might|can|to)\s\w+$|\b(?:I|[Ww]e)\b")
# "Fares rise on Feb. 3, under cuts announced in May": what is no speaker, but says how or when.
_NO_SPEAKER = re.compile(
    r"^(?:under|after|before|in|on|at|by|from|of|with|without|within|despite|during|following|amid"
    r"|because|since|if|when|where|for|to|into|over|through|like|including|per|that)\b",
    re.IGNORECASE,
)
_WORDS = 12  # of who says it, at most, with the verb
_QUOTE_OPENS = re.compile(r"^[\"“]")


def attribution(sentence: str, start: int = 0, end: int = 0) -> tuple[int, int] | None:
    """The words that say who says it, as a span of the sentence; None where it speaks for itself.

    Args:
        sentence: a whole sentence.
        start, end: the part of it whose attribution is asked for. Who says it is not attributed
            to himself, so what overlaps this part is no attribution of it.
    """
    for pattern in (_ACCORDING, _AFTER, _BEFORE, _HEDGE):
        for found in pattern.finditer(sentence):
            first, last = found.span(found.lastgroup or 0)
            said = _JOINING.sub("", sentence[first:last]).rstrip(' ."”’')
            first = sentence.index(said, first)
            last = first + len(said)
            speaks = pattern not in (_AFTER, _BEFORE) or _speaks(said)
            if speaks and (start == end or last <= start or first >= end):
                return first, last
    return None


def accuses(sentence: str) -> bool:
    """Whether a sentence tells of an accusation, whoever makes it."""
    return _ACCUSING.search(sentence) is not None


def _speaks(said: str) -> bool:
    """Whether somebody and a verb are what they seem, and not a passive or a whole clause."""
    somebody = _PASSIVE.search(said) is None and _NO_SPEAKER.match(said) is None
    return somebody and len(said.split()) <= _WORDS


def lacks_speaker(text: str, start: int, end: int) -> bool:
    """Whether the sentence is words of a quotation that does not say here whose they are.

    Args:
        text: the article's text.
        start, end: where the sentence stands in it.
    """
    sentence = text[start:end]
    if attribution(sentence) is not None:
        return False
    paragraph = text[text.rfind("\n", 0, start) + 1 : start]
    inside = paragraph.count('"') % 2 == 1 or paragraph.count("“") > paragraph.count("”")
    return inside or _QUOTE_OPENS.match(sentence) is not None
