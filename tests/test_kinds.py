"""What a feed, a sitemap or a section page lists, however it is written or damaged."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from time import process_time

import pytest

from crawler.extract.article import Refusal
from crawler.kinds.listing import Listing
from crawler.kinds.table import KINDS, Listed, read_listing

NOW = datetime(2026, 8, 7, 16, 5, tzinfo=UTC)
HOME = "https://kabar-desa.example"
NINE = datetime(2026, 8, 7, 9, 0, tzinfo=UTC)
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
NEWS = 'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'


def read(  # noqa: PLR0913 - the columns of a table
    kind: str,
    body: str | bytes,
    *,
    url: str = f"{HOME}/rss",
    limit: int = 100,
    links: str | None = None,
    encoding: str | None = None,
    zone: str | None = "Asia/Jakarta",
) -> Listing | Refusal:
    content = body.encode() if isinstance(body, str) else body
    return read_listing(
        Listed(kind, url, content, encoding, limit=limit, now=NOW, zone=zone, links=links)
    )


def listed(kind: str, body: str | bytes, **more: object) -> Listing:
    listing = read(kind, body, **more)  # type: ignore[arg-type] # the columns of `read`
    assert isinstance(listing, Listing), listing
    return listing


def refused(kind: str, body: str | bytes) -> str:
    refusal = read(kind, body)
    assert isinstance(refusal, Refusal), refusal
    assert refusal.reason == f"not-a-{kind}"
    return refusal.detail


def urls(listing: Listing) -> list[str]:
    return [link.url.removeprefix(HOME) for link in listing.links]


def rss(items: str, version: str = "2.0") -> str:
    return f'<rss version="{version}"><channel>{items}</channel></rss>'


def item(path: str, title: str = "Panen kopi", extra: str = "") -> str:
    return f"<item><title>{title}</title><link>{HOME}{path}</link>{extra}</item>"


# feeds


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            rss(item("/a", extra="<pubDate>Fri, 07 Aug 2026 16:00:00 +0700</pubDate>")),
            id="rss-2.0",
        ),
        pytest.param(
            '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.example/rss.dtd">'
            + rss(item("/a", extra="<pubDate>2026-08-07 16:00</pubDate>"), "0.91"),
            id="rss-0.91-with-its-doctype",
        ),
        pytest.param(
            f"<rdf:RDF {RDF} {DC}><channel><title>x</title></channel>"
            f"{item('/a', extra='<dc:date>2026-08-07T09:00:00Z</dc:date>')}</rdf:RDF>",
            id="rdf",
        ),
        pytest.param(
            f'<feed {ATOM}><entry><title>Panen kopi</title><link rel="self" href="{HOME}/self"/>'
            f'<link href="{HOME}/a"/><updated>2026-08-07T16:00:00+07:00</updated></entry></feed>',
            id="atom",
        ),
        pytest.param(
            json.dumps(
                {
                    "version": "https://jsonfeed.org/version/1.1",
                    "items": [
                        {
                            "id": "1",
                            "url": f"{HOME}/a",
                            "title": "Panen kopi",
                            "date_published": "2026-08-07T09:00:00Z",
                        }
                    ],
                }
            ),
            id="json-feed",
        ),
    ],
)
def test_every_form_of_feed_gives_address_title_and_time(body: str) -> None:
    listing = listed("feed", body)

    assert urls(listing) == ["/a"]
    assert listing.links[0].title == "Panen kopi"
    assert listing.links[0].published_at == NINE
    assert listing.complaint is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(rss("<item><link>berita/1</link></item>"), "/berita/1", id="relative"),
        pytest.param(rss("<item><link>//kabar-desa.example/b</link></item>"), "/b", id="no-scheme"),
        pytest.param(
            rss('<item xml:base="/arsip/"><link>2</link></item>'), "/arsip/2", id="xml-base-item"
        ),
        pytest.param(
            f'<feed {ATOM} xml:base="/x/"><entry xml:base="y/"><link href="z"/></entry></feed>',
            "/x/y/z",
            id="xml-bases-nested",
        ),
        pytest.param(
            rss("<item><link><![CDATA[ /c?a=1&b=2 ]]></link></item>"), "/c?a=1&b=2", id="cdata"
        ),
        pytest.param(rss("<item><link>/d?a=1&amp;b=2</link></item>"), "/d?a=1&b=2", id="ampersand"),
        pytest.param(rss(f"<item><guid>{HOME}/e</guid></item>"), "/e", id="only-a-guid"),
        pytest.param(
            rss(f"<item><guid>{HOME}/?p=9</guid><link>{HOME}/f</link></item>"),
            "/f",
            id="link-before-guid",
        ),
        pytest.param(rss(item("/g?utm_source=rss&amp;id=7#top")), "/g?id=7", id="tracking"),
        pytest.param(
            f'<feed {ATOM}><entry><link rel="enclosure" href="/x.mp3"/>'
            '<link rel="alternate" href="/h"/></entry></feed>',
            "/h",
            id="atom-alternate",
        ),
        pytest.param('{"items": [{"external_url": "/i"}]}', "/i", id="json-external"),
        pytest.param('\ufeff{"items": [{"url": "/j"}]}', "/j", id="json-with-bom"),
        pytest.param("\ufeff\n" + rss(item("/k")), "/k", id="xml-with-bom"),
        pytest.param(rss(item("/l")).encode("utf-16"), "/l", id="utf-16-unlabelled"),
    ],
)
def test_an_address_is_found_wherever_a_feed_puts_it(body: str | bytes, expected: str) -> None:
    assert urls(listed("feed", body)) == [expected]


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://kabar-desa.example/a",
        "mailto:desk@kabar-desa.example",
        "http://user:secret@kabar-desa.example/",
        "http://[::1",
        "http://kabar-desa.example:99999/",
        "https://kabar-desa.example\\@evil.example/",
        "",
        "   ",
    ],
)
def test_a_link_that_is_no_web_address_is_left_out(link: str) -> None:
    body = rss(f"<item><link>{link}</link></item>{item('/good')}")

    assert urls(listed("feed", body)) == ["/good"]


def test_a_link_listed_twice_is_one() -> None:
    assert urls(listed("feed", rss(item("/a") + item("/a#x") + item("/b")))) == ["/a", "/b"]


@pytest.mark.parametrize(
    "date",
    [
        pytest.param("", id="missing"),
        pytest.param("<pubDate/>", id="empty"),
        pytest.param("<pubDate>Fri, 30 Feb 2026 10:00:00 GMT</pubDate>", id="30-february"),
        pytest.param("<pubDate>kemarin sore</pubDate>", id="words"),
        pytest.param("<pubDate>Mon, 01 Jan 99999 00:00:00 GMT</pubDate>", id="year-99999"),
        pytest.param("<pubDate>" + "9" * 5000 + "</pubDate>", id="5000-digits"),
    ],
)
def test_an_item_without_a_readable_time_is_listed_without(date: str) -> None:
    listing = listed("feed", rss(item("/a", extra=date)))

    assert urls(listing) == ["/a"]
    assert listing.links[0].published_at is None


def test_a_title_is_plain_text_and_not_endless() -> None:
    double = listed("feed", rss(item("/a", "Harga &amp;quot;kopi&amp;quot; &#38;amp; teh")))
    endless = listed("feed", rss(item("/b", "kata " * 10_000)))

    assert double.links[0].title == 'Harga "kopi" & teh'
    assert len(endless.links[0].title or "") <= 500


def test_only_so_many_items_are_taken() -> None:
    assert len(listed("feed", rss("".join(item(f"/{n}") for n in range(50))), limit=7).links) == 7


def test_characters_that_are_none_do_not_get_through_json() -> None:
    items = r'{"items": [{"url": "/a\ud83d"}, {"url": "/b", "title": "Ha\u0000rga \ud83d kopi"}]}'
    listing = listed("feed", items)

    assert urls(listing) == ["/b"]
    assert listing.links[0].title == "Ha rga kopi"


# damage


def test_an_item_cut_short_is_left_out_and_the_others_are_kept() -> None:
    whole = rss(item("/a") + item("/b") + item("/berita/cerita-panjang"))
    listing = listed("feed", whole[: whole.index("panjang")])

    assert urls(listing) == ["/a", "/b"]
    assert "damaged from line 1" in (listing.complaint or "")


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param("<item><title>A & B < C</title><link>/x</link></item>", id="bare-signs"),
        pytest.param("<item><title>\x01\x02</title></item>", id="control-characters"),
        pytest.param("<item><title><b>A</title></item>", id="crossed-tags"),
    ],
)
def test_one_bad_item_costs_no_other_and_is_told(bad: str) -> None:
    listing = listed("feed", rss(item("/a") + bad + item("/b")))

    assert {"/a", "/b"} <= set(urls(listing))
    assert "it is damaged from line 1 on" in (listing.complaint or "")


def test_bytes_that_are_not_in_the_declared_encoding_lose_no_item() -> None:
    body = '<?xml version="1.0" encoding="utf-8"?>' + rss(item("/a", "Café") + item("/b"))
    listing = listed("feed", body.encode("latin-1"))

    assert urls(listing) == ["/a", "/b"]
    assert listing.complaint is not None


@pytest.mark.parametrize(
    "text", ["caf&eacute;", "a&nbsp;b", "<media:x/>"], ids=["eacute", "nbsp", "prefix"]
)
def test_what_html_allows_is_no_damage(text: str) -> None:
    listing = listed("feed", rss(item("/a", text)))

    assert urls(listing) == ["/a"]
    assert listing.complaint is None
    assert "&" not in (listing.links[0].title or "")


def test_an_item_may_write_about_xml() -> None:
    about = "<description><![CDATA[<!DOCTYPE html> dan <!ENTITY x 'y'>]]></description>"

    assert urls(listed("feed", rss(item("/a", extra=about)))) == ["/a"]


BOMB = "<!DOCTYPE rss [<!ENTITY a0 'ha'>{}]>".format(
    "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
)
ENTITIES = {
    "laughs": BOMB + rss(item("/a", "&a11;", extra="<x y='&a11;'/>")),
    "quadratic": f"<!DOCTYPE rss [<!ENTITY a '{'x' * 100_000}'>]>"
    + rss(item("/a", "&a;" * 10_000)),
    "file": "<!DOCTYPE rss [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + rss(item("/a", "&a;")),
    "behind-a-comment": "<!-- <rss> -->" + BOMB + rss(item("/a", "&a11;")),
}


@pytest.mark.parametrize("kind", ["feed", "sitemap"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("body", ENTITIES.values(), ids=ENTITIES)
def test_entities_are_refused_at_once(body: str, encoding: str, kind: str) -> None:
    began_s = process_time()
    sentence = refused(kind, body.encode(encoding))

    assert "entities" in sentence
    assert process_time() - began_s < 1


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        pytest.param("", "it is empty", id="empty"),
        pytest.param("\n  \n", "it is empty", id="blank"),
        pytest.param("<!DOCTYPE html><html><body><p>Hai", "root element is <html>", id="html"),
        pytest.param("Segera kembali.", "it is not XML", id="words"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "it is not XML", id="picture"),
        pytest.param("<rss><channel>" + "<a>" * 300, "damaged", id="too-deep"),
        pytest.param("[" * 100_000, "neither XML nor JSON", id="deep-json"),
        pytest.param('{"posts": []}', "no list of items", id="other-json"),
        pytest.param(rss("")[:-20], "damaged", id="cut-before-the-first-item"),
    ],
)
def test_what_is_no_feed_is_refused_in_a_sentence(body: str | bytes, sentence: str) -> None:
    assert sentence in refused("feed", body)


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


def test_of_a_long_index_the_news_and_the_newest_are_read() -> None:
    rows = "".join(
        f"<sitemap><loc>{HOME}/{n}.xml</loc><lastmod>2026-0{n % 8 + 1}-01</lastmod></sitemap>"
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
        pytest.param(f"https://www.kabar-desa.example{STORY}", HEADLINE, "", id="www"),
        pytest.param(STORY[1:], HEADLINE, "<base href='/'>", id="base"),
    ],
)
def test_a_link_that_looks_like_a_story_is_taken(href: str, text: str, head: str) -> None:
    listing = listed("section", page((href, text), head=head))

    assert len(listing.links) == 1
    assert listing.links[0].title == text


def test_a_story_linked_by_picture_and_headline_has_the_headline() -> None:
    anchors = ("/2026/08/07/warga-bangun-jembatan-gantung", "")
    listing = listed("section", page(anchors, (anchors[0], HEADLINE), (anchors[0], "Baca")))

    assert [link.title for link in listing.links] == [HEADLINE]


def test_a_part_of_the_address_can_be_asked_for() -> None:
    body = page(("/x/1", "Satu"), ("/y/2", "Dua"), ("/x/3", "Tiga"))

    assert urls(listed("section", body, links="/x/")) == ["/x/1", "/x/3"]


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
