"""What a sitemap or a section page lists, and what on it is no story."""

from __future__ import annotations

import gzip

import pytest
from sites.listed import HOME, NEWS, NINE, listed, refused, urls

from crawler.kinds.table import KINDS

# sitemaps


def urlset(rows: str) -> str:
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {NEWS}>{rows}</urlset>'


def row(path: str, extra: str = "") -> str:
    return f"<url><loc>{HOME}{path}</loc>{extra}</url>"


def news(title: str, date: str) -> str:
    dated = f"<n:publication_date>{date}</n:publication_date>"
    return f"<n:news>{dated}<n:title>{title}</n:title></n:news>"


def test_a_news_sitemap_gives_title_and_time_newest_first() -> None:
    old, new = news("Lama", "2026-08-06T09:00:00Z"), news("Baru", "2026-08-07T16:00:00+07:00")
    listing = listed("sitemap", urlset(row("/old", old) + row("/none") + row("/new", new)))

    assert urls(listing) == ["/new", "/old", "/none"]
    assert (listing.links[0].title, listing.links[0].published_at) == ("Baru", NINE)


def test_a_sitemap_without_news_is_dated_by_lastmod() -> None:
    listing = listed("sitemap", urlset(row("/a", "<lastmod>2026-08-07T09:00:00Z</lastmod>")))

    assert listing.links[0].published_at == NINE


@pytest.mark.parametrize("is_dated", [True, False], ids=["dated", "undated"])
def test_only_an_index_that_dates_its_sitemaps_vouches_for_them(is_dated: bool) -> None:  # noqa: FBT001 - a column of the table
    date = "<lastmod>2026-08-0{}</lastmod>" if is_dated else ""
    rows = "".join(
        f"<sitemap><loc>{HOME}/{n}.xml</loc>{date.format(n)}</sitemap>" for n in (1, 3, 2)
    )
    listing = listed("sitemap", f"<sitemapindex>{rows}</sitemapindex>")

    order = (3, 2, 1) if is_dated else (1, 3, 2)
    assert listing.further == tuple(f"{HOME}/{n}.xml" for n in order)
    assert listing.vouches is is_dated


@pytest.mark.parametrize(
    ("months", "read"),
    [
        pytest.param(("2026-08-01", "2024-01-31", "2023-12-31"), ("0",), id="some-dead"),
        pytest.param(("2023-11-30", "2024-01-31", "2023-12-31"), ("1",), id="all-dead"),
        pytest.param(("", "2024-01-31"), ("0",), id="undated-lives"),
    ],
)
def test_sitemaps_that_have_not_changed_for_long_are_retired(
    months: tuple[str, ...], read: tuple[str, ...]
) -> None:
    rows = "".join(
        f"<sitemap><loc>{HOME}/{n}</loc>{f'<lastmod>{date}</lastmod>' * bool(date)}</sitemap>"
        for n, date in enumerate(months)
    )
    listing = listed("sitemap", f"<sitemapindex>{rows}</sitemapindex>")

    assert listing.further == tuple(f"{HOME}/{n}" for n in read)


def test_of_a_long_index_the_news_and_the_newest_are_read() -> None:
    rows = "".join(
        f"<sitemap><loc>{HOME}/{n}.xml</loc><lastmod>2026-08-0{n % 8 + 1}</lastmod></sitemap>"
        for n in range(40)
    )
    index = f"<sitemapindex>{rows}<sitemap><loc>{HOME}/news.xml</loc></sitemap></sitemapindex>"
    listing = listed("sitemap", index)

    assert listing.further[0] == f"{HOME}/news.xml"
    assert len(listing.further) == 10


def test_a_packed_sitemap_is_unpacked_also_from_several_members() -> None:
    text = urlset(row("/a") + row("/b")).encode()
    members = gzip.compress(text[:100]) + gzip.compress(text[100:])

    assert urls(listed("sitemap", gzip.compress(text))) == ["/a", "/b"]
    assert urls(listed("sitemap", members)) == ["/a", "/b"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        pytest.param(gzip.compress(urlset(row("/a")).encode())[:-9], "ends before", id="cut-gzip"),
        pytest.param(b"\x1f\x8bxxxxxxxxxx", "broken", id="false-gzip"),
        pytest.param(gzip.compress(b"0" * (21 * 2**20)), "more than", id="bomb"),
        pytest.param("<html/>", "root element is <html>", id="html"),
        pytest.param("", "it is empty", id="empty"),
    ],
)
def test_what_is_no_sitemap_is_refused_in_a_sentence(body: str | bytes, sentence: str) -> None:
    assert sentence in refused("sitemap", body)


def test_only_so_many_addresses_of_a_sitemap_are_taken() -> None:
    body = urlset("".join(row(f"/{n}") for n in range(50)))

    assert len(listed("sitemap", body, limit=7).links) == 7


# sections

STORY = "/berita/1042/warga-bangun-jembatan-gantung"
HEADLINE = "Warga Bangun Kembali Jembatan Gantung"


def page(*anchors: tuple[str, str], head: str = "") -> str:
    links = "".join(f'<p><a href="{href}">{text}</a></p>' for href, text in anchors)
    return f"<!DOCTYPE html><html><head>{head}</head><body>{links}</body></html>"


@pytest.mark.parametrize(
    ("href", "text"),
    [
        pytest.param("/", "Beranda Kabar Desa Hari Ini", id="home"),
        pytest.param("/olahraga", "Olahraga", id="menu"),
        pytest.param("/kanal/12345", "การเมือง ไทย", id="thai-menu"),
        pytest.param(
            "/rubrik/1234/ekonomi-dan-bisnis-desa", "Ekonomi dan Bisnis Desa Kita", id="rubric"
        ),
        pytest.param(
            "/tag/jembatan-gantung-muara-tenang", "Jembatan Gantung Muara Tenang", id="tag"
        ),
        pytest.param("/berita?page=2", "2", id="pagination"),
        pytest.param("/page/1234", "Halaman berikutnya dari berita desa", id="next-page"),
        pytest.param(
            "/penulis/budi-dari-desa-seberang", "Budi dari Desa Seberang Sana", id="author"
        ),
        pytest.param(
            "https://lain.example/berita/1042/warga-bangun-jembatan", HEADLINE, id="other"
        ),
        pytest.param("https://lain.example" + STORY, HEADLINE, id="other-same-path"),
        pytest.param("javascript:void(0)", HEADLINE, id="script"),
        pytest.param("/arsip/2026/08/07", "Arsip berita 7 Agustus 2026", id="calendar"),
        pytest.param("/arsip/2026-08-07/", "Arsip berita 7 Agustus 2026", id="calendar-dashed"),
        pytest.param("/arsip?tahun=2026&bulan=8", "Arsip berita Agustus 2026", id="calendar-asked"),
        pytest.param("#komentar", "Lima komentar pembaca hari ini", id="anchor"),
        pytest.param("/rss", "Berita terbaru dari seluruh desa", id="itself"),
    ],
)
def test_what_is_no_story_on_a_section_page_is_left_out(href: str, text: str) -> None:
    listing = listed("section", page((STORY, HEADLINE), (href, text)))

    assert urls(listing) == [STORY]


@pytest.mark.parametrize(
    ("href", "text", "head"),
    [
        pytest.param(STORY, HEADLINE, "", id="slug-and-number"),
        pytest.param("/read?id=104233", HEADLINE, "", id="number-in-query"),
        pytest.param("/2026/08/07/warga-bangun-jembatan-gantung", "Baca", "", id="dated-slug"),
        pytest.param("/a/12345", "마을 다리 재건", "", id="dense-script"),
        pytest.param("/a/12345", "ชาวบ้านสร้างสะพานแขวนขึ้นใหม่", "", id="thai"),
        pytest.param("/warga_bangun_jembatan_gantung", HEADLINE, "", id="underscores"),
        pytest.param(
            "/2026/08/07/warga-bangun-jembatan-gantung/index.html", "Baca", "", id="index"
        ),
        pytest.param(f"https://www.kabar-desa.example{STORY}", HEADLINE, "", id="www"),
        pytest.param(STORY[1:], HEADLINE, "<base href='/'>", id="base"),
    ],
)
def test_a_link_that_looks_like_a_story_is_taken(href: str, text: str, head: str) -> None:
    listing = listed("section", page((href, text), head=head))

    assert len(listing.links) == 1
    assert listing.links[0].title == text


def test_what_most_links_of_a_shape_are_teaches_the_others() -> None:
    stories = [(f"/baca/{n}/warga-bangun-jembatan-nomor-{n}", f"{HEADLINE} {n}") for n in range(4)]
    short = [("/baca/9/pasar-apung-dibuka-lagi", "Baca"), ("/baca/1042/banjir-surut-lagi", "Surut")]
    menu = (("/ruang/9/ekonomi-dan-bisnis-desa", "Uang"), ("/baca/1042/serba-serbi", "Lain"))
    listing = listed("section", page(*stories, *short, *menu))

    assert urls(listing) == [path for path, _ in (*stories, *short)]


def test_addresses_without_any_mark_are_told_by_their_headlines() -> None:
    stories = [(f"/b/x{chr(97 + n)}q", f"{HEADLINE} {n}") for n in range(5)]
    menu = [(f"/{word}", word.title()) for word in ("olahraga", "ekonomi", "desa", "budaya")]
    listing = listed("section", page(*menu, *stories))

    assert urls(listing) == [path for path, _ in stories]


def test_a_menu_of_long_entries_at_the_top_is_still_a_menu() -> None:
    menu = [
        (f"/{word}", f"{HEADLINE} di {word.title()}") for word in ("a", "b", "c", "d", "e", "f")
    ]

    assert urls(listed("section", page(*menu, (STORY, HEADLINE)))) == [STORY]


def test_one_long_entry_makes_no_stories_of_a_menu() -> None:
    menu = [(f"/kanal/{1200 + n}/x", f"Kanal {n}") for n in range(9)]
    listing = listed(
        "section", page(*menu, ("/kanal/1300/x", HEADLINE), (STORY, HEADLINE), ("/c", "C"))
    )

    assert urls(listing) == [STORY]


def test_a_long_link_that_is_built_like_no_story_is_none() -> None:
    stories = [(f"/r{n}/warga-desa-bangun-jembatan-{n}", f"{HEADLINE} {n}") for n in range(4)]
    terms = ("/kebijakan-privasi-dan-kuki", "Baca kebijakan privasi kami selengkapnya")
    dated = ("/2026/08/07/1042/warga-desa-bangun-jembatan", HEADLINE)

    assert urls(listed("section", page(*stories, terms, dated))) == [
        path for path, _ in (*stories, dated)
    ]


def test_a_story_linked_by_picture_and_headline_has_the_headline() -> None:
    anchors = ("/2026/08/07/warga-bangun-jembatan-gantung", "")
    listing = listed("section", page(anchors, (anchors[0], HEADLINE), (anchors[0], "Baca")))

    assert [link.title for link in listing.links] == [HEADLINE]


def test_a_part_of_the_address_can_be_asked_for() -> None:
    body = page(("/x/1", "Satu"), ("/y/2", "Dua"), ("/x/3", "Tiga"))

    assert urls(listed("section", body, links="/x/")) == ["/x/1", "/x/3"]


CHOSEN = (
    '<html><body><div class="terkini"><a href="/x/1">Satu</a><p><a href="/x/2">Dua</a></p></div>'
    '<a href="/x/3" class="judul">Tiga</a><a href="/x/4">Empat</a></body></html>'
)


@pytest.mark.parametrize(
    ("select", "links", "expected"),
    [
        (".terkini", None, ["/x/1", "/x/2"]),
        (".terkini > a", None, ["/x/1"]),
        ("a.judul, .terkini p", None, ["/x/2", "/x/3"]),
        (".terkini, .terkini p", None, ["/x/1", "/x/2"]),
        ("body", "/4", ["/x/4"]),
    ],
)
def test_a_person_may_say_where_on_a_page_the_articles_are(
    select: str, links: str | None, expected: list[str]
) -> None:
    assert urls(listed("section", CHOSEN, select=select, links=links)) == expected


def test_a_selector_that_finds_nothing_is_told() -> None:
    assert "no links at what `select` names" in refused("section", CHOSEN, select=".terpopuler")


@pytest.mark.parametrize("said", ["latin-1", "shift_jis", "koi8-r", "klingon", None])
def test_a_section_in_utf_8_is_read_as_such_whatever_the_server_says(said: str | None) -> None:
    listing = listed("section", page((STORY, "Kafé di Ujung Désa Dibuka Lagi")), encoding=said)

    assert listing.links[0].title == "Kafé di Ujung Désa Dibuka Lagi"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param(b"%PDF-1.7 ...", "no HTML", id="pdf"),
        pytest.param(b"\xff\xd8\xff\xe0" + b"\0" * 99, "no HTML", id="picture"),
        pytest.param("<div>" * 300 + page((STORY, HEADLINE)), "deep", id="300-nested"),
        pytest.param("<p>" * 60_000, "50000", id="too-many-elements"),
        pytest.param(page(("/olahraga", "Olahraga")), "no links that look like", id="only-a-menu"),
    ],
)
def test_what_is_no_section_is_refused_in_a_sentence(body: str | bytes, sentence: str) -> None:
    assert sentence in refused("section", body)


def test_every_kind_of_the_configuration_has_its_reader() -> None:
    assert set(KINDS) == {"feed", "sitemap", "section"}
