"""The histogram of coverage: every article in one bucket, no gaps, and never too many buckets."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.timeline.coverage import histogram

MOMENTS = st.lists(st.datetimes(timezones=st.just(UTC)), min_size=1, max_size=30)
SOON = st.lists(
    st.integers(0, 90 * 24 * 60).map(lambda m: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=m)),
    min_size=1,
)  # fmt: skip


@given(MOMENTS | SOON)
def test_every_moment_is_in_the_bucket_that_it_belongs_to(moments: list[datetime]) -> None:
    interval, buckets = histogram(moments)
    starts = [bucket.start for bucket in buckets]
    assert starts == sorted(set(starts))
    ends = [*starts[1:], datetime.max.replace(tzinfo=UTC) + timedelta(0)]
    for start, end, bucket in zip(starts, ends, buckets, strict=True):
        inside = [at for at in moments if start <= at < end]
        last = bucket is buckets[-1]
        assert bucket.articles == (sum(at >= start for at in moments) if last else len(inside))
    assert buckets[0].articles > 0 < buckets[-1].articles
    assert len(buckets) <= (101 if interval == "century" else 62)


@pytest.mark.parametrize(
    ("first", "last", "interval", "start", "count"),
    [
        ("2025-03-04T09:59", "2025-03-04T12:00", "hour", "2025-03-04T09:00", 4),
        ("2025-03-04T09:59", "2025-03-08T00:00", "day", "2025-03-04T00:00", 5),
        ("2025-01-01T00:00", "2025-06-30T23:59", "week", "2024-12-30T00:00", 27),
        ("2024-02-29T10:00", "2026-01-01T00:00", "month", "2024-02-01T00:00", 24),
        ("1987-06-01T00:00", "2025-06-01T00:00", "year", "1987-01-01T00:00", 39),
        ("1904-06-01T00:00", "2025-06-01T00:00", "decade", "1900-01-01T00:00", 13),
    ],
)
def test_a_bucket_is_as_long_as_the_story_wants(
    first: str, last: str, interval: str, start: str, count: int
) -> None:
    given = [datetime.fromisoformat(at).replace(tzinfo=UTC) for at in (first, last)] * 20
    found, buckets = histogram(given)
    assert (found, len(buckets)) == (interval, count)
    assert buckets[0].start == datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert [b.articles for b in buckets if b.articles] == [20, 20]


def test_few_articles_are_not_lost_among_empty_buckets() -> None:
    given = [datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=19) * n for n in range(4)]
    interval, buckets = histogram(given)
    assert (interval, [b.articles for b in buckets]) == ("week", [1, 0, 0, 1, 0, 1, 0, 0, 1])


def test_nothing_dated_has_no_buckets() -> None:
    assert histogram([]) == ("day", [])
