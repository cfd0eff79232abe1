"""From a byline to the names in it."""

import re

_BY = re.compile(r"\s*(?:by|von|par|por|di)\s+(?=\S)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:;|\band\b|\bund\b|\bet\b|&|\|)\s*")


def authors_of(byline: str) -> list[str]:
    """The names in a byline: `By Ann Lee and Omar Haddad` names two.

    A comma does not part them, as what follows it is more often an office or a title.
    """
    line = _BY.sub("", " ".join(byline.split()), count=1) if _BY.match(byline) else byline
    return [name for part in _BETWEEN.split(line) if (name := " ".join(part.split()).strip(" ,"))]
