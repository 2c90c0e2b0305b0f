"""What a reader of tilik may rely on: the story's text, once, whole, and nothing around it."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import pytest

from crawler.extract.article import Article, Page, Refusal
from crawler.extract.extraction import extract
from crawler.extract.language import language_of
from crawler.extract.parse import MAX_ELEMENTS
from crawler.extract.task import EXTRACTOR_VERSION

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))
URL = "https://kabar.example/berita/101/judul"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
FIRST = (
    "Warga desa di tepi danau mulai menanam kembali bakau yang mati setelah kemarau panjang tahun "
    "lalu, dengan bibit yang mereka semai sendiri di halaman balai desa."
)
SECOND = (
    "Sebanyak empat ribu bibit ditanam dalam dua hari oleh murid sekolah, nelayan, dan petani yang "
    "bergantian turun ke lumpur sejak pagi."
)
THIRD = (
    "Kepala desa berharap separuh dari bibit itu bertahan sampai musim hujan, karena akar bakau "
    "menahan tebing dan menjadi tempat ikan bertelur."
)
PARAGRAPHS = [FIRST, SECOND, THIRD]
STORY = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)


def a_page(body: str | bytes, *, url: str = URL, encoding: str | None = None) -> Page:
    content = body if isinstance(body, bytes) else body.encode()
    return Page(url=url, body=content, fetched_at=NOW, encoding=encoding)


def read(body: str | bytes, *, url: str = URL, encoding: str | None = None) -> Article:
    article = extract(a_page(body, url=url, encoding=encoding))
    assert isinstance(article, Article), article
    return article


def in_a_page(story: str, *, head: str = "", after: str = "") -> str:
    return (
        f"<html><head><title>Bakau di Tepi Danau</title>{head}</head><body>"
        f"<h1>Bakau di Tepi Danau</h1><div class='isi'>{story}</div>{after}</body></html>"
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_stored_page_gives_its_expected_text(page: Path) -> None:
    expected = page.with_suffix(".txt").read_text(encoding="utf-8").strip()

    assert read(page.read_bytes()).text == expected


def test_every_expected_text_has_its_page() -> None:
    texts = {path.stem for path in (Path(__file__).parent / "pages").glob("*.txt")}

    assert texts == {page.stem for page in PAGES}


def test_the_same_page_gives_the_same_article_in_any_order() -> None:
    bodies = [page.read_bytes() for page in PAGES]
    first = {body: extract(a_page(body)) for body in bodies}
    again = bodies * 4
    random.Random(4).shuffle(again)  # noqa: S311 - an order, not a secret

    assert all(extract(a_page(body)) == first[body] for body in again)


def test_another_process_gives_the_same_article() -> None:
    program = (
        "import sys, pathlib; from datetime import UTC, datetime;"
        "from crawler.extract.article import Page; from crawler.extract.extraction import extract;"
        "print(ascii([extract(Page(sys.argv[1], pathlib.Path(name).read_bytes(),"
        " datetime(2026, 11, 23, tzinfo=UTC))) for name in sys.argv[2:]]))"
    )
    command = [sys.executable, "-c", program, URL, *map(str, PAGES)]
    root = Path(__file__).parents[1]

    elsewhere = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)  # noqa: S603 - our own interpreter and pages

    assert elsewhere.stdout.strip() == ascii([extract(a_page(p.read_bytes())) for p in PAGES])


@pytest.mark.parametrize(
    "noise",
    [
        "<p>Dibaca {n} kali</p>",
        "<span>{n} views</span>",
        "<div class='iklan'>Promo nomor {n} hanya hari ini untuk pembaca setia!</div>",
        "<script>var token = '{n}';</script>",
        "<div class='terpopuler'><a href='/b/{n}'>Berita populer ke-{n} pekan ini</a></div>",
    ],
    ids=["counter", "views", "advertisement", "token", "popular"],
)
def test_what_changes_at_every_visit_is_no_edit(noise: str) -> None:
    texts = {read(in_a_page(STORY + noise.format(n=n))).text for n in (7, 1234, 98_765)}

    assert texts == {"\n".join(PARAGRAPHS)}


def test_subheadings_lists_and_tables_of_the_story_stay() -> None:
    story = (
        f"<p>{FIRST}</p><h2>Cara menanam</h2><p>{SECOND}</p>"
        "<ul><li>Lubang sedalam dua jengkal.</li><li>Jarak satu meter.</li></ul>"
        f"<table><tr><td>Bibit</td><td>4.000</td></tr></table><p>{THIRD}</p>"
    )

    assert read(in_a_page(story)).text.split("\n") == [
        FIRST,
        "Cara menanam",
        SECOND,
        "Lubang sedalam dua jengkal.",
        "Jarak satu meter.",
        "Bibit | 4.000",
        THIRD,
    ]


def test_a_body_printed_twice_is_stored_once() -> None:
    twice = f"<div class='isi'>{STORY}</div><div class='cetak'>{STORY}</div>"
    article = read(f"<html><body><h1>Bakau di Tepi Danau</h1>{twice}</body></html>")

    assert article.text == "\n".join(PARAGRAPHS)
    assert any(removal.repair == "repetition" for removal in article.removals)


def test_the_report_names_what_furniture_took() -> None:
    article = read(in_a_page(STORY + "<p>Baca juga: <a href='/b/9'>Tebing Danau Longsor</a></p>"))

    assert [(r.repair, r.text) for r in article.removals] == [
        ("furniture", "Baca juga: Tebing Danau Longsor")
    ]
    assert article.related == (("Tebing Danau Longsor", "https://kabar.example/b/9"),)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (in_a_page("<p>" + "Кот — дома. " * 30 + "</p>").encode("windows-1251"), "windows-1251"),
        (
            in_a_page(
                "<p>" + "Кот — дома. " * 30 + "</p>", head="<meta charset=windows-1251>"
            ).encode("windows-1251"),
            None,
        ),
        (in_a_page("<p>" + "Кот — дома. " * 30 + "</p>").encode("utf-16"), None),
        (in_a_page("<p>" + "Кот — дома. " * 30 + "</p>").encode(), "iso-8859-1"),
        (b"\xef\xbb\xbf" + in_a_page("<p>" + "Кот — дома. " * 30 + "</p>").encode(), None),
    ],
    ids=["server says", "page says", "byte order mark 16", "server lies", "byte order mark 8"],
)
def test_letters_survive_whatever_the_server_says(body: bytes, encoding: str | None) -> None:
    assert read(body, encoding=encoding).text.startswith("Кот — дома.")


def test_japanese_that_is_written_in_ascii_is_read() -> None:
    text = "猫は家にいた。" * 30
    page = in_a_page(f"<p>{text}</p>", head="<meta charset=iso-2022-jp>")

    assert read(page.encode("iso-2022-jp")).text == text
    assert (
        read(in_a_page(f"<p>{text}</p>").encode("iso-2022-jp"), encoding="iso-2022-jp").text == text
    )


@pytest.mark.parametrize(
    "body",
    [
        in_a_page(STORY, head=f"<script>{'a();' * 600_000}</script>").encode("utf-16"),
        in_a_page(f"<style>p {{}}<\0/style>{STORY}").encode(),
    ],
    ids=["two bytes a character", "a tag in pieces"],
)
def test_programs_cost_no_story_though_their_tags_hold_nul_bytes(body: bytes) -> None:
    assert read(body).text == "\n".join(PARAGRAPHS)


def test_text_that_was_encoded_twice_is_read_once() -> None:
    broken = STORY.replace("</p>", " caf\xc3\xa9 â\x80\x9chiâ\x80\x9d.</p>", 1)

    assert "café “hi”." in read(in_a_page(broken).encode()).text


def test_a_page_cut_within_a_letter_keeps_the_rest() -> None:
    assert read(in_a_page(STORY).encode() + b"\xd0").text == "\n".join(PARAGRAPHS)


REFUSED = {
    "empty": b"   ",
    "not-html": b"%PDF-1.7 \x00\x01",
    "too-deep": b"<div>" * 400 + b"x",
    "too-large": b"<p>" + b"<b>x</b>" * (MAX_ELEMENTS + 1),
    "challenge": b"<title>Just a moment...</title><p>Checking your browser before you go on.</p>",
    "soft-404": b"<title>Halaman tidak ditemukan</title><body><p>Maaf.</p></body>",
    "script-shell": b"<html><body><div id='root'></div><script src='/app.js'></script></body>",
    "login-wall": b"<body><h1>Laporan</h1><p>Silakan masuk untuk membaca laporan ini.</p></body>",
    "index-page": (
        "<body>"
        + "".join(
            f"<div><a href='/b/{n}'>Berita nomor {n} tentang pasar ikan di pelabuhan</a></div>"
            for n in range(60)
        )
    ).encode(),
    "not-an-article": b"<body><form><input name=q></form></body>",
}


@pytest.mark.parametrize("reason", REFUSED)
def test_a_page_without_a_story_is_refused_with_its_reason(reason: str) -> None:
    refusal = extract(a_page(REFUSED[reason]))

    assert isinstance(refusal, Refusal)
    assert refusal.reason == reason
    assert refusal.detail.endswith(".")


def test_a_short_story_is_no_reason_to_refuse() -> None:
    assert read("<body><h1>Gempa</h1><p>Gempa 4,1 SR terasa di pesisir, tidak ada korban.</p>").text


@pytest.mark.parametrize(
    "body",
    [
        b"\x00\xff\xfe<p>\x80",
        b"<p>" + b"&#0;&#x1f;&#55555555;" * 50,
        b"<a <a <a <" * 1000,
        b"<script>" * 5000,
        b"<!--" * 5000,
        b"<table><tr><td>" * 60,
        b"<p>" + "\u202e\u200d\u200b\ufeff".encode() * 500 + b"</p>",
        b"<a href='http://[/'>" + b"x" * 300 + b"</a>",
        b"<html><head><base href='http://['></head><body><p>" + b"word " * 100,
        bytes(range(256)) * 40,
        in_a_page("".join(f"<p>{FIRST}&#xFFFE;</p><p>{text}</p>" for text in PARAGRAPHS)).encode(),
        in_a_page("".join(f"<p>{FIRST}&#&#1;1;</p><p>{text}</p>" for text in PARAGRAPHS)).encode(),
        in_a_page(f"<kolom²><div>{STORY * 3}</div></kolom²>").encode(),
    ],
    ids=range(13),
)
def test_hostile_bytes_give_an_answer_and_no_exception(body: bytes) -> None:
    answer = extract(a_page(body))

    assert isinstance(answer, Article | Refusal)


@pytest.mark.parametrize(
    "body",
    [
        in_a_page(STORY, after="<p>x</p>" + "<script " * 240_000),
        in_a_page(STORY, after=f"{'<div>' * 200}{'<time>7 Mei 2019</time>' * 20_000}"),
        in_a_page(STORY, head=f"<meta name='author' content='by{' .' * 140}'>" * 5_000),
    ],
    ids=["programs that never begin", "days deep in boxes", "authors without a name"],
)
def test_a_hostile_page_costs_no_more_than_its_size(body: str) -> None:
    begun_s = process_time()

    extract(a_page(body))

    assert process_time() - begun_s < 4  # several times what it takes; without limits, 7 and more


def test_cutting_a_page_anywhere_gives_an_answer() -> None:
    whole = PAGES[0].read_bytes()

    answers = [extract(a_page(whole[:size])) for size in range(0, len(whole), 211)]

    assert all(isinstance(answer, Article | Refusal) for answer in answers)


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        (
            "Warga yang tinggal di tepi sungai itu akan pindah dengan bantuan dari dinas.",
            "en",
            "id",
        ),
        ("The island will have its own ferry and the harbour was rebuilt for it.", "id", "en"),
        ("Паром, который ходил на остров, был продан, но его снова ждут.", None, "ru"),
        ("섬으로 가는 배가 다시 다닌다고 항만청이 목요일에 밝혔다.", "en", "ko"),
        ("开往该岛的渡轮周一恢复通航，每天两班。", None, "zh"),
        ("島へ渡るフェリーが月曜日から再び運航される。", None, "ja"),
        ("4.000 – 5.000", "id-ID", "id"),
        ("4.000 – 5.000", None, None),
    ],
)
def test_language_is_read_from_the_text_and_not_from_the_page(
    text: str, declared: str | None, language: str | None
) -> None:
    assert language_of(text, declared=declared) == language


def test_the_version_names_ours_and_the_library() -> None:
    ours, _, library = EXTRACTOR_VERSION.partition("+")

    assert ours.isdigit()
    assert library.startswith("trafilatura-")


def test_random_bytes_are_no_story_whatever_their_label() -> None:
    chance = random.Random(20240619)  # noqa: S311 - repeatable noise, no secret
    noise = [chance.randbytes(30_000) for _ in range(10)]

    reasons = {getattr(extract(a_page(each)), "reason", "a story") for each in noise}

    assert reasons == {"not-html"}
