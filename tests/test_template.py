"""Where a source keeps its bodies is learned from judged stories, tried, used, and given up."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import pytest
from sites.paper import headline, path, prose, rss
from sites.server import answer, lasting

from crawler.extract.article import Article, Page, Refusal
from crawler.extract.extraction import extract
from crawler.extract.task import EXTRACTOR_VERSION
from db.learned import Learned
from db.reader import Reader
from db.template import CHECKED_EACH, MISSES, TEACHING, TRIALS, Lesson, Template, is_checked, taught

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conftest import Clock, Desk
    from sites.server import Site

LESSON = Lesson("div.isi", (">p>p",), (">div.iklan>div",), 1_000)
ADVERTISEMENT = (
    "Beli dua dapat tiga hanya di toko sebelah kantor pos mulai hari Senin sampai habis."
)


def after(*lessons: Lesson) -> Template:
    template = None
    for lesson in lessons:
        template = taught(template, lesson)
    assert template is not None
    return template


TAUGHT = [LESSON] * TEACHING
AGREED = [replace(LESSON, agrees=True)] * TRIALS
ELSEWHERE = replace(LESSON, body="section.galeri")


# what is learned, and when it is given up


@pytest.mark.parametrize(
    ("lessons", "is_tried", "is_used"),
    [
        pytest.param(TAUGHT[1:], False, False, id="too few stories"),
        pytest.param(TAUGHT, True, False, id="nothing compared yet"),
        pytest.param([*TAUGHT, *AGREED[1:]], True, False, id="too few agreed"),
        pytest.param([*TAUGHT, *AGREED], True, True, id="enough agreed"),
        pytest.param(
            [*TAUGHT, *AGREED, LESSON], True, True, id="a page that could not be compared"
        ),
        pytest.param(
            [*TAUGHT, *AGREED, replace(LESSON, agrees=False)], False, False, id="another text"
        ),
        pytest.param(
            [*TAUGHT, *AGREED, replace(LESSON, dropped=(">p>p",))], False, False, id="story no more"
        ),
        pytest.param(
            [*TAUGHT, *AGREED, *[ELSEWHERE] * (MISSES - 1)], True, True, id="a few galleries"
        ),
        pytest.param(
            [*TAUGHT, *AGREED, *[ELSEWHERE] * (MISSES - 1), LESSON, ELSEWHERE],
            True,
            True,
            id="galleries now and then",
        ),
        pytest.param(
            [*TAUGHT, *AGREED, *[ELSEWHERE] * MISSES], False, False, id="the site was rebuilt"
        ),
        pytest.param([replace(LESSON, dropped=(">p>p",))] * 20, False, False, id="never clear"),
        pytest.param(
            [replace(LESSON, dropped=(f">p.{'a' * n}>p",)) for n in range(300)],
            True,
            False,
            id="names without end",
        ),
    ],
)
def test_a_template_is_used_only_while_judged_stories_agree(
    lessons: Iterable[Lesson],
    is_tried: bool,  # noqa: FBT001 - a column of the table
    is_used: bool,  # noqa: FBT001 - a column of the table
) -> None:
    template = after(*lessons)

    assert (template.is_tried, template.is_used) == (is_tried, is_used)
    assert sum(map(len, (*template.kept, *template.dropped))) <= 20_000


def test_places_of_all_lessons_are_known() -> None:
    template = after(LESSON, replace(LESSON, kept=(">h3>h3",), dropped=(">aside>div",)))

    assert template.kept == (">h3>h3", ">p>p")
    assert template.dropped == (">aside>div", ">div.iklan>div")


def test_a_text_far_shorter_than_the_others_is_not_usual() -> None:
    template = after(*[replace(LESSON, characters=n) for n in (1_000, 3_000, 2_000, 2_000, 2_000)])

    assert template.characters == 2_000
    assert template.is_usual("a" * 600)
    assert not template.is_usual("a" * 599)


def test_about_every_fiftieth_story_is_judged_always_the_same_ones() -> None:
    urls = [f"https://kabar-desa.example/berita/{n}" for n in range(5_000)]
    checked = [url for url in urls if is_checked(url)]

    assert len(checked) == pytest.approx(len(urls) / CHECKED_EACH, rel=0.3)
    assert checked == [url for url in urls if is_checked(url)]


def test_the_name_of_the_extractor_says_what_template_it_used() -> None:
    used = after(*TAUGHT, *AGREED)
    other = replace(used, kept=(*used.kept, ">h2>h2"))
    names = [Learned(template=each).signed("1") for each in (None, after(*TAUGHT), used, other)]

    assert names[:2] == ["1", "1"]
    assert len(set(names)) == 3


# a page read where its source keeps its bodies


def layout(
    number: int, *, inside: str = "", box: str = "isi", texts: list[str] | None = None
) -> str:
    """Lay a story out as a newspaper does: menus, an advertisement in the body, other stories."""
    parts = [f"<p>{escape(text)}</p>" for text in texts or prose(number)]
    parts.insert(2, f'<div class="iklan"><a href="/toko">{ADVERTISEMENT}</a></div>')
    parts.insert(4, inside)
    others = "".join(
        f'<div class="kartu"><a href="{path(n)}">{headline(n)}</a></div>'
        for n in range(number + 50, number + 54)
    )
    return (
        f"<html lang='id'><head><title>{headline(number)}</title></head><body>"
        "<nav><a href='/'>Beranda</a> <a href='/tag/desa'>Desa</a></nav>"
        f"<main><h1>{headline(number)}</h1><div class='{box}'>{''.join(parts)}</div>"
        f"<div class='lain'>{others}</div></main></body></html>"
    )


def read(clock: Clock, html: str, template: Template | None = None) -> Article:
    article = extract(
        Page("https://kabar-desa.example/berita/1", html.encode(), clock(), template=template)
    )
    assert isinstance(article, Article)
    return article


@pytest.fixture
def template(clock: Clock) -> Template:
    lessons = [read(clock, layout(number)).lesson for number in range(TEACHING)]
    return replace(after(*[lesson for lesson in lessons if lesson]), agreed=TRIALS)


def test_a_known_body_is_read_without_judging(clock: Clock, template: Template) -> None:
    article = read(clock, layout(9), template)

    assert article.text.split("\n") == prose(9)
    assert article.head == read(clock, layout(9)).head
    assert article.lesson is None


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(layout(9, box="naskah"), id="the element is gone"),
        pytest.param(
            layout(9).replace("</main>", f"{layout(8)}</main>"), id="the element is there twice"
        ),
        pytest.param(layout(9, inside="<h4>Di dermaga</h4>"), id="a place nobody has seen"),
        pytest.param(layout(9, texts=prose(9)[:2]), id="a text far too short"),
        pytest.param(layout(9, inside=f"<p>{prose(9)[2]}</p>"), id="a paragraph again"),
    ],
)
def test_a_page_that_is_not_as_learned_is_judged(
    clock: Clock, template: Template, html: str
) -> None:
    assert read(clock, html, template) == read(clock, html)


def test_a_story_among_many_headlines_is_an_article_where_its_source_keeps_bodies(
    clock: Clock, template: Template
) -> None:
    """Without a date, a page with as many links would be taken for a list of stories."""
    others = "".join(f"<p><a href='{path(n)}'>{headline(n)}</a></p>" for n in range(60, 160))
    page = layout(9).replace("<div class='lain'>", f"<div class='lain'>{others}")
    unknown = extract(Page("https://kabar-desa.example/berita/1", page.encode(), clock()))

    assert isinstance(unknown, Refusal)
    assert unknown.reason == "index-page"
    assert read(clock, page, template).text.split("\n") == prose(9)


def test_a_text_that_repairs_leave_too_short_is_judged(clock: Clock, template: Template) -> None:
    """Most of what stands in the known body are invitations to follow the newspaper."""
    invited = "".join(f"<p>Ikuti kabar ke-{n} dari dermaga kami di Facebook</p>" for n in range(9))
    page = layout(9, texts=prose(9)[:2], inside=invited)

    assert read(clock, page, template) == read(clock, page)


def test_a_checked_page_says_whether_both_ways_give_one_text(
    clock: Clock, template: Template
) -> None:
    wrong = replace(template, kept=(*template.kept, *template.dropped), dropped=())
    said = []
    for known in (template, wrong):
        page = Page(
            "https://kabar-desa.example/berita/1", layout(9).encode(), clock(), template=known
        )
        article = extract(replace(page, is_checked=True))
        assert isinstance(article, Article)
        assert article.text.split("\n") == prose(9)
        assert article.lesson is not None
        said.append(article.lesson.agrees)

    assert said == [True, False]


def test_what_only_points_to_another_story_goes_from_a_known_body_too(
    clock: Clock, template: Template
) -> None:
    pointer = '<p>Baca juga: <a href="/berita/7/pasar">Pasar Apung Dibuka Lagi</a></p>'
    article = read(clock, layout(9, inside=pointer), template)

    assert article.text.split("\n") == prose(9)
    assert article.related == (
        ("Pasar Apung Dibuka Lagi", "https://kabar-desa.example/berita/7/pasar"),
    )
    assert article.lesson is None


@pytest.mark.parametrize(
    "name", ["a>b", "x" * 100_000, "&#10;", "#.#.>", "\u202e", "'\"&lt;", "1 2 3"], ids=repr
)
def test_whatever_a_class_is_called_the_text_is_the_same(clock: Clock, name: str) -> None:
    pages = [layout(number, box=escape(name, quote=True)) for number in range(TEACHING + 1)]
    lessons = [lesson for page in pages[:-1] if (lesson := read(clock, page).lesson)]
    known = replace(after(*lessons), agreed=TRIALS) if lessons else None

    assert read(clock, pages[-1], known).text == read(clock, pages[-1]).text


# the whole way


def issue(site: Site, numbers: range, *, box: str = "isi", token: int = 0) -> None:
    """Put stories and their feed on the site."""
    for number in numbers:
        site.pages[path(number)] = lasting(layout(number, box=box) + f"<!-- {token} -->")
    links = [(site.url + path(number), headline(number)) for number in numbers]
    site.pages["/rss"] = answer(rss(links), "application/rss+xml")


def known(desk: Desk) -> Template:
    with Reader(desk.folder) as reader:
        template = reader.learned("desa", EXTRACTOR_VERSION).template
    assert template is not None
    return template


def test_a_source_is_learned_while_it_is_read_and_no_story_is_edited_by_that(
    desk: Desk, site: Site
) -> None:
    desk.declare(desk.source(site))
    outcomes: set[str] = set()
    for day in range(4):
        issue(site, range(6 * day + 6), token=day)
        outcomes |= set(desk.read_one().outcomes)
        desk.clock.go_on(days=1, hours=1)
    stories = desk.stories()

    assert outcomes == {"baseline", "new", "same"}
    assert known(desk).body == "div.isi"
    assert known(desk).is_used
    assert sum("+template-" in story.revision.content.extractor for story in stories) > 20
    assert {story.revision.content.text for story in stories} == {
        "\n".join(prose(number)) for number in range(24)
    }


def test_a_rebuilt_site_is_read_in_full_and_learned_anew(desk: Desk, site: Site) -> None:
    desk.declare(desk.source(site))
    issue(site, range(16))
    desk.read()
    before = known(desk)
    desk.clock.go_on(hours=1)
    issue(site, range(16, 40), box="naskah")
    desk.read()

    assert (before.body, before.is_used) == ("div.isi", True)
    assert (known(desk).body, known(desk).is_used) == ("div.naskah", True)
    assert set(desk.texts().values()) == {"\n".join(prose(number)) for number in range(40)}
