"""Words that verification holds for one, and words that it does not weigh.

Only what says the same in either direction and in every context of news is listed: forms of
irregular verbs, and few true synonyms. A list that is too short drops sentences; one that is too
long lets false ones through.
"""

from rag.word_keys import stem

_IRREGULAR = """
    arise arose arisen; beat beaten; begin began begun; blow blew blown
    break broke broken; bring brought; build built; buy bought; catch caught; choose chose chosen
    cling clung; dig dug; draw drew drawn; drink drank drunk; drive drove driven; eat ate eaten
    fall fell fallen; feed fed; feel felt; fight fought; flee fled; fly flew flown
    forbid forbade forbidden; forget forgot forgotten; forgive forgave forgiven
    freeze froze frozen; grow grew grown
    hang hung; hide hid hidden; hold held; keep kept; kneel knelt; know knew known; lead led
    leap leapt; leave left; lend lent; light lit; lose lost; mean meant; meet met
    pay paid; ride rode ridden; ring rang rung; rise rose risen; run ran; say said; see saw seen
    seek sought; sell sold; send sent; shake shook shaken; shoot shot; shrink shrank shrunk
    sing sang sung; sink sank sunk; sit sat; sleep slept; speak spoke spoken; spend spent
    spring sprang sprung; stand stood; steal stole stolen; stick stuck; strike struck stricken
    swear swore sworn; sweep swept; swim swam swum; swing swung; take took taken; teach taught
    tear tore torn; tell told; think thought; throw threw thrown; understand understood
    wake woke woken; wear wore worn; weep wept; win won; withdraw withdrew withdrawn
    write wrote written; die death dead; choice chosen; loss lost; sale sold; flight flew
    growth grew; thief theft
"""
_SYNONYMS = """
    firm company; purchase buy; physician doctor; aeroplane airplane aircraft
    commence begin start; conclude end finish; percentage percent; film movie; error mistake
    vessel ship boat; kids children child; attorney lawyer; obtain get; assist help; injured hurt
    large big; construct build; age aged; sole single
    usa us america american; uk britain british
"""
_LIGHT = """
    people person persons individual individuals happen happened occur occurred take place took
    event incident include including involve involved involving name named called make made give
    gave given get got go went gone come came one ones thing things way part become became being
    having do done according
"""
_SAYING = "say said saying tell told state stated report reported announce announced"


def _groups() -> dict[str, str]:
    found: dict[str, str] = {}
    for group in f"{_IRREGULAR};{_SYNONYMS}".replace("\n", ";").split(";"):
        keys = [stem(word) for word in group.split()]
        known = next((found[key] for key in keys if key in found), keys[0] if keys else "")
        found |= dict.fromkeys(keys, known)
    return found


_GROUPS = _groups()

UNWEIGHED = frozenset(_GROUPS.get(stem(w), stem(w)) for w in f"{_LIGHT} {_SAYING}".split())
"""Keys of words that say so little, or whose part `cues.py` plays, that they need not be told."""


def unified(key: str) -> str:
    """The key of a word (`rag.word_keys`), the same one for all words of a group."""
    return _GROUPS.get(key, key)
