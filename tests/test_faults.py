"""A bad source or story beside good ones: it says in a sentence why, and costs no other."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sites import paper, server
from sites.paper import RSS, headline, path, publish, rss, sitemap, story
from sites.server import Asked, Site, answer, lasting, status

from db.reader import Reader

if TYPE_CHECKING:
    import socket

    from conftest import Desk

GOOD = range(4)


def whole(number: int) -> str:
    return "\n".join(paper.paragraphs(number))


# a bad source beside a good one

DEEP = "<div>" * 300 + "Berita" + "</div>" * 300
LISTING_FAULTS: dict[str, tuple[str, Any, str]] = {
    "404": ("feed", status(404), "the feed is not there (HTTP 404)"),
    "410": ("section", status(410), "the section is gone for good (HTTP 410)"),
    "403": ("feed", status(403), "does not let us in (HTTP 403)"),
    "500": ("feed", status(500), "the server failed (HTTP 500)"),
    "429": ("feed", status(429), "asks us to wait (HTTP 429)"),
    "empty-feed": ("feed", answer(""), "it is empty"),
    "empty-sitemap": ("sitemap", answer(""), "it is empty"),
    "empty-section": ("section", answer(""), "empty page"),
    "html-for-feed": ("feed", answer("<!DOCTYPE html><html><p>Hai"), "root element is <html>"),
    "pdf-for-section": ("section", answer(b"%PDF-1.7\n%\xe2\xe3"), "no HTML"),
    "picture-for-feed": ("feed", answer(b"\xff\xd8\xff\xe0\0\x10JFIF", RSS), "not XML"),
    "nested-section": ("section", answer(DEEP), "deep"),
    "nested-feed": ("feed", answer("<rss>" + "<a>" * 300, RSS), "damaged from line 1"),
    "gzip-cut": ("feed", server.cut(rss([]).encode() * 50, RSS), "did not arrive whole"),
    "gzip-bomb": ("sitemap", server.packed(b" " * 2**25), "larger than the limit"),
    "packed-bomb": ("sitemap", answer(gzip.compress(b" " * 2**25)), "unpacks to more than"),
    "nested-100000": ("section", answer("<b>" * 100_000 + "x"), "deep"),
    "broken-feed": ("feed", answer("<rss><channel><item><li", RSS), "damaged from line 1"),
    "laughs": ("feed", answer("<!DOCTYPE a [<!ENTITY b 'c'>]><rss/>", RSS), "declares entities"),
    "reset": ("feed", server.reset, "did not arrive whole"),
    "endless": ("feed", server.endless, "larger than the limit"),
    "hangs": ("feed", server.hangs, "did not answer in time"),
    "not-http": ("feed", b"220 smtp.example ready\r\n\r\n", "not proper HTTP"),
    "redirect-loop": ("feed", server.redirect("/rss"), "on and on"),
    "unasked-304": ("feed", server.head(304), "without “since”"),
    "no-stories": ("section", answer("<a href='/a'>Olahraga</a>"), "no links that look like"),
}


@pytest.mark.parametrize("fault", LISTING_FAULTS)
def test_a_source_that_cannot_be_read_says_why_and_costs_no_other(
    desk: Desk, site: Site, bad: Site, fault: str
) -> None:
    kind, reply, sentence = LISTING_FAULTS[fault]
    publish(site, GOOD)
    bad.pages["/rss"] = reply
    sources = desk.source(site), desk.source(bad, name="rusak", kind=kind)
    limits = {"timeout_s": 0.5, "feed_bytes": 2**20}
    reports = desk.declare(*sources, limits=limits).read()

    assert reports["rusak"].reason is not None
    assert sentence in (reports["rusak"].detail or "")
    assert "\n" not in (reports["rusak"].detail or "")
    assert desk.stories("rusak") == []
    assert reports["desa"].outcomes == {"baseline": len(GOOD)}
    assert len(desk.stories("desa")) == len(GOOD)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        pytest.param("http://127.0.0.2:{closed}/rss", "refuses the connection", id="closed"),
        pytest.param("http://tidak-ada.invalid:{closed}/rss", "name is not found", id="no-name"),
        pytest.param("https://127.0.0.1:{open}/rss", "no secure connection", id="no-tls"),
        pytest.param("http://10.0.0.1:{open}/rss", "not a public address", id="inward"),
    ],
)
def test_a_source_that_cannot_be_reached_says_why(
    desk: Desk, site: Site, url: str, sentence: str
) -> None:
    with Site("127.0.0.2") as gone:
        closed = gone.port
    publish(site, GOOD)
    unreached = desk.source(name="jauh", url=url.format(closed=closed, open=site.port))
    network = {"ports": [site.port, closed]}
    reports = desk.declare(desk.source(site), unreached, network=network).read()

    assert sentence in (reports["jauh"].detail or "")
    assert reports["jauh"].reason is not None
    assert len(desk.stories("desa")) == len(GOOD)


def test_a_damaged_feed_gives_what_it_has_and_is_asked_for_whole_again(
    desk: Desk, site: Site
) -> None:
    addresses = publish(site, GOOD)
    feed = rss([(url, headline(n)) for n, url in enumerate(addresses)])
    site.pages["/rss"] = lasting(feed[: feed.rindex("-bangun")], RSS)
    desk.declare(desk.source(site))
    first = desk.read_one()
    desk.clock.go_on(minutes=15)
    second = desk.read_one()

    assert first.outcomes == {"baseline": len(GOOD) - 1}
    for report in (first, second):
        assert report.reason is None
        assert "damaged" in (report.complaint or "")
    assert [asked.is_conditional for asked in site.asked("/rss")] == [False, False]


def test_a_sitemap_that_fails_is_named_and_asked_for_again(desk: Desk, site: Site) -> None:
    addresses = publish(site, GOOD)
    row = "<sitemap><loc>/{}.xml</loc><lastmod>2026-08-07</lastmod></sitemap>"
    rows = "".join(map(row.format, (1, 2)))
    site.pages["/rss"] = lasting(f"<sitemapindex>{rows}</sitemapindex>")
    site.pages["/1.xml"] = lasting(sitemap(addresses[:2]))
    site.pages["/2.xml"] = status(500)
    desk.declare(desk.source(site, kind="sitemap"))
    first = desk.read_one()
    site.pages["/2.xml"] = lasting(sitemap(addresses[2:]))
    desk.clock.go_on(minutes=15)
    second = desk.read_one()
    desk.clock.go_on(minutes=15)
    third = desk.read_one()

    assert first.reason is None
    assert f"{site.url}/2.xml: the server failed (HTTP 500)" in (first.complaint or "")
    assert second.complaint is None
    assert len(desk.stories()) == len(GOOD)
    assert third.is_unchanged
    assert third.requests == 1  # a dated index that is unchanged vouches for its sitemaps


def test_a_damaged_sitemap_of_an_index_is_asked_for_whole_again(desk: Desk, site: Site) -> None:
    addresses = publish(site, GOOD)
    site.pages["/rss"] = lasting(
        "<sitemapindex><sitemap><loc>/1.xml</loc></sitemap></sitemapindex>"
    )
    site.pages["/1.xml"] = lasting(sitemap(addresses)[:-20])
    desk.declare(desk.source(site, kind="sitemap"))
    for _ in range(2):
        report = desk.read_one()
        assert "damaged" in (report.complaint or "")

    assert [asked.is_conditional for asked in site.asked("/1.xml")] == [False, False]


def test_an_index_that_leads_ever_further_is_left(desk: Desk, site: Site) -> None:
    row = "<sitemap><loc>/{}</loc></sitemap>"
    for number in range(100):
        rows = row.format(number) + row.format(number + 1) + row.format(number + 2)
        site.pages[f"/{number}"] = lasting(f"<sitemapindex>{rows}</sitemapindex>")
    report = desk.declare(desk.source(site, "/0", kind="sitemap")).read_one()

    assert report.requests == 30
    assert "more than 30 listings" in (report.complaint or "")


@pytest.mark.parametrize(
    "reply", [answer(""), answer("<!DOCTYPE html><p>Hai"), answer(rss([]), RSS), status(404)]
)
def test_a_feed_that_lists_nothing_any_more_makes_no_story_gone(
    desk: Desk, site: Site, reply: bytes
) -> None:
    publish(site, GOOD)
    desk.declare(desk.source(site)).read()
    site.pages["/rss"] = reply
    for _ in range(3):
        desk.clock.go_on(days=1, minutes=30)
        desk.read()

    assert [each.gone_at for each in desk.stories()] == [None] * len(GOOD)


def test_a_trap_of_ever_new_addresses_costs_so_many_pages_a_visit(desk: Desk, site: Site) -> None:
    def trap(line: socket.socket, asked: Asked) -> None:
        session = len(site.requests)
        links = [(f"{path(n)}?sid={session}-{n}", headline(n)) for n in range(200)]
        line.sendall(answer(rss(links), RSS) if asked.path == "/rss" else status(404))

    site.pages["/rss"] = trap
    desk.declare(desk.source(site), limits={"links_per_visit": 5})
    requests = []
    for _ in range(3):
        requests.append(desk.read_one().requests)
        desk.clock.go_on(minutes=15)

    assert max(requests) <= 6  # the feed, and five stories


# a bad story beside good ones

TITLED = "<title>{}</title><p>Maaf."
STORY_FAULTS: dict[str, tuple[Any, str, str]] = {
    "404": (status(404), "refused", "not there (HTTP 404)"),
    "410": (status(410), "refused", "not there (HTTP 410)"),
    "400": (status(400), "refused", "HTTP 400"),
    "403": (status(403), "postponed", "HTTP 403"),
    "500": (status(500), "postponed", "HTTP 500"),
    "empty": (answer(""), "refused", "empty page"),
    "pdf": (answer(b"%PDF-1.7\n%\xe2\xe3"), "refused", "no HTML"),
    "picture": (answer(b"\xff\xd8\xff\xe0\0\x10JFIF"), "refused", "no HTML"),
    "nested-100000": (answer("<b>" * 100_000 + "x"), "refused", "deep"),
    "text-of-11-mb": (answer("<p>" + "a" * 11_000_000), "refused", "larger than the limit"),
    "soft-404": (answer(TITLED.format("Halaman tidak ditemukan")), "refused", "does not exist"),
    "challenge": (answer(TITLED.format("Just a moment...")), "refused", "that a person reads"),
    "script-shell": (answer("<div id=a></div><script src=/a.js></script>"), "refused", "scripts"),
    "login-wall": (answer("<p>Silakan masuk untuk membaca laporan ini."), "refused", "log in"),
    "unasked-304": (server.head(304), "postponed", "without “since”"),
    "brotli": (answer(b"x", Content_Encoding="br"), "postponed", "did not ask for: br"),
    "words": (answer("Segera kembali"), "refused", "no HTML"),
    "nested": (answer(DEEP), "refused", "deep"),
    "elements": (answer("<p>a" * 60_000), "refused", "50000"),
    "gzip-cut": (server.cut(story(9).encode()), "postponed", "did not arrive whole"),
    "gzip-bomb": (server.packed(b"a" * 2**21), "refused", "larger than the limit"),
    "reset": (server.reset, "postponed", "did not arrive whole"),
    "hangs": (server.hangs, "postponed", "did not answer in time"),
    "endless": (server.endless, "refused", "larger than the limit"),
    "redirect-loop": (server.redirect(path(9)), "refused", "on and on"),
    "redirect-away": (server.redirect("ftp://127.0.0.1/"), "refused", "somewhere unreadable"),
    "redirect-inward": (server.redirect("http://10.0.0.1/"), "refused", "not a public address"),
}


@pytest.mark.parametrize("fault", STORY_FAULTS)
def test_a_story_that_cannot_be_read_says_why_and_costs_no_other(
    desk: Desk, site: Site, fault: str
) -> None:
    reply, outcome, sentence = STORY_FAULTS[fault]
    addresses = publish(site, [*GOOD, 9])
    site.pages[path(9)] = reply
    limits = {"timeout_s": 0.5, "page_bytes": 2**20}
    desk.declare(desk.source(site), limits=limits, network={"ports": [site.port, 80]})
    report = desk.read_one()
    stored = desk.texts()
    site.pages[path(9)] = lasting(story(9))
    desk.clock.go_on(days=1, minutes=1)
    later = desk.read_one()

    assert report.reason is None
    assert report.outcomes == {"baseline": len(GOOD), outcome: 1}
    assert [(url, sentence in detail) for url, detail in report.troubles] == [(addresses[-1], True)]
    assert stored == {url: whole(n) for n, url in enumerate(addresses[:-1])}
    is_asked_again = outcome == "postponed"
    assert later.outcomes["baseline"] == (1 if is_asked_again else 0)
    assert (addresses[-1] in desk.texts()) is is_asked_again


@pytest.mark.parametrize(
    "claim",
    ["http://[::1", "http://127.0.0.1:99999/", "javascript:alert(1)", "/", "http://lain.example/x"],
)
def test_a_page_that_claims_an_odd_address_is_stored_under_its_own(
    desk: Desk, site: Site, claim: str
) -> None:
    (url,) = publish(site, [9])
    link = f"<link rel='canonical' href='{claim}'><meta property='og:url' content='{claim}'></head>"
    site.pages[path(9)] = answer(story(9).replace("</head>", link))
    report = desk.declare(desk.source(site)).read_one()

    assert report.outcomes == {"baseline": 1}
    assert desk.texts() == {url: whole(9)}


@pytest.mark.parametrize("kind", ["feed", "sitemap", "section"])
@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        pytest.param("file:///srv/berita/1042/warga", "only http and https", id="file"),
        pytest.param("ftp://127.0.0.1/berita/1042/warga", "only http and https", id="ftp"),
        pytest.param("http://desk:pw@{}/berita/1042/warga", "user name or password", id="userinfo"),
        pytest.param("http://[::1/berita/1042/warga", "is none", id="brackets"),
        pytest.param("http://127.0.0.1:99999/berita/1042/warga", "out of range", id="port"),
        pytest.param("/berita/1042/warga desa", "has a space", id="space"),
    ],
)
def test_a_link_that_is_not_asked_for_is_refused_with_its_reason(
    desk: Desk, site: Site, kind: str, link: str, sentence: str
) -> None:
    addresses = publish(site, GOOD)
    links = [*addresses, link.format(f"{site.host}:{site.port}")]
    anchors = "".join(f"<a href='{each}'>{headline(n)}</a>" for n, each in enumerate(links))
    titled = [(each, headline(n)) for n, each in enumerate(links)]
    listing = {"feed": rss(titled), "sitemap": sitemap(links), "section": f"<html>{anchors}"}
    site.pages["/rss"] = answer(listing[kind])
    report = desk.declare(desk.source(site, kind=kind)).read_one()
    asked = len(site.requests)
    desk.clock.go_on(minutes=15)
    again = desk.read_one()
    with Reader(desk.folder) as reader:
        unread = reader.unread("desa")

    is_of_the_page = kind != "section" or link.startswith(("/", "http://desk"))  # its own site
    told = [(each.reason, sentence in each.detail) for each in unread]
    assert told == [("not-permitted", True)] * is_of_the_page
    assert [detail for _, detail in report.troubles] == [each.detail for each in unread]
    assert again.troubles == []
    assert len(desk.stories()) == len(GOOD)
    assert asked == 2 + len(GOOD)


UTF_8 = paper.story(9).replace("Warga Desa", "Warga désa “asri”")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(UTF_8.encode(), "text/html; charset=iso-8859-1", id="latin-1-label"),
        pytest.param(UTF_8.encode(), "text/html; charset=windows-1251", id="cyrillic-label"),
        pytest.param(UTF_8.encode(), "text/html; charset=tidak-ada", id="unknown-label"),
        pytest.param(UTF_8.encode(), "text/html", id="no-label"),
        pytest.param(UTF_8.encode(), "application/octet-stream", id="a-file-it-says"),
        pytest.param(UTF_8.encode(), "image/jpeg", id="a-picture-it-says"),
        pytest.param(b"\xef\xbb\xbf" + UTF_8.encode(), "text/html", id="bom"),
        pytest.param(UTF_8.encode("cp1252"), "text/html; charset=windows-1252", id="honest-1252"),
        pytest.param(UTF_8.encode("utf-16"), "text/html; charset=utf-16", id="utf-16"),
    ],
)
def test_a_page_is_read_right_whatever_its_label_says(
    desk: Desk, site: Site, body: bytes, kind: str
) -> None:
    (url,) = publish(site, [9])
    site.pages[path(9)] = answer(body, kind)
    desk.declare(desk.source(site)).read()

    assert "Warga désa “asri”" in desk.texts()[url]


# what a person sees


def test_tilik_crawl_says_of_each_bad_source_in_one_line_why(
    desk: Desk, site: Site, bad: Site
) -> None:
    publish(site, [*GOOD, 9])
    site.pages[path(9)] = answer("")
    faults = {
        name: LISTING_FAULTS[name] for name in ("404", "gzip-cut", "broken-feed", "empty-section")
    }
    sources = [desk.source(site)]
    for name, (kind, reply, _) in faults.items():
        bad.pages[f"/{name}"] = reply
        sources.append(desk.source(bad, f"/{name}", name=name, kind=kind))
    desk.declare(*sources)
    tilik = shutil.which("tilik", path=Path(sys.executable).parent)
    assert tilik is not None
    done = subprocess.run(  # noqa: S603 - our own command
        [tilik, "-C", desk.folder, "crawl"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    lines = done.stderr.splitlines()
    for name, (_, _, sentence) in faults.items():
        assert [sentence in line for line in lines if line.startswith(f"{name}: ")] == [True]
    assert [line for line in lines if line.startswith(site.url)] == [
        f"{site.url}{path(9)}: The server sent an empty page."
    ]
    assert len(lines) == len(faults) + 1
    assert "Traceback" not in done.stderr
    assert len(desk.stories("desa")) == len(GOOD)
