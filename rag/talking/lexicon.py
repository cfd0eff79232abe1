"""Closed lists of English words, in small letters, by which the rules tell what a word is for."""

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


INTERROGATIVES = _set("who whom whose what which when where why how")
AUXILIARIES = _set(
    """am is are was were be been being do does did have has had can could will would shall
    should may might must isn't aren't wasn't weren't don't doesn't didn't haven't hasn't
    hadn't can't couldn't won't wouldn't shouldn't"""
)
BE = _set("is are was were")
DETERMINERS = _set("the a an each every another both any no some")
PREPOSITIONS = _set(
    """about above across after against along among around at before behind below beneath
    beside between beyond by despite during for from in inside into near of off on onto out
    outside over past since through throughout till to toward towards under until up upon
    via with within without aboard per"""
)
LOCATIVES = _set("in at near from off across around outside inside aboard to")
CONJUNCTIONS = _set("and or but nor if because although though while whereas than as that so once")

HE = _set("he him his himself")
SHE = _set("she her hers herself")
IT = _set("it its itself")
THEY = _set("they them their theirs themselves")
OWNERS = _set("his her its their")
REFLEXIVES = _set("himself herself itself themselves")
PRONOUNS = HE | SHE | IT | THEY

TITLES = _set(
    """mr mrs ms miss dr prof professor sir dame lord lady president vice chancellor premier
    prime minister mayor governor senator congressman congresswoman representative
    councillor judge justice inspector commander captain colonel col general gen sergeant
    lieutenant officer chief king queen prince princess pope archbishop bishop cardinal rev
    reverend ambassador secretary spokesman spokeswoman director executive coach chairman
    chairwoman sen rep gov"""
)
PERSON_NOUNS = _set(
    """actor actress artist athlete author boss boy brother captain chair chairman chairwoman
    chief child clerk coach colleague cop criminal daughter dealer director doctor driver
    engineer farmer father founder friend girl governor guard hero historian husband
    journalist judge killer king lady lawyer leader man mayor member minister mother nurse
    officer owner parent passenger person physicist pilot player poet politician president
    priest prince princess professor queen reporter researcher sailor scientist secretary
    senator singer sister skipper soldier son spokesman spokeswoman spokesperson star
    student suspect teacher teenager victim widow wife winner witness woman worker writer
    astronaut astronomer"""
)
PLURALS = _set("people police men women children staff crew thieves authorities")
THING_WORDS = _set(
    """academy act agency airlines airport alliance army assembly association bank board boat
    bridge bureau cartel catalogue cathedral championship church city club coalition college
    commission committee company congress corporation council court cup department euro
    federation festival force foundation fund games gallery group hall hospital hotel house
    inc institute institution island journal lake league ledger library line lines list ltd
    mall mill ministry mission mount mountain mountains movement museum musée mutual national news
    observatory office olympics orchestra organisation organization park parliament party
    plant port press prize program project region republic reserve review river road school
    sea senate service ship show society stadium state station storm street times town
    treaty tribunal trust union united university valley village war way white world gulf
    properties order kingdom states nations athletic rovers real fc"""
)
PLACE_WORDS = _set(
    """airport city gulf hall harbour harbor island lake mall museum musée park port river
    square stadium station street town valley village"""
)
DECIDING = _set(
    "board cabinet commission committee congress council court government jury parliament"
)
KIND_NOUNS = _set(
    """airline band bank boat bridge charity city club company country ferry firm hotel island
    lender magazine mall ministry museum newspaper novel party plant port river ship storm
    studio team town university vessel village website"""
)

IRREGULAR = _set(
    """ate awoke beat became began bent bet bit bled blew bought bound bred broke brought built
    burnt came caught chose clung crept dealt died drank drew drove dug fed fell felt fled
    flew fought found froze gave gone got grew held heard hid hit hung hurt kept knew laid
    lay led left lent let lit lost made meant met overthrew paid put quit ran rang read rode
    rose said sang sank sat saw sent set shook shot shut slept slid sold sought spent split
    spoke spread sprang stole stood struck stuck swam swept swore taken taught thought threw
    told took understood went woke won wore wrote born broken chosen driven drawn eaten
    fallen flown forgiven frozen given grown hidden known risen seen shown sown spoken
    stolen sunk sworn thrown torn withdrawn worn written done"""
)
VERBS = IRREGULAR | _set(
    """accept accuse achieve act add admit adopt affect agree aim allow announce answer appear
    apply appoint approve argue arrest arrive ask attack attend avoid ban become begin
    belong blame borrow break bring build burn bury buy call cancel capsize carry catch cause
    celebrate change charge choose claim clear close collapse collide come compile concede
    confirm consider contain continue convict cost cover crash create cross cut damage deal
    decide declare decline defeat defend delay demand deny depend describe design destroy
    develop die disappear discover divide donate draw drive drop drown earn elect employ end
    enter escape expect explain explode face fail fall feel fetch fight file fill find
    finish fire flee follow forbid force gain get give go grow happen have head hear help
    hide hire hit hold hope identify ignore increase injure invest invite join jump justify
    keep kill know last launch lead learn leave let lie lift like list live look lose lower
    make manage mean measure meet miss move murder name need offer open oppose order own
    pass pay plan play please pledge prevent print produce promise propose protect prove
    publish put quit raise reach read receive record recover reduce refuse reject release
    rely remain remove reopen repair replace reply report rescue resign respond return
    reveal rise rule run sack say see seek sell send serve set settle shoot show sign sink
    sit speak spend spread stage stand start stay steal stop strike study succeed suffer
    suggest support survive suspend take talk tell think threaten travel try turn use vanish
    visit vote wait walk want warn watch win withdraw work write yield sue"""
)
REPORTING = _set(
    """say said says claim claimed think thought believe believed tell told report reported
    know knew suggest suggested argue argued predict predicted hope hoped expect expected
    want wanted"""
)

MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.|Feb\.|Mar\.|Apr\.|Jun\.|Jul\.|Aug\.|Sept?\.|Oct\.|Nov\.|Dec\.)"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_YEAR = r"(?:1[5-9]|20)\d\d"
DATE = re.compile(
    rf"(?:{_WEEKDAY},?\s+)?(?:(?:{MONTH}\s+\d{{1,2}}|\d{{1,2}}\s+{MONTH})\b(?:,?\s+{_YEAR}\b)?"
    rf"|{MONTH}(?:\s+{_YEAR}\b)?(?!\w))|\b{_YEAR}\b|\b{_WEEKDAY}\b"
)
"""A day, a month, a year or a weekday: "Nov. 13", "August 1968", "2019", "Friday"."""


def is_verb(word: str) -> bool:
    """Whether a word in small letters may well be a verb, in whatever form."""
    if word in VERBS or (word.endswith("ed") and len(word) > len("need")):
        return True
    return word.endswith("s") and (word[:-1] in VERBS or word[:-2] in VERBS)
