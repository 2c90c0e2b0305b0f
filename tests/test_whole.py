"""An article in several sheets is read whole, or not yet; never shortened, never for ever."""

from __future__ import annotations

import asyncio

import pytest

from crawler.extract.article import Article, Head, Refusal
from crawler.fetch import Answer, Fetched, Later
from crawler.whole import Read, read_whole
from db.records import Validators

FIRST = "http://kabar-desa.example/berita/1"


def sheet(number: int) -> str:
    return FIRST if number == 1 else f"{FIRST}?page={number}"


class Shelf:
    """Pages by address; each is its text, and the next one's address behind `>`."""

    def __init__(self, pages: dict[str, str | Fetched | Refusal]) -> None:
        self.pages = pages
        self.asked: list[tuple[str, bool]] = []

    async def fetch(self, url: str, *, is_sheet: bool = False) -> Fetched:
        self.asked.append((url, is_sheet))
        page = self.pages[url]
        if isinstance(page, Refusal):  # of the extraction, not of the server
            return an_answer(url, page.reason)
        return an_answer(url, page) if isinstance(page, str) else page

    async def extract(self, answer: Answer) -> Article | Refusal:
        page = self.pages[answer.url]
        if isinstance(page, Refusal):
            return page
        text, _, following = answer.body.decode().partition(">")
        return Article(answer.url, text, Head(), next_sheet=following or None)

    def read(self) -> Read | Fetched:
        return asyncio.run(read_whole(FIRST, self.fetch, self.extract))


def an_answer(url: str, text: str, status: int = 200, *, is_unchanged: bool = False) -> Answer:
    body = text.encode()
    return Answer(url, status, body, None, None, Validators(), is_unchanged=is_unchanged)


def three(last: str | Fetched | Refusal = "tiga") -> Shelf:
    return Shelf({sheet(1): f"satu>{sheet(2)}", sheet(2): f"dua>{sheet(3)}", sheet(3): last})


def test_three_sheets_are_one_article() -> None:
    shelf = three()
    read = shelf.read()

    assert isinstance(read, Read)
    assert (read.article.text, read.article.sheets) == ("satu\ndua\ntiga", 3)
    assert read.answer.url == FIRST
    assert shelf.asked == [(sheet(1), False), (sheet(2), True), (sheet(3), True)]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        pytest.param(Later("timeout", "no answer"), "timeout", id="later"),
        pytest.param(Refusal("too-large", "too large"), "too-large", id="refused"),
        pytest.param(an_answer(sheet(3), "", 404), "not-found", id="404"),
        pytest.param(an_answer(sheet(3), "", 410), "not-found", id="410"),
        pytest.param(Refusal("empty", "empty"), "empty", id="empty"),
        pytest.param(Refusal("challenge", "a challenge"), "challenge", id="challenge"),
        pytest.param(Refusal("too-slow", "too slow"), "too-slow", id="too-slow"),
    ],
)
def test_a_sheet_that_cannot_be_had_makes_the_article_wait(
    fault: Fetched | Refusal, reason: str
) -> None:
    read = three(fault).read()

    assert isinstance(read, Later)
    assert read.reason == reason
    assert read.detail.startswith("sheet 3 of the article: ")


def test_how_long_a_busy_server_wants_us_to_wait_is_handed_on() -> None:
    read = three(Later("busy", "wait", 120)).read()

    assert isinstance(read, Later)
    assert read.wait_s == 120


@pytest.mark.parametrize("reason", ["index-page", "not-an-article"])
def test_a_pager_that_leads_on_to_something_else_ends_the_article(reason: str) -> None:
    read = three(Refusal(reason, "a list of other stories")).read()

    assert isinstance(read, Read)
    assert (read.article.text, read.article.sheets) == ("satu\ndua", 2)


@pytest.mark.parametrize("back", [sheet(1), sheet(2)], ids=["first", "itself"])
def test_a_pager_that_leads_in_circles_ends(back: str) -> None:
    read = Shelf({sheet(1): f"satu>{sheet(2)}", sheet(2): f"dua>{back}"}).read()

    assert isinstance(read, Read)
    assert read.article.text == "satu\ndua"


def test_a_sheet_that_sends_us_back_is_not_stored_twice() -> None:
    shelf = Shelf({sheet(1): f"satu>{sheet(2)}", sheet(2): an_answer(sheet(1), "satu")})
    read = shelf.read()

    assert isinstance(read, Read)
    assert read.article.text == "satu"


def test_a_pager_without_end_is_followed_for_twenty_sheets() -> None:
    shelf = Shelf({sheet(n): f"{n}>{sheet(n + 1)}" for n in range(1, 100)})
    read = shelf.read()

    assert isinstance(read, Read)
    assert read.article.sheets == 20
    assert len(shelf.asked) == 20


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(an_answer(FIRST, "", 304, is_unchanged=True), id="unchanged"),
        pytest.param(an_answer(FIRST, "", 404), id="404"),
        pytest.param(an_answer(FIRST, "", 410), id="410"),
        pytest.param(Later("timeout", "no answer"), id="later"),
    ],
)
def test_what_is_no_page_is_handed_on_as_it_is(first: Fetched) -> None:
    assert Shelf({FIRST: first}).read() == first
