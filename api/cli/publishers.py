"""Publishers that a user names and the corpus does not have."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.client import RemoteEngine
    from rag.engine import Engine

_TOLD = 3


def unknown(engine: "Engine | RemoteEngine", wanted: Sequence[str]) -> list[str]:
    """A remark on each name that no article's publisher has: which are like it, or there at all."""
    if not wanted:
        return []
    sources = engine.holdings().sources
    known = {source.name.casefold(): source.name for source in sources if source.name}
    return [_remark(name, known) for name in wanted if known and name.casefold() not in known]


def _remark(name: str, known: Mapping[str, str]) -> str:
    """`known`: the names as they are written by their folded form, with most articles first."""
    folded = name.casefold()
    parts = [other for other in known if folded in other or other in folded]
    near = list(dict.fromkeys([*get_close_matches(folded, known, _TOLD), *parts]))[:_TOLD]
    if near:
        return f"No article is of “{name}”; did you mean {_listed(near, known, ' or ')}?"
    first = list(known)[:_TOLD]
    more = len(known) - len(first)
    others = f" and {more} more" if more else ""
    return f"No article is of “{name}”; there are those of {_listed(first, known, ', ')}{others}."


def _listed(names: Sequence[str], known: Mapping[str, str], between: str) -> str:
    return between.join(known[name] for name in names)
