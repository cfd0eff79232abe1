"""Lines that tell nothing: links, menus, dates, bylines, contacts, addresses and marks."""

import re

from rag.boilerplate.wording import only_names
from rag.reading.calendar import MONTH, WEEKDAY, in_full

_START = r"[^\w\"“”‘’«»]*"

_LINK = re.compile(
    _START + r"(?:read(?: also| more| next)?|also read|see also|see more|related(?: (?:articles?"
    r"|stor(?:y|ies)|news|content|coverage|topics?|links?|reading|posts?))?|more(?: (?:on|from|in"
    r"|about) [^:.]{1,40}| (?:stories|news|coverage|like this))?|watch(?: (?:live|now|more|also"
    r"|below"
    r"|the video))?|listen(?: (?:now|live))?|live(?: updates)?|recommended(?: (?:for you|reading"
    r"|stories))?"
    r"|must[- ]read|you (?:may|might)(?: also)? (?:like|be interested in)|don['’]t miss|up next"
    r"|(?:next|previous)(?: (?:article|story|post))?|trending(?: now)?|most (?:read|popular|viewed)"
    r"|top stories|latest (?:news|stories)|editors['’]? picks?|explore more|tags?|topics?"
    r"|filed under"
    r"|categor(?:y|ies)|share|keywords)\s*(?::|\||—|–|>|»|→|$)",
    re.IGNORECASE,
)
_LINK_WORDS = 25

_MENU = re.compile(
    r"(?:advertisements?|sponsored(?: content)?|paid post|skip to (?:main )?content|menu|home"
    r"|search|log ?in|sign ?in|sign up"
    r"|subscribe|register|back to top|print|e-?mail|comments?|no comments|\d+ comments?"
    r"|comments? \(\d+\)|load more|show more|view (?:all|more)|see (?:all|more)|copy link|save"
    r"|bookmark"
    r"|close|next|previous|share|tweet|pin it|facebook|twitter|instagram|youtube|linkedin|whatsapp"
    r"|telegram|reddit|rss|donate|contact(?: us)?|about(?: us)?|careers|advertise(?: with us)?|help"
    r"|faqs?|sitemap|privacy(?: policy| notice)?|terms(?: (?:of (?:use|service)|and conditions))?"
    r"|cookie policy|whatsapp|email|accessibility|newsletters?|follow us|loading|read more|reply)",
    re.IGNORECASE,
)
_BREADCRUMBS = re.compile(r"home\s*[>›»/|]", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:[|›»>•·/,]|\s[–-]\s)\s*|\s{2,}")
_READING_TIME = re.compile(r"(?:reading time\W*)?\d+[- ]min(?:ute)?s?(?: (?:read|ago))?", re.I)

# Nothing is tried twice (atomic): a line of 500 figures is looked at as fast as any.
_WHEN = (
    rf"(?>{WEEKDAY}|{MONTH}|\d{{1,4}}(?:st|nd|rd|th)?\b|[ap]\.?m\b|at\b|on\b|of\b"
    r"|(?-i:[A-Z]{2,4})\b|(?:hours?|minutes?|days?) ago|local time|[\s,./|–—:()+-])++"
)
_DATE = re.compile(
    r"\W*(?:(?:first |originally |last )?(?:published|posted|updated|modified|issued|released|date"
    rf"|created|filed)\b(?: (?:on|at))?\W*)?{_WHEN}",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_BY = re.compile(r"\W*(?:by|from|text|author|words|story)\b\W*\b", re.IGNORECASE)
_DESK = re.compile(
    r"\W*(?:the )?(?:associated press|AP|reuters|AFP|agence france-presse|UPI|PTI|IANS|ANI|DPA"
    r"|EFE|ANSA"
    r"|TASS|xinhua|bloomberg|canadian press|press association|PA media|PA|kyodo(?: news)?|yonhap"
    r"|AAP"
    r"|(?:staff|wire|agency|news) (?:reports?|reporters?|writers?|correspondents?|desk)"
    r"|our (?:\w+ )?"
    r"correspondent|news agencies|agencies|newsroom|[\w ]{2,30} staff)\W*",
    re.IGNORECASE,
)
_BYLINE_WORDS = 14

_CONTACT = re.compile(
    r"\W*(?:(?:[\w&.'’-]+ ){0,3}(?:media|press|public relations|PR|investor|editorial)"
    r" (?:contacts?|enquir\w+|inquir\w+|relations|office|information|quer\w+)"
    r"|contacts?|get in touch|for (?:more|further) information(?:,? (?:please )?contact)?)"
    r"(?: (?:details|person|information))?\s*(?::|$)",
    re.IGNORECASE,
)
_REACHED = re.compile(
    r"\W*(?:[\w-]+ ){0,4}(?:tel|telephone|phone|fax|mobile|cell|toll[- ]free|call cent(?:er|re)"
    r"|e-?mail"
    r"|web(?:site)?|twitter|facebook|instagram|line)\b[ .]*:[^:]*\S.*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\W*(?:(?:[\w .&'’]{1,40}[-–:] ?)?\S*@\S+|(?:https?://|www\.)\S+|[+(]?\d[\d ().-]{6,}\d)\W*"
)
_CONTACT_WORDS, _REACHED_WORDS = 20, 12
_RELEASE = re.compile(
    r"\W*(?:for immediate release|(?:press|news|media) release|embargoed (?:until|for)\b.{0,60}"
    r"|for release\b.{0,60}|not for (?:publication|distribution)\b.{0,80})\W*",
    re.IGNORECASE,
)
# A wire's own marks: "(MORE)", "-0-", "ADV" (an advance), "MTF" (more to follow), "XXX" (a gap).
_MARK = re.compile(
    r"\s*(?:[\W_]+|[-–—*(\[/ ]*(?:(?-i:MORE|ADV|MTF|XXX+)|more(?=\s*[-–—)])|-0-)[-–—*)\]/ ]*)\s*",
    re.IGNORECASE,
)
_END_MARK = re.compile(
    r"\s*(?:#(?: ?#){1,}|[-–—*~(\[ ]*(?:(?-i:ENDS?|30|Ends)(?=[-–—*~)\].\s]*$)|ends?(?=\s*[-–—]))"
    r"[-–—*~)\]. ]*|notes? (?:to|for)(?: the)? editors?\W*.{0,20})\s*",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\W*About\b(?P<whom>[^.!?]{1,80})")
_DISCLAIMER = re.compile(
    r"\W*(?:(?:note|statement)s? (?:on|regarding|concerning) )?(?:forward[- ]looking (?:statements?"
    r"|information)|safe harbou?r(?: statement)?|cautionary (?:statement|note)s?|disclaimer"
    r"|legal notice)\W*",
    re.IGNORECASE,
)
_AUTHOR = re.compile(
    r"(?:[A-Z][\w.'’-]*,? ){1,5}is an? (?:[\w-]+ ){0,4}(?:reporter|writer|correspondent|columnist"
    r"|contributor|editor|journalist|producer|intern|fellow|professor|lecturer)s?\b"
    r"(?: \w+)? (?:for|at|with|of|in|based|covering|who (?:covers|writes))\b"
)
_ABOUT_WORDS = 10


def line_places(text: str) -> list[tuple[int, int]]:
    """Where the lines of a text that are not blank stand in it, without white space around them."""
    places = []
    at = 0
    for raw in text.splitlines(keepends=True):
        if line := raw.strip():
            start = at + len(raw) - len(raw.lstrip())
            places.append((start, start + len(line)))
        at += len(raw)
    return places


def is_furniture(line: str) -> bool:
    """Whether a whole line is a link, a menu, a date, a contact or a mark, wherever it stands."""
    return (
        (_LINK.match(line) is not None and len(line.split()) <= _LINK_WORDS)
        or all(map(_is_menu, _BETWEEN.split(line.strip(" \n\t|›»>•·.:"))))
        or all(map(_is_menu, line.split()))
        or _BREADCRUMBS.match(line) is not None
        or (_DATE.fullmatch(in_full(line)) is not None and _DIGIT.search(line) is not None)
        or any(s.fullmatch(line) for s in (_ADDRESS, _RELEASE, _MARK))
        or is_contact(line)
    )


def _is_menu(entry: str) -> bool:
    return bool(_MENU.fullmatch(entry) or _READING_TIME.fullmatch(entry))


def is_contact(line: str) -> bool:
    """Whether a line says whom to write to or call, or begins to."""
    words = len(line.split())
    return (_CONTACT.match(line) is not None and words <= _CONTACT_WORDS) or (
        _REACHED.fullmatch(line) is not None and words <= _REACHED_WORDS
    )


def is_byline(line: str) -> bool:
    """Whether a line names who wrote an article: "By Ann Lee, Reuters"."""
    if len(line.split()) > _BYLINE_WORDS:
        return False
    by = _BY.match(line)
    return _DESK.fullmatch(line) is not None or (by is not None and only_names(line[by.end() :]))


def is_end_mark(line: str) -> bool:
    """Whether a line says that a text ends, and what follows is for editors: "###", "-30-"."""
    return _END_MARK.fullmatch(line) is not None


def is_about(line: str) -> bool:
    """Whether a line heads what a publisher says of itself: "About Acme Corp"."""
    about = _ABOUT.fullmatch(line)
    ours = about is not None and (only_names(about["whom"]) or about["whom"].strip(" :") == "us")
    return (ours and len(line.split()) <= _ABOUT_WORDS) or _DISCLAIMER.fullmatch(line) is not None


def is_author(line: str) -> bool:
    """Whether a line says what its author is: "Ann Lee is a staff writer for the Sentinel"."""
    return _AUTHOR.match(line) is not None
