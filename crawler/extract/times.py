"""Finds where a page prints the times of its story. Never says what they mean: moments.py chooses.

The order of the places is extraction.md 6: for machines first, then for readers, then the address.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

from lxml.etree import XPath

from crawler.extract.marks import Marks, Scrap, mark_of, squeeze, stamp_of, text_of
from crawler.extract.moments import Evidence
from crawler.extract.scraps import LONG_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from crawler.extract.jsonld import LinkedData

ALONE: Final = "alone"
# A line with a date on it; in a longer one the story speaks, and the more so behind a paragraph.
_MAX_HEAD_CHARACTERS: Final = 120
_MAX_BODY_CHARACTERS: Final = 50
_MAX_LABEL_CHARACTERS: Final = 30
_MAX_VALUES: Final = 3
_NEAR_SCRAPS: Final = 14
_MAX_CHILDREN: Final = 4  # of a line; a section has more
_MAX_DATELINE_CHARACTERS: Final = 80
_MAX_BARE_CHARACTERS: Final = 40
_MAX_BARE_WORDS: Final = 4  # "Kamis, 20 Agustus 2026, 20:40 WIB" has three, a name before it one

_PUBLISHED_META = re.compile(
    r"publi(?:sh|cat)(?!er)|pubdate|ptime|issued|displaydate|originaldate|releasedate"
)
_TIMELY_META = re.compile("publi|date|time|issued|created")  # asked first, for speed
_DATE_META = re.compile(r"^(?:dc|dcterms|sailthru|article|)date$|created")
_MODIFIED_META = re.compile(r"modif|updat|revis")
_URL_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[-/]?(\d\d)[-/]?(\d\d)(?!\d)"
    r"|/((?:19|20)\d\d)(?:/[a-z][\w.-]*)?/(\d\d?)/(\d\d?)/",  # a section may stand between
    re.IGNORECASE,
)
_TITLE_DAY = re.compile(r"\s[-–—|]\s(\d\d?[./]\d\d?[./](?:19|20)\d\d)\s*(?=$|[-–—|])")
_DAY = re.compile(r"(?:19|20)\d\d|\d[./-]\d\d?[./-]\d\d")
_DATED = re.compile(
    rf"{_DAY.pattern}|[’']\d\d\b|전|前|오늘|今天|"
    r"\b(?:ago|lalu|hari ini|kemarin|today|yesterday|назад|сегодня|вчера)\b",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"\b(?:updated?|modified|edited|diperbarui|diupdate|perubahan|aktualisiert|actualizad[oa]|"
    r"mis à jour|обновлено|изменено|revised|reviewed)\b|수정|更新",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"\W*(?:published|posted|dipublikasikan|diterbitkan|terbit|diposting|tayang|veröffentlicht|publié|"
    r"publicado|опубликовано|발행|입력|등록|发布|發布)",
    re.IGNORECASE,
)
# What a page says of its time in a whole sentence: "This entry was posted on Monday, ...".
_SAYS = re.compile(
    rf"{_PUBLISHED.pattern}|\W*(?:this|dieser|artikel ini|berita ini|tulisan ini)\b.{{0,80}}?"
    r"\b(?:published|posted|veröffentlicht|diterbitkan|dipublikasikan|ditayangkan)\b",
    re.IGNORECASE,
)
_ASIDES: Final = frozenset({"aside", "footer", "nav"})
_WHOLE: Final = frozenset({"html", "body"})  # their classes tell what the whole page may hold
_ASIDE_MARK = re.compile(r"comment|komentar|foot", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_DASH = re.compile(r"\s[-–—]{1,2}\s?|[–—]|--")
_DATE_MARK = re.compile(
    r"date|time|publish|posted|tanggal|waktu|datum|post-?_?meta|entry-meta|byline|author|info"
)
_STAMPED = XPath("//*[@itemprop='datePublished' or @pubdate]")


def published(marks: Marks, linked: LinkedData, url: str, feed: str) -> Iterator[Evidence]:
    """Give the times of publication that the page declares or prints beside its headline.

    `feed` is what the feed or sitemap said, "" when it said nothing.
    """
    yield Evidence("json-ld", linked.published)
    metas = [
        (re.sub(r"[\W_]", "", name), values)
        for name, values in marks.metas.items()
        if _TIMELY_META.search(name)
    ]
    for pattern in (_PUBLISHED_META, _DATE_META):
        for name, values in metas:
            if pattern.search(name) and not _MODIFIED_META.search(name):
                yield from (Evidence("meta", value) for value in values[:_MAX_VALUES])
    near, far = marks.after[:_NEAR_SCRAPS], marks.after[_NEAR_SCRAPS:]
    yield from _printed(near, is_update=False, in_body=False)
    yield from _printed(marks.before, is_update=False, in_body=False)
    yield from _printed(far, is_update=False, in_body=False)
    yield Evidence("feed", feed)
    if match := _URL_DAY.search(urlsplit(url).path):
        yield Evidence("url", "-".join(filter(None, match.groups())))
    if match := _TITLE_DAY.search(marks.title):
        yield Evidence("title", match[1])
    yield from _printed(marks.after, is_update=False, in_body=True)
    yield from _datelines(marks.after)


def modified(marks: Marks, linked: LinkedData) -> Iterator[Evidence]:
    """Give the times of the last change that the page declares or prints beside its headline."""
    yield Evidence("json-ld", linked.modified)
    for name, values in marks.metas.items():
        if _MODIFIED_META.search(name):
            yield from (Evidence("meta", value) for value in values[:_MAX_VALUES])
    yield from _printed(marks.after, is_update=True, in_body=False)


def elsewhere(tree: HtmlElement) -> Iterator[Evidence]:
    """Give a time of publication that stands elsewhere, where it says so or is the only one.

    The only one of the page, or of the part above the first paragraph of the story. One that no
    word or box calls a time is "alone": it may be the day of the reader.
    """
    for element in cast("list[HtmlElement]", _STAMPED(tree))[:1]:
        if _DAY.search(said := stamp_of(element) or text_of(element)):
            yield Evidence("itemprop", said)
            return
    kinds = ("labelled", "marked", "marked above", "bare", "bare above")
    found: dict[str, list[str]] = {kind: [] for kind in kinds}
    is_above = True
    asides: dict[HtmlElement, bool] = {}
    for element in tree.iter("span", "div", "p", "abbr", "small", "li", "time", "td", "h2"):
        kind, text = _read_box(element)
        if len(text) > _MAX_HEAD_CHARACTERS:
            is_above = is_above and (element.tag != "p" or len(text) < LONG_CHARACTERS)
        elif text and _is_day(text, kind) and not _is_aside(element, asides):
            found[kind].append(text)
            if kind != "labelled" and is_above:
                found[f"{kind} above"].append(text)
    found["labelled"] = found["labelled"][:1]
    for kind, lines in found.items():
        if len(set(lines)) == 1:
            yield Evidence("elsewhere" if kind in kinds[:2] else ALONE, lines[0])


def _read_box(element: HtmlElement) -> tuple[str, str]:
    """Give the text that may be a time: one that says so, of a box called so, or a bare one."""
    own = element.text or ""
    is_line = len(element) < _MAX_CHILDREN
    if (said := own.lstrip()) and _SAYS.match(said):
        return "labelled", text_of(element) if is_line and not _DAY.search(own) else squeeze(own)
    if is_line and _is_date_box(element):
        return "marked", stamp_of(element) or text_of(element)
    is_whole = element.tag == "p" and is_line and len(own) < LONG_CHARACTERS
    return "bare", text_of(element) if is_whole else squeeze(own)


def _is_date_box(element: HtmlElement) -> bool:
    is_marked = bool(element.keys()) and _DATE_MARK.search(mark_of(element).lower())
    return element.tag == "time" or bool(is_marked)


def _is_day(text: str, kind: str) -> bool:
    if kind == "bare":
        return bool(_DAY.search(text) and _is_bare(text))
    return bool(_DATED.search(text))


def _is_bare(line: str) -> bool:
    """Say whether the line is a day and hardly a word more: no sentence, no address."""
    return len(line) <= _MAX_BARE_CHARACTERS and len(_WORD.findall(line)) <= _MAX_BARE_WORDS


def _is_aside(element: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    """Say whether the element belongs to the comments or to the foot of the page.

    `known` keeps it for the boxes around: thousands of days may stand deep in the same ones.
    """
    boxes: list[HtmlElement] = []
    box: HtmlElement | None = element
    while box is not None and box not in known:
        boxes.append(box)
        box = box.getparent()
    is_aside = box is not None and known[box]
    for inner in reversed(boxes):
        is_aside = known[inner] = is_aside or _is_aside_box(inner)
    return is_aside


def _is_aside_box(box: HtmlElement) -> bool:
    if box.tag in _WHOLE:
        return False
    return box.tag in _ASIDES or bool(_ASIDE_MARK.search(mark_of(box)))


def _datelines(scraps: list[Scrap]) -> Iterator[Evidence]:
    """Give what stands before the dash that opens a story: "CITY, Dec 20, 2025 (Agency) -"."""
    for scrap in scraps:
        if not scrap.depth:
            continue
        dateline, dash, _ = _DASH.sub("\n", scrap.text[:_MAX_DATELINE_CHARACTERS]).partition("\n")
        if dash and (scrap.depth == 1 or _is_bare(dateline)) and _DATED.search(dateline):
            yield Evidence("dateline", dateline)


def _printed(scraps: list[Scrap], *, is_update: bool, in_body: bool) -> Iterator[Evidence]:
    """Give the lines that may hold a time: of publication, or of what they call an update."""
    limit = _MAX_BODY_CHARACTERS if in_body else _MAX_HEAD_CHARACTERS
    label = ""
    for index, scrap in enumerate(scraps):
        before, label = label, scrap.text if len(scrap.text) < _MAX_LABEL_CHARACTERS else ""
        if (scrap.depth > 0) is not in_body:
            continue
        is_dated = len(scrap.text) <= limit and bool(_DATED.search(scrap.text))
        if not (scrap.stamp or is_dated):
            continue
        is_updated = "dateModified" in scrap.mark or bool(_UPDATED.search(before))
        if scrap.stamp and is_updated is is_update:
            yield Evidence("time", scrap.stamp)
        if not is_dated:
            continue
        update = _UPDATED.search(scrap.text)
        cut = 0 if is_updated else update.start() if update else len(scrap.text)
        line = scrap.text[cut:] if is_update else scrap.text[:cut]
        if line == scrap.text:  # the hour may stand in the next box
            line = " ".join(piece.text for piece in scraps[index : index + 3])
        if line:
            is_plain = not in_body and not update and _is_bare(scrap.text)
            yield Evidence("line", line[:_MAX_HEAD_CHARACTERS], is_plain)
