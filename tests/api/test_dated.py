"""When an article is from, in words."""

from datetime import UTC, datetime

import pytest

from api.dated import dated

_SEVENTH = datetime(2024, 11, 7, 9, tzinfo=UTC)
_LATER = datetime(2024, 11, 7, 20, tzinfo=UTC)
_NINTH = datetime(2024, 11, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("published", "updated", "words"),
    [
        (_SEVENTH, None, "7 November 2024"),
        (_SEVENTH, _LATER, "7 November 2024"),
        (_SEVENTH, _NINTH, "7 November 2024, updated 9 November 2024"),
        (None, _NINTH, "updated 9 November 2024"),
        (None, None, None),
    ],
)
def test_a_version_of_a_later_day_says_so(
    published: datetime | None, updated: datetime | None, words: str | None
) -> None:
    assert dated(published, updated) == words
