"""Which article versions have words in them, as an SQL condition over the lexical index."""

import re

from sqlalchemy import ColumnElement, and_, bindparam, column, false, select, table, text, tuple_

from rag.archive.schema import passages, versions
from rag.words import content_words, words

_FTS = table("passages_fts", column("rowid"))
_MARK = '["“”„«»]'
_QUOTED = re.compile(f"{_MARK}(.*?){_MARK}")


def has_words(wanted: str) -> ColumnElement[bool]:
    """The condition on `versions` that a version has every word of `wanted`, wherever it has it.

    Words are compared as the index stems them. Words between quotation marks have to stand one
    behind the other, in the headline or within one passage. Of the others stop words are passed
    over, unless there is nothing else; a text without any word is in no article.
    """
    phrases = [phrase for quoted in _QUOTED.findall(wanted) if (phrase := " ".join(words(quoted)))]
    others = _QUOTED.sub(" ", wanted)
    found = list(dict.fromkeys([*phrases, *content_words(others)])) or words(others)
    return and_(*map(_has, found, range(len(found)))) if found else false()


def _has(phrase: str, number: int) -> ColumnElement[bool]:
    # The words of one article stand in several of its passages, which are the index's rows.
    name = f"phrase_{number}"
    matching = text(f"passages_fts MATCH :{name}").bindparams(bindparam(name, f'"{phrase}"'))
    having = (
        select(passages.c.article_id, passages.c.version)
        .select_from(passages.join(_FTS, _FTS.c.rowid == passages.c.rowid))
        .where(matching)
    )
    return tuple_(versions.c.article_id, versions.c.version).in_(having)
