"""What a robots.txt allows, by RFC 9309."""

import pytest

from ingest.fetching.robots import parse


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("", "/a", True),
        ("Disallow: /", "/a", False),
        ("Disallow:", "/a", True),
        ("Disallow: /private", "/private/a", False),
        ("Disallow: /private", "/public", True),
        ("Disallow: /a\nAllow: /a/b", "/a/b/c", True),  # the longest rule decides ...
        ("Allow: /a/b\nDisallow: /a", "/a/b/c", True),  # ... wherever it stands
        ("Disallow: /a\nAllow: /a", "/a", True),  # of two as long the one that allows
        ("Disallow: /*.pdf$", "/x/y.pdf", False),
        ("Disallow: /*.pdf$", "/x/y.pdf?z", True),
        ("Disallow: /*?sort=", "/list?a=1&b", True),
        ("Disallow: /*?sort=", "/list?sort=1", False),
        ("Disallow: /caf%c3%a9", "/caf\u00e9", False),
        ("Disallow: /%61", "/a", False),
        ("Disallow: /a%2Fb", "/a/b", True),
        ("disallow : /a # comment", "/a", False),
        ("Disallow: /A", "/a", True),
    ],
)
def test_the_rules_for_everyone(rules: str, path: str, allowed: bool) -> None:
    assert parse(f"User-agent: *\n{rules}\n").allows(path) is allowed


def test_a_group_that_names_us_replaces_the_one_for_everyone() -> None:
    robots = parse("User-agent: *\nDisallow: /\n\nUser-agent: NewsCite/1.0\nDisallow: /x\n")
    assert robots.allows("/a")
    assert not robots.allows("/x")


def test_groups_that_name_us_add_up_and_others_do_not_count() -> None:
    robots = parse(
        "User-agent: newscite\nUser-agent: other\nDisallow: /a\nSitemap: x\n"
        "User-agent: other\nDisallow: /b\nUser-agent: newscite\nDisallow: /c\n"
    )
    assert [robots.allows(path) for path in ("/a", "/b", "/c")] == [False, True, False]


@pytest.mark.parametrize(
    ("said", "delay"), [("2.5", 2.5), ("0", 0), ("soon", None), ("-1", None), ("nan", None)]
)
def test_a_crawl_delay_is_read(said: str, delay: float | None) -> None:
    assert parse(f"User-agent: *\nCrawl-delay: {said}\n").delay == delay


def test_a_rule_made_to_take_long_does_not() -> None:
    robots = parse("User-agent: *\nDisallow: /" + "a*" * 20 + "b\n")
    assert robots.allows("/" + "a" * 5000)
