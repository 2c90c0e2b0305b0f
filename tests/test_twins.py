"""Which addresses are of one story by their spelling, and what a page may say of its own."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations
from time import process_time
from typing import TYPE_CHECKING

import pytest
from shelf import HEADLINE, TEXT, Shelf
from sites import paper
from sites.paper import headline, path, publish, rss, story
from sites.server import Site, answer, redirect
from sqlite_utils import Database

from db import schema
from db.records import Link
from db.twins import twin_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Desk

STORY = "https://www.kabar-desa.example/berita/10421/warga-bangun-jembatan"
OTHER = "https://kabar-desa.example/read/warga"


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with Shelf(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    "twin",
    [
        STORY.replace("https", "http"),
        STORY.replace("example/", "example:443/"),
        STORY.replace("www.", ""),
        STORY.replace("www.", "m."),
        STORY.replace("www.", "amp.www."),
        STORY.replace("www.", "WWW."),
        STORY + "/",
        STORY + "/index.html",
        STORY + "/amp",
        STORY + "/amp/",
        STORY + ".amp",
        STORY.replace("/berita", "/amp/berita"),
        STORY + "?amp",
        STORY + "?amp=1",
        STORY + "?outputType=amp",
        STORY + "?page=all",
        STORY + "?page=2",
        STORY + "?single=1",
        STORY + "?halaman=3&amp=1",
        STORY + "/page/2",
        STORY + "/all",
        STORY.replace("warga", "%77arga"),
    ],
)
def test_addresses_of_one_story_share_a_key(twin: str) -> None:
    assert twin_key(twin) == twin_key(STORY)


def test_addresses_of_different_stories_do_not() -> None:
    addresses = [
        STORY,
        STORY.replace("10421", "10422"),
        STORY.replace("www.", "sport."),
        STORY.replace("example/", "example:8443/"),
        STORY.replace("/warga", "/Warga"),
        STORY + "?id=1",
        STORY + "?id=2",
        STORY + "/2",
        "https://kabar-desa.example/",
        "https://kabar-desa.example/?p=1",
        "https://kabar-desa.example/?p=2",
        "https://kabar-desa.example/berita.php?page=1",
        "https://kabar-desa.example/berita.php?page=12",
        "https://kabar-desa.example/ampuh",
        "https://m.example/1",
        "https://example/1",
        "http://[::1",
    ]

    alike = [pair for pair in combinations(addresses, 2) if twin_key(pair[0]) == twin_key(pair[1])]
    assert alike == []


def test_the_order_of_what_is_asked_names_no_other_story() -> None:
    assert twin_key(OTHER + "?id=7&x=1") == twin_key(OTHER + "?x=1&id=7")


@pytest.mark.parametrize("part", ["a", "/", "a-", "12/", "/amp", "%61", "a=1&"])
def test_a_long_address_costs_no_more_than_its_length(part: str) -> None:
    def cost_s(count: int) -> float:
        address = f"https://kabar-desa.example/?{part * count}x"
        costs = []
        for _ in range(5):
            before = process_time()
            for each in [address, address.replace("?", "")] * 20:
                twin_key(each)
            costs.append(process_time() - before)
        return min(costs)

    assert cost_s(2000) < 10 * cost_s(400)  # five times the length; 25 times were it its square


# one story, once


def test_a_twin_of_a_known_story_is_not_asked_for(shelf: Shelf) -> None:
    shelf.record(STORY)
    twins = [Link(STORY.replace("www.", "m.")), Link(STORY + "?page=all")]

    assert shelf.archive.links_found("desa-2", twins, {}, shelf.now) == 0
    assert shelf.story(STORY + "/amp").id == shelf.story(STORY).id
    assert set(shelf.reader.looked_at([STORY + "/amp", OTHER])) == {STORY + "/amp"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("/show_news_item.php?page=11", "/show_news_item.php?page=12", id="script"),
        pytest.param("/2024/view.php?page=11", "/2024/view.php?page=12", id="year"),
        pytest.param("/edisi-12-mei-2024/hal/1", "/edisi-12-mei-2024/hal/2", id="edition"),
        pytest.param("/koran/20240512/page/1", "/koran/20240512/page/2", id="day"),
        pytest.param("/?name=%CF%F0%E8", "/?name=%C0%E1%E2", id="other encoding"),
        pytest.param("/?name=Москва", "/?name=Казань", id="letters"),
    ],
)
def test_pages_that_are_stories_of_their_own_are_each_read(
    shelf: Shelf, one: str, other: str
) -> None:
    home = "https://kabar-desa.example"
    shelf.record(home + one)

    assert shelf.archive.links_found("desa", [Link(home + other)], {}, shelf.now) == 1


def test_a_twin_with_another_text_is_no_edit(shelf: Shelf) -> None:
    shelf.record(STORY)
    same = shelf.record(STORY.replace("www.", "m."), f"{TEXT}\nSumber: warga.")
    other = shelf.record(STORY.replace("www.", "wap."), "Pasar malam di alun-alun ditutup.")

    assert (same, other) == ("same", "new")
    assert [state.event for state in shelf.life(STORY)] == ["new"]


def test_a_link_that_nobody_reads_keeps_no_twin_waiting(shelf: Shelf) -> None:
    shelf.archive.links_found("closed", [Link(STORY.replace("www.", "m."))], {}, shelf.now)
    shelf.go_on(days=2)

    assert shelf.archive.links_found("desa", [Link(STORY)], {}, shelf.now) == 1


def test_of_twins_that_wait_only_one_is_read(shelf: Shelf) -> None:
    links = [Link(STORY), Link(STORY + "/amp"), Link(STORY.replace("https", "http"))]

    assert shelf.archive.links_found("desa", links, {}, shelf.now) == 1
    assert shelf.archive.links_found("desa-2", links, {}, shelf.now) == 0


def test_a_twin_is_read_when_the_first_address_gave_no_story(shelf: Shelf) -> None:
    shelf.archive.links_found("desa", [Link(STORY + "/amp")], {}, shelf.now)
    shelf.archive.refused(STORY + "/amp", "not-an-article", "an empty page")

    assert shelf.archive.links_found("desa", [Link(STORY)], {}, shelf.now) == 1


def test_twins_that_an_older_tilik_stored_apart_stay_apart(shelf: Shelf) -> None:
    shelf.record(STORY)
    shelf.record(OTHER)
    with shelf.writer.transaction() as connection:
        connection.execute("update alias set key = ?", (twin_key(STORY),))

    assert shelf.story(STORY).url == STORY
    with shelf.writer.transaction() as connection:
        connection.execute("update alias set url = ? where url = ?", (STORY + "/amp", OTHER))
    assert shelf.story(STORY + "/amp").url == OTHER


def test_an_older_archive_learns_the_keys_of_its_addresses(tmp_path: Path) -> None:
    db = Database(tmp_path / "old.db")
    schema.archive.apply(db, stop_before="twins")
    db.execute(
        "insert into story (id, source, url, first_seen_at, checked_at, missing) "
        "values (1, 'desa', ?, 0, 0, 0)",
        [STORY],
    )
    db.execute("insert into alias (url, story_id) values (?, 1)", [STORY])
    schema.archive.apply(db)

    assert list(db.query("select url, key from alias")) == [{"url": STORY, "key": twin_key(STORY)}]
    db.close()


# what a page says of its own address


def test_an_address_that_a_page_claims_is_its_storys_once_the_text_there_agrees(
    shelf: Shelf,
) -> None:
    shelf.record(STORY, claim=OTHER)
    assert shelf.archive.links_found("desa", [Link(OTHER)], {}, shelf.now) == 1  # not proved yet

    assert shelf.record(OTHER, text=TEXT.replace("pada Jumat pagi", "")) == "same"
    assert shelf.story(OTHER).id == shelf.story(STORY).id
    assert [state.content.text for state in shelf.life(STORY)] == [TEXT]


def test_a_page_that_claims_a_known_story_is_it_only_if_the_text_agrees(shelf: Shelf) -> None:
    shelf.record(STORY, published_at=shelf.now)
    others = [
        {"text": "\n".join(paper.paragraphs(3)), "headline": HEADLINE},
        {"headline": "Harga Cabai pada Hari Sabtu"},
        {"published_at": shelf.now + timedelta(days=2)},
    ]

    assert shelf.record(OTHER, claim=STORY) == "same"
    for number, facts in enumerate(others):
        assert shelf.record(f"{OTHER}/{number}", claim=STORY, **facts) == "new"


def test_pages_that_all_claim_one_address_stay_stories_of_their_own(shelf: Shelf) -> None:
    for number in range(5):
        text = "\n".join(paper.paragraphs(number))
        shelf.record(f"{OTHER}/{number}", text=text, headline=headline(number), claim=STORY)

    assert shelf.reader.totals().stories == 5
    assert shelf.record(STORY) == "new"


def test_a_story_listed_under_many_dresses_is_asked_for_and_stored_once(
    desk: Desk, site: Site
) -> None:
    (url,) = publish(site, [1])
    dresses = [f"{url}?utm_source=rss", f"{url}/", f"{url}?page=all", f"{url}/amp"]
    listed = [(dress, headline(1)) for dress in dresses]
    site.pages["/rss"] = answer(rss(listed[:2]))
    site.pages["/rss-2"] = answer(rss(listed[2:]))
    desk.declare(desk.source(site), desk.source(site, "/rss-2", name="desa-2")).read()

    assert [each.url for each in desk.stories()] == [url]
    assert sorted(site.paths()) == sorted(["/robots.txt", "/rss", "/rss-2", path(1)])


def test_a_page_that_names_its_canonical_address_is_joined_with_that_page(
    desk: Desk, site: Site
) -> None:
    addresses = publish(site, range(3))
    for number in range(3):
        link = f"<link rel='canonical' href='{path(number)}'></head>"
        site.pages[f"/baca/{number}"] = answer(story(number).replace("</head>", link))
    site.pages["/ke/2"] = redirect(path(2))
    short = [f"{site.url}/baca/0", f"{site.url}/baca/1", f"{site.url}/ke/2"]
    site.pages["/rss"] = answer(rss((each, "Judul") for each in [*short, *addresses]))
    desk.declare(desk.source(site)).read()

    assert len(desk.stories()) == 3
    assert sorted(desk.texts().values()) == sorted("\n".join(paper.paragraphs(n)) for n in range(3))


@pytest.mark.parametrize("claimed", ["/", "/berita", path(0)], ids=["home", "section", "a-story"])
def test_a_newspaper_whose_pages_all_claim_one_address_keeps_its_stories(
    desk: Desk, site: Site, claimed: str
) -> None:
    addresses = publish(site, range(6))
    link = f"<link rel='canonical' href='{claimed}'></head>"
    for number in range(6):
        site.pages[path(number)] = answer(story(number).replace("</head>", link))
    desk.declare(desk.source(site)).read()

    assert set(desk.texts()) == set(addresses)


# two headlines at once


def test_two_headlines_in_turn_are_two_states_and_one_mark(desk: Desk, site: Site) -> None:
    publish(site, [1])
    desk.declare(desk.source(site)).read()
    other = story(1).replace(headline(1), "Warga Menyeberang Lagi di Jembatan yang Baru")
    outcomes = []
    for page in [other, story(1)] * 3:
        site.pages[path(1)] = answer(page)
        desk.clock.go_on(hours=7)
        outcomes += desk.read_one().outcomes

    (told,) = desk.stories()
    assert outcomes == ["retitled", *["same"] * 5]
    assert told.revisions == 2
    assert told.flapping_at is not None


def test_an_edit_under_a_headline_that_came_back_is_an_edit_alone(shelf: Shelf) -> None:
    shelf.record(headline="Satu")
    shelf.record(headline="Dua")
    assert shelf.story().flapping_at is None
    shelf.go_on(hours=1)

    assert shelf.record(text=TEXT.replace("tiga bulan", "lima bulan"), headline="Satu") == "edited"
    assert shelf.story().flapping_at == shelf.now
    assert [state.content.headline for state in shelf.life()] == ["Satu", "Dua", "Dua"]
