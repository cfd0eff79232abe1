"""An ingest's counts in words."""

from hypothesis import given
from hypothesis import strategies as st

from api.cli.render import summary_lines
from ingest.summary import Summary

COUNT = st.integers(0, 3)


def test_what_is_a_part_of_another_count_is_told_with_it() -> None:
    done = Summary(
        job_id="j", seen=70, added=31, syndicated=2, updated=2, unchanged=34, kept_out=1,
        withdrawn=1, quarantined=2, passages=72,
    )  # fmt: skip
    assert summary_lines(done.model_dump(exclude={"job_id"})) == [
        "31 added (2 syndicated)", "2 updated", "34 unchanged (1 kept out, since withdrawn before)",
        "1 withdrawn", "2 quarantined", "72 passages",
    ]  # fmt: skip


@given(COUNT, COUNT, COUNT, COUNT, COUNT)
def test_the_counts_add_up_to_what_was_seen(
    added: int, updated: int, unchanged: int, withdrawn: int, quarantined: int
) -> None:
    done = Summary(
        job_id="j", added=added, updated=updated, unchanged=unchanged, withdrawn=withdrawn,
        quarantined=quarantined, syndicated=added, kept_out=unchanged, passages=9,
        seen=added + updated + unchanged + withdrawn + quarantined,
    )  # fmt: skip
    lines = summary_lines(done.model_dump(exclude={"job_id"}))
    *items, passages = [int(line.split()[0]) for line in lines]
    assert (sum(items), passages) == (done.seen, 9)
