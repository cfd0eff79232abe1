"""Words for the same place or body that share no stem: "Dutch" and "the Netherlands"."""

_GROUPS = """
    american america us usa united washington
    british britain uk england london
    chinese china beijing
    danish denmark
    dutch netherlands holland
    english england
    eu european brussels
    filipino philippines philippine manila
    finnish finland
    french france paris
    german germany berlin
    greek greece athens
    irish ireland dublin
    japanese japan tokyo
    korean korea seoul
    moscow russia russian kremlin
    pentagon defense defence military
    polish poland warsaw
    rome italy italian
    scottish scotland edinburgh
    spanish spain madrid
    swedish sweden stockholm
    swiss switzerland
    thai thailand bangkok
    turkish turkey turkiye ankara
    ukrainian ukraine kyiv kiev
    vatican pope holy
    welsh wales cardiff
"""


def _by_word() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in _GROUPS.strip().splitlines():
        group = frozenset(line.split())
        for word in group:
            found[word] = found.get(word, frozenset()) | group
    return found


ALIASES = _by_word()
"""For each such word, in lower case, the words that may stand for it."""
