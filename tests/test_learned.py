"""Lines that stand on many stories of a source are learned, taken out, reported, and unlearned."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from shelf import NOW, Shelf
from sites.paper import headline, path, prose, rss
from sites.server import Site, answer, lasting

from crawler.extract.article import Article, Head, Removal
from crawler.repairs.learned import cut_learned
from db.connection import Writer
from db.furniture import LEARNED, Tally, is_furniture, key_of
from db.learned import Learned
from db.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Desk

FOLLOW = "Sundhul terus: layang warta 4.180 wong, rega 12.500 repis"  # a line no lexicon knows
BYLINE = "Sing nulis Layang Warta"
SUBHEADING = "Duduk perkara"


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with Shelf(tmp_path) as opened:
        yield opened


def print_stories(
    shelf: Shelf, lines: list[list[str]], *, hours: float = 3, source: str = "kabar-desa"
) -> None:
    """Record a story every so many hours, each with its own address."""
    begun = shelf.reader.totals().stories
    for number, text in enumerate(lines, begun):
        shelf.record(
            f"https://{source}.example/{number}",
            "\n".join(text),
            headline=f"Kabar nomor {number}",
            source=source,
        )
        shelf.go_on(hours=hours)


def examples(shelf: Shelf, source: str = "kabar-desa") -> list[str]:
    return [line.example for line in shelf.reader.furniture(source)]


# which lines are furniture

TALLY = Tally(10, 0, 1, 10, NOW, NOW + timedelta(days=2))


@pytest.mark.parametrize(
    ("tally", "counted", "expected"),
    [
        pytest.param(TALLY, 10, True, id="ten-stories-in-two-days"),
        pytest.param(replace(TALLY, stories=9), 10, False, id="nine-stories"),
        pytest.param(replace(TALLY, last_seen_at=NOW), 10, False, id="in-one-hour"),
        pytest.param(
            replace(TALLY, last_seen_at=NOW + timedelta(days=1)), 10, False, id="in-just-one-day"
        ),
        pytest.param(replace(TALLY, last=100), 100, True, id="one-in-ten"),
        pytest.param(replace(TALLY, last=101), 101, False, id="one-in-more-than-ten"),
        pytest.param(replace(TALLY, first=900, last=999), 999, True, id="one-in-ten-since-seen"),
        pytest.param(replace(TALLY, last=20), 69, True, id="not-seen-for-a-while"),
        pytest.param(replace(TALLY, last=20), 70, False, id="not-seen-for-long"),
        pytest.param(replace(TALLY, inside=2), 10, False, id="a-subheading-elsewhere"),
        pytest.param(replace(TALLY, inside=1), 10, True, id="once-inside-by-chance"),
        pytest.param(replace(TALLY, is_learned=True), 59, True, id="learned-and-rarer"),
        pytest.param(replace(TALLY, is_learned=True), 60, False, id="not-seen-for-fifty-stories"),
        pytest.param(replace(TALLY, is_learned=True, inside=5), 10, False, id="moved-inside"),
    ],
)
def test_a_line_is_furniture_only_after_enough_stories_and_days(
    tally: Tally,
    counted: int,
    expected: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert is_furniture(tally, counted) is expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dibaca 12 kali", "dibaca 3.456 KALI"),
        ("Rp 12.500 per lembar", "Rp 9 per lembar"),
        ("Читайте нас: 7 дней", "ЧИТАЙТЕ НАС 30 дней!"),
        ("조회 120회", "조회 7회"),
    ],
)
def test_numbers_case_and_marks_make_no_other_line(one: str, other: str) -> None:
    assert key_of(one) == key_of(other) != ""


@pytest.mark.parametrize("line", ["", "12.30", "— 2 : 1 —", "kata " * 50])
def test_what_has_no_letters_or_is_long_is_no_line(line: str) -> None:
    assert key_of(line) == ""


# learning


def test_a_line_is_learned_from_ten_stories_over_more_than_a_day(shelf: Shelf) -> None:
    print_stories(shelf, [[*prose(n), FOLLOW] for n in range(9)])
    after_nine = examples(shelf)
    print_stories(shelf, [[*prose(9), FOLLOW.upper()]])
    (line,) = shelf.reader.furniture("kabar-desa")

    assert after_nine == []
    assert (line.example, line.stories) == (FOLLOW, 10)
    assert line.last_seen_at - line.first_seen_at > timedelta(days=1)


def test_many_stories_of_one_morning_teach_nothing(shelf: Shelf) -> None:
    print_stories(shelf, [[*prose(n), FOLLOW] for n in range(40)], hours=0.1)

    assert examples(shelf) == []


def test_what_one_source_prints_teaches_nothing_of_another(shelf: Shelf) -> None:
    print_stories(shelf, [[*prose(n), FOLLOW] for n in range(12)])
    print_stories(shelf, [[*prose(90), FOLLOW]], source="kabar-kota")

    assert examples(shelf) == [FOLLOW]
    assert examples(shelf, "kabar-kota") == []


def test_a_story_is_counted_once_however_often_it_is_edited(shelf: Shelf) -> None:
    for number in range(20):
        text = [*prose(0), f"Tambahan ke-{number}: {number * 'lagi '}.", FOLLOW]
        shelf.record(text="\n".join(text))
        shelf.go_on(hours=3)

    assert examples(shelf) == []


@pytest.mark.parametrize("count", [4, 6, 8])
def test_a_subheading_that_recurs_in_the_middle_is_never_learned(shelf: Shelf, count: int) -> None:
    half = count // 2
    stories = [prose(n, count) for n in range(40)]
    print_stories(shelf, [[*text[:half], SUBHEADING, *text[half:]] for text in stories])

    assert examples(shelf) == []


def test_a_subheading_that_is_often_near_the_end_is_never_learned(shelf: Shelf) -> None:
    places = (4, 5, 6, 7)
    stories = [prose(n) for n in range(60)]
    print_stories(
        shelf,
        [
            [*text[: (at := places[n % 4])], SUBHEADING, *text[at:]]
            for n, text in enumerate(stories)
        ],
    )

    assert examples(shelf) == []


def test_a_subheading_above_a_long_last_paragraph_is_never_learned(shelf: Shelf) -> None:
    stories = [prose(n) for n in range(20)]
    print_stories(shelf, [[*text[:6], SUBHEADING, " ".join(text[6:])] for text in stories])

    assert examples(shelf) == []


@pytest.mark.parametrize(
    "dateline",
    [
        "PEKANBARU, KABAR DESA",
        "Jakarta (ANTARA) -",
        "Muara Tenang, Kabar Desa —",
        "МОСКВА, 5 авг. — ТАСС.",
        "(서울=연합뉴스)",
        "新华社北京8月7日电",
    ],
)
def test_a_dateline_is_never_learned(shelf: Shelf, dateline: str) -> None:
    print_stories(shelf, [[dateline, *prose(n), FOLLOW] for n in range(20)])

    assert examples(shelf) == [FOLLOW]


def test_a_line_that_stops_is_unlearned_and_starts_from_one(shelf: Shelf) -> None:
    print_stories(shelf, [[*prose(n), FOLLOW] for n in range(12)])
    print_stories(shelf, [prose(n) for n in range(100, 149)])
    still = examples(shelf)
    print_stories(shelf, [prose(149)])
    gone = examples(shelf)
    print_stories(shelf, [[*prose(150), FOLLOW]])

    assert still == [FOLLOW]
    assert gone == []
    assert examples(shelf) == []


def test_a_line_that_is_taken_out_is_counted_on(shelf: Shelf) -> None:
    print_stories(shelf, [[*prose(n), FOLLOW] for n in range(12)])
    for number in range(100, 170):
        shelf.record(
            f"https://kabar-desa.example/{number}",
            "\n".join(prose(number)),
            removals=(("furniture", LEARNED, FOLLOW),),
        )
    (line,) = shelf.reader.furniture("kabar-desa")

    assert line.stories == 82


def test_lines_that_were_seen_and_never_again_are_let_go(shelf: Shelf) -> None:
    print_stories(shelf, [[*prose(n), FOLLOW] for n in range(12)])
    shelf.go_on(days=15)
    let_go = shelf.archive.tidied(shelf.now - timedelta(days=14))
    with shelf.writer.transaction() as connection:
        left = connection.execute("select count(*) from furniture").fetchone()

    assert let_go > 12
    assert left == (1,)
    assert examples(shelf) == [FOLLOW]


# taking out

KNOWN = frozenset(map(key_of, (FOLLOW, BYLINE)))


def an_article(lines: list[str], **head: object) -> Article:
    facts: dict[str, object] = {"headline": "Jembatan Dibuka", **head}
    return Article("https://x.example/1", "\n".join(lines), Head(**facts), learned=KNOWN)  # type: ignore[arg-type] # the fields of Head


@pytest.mark.parametrize("place", [0, 2, 3, 8], ids=["first", "third", "sixth-last", "last"])
def test_a_learned_line_is_taken_out_and_reported(place: int) -> None:
    lines = prose(1)
    other = FOLLOW.replace("4.180", "9").upper()
    once = cut_learned(an_article([*lines[:place], other, *lines[place:]]))

    assert once.text.split("\n") == lines
    assert once.removals == (Removal("furniture", LEARNED, other),)
    assert cut_learned(once) == once


@pytest.mark.parametrize(
    ("lines", "head"),
    [
        pytest.param([*prose(1)[:5], FOLLOW, *prose(2)], {}, id="in-the-middle"),
        pytest.param([*prose(1), FOLLOW], {"headline": FOLLOW.upper()}, id="its-headline"),
        pytest.param([BYLINE, *prose(1)], {"authors": ("Layang Warta",)}, id="its-byline"),
        pytest.param(["Singkat.", FOLLOW], {}, id="most-of-the-text"),
    ],
)
def test_a_learned_line_stays_where_it_is_the_storys_own(
    lines: list[str], head: dict[str, object]
) -> None:
    article = cut_learned(an_article(lines, **head))

    assert article.text.split("\n") == lines
    assert article.removals == ()


def test_a_learned_line_goes_though_the_house_that_it_names_signs_the_story() -> None:
    article = cut_learned(an_article([FOLLOW, *prose(1)], authors=("Layang Warta",)))

    assert article.text.split("\n") == prose(1)


def test_the_name_of_the_extractor_says_what_furniture_it_knew() -> None:
    names = [Learned(frozenset(keys)).signed("1") for keys in ("", "a", "ba", "ab")]

    assert names[0] == "1"
    assert names[2] == names[3]
    assert len(set(names)) == 3


# the whole way


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as opened:
        yield opened


def page(number: int, lines: list[str]) -> str:
    body = "".join(f"<p>{line}</p>" for line in lines)
    return (
        f"<html><head><title>{headline(number)}</title></head><body>"
        f"<article><h1>{headline(number)}</h1>{body}</article></body></html>"
    )


def issue(site: Site, numbers: range, *, is_followed: bool = True, token: int = 0) -> None:
    """Put stories and their feed on the site, with its line below each."""
    for number in numbers:
        lines = [*prose(number), FOLLOW] if is_followed else prose(number)
        site.pages[path(number)] = lasting(page(number, lines) + f"<!-- {token} -->")
    links = [(site.url + path(number), headline(number)) for number in numbers]
    site.pages["/rss"] = answer(rss(links), "application/rss+xml")


def test_a_line_is_learned_and_goes_without_an_event(desk: Desk, site: Site) -> None:
    desk.declare(desk.source(site))
    outcomes: set[str] = set()
    for day in range(4):
        issue(site, range(6 * day + 6), token=day)
        outcomes |= set(desk.read_one().outcomes)
        desk.clock.go_on(days=1, hours=1)
    stories = desk.stories()
    with Reader(desk.folder) as reader:
        (known,) = reader.furniture("desa")
        lives = [reader.revisions(story.id) for story in stories]

    assert outcomes == {"baseline", "new", "same"}
    assert (known.example, known.stories) == (FOLLOW, 24)
    assert {story.revision.content.text for story in stories} == {
        "\n".join(prose(number)) for number in range(24)
    }
    assert {state.event for life in lives for state in life[1:]} == {None}
    for story in stories:
        assert ("furniture", LEARNED, FOLLOW) in story.revision.content.removals
        assert "+furniture-" in story.revision.content.extractor


def test_a_site_that_drops_its_line_edits_no_story(desk: Desk, site: Site) -> None:
    desk.declare(desk.source(site))
    for day in range(3):
        issue(site, range(6 * day + 6), token=day)
        desk.read()
        desk.clock.go_on(days=1, hours=1)
    issue(site, range(18), is_followed=False, token=9)
    dropped = desk.read_one()
    unlearn(desk)
    issue(site, range(18), is_followed=False, token=10)
    desk.clock.go_on(days=1, hours=1)
    unlearned = desk.read_one()

    assert dropped.outcomes == {"same": 18}
    assert set(unlearned.outcomes) == {"same"}


@pytest.mark.parametrize("is_followed", [True, False], ids=["still-there", "dropped"])
def test_a_line_that_is_unlearned_before_a_story_is_read_again_edits_it_not(
    desk: Desk,
    site: Site,
    is_followed: bool,  # noqa: FBT001 - a column of the table
) -> None:
    desk.declare(desk.source(site))
    for day in range(3):
        issue(site, range(6 * day + 6), token=day)
        desk.read()
        desk.clock.go_on(days=1, hours=1)
    unlearn(desk)
    issue(site, range(18), is_followed=is_followed, token=9)
    report = desk.read_one()

    assert report.outcomes == {"same": 18}
    assert {text.count(FOLLOW) for text in desk.texts().values()} == {0}
    with Reader(desk.folder) as reader:
        assert reader.furniture("desa") == []


def unlearn(desk: Desk) -> None:
    """Forget what was learned, as after fifty stories without it."""
    with Writer(desk.folder) as writer, writer.transaction() as connection:
        connection.execute("delete from furniture")
