"""Lines that newspapers put around a story go, are reported and keep their use; prose stays."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extract.article import Article, Head, Page
from crawler.extract.extraction import extract
from crawler.repairs.furniture import cut_furniture
from crawler.repairs.order import REPAIRS, repair
from crawler.repairs.typography import plain

PROSE = "Gubernur membuka jembatan itu pada Senin pagi di hadapan ratusan warga dan pelajar."
END = "Jembatan itu dibangun selama dua tahun dengan biaya dari anggaran provinsi."


def an_article(*lines: str, head: Head | None = None) -> Article:
    return Article("https://kabar.example/b/1", "\n".join(lines), head or Head())


FURNITURE = [
    "Baca juga: Jembatan Kedua Menyusul Tahun Depan",
    "BACA JUGA : Jembatan Kedua Menyusul Tahun Depan",
    "Baca Juga",
    "Simak juga Jembatan Kedua Menyusul Tahun Depan",
    "Lihat juga:",
    "Baca: Jembatan Kedua Menyusul Tahun Depan",
    "Berita Terkait",
    "JANGAN LEWATKAN!!!",
    "Read also: A second bridge is to follow",
    "See also",
    "Читайте также: Второй мост построят через год",
    "관련기사",
    "相关阅读：第二座桥明年开工",
    "İlgili haber: İkinci köprü gelecek yıl",
    "Lire aussi : Un deuxième pont suivra",
    'Simak Video "Detik-Detik Jembatan Dibuka"',
    "[Gambas:Video]",
    "ADVERTISEMENT",
    "SCROLL TO CONTINUE WITH CONTENT",
    "Реклама",
    "Bagikan artikel ini",
    "Facebook | Twitter | WhatsApp",
    "Ikuti kami di Google News",
    "Dapatkan berita terbaru setiap hari, gabung di grup Telegram kami.",
    "Dibaca 1.234 kali",
    "Views: 12,345",
    "1,2 rb views",
    "Просмотров: 512",
    "COPYRIGHT © KABAR 2026",
    "© 2026 Kabar Contoh",
    "Artikel ini telah tayang di laman lain dengan judul Jembatan Dibuka",
    "Dilarang keras mengambil konten untuk mesin pencari tanpa izin tertulis.",
    "Tulis komentar Anda",
    "Leave a comment",
    "Halaman selanjutnya: tuntutan warga",
    "Lanjut ke sebelah...",
    "Simak selengkapnya di halaman berikutnya.",
    "Halaman: 1 2 3",
    "Tampilkan Semua",
    "Video Terpopuler Hari ini:",
    "Yuk, Simak Juga Video ini!",
    "Like this:",
    "Baca berita tanpa iklan. Gabung Kabar+",
    "Dapatkan berita terkini dengan satu akun, daftar sekarang dengan klik di sini.",
    "* Fakta atau Hoaks? Untuk mengetahui kebenaran informasi, kirim pesan ke nomor kami.",
    'Baca artikel kabar, "Jembatan Dibuka" selengkapnya https://kabar.example/1',
    "Support local journalism. Subscribe today for a small fee.",
    "Sign up for our morning newsletter",
    "Never miss a bridge by signing up to our free weekly newsletter today!",
    "Good news delivered to your inbox every Saturday",
    "Was this newsletter forwarded to you? Sign up to get it in your inbox.",
    "Want more bridges? Sign up for our newsletter, The Span, and cross wisely.",
    "Do you love bridges? Our newsletter has them all, straight to your inbox. Sign up now.",
    "Download our apps for iOS and Android",
    "For the latest stories download the Bridge Post apps for iOS and Android.",
    "Gulir ke bawah untuk melanjutkan membaca",
    "Jumlah pembaca: 512",
    "Post Views: 1,234",
    "Waktu baca 2 menit",
    "3 min read",
    "Belum ada komentar",
    "Ada 3 Komentar Untuk Artikel Ini.",
    "Isi komentar menjadi tanggung jawab pengirim, dan redaksi berhak tidak menampilkannya.",
    "Ikuti perkembangan berita ini dalam topik:",
    "Informasi pemasangan iklan",
    "Komentar (12)",
    "Foto: Humas Kabupaten",
    "Keterangan foto: Gubernur menggunting pita di mulut jembatan.",
    "Ilustrasi jembatan di tepi laut",
    "首班渡船驶离码头。（覃舟 摄）",
]
STAYS = [
    "Baca puisi di depan kelas membuat murid-murid itu berani berbicara.",
    "Simak penjelasan gubernur berikut ini agar tidak salah paham tentang tarif.",
    "Lihat ke bawah jembatan, kata seorang nelayan, airnya sudah jernih.",
    "Read any contract before you sign it, the lawyer told the residents.",
    "See you on Monday, the captain said as the ferry left the harbour.",
    "Related companies paid the fine, the ministry said in its statement.",
    "Share prices fell by two per cent after the announcement on Friday.",
    "Facebook mengumumkan kantor barunya di kota itu.",
    "Dibaca dari dekat, surat itu tidak menyebut nama penerimanya.",
    "Iklan itu ditayangkan di tiga stasiun televisi selama sebulan penuh.",
    "Copyright law has not kept up with the machines, the court found.",
    "Komentar gubernur itu disambut tepuk tangan para pelajar.",
    "Editor koran itu mengatakan kabar tersebut tidak benar.",
    "RIAU - Jembatan itu dibuka pada Senin pagi.",
    "(Antara) menulis bahwa jembatan itu dibuka lebih awal.",
    "Perhaps (read: certainly) the bridge will open late.",
    "Halaman sekolah itu dipakai untuk menanam bibit bakau.",
    "Lanjut ke semifinal, tim itu menunggu lawan dari kota sebelah.",
    "Ilustrasi karya pelukis itu dipamerkan di balai kota.",
    "Sign up for the course and the village pays half, the mayor said.",
    "The newsletter went to nine thousand readers, half of whom had been asked to sign it.",
    "Residents can download the app for parking from Monday, and pay by coin until May.",
    "Subscribing to an industry newsletter does not help a fisherman, the report found.",
    "In a newsletter to parents, the school asked families to sign up by Friday.",
    "Scam messages delivered to your inbox often claim to be from your bank.",
    "The new button shows every list you subscribe to and clears it from your inbox.",
    "“We ask fans to subscribe to our newsletter,” the club said.",
    "Before you sign up, see how many messages will land in your inbox, the consumer office says.",
    "Residents can download the city's app for iOS and Android from Monday.",
    "Dapatkan izin dahulu, kata kepala desa, sebelum menebang pohon di lereng.",
    "18 Agustus 2026",
    "NAMA | UMUR",
]


@pytest.mark.parametrize("line", FURNITURE)
def test_a_line_of_furniture_goes_and_is_reported(line: str) -> None:
    article = cut_furniture(an_article(PROSE, line, END))

    assert article.text == f"{PROSE}\n{END}"
    assert [(r.repair, r.text) for r in article.removals] == [("furniture", line)]


@pytest.mark.parametrize("line", STAYS)
def test_a_sentence_that_only_looks_like_furniture_stays(line: str) -> None:
    article = an_article(PROSE, line, END)

    assert cut_furniture(article) == article


def test_a_pointer_in_brackets_goes_and_its_sentence_stays() -> None:
    article = cut_furniture(an_article(f"{PROSE} (Baca juga: Jembatan Kedua Menyusul)", END))

    assert article.text == f"{PROSE}\n{END}"


@pytest.mark.parametrize(
    ("line", "editor", "agency"),
    [
        ("Editor: Meja Daerah", "Meja Daerah", None),
        ("Penyunting : Meja Daerah", "Meja Daerah", None),
        ("Editor | : Meja Daerah", "Meja Daerah", None),
        ("Sumber: Kantor Berita Contoh", None, "Kantor Berita Contoh"),
        ("(Antara)", None, "Antara"),
        ("Pewarta: Tim Liputan", None, None),
        ("(kpl/pur/tch)", None, None),
        ("(***)", None, None),
        ("Tags: jembatan, sungai", None, None),
        ("Kategori | : | Daerah, Sungai", None, None),
        ("Rep: Meja Satu/ Red: Meja Dua", None, None),
        ("(责编：覃舟、骆小川)", "覃舟、骆小川", None),
        ("(Sumber: Kantor Berita Contoh)", None, "Kantor Berita Contoh"),
        ("Laporan Wartawan Kabar Contoh, Meja Daerah", None, None),
        ("Laporan MEJA DAERAH, Muara", None, None),
        ("(kabar.example/Meja Daerah)", None, None),
        ("Meja Daerah meja@kabar.example", None, None),
        ("《 青石日报 》（ 2026年08月09日 03 版）", None, None),
        ("MEJA DAERAH | KANTOR BERITA", None, None),
        ("Sumber:", None, None),
        ("Fotografer - Meja Foto", None, None),
        ("Redaksi: redaksi[at]kabar.example", None, None),
    ],
)
def test_credits_at_the_end_become_fields(
    line: str, editor: str | None, agency: str | None
) -> None:
    article = cut_furniture(an_article(PROSE, END, line))

    assert article.text == f"{PROSE}\n{END}"
    assert (article.head.editor, article.head.agency) == (editor, agency)


@pytest.mark.parametrize(
    "line",
    [
        "Kamis, 20 Agustus 2026 17:22 WIB",
        "Jum'at, 7 Agt 2026 | 23:05",
        "Published: Nov. 19, 2025 at 9:15 am",
        "19 августа 2026, 12:30",
    ],
)
def test_the_date_above_a_story_is_not_its_first_line(line: str) -> None:
    assert cut_furniture(an_article(line, PROSE, END)).text == f"{PROSE}\n{END}"


SIGNED = Head(authors=("Rani Laut", "Ana de la Costa"))


@pytest.mark.parametrize(
    "line",
    [
        "Rani Laut",
        "RANI LAUT",
        "By Rani Laut and Ana de la Costa",
        "Oleh Rani Laut, Kamis, 20 Agustus 2026 17:22 WIB",
        "December 19, 2026 at 9:15 am by Ana de la Costa",
    ],
)
def test_a_line_that_only_names_the_author_is_part_of_the_head(line: str) -> None:
    above = cut_furniture(an_article("Jembatan itu lama dinanti", line, PROSE, END, head=SIGNED))
    below = cut_furniture(an_article(PROSE, END, line, head=SIGNED))

    assert above.text == f"Jembatan itu lama dinanti\n{PROSE}\n{END}"
    assert below.text == f"{PROSE}\n{END}"
    assert [removal.text for removal in (*above.removals, *below.removals)] == [line, line]


@pytest.mark.parametrize(
    "line", ["Rani", "Rani Laut:", "Rani Laut menulis dari pelabuhan", "Kota Laut, 20 Agustus 2026"]
)
def test_a_line_that_says_more_than_the_authors_name_stays(line: str) -> None:
    assert line in cut_furniture(an_article(line, PROSE, END, head=SIGNED)).text


def test_who_speaks_in_an_interview_is_no_byline() -> None:
    asked = ["Rani Laut", "Kapan jembatan itu dibuka?", "Gubernur", END]
    lines = [PROSE, END, PROSE, *asked]

    assert cut_furniture(an_article(*lines, head=SIGNED)).text.split("\n") == lines


def test_a_credit_does_not_replace_what_the_page_says_of_itself() -> None:
    article = cut_furniture(an_article(PROSE, "Editor: Lain", head=Head(editor="Meja Daerah")))

    assert article.head.editor == "Meja Daerah"


def test_a_source_within_the_story_stays() -> None:
    lines = [PROSE] * 10

    assert cut_furniture(an_article(*lines[:5], "Sumber: laporan tahunan", *lines)).text.count(
        "Sumber"
    )


def test_initials_glued_to_the_last_sentence_go() -> None:
    assert cut_furniture(an_article(PROSE, f"{END} (fyk/ash)")).text == f"{PROSE}\n{END}"


def test_the_caption_of_the_lead_picture_is_not_the_body() -> None:
    caption = "Gubernur menggunting pita di mulut jembatan"
    article = cut_furniture(an_article(caption, PROSE, END, head=Head(caption=caption)))

    assert article.text == f"{PROSE}\n{END}"


def test_captions_are_kept_when_they_are_all_there_is() -> None:
    caption = "Gubernur menggunting pita di mulut jembatan (Foto: Humas)"

    assert cut_furniture(an_article(caption)).text == caption


def test_furniture_and_typography_applied_twice_do_nothing_more() -> None:
    once = repair(an_article(*FURNITURE, PROSE, *STAYS, END, "(dro/lin)", "Editor: Meja Daerah"))

    assert repair(once) == once


@pytest.mark.parametrize(
    ("text", "plainly"),
    [
        ("kafe\u0301", "kaf\u00e9"),
        ("so\xadft\u200b hy\u2060phen\ufeff", "soft hyphen"),
        ("\u202eabc\u202c", "abc"),
        ("a \xa0 b\t c", "a b c"),
        ("one\r\ntwo\u2028three\n\n\nfour", "one\ntwo\nthree\nfour"),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
    ],
    ids=["composed", "invisible", "bidirectional", "spaces", "line ends", "Persian joiner stays"],
)
def test_typography_keeps_what_a_reader_sees(text: str, plainly: str) -> None:
    assert plain(text) == plainly


def test_invisible_characters_would_hide_furniture_from_its_repair() -> None:
    hidden = an_article(PROSE, "Baca\u200b juga: Jembatan Kedua", END)
    swapped = hidden
    for step in (REPAIRS[0], REPAIRS[2], REPAIRS[1]):
        swapped = step(swapped)

    assert repair(hidden).text == f"{PROSE}\n{END}"
    assert swapped.text != repair(hidden).text


RELATED = {
    "paragraph": "<p><b>Baca juga: <a href='/b/2'>Jembatan Kedua</a></b></p>",
    "label and list": "<p>Baca Juga</p><ul><li><a href='/b/2'>Jembatan Kedua</a></li></ul>",
    "bare line": "Baca juga: <a href='/b/2'>Jembatan Kedua</a><br>",
    "English": "<p>Read also: <a href='/b/2'>Jembatan Kedua</a></p>",
    "Russian": "<p>Читайте также: <a href='/b/2'>Jembatan Kedua</a></p>",
}


@pytest.mark.parametrize("markup", RELATED.values(), ids=RELATED)
def test_where_a_pointer_leads_is_kept_as_related(markup: str) -> None:
    body = f"<html><body><h1>Jembatan</h1><div>{''.join(f'<p>{t}</p>' for t in [PROSE])}"
    body += f"<p>{END}</p>{markup}<p>Tarif lewat jembatan itu gratis selama enam bulan pertama, "
    body += "sesudah itu dihitung menurut jenis kendaraan.</p></div></body></html>"
    page = Page("https://kabar.example/b/1", body.encode(), datetime(2026, 11, 23, tzinfo=UTC))

    article = extract(page)

    assert isinstance(article, Article)
    assert article.related == (("Jembatan Kedua", "https://kabar.example/b/2"),)
    assert "Jembatan Kedua" not in article.text
