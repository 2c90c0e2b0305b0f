"""An article in several sheets is found sheet by sheet and joined once, never with another one."""

from __future__ import annotations

import pytest
from lxml import html

from crawler.extract.article import Article, Head, Removal
from crawler.extract.sheets import MAX_SHEETS, next_sheet, stitch

URL = "https://kabar.example/berita/101/jembatan"


def a_tree(links: str) -> html.HtmlElement:
    return html.document_fromstring(f"<html><body><p>Teks.</p>{links}</body></html>")


def a_sheet(*lines: str, next_sheet: str | None = None) -> Article:
    return Article(URL, "\n".join(lines), Head(headline="Jembatan"), next_sheet=next_sheet)


NEXT = {
    "query": (URL, "<a href='?page=2'>2</a>", f"{URL}?page=2"),
    "path": (URL, f"<a href='{URL}/2'>Selanjutnya</a>", f"{URL}/2"),
    "named path": (URL, f"<a href='{URL}/page/2/'>Next</a>", f"{URL}/page/2/"),
    "before the ending": (
        "https://kabar.example/b/jembatan.html",
        "<a href='/b/jembatan_page_2.html'>2</a>",
        "https://kabar.example/b/jembatan_page_2.html",
    ),
    "from the second": (
        f"{URL}?page=2",
        "<a href='?page=1'>1</a><a href='?page=3'>3</a>",
        f"{URL}?page=3",
    ),
    "other parameters": (f"{URL}?id=7", "<a href='?id=7&page=2'>2</a>", f"{URL}?id=7&page=2"),
    "rel next": (URL, f"<link rel='next' href='{URL}?page=2'>", f"{URL}?page=2"),
    "www or not": (
        URL,
        "<a href='https://www.kabar.example/berita/101/jembatan?page=2'>2</a>",
        "https://www.kabar.example/berita/101/jembatan?page=2",
    ),
    "all at once": (
        URL,
        "<a href='?page=2'>2</a><a href='?page=all'>Lihat Semua</a>",
        f"{URL}?page=all",
    ),
    "single": (URL, "<a href='?single=1'>Selengkapnya</a>", f"{URL}?single=1"),
}
LAST = {
    "no links": (URL, ""),
    "another article": (URL, "<a rel='next' href='/berita/102/tanggul'>Next</a>"),
    "another article's second sheet": (URL, "<a href='/berita/102/tanggul?page=2'>2</a>"),
    "another host": (URL, "<a href='https://lain.example/berita/101/jembatan?page=2'>2</a>"),
    "another story by number": (f"{URL}?id=7", "<a href='?id=8&page=2'>2</a>"),
    "comments": (URL, "<div class='komentar'><a href='?page=2'>2</a></div>"),
    "comments by anchor": (URL, "<a href='?page=2#comments'>2</a>"),
    "the whole already": (f"{URL}?page=all", "<a href='?page=2'>2</a>"),
    "backwards": (f"{URL}?page=3", "<a href='?page=2'>2</a>"),
    "gap": (URL, "<a href='?page=5'>5</a>"),
    "front page": ("https://kabar.example/", "<a href='?page=2'>2</a>"),
    "too many": (f"{URL}?page={MAX_SHEETS}", f"<a href='?page={MAX_SHEETS + 1}'>next</a>"),
    "a year is no sheet": ("https://kabar.example/arsip", "<a href='/arsip/2026'>2026</a>"),
    "broken address": (URL, "<a href='http://[?page=2'>2</a>"),
    "broken page": ("http://[", "<a href='?page=2'>2</a>"),
    "no address": (URL, "<a href='javascript:page=2'>2</a>"),
}


@pytest.mark.parametrize(("url", "links", "following"), NEXT.values(), ids=NEXT)
def test_the_next_sheet_is_found(url: str, links: str, following: str) -> None:
    assert next_sheet(a_tree(links), url) == following


@pytest.mark.parametrize(("url", "links"), LAST.values(), ids=LAST)
def test_what_is_no_next_sheet_of_the_article_is_not_followed(url: str, links: str) -> None:
    assert next_sheet(a_tree(links), url) is None


def test_sheets_are_joined_in_their_order() -> None:
    whole = stitch(
        a_sheet("satu", next_sheet="2"), [a_sheet("dua", next_sheet="3"), a_sheet("tiga")]
    )

    assert whole.text == "satu\ndua\ntiga"
    assert whole.sheets == 3
    assert whole.next_sheet is None


def test_what_follows_the_last_sheet_in_hand_is_remembered() -> None:
    whole = stitch(a_sheet("satu", next_sheet="2"), [a_sheet("dua", next_sheet="3")])

    assert whole.next_sheet == "3"


@pytest.mark.parametrize(
    ("second", "seam"),
    [
        (("lead", "tiga"), ["lead"]),
        (("dua", "tiga"), ["dua"]),
        (("satu", "dua", "tiga"), ["satu", "dua"]),
        (("lead", "dua", "tiga"), ["lead", "dua"]),
        (("Lead!", "tiga"), ["Lead!"]),
    ],
    ids=["lead again", "last again", "last two again", "lead and last", "other punctuation"],
)
def test_what_two_sheets_share_stands_once(second: tuple[str, ...], seam: list[str]) -> None:
    whole = stitch(a_sheet("lead", "satu", "dua"), [a_sheet(*second)])

    assert whole.text == "lead\nsatu\ndua\ntiga"
    assert [(r.repair, r.text) for r in whole.removals] == [("sheets", line) for line in seam]


def test_a_sheet_with_the_whole_article_adds_only_what_is_new() -> None:
    whole = stitch(a_sheet("satu", "dua"), [a_sheet("satu", "dua", "tiga")])

    assert whole.text == "satu\ndua\ntiga"


def test_a_sheet_served_twice_adds_nothing_and_is_not_counted() -> None:
    first = a_sheet("satu", "dua")

    whole = stitch(first, [a_sheet("satu", "dua")])

    assert (whole.text, whole.sheets) == ("satu\ndua", 1)


def test_a_refrain_on_the_next_sheet_stays() -> None:
    assert (
        stitch(a_sheet("a", "refrain", "b"), [a_sheet("c", "refrain")]).text.count("refrain") == 2
    )


def test_reports_and_links_of_all_sheets_are_kept() -> None:
    one = Article(URL, "satu", Head(), removals=(Removal("x", "y", "z"),), related=(("A", "u"),))
    two = Article(URL, "dua", Head(), related=(("A", "u"), ("B", "v")))

    whole = stitch(one, [two])

    assert whole.related == (("A", "u"), ("B", "v"))
    assert whole.removals == (Removal("x", "y", "z"),)


def test_one_sheet_is_the_article() -> None:
    assert stitch(a_sheet("satu"), []) == a_sheet("satu")
