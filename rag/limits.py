"""Which of the limits that a question is given leave no article to answer it from."""

from collections.abc import Callable, Iterator
from datetime import datetime, time

from rag.archive.visibility import Visibility
from rag.types import Filters


def why_none_fits(view: Visibility, count: Callable[[Visibility], int]) -> str:
    """A sentence that says what to widen, where no article may be seen.

    Args:
        view: what the question may see.
        count: how many articles may be seen by a view.
    """
    limits = list(_limits(view))
    barring = [words for words, alone in limits if not count(alone)]
    if barring:
        return f"No article is {', and none is '.join(barring)}."
    return f"No article is {', and also '.join(words for words, _ in limits)}."


def _limits(view: Visibility) -> Iterator[tuple[str, Visibility]]:
    """Each limit in words that go on "No article is ...", and what may be seen by it alone."""
    said, given = view.filters, view.filters.model_dump()
    words = {
        "after": said.after and f"published on {_moment(said.after)} or later",
        "before": said.before and f"published before {_moment(said.before)}",
        "sources": f"of the source {_either(said.sources)}",
        "languages": f"in the language {_either(said.languages)}",
        "article_ids": "one of those that were named",
        "excluded_article_ids": "there beside those that were excluded",
    }
    for name, limit in words.items():
        if limit and given[name]:
            yield limit, Visibility(view.now, Filters(**{name: given[name]}))
    if view.as_of is not None:
        yield f"from {_moment(view.as_of)} or before", Visibility(view.now, as_of=view.as_of)


def _either(names: list[str]) -> str:
    return " or ".join(f"“{name}”" for name in names)


def _moment(at: datetime) -> str:
    day = f"{at.day} {at:%B %Y}"
    on_the_day = at.time() == time() or at.time().replace(microsecond=0) == time(23, 59, 59)
    return day if on_the_day else f"{day}, {at:%H:%M} UTC"
