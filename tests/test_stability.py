"""What is stored changes only when the newsroom changed it, whoever extracts, and however often."""

from __future__ import annotations

import multiprocessing
import random
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from shelf import EDITED, TEXT, Shelf, a_content
from sites import paper
from sites.paper import headline, path, publish, story
from sites.server import Site, answer, lasting, status

from config.load import load
from config.settings import Topic
from crawler.extract.article import Article, Page
from crawler.extract.extraction import extract
from crawler.extract.task import EXTRACTOR_VERSION
from db.archive import Archive
from db.changes import compare
from db.connection import Writer
from db.outbox import Outbox
from db.pages import Pages, page_hash
from db.reader import Reader
from db.records import Content
from monitor.demo.manuscripts import HOUSES, first_edition, house
from monitor.demo.press import print_site
from monitor.query.index import TopicIndex
from monitor.query.parser import parse
from monitor.telling import tellings
from monitor.watch import watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Desk

    from db.records import Revision

OLD = "0+an-extractor-of-old"
LEFT_IN = "Bagikan artikel ini kepada teman dan kerabat Anda lewat media sosial sekarang juga."
NUMBER = 9


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as opened:
        yield opened


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with Shelf(tmp_path) as opened:
        yield opened


def whole(number: int = NUMBER) -> str:
    return "\n".join(paper.paragraphs(number))


def edited() -> list[str]:
    first, *others = paper.paragraphs(NUMBER)
    return [first, "Bupati membatalkan rencana itu pada rapat semalam.", *others]


def read_long_ago(  # noqa: PLR0913 - one row of facts about one page
    desk: Desk,
    url: str,
    page: str,
    *,
    is_kept: bool = True,
    text: str = f"{whole()}\n{LEFT_IN}",
    sheets: int = 1,
) -> None:
    """Store a story as another version of the extractor did, three hours ago, from this page."""
    body = page.encode()
    with Writer(desk.folder) as writer:
        if is_kept:
            pages = Pages(desk.folder)
            pages.put(url, body, desk.clock())
            pages.close()
        state = Content(
            headline(NUMBER), text, page_hash=page_hash(body), extractor=OLD, sheets=sheets
        )
        archive = Archive(writer)
        archive.recorded("desa", url, state, now=desk.clock(), is_silent=False)
        archive.visited("desa", now=desk.clock(), due_at=desk.clock(), reason=None, is_fault=False)
    desk.clock.go_on(hours=3)


def life(desk: Desk, url: str) -> list[Revision]:
    with Reader(desk.folder) as reader:
        found = reader.story_at(url)
        assert found is not None
        return reader.revisions(found.id)


def matched(desk: Desk, query: str) -> list[int]:
    """Name the revisions that a topic finds which looks at all of them."""
    with Writer(desk.folder) as writer, Reader(desk.folder) as reader:
        with writer.transaction() as connection:
            connection.execute("delete from mark")
        index = TopicIndex({"topik": parse(query, {})})
        outbox = Outbox(writer)
        outbox.awaited({"desk": ["topik"]}, {"topik"}, desk.clock())
        watch(load(desk.folder, {}), index, reader, outbox, desk.clock())
        return [hit.revision.id for hit in reader.undelivered("desk", ["topik"])]


# a newer extractor


@pytest.mark.parametrize("is_kept", [True, False], ids=["page-kept", "page-let-go"])
def test_a_newer_extractor_is_no_event_and_no_match(desk: Desk, site: Site, is_kept: bool) -> None:  # noqa: FBT001 - a column of the table
    (url,) = publish(site, [NUMBER])
    read_long_ago(desk, url, story(NUMBER), is_kept=is_kept)
    site.pages[path(NUMBER)] = lasting(story(NUMBER) + "<!-- another token -->")
    report = desk.declare(desk.source(site)).read_one()
    states = life(desk, url)

    assert report.outcomes == {"same": 1}
    assert [state.event for state in states] == ["new", None]
    assert [state.content.extractor for state in states] == [OLD, EXTRACTOR_VERSION]
    assert states[-1].content.text == whole()
    assert matched(desk, "jembatan OR sekolah OR pasar OR kapal OR kebun") == [states[0].id]


def test_an_edit_after_an_upgrade_shows_only_what_the_newsroom_changed(
    desk: Desk, site: Site
) -> None:
    (url,) = publish(site, [NUMBER])
    read_long_ago(desk, url, story(NUMBER))
    site.pages[path(NUMBER)] = lasting(story(NUMBER, edited()))
    report = desk.declare(desk.source(site)).read_one()
    states = life(desk, url)
    change = compare(states[-2].content, states[-1].content)
    pieces = [piece for block in change.blocks for piece in block if piece.operation != "same"]

    assert report.outcomes == {"edited": 1}
    assert [state.event for state in states] == ["new", None, "edited"]
    assert [(piece.operation, piece.text) for piece in pieces] == [("added", edited()[1])]
    assert matched(desk, "bupati") == [states[-1].id]


def test_an_extractor_that_reads_the_same_only_signs_the_state(desk: Desk, site: Site) -> None:
    (url,) = publish(site, [NUMBER])
    read_long_ago(desk, url, story(NUMBER), text=whole())
    site.pages[path(NUMBER)] = lasting(story(NUMBER) + "<!-- another token -->")
    desk.declare(desk.source(site)).read()
    (state,) = life(desk, url)

    assert state.event == "new"
    assert state.content.extractor == EXTRACTOR_VERSION


def test_one_upgrade_is_made_once(desk: Desk, site: Site) -> None:
    (url,) = publish(site, [NUMBER])
    read_long_ago(desk, url, story(NUMBER))
    desk.declare(desk.source(site))
    for number in range(3):
        site.pages[path(NUMBER)] = lasting(story(NUMBER) + f"<!-- token {number} -->")
        desk.read()
        desk.clock.go_on(hours=7)

    assert [state.event for state in life(desk, url)] == ["new", None]


def test_the_first_of_several_sheets_is_never_taken_for_the_whole_story(
    desk: Desk, site: Site
) -> None:
    (url,) = publish(site, [NUMBER])
    following = paper.paragraphs(NUMBER + 1)
    first = story(NUMBER, following=f"{path(NUMBER)}?page=2")
    site.pages[path(NUMBER)] = lasting(first + "<!-- another token -->")
    site.pages[f"{path(NUMBER)}?page=2"] = lasting(story(NUMBER, following))
    read_long_ago(desk, url, first, sheets=2, text="\n".join([whole(), LEFT_IN, *following]))
    report = desk.declare(desk.source(site)).read_one()
    states = life(desk, url)

    assert report.outcomes == {"same": 1}
    assert [state.event for state in states] == ["new", None]
    assert states[-1].content.text == "\n".join([whole(), *following])


def test_a_page_that_only_the_newer_extractor_knows_to_go_on_is_no_edit(
    desk: Desk, site: Site
) -> None:
    (url,) = publish(site, [NUMBER])
    following = paper.paragraphs(NUMBER + 1)
    first = story(NUMBER, following=f"{path(NUMBER)}?page=2")
    site.pages[path(NUMBER)] = lasting(first + "<!-- another token -->")
    site.pages[f"{path(NUMBER)}?page=2"] = lasting(story(NUMBER, following))
    read_long_ago(desk, url, first, text=whole())
    report = desk.declare(desk.source(site)).read_one()

    assert report.outcomes == {"same": 1}
    assert [state.event for state in life(desk, url)] == ["new", None]


def test_a_damaged_page_costs_no_visit(desk: Desk, site: Site) -> None:
    (url,) = publish(site, [NUMBER])
    read_long_ago(desk, url, story(NUMBER))
    pages = Pages(desk.folder)
    pages._db.conn.execute("update page set body = x'00'")  # noqa: SLF001 - a bad disk
    pages.close()
    site.pages[path(NUMBER)] = lasting(story(NUMBER) + "<!-- another token -->")
    report = desk.declare(desk.source(site)).read_one()

    assert report.outcomes == {"same": 1}
    assert life(desk, url)[-1].content.text == whole()


def test_a_story_found_under_another_address_after_an_upgrade_is_no_edit(
    desk: Desk, site: Site
) -> None:
    (url,) = publish(site, [NUMBER])
    read_long_ago(desk, url, story(NUMBER))
    desk.clock.go_on(days=8)  # too old to be looked at again by itself
    other = "/berita/pendek"
    site.pages[other] = answer(b"", code=301, Location=path(NUMBER))
    site.pages["/rss"] = lasting(paper.rss([(site.url + other, headline(NUMBER))]))
    report = desk.declare(desk.source(site)).read_one()

    assert report.outcomes == {"same": 1}
    assert [state.event for state in life(desk, url)] == ["new", None]


def test_a_story_that_was_gone_during_an_upgrade_returns_once_and_as_it_was(
    desk: Desk, site: Site
) -> None:
    (url,) = publish(site, [NUMBER])
    read_long_ago(desk, url, story(NUMBER))
    page = site.pages[path(NUMBER)]
    site.pages[path(NUMBER)] = status(404)
    desk.declare(desk.source(site)).read()
    desk.clock.go_on(hours=2)
    desk.read()
    site.pages[path(NUMBER)] = page
    desk.clock.go_on(days=1, hours=1)
    report = desk.read_one()
    states = life(desk, url)

    assert report.outcomes == {"returned": 1}
    assert [state.event for state in states] == ["new", "gone", None, "returned"]
    assert states[-2].content.text == states[-1].content.text == whole()
    assert states[-1].significance == 0
    assert desk.stories()[0].gone_at is None


def test_a_page_that_failed_is_held_back_after_an_upgrade_too(shelf: Shelf) -> None:
    shelf.record(extractor=OLD, page_hash="a")
    stub = a_content("Halaman ini sedang diperbaiki.", page_hash="b", extractor="2")
    is_kept = shelf.archive.reread(shelf.story().id, stub, shelf.now)

    assert not is_kept
    assert [state.content.extractor for state in shelf.life()] == [OLD]


def test_what_a_newer_extractor_takes_out_of_the_same_page_is_not_held_back(shelf: Shelf) -> None:
    shelf.record(extractor=OLD, page_hash="a")
    lean = a_content("Jembatan gantung dibuka kembali.", page_hash="a", extractor="2")
    is_kept = shelf.archive.reread(shelf.story().id, lean, shelf.now)

    assert is_kept
    assert [state.event for state in shelf.life()] == ["new", None]
    assert [each.id for each in shelf.reader.search("gantung", 5)] == [shelf.story().id]
    assert shelf.reader.search("sekolah", 5) == []


def test_a_digest_shows_no_upgrade_that_fell_between_two_edits(shelf: Shelf) -> None:
    shelf.record(text=f"{TEXT}\n{LEFT_IN}", extractor=OLD)
    shelf.record(text=f"{EDITED}\n{LEFT_IN}\nPapan lama dijual.", extractor=OLD)
    shelf.archive.reread(
        shelf.story().id, a_content(f"{EDITED}\nPapan lama dijual.", extractor="2"), shelf.now
    )
    shelf.record(text=f"{EDITED}\nPapan lama tidak dijual.", extractor="2")
    ids = [state.id for state in shelf.life() if state.event == "edited"]
    shelf.outbox.awaited({"desk": ["topik"]}, {"topik"}, shelf.now)
    shelf.outbox.watched([("topik", id_, ()) for id_ in ids], up_to=ids[-1], now=shelf.now)
    topic = Topic(name="topik", query="jembatan", mailboxes=("desk",), min_significance=0.05)
    (told,) = tellings([topic], shelf.reader.undelivered("desk", ["topik"]))
    assert told.change is not None
    pieces = [piece for block in told.change.blocks for piece in block if piece.operation != "same"]

    assert [(piece.operation, piece.text.strip()) for piece in pieces] == [("added", "tidak")]
    assert told.change.significance < topic.min_significance  # the first edit is why it is told
    assert len(told.match_ids) == 2


# one extractor, one page


def dressed(number: int) -> str:
    """Lay the same story out with other counters, advertisements, times, tokens and links."""
    rng = random.Random(number)  # noqa: S311 - no secret
    token = f"{rng.getrandbits(64):x}"
    others = rng.sample(range(20, 60), 4)
    links = "".join(f"<li><a href='{path(n)}?utm={token}'>{headline(n)}</a></li>" for n in others)
    return (
        story(NUMBER)
        .replace("</head>", f"<meta name='csrf-token' content='{token}'></head>")
        .replace(
            "</h1>",
            f"</h1><p class='info'>Dibaca {rng.randrange(9_999)} kali</p>"
            f"<div class='share'><span>{rng.randrange(500)} share</span></div>",
        )
        .replace(
            "<p>Mereka",
            f"<div class='ads' id='ad-{token}'>ADVERTISEMENT</div>"
            f"<p><strong>Baca juga: <a href='{path(others[0])}'>{headline(others[0])}</a></strong>"
            "</p><p>Mereka",
        )
        .replace(
            "</article>",
            f"</article><aside><h3>Terpopuler</h3><ul>{links}</ul>"
            f"<p>{rng.randrange(2, 59)} menit yang lalu</p></aside>"
            f"<script>var t='{token}'</script>",
        )
    )


def stay_young(desk: Desk) -> None:
    """Let a day pass, but not for the stories: they are looked at again without an end."""
    desk.clock.go_on(days=1)
    with Writer(desk.folder) as writer, writer.transaction() as connection:
        connection.execute("update story set first_seen_at = first_seen_at + 86400")


def test_a_page_fetched_twenty_times_in_other_dress_is_one_revision(desk: Desk, site: Site) -> None:
    (url,) = publish(site, [NUMBER])
    desk.declare(desk.source(site))
    seen: set[str] = set()
    outcomes: list[str] = []
    for number in range(20):
        page = dressed(number)
        seen.add(page)
        site.pages[path(NUMBER)] = answer(page)
        outcomes += desk.read_one().outcomes
        stay_young(desk)
    (state,) = life(desk, url)

    assert len(seen) == 20
    assert outcomes == ["baseline"] + ["same"] * 19
    assert state.content.text == whole()


def test_a_headline_that_only_the_feed_says_stays_when_the_story_is_read_again(
    desk: Desk, site: Site
) -> None:
    (url,) = publish(site, [NUMBER])
    page = story(NUMBER).replace(f"<h1>{headline(NUMBER)}</h1>", "")
    page = page.replace(f"<title>{headline(NUMBER)} - Kabar Desa</title>", "")
    desk.declare(desk.source(site))
    for token in range(2):
        site.pages[path(NUMBER)] = answer(f"{page}<!-- {token} -->")
        desk.read()
        desk.clock.go_on(hours=2)

    assert [state.content.headline for state in life(desk, url)] == [headline(NUMBER)]


# any order, any process


AT = datetime(2026, 8, 7, 16, 5, tzinfo=UTC)


def own_pages() -> list[Page]:
    """All pages that were written for the tests, and the stories of the demo's outlets."""
    stored = sorted((Path(__file__).parent / "pages").rglob("*.html"))
    pages = [Page(f"https://koran.example/{each.stem}", each.read_bytes(), AT) for each in stored]
    pages += [
        Page(f"https://koran.example{path(n)}", dressed(n).encode(), AT, "utf-8") for n in range(3)
    ]
    for name in HOUSES:
        stories = first_edition(name, AT)
        home = f"https://{name}.example"
        site = print_site(house(name), home, stories, (), AT + timedelta(minutes=1))
        addresses = [each.path for each in stories]
        pages += [
            Page(home + at, site.find(at, "").text(views=7).encode(), AT, "utf-8")
            for at in addresses
        ]
    return pages


def fingerprints(order: list[int]) -> list[tuple[int, str]]:
    """Extract pages in an order; what comes out, to the last character."""
    pages = own_pages()
    return [(number, repr(extract(pages[number]))) for number in order]


def test_a_page_gives_the_same_bytes_in_any_order_and_any_process() -> None:
    count = len(own_pages())
    rng = random.Random(20)  # noqa: S311 - no secret
    orders = [rng.sample(range(count), count) for _ in range(18)]
    context = multiprocessing.get_context("spawn")  # another hash seed in each process
    with ProcessPoolExecutor(2, context) as pool:
        answers = [*pool.map(fingerprints, orders, chunksize=9)]
    answers += [fingerprints(orders[0]), fingerprints(orders[0][::-1])]
    by_page: dict[int, set[str]] = {}
    for number, outcome in (pair for answer_ in answers for pair in answer_):
        by_page.setdefault(number, set()).add(outcome)

    assert len(by_page) == count >= 20
    assert [number for number, outcomes in by_page.items() if len(outcomes) != 1] == []
    assert all(isinstance(extract(page), Article) for page in own_pages()[-count + 3 :])
