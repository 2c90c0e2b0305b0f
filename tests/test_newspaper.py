"""The small newspaper answers like a real one, so that the demo and the tests prove something."""

from __future__ import annotations

import gzip
import re
import socket
import subprocess
import sys
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import unescape
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

import pytest

from monitor.demo.manuscripts import HOUSES, first_edition, second_edition
from monitor.demo.newspaper import Newspaper, Outlet, Request
from monitor.demo.tour import Tour

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

NOW = datetime(2026, 8, 7, 16, 5, 33, 123456, tzinfo=UTC)  # a Friday, 23:05 in Jakarta
LATER = NOW + timedelta(minutes=20)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return unescape(self.body.decode())


@pytest.fixture
def newspaper() -> Iterator[Newspaper]:
    with Newspaper(NOW) as opened:
        yield opened


def ask(url: str, method: str = "GET", **headers: str) -> Answer:
    """Fetch one address; header names are written with underscores."""
    host = urlsplit(url).netloc
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(HTTPConnection(host, timeout=10)) as connection:
        connection.request(method, url.removeprefix(f"http://{host}"), headers=sent)
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())


def story_urls(outlet: Outlet) -> list[str]:
    """Read the addresses of an outlet's stories where it lists them, in its order."""
    listing = outlet.home + "/sitemap-news.xml" if outlet.kind == "sitemap" else outlet.url
    pattern = {
        "feed": r'<guid isPermaLink="true">([^<]+)',
        "sitemap": r"<loc>([^<]+)",
        "section": r'<a class="judul" href="([^"]+)',
    }[outlet.kind]
    return [urljoin(outlet.home, found) for found in re.findall(pattern, ask(listing).text)]


def one_url(outlet: Outlet, part: str) -> str:
    (url,) = (url for url in story_urls(outlet) if part in url)
    return url


def test_the_outlets_are_a_feed_a_sitemap_and_a_section_page(newspaper: Newspaper) -> None:
    kinds = [outlet.kind for outlet in newspaper.outlets]
    hosts = {urlsplit(outlet.url).hostname for outlet in newspaper.outlets}

    assert kinds == ["feed", "sitemap", "section"]
    assert hosts == {"127.0.0.1"}
    assert len({outlet.home for outlet in newspaper.outlets}) == 3


def test_every_listed_story_can_be_read(newspaper: Newspaper) -> None:
    for outlet in newspaper.outlets:
        urls = story_urls(outlet)
        answers = [(ask(url).status, ask(url).headers["Content-Type"]) for url in urls]

        assert 6 <= len(urls) <= 7
        assert set(answers) == {(200, "text/html; charset=utf-8")}


@pytest.mark.parametrize("edition", [1, 2])
def test_no_link_leads_nowhere_or_off_this_machine(newspaper: Newspaper, edition: int) -> None:
    if edition == 2:
        newspaper.publish_second_edition(LATER)
    for outlet in newspaper.outlets:
        seen, waiting = {outlet.home + "/"}, deque([outlet.home + "/"])
        while waiting:
            url = waiting.popleft()
            answer = ask(url)
            links = re.findall(r'(?:href|src|content)="((?:/|http)[^"]*)"', answer.text)
            found = {urljoin(url, link) for link in links}

            assert answer.status == (403 if "/admin/" in url else 200), url
            assert all(link.startswith(outlet.home) for link in found), url

            waiting.extend(sorted(found - seen))
            seen |= found


def test_listings_for_machines_are_well_formed_and_name_their_type(newspaper: Newspaper) -> None:
    feed, sitemap, _ = newspaper.outlets
    answers = [ask(url) for url in (feed.url, sitemap.url, sitemap.home + "/sitemap-news.xml")]
    roots = [ET.fromstring(answer.body).tag for answer in answers]  # noqa: S314 - our own pages
    types = [answer.headers["Content-Type"] for answer in answers]

    assert [root.partition("}")[2] or root for root in roots] == ["rss", "sitemapindex", "urlset"]
    assert types == ["application/rss+xml; charset=utf-8", *["application/xml; charset=utf-8"] * 2]
    assert f"<loc>{sitemap.home}/sitemap-news.xml</loc>" in answers[1].text


def test_robots_may_go_everywhere_but_to_the_admin_pages(newspaper: Newspaper) -> None:
    feed, sitemap, section = (ask(outlet.home + "/robots.txt").text for outlet in newspaper.outlets)

    assert all("Disallow: /admin/\n" in text for text in (feed, sitemap, section))
    assert f"Sitemap: {newspaper.outlets[1].url}" in sitemap
    assert "Sitemap" not in section


def test_stories_are_fresh_on_whatever_day_the_demo_runs(newspaper: Newspaper) -> None:
    dates = re.findall(r"<pubDate>([^<]+)", ask(newspaper.outlets[0].url).text)
    ages = [NOW - parsedate_to_datetime(date) for date in dates]

    assert all(date.endswith("+0700") for date in dates)
    assert all(timedelta(0) < age < timedelta(days=2) for age in ages)


def test_each_outlet_prints_the_time_in_its_own_way(newspaper: Newspaper) -> None:
    feed, sitemap, section = newspaper.outlets

    assert "Jum'at, 7 Agt 2026 | 20:45 WIB" in ask(one_url(feed, "kuliah")).text
    assert '"datePublished": "2026-08-07T21:50:00+07:00"' in ask(one_url(sitemap, "dosen")).text
    assert "Jumat, 07/08/2026 15.05 WITA" in ask(one_url(section, "dewan")).text


def test_one_outlet_lies_about_its_language(newspaper: Newspaper) -> None:
    section = newspaper.outlets[2]

    assert section.lang == "id"
    assert all('<html lang="en">' in ask(url).text for url in story_urls(section))


def test_a_body_printed_twice_has_one_dateline_and_two_end_marks(newspaper: Newspaper) -> None:
    text = ask(one_url(newspaper.outlets[0], "kuliah")).text

    assert text.count("Panitia merekam seluruh kuliah") == 2
    assert text.count("<strong>LEMBAHSIAK.EXAMPLE</strong> - ") == 1
    assert text.count("(***)") == 2


def test_a_caption_is_printed_three_times(newspaper: Newspaper) -> None:
    answer = ask(one_url(newspaper.outlets[1], "padi-apung"))

    assert answer.text.count("Petani memotong padi di atas rakit bambu") == 3


def test_each_outlet_puts_read_also_lines_into_bodies(newspaper: Newspaper) -> None:
    for outlet, story in zip(newspaper.outlets, ("meluap", "lelang", "rumput"), strict=True):
        assert "Baca juga: <a href=" in ask(one_url(outlet, story)).text


def test_an_article_in_three_sheets_links_from_one_to_the_next(newspaper: Newspaper) -> None:
    first = one_url(newspaper.outlets[2], "dewan")
    sheets = [ask(first), ask(f"{first}?page=2"), ask(f"{first}?page=3")]
    following = [re.findall(r'rel="next" href="[^"]+page=(\d)"', sheet.text) for sheet in sheets]

    assert following == [["2"], ["3"], []]
    assert ["Pemungutan suara baru" in sheet.text for sheet in sheets] == [False, False, True]
    assert ask(f"{first}?page=4").status == 404


def test_the_view_counter_changes_the_bytes_but_not_the_state(newspaper: Newspaper) -> None:
    for url in (one_url(newspaper.outlets[0], "kuliah"), one_url(newspaper.outlets[2], "dewan")):
        first, second = ask(url), ask(url)

        assert first.body != second.body
        assert re.sub(r"\d+ kali", "", first.text) == re.sub(r"\d+ kali", "", second.text)
        assert first.headers["ETag"] == second.headers["ETag"]


def test_two_outlets_print_the_same_wire_story_and_one_cuts_it() -> None:
    (whole,) = (story for story in first_edition("tujuh-muara", NOW) if story.agency)
    (cut,) = (story for story in first_edition("pulau-bakau", NOW) if story.agency)

    assert cut.agency == whole.agency
    assert cut.sheets[0] == whole.sheets[0][:4]
    assert len(whole.sheets[0]) > 4
    assert cut.dateline != whole.dateline


def test_every_story_has_the_length_of_a_regional_news_story() -> None:
    lengths_words = {
        story.slug: sum(len(block.text.split()) for sheet in story.sheets for block in sheet)
        for name in HOUSES
        for story in (*first_edition(name, NOW), *second_edition(name, NOW, LATER))
    }

    assert {slug: n for slug, n in lengths_words.items() if not 120 <= n <= 300} == {}


@pytest.mark.parametrize("outlet", [0, 1, 2], ids=["feed", "sitemap", "section"])
@pytest.mark.parametrize("form", ["{etag}", "W/{etag}", '"other", {etag}'])
def test_who_has_the_state_is_told_so(newspaper: Newspaper, outlet: int, form: str) -> None:
    listing = newspaper.outlets[outlet]
    for url in (listing.url, story_urls(listing)[0]):
        headers = ask(url).headers
        by_etag = ask(url, If_None_Match=form.format(etag=headers["ETag"]))
        by_date = ask(url, If_Modified_Since=headers["Last-Modified"])

        assert (by_etag.status, by_etag.body) == (304, b"")
        assert (by_date.status, by_date.body) == (304, b"")
        assert by_etag.headers["ETag"] == headers["ETag"]


@pytest.mark.parametrize(
    ("etag", "date"),
    [
        pytest.param('"other"', "", id="another etag"),
        pytest.param("", "Sat, 01 Aug 2026 00:00:00 GMT", id="an older date"),
        pytest.param("", "yesterday", id="no date"),
        pytest.param('"other"', "Sat, 08 Aug 2026 00:00:00 GMT", id="the etag counts more"),
    ],
)
def test_who_has_another_state_gets_the_page(newspaper: Newspaper, etag: str, date: str) -> None:
    answer = ask(newspaper.outlets[0].url, If_None_Match=etag, If_Modified_Since=date)

    assert answer.status == 200


def test_pages_are_packed_for_those_who_can_unpack(newspaper: Newspaper) -> None:
    url = newspaper.outlets[1].url
    plain, packed = ask(url), ask(url, Accept_Encoding="br, gzip;q=0.8")

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.body) == plain.body
    assert int(packed.headers["Content-Length"]) == len(packed.body) < len(plain.body)


def test_a_head_request_gets_the_head_and_the_line_is_closed(newspaper: Newspaper) -> None:
    address = urlsplit(newspaper.outlets[1].url)
    full = ask(address.geturl())
    with socket.create_connection((address.hostname, address.port), timeout=2) as line:
        line.sendall(f"HEAD {address.path} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
        head, _, rest = line.makefile("rb").read().decode().partition("\r\n\r\n")

    assert f"Content-Length: {len(full.body)}" in head.splitlines()
    assert f"ETag: {full.headers['ETag']}" in head.splitlines()
    assert rest == ""


def test_an_unknown_address_is_a_page_without_a_state(newspaper: Newspaper) -> None:
    answer = ask(newspaper.outlets[0].home + "/read/1/tidak-ada")

    assert answer.status == 404
    assert "Halaman tidak ditemukan" in answer.text
    assert "ETag" not in answer.headers


def test_the_log_tells_who_was_asked_for_what(newspaper: Newspaper) -> None:
    feed, _, section = newspaper.outlets
    etag = ask(feed.url).headers["ETag"]
    ask(feed.url, If_None_Match=etag)
    ask(section.home + "/berita?page=2", "HEAD")
    ask(section.home + "/admin/masuk")

    assert newspaper.requests == [
        Request(feed.name, "GET", "/rss", 200, conditional=False),
        Request(feed.name, "GET", "/rss", 304, conditional=True),
        Request(section.name, "HEAD", "/berita?page=2", 200, conditional=False),
        Request(section.name, "GET", "/admin/masuk", 403, conditional=False),
    ]


def test_many_readers_at_once_are_all_counted(newspaper: Newspaper) -> None:
    url = one_url(newspaper.outlets[0], "kuliah")
    newspaper.requests.clear()
    with ThreadPoolExecutor(20) as readers:
        counts = readers.map(lambda _: re.findall(r"Dibaca (\d+)", ask(url).text)[0], range(20))

    assert len(newspaper.requests) == 20
    assert len(set(counts)) == 20


def test_after_the_end_no_port_and_no_thread_remains() -> None:
    before = set(threading.enumerate())
    with Newspaper(NOW) as newspaper:
        homes = [outlet.home for outlet in newspaper.outlets]
        ask(newspaper.outlets[0].url)

    assert set(threading.enumerate()) <= before
    for home in homes:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", urlsplit(home).port or 0), timeout=5)


def test_the_second_edition_says_what_it_did(newspaper: Newspaper) -> None:
    before = {url for outlet in newspaper.outlets for url in story_urls(outlet)}
    edition = newspaper.publish_second_edition(LATER)
    after = {url for outlet in newspaper.outlets for url in story_urls(outlet)}

    assert set(edition.new) == after - before
    assert set(edition.withdrawn) == before - after
    assert {*edition.edited, *edition.retitled} <= before & after
    assert (len(edition.new), len(edition.withdrawn)) == (2, 1)
    assert (len(edition.edited), len(edition.retitled)) == (1, 1)


def test_new_stories_are_listed_first(newspaper: Newspaper) -> None:
    edition = newspaper.publish_second_edition(LATER)
    feed, _, section = newspaper.outlets

    assert (story_urls(feed)[0], story_urls(section)[0]) == edition.new


def test_the_edited_story_says_nothing_of_its_edit(newspaper: Newspaper) -> None:
    url = one_url(newspaper.outlets[0], "pelaut")
    before = ask(url)
    newspaper.publish_second_edition(LATER)
    after = ask(url, If_None_Match=before.headers["ETag"])
    dates = [re.findall(r"article:\w+_time.*|\d\d:\d\d WIB", text.text) for text in (before, after)]

    assert after.status == 200
    assert "Sebanyak 12 pelaut" in before.text
    assert "Sebanyak 17 pelaut" in after.text
    assert "belum melihat alasan untuk memulangkan" in before.text
    assert "kini menyiapkan pemulangan" in after.text
    assert dates[0] == dates[1]
    assert after.headers["Last-Modified"] == "Fri, 07 Aug 2026 16:25:33 GMT"


def test_the_retitled_story_has_its_new_headline_everywhere(newspaper: Newspaper) -> None:
    sitemap = newspaper.outlets[1]
    (url,) = newspaper.publish_second_edition(LATER).retitled
    news_map = ask(sitemap.home + "/sitemap-news.xml").text
    page = ask(url).text

    assert "Tidak Ganggu Jalur Dagang" not in news_map + page
    assert "Bisa Bebani Pedagang Muara" in news_map
    assert page.count("Bisa Bebani Pedagang Muara") == 4  # title, og:title, JSON-LD, h1


def test_the_withdrawn_story_is_gone_and_unlisted(newspaper: Newspaper) -> None:
    section = newspaper.outlets[2]
    url = one_url(section, "kapal-kargo")
    etag = ask(url).headers["ETag"]
    newspaper.publish_second_edition(LATER)

    assert ask(url, If_None_Match=etag).status == 410
    assert ask(url, If_Modified_Since="Sat, 08 Aug 2026 00:00:00 GMT").status == 410
    assert "kapal-kargo" not in ask(section.url).text


@pytest.mark.parametrize("outlet", [0, 1, 2], ids=["feed", "sitemap", "section"])
def test_who_has_the_old_listing_gets_the_new_one(newspaper: Newspaper, outlet: int) -> None:
    url = newspaper.outlets[outlet].url
    old = ask(url).headers
    newspaper.publish_second_edition(LATER)

    assert ask(url, If_None_Match=old["ETag"]).status == 200
    assert ask(url, If_Modified_Since=old["Last-Modified"]).status == 200


def test_stories_left_alone_keep_their_state(newspaper: Newspaper) -> None:
    _, sitemap, section = newspaper.outlets
    urls = [one_url(sitemap, "lelang"), one_url(section, "dewan")]
    etags = [ask(url).headers["ETag"] for url in urls]
    newspaper.publish_second_edition(LATER)

    for url, etag in zip(urls, etags, strict=True):
        assert ask(url, If_None_Match=etag).status == 304


def test_a_box_of_latest_headlines_changes_the_page_but_not_the_story(newspaper: Newspaper) -> None:
    url = one_url(newspaper.outlets[0], "meluap")
    before = ask(url)
    newspaper.publish_second_edition(LATER)
    after = ask(url, If_None_Match=before.headers["ETag"])
    body = before.text.partition('"articleBody"')[2].partition("</div>")[0]

    assert after.status == 200
    assert "Asosiasi Pelayaran" in after.text
    assert "Sekolah diliburkan" in body
    assert body in after.text


def test_a_tour_that_cannot_begin_leaves_no_newspaper_open(tmp_path: Path) -> None:
    (tmp_path / "sources").write_text("in the way")

    with pytest.raises(FileExistsError), Tour(tmp_path, NOW):
        pass

    assert not {thread.name for thread in threading.enumerate()} & set(HOUSES)


def test_a_newspaper_that_nobody_closes_does_not_keep_the_command_alive() -> None:
    program = (
        "from datetime import UTC, datetime\n"
        "from monitor.demo.newspaper import Newspaper\n"
        "Newspaper(datetime(2026, 8, 7, tzinfo=UTC)).__enter__()\n"
        "raise KeyboardInterrupt\n"
    )
    ended = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program], capture_output=True, check=False, timeout=30
    )

    assert b"KeyboardInterrupt" in ended.stderr
