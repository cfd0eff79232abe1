"""Which article versions have words in them, as an SQL condition over the lexical index."""

from sqlalchemy import ColumnElement, and_, bindparam, column, false, select, table, text, tuple_

from rag.archive.schema import passages, versions
from rag.words import content_words, words

_FTS = table("passages_fts", column("rowid"))


def has_words(wanted: str) -> ColumnElement[bool]:
    """The condition on `versions` that a version has every word of `wanted`, wherever it has it.

    Words are compared as the index stems them. Stop words are passed over, unless there are no
    others; a text without any word is in no article.
    """
    found = content_words(wanted) or list(dict.fromkeys(words(wanted)))
    return and_(*map(_has, found, range(len(found)))) if found else false()


def _has(word: str, number: int) -> ColumnElement[bool]:
    # The words of one article stand in several of its passages, which are the index's rows.
    name = f"word_{number}"
    matching = text(f"passages_fts MATCH :{name}").bindparams(bindparam(name, f'"{word}"'))
    having = (
        select(passages.c.article_id, passages.c.version)
        .select_from(passages.join(_FTS, _FTS.c.rowid == passages.c.rowid))
        .where(matching)
    )
    return tuple_(versions.c.article_id, versions.c.version).in_(having)
