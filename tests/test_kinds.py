"""What a feed lists, however it is written or damaged."""

from __future__ import annotations

import json
from time import process_time

import pytest
from sites.listed import ATOM, DC, HOME, NINE, RDF, listed, refused, urls

from crawler.addresses import objection


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
        pytest.param(
            f'<feed {ATOM}><entry><link type="application/json" href="/i.json"/>'
            '<link type="text/html" href="/i"/></entry></feed>',
            "/i",
            id="atom-html-first",
        ),
        pytest.param(
            rss(
                "<item><link>https://hitung.example/1</link>"
                f'<f:origLink xmlns:f="urn:f">{HOME}/o</f:origLink></item>'
            ),
            "/o",
            id="original-link",
        ),
        pytest.param(
            f'<rdf:RDF {RDF}><item rdf:about="{HOME}/p"><title>x</title></item></rdf:RDF>',
            "/p",
            id="rdf-about",
        ),
        pytest.param(f'{{"items": [{{"id": "{HOME}/q"}}]}}', "/q", id="json-id"),
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
    ],
)
def test_a_link_that_is_not_asked_for_is_listed_so_that_its_reason_can_be_told(link: str) -> None:
    body = rss(f"<item><link>{link}</link></item>{item('/good')}")
    listing = listed("feed", body)

    assert [objection(each.url) is None for each in listing.links] == [False, True]


@pytest.mark.parametrize("link", ["", "   "])
def test_an_item_that_names_no_address_is_left_out(link: str) -> None:
    body = rss(f"<item><link>{link}</link></item>{item('/good')}")

    assert urls(listed("feed", body)) == ["/good"]


def test_an_item_is_read_under_the_address_that_may_be_asked_for() -> None:
    guid = f"<guid>{HOME}/a</guid>"
    body = rss(f"<item><link>file:///srv/a</link>{guid}</item>")

    assert urls(listed("feed", body)) == ["/a"]


def test_guids_that_change_or_are_shared_neither_double_nor_hide_a_story() -> None:
    same = "<guid isPermaLink='false'>7</guid>"
    changed = item("/a", extra="<guid>urn:1</guid>") + item("/a", extra="<guid>urn:2</guid>")

    assert urls(listed("feed", rss(changed + item("/b", extra=same) + item("/c", extra=same)))) == [
        "/a",
        "/b",
        "/c",
    ]


def test_the_title_of_a_picture_is_not_the_title_of_its_story() -> None:
    picture = '<media:title xmlns:media="http://search.yahoo.com/mrss/">Foto kopi</media:title>'
    listing = listed("feed", rss(f"<item>{picture}<title>Panen</title><link>/a</link></item>"))

    assert listing.links[0].title == "Panen"


@pytest.mark.parametrize(
    ("encoding", "declared", "said"),
    [
        pytest.param("utf-8", "iso-8859-1", None, id="utf-8-called-latin"),
        pytest.param("utf-8", "klingon", None, id="utf-8-called-unknown"),
        pytest.param("utf-8", "utf-8", "windows-1251", id="utf-8-and-the-server-lies"),
        pytest.param("windows-1251", "windows-1251", "utf-8", id="declared-and-the-server-lies"),
        pytest.param("windows-1251", "utf-8", "windows-1251", id="declared-wrong-server-right"),
        pytest.param("windows-1251", "", "windows-1251", id="only-the-server-says"),
    ],
)
def test_a_title_is_read_in_the_encoding_that_it_is_in(
    encoding: str, declared: str, said: str | None
) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = (declaration + rss(item("/a", "Новый мост открыт"))).encode(encoding)
    listing = listed("feed", body, encoding=said)

    assert listing.links[0].title == "Новый мост открыт"
    assert listing.complaint is None


@pytest.mark.parametrize("kind", ["feed", "sitemap"])
def test_what_a_program_wrote_before_a_listing_costs_nothing(kind: str) -> None:
    warning = "<br />\n<b>Warning</b>: undefined index in <b>/www/rss.php</b> on line 7<br />\n"
    declaration = '<?xml version="1.0" encoding="utf-8"?>'
    sitemap = f"<urlset><url><loc>{HOME}/a</loc></url></urlset>"
    body = rss(item("/a")) if kind == "feed" else sitemap

    assert urls(listed(kind, warning + declaration + body)) == ["/a"]


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

    assert urls(listing) == ["/a\\xd83d", "/b"]
    assert listing.links[1].title == "Ha rga kopi"


# damage


def test_a_text_of_eleven_megabytes_is_told_and_costs_no_item_before_it() -> None:
    endless = f"<description>{'x' * 11_000_000}</description>"
    listing = listed("feed", rss(item("/a") + item("/b", extra=endless) + item("/c")))

    assert "/a" in urls(listing)
    assert "Text node too long" in (listing.complaint or "")


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
