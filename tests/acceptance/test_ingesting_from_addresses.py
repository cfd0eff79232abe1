"""`newscite ingest URL` and `newscite quarantine`, here and where a server holds the corpus."""

from collections.abc import Iterator

import pytest
from news_site import NewsSite, Reply, page, serving
from newscite_process import Corpus

TEXT = "A crossing to Tarn island costs six dollars from Monday on, the shipping line said."
ALLOWED = {
    "NEWSCITE_FETCH": "true",
    "NEWSCITE_FETCH_PRIVATE": "true",
    "NEWSCITE_FETCH_DELAY_S": "0",
}


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with serving() as running:
        running.replies["/a"] = Reply(page("Ferry fares rise", TEXT), headers={"ETag": '"1"'})
        yield running


def test_an_address_is_refused_unless_fetching_was_allowed(corpus: Corpus, site: NewsSite) -> None:
    ran = corpus.run("ingest", f"{site.url}/a")
    assert ran.code == 2
    assert "NEWSCITE_FETCH=true" in ran.said
    assert site.asked == []


def test_an_address_on_this_machine_is_refused_unless_private_ones_were_allowed(
    corpus: Corpus, site: NewsSite
) -> None:
    ran = corpus.run("ingest", f"{site.url}/a", env={"NEWSCITE_FETCH": "true"})
    assert ran.code == 1
    assert "not on the public Internet" in ran.said
    assert site.asked == []


@pytest.mark.slow
def test_a_page_is_ingested_and_unchanged_the_second_time(corpus: Corpus, site: NewsSite) -> None:
    first = corpus.run("ingest", f"{site.url}/a", "--json", env=ALLOWED).json
    again = corpus.run("ingest", f"{site.url}/a", "--json", env=ALLOWED).json
    assert (first["seen"], first["added"]) == (1, 1)
    assert (again["seen"], again["unchanged"]) == (1, 1)


@pytest.mark.slow
def test_a_server_that_holds_the_corpus_gets_what_was_fetched_here(
    corpus: Corpus, site: NewsSite
) -> None:
    with corpus.serve(env=ALLOWED):
        urls = [f"{site.url}/a", f"{site.url}/busy"]
        site.replies["/busy"] = Reply(status=500)
        ran = corpus.run("ingest", *urls, "--json", env=ALLOWED)
        assert ran.code == 1
        assert (ran.json["seen"], ran.json["added"], ran.json["quarantined"]) == (2, 1, 1)
        again = corpus.run("ingest", urls[0], "--json", env=ALLOWED).json
        assert (again["seen"], again["unchanged"]) == (1, 1)
        assert "Ferry fares rise" in corpus.run("articles", "list").said

        (item,) = corpus.run("quarantine", "list", "--json").json
        assert (item["place"], item["transient"]) == (urls[1], True)
        site.replies["/busy"] = Reply(page("Bridge toll ends", "The toll ends on Friday, it said."))
        retried = corpus.run("quarantine", "retry", "--transient", "--json")
        assert retried.code == 0, retried.err
        assert (retried.json["added"], retried.json["released"]) == (1, [item["id"]])
        assert corpus.run("quarantine", "list", "--json").json == []


@pytest.mark.slow
def test_a_transient_failure_is_tried_again_here(corpus: Corpus, site: NewsSite) -> None:
    site.replies["/a"] = [Reply(status=500), Reply(page("Ferry fares rise", TEXT))]
    assert corpus.run("ingest", f"{site.url}/a", env=ALLOWED).code == 1
    assert corpus.run("quarantine", "retry").code == 2
    assert corpus.run("quarantine", "retry", "--all").code == 1  # fetching is not allowed
    done = corpus.run("quarantine", "retry", "1", env=ALLOWED)
    assert (done.code, "1 ingested, 0 still" in done.said) == (0, True), done.said
