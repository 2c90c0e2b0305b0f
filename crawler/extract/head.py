"""Reads what a page says about its article: headline, byline, time, picture. Never its text.

A page says it up to six times over and not always the same: each field takes its evidence in a
fixed order and lets the rest confirm it. Nothing is looked up, nothing is guessed, and no site is
known by its name.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from crawler.extract import times
from crawler.extract.article import Head
from crawler.extract.credits import read_credits
from crawler.extract.headline import (
    OF_SMALL,
    SURE,
    WORD_FOR_WORD,
    choose_headline,
    cut_site,
    cut_titles,
    ends_of,
    find_heading,
    fold,
    is_in_address,
    own_names,
)
from crawler.extract.jsonld import LinkedData, read_jsonld
from crawler.extract.marks import Marks, is_headline, joined, read_marks, squeeze, text_of
from crawler.extract.moments import choose_moment, is_before
from crawler.extract.pictures import lead_picture
from crawler.extract.scraps import scraps_after, scraps_before

if TYPE_CHECKING:
    from datetime import datetime

    from lxml.html import HtmlElement

MAX_TAGS: Final = 30
_MAX_TITLE_CHARACTERS: Final = 500  # hostile beyond; the longest honest one has a third of it
_MAX_WORD_CHARACTERS: Final = 100
_MAX_SMALL_HEADINGS: Final = 40
_FRESH: Final = timedelta(days=2)  # many pages print the day on which they are read, in any zone


def read_head(  # noqa: PLR0913 - what the feed said and whose clock it is belong to one page
    tree: HtmlElement,
    url: str,
    *,
    zone: str | None = None,
    now: datetime,
    feed_title: str | None = None,
    feed_published: datetime | None = None,
) -> Head:
    """Give everything the page says about its article. The tree is not changed.

    `zone` is the source's (an IANA name), for times printed without one; `feed_title` and
    `feed_published` (aware) are what the feed or sitemap said: evidence, and heard last.
    """
    marks = read_marks(tree)
    linked = read_jsonld(marks.jsonld)
    site_name = marks.first("og:site_name", "application-name") or linked.publisher
    declared = [site_name, linked.publisher, marks.first("twitter:site").lstrip("@")]
    offered = _offered(marks, linked)
    own = own_names(url, declared, offered)
    path = fold(unquote(urlsplit(url).path))
    if logos := _site_logos(marks, offered, own, path):
        declared += logos
        own |= frozenset(map(fold, logos)) - {""}
    headline = _headline(tree, marks, own, offered, feed_title=feed_title or "", path=path)
    made_by = read_credits(tree, marks, linked, frozenset(map(fold, declared)) - {""})
    picture = lead_picture(tree, marks, linked, url)
    feed = feed_published.isoformat() if feed_published else ""
    published = choose_moment(times.published(marks, linked, url, feed), zone=zone, now=now)
    if published is None:
        published = choose_moment(times.elsewhere(tree), zone=zone, now=now)
        if published and published.origin == times.ALONE and now - published.at < _FRESH:
            published = None
    modified = choose_moment(times.modified(marks, linked), zone=zone, now=now)
    if modified and published and is_before(modified, published):
        modified = None
    return Head(
        headline=headline or feed_title,
        authors=made_by.authors,
        editor=made_by.editor,
        agency=made_by.agency,
        published=published,
        modified=modified,
        section=(linked.section or marks.first("article:section"))[:_MAX_WORD_CHARACTERS] or None,
        tags=_tags(marks, linked),
        image=picture.image,
        caption=picture.caption,
        credit=picture.credit,
        canonical=_canonical(url, marks),
        site_name=site_name[:_MAX_WORD_CHARACTERS] or None,
        lang=tree.get("lang") or marks.first("content-language", "og:locale") or None,
        is_free=linked.is_free,
    )


def _offered(marks: Marks, linked: LinkedData) -> list[str]:
    """Give the titles that were written for machines, the most careful first."""
    titles = (
        linked.headline,
        marks.first("og:title"),
        marks.first("headline", "twitter:title"),
        marks.title,
    )
    return [title[:_MAX_TITLE_CHARACTERS] for title in titles if title]


def _site_logos(marks: Marks, offered: list[str], own: frozenset[str], path: str) -> list[str]:
    """Give the names on the logos; what a title or the address says of the story is a headline."""
    if not marks.logos:
        return []
    cuts = {fold(cut) for title in offered if (cut := cut_site(title, own)) != title} - own
    texts = [text_of(logo)[:_MAX_TITLE_CHARACTERS] for logo in marks.logos]
    is_headline = [fold(text) in cuts or is_in_address(text, path) for text in texts]
    marks.headings += [logo for logo, it_is in zip(marks.logos, is_headline, strict=True) if it_is]
    return [text for text, it_is in zip(texts, is_headline, strict=True) if not it_is]


def _headline(  # noqa: PLR0913 - all that is known of the titles
    tree: HtmlElement,
    marks: Marks,
    own: frozenset[str],
    offered: list[str],
    *,
    feed_title: str,
    path: str,
) -> str | None:
    """Give the headline, and note in the marks what stands beside it."""
    titles = [*offered, feed_title] if feed_title else offered
    anchor = _heading(tree, marks, own, titles, path)
    if anchor is None and len(marks.headings) == 1 and not offered:
        anchor = marks.headings[0]
    shown = "" if anchor is None else text_of(anchor)[:_MAX_TITLE_CHARACTERS]
    headline = choose_headline(shown, offered, own)
    if anchor is None and headline:
        anchor = _printed(tree, headline)
        printed = "" if anchor is None else squeeze(anchor.text)
        headline = printed if fold(printed) in ends_of(headline) else headline
    if anchor is not None:
        marks.after, marks.before = scraps_after(anchor), scraps_before(anchor)
    return headline


def _heading(
    tree: HtmlElement, marks: Marks, own: frozenset[str], offered: list[str], path: str
) -> HtmlElement | None:
    """Give the h1 that is the headline, else a smaller heading that says the same as a title.

    An h1 that is hardly like a title may be a heading within the story: a small one that is a title
    word for word comes first. Where none is, the one that calls itself the headline is believed.
    """
    titles = cut_titles(offered, own)
    texts = [text_of(element)[:_MAX_TITLE_CHARACTERS] for element in marks.headings]
    index = find_heading(texts, titles, own, least=SURE, path=path)
    if index is not None:
        return marks.headings[index]
    small = list(islice(tree.iter("h2", "h3", "h4", "h5", "legend"), _MAX_SMALL_HEADINGS))
    small_texts = [text_of(element)[:_MAX_TITLE_CHARACTERS] for element in small]
    index = find_heading(small_texts, titles, own, least=WORD_FOR_WORD)
    if index is not None:
        return small[index]
    index = find_heading(texts, titles, own, path=path)
    if index is not None:
        return marks.headings[index]
    index = find_heading(small_texts, titles, own, least=OF_SMALL)
    if index is not None:
        return small[index]
    named = [
        element
        for element, text in zip(small, small_texts, strict=True)
        if is_headline(element) and fold(text) not in {"", *own}
    ]
    return named[0] if len(named) == 1 else None


def _printed(tree: HtmlElement, headline: str) -> HtmlElement | None:
    """Give the element that prints the title where no heading does, else an end of the title.

    The name of a site stands in titles, and only there.
    """
    whole, ends = fold(headline), ends_of(headline)
    found: tuple[int, HtmlElement] | None = None
    for element in tree.iter("p", "div", "span", "td", "strong", "b", "font", "h2", "h3", "h4"):
        folded = fold(element.text or "")
        if folded == whole:
            return element
        if folded in ends and (found is None or len(folded) > found[0]):
            found = len(folded), element
    return found[1] if found else None


def _tags(marks: Marks, linked: LinkedData) -> tuple[str, ...]:
    """Give the words the newsroom filed the story under, each once."""
    values = linked.tags or marks.metas.get("article:tag") or marks.metas.get("keywords", [])
    words = (word.strip()[:_MAX_WORD_CHARACTERS] for value in values for word in value.split(","))
    return tuple(dict.fromkeys(filter(None, words)))[:MAX_TAGS]


def _canonical(url: str, marks: Marks) -> str | None:
    """Give the address the page calls its own; of another host it is not believed."""
    canonical = joined(url, marks.links.get("canonical", ""))
    return canonical if canonical and _host(canonical) == _host(url) else None


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
