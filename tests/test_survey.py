"""The part of a page that is asked about holds its story, whatever stands around it."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from lxml import html

from crawler.blocks import tree_blocks
from crawler.extract.article import Article, Page
from crawler.extract.extraction import extract
from crawler.extract.survey import heart, look, survey

NOW = datetime(2026, 11, 27, tzinfo=UTC)
STORY = "".join(
    f"<p>Kapal nomor {number} tiba di dermaga lama pada pagi hari dan berlabuh sampai petang.</p>"
    for number in range(40)
)
HEADLINE = "Empat Puluh Kapal Tiba di Dermaga Lama"


def heart_of(body: str) -> html.HtmlElement:
    tree = html.document_fromstring(f"<html><body>{body}</body></html>")
    return heart(look(tree_blocks(tree)), tree)


def test_a_teaser_in_a_sidebar_is_not_asked_about() -> None:
    teaser = "<p>Satu berita lain yang hanya diringkas di sini, dengan titik di ujungnya.</p>"

    found = heart_of(f"<div id=a>{STORY}</div><div id=b>{teaser}</div>")

    assert found.get("id") == "a"


def test_two_halves_of_a_story_are_asked_about_together() -> None:
    found = heart_of(f"<main><div>{STORY}</div><div>{STORY}</div></main><footer>Redaksi</footer>")

    assert found.tag == "main"


def test_a_page_without_prose_is_asked_about_whole() -> None:
    assert heart_of("<div><a href=/>Beranda</a></div>").tag == "html"


def taken(body: str, text: str) -> list[str]:
    tree = html.document_fromstring(f"<html><body>{body}</body></html>")
    views = look(tree_blocks(tree))
    survey(views, text)
    return [view.block.text for view in views if view.is_taken]


def test_code_is_recognised_whose_lines_begin_with_a_dash() -> None:
    code = "steps:\n  - run: make berth\n  - run: make harbour ship=7"

    assert taken(f"<p>One.</p><pre>{code}</pre>", f"One.\n{code}") == [
        "One.",
        "steps: - run: make berth - run: make harbour ship=7",
    ]


def test_a_text_is_recognised_one_line_of_which_is_a_heading() -> None:
    text = "Dermaga\n  lama dibuka kembali untuk kapal kecil pada hari Rabu."

    found = taken(f"<h2>Dermaga</h2><div>{text}</div>", f"Dermaga\n{text}")

    assert found == ["Dermaga", " ".join(text.split())]


def test_in_a_long_text_a_paragraph_is_recognised_within_a_line() -> None:
    """Its first and last words may be parts of longer ones there."""
    said = [f"Kapal {n} tiba di dermaga lama pada pagi hari ke-{n} dan" for n in range(3_000)]
    unsaid = [f"Kapal {n} tiba di dermaga baru pada pagi hari ke-{n} dan" for n in range(100)]
    paragraphs = "".join(f"<p>{line}</p>" for line in (*said, *unsaid))

    assert taken(paragraphs, "«" + "» «".join(said) + "»") == said


def test_a_headline_said_two_thousand_times_costs_no_story() -> None:
    repeated = f"<div><h2>{HEADLINE}</h2></div>" * 2_000
    body = f"<article><h1>{HEADLINE}</h1>{STORY}{repeated}</article>"
    page = Page("https://a.example/1", f"<html><body>{body}</body></html>".encode(), NOW)

    start = time.process_time()
    article = extract(page)

    # Comparing each with each took 111 s; the worker is given 8.
    assert time.process_time() - start < 4
    assert isinstance(article, Article)
    assert "Kapal nomor 39" in article.text


def test_a_builder_that_numbers_its_boxes_calls_no_paragraph_furniture() -> None:
    paragraphs = [
        f"Kapal nomor {number} tiba di dermaga lama pada pagi hari dan berlabuh sampai petang."
        for number in range(6)
    ]
    parts = "".join(
        f"<div class='el el-{'abcdef'[number]}7 el-widget'><p>{text}</p></div>"
        for number, text in enumerate(paragraphs)
    )
    tree = html.document_fromstring(f"<html><body><main>{parts}</main></body></html>")

    views = look(tree_blocks(tree))
    survey(views, "\n".join(paragraphs))

    assert not any(view.is_aside for view in views)


def test_comments_longer_than_the_story_stand_aside() -> None:
    comments = "".join(
        f"<div class='comment {kind}'>{STORY[:1500]}</div>" for kind in ("even", "odd", "reply")
    )
    story = "Wali kota membuka dermaga itu kembali sesudah dua tahun ditutup untuk perbaikan."
    tree = html.document_fromstring(f"<html><body><p>{story}</p>{comments}</body></html>")

    views = look(tree_blocks(tree))
    survey(views, story)

    assert [view.is_aside for view in views[:2]] == [False, True]
