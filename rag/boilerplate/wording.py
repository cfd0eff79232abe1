"""What boilerplate says: the shapes of invitations, notices, credits, links and marks in English.

Each shape begins where a sentence or line begins, and never with a quotation mark: what somebody
is quoted as saying is news. None knows a publisher's own text.
"""

import re
from functools import lru_cache

_WEB = (
    r"(?:https?:|www\.|\b[\w-]+\.(?:com|org|gov|net|edu|info|int|eu|uk|ca|au|nz|ie|in|io)\b|\w@\w)"
)
_NETWORK = (
    r"(?:twitter|facebook|instagram|linkedin|you ?tube|tik ?tok|telegram|whatsapp|threads|bluesky"
    r"|mastodon|flickr|pinterest|snapchat|reddit|google news|apple news|spotify|social media"
    r"|X(?!\w)"
    r"|@\w+|https?:\S+)"
)
_SENT = (
    r"(?:newsletters?|e-?mails?|mailing lists?|updates?|alerts?|bulletins?|podcasts?|channels?|RSS"
    r"|feeds?|briefings?|digests?|notifications?|inbox|account|subscriptions?|subscriber)"
)
_PIECE = (
    r"(?:article|story|report|content|material|text|work|page|post|piece|document|release|website"
    r"|site|column|publication|interview|video|photo(?:graph)?|image)"
)
_START = r"[^\w\"“”‘’'«»@#©]*"

_INVITATION = re.compile(
    _START + r"(?:please )?(?:"
    # to subscribe, to join, to pay
    rf"(?:subscribe|sign[- ]?up|signup|register)\b(?:\W*$| (?:now|today|here|free)\b"
    rf"|(?: (?:to|for|with))?.{{0,60}}\b{_SENT}\b| (?:to|for|with) (?:us|our)\b)"
    rf"|(?:to|if you (?:wish|want|would like) to) (?:subscribe|unsubscribe|sign up|opt out"
    rf"|register)\b"
    rf".{{0,60}}\b{_SENT}\b"
    rf"|(?:get|receive|have|want)\b.{{0,80}}\b(?:your (?:inbox|phone|mailbox)|newsletters?\b"
    rf"|by e-?mail\b|latest updates\W*$|(?:delivered|sent|straight) to you\b)"
    r"|enter your e-?mail\b|your e-?mail address will not\b|required fields\b"
    r"|join (?:our|the) (?:\w+ )?(?:newsletter|mailing list|whatsapp|telegram|discussion"
    r"|conversation|community|channel|group)\b"
    r"|(?:become|join as) (?:a|an|our) (?:\w+ )?(?:member|subscriber|supporter|patron)s?\b"
    r"|(?:already|not|not yet) an? (?:\w+ )?(?:subscriber|member)\b|already have an account\b"
    r"|(?:create|open) (?:an|your|a free) (?:free )?account\b"
    r"|(?:log ?in|sign in)(?:\W*$| (?:to|with|or|here)\b)"
    r"|support (?:our|independent|local|quality|public|free) (?:\w+ )?(?:journalism|newsroom|news"
    r"|reporting|coverage|work)\b|donate(?:\W*$| (?:now|today|here|to us|to support)\b)"
    r"|(?:stay|keep) (?:up[- ]to[- ]date|informed|connected|in touch|updated|tuned|in the (?:know"
    r"|loop))\b"
    r"|(?:never|don['’]t|do not) miss (?:an?|another|any|our|out)\b|listen to (?:our"
    r"|the)\b.{0,40}\bpodcast"
    r"|support (?:the )?(?-i:[A-Z][\w ]{1,40})\W*$|newsletter sign[- ]?up\b|do not sell my\b"
    r"|report an? (?:typo|error|correction|mistake)\b|terms and conditions apply\b"
    r"|download (?:our|the)\b.{0,40}\bapp\b|start your (?:free )?(?:trial|subscription)\b"
    r"|thank(?:s| you) for (?:subscribing|signing up|registering|reading (?:this|our|us)"
    r"|reading\W*$)"
    # to come along elsewhere
    rf"|follow (?:us\b|@\w|.{{1,80}}? (?:on|at|via) (?:\w+ )?{_NETWORK})"
    rf"|(?:like|find|join|watch|reach|message|connect with|listen to|visit) (?:us|him|her|them|me"
    rf"|our \w+)\b(?: page)? (?:on|at|via) (?:\w+ )?{_NETWORK}"
    rf"|share (?:this|on|via)\b(?=.{{0,40}}(?:\b{_PIECE}\b|{_NETWORK}|$))"
    r"|(?:like|enjoy(?:ed|ing)?|love|liked) (?:this|what|our|reading)\b.{0,60}\?"
    r"|(?:want|looking for|interested in) (?:more|the latest|to (?:read|know|get"
    r"|hear) more)\b.{0,60}\?"
    r"|(?:do you )?(?:have|got|know|seen) (?:an? |any |something )?.{0,40}\b(?:tips?|story|stories|"
    r"to share|to report|correction|about this (?:story|article))\b.{0,40}\?"
    r"|send (?:us|your) (?:your )?(?:news|tips?|letters?|comments|photos|stories|feedback)\b"
    # to look up, click or call
    r"|(?:click|tap)(?: on)? (?:here|below|through|(?:the|this) (?:link|button|image)|to|for)\b"
    r"|(?:for (?:more|further|additional|full|the latest|all|media|press|general|related)\b"
    r"|to (?:learn|read|see|find(?: out)?|view|download|watch|hear|listen|book|order)\b)"
    r".{0,160}?\b(?:visit|click|go to|see|follow|contact|check|e-?mail|subscribe|tap|head to"
    rf"|log on|available (?:at|on))\b.{{0,160}}?(?:{_WEB}|\bhere\W*$|\bour (?:web ?)?(?:site|page))"
    rf"|(?:for|to)\b.{{1,300}}?\bvisit\b.{{0,160}}?(?:{_WEB}|\bpage\W*$)"
    rf"|for (?:assistance|help|questions|details)\b.{{0,40}}?\b(?:contact|e-?mail)\b.{{0,60}}?\w@\w"
    rf"|(?:visit|see|read|check out|go to|view|watch)\b.{{0,120}}?(?:{_WEB}|\bhere\W*$)"
    r"|read (?:the )?(?:full|original|rest|entire|complete|more)(?: (?:of )?(?:the |this )?"
    rf"{_PIECE})?(?:\W*$| (?:here|at|on|about|in)\b)"
    rf"|(?:contact|reach|e-?mail|write to) .{{1,60}}? (?:at|on|via|to)\b.{{0,40}}?(?:\w@\w|@\w)"
    r"|unsubscribe\b|(?:continue|keep) reading\W*$|to continue reading\b|load more\b|show more\W*$"
    rf"|if you (?:have|know|would like)\b.{{0,120}}?\b(?:e-?mail|contact|get in touch|write to"
    rf"|let us)\b"
    rf".{{0,40}}?(?:{_WEB}|\bus\b)"
    r"|(?:leave|post|add|write) a (?:comment|reply)\b"
    r"|to contact the (?:reporters?|editors?|authors?|writers?)\b"
    r")",
    re.IGNORECASE,
)
_ATTRIBUTED = re.compile(
    r"\b(?:said|says|told|adds|added|wrote|tweeted|urged|warned|announced|according to)\b"
)

_NOTICE = re.compile(
    _START + r"(?:"
    r"(?:copyright|copr)\b\W{0,3}(?:©|\(c\)|(?:19|20)\d\d\b|notice\b)|©|\(c\)\W?(?:19|20)\d\d\b"
    r"|(?:[^\"“”]{0,120}\W)?all rights reserved\b"
    rf"|(?:this|the(?: above)?|our|no part of (?:this|the)|any use of (?:this|our)) {_PIECE}s?\b"
    r"[^\"“”]{0,40}\b(?:(?:may|must|can|shall)(?: not)?|cannot) be (?:published|reproduced"
    r"|republished"
    r"|reprinted|copied|rewritten|redistributed|distributed|broadcast|used without)\b"
    rf"|(?:this|the) {_PIECE}(?: by [^.]{{1,60}}?)? (?:is|was|has been|had been"
    rf"|will be) (?:(?:originally|first) "
    r"(?:published|posted|printed|broadcast)|(?:re)?published (?:with permission|under|here"
    r"|courtesy|from)"
    r"|licen[sc]ed under|(?:protected by )?copyright|(?:last )?updated\b|supported by|sponsored by"
    r"|produced (?:by|in partnership)|provided by|(?:only |exclusively )?(?:available|exclusive"
    r"|reserved)\b.{0,20}\bsubscribers|(?:part of|for) (?:our|subscribers)\b)"
    rf"|(?:this|the) {_PIECE} (?:(?:originally|first) (?:appeared|ran|aired)|contains affiliate)"
    r"|this (?:web ?)?site uses cookies\b"
    r"|(?:re)?(?:printed|published) (?:here )?with (?:the )?permission\b"
    r"|(?:reproduction|unauthori[sz]ed (?:use|reproduction|copying))\b.{0,80}\bprohibited\b"
    r"|(?:the )?(?:views|opinions)(?: and opinions)? (?:expressed|stated|contained)\b.{0,60}"
    r"\b(?:are|do|belong)\b"
    r"|(?:we|our partners|our (?:web ?)?site)(?: and our (?:\w+ )?partners)? uses? (?:\w+ )?cookies"
    r"|(?:accept|reject|manage|allow) (?:all )?(?:cookies|preferences)\b|cookie (?:policy|settings"
    r"|preferences|notice|consent)\b"
    r"|by (?:signing up|subscribing|submitting|clicking|continuing|using|entering|registering"
    r"|accepting|providing)\b.{0,100}\byou\b.{0,40}\b(?:agree|consent|accept|acknowledge|confirm)"
    r"|you (?:can|may) (?:unsubscribe|opt out|manage your|change your (?:settings|preferences))\b"
    r"|you (?:have|['’]ve)\b.{0,40}\bfree (?:articles?|stories)\b"
    r"|[^\"“”.]{0,100} (?:is|are)(?: also)? available (?:at|on|here|below)\s*:?$"
    r"|this is a (?:developing|breaking)(?: news)? story\b|(?:please )?check back\b"
    r"|more (?:to (?:come|follow)|details to follow|soon)\W*$"
    r"|(?:story|article|text|content|post) continues (?:below|after)\b"
    r"|(?:eds?|editors?|editor['’]s note|editors['’] note|ed\.? note|note to (?:the )?editors?)\s*:"
    r"|(?-i:\W?(?:ADDS|UPDATES?|CORRECTS|RECASTS|REFILES|REPEATS|REWRITES|EDS)\b)"
    r"|file (?:photo|image|picture)\s*:|(?:image|photo|video) (?:caption|source|copyright)\b[,:]"
    r")",
    re.IGNORECASE,
)

_PICTURE = (
    r"(?:photo(?:graph)?s?|images?|pictures?|pics?|graphics?|videos?|illustrations?|artwork"
    r"|footage)"
)
_LIBRARY = (
    r"(?:Getty(?: Images)?|AP(?: Photo)?|AFP|Reuters|REUTERS|EPA|PA(?: Wire| Media)?|Shutterstock"
    r"|iStock"
    r"|Alamy|Unsplash|Pexels|Pixabay|Flickr|Wikimedia(?: Commons)?|Bloomberg|Xinhua|Anadolu"
    r"|NurPhoto"
    r"|Corbis|Rex|Zuma|Creative Commons|CC BY\S*|Pool|Handout|File)"
)
# Of these the rest must hold nothing but names.
_CREDIT = re.compile(
    r"[^\w\"“”‘’]*(?:"
    rf"(?:\w+ )?{_PICTURE} ?(?:(?:credits?|courtesy(?: of)?|source|copyright)\b|[:/|©]|by\b|via\b)"
    r"|(?:photo(?:graph)?y )?credits?\s*:|courtesy(?: of)?(?: photo)?\b|file (?:photo|image"
    r"|picture)\b"
    r"|(?:with )?(?:(?:additional|further|contributing|original|other) )?(?:reporting|writing"
    r"|editing"
    r"|research|production|translation|photography|reports?|files|inputs?)"
    r"(?: and (?:writing|editing|reporting))? (?:by|from)\b"
    r"|(?:written|edited|compiled|reported|translated|produced|curated)"
    r"(?: and (?:written|edited|produced))? by\b"
    r"|(?:distributed|provided|syndicated|powered|supplied) by\b|special to\b"
    r"|with assistance from\b"
    r"|sources?\s*:|(?-i:SOURCE)\b"
    r")",
    re.IGNORECASE,
)
_LIBRARY_CREDIT = re.compile(
    rf"[^\w\"“”]*(?:[\w .'’&-]{{2,60}}(?:/| ?\| ?| via | – ))?{_LIBRARY}"
    rf"(?:(?:/| ?\| ?| via | – |, )[\w .'’&-]{{2,60}})?[.)\]\s]*$"
)
_CAPTION_CREDIT = re.compile(rf"[^.!?]{{1,90}}[(\[]{_PICTURE}(?: credit)?\s*:[^()]*[)\]]\.?$", re.I)
_CONTRIBUTED = re.compile(
    r"[^\"“”]{2,200}\bcontributed (?:\w+ )?(?:(?:to|for) (?:this|the) (?:report|story|article"
    r"|piece)\b"
    r"|from [A-Z][\w.,'’-]*(?:(?: and)? [A-Z][\w.,'’-]*){0,8}\W*$)"
    r"|[^\"“”]{2,80}\bcan be (?:reached|contacted|e-?mailed|followed|found) (?:at|on|via|by)\b"
    r"[^\"“”]{0,40}(?:\w@\w|@\w|\b(?:Twitter|Facebook|Instagram|LinkedIn)\b)"
)
_FILE_NAME = re.compile(r"\S[^\n]{0,80}\.(?:jpe?g|png|gif|svg|webp|mp4|pdf)\W*$", re.IGNORECASE)

# Small words that may stand among names: "Ann Lee in Oslo and Bo de Wit; editing by Cy".
_AMONG_NAMES = frozenset(
    "in and by at of the for from with via on to a behalf staff reports agencies wire our de del "
    "della di da la le van von der den bin al el "
    "reporting editing writing additional research production translation contributed handout file "
    "pool photo image".split()
)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")


def only_names(text: str) -> bool:
    """Whether a text has capitalised words and small ones that join them, and no other."""
    found = _WORD.findall(text)
    return bool(found) and all(w in _AMONG_NAMES for w in found if w[0].islower())


def is_credit(sentence: str) -> bool:
    """Whether a sentence says who made a picture or a report: "(Editing by Ann Lee)"."""
    found = _CREDIT.match(sentence)
    if found is not None and only_names(sentence[found.end() :]):
        return True
    return any(
        shape.match(sentence)
        for shape in (_LIBRARY_CREDIT, _CAPTION_CREDIT, _CONTRIBUTED, _FILE_NAME)
    )


@lru_cache(maxsize=20_000)  # the same lines are looked at for question after question
def invites_or_notifies(sentence: str) -> bool:
    """Whether a sentence is an invitation or a notice by its wording.

    An order that somebody is reported to give ("Sign up for alerts, the county said") is news.
    """
    if _INVITATION.match(sentence) and not _ATTRIBUTED.search(sentence):
        return True
    return _NOTICE.match(sentence) is not None


@lru_cache(maxsize=20_000)
def is_boilerplate(sentence: str) -> bool:
    """Whether a sentence is an invitation, a notice or a credit by its wording, wherever it is."""
    return invites_or_notifies(sentence) or is_credit(sentence)
