"""What a page says about its article, read from small pages that each hold one difficulty."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree, html

from crawler.extract.article import Head
from crawler.extract.head import read_head

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://www.kabarlembah.example/daerah/2026/08/20/jembatan-baru"
HEADLINE = "Jembatan Baru di Lembah Hijau Dibuka untuk Warga"
PROSE = (
    "<p>" + "Warga menyeberang sejak pagi dan pedagang kembali membuka lapak mereka. " * 4 + "</p>"
)


def read(  # noqa: PLR0913 - everything that is known of a page
    body: str = "",
    head: str = "",
    *,
    url: str = URL,
    zone: str | None = None,
    feed_title: str | None = None,
    feed_published: datetime | None = None,
) -> Head:
    tree = html.document_fromstring(f"<html><head>{head}</head><body>{body}{PROSE}</body></html>")
    return read_head(
        tree, url, zone=zone, now=NOW, feed_title=feed_title, feed_published=feed_published
    )


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def linked(**fields: object) -> str:
    article = {"@context": "https://schema.org", "@type": "NewsArticle", **fields}
    return f'<script type="application/ld+json">{json.dumps(article)}</script>'


def published(body: str = "", head: str = "", zone: str | None = None) -> str:
    moment = read(
        f"<h1>{HEADLINE}</h1>{body}", head, zone=zone, url="https://a.example/x"
    ).published
    return f"{moment.at.isoformat()} {moment.precision}" if moment else "none"


# The headline


@pytest.mark.parametrize(
    "title",
    [
        f"{HEADLINE} - Kabar Lembah",
        f"{HEADLINE} | Kabar Lembah Regional",
        f"{HEADLINE} :: Kabar Lembah",
        f"{HEADLINE} - kabarlembah.example",
        f"{HEADLINE} - Berita - Kabar Lembah",
        f"Kabar Lembah: {HEADLINE}",
        f"Kabar Lembah » {HEADLINE}",
        f"{HEADLINE} – Kabar Lembah",
    ],
)
def test_the_name_of_the_site_is_no_part_of_the_headline(title: str) -> None:
    head = read(head=f"<title>{title}</title>" + meta("og:site_name", "Kabar Lembah"))

    assert head.headline == HEADLINE


def test_a_headline_keeps_its_own_colons_and_dashes() -> None:
    title = "FOTO: Jembatan Baru - Dari Rakit ke Beton - Kabar Lembah"
    head = read(head=f"<title>{title}</title>" + meta("og:site_name", "Kabar Lembah"))

    assert head.headline == "FOTO: Jembatan Baru - Dari Rakit ke Beton"


def test_the_headline_is_what_the_reader_sees() -> None:
    head = read(
        f"<h1>{HEADLINE}</h1>",
        "<title>Jembatan Lembah Hijau dibuka, ini daftar lengkapnya</title>"
        + meta("og:title", "Jembatan Lembah Hijau dibuka"),
    )

    assert head.headline == HEADLINE


@pytest.mark.parametrize(
    "masthead",
    [
        '<h1 class="site-title">Kabar Lembah Hijau Dibuka</h1>',
        '<h1><a href="/">Jembatan Kabar</a></h1>',
        '<div id="logo"><h1>Jembatan Kabar</h1></div>',
        "<h1>Berita Terbaru Hari Ini</h1>",
        "<h1></h1>",
    ],
)
def test_a_masthead_is_no_headline(masthead: str) -> None:
    head = read(f"{masthead}<h1>{HEADLINE}</h1>", f"<title>{HEADLINE} | Kabar</title>")

    assert head.headline == HEADLINE


def test_a_lone_masthead_leaves_the_headline_to_the_titles() -> None:
    head = read("<h1>Kabar Lembah</h1>", f"<title>Kabar Lembah | {HEADLINE}</title>")

    assert head.headline == HEADLINE


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        (f"{HEADLINE} | Daerah | Redaksi Kabarlembah Regional Timur", HEADLINE),
        (f"{HEADLINE} | Harga Beras | Surat Pembaca", None),
        (f"{HEADLINE} | Redaksi Kabarlembah Regional Timur", None),
        (f'{HEADLINE}<a href="#jembatan">¶</a>', HEADLINE),
    ],
    ids=["sections and the site", "bars of its own", "one bar", "a link to itself"],
)
def test_a_trail_behind_the_shown_headline_is_cut_where_it_ends_in_the_site(
    heading: str, expected: str | None
) -> None:
    assert read(f"<h1>{heading}</h1>").headline == (expected or heading)


def test_a_headline_in_the_box_of_a_logo_is_still_the_headline() -> None:
    box = f'<div class="site-title"><h1>{HEADLINE}</h1></div>'
    head = read(
        box, meta("og:title", f"{HEADLINE} - Pusat Karier") + meta("og:site_name", "Pusat Karier")
    )

    assert head.headline == HEADLINE


def test_a_short_heading_that_the_address_repeats_is_the_headline() -> None:
    title = "<title>Jembatan Baru - Kabar Harian Lembah Hijau dan Sekitarnya</title>"

    repeated = read("<h1>Jembatan Baru</h1>", title)
    other = read("<h1>Jembatan Baru</h1>", title, url="https://a.example/berita/1")

    assert repeated.headline == "Jembatan Baru"
    assert other.headline != "Jembatan Baru"


def test_a_heading_that_the_address_spells_out_is_the_headline_whatever_the_titles_say() -> None:
    titles = "<title>Peresmian yang dinanti tiga desa | Kabar Lembah</title>"
    url = "https://a.example/daerah/rakit-tua-berlayar-untuk-terakhir-kali-123"
    heading = "<h1>Rakit Tua Berlayar untuk Terakhir Kali</h1>"

    plain = read(heading, titles, url=url)
    in_a_logo = read(f'<div class="blog-title">{heading}</div>', titles, url=url)

    assert plain.headline == in_a_logo.headline == "Rakit Tua Berlayar untuk Terakhir Kali"


@pytest.mark.parametrize(
    ("heading", "expected"),
    [("Warga Lembah Kini Tak Perlu Rakit", HEADLINE), (f"Hari Ini: {HEADLINE[:38]}", None)],
    ids=["hardly like the titles", "the same story in other words"],
)
def test_a_small_heading_that_is_the_title_word_for_word_beats_an_h1_within_the_story(
    heading: str, expected: str | None
) -> None:
    head = read(f"<h2>{HEADLINE}</h2><h1>{heading}</h1>", meta("og:title", HEADLINE))

    assert head.headline == (expected or heading)


def test_a_headline_in_the_field_for_the_name_of_the_site_is_a_headline() -> None:
    head = read(
        f"<h1>{HEADLINE}</h1>", meta("application-name", HEADLINE) + f"<title>{HEADLINE}</title>"
    )

    assert head.headline == HEADLINE


def test_a_shorter_title_for_cards_does_not_cut_the_shown_headline() -> None:
    titles = meta("og:title", "Jembatan Baru di Lembah Hijau") + f"<title>{HEADLINE} ini</title>"

    assert read(f"<h1>{HEADLINE}</h1>", titles).headline == HEADLINE


def test_a_date_that_touches_the_headline_is_no_part_of_it() -> None:
    titles = meta("og:title", HEADLINE) + f"<title>{HEADLINE} | KL | 20.08.2026</title>"
    own = meta("og:site_name", "KL")

    shown = read(f"<h1>{HEADLINE}<span>20.08.2026</span></h1>", titles + own)
    silent = read(head=f"<title>{HEADLINE} | KL | 20.08.2026</title>" + own)

    assert shown.headline == silent.headline == HEADLINE


@pytest.mark.parametrize(
    ("title", "box"),
    [
        (f"{HEADLINE} - Warta Nusa Tiga", "<div class='judul'>{}</div>"),
        (f"Warta Nusa Tiga - {HEADLINE}", "<td><b>{}</b></td>"),
        (f"Warta Nusa Tiga | Daerah | {HEADLINE}", "<p><strong>{}</strong></p>"),
        (f"wartanusa.example {HEADLINE}", "<h3>{}</h3>"),
    ],
)
def test_of_a_title_with_an_unknown_name_the_part_that_the_page_prints_is_the_headline(
    title: str, box: str
) -> None:
    url = "https://wartanusa.example/1"
    head = read(box.format(HEADLINE), f"<title>{title}</title>", url=url)

    assert head.headline == HEADLINE


@pytest.mark.parametrize(
    "heading",
    [
        '<h2 class="entry-title">Rakit Terakhir Berlayar</h2>',
        '<h2 itemprop="headline">Rakit Terakhir Berlayar</h2>',
        '<header class="article-header"><div><h2>Rakit Terakhir Berlayar</h2></div></header>',
    ],
)
def test_one_small_heading_that_calls_itself_the_headline_is_believed(heading: str) -> None:
    title = meta("og:title", HEADLINE)

    one = read(heading, title)
    several = read(f"{heading}{heading.replace('Terakhir', 'Lain')}", title)

    assert (one.headline, several.headline) == ("Rakit Terakhir Berlayar", HEADLINE)


def test_signs_shared_by_chance_make_no_headline_of_a_section() -> None:
    head = read("<h1>活动与讲座</h1>", meta("og:title", "新桥通车，居民与学生举行活动"))

    assert head.headline == "新桥通车，居民与学生举行活动"


def test_a_title_cut_short_gives_way_to_the_whole_one() -> None:
    head = read(head=meta("og:title", HEADLINE[:30] + "...") + f"<title>{HEADLINE}</title>")

    assert head.headline == HEADLINE


def test_entities_written_twice_are_read() -> None:
    head = read(head=meta("og:title", "Suara &amp;quot;Warga&amp;quot; &amp;amp; Pasar Lembah"))

    assert head.headline == 'Suara "Warga" & Pasar Lembah'


def test_the_feed_title_stands_in_only_where_the_page_is_silent() -> None:
    silent = read(feed_title="Judul dari Umpan")
    speaking = read(f"<h1>{HEADLINE}</h1>", feed_title="Judul dari Umpan")

    assert silent.headline == "Judul dari Umpan"
    assert speaking.headline == HEADLINE


# The byline


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Penulis: Rara Lestari", ("Rara Lestari",)),
        ("Penulis : Rara Lestari | Kabar Lembah", ("Rara Lestari",)),
        ("Reporter: Rara Lestari, Bayu Segara", ("Rara Lestari", "Bayu Segara")),
        ("Pewarta Rara Lestari", ("Rara Lestari",)),
        ("Oleh Rara Lestari dan Bayu Segara", ("Rara Lestari", "Bayu Segara")),
        ("Oleh: Rara Lestari - Kamis, 20 Agustus 2026", ("Rara Lestari",)),
        ("By Rara Lestari, Senior Correspondent", ("Rara Lestari",)),
        ("By Rara Lestari and Bayu Segara", ("Rara Lestari", "Bayu Segara")),
        ("<span>By</span><a>Rara Lestari</a><span>Staff Writer</span>", ("Rara Lestari",)),
        ("Автор: Раиса Лесная", ("Раиса Лесная",)),
        ("작성자: 나래빛", ("나래빛",)),
        ("나래빛 기자", ("나래빛",)),
        ("记者：林语", ("林语",)),
        ('<p class="byline">20 Agustus 2026 Rara Lestari</p>', ("Rara Lestari",)),
        ("<span>Author(s):</span><span>Rara Lestari</span>", ("Rara Lestari",)),
        ('<div class="dateAndAuthorBox">Rara Lestari</div>', ("Rara Lestari",)),
        ('<div><a href="/penulis/rara-lestari">Rara Lestari</a></div>', ("Rara Lestari",)),
        ("Rep: Rara Lestari/ Red: Bayu Segara", ("Rara Lestari",)),
        ("Laporan Wartawan Kabar Timur, Rara Lestari", ("Rara Lestari",)),
        ("Oleh: Rara Lestari, Kontributor Lembah", ("Rara Lestari",)),
        ("Penulis: Rara Lestari, S.Sos., M.I.Kom", ("Rara Lestari",)),
        ("Penulis Rara Lestari | Editor Bayu Segara", ("Rara Lestari",)),
        ("By Rara Lestari, CNN", ("Rara Lestari",)),
        ("Penulis: Rara Lestari, Sugeng", ("Rara Lestari", "Sugeng")),
        ("By Rara Lestari, Software Engineer", ("Rara Lestari",)),
        ("By Rara Lestari (with Bayu Segara)", ("Rara Lestari", "Bayu Segara")),
        ("Written by Rara Lestari, edited by Bayu Segara", ("Rara Lestari",)),
        ("By Rara Lestari Photos by Bayu Segara", ("Rara Lestari",)),
        ("文/林语 图/江帆", ("林语",)),
        ("记者 林语 摄影 江帆", ("林语",)),
        ("记者林语 摄影江帆", ("林语",)),
        ("本报记者 林语 摄影报道", ("林语",)),
        ("记者 林语、江帆 编辑 石桥", ("林语", "江帆")),
        ("By Editor Rara Lestari", ("Rara Lestari",)),
        ("By Editor-in-Chief Rara Lestari", ("Rara Lestari",)),
        ("By Managing Editor Rara Lestari and Bayu Segara", ("Rara Lestari", "Bayu Segara")),
        ('<p class="byline">By Editor Rara Lestari</p>', ("Rara Lestari",)),
        ('<p class="byline">Editor Rara Lestari</p>', ()),
        ("By Editor", ()),
        ("Kota Lembah - Kamis, 20 Agustus 2026 20:40 WIB", ()),
        ('<a href="/hukum">Hukum Kriminal</a> | 20 Agustus 2026', ()),
        ("Lembah Hijau, 20 Agustus 2026", ()),
        ('<p class="author">Rara Lestari/Antara</p>', ("Rara Lestari",)),
        ('<p class="author">ANTARA/Rara Lestari</p>', ("Rara Lestari",)),
        ('<p class="writer">나래빛 기자 <a>다른기사 보기</a></p>', ("나래빛",)),
        ("글 나래빛 · 사진 솔바람", ("나래빛",)),
        ("本报记者 林语", ("林语",)),
        ("山城社记者林语、江帆 2026年8月20日", ("林语", "江帆")),
        ("记者了解到新桥已经通车", ()),
        ("来源：山城网 作者：林语 2026年08月20日15:21", ("林语",)),
        ('<p class="author">来源：山城网</p>', ()),
        ('<p class="author">Foto: Bayu Segara</p>', ()),
        ('<p class="byline">1:10PM BST 05 Oct 2025</p>', ()),
        ("Foto oleh: Bayu Segara", ()),
        ('<div class="photo-author">Bayu Segara</div>', ()),
        ("By Admin", ()),
        ("By January 2026", ()),
        ("by clicking here you agree to everything", ()),
    ],
)
def test_a_printed_byline_gives_its_persons_and_nothing_else(
    line: str, names: tuple[str, ...]
) -> None:
    head = read(f"<h1>{HEADLINE}</h1><div>{line}</div>", meta("og:site_name", "Kabar Lembah"))

    assert head.authors == names


@pytest.mark.parametrize(
    ("line", "signature"),
    [
        ("Oleh Tim Redaksi", "Tim Redaksi"),
        ("By KL Staff Report", "KL Staff Report"),
        ("By Kabar Lembah", "Kabar Lembah"),
        ("Oleh: Kantor Berita Lembah - Kamis, 20 Agustus 2026", "Kantor Berita Lembah"),
        ("By AFP/The Valley", "AFP/The Valley"),
        ('<div class="author">rara07</div>', "rara07"),
        ('<div class="autor">KBL</div>', "KBL"),
    ],
)
def test_a_story_that_no_person_signs_has_the_byline_that_the_reader_sees(
    line: str, signature: str
) -> None:
    head = read(f"<h1>{HEADLINE}</h1><div>{line}</div>", meta("og:site_name", "Kabar Lembah"))

    assert head.authors == (signature,)


@pytest.mark.parametrize(
    "declared",
    [
        meta("article:author", "Kabar Lembah"),
        meta("author", "Kabar Lembah"),
        linked(author={"@type": "Person", "name": "Kabar Lembah"}),
        linked(author={"@type": "Organization", "name": "Kabar Lembah"}),
    ],
    ids=["property", "meta", "json-ld person", "json-ld organisation"],
)
def test_a_declared_house_signs_where_no_person_does(declared: str) -> None:
    head = declared + meta("og:site_name", "Kabar Lembah")

    assert read(f"<h1>{HEADLINE}</h1>", head).authors == ("Kabar Lembah",)
    assert read(f"<h1>{HEADLINE}</h1><div>Oleh Rara Lestari</div>", head).authors == (
        "Rara Lestari",
    )


@pytest.mark.parametrize(
    "author",
    [
        "PT Kabar Lembah Sentosa",
        "kabarlembah.com",
        "https://www.facebook.com/kabarlembah",
        "redaksi@kabarlembah.example",
        "@kabarlembah",
        "admin",
        "Lembah Cyber Media",
    ],
)
def test_what_is_no_person_is_no_author(author: str) -> None:
    site = meta("og:site_name", "Kabar Lembah")
    head = read(f"<h1>{HEADLINE}</h1>", meta("author", author) + site + linked(author=author))

    assert head.authors == ()


def test_the_reporter_under_the_headline_wins_over_a_house_in_the_meta() -> None:
    head = read(
        f'<h1>{HEADLINE}</h1><div class="author">Oleh : <b>Rara Lestari</b></div>',
        meta("author", "Lembah Sentosa Abadi"),
    )

    assert head.authors == ("Rara Lestari",)


def test_the_author_of_the_card_is_read_in_any_language() -> None:
    card = "".join(
        [
            meta("twitter:label1", "Est. reading time"),
            meta("twitter:data1", "4 minutes"),
            meta("twitter:label2", "Ditulis oleh"),
            meta("twitter:data2", "Rara Lestari"),
        ]
    )

    assert read(f"<h1>{HEADLINE}</h1>", card).authors == ("Rara Lestari",)


def test_the_second_name_is_kept_where_one_of_the_places_knows_only_the_first() -> None:
    head = read(
        f'<h1>{HEADLINE}</h1><div class="byline">Rara Lestari, Bayu Segara</div>',
        meta("author", "Rara Lestari, Bayu Segara") + linked(author="Rara Lestari"),
    )

    assert head.authors == ("Rara Lestari", "Bayu Segara")


def test_names_that_no_other_place_confirms_do_not_outvote_the_printed_one() -> None:
    head = read(
        f'<h1>{HEADLINE}</h1><div class="byline">Rara Lestari</div>',
        meta("author", "Rara Lestari, Bayu Segara, Citra Telaga, Damar Angin"),
    )

    assert head.authors == ("Rara Lestari",)


def test_a_user_name_of_the_system_gives_way_to_the_printed_name() -> None:
    head = read(
        f'<h1>{HEADLINE}</h1><div class="byline">Rara Lestari</div>', linked(author="RL7567")
    )

    assert head.authors == ("Rara Lestari",)


@pytest.mark.parametrize(
    "end",
    [
        "<p>Warga {prose}<br><strong>RARA LESTARI</strong></p>",
        '<p>Warga {prose}</p><p align="right"><em>Rara Lestari</em></p>',
        "<p>Warga {prose}</p><p>This post was written by Rara Lestari, who reads too much.</p>",
        '<p>Warga {prose}</p><div class="article-author-box">Rara Lestari</div>',
    ],
    ids=["bold capitals", "set to the right", "a sentence", "a named box"],
)
def test_a_name_that_closes_the_story_is_its_byline(end: str) -> None:
    tree = html.document_fromstring(
        f"<body><h1>{HEADLINE}</h1>{PROSE * 6}{end.format(prose=PROSE[3:-4])}</body>"
    )

    assert [name.title() for name in read_head(tree, URL, now=NOW).authors] == ["Rara Lestari"]


@pytest.mark.parametrize(
    "inside",
    [
        f"<p>{PROSE[3:-4]}<strong>RARA LESTARI</strong> berkata demikian.</p>",
        f"<p>{PROSE[3:-4]}<br><strong>RARA LESTARI</strong></p>{PROSE}",
        "".join(f'<div class="teaser-author">Penulis Lembah {n}</div>' for n in "ABCDE"),
    ],
    ids=["within a sentence", "a subheading", "bylines of other stories"],
)
def test_a_name_in_the_story_or_on_a_teaser_is_no_byline(inside: str) -> None:
    tree = html.document_fromstring(f"<body><h1>{HEADLINE}</h1>{PROSE * 6}{inside}</body>")

    assert read_head(tree, URL, now=NOW).authors == ()


def test_a_person_whom_the_story_links_to_did_not_write_it() -> None:
    person = '<a href="/people/rara-lestari">Rara Lestari</a>'
    head = read(f"<h1>{HEADLINE}</h1>{PROSE[:-4]} {person} berkata demikian.</p>")

    assert head.authors == ()


def test_where_a_house_signs_below_the_headline_no_name_above_it_does() -> None:
    above = '<a href="/people/rara-lestari">Rara Lestari</a>'
    head = read(f"{above}<h1>{HEADLINE}</h1><p>By Meja Redaksi</p>")

    assert head.authors == ("Meja Redaksi",)


def test_a_byline_above_the_headline_is_read() -> None:
    head = read(f'<div class="byline">Rara Lestari</div><h1>{HEADLINE}</h1>')

    assert head.authors == ("Rara Lestari",)


@pytest.mark.parametrize(
    ("boxes", "authors"),
    [
        (
            "<p><b>Reporter</b><i>Rara Lestari</i></p><p><b>Editor</b><i>Bayu Segara</i></p>",
            ("Rara Lestari",),
        ),
        ("<div>Editor: Bayu Segara</div>", ()),
        ("<div>Rep: Rara Lestari/ Red: Bayu Segara</div>", ("Rara Lestari",)),
    ],
)
def test_an_editor_beside_the_headline_is_the_editor(boxes: str, authors: tuple[str, ...]) -> None:
    head = read(f"<h1>{HEADLINE}</h1>{boxes}")

    assert (head.authors, head.editor) == (authors, "Bayu Segara")


BESIDE = "<p>Penulis: Bayu Segara</p><p>Editor: Rara Lestari</p>"


@pytest.mark.parametrize(
    ("boxes", "authors", "editor"),
    [
        ("", ("Rara Lestari",), None),
        ("<p>Editor: Rara Lestari</p>", ("Rara Lestari",), "Rara Lestari"),
        (BESIDE, ("Bayu Segara",), "Rara Lestari"),
        (PROSE * 4 + BESIDE, ("Bayu Segara",), "Rara Lestari"),
    ],
    ids=["alone", "as the editor too", "beside an author", "beside an author at the end"],
)
def test_an_author_declared_with_a_role_is_one_unless_the_page_has_another(
    boxes: str, authors: tuple[str, ...], editor: str | None
) -> None:
    declared = meta("author", "Editor Rara Lestari") + linked(author="Editor Rara Lestari")

    head = read(f"<h1>{HEADLINE}</h1>{boxes}", declared)

    assert (head.authors, head.editor) == (authors, editor)


def test_each_author_of_a_paper_is_declared_on_its_own() -> None:
    names = ("Rara Lestari", "Bayu Segara", "Nila Samudra")
    boxes = "".join(
        f'<span class="author"><i>{name.split()[0]}</i><i>{name.split()[1]}</i></span>'
        for name in names
    )
    head = "".join(meta("citation_author", ", ".join(reversed(name.split()))) for name in names)

    assert read(f"<h1>{HEADLINE}</h1>{boxes}", head).authors == names


def test_an_editor_is_no_author() -> None:
    head = read(
        f"<h1>{HEADLINE}</h1>",
        linked(
            author={"@type": "Person", "name": "Rara Lestari"},
            editor={"@type": "Person", "name": "Bayu Segara"},
        ),
    )

    assert (head.authors, head.editor) == (("Rara Lestari",), "Bayu Segara")


@pytest.mark.parametrize(
    "tail",
    [
        "<p>Penulis: Rara Lestari</p><p>Editor: Bayu Segara</p>",
        "<p>Penulis: Rara Lestari | Editor: Bayu Segara</p>",
        (
            "<table><tr><td>Penulis</td><td>:</td><td>Rara Lestari</td></tr>"
            "<tr><td>Editor</td><td>:</td><td>Bayu Segara</td></tr></table>"
        ),
        "<p><b>Reporter:</b> Rara Lestari</p><p><b>Editor:</b> Bayu Segara</p>",
        "<h4>Written by</h4><p>Rara Lestari</p><p>Edited by: Bayu Segara</p>",
    ],
)
def test_credits_at_the_end_of_the_story_are_read(tail: str) -> None:
    tree = html.document_fromstring(f"<body><h1>{HEADLINE}</h1>{PROSE * 4}{tail}</body>")

    head = read_head(tree, URL, now=NOW)

    assert (head.authors, head.editor) == (("Rara Lestari",), "Bayu Segara")


@pytest.mark.parametrize("kind", ["Organization", "Person"])
def test_an_agency_that_signs_alone_is_the_byline_and_the_source(kind: str) -> None:
    head = read(f"<h1>{HEADLINE}</h1>", linked(author={"@type": kind, "name": "ANTARA"}))

    assert (head.authors, head.agency) == (("ANTARA",), "ANTARA")


def test_an_agency_beside_a_person_is_only_the_source() -> None:
    agency = linked(author={"@type": "Organization", "name": "ANTARA"})
    head = read(f"<h1>{HEADLINE}</h1><div>Oleh Rara Lestari</div>", agency)

    assert (head.authors, head.agency) == (("Rara Lestari",), "ANTARA")


def test_an_agency_named_at_the_end_is_read() -> None:
    assert read(f"<h1>{HEADLINE}</h1>{PROSE}<p>Sumber: Reuters</p>").agency == "Reuters"


# JSON-LD, which is written by hand, by machines and by mistake

AUTHOR = '"author": {"@type": "Person", "name": "Rara Lestari"}'
STORY = f'"@type": "NewsArticle", "headline": "{HEADLINE}", {AUTHOR}'


@pytest.mark.parametrize(
    "block",
    [
        f"{{{STORY}}}",
        f"[{{{STORY}}}]",
        f'{{"@graph": [{{"@type": "WebSite", "name": "Kabar"}}, {{{STORY}}}]}}',
        f'{{"@type": "WebPage", "mainEntity": {{{STORY}}}}}',
        f'{{"@type": ["NewsArticle", "Article"], "headline": "{HEADLINE}", {AUTHOR},}}',
        f'{{"@type": "NewsArticle", "headline": "{HEADLINE}", "description": "a\nb\tc", {AUTHOR}}}',
        f"<!-- {{{STORY}}} -->",
        f"//<![CDATA[\n{{{STORY}}}\n//]]>",
        f'{{{STORY}, "description": "the "wrong" quotes"}}',
        f'{{{STORY}, "articleBody": "never closed',
        (
            f'{{"@graph": [{{"@type": "NewsArticle", "headline": "{HEADLINE}",'
            ' "author": {"@id": "#r"}}, {"@type": "Person", "@id": "#r", "name": "Rara Lestari"}]}'
        ),
    ],
    ids=[
        "plain",
        "list",
        "graph",
        "main entity",
        "trailing comma",
        "raw line break",
        "comment",
        "cdata",
        "bare quotes",
        "never closed",
        "author by reference",
    ],
)
def test_linked_data_is_read_however_it_is_written(block: str) -> None:
    head = read(head=f'<script type="application/ld+json">{block}</script>')

    assert (head.headline, head.authors) == (HEADLINE, ("Rara Lestari",))


@pytest.mark.parametrize(
    "block",
    [
        "",
        "null",
        "[[[]]]",
        "[" * 100_000,
        '{"@graph": ' * 3000,
        "9" * 9000,
        '{"@type": {"a": 1}, "headline": {"b": []}}',
        '{"@type":"NewsArticle","author":[[{"name":{"x":1}}],7,null]}',
    ],
)
def test_hostile_linked_data_says_nothing_and_breaks_nothing(block: str) -> None:
    head = read(f"<h1>{HEADLINE}</h1>", f'<script type="application/ld+json">{block}</script>')

    assert (head.headline, head.authors) == (HEADLINE, ())


def test_a_list_of_other_stories_is_not_this_one() -> None:
    other = {"@type": "NewsArticle", "headline": "Lain", "datePublished": "2020-01-02T03:04:05Z"}
    listing = {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": other}]}
    head = read(
        f"<h1>{HEADLINE}</h1>",
        f'<script type="application/ld+json">{json.dumps(listing)}</script>',
        url="https://a.example/x",
    )

    assert head.published is None


# The time


def test_a_declared_time_wins_over_the_printed_one_and_the_address() -> None:
    head = read(
        f"<h1>{HEADLINE}</h1><div>Jumat, 21 Agustus 2026 | 06:00 WIB</div>",
        linked(datePublished="2026-08-20T20:40:00+07:00"),
    )

    assert head.published is not None
    assert head.published.at.isoformat() == "2026-08-20T20:40:00+07:00"
    assert head.published.origin == "json-ld"


@pytest.mark.parametrize(
    ("body", "head", "expected"),
    [
        (
            "<div>Kamis, 20 Agt 2026 | 20:40 WIB</div>",
            "",
            "2026-08-20T20:40:00+07:00 minute",
        ),
        (
            "<span>Kamis, 20 Agustus 2026</span> <span>20:40 WITA</span>",
            "",
            "2026-08-20T20:40:00+08:00 minute",
        ),
        (
            '<time datetime="2026-08-20T13:40:00Z">kemarin</time>',
            "",
            "2026-08-20T13:40:00+00:00 second",
        ),
        (
            "<div>Kamis, 20 Agustus 2026 | 20:40 WIB</div>",
            meta("article:published_time", "2026-08-20 20:40:33"),
            "2026-08-20T20:40:33+07:00 second",
        ),
        (
            "<div>Kamis, 20 Agustus 2026 | 20:40 WIB</div>",
            meta("article:published_time", "2026-08-20T20:40:33Z"),
            "2026-08-20T20:40:33+07:00 second",
        ),
        (
            "<div>20 Agustus 2026 20:40</div>",
            meta("article:published_time", "2026-08-20T13:40:33Z"),
            "2026-08-20T20:40:33+07:00 second",
        ),
        (
            "<div>Kamis, 20 Agustus 2026 | 20:40 WIB</div>",
            meta("date", "2026-08-20"),
            "2026-08-20T20:40:00+07:00 minute",
        ),
        (
            "<div>Published March 9, 2026</div>",
            meta("article:published_time", "03-09-2026"),
            "2026-03-09T00:00:00+00:00 day",
        ),
        (
            (
                "<div>Diperbarui: Jumat, 21 Agustus 2026 08:00 WIB</div>"
                "<div>Terbit: Kamis, 20 Agustus 2026 20:40 WIB</div>"
            ),
            "",
            "2026-08-20T20:40:00+07:00 minute",
        ),
        ("<div>1 Januari 2031</div>", "", "none"),
        ("<div>30 Februari 2026</div>", "", "none"),
        ("<div>Agustus 2026</div>", "", "none"),
        (
            f"{PROSE}<p>Pada 17 Agustus 1995 jembatan lama dibangun oleh warga setempat.</p>",
            "",
            "none",
        ),
    ],
    ids=[
        "printed line",
        "day and hour in two boxes",
        "time element",
        "zone from the printed line",
        "local hour called Z",
        "offset from the printed hour",
        "hour from the printed line",
        "American order",
        "update is no publication",
        "future",
        "no such day",
        "month alone",
        "a day in the story",
    ],
)
def test_the_time_of_publication(body: str, head: str, expected: str) -> None:
    assert published(body, head) == expected


def test_the_zone_of_the_source_is_used_where_none_is_printed() -> None:
    assert (
        published("<div>20 Agustus 2026 20:40</div>", zone="Asia/Makassar")
        == "2026-08-20T20:40:00+08:00 minute"
    )


def test_an_hour_called_z_that_readers_see_as_local_is_local() -> None:
    body = "<div>20 Agustus 2026 20:40</div>"
    head = meta("article:published_time", "2026-08-20T20:40:33Z")

    assert published(body, head, "Asia/Jakarta") == "2026-08-20T20:40:33+07:00 second"
    assert published(body, head) == "2026-08-20T20:40:33+00:00 second"


def test_an_instant_in_utc_is_shown_with_the_offset_that_the_page_prints() -> None:
    body = "<div>20 Agustus 2026 20:40 WIB</div>"
    head = meta("article:published_time", "2026-08-20T13:40:33Z")

    assert published(body, head, "Asia/Jakarta") == "2026-08-20T20:40:33+07:00 second"


def test_a_date_above_the_headline_is_read() -> None:
    head = read(
        f"<div>Kamis, 20 Agustus 2026 - 15:56 wib</div><h1>{HEADLINE}</h1>", url="https://a.b/"
    )

    assert head.published is not None
    assert head.published.at.isoformat() == "2026-08-20T15:56:00+07:00"


def test_the_address_is_the_last_to_tell_the_day() -> None:
    head = read(f"<h1>{HEADLINE}</h1>")

    assert head.published is not None
    assert (head.published.origin, head.published.precision) == ("url", "day")
    assert head.published.at.date().isoformat() == "2026-08-20"


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/2026/DAERAH/08/20/jembatan/index.html", "2026-08-20"),
        ("/2026/8/3/jembatan", "2026-08-03"),
        ("/2026/8/jembatan-3/", None),
        ("/2026/daerah/98/20/jembatan", None),
    ],
)
def test_an_address_may_name_its_section_between_the_year_and_the_day(
    path: str, day: str | None
) -> None:
    moment = read(f"<h1>{HEADLINE}</h1>", url=f"https://a.example{path}").published

    assert (moment and moment.at.date().isoformat()) == day


def test_a_day_that_closes_the_title_is_heard_where_the_page_prints_none() -> None:
    title = f"<title>{HEADLINE} - 20.08.2026 - Kabar Lembah</title>"

    assert published(head=title) == "2026-08-20T00:00:00+00:00 day"
    assert published("<p>19 Agustus 2026</p>", title) == "2026-08-19T00:00:00+00:00 day"


def test_a_day_within_the_story_is_not_believed_against_the_feed_or_the_address() -> None:
    fed = datetime(2026, 8, 20, 13, 40, tzinfo=UTC)
    body = f"<h1>{HEADLINE}</h1>{PROSE}<p>Diresmikan 3 Mei 2026</p>"

    by_feed = read(body, url="https://a.example/x", feed_published=fed).published
    by_address = read(body).published

    assert by_feed is not None
    assert by_address is not None
    assert (by_feed.at, by_address.at.date().isoformat()) == (fed, "2026-08-20")


def test_the_feed_tells_the_time_where_the_page_is_silent() -> None:
    fed = datetime(2026, 8, 20, 13, 40, tzinfo=UTC)
    head = read(f"<h1>{HEADLINE}</h1>", url="https://a.example/x", feed_published=fed)

    assert head.published is not None
    assert (head.published.at, head.published.origin) == (fed, "feed")


@pytest.mark.parametrize(("hours", "is_kept"), [(2, True), (0, True), (-2, False)])
def test_a_change_before_the_publication_is_dropped(hours: int, is_kept: bool) -> None:  # noqa: FBT001 - a column of the table
    at = datetime(2026, 8, 20, 13, 40, tzinfo=UTC)
    changed = at + timedelta(hours=hours)
    head = read(head=linked(datePublished=at.isoformat(), dateModified=changed.isoformat()))

    assert (head.modified is not None) is is_kept


# Where no time stands beside the headline

OTHERS = "<ul><li>3 Mei 2026</li><li>4 Mei 2026</li></ul>"


def unplaced(body: str) -> str:
    moment = read(body, url="https://a.example/x").published
    return f"{moment.at.date().isoformat()} {moment.origin}" if moment else "none"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "<p>This entry was posted on Saturday, 3 May 2026 at %H:%M and is filed under <a>x</a>",
            "2026-05-03 elsewhere",
        ),
        ("<div>Published <b>3 May 2026</b></div>", "2026-05-03 elsewhere"),
        ("<div>Dimuat dalam cetakan</div><div>3 Mei 2026</div>", "2026-05-03 alone"),
        (f"{PROSE}<p>Rara<br>3 Mei 2026</p>", "2026-05-03 alone"),
        (f"<b><span>2 Mei 2026</span></b>{PROSE}{OTHERS}", "2026-05-02 alone"),
        (f"{OTHERS}{PROSE}", "none"),
        (
            f'<div class="date">2 Mei 2026</div>{PROSE}<p class="date">3 Mei 2026</p>',
            "2026-05-02 alone",
        ),
        (
            '<i pubdate></i><p class="date">Published On: 3 May 2026</p>',
            "2026-05-03 elsewhere",
        ),
        ("<div>22 November 2026</div>", "none"),
        ('<div class="date">22 November 2026</div>', "2026-11-22 elsewhere"),
        ("<div>Arsip 1995 sampai 2026</div>", "none"),
        ('<div id="comments"><time datetime="2026-05-03T10:00Z">x</time></div>', "none"),
        ('<div class="page-footer"><p class="time">3 Mei 2026, 12:18</p></div>', "none"),
        ("<footer><p>3 Mei 2026</p></footer>", "none"),
    ],
    ids=[
        "a sentence that says so",
        "a label and its day in a box of its own",
        "the only day of the page",
        "the signature of the story",
        "the only day above the story",
        "several days",
        "the only box for dates above the story",
        "an empty box that calls itself the day",
        "perhaps the day of reading",
        "fresh, in a box for dates",
        "years",
        "a comment",
        "the clock at the foot",
        "the foot",
    ],
)
def test_a_time_far_from_the_headline_is_believed_where_nothing_else_can_be_meant(
    body: str, expected: str
) -> None:
    assert unplaced(body) == expected


def test_a_body_whose_class_speaks_of_comments_is_the_page_itself() -> None:
    page = f'<body class="comments-open"><p class="date">3 Mei 2026</p>{PROSE}</body>'

    moment = read_head(html.document_fromstring(page), "https://a.example/x", now=NOW).published

    assert moment is not None
    assert moment.at.date().isoformat() == "2026-05-03"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("<p>2 November 2022</p>", "2022-11-02T00:00:00+00:00 day"),
        ("<p>11 Juni 2026</p>", "2026-06-12T08:00:00+00:00 second"),
        (
            "<p>Pembukaan jembatan pada tanggal 2 November 2022</p>",
            "2026-06-12T08:00:00+00:00 second",
        ),
        ("<p>Diperbarui 2 November 2022</p>", "2026-06-12T08:00:00+00:00 second"),
        ("<p>20 Juni 2026</p><p>2 November 2022</p>", "2026-06-12T08:00:00+00:00 second"),
    ],
    ids=["moved", "the zone may differ", "a sentence", "an update", "not the first"],
)
def test_a_page_dated_anew_keeps_the_earlier_day_that_its_readers_see(
    line: str, expected: str
) -> None:
    assert published(line, linked(datePublished="2026-06-12T08:00:00Z")) == expected


def test_a_dateline_behind_a_standfirst_is_read_where_it_is_a_bare_day() -> None:
    assert published(f"{PROSE}<p>27.1.2022 - {PROSE[3:]}") == "2022-01-27T00:00:00+00:00 day"
    assert published(f"{PROSE}<p>Di Lembah pada 27.1.2022 warga pasar - {PROSE[3:]}") == "none"


def test_linked_data_in_a_meta_is_read() -> None:
    block = json.dumps({"@type": "NewsArticle", "datePublished": "2026-08-20T20:40:00+07:00"})
    head = f"<meta name='script:ld+json' content='{block}'>"

    assert published(head=head) == "2026-08-20T20:40:00+07:00 second"


# The rest


def test_the_canonical_address_is_believed_on_the_same_host_only() -> None:
    own = read(head='<link rel="canonical" href="/daerah/jembatan-baru">')
    foreign = read(head='<link rel="canonical" href="https://other.example/daerah/jembatan-baru">')
    broken = read(head='<link rel="canonical" href="http://[::1">')

    assert own.canonical == "https://www.kabarlembah.example/daerah/jembatan-baru"
    assert (foreign.canonical, broken.canonical) == (None, None)


def test_the_lead_picture_has_its_caption_and_credit() -> None:
    head = read(
        f"<h1>{HEADLINE}</h1><figure><img src=a.jpg>"
        "<figcaption>Warga menyeberang. (Foto: Bayu Segara)</figcaption></figure>",
        meta("og:image", "/gambar/a.jpg"),
    )

    assert head.image == "https://www.kabarlembah.example/gambar/a.jpg"
    assert head.caption == "Warga menyeberang. (Foto: Bayu Segara)"
    assert head.credit == "Bayu Segara"


def test_an_image_that_is_no_web_address_is_none() -> None:
    assert read(head=meta("og:image", "javascript:alert(1)")).image is None


def test_section_tags_language_site_and_paywall_are_read() -> None:
    head = read(
        head=linked(
            articleSection="Daerah",
            keywords="jembatan, lembah ,jembatan",
            isAccessibleForFree="False",
        )
        + meta("og:site_name", "Kabar Lembah")
        + meta("og:locale", "id_ID")
    )

    assert (head.section, head.tags) == ("Daerah", ("jembatan", "lembah"))
    assert (head.lang, head.site_name, head.is_free) == ("id_ID", "Kabar Lembah", False)


def test_a_silent_page_gives_an_empty_head() -> None:
    tree = html.document_fromstring("<html><body></body></html>")

    assert read_head(tree, "https://a.example/", now=NOW) == Head()


def test_the_tree_is_not_changed() -> None:
    tree = html.document_fromstring(
        f"<body><h1>{HEADLINE}</h1><p>Oleh <b>Rara Lestari</b><br>20 Agustus 2026</p>{PROSE}</body>"
    )
    before = etree.tostring(tree)

    read_head(tree, URL, now=NOW)

    assert etree.tostring(tree) == before


def test_the_same_page_is_read_the_same_again() -> None:
    pages = [f"<h1>{HEADLINE}</h1><p>Oleh Rara Lestari</p>", "<h1>Lain</h1><p>2 jam lalu</p>"]

    assert [read(page) for page in pages] == [read(page) for page in reversed(pages)][::-1]
