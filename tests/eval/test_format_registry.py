"""Any format is found by its content, and malformed gold is refused, never crashed on."""

import gzip
import json
import shutil
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eval.formats import FORMATS, read_gold_set
from eval.formats.base import Format
from rag.errors import NotFoundError, UsageError

SAMPLES = Path(__file__).parent / "formats"

PUBLISHED = [
    ("newscite", "newscite.jsonl"),
    ("squad", "squad.json"),
    ("multihop-rag", "multihop_rag/MultiHopRAG.json"),
    ("multihop-rag", "multihop_rag"),
    ("multihop-rag", "multihop_rag_subset"),
    ("multihop-rag", "multihop_rag_subset/queries.json"),
    ("multihop-rag", "multihop_rag_subset/ground_truth.json"),
    ("beir", "beir"),
    ("beir", "beir/qrels/dev.tsv"),
    ("realtimeqa", "20240308_qa.jsonl"),
    ("benchmark-qed", "benchmarkqed.json"),
    ("benchmark-qed", "benchmarkqed_assertions.json"),
]

FILES = sorted(file.relative_to(SAMPLES) for file in SAMPLES.rglob("*.*") if file.is_file())


@pytest.mark.parametrize(("name", "sample"), PUBLISHED)
def test_exactly_one_format_recognises_each_sample(name: str, sample: str) -> None:
    recognising = [f.name for f in FORMATS.values() if f.recognises(SAMPLES / sample)]
    assert recognising == [name]
    assert read_gold_set(SAMPLES / sample) == read_gold_set(SAMPLES / sample, name)


@pytest.mark.parametrize(("name", "sample"), PUBLISHED)
def test_ids_differ_and_evidence_stands_in_the_articles(name: str, sample: str) -> None:
    questions, articles, _ = read_gold_set(SAMPLES / sample, name)
    assert len({question.id for question in questions}) == len(questions) > 0
    texts = {article.id: article.text or "" for article in articles}
    assert len(texts) == len(articles)
    for item in (item for question in questions for item in question.evidence):
        assert not texts or (item.quote or "") in texts[item.article]


@pytest.mark.parametrize("known", FORMATS.values(), ids=list(FORMATS))
def test_every_format_says_what_it_is(known: Format) -> None:
    assert known.about
    says = import_module(known.read.__module__).__doc__ or ""
    assert known.name == "newscite" or "https://" in says, "where the format is documented"


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"'trivia'.*newscite, squad, .*benchmark-qed"):
        read_gold_set(SAMPLES / "squad.json", "trivia")


def test_a_file_of_no_format_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"anything": 1}')
    for path in (other, tmp_path):
        with pytest.raises(
            UsageError, match=r"none of the gold formats; .*newscite \(Our own.*squad \("
        ):
            read_gold_set(path)


def test_a_missing_path_is_not_found(tmp_path: Path) -> None:
    for path in (tmp_path / "no.json", SAMPLES / "squad.json" / "no.json"):
        for name in ("auto", *FORMATS):
            with pytest.raises(NotFoundError):
                read_gold_set(path, name)


def test_a_path_no_system_takes_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_gold_set(Path("a" * 5000))


@pytest.mark.parametrize("name", FORMATS)
def test_another_formats_file_is_refused_by_name(name: str) -> None:
    for other, sample in PUBLISHED:
        if other != name:
            with pytest.raises(UsageError):
                read_gold_set(SAMPLES / sample, name)


def test_damaged_gzip_data_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress((SAMPLES / "squad.json").read_bytes())
    path = tmp_path / "squad.json.gz"
    for damaged in (packed[:-20], packed[:40] + bytes(20) + packed[60:], packed[:12]):
        path.write_bytes(damaged)
        with pytest.raises(UsageError):
            read_gold_set(path)
        with pytest.raises(UsageError, match="gzip"):
            read_gold_set(path, "squad")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=3,
).map(lambda value: json.dumps(value).encode())


@st.composite
def _mutations(draw: st.DrawFn) -> tuple[Path, bytes]:
    """One of the samples' files, cut short, or with a piece of it replaced by bytes or JSON."""
    file = draw(st.sampled_from(FILES))
    whole = (SAMPLES / file).read_bytes()
    start = draw(st.integers(0, len(whole)))
    if draw(st.booleans()):
        return file, whole[:start]
    colon = whole.find(b":", start) + 1
    comma = whole.find(b",", colon)
    if draw(st.booleans()) and 0 < colon < comma:
        return file, whole[:colon] + draw(_JSON) + whole[comma:]
    end = draw(st.integers(start, min(len(whole), start + 40)))
    return file, whole[:start] + draw(st.binary(max_size=6)) + whole[end:]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(mutation=_mutations())
def test_mutated_gold_gives_a_result_or_a_refusal(
    tmp_path: Path, mutation: tuple[Path, bytes]
) -> None:
    folder = tmp_path / "mutated"
    shutil.copytree(SAMPLES, folder, dirs_exist_ok=True)
    file, content = mutation
    (folder / file).write_bytes(content)
    for name, sample in PUBLISHED:
        for asked in ("auto", name):
            said, ids = _outcome(folder / sample, asked)
            assert (said and "pydantic" not in said) or (ids and len(set(ids)) == len(ids))


def _outcome(path: Path, name: str) -> tuple[str, list[str]]:
    """What was refused, or the ids that were read."""
    try:
        return "", [question.id for question in read_gold_set(path, name).questions]
    except UsageError as refused:
        return str(refused), []
