"""Words that say the contrary of each other, where one for the other makes a statement false."""

_PAIRS = """
    rise fall; rose fell; risen fallen; rising falling; increase decrease; increased decreased
    increases decreases; increase reduce; increased reduced; grew shrank; gain lose; gained lost
    win lose; won lost; wins loses; up down; higher lower; high low; highest lowest; more less
    more fewer; most least; before after; earlier later; first last; north south; east west
    left right; support oppose; supported opposed; supports opposes; accept reject
    accepted rejected; approve reject; approved rejected; pass fail; passed failed; open close
    opened closed; opens closes; opening closing; reopened closed; begin end; began ended
    start stop; started stopped; arrive leave; arrived left; enter leave; entered left
    guilty innocent; convicted acquitted; alive dead; survived died; hired fired
    buy sell; bought sold; import export; imports exports; allow ban; allowed banned; legal illegal
    lawful unlawful; success failure; succeeded failed; attack defend; agree disagree
    agreed disagreed; true false; public private; same different; old new; old young; large small
    male female; man woman; men women; husband wife; son daughter; father mother; brother sister
    minimum maximum; confirm deny; confirmed denied; love hate; include exclude; included excluded
    join leave; joined left; remove add; removed added; raise lower; raised lowered; raise cut
    raised cut; strengthen weaken; strengthened weakened; majority minority; ahead behind
    above below; over under; inside outside; present absent; released arrested; freed jailed
    employed unemployed; safe unsafe; likely unlikely; able unable; daily weekly; weekly monthly
    monthly yearly; morning evening; north east; north west; south east; south west
"""


def _by_word() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for pair in _PAIRS.replace("\n", ";").split(";"):
        both = frozenset(pair.split())
        for word in both:
            found[word] = found.get(word, frozenset()) | (both - {word})
    return found


_OPPOSITES = _by_word()


def opposed(stated: frozenset[str], told: frozenset[str]) -> bool:
    """Whether a word is stated, and not told, whose opposite is told. Words are in lower case."""
    return any(_OPPOSITES.get(word, frozenset()) & told for word in stated - told)
