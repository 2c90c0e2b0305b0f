"""A story is printed once; what a newsroom repeats on purpose stays."""

from __future__ import annotations

from time import process_time
from typing import TYPE_CHECKING

import lxml.html
import pytest

from crawler.blocks import tree_blocks
from crawler.repairs.copies import LEAD, find_copies
from crawler.repairs.repetition import (
    cut_text,
    cut_tree,
    protect,
    settle,
    tree_copies,
    unprotect,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.blocks import Block
    from crawler.extract.article import Removal

INDONESIAN = (
    "Pemerintah kabupaten menutup jembatan gantung di hulu sungai setelah dua talinya putus.",
    "Warga dari tiga desa kini memutar sebelas kilometer untuk mencapai pasar dan puskesmas.",
    "Perahu darurat",
    "Dinas menyiapkan empat perahu bermesin yang berlayar pagi sampai petang tanpa bayaran.",
    "“Anak-anak tetap masuk sekolah, orang tua kami minta mengantar sampai dermaga,” kata guru.",
    "Perbaikan memakan waktu tiga pekan karena tali pengganti datang dengan kapal dari luar pulau.",
    "Pedagang sayur mengeluh ongkos angkut naik dua kali lipat dan pembeli dari seberang hilang.",
    "Bupati meninjau lokasi itu pada Rabu pagi dan meminta semua jembatan lain diperiksa segera.",
)
ENGLISH = (
    "The harbour council voted on Thursday night to keep the old ferry running in winter.",
    "Under the plan the boat makes four crossings a day instead of nine, the last before seven.",
    "Shopkeepers on the quay had warned that without it they would have to close until April.",
    "“We asked for six crossings, were offered three, and shook hands on four,” the chair said.",
    "A new tender is to be published in March, and a second company may take part this time.",
    "The islanders' school will start half an hour later so that its pupils can reach it by boat.",
)
KOREAN = (
    "시 당국은 월요일 밤 폭우로 무너진 강변 산책로를 다음 달 말까지 모두 복구하겠다고 밝혔다.",
    "산책로는 길이가 약 이 킬로미터이며 하루 평균 삼천 명이 넘는 시민이 이용해 온 곳이다.",
    "담당 부서는 무너진 구간 세 곳에 임시 울타리를 세우고 야간 출입을 전면 금지했다고 설명했다.",
    "인근 주민들은 지난해에도 같은 자리에서 흙이 흘러내렸지만 아무런 조치가 없었다고 말했다.",
    "시 의회는 이번 주 안에 긴급 예산을 심의하고 공사 업체를 공개 입찰로 선정할 예정이다.",
    "기상청은 이번 주말에도 강한 비가 예상된다며 하천 주변 접근을 삼가 달라고 당부했다.",
    "공사가 끝나면 배수로를 넓히고 경사면에 뿌리가 깊은 나무를 심는 작업이 이어진다.",
    "전문가들은 상류의 개발로 물길이 바뀐 것이 근본 원인이라며 정밀 조사를 요구했다.",
)
CAPTION = (
    "Warga menyeberang dengan perahu di bawah jembatan gantung yang putus, Rabu pagi (Foto: ist)"
)
DATELINE = "HULU SUNGAI – "
HEAD = "<header><a href='/'>Beranda</a></header><h1>Jembatan Gantung Ditutup</h1>"
FOOT = "<div class='tags'><a href='/t'>jembatan</a></div><footer><p>Redaksi</p></footer>"


def paragraphs(*lines: str) -> str:
    return "\n".join(f"<p>{line}</p>" for line in lines)


def page(*parts: str) -> lxml.html.HtmlElement:
    html = f"<html><body>{HEAD}<div class='row'>{''.join(parts)}</div>{FOOT}</body></html>"
    return lxml.html.document_fromstring(html)


def words(tree: lxml.html.HtmlElement) -> str:
    return " ".join(str(tree.text_content()).split())


def body(*lines: str) -> str:
    return f"<div class='isi'>{paragraphs(*lines)}</div>"


def with_dateline(lines: tuple[str, ...]) -> tuple[str, ...]:
    return (DATELINE + lines[0], *lines[1:])


def with_links(lines: tuple[str, ...]) -> str:
    link = (
        "<p><b><a href='/lain'>Baca juga: Harga ikan patin di pasar terapung naik lagi</a></b></p>"
    )
    return link.join(f"<p>{line}</p>" for line in lines)


def edited(lines: tuple[str, ...]) -> tuple[str, ...]:
    plain = [line.replace("“", '"').replace("”", '"').replace(" ", "\u00a0", 2) for line in lines]
    return (plain[0].upper(), *(line.replace(" dan ", " serta ") for line in plain[1:]))


def cut_short(lines: tuple[str, ...]) -> tuple[str, ...]:
    return (*lines[:3], " ".join(lines[3].split()[:7]) + " … Selengkapnya")


STORY = body(*with_dateline(INDONESIAN))
DOUBLED = {
    "a second container": (STORY, body(*INDONESIAN)),
    "the same container": (body(*with_dateline(INDONESIAN), "(***)", *INDONESIAN, "(***)"),),
    "one text with line breaks": (STORY, f"<div>{'<br><br>'.join(INDONESIAN)}</div>"),
    "link lines between": (STORY, f"<div class='amp'>{with_links(INDONESIAN)}</div>"),
    "lightly edited": (STORY, body(*edited(INDONESIAN))),
    "cut short": (STORY, f"<div class='ringkas'>{paragraphs(*cut_short(INDONESIAN))}</div>"),
    "desktop and mobile": (
        f"<div class='d-none d-md-block'>{paragraphs(*with_dateline(INDONESIAN))}</div>",
        f"<div class='d-none d-md-none'>{paragraphs(*INDONESIAN)}</div>",
    ),
    "a print copy after the comments": (
        STORY,
        "<section><p>Semoga cepat diperbaiki ya Pak, kasihan yang sekolah.</p></section>",
        f"<div id='print'>{paragraphs(*INDONESIAN)}</div>",
    ),
    "a hidden copy before the story": (
        f"<div style='display: none'>{paragraphs(*INDONESIAN)}</div>",
        STORY,
    ),
    "the last third once more": (STORY, f"<div class='lagi'>{paragraphs(*INDONESIAN[-3:])}</div>"),
    "three copies": (STORY, body(*INDONESIAN), body(*INDONESIAN)),
    "a summary of two paragraphs": (
        f"<div class='ringkasan'>{paragraphs(*INDONESIAN[:2])}</div>",
        STORY,
    ),
}


def cut(tree: lxml.html.HtmlElement) -> tuple[Removal, ...]:
    blocks = tree_blocks(tree)
    return cut_tree(blocks, tree_copies(blocks))


@pytest.mark.parametrize("parts", DOUBLED.values(), ids=DOUBLED)
def test_a_doubled_body_is_printed_once_with_its_dateline(parts: tuple[str, ...]) -> None:
    tree = page(*parts)

    removals = cut(tree)

    left = words(tree)
    assert [left.count(line) for line in INDONESIAN] == [1] * len(INDONESIAN)
    assert left.count(DATELINE + INDONESIAN[0]) == 1
    assert {removal.repair for removal in removals} == {"repetition"}


@pytest.mark.parametrize("lines", [ENGLISH, KOREAN], ids=["english", "korean"])
def test_a_doubled_body_is_found_in_any_script(lines: tuple[str, ...]) -> None:
    tree = page(body(*lines), body(*lines))

    cut(tree)

    assert [words(tree).count(line) for line in lines] == [1] * len(lines)


def test_a_page_with_every_part_doubled_comes_out_once() -> None:
    """Caption as text and caption, dateline on the first copy only, (***) after both."""
    photo = (
        f"<div class='foto'><img src='j.jpg' alt='{CAPTION}'>"
        f"<div>{CAPTION}</div><div class='caption'>{CAPTION}</div></div>"
    )
    tree = page(photo, body(*with_dateline(INDONESIAN), "(***)", *INDONESIAN, "(***)"))

    removals = cut(tree)

    left = words(tree)
    assert [left.count(line) for line in (CAPTION, *INDONESIAN, "(***)")] == [1] * 10
    assert DATELINE + INDONESIAN[0] in left
    assert {r.reason for r in removals} == {"a second copy of the body", "the caption again"}


def test_a_standfirst_that_is_the_first_paragraph_goes() -> None:
    tree = page(f"<h2>{INDONESIAN[0]}</h2>", STORY)

    (removal,) = cut(tree)

    assert words(tree).count(INDONESIAN[0]) == 1
    assert tree.find(".//h2") is None
    assert (removal.reason, removal.text) == ("the lead again", INDONESIAN[0])


def test_a_teaser_cut_in_the_middle_goes_and_the_whole_paragraph_stays() -> None:
    teaser = " ".join(INDONESIAN[0].split()[:8]) + "..."
    tree = page(f"<div>{teaser}</div>", STORY)

    (removal,) = cut(tree)

    assert removal.text == teaser
    assert DATELINE + INDONESIAN[0] in words(tree)


def test_pictures_and_text_beside_a_copy_stay() -> None:
    copy = f"<div>{paragraphs(*INDONESIAN)}<img src='peta.jpg'></div>Peta: dinas"
    tree = page(STORY, copy)

    cut(tree)

    assert "Peta: dinas" in words(tree)


def test_bare_text_right_behind_a_copy_stays_and_gets_a_paragraph() -> None:
    *told, bare, last = INDONESIAN
    tree = page(f"<div>{paragraphs(*told)}<div>{paragraphs(*told)}</div>{bare}<p>{last}</p></div>")

    cut(tree)

    assert [str(p.text_content()) for p in tree.iter("p")][:-1] == list(INDONESIAN)


def test_bare_text_of_a_cut_page_gets_a_paragraph() -> None:
    bare = f"<div><b>{DATELINE}</b>{INDONESIAN[0]}{paragraphs(*INDONESIAN[1:])}</div>"
    tree = page(bare, body(*INDONESIAN))

    cut(tree)

    leads = [str(p.text_content()) for p in tree.iter("p")]
    assert DATELINE + INDONESIAN[0] in leads


CHORUS = (
    "Wahai sungai bawalah perahu kami sampai ke muara sebelum malam tiba",
    "dan bila airmu surut tunggulah kami di bawah pohon rambai yang tua",
    "sebab di sana ibu menyalakan lampu kecil di ujung dermaga kayu",
    "dan menyanyikan lagu ini berulang kali sampai kami pulang semua",
)
CHARGE = (
    "Perbuatan itu diancam dengan pidana penjara paling lama dua puluh tahun dan denda besar.",
    "Jaksa meminta agar uang pengganti dibayar paling lambat satu bulan sesudah putusan tetap.",
    "Yang memberatkan, perbuatan itu dilakukan ketika daerah sedang dilanda bencana alam.",
    "Yang meringankan, ia belum pernah dihukum dan masih menanggung istri serta empat orang anak.",
)
SLOW = "Arus kendaraan di gerbang pelabuhan masih padat merayap dan petugas membuka satu lajur."
QUESTION = "Apakah Anda bersedia mundur bila jembatan itu tidak selesai tahun ini?"
ANSWER = "Saya sudah menjawab pertanyaan itu di depan dewan dan jawaban saya tidak berubah."


def between(*parts: str) -> str:
    """The parts within a story of their own, whose paragraphs stand before and after them."""
    inner = "".join(parts)
    return f"<div class='isi'>{paragraphs(*ENGLISH[:3])}{inner}{paragraphs(*ENGLISH[3:])}</div>"


def entry(label: str, *lines: str) -> str:
    return f"<div class='entri'><h4>{label}</h4>{paragraphs(*lines)}</div>"


RIGHTFUL = {
    "a refrain": between(
        *(
            f"<p>{verse}</p><p>{'<br>'.join(CHORUS)}</p>"
            for verse in (
                "Kapal kecil bersandar lagi",
                "Kini kota menutup langit",
                "Suatu hari nanti",
            )
        )
    ),
    "the refrain at the end": body(*ENGLISH, *CHORUS, "Kini kota menutup langit", *CHORUS),
    "charges": between(
        *(
            paragraphs(f"Terdakwa {who} dihadapkan ke muka sidang.", *CHARGE)
            for who in ("pertama, mantan kepala dinas,", "kedua, seorang bendahara,", "ketiga")
        )
    ),
    "a live blog": between(
        *(
            entry(
                f"{hour}.15 WIB", f"Kapal nomor {hour} bersandar dengan selamat.", SLOW, CHARGE[0]
            )
            for hour in (7, 9, 11)
        )
    ),
    "questions and answers": between(
        *(
            entry(QUESTION, ANSWER)
            + entry(f"Bagaimana dengan {thing}?", f"Soal {thing} nanti saja.")
            for thing in ("anggaran", "pasar", "pelabuhan")
        )
    ),
    "a table": between(
        "<table>",
        *(
            f"<tr><td colspan=2>Pasar {name}</td></tr><tr><td>Beras medium per kilogram</td>"
            "<td>harga tetap seperti pekan yang lalu</td></tr>"
            for name in ("Pagi", "Kodim", "Dupa")
        ),
        "</table>",
    ),
    "a schedule": between(
        "<ul>",
        *(
            f"<li>{day}: kapal cepat kelas ekonomi berangkat setiap pagi dari dermaga dua</li>"
            for day in ("Senin", "Rabu", "Jumat")
        ),
        "</ul>",
    ),
    "a poll": between(
        *(
            f"<h3>{what}</h3><ul><li>Sangat puas dengan hasil yang ada sekarang: 40 persen</li>"
            "<li>Tidak menjawab pertanyaan yang diajukan ini: 60 persen</li></ul>"
            for what in ("Air bersih", "Jalan lingkungan", "Keamanan pasar")
        )
    ),
    "a quote read out again": between(
        f"<blockquote>{CHARGE[1]}</blockquote>",
        paragraphs("Setahun kemudian hakim meminta kalimat yang sama dibacakan kembali di sidang."),
        f"<blockquote>{CHARGE[1]}</blockquote>",
    ),
    "cases that differ in their number": between(
        paragraphs(*(SLOW.replace("satu", number) for number in ("1", "2", "3")))
    ),
    "a section that ends as the one before it": (
        body(*ENGLISH[:3], *CHARGE[:2])
        + "<h3>Tuntutan</h3>"
        + body(f"Kepada hakim jaksa lalu mengatakan hal yang sama: {CHARGE[0]}", CHARGE[1])
    ),
    "the weather of three towns": between(
        *(
            f"<h4>{town}</h4>{paragraphs(SLOW.replace('Arus', 'Angin'), CHARGE[2])}"
            for town in ("Bengkalis", "Siak", "Kampar")
        )
    ),
}


@pytest.mark.parametrize("story", RIGHTFUL.values(), ids=RIGHTFUL)
def test_what_repeats_by_right_stays_on_the_page(story: str) -> None:
    tree = page(story)
    before = words(tree)

    removals = cut(tree)

    assert removals == ()
    assert words(tree) == before


@pytest.mark.parametrize("story", RIGHTFUL.values(), ids=RIGHTFUL)
def test_what_repeats_by_right_stays_in_the_text(story: str) -> None:
    text = "\n".join(line for line in map(str.strip, page(story).itertext()) if line)

    assert cut_text(text) == (text, ())


@pytest.mark.parametrize("kind", ["p", "div"])
def test_a_sample_that_says_one_paragraph_again_and_again_stays(kind: str) -> None:
    tree = page(f"<article>{f'<{kind}>{ENGLISH[0]}</{kind}>' * 3}</article>")

    assert cut(tree) == ()


def test_a_paragraph_printed_twice_in_a_story_is_printed_once() -> None:
    tree = page(body(ENGLISH[0], ENGLISH[1], ENGLISH[1], *ENGLISH[2:]))

    (removal,) = cut(tree)

    assert (removal.reason, removal.text) == ("the same again at once", ENGLISH[1])


def test_a_text_printed_twice_is_printed_once() -> None:
    text = "\n".join((*with_dateline(INDONESIAN), "(***)", *INDONESIAN, "(***)"))

    cut, (removal,) = cut_text(text)

    assert cut == "\n".join((*with_dateline(INDONESIAN), "(***)"))
    assert removal.text == "\n".join((*INDONESIAN, "(***)"))


@pytest.mark.parametrize("parts", DOUBLED.values(), ids=DOUBLED)
def test_a_second_cut_takes_nothing_more(parts: tuple[str, ...]) -> None:
    tree = page(*parts)
    cut(tree)
    before = words(tree)

    again = cut(tree)

    assert again == ()
    assert words(tree) == before


def test_marks_make_equal_paragraphs_differ_and_leave_no_trace() -> None:
    tree = page(between(paragraphs(CHARGE[0], SLOW, CHARGE[0])))
    before = words(tree)

    protect(tree_blocks(tree))

    lines = [str(p.text_content()) for p in tree.iter("p")]
    marked = [line for line in lines if line.startswith(CHARGE[0])]
    assert len(set(marked)) == 2
    assert " ".join(unprotect(words(tree)).split()) == before


def test_only_repeated_paragraphs_are_marked() -> None:
    tree = page(body(*ENGLISH))
    before = lxml.html.tostring(tree)

    protect(tree_blocks(tree))

    assert lxml.html.tostring(tree) == before


def test_emoji_and_han_variants_survive_unprotecting() -> None:
    text = "Terima kasih ❤\ufe0f 葛\U000e0100城"

    assert unprotect(text) == text


def test_a_protected_caption_is_left_alone_in_the_text() -> None:
    tree = page(between(paragraphs(CAPTION + ".", CAPTION + ".")))
    protect(tree_blocks(tree))
    text = "\n".join(str(p.text_content()).strip() for p in tree.iter("p"))

    assert cut_text(text) == (text, ())


def test_when_a_cut_costs_the_body_the_uncut_text_is_cut_instead() -> None:
    tree = page(STORY, body(*INDONESIAN))
    removals = cut(tree)
    uncut = "\n".join((*with_dateline(INDONESIAN), *ENGLISH[:1], *INDONESIAN))

    text, reported = settle("Terpopuler pekan ini", uncut, removals)

    assert text == "\n".join((*with_dateline(INDONESIAN), ENGLISH[0]))
    assert [removal.text for removal in reported] == ["\n".join(INDONESIAN)]


def test_when_a_cut_costs_nothing_its_text_is_kept() -> None:
    tree = page(STORY, body(*INDONESIAN))
    removals = cut(tree)
    text = "\n".join(with_dateline(INDONESIAN))

    assert settle(text, f"{text}\n(***)\n{text}", removals) == (text, removals)


@pytest.mark.parametrize(
    "line",
    ["Warga menunggu perahu di dermaga.", "Warga nomor {n} menunggu perahu ke-{n} di dermaga {n}."],
    ids=["all equal", "all different"],
)
def test_thirty_thousand_paragraphs_are_read_to_the_end(line: str) -> None:
    tree = page(*(f"<p>{line.format(n=number)}</p>" for number in range(30_000)))

    assert cut(tree) == ()


def test_thirty_thousand_paragraphs_printed_twice_are_printed_once() -> None:
    lines = [
        f"Warga nomor {n} menunggu perahu ke-{n * 7} di dermaga {n * 13}." for n in range(15_000)
    ]

    cut, removals = cut_text("\n".join((*lines, *lines)))

    assert cut == "\n".join(lines)
    assert len(removals) == 1


class Counted(list["Block"]):
    """Blocks that count how often all of them are gone through."""

    times = 0

    def __iter__(self) -> Iterator[Block]:
        self.times += 1
        return super().__iter__()


def test_a_page_of_doubled_leads_is_gone_through_no_more_often_the_more_there_are() -> None:
    """Of each lead it is asked how often it is said, and answered from one count of all blocks."""

    def entry_of(number: int) -> str:
        lead, *story = (line.replace(" ", f"{number} ") for line in ENGLISH[:3])
        return f"<div>{paragraphs(lead, lead, *story)}</div>"

    def passes(leads: int) -> int:
        blocks = Counted(tree_blocks(page(*map(entry_of, range(leads)))))
        assert [copy.reason for copy in find_copies(blocks)] == [LEAD] * leads
        return blocks.times

    assert passes(leads=200) == passes(leads=2)


def test_what_stands_between_doubled_paragraphs_is_not_read_for_each_of_them() -> None:
    lines = [f"Kapal {n} berlabuh di dermaga {n * 7} sampai petang hari {n}." for n in range(1_500)]
    doubled = [f"{line}\n{line}\nBerita lain {line}" for line in lines]

    def spent_s(labels: int) -> float:
        text = "\n".join((*(f"Nomor {n}" for n in range(labels)), *doubled))
        begun_s = process_time()
        cut_text(text)
        return process_time() - begun_s

    # Twice as long; with all labels counted anew for every paragraph, fourteen times and more.
    assert spent_s(labels=30_000) < 8 * spent_s(labels=0)
