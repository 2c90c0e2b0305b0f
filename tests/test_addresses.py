"""What an address is, how it is written in one way, and when two name the same story."""

from __future__ import annotations

import pytest

from config.origins import authority, origin
from crawler.addresses import (
    asked_whole,
    canonical,
    is_believable,
    is_same_site,
    objection,
    resolved,
)

STORY = "https://kabar-desa.example/berita/10421/warga-bangun-jembatan"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://kabar-desa.example/", "only http and https are read, not ftp"),
        ("javascript:alert(1)", "not javascript"),
        ("/berita", "not an address without a scheme"),
        ("http://", "names no host"),
        ("http://user@kabar-desa.example/", "a user name or password"),
        ("http://kabar-desa.example\\@evil.example/", "backslash"),
        ("http://kabar-desa.example/a b", "a space"),
        ("http://kabar-desa.example/\r\nX: y", "a character in it that is none"),
        ("http://kabar-desa.example/\x85", "a character in it that is none"),
        ("http://kabar-desa.example/\ud83d", "a character in it that is none"),
        ("http://[::1/", "cannot be read"),
        ("http://kabar-desa.example:65536/", "cannot be read"),
        ("http://kabar-desa.example/" + "x" * 2083, "longer than 2083"),
    ],
)
def test_an_address_that_is_not_asked_for_has_a_reason(url: str, reason: str) -> None:
    assert reason in (objection(url) or "")


@pytest.mark.parametrize(
    "url", [STORY, "http://127.0.0.1:8080/", "https://[2001:db8::1]/a?b=c", "http://кабар.example/"]
)
def test_a_plain_address_meets_no_objection(url: str) -> None:
    assert objection(url) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Kabar-Desa.Example", "https://kabar-desa.example/"),
        ("https://kabar-desa.example:443/a", "https://kabar-desa.example/a"),
        ("http://kabar-desa.example:8080/a", "http://kabar-desa.example:8080/a"),
        ("https://kabar-desa.example/a#komentar", "https://kabar-desa.example/a"),
        (
            "https://kabar-desa.example/?utm_source=x&id=7&fbclid=y",
            "https://kabar-desa.example/?id=7",
        ),
        ("https://kabar-desa.example/?b=2&a=1", "https://kabar-desa.example/?b=2&a=1"),
        ("https://kabar-desa.example/A%20b", "https://kabar-desa.example/A%20b"),
        ("http://[2001:DB8::1]:80/a", "http://[2001:db8::1]/a"),
        ("https://Кабар-Деса.example/a", "https://xn----7sbabcuh8a7cn.example/a"),
        ("https://kabar-desa.example/a?msclkid=x&_gl=y", "https://kabar-desa.example/a"),
        ("https://kabar-desa.example/a?gclidah=x", "https://kabar-desa.example/a?gclidah=x"),
    ],
)
def test_an_address_is_written_in_one_way(url: str, expected: str) -> None:
    assert canonical(url) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("/a", "https://kabar-desa.example/a"),
        ("a", "https://kabar-desa.example/berita/a"),
        ("../a", "https://kabar-desa.example/a"),
        ("?p=2", "https://kabar-desa.example/berita/?p=2"),
        ("//lain.example/a", "https://lain.example/a"),
        (" \n/a\t", "https://kabar-desa.example/a"),
        ("mailto:desk@kabar-desa.example", None),
        ("http://[::1", None),
        ("http://a:b@kabar-desa.example/", None),
        ("http://kabar-desa.example:99999/", None),
    ],
)
def test_a_link_is_resolved_or_leads_nowhere(reference: str, expected: str | None) -> None:
    assert resolved("https://kabar-desa.example/berita/", reference) == expected


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("https://www.kabar-desa.example/", True),
        ("http://m.kabar-desa.example/", True),
        ("https://amp.kabar-desa.example/", True),
        ("https://kabar-desa.example:443/", True),
        ("https://kabar-desa.example:80/", False),
        ("https://lain.example/", False),
        ("https://kabar-desa.example.evil.example/", False),
        ("https://kabar-desa.example:8443/", False),
        ("https://sport.kabar-desa.example/", False),
    ],
)
def test_a_site_is_its_host_however_it_is_dressed(other: str, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_same_site(STORY, other) is expected


@pytest.mark.parametrize(
    "url",
    [
        "https://kabar-кабар.example:443/a",
        "HTTPS://Kabar-Кабар.Example/b",
        "https://xn--kabar--8nfai2g3c.example",
    ],
)
def test_an_origin_is_the_same_however_it_is_written(url: str) -> None:
    assert origin(url) == "https://xn--kabar--8nfai2g3c.example"
    assert authority("http://[2001:DB8::1]:8080/") == "[2001:db8::1]:8080"


@pytest.mark.parametrize(
    ("claimed", "expected"),
    [
        pytest.param(STORY + "/amp", True, id="amp"),
        pytest.param("https://www.kabar-desa.example/read/10421", True, id="another-path"),
        pytest.param("https://kabar-desa.example/", False, id="home"),
        pytest.param("https://kabar-desa.example/?p=10421", False, id="home-with-a-query"),
        pytest.param(STORY.replace("kabar", "koran"), False, id="another-site"),
        pytest.param("javascript:alert(1)", False, id="no-address"),
    ],
)
def test_a_page_may_claim_another_address_of_its_site_but_not_the_home_page(
    claimed: str,
    expected: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert is_believable(STORY, claimed) is expected


def test_a_page_may_claim_an_address_on_another_host_of_its_owner() -> None:
    assert is_believable("https://m.desa.co.id/1/x", "https://berita.desa.co.id/x/1")


@pytest.mark.parametrize(
    ("url", "claimed"),
    [
        ("https://desa.go.id/berita/1", "https://kota.go.id/berita/1"),
        ("https://desa.blogspot.com/1", "https://kota.blogspot.com/1"),
        ("http://127.0.0.1/berita/1", "http://127.0.0.2/berita/1"),
    ],
)
def test_what_lies_under_one_public_suffix_is_not_one_site(url: str, claimed: str) -> None:
    assert not is_believable(url, claimed)


@pytest.mark.parametrize(
    ("how", "expected"),
    [("?page=all", STORY + "?page=all"), ("/all", STORY + "/all")],
)
def test_an_article_is_asked_for_whole_as_the_source_says(how: str, expected: str) -> None:
    assert asked_whole(STORY, how) == expected
    assert asked_whole(STORY + "?a=b", "?page=all") == STORY + "?a=b&page=all"
