"""Which blocks of a page are its story, given what trafilatura took of it."""

from __future__ import annotations

import pytest
from lxml import html

from crawler.blocks import tree_blocks
from crawler.extract.body import select
from crawler.extract.survey import look, survey

HEADLINE = "Pasar Ikan Teluk Bayan Pindah ke Dermaga Timur"
STORY = (
    "Pasar ikan Teluk Bayan pindah ke dermaga timur mulai pekan depan karena atapnya tidak aman.",
    "Sebanyak dua ratus pedagang mendapat lapak yang sama, dan sewa tahun pertama dibayar kota.",
    "Nelayan menyambut keputusan itu karena perahu dapat bersandar tepat di belakang lapak mereka.",
)
NOTE = (
    "Bangunan lama didirikan pada tahun 1971, terbakar sebagian, dan dua kali diperluas sesudahnya."
)
DISCLAIMER = "Redaksi tidak bertanggung jawab atas isi iklan baris yang dipasang oleh pembaca."
LEAD = (
    "Pasar ikan tertua di teluk itu pindah sesudah lima puluh tahun, dan sewanya tetap sama murah."
)
PROMO = (
    "Setiap pagi kami mengirim lima berita terbaik dari seluruh teluk ke kotak surat para pembaca."
)


def kept(body: str, *taken: str) -> list[str]:
    tree = html.document_fromstring(f"<html><body><h1>{HEADLINE}</h1>{body}</body></html>")
    views = look(tree_blocks(tree))
    frame = survey(views, "\n".join(taken))
    assert frame is not None
    return [view.block.text for view in select(views, frame, HEADLINE)]


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def test_a_paragraph_in_a_box_of_its_own_amid_the_story_is_kept() -> None:
    body = f"<div>{paragraphs(*STORY[:2])}<div>{NOTE}</div>{paragraphs(STORY[2])}</div>"

    assert kept(body, *STORY) == [*STORY[:2], NOTE, STORY[2]]


def test_a_disclaimer_in_a_box_of_its_own_behind_the_story_is_not_kept() -> None:
    assert kept(f"<div>{paragraphs(*STORY)}<div>{DISCLAIMER}</div></div>", *STORY) == [*STORY]


def test_a_lead_right_above_the_story_is_kept() -> None:
    body = f"<span>Rabu</span><section>{LEAD}</section><main>{paragraphs(*STORY)}</main>"

    assert kept(body, *STORY) == [LEAD, *STORY]


def test_what_has_a_byline_between_itself_and_the_story_is_no_lead() -> None:
    body = f"<div>{PROMO}</div><div>Oleh Nur</div><main>{paragraphs(*STORY)}</main>"

    assert kept(body, *STORY) == [*STORY]


def test_what_stands_above_the_story_of_a_page_without_a_headline_is_no_lead() -> None:
    tree = html.document_fromstring(
        f"<html><body><section>{PROMO}</section><main>{paragraphs(*STORY)}</main></body></html>"
    )

    views = look(tree_blocks(tree))
    frame = survey(views, "\n".join(STORY))

    assert frame is not None
    assert [view.block.text for view in select(views, frame, None)] == [*STORY]


def test_a_dateline_that_stands_bare_before_the_first_paragraph_is_kept() -> None:
    body = f"<div><h3>Sorotan</h3><b>Teluk Bayan:</b>{paragraphs(*STORY)}<b>Baca:</b></div>"

    assert kept(body, "Sorotan", *STORY) == ["Sorotan", "Teluk Bayan:", *STORY]


def test_a_bar_that_says_the_headline_again_cuts_no_opening() -> None:
    bar = f"<div class='sticky-nav'>{HEADLINE}</div>"
    body = f"<div>{paragraphs(STORY[0])}</div>{bar}<main>{paragraphs(*STORY[1:] * 9)}</main>"

    assert kept(body, *STORY)[:2] == [*STORY[:2]]


@pytest.mark.parametrize("bare", ["BUKIT TAJI —", "Ibu Nur:"], ids=["a second place", "who speaks"])
def test_what_stands_bare_before_a_later_paragraph_is_kept(bare: str) -> None:
    body = f"<div>{paragraphs(*STORY)}<b>{bare}</b>{paragraphs(LEAD)}</div>"

    assert kept(body, *STORY, LEAD) == [*STORY, bare, LEAD]


@pytest.mark.parametrize(
    "label",
    [f"<b>Terkait:</b><p><a href='/lain'>{LEAD}</a></p>", "<b><a href='/lain'>Terkait:</a></b>"],
    ids=["before a link", "a link"],
)
def test_a_label_of_links_is_no_dateline(label: str) -> None:
    body = f"<div>{paragraphs(STORY[0])}{label}{paragraphs(*STORY[1:])}</div>"

    assert kept(body, *STORY) == [*STORY]
