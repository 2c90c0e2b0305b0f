"""Weighs the blocks of a page and finds the frame: the element that holds the story. Never cuts.

Two witnesses speak for a block: its own prose, and that trafilatura took it. Neither is believed
alone: prose also stands in teasers, and trafilatura at times takes the list beside the story.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, cast

from crawler.blocks import is_furniture_name, tags

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from lxml.html import HtmlElement

    from crawler.blocks import Block

_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_UNSPACED_WORTH = 2.5  # one Han or Hangul character says as much as so many Latin letters
_SENTENCE_ENDS = tuple(".!?:;…。！？।؟”\"'’»)]")
_PARAGRAPH_CHARACTERS, _SENTENCE_CHARACTERS, _LINE_CHARACTERS = 80, 40, 25
_COLUMN_PARAGRAPHS = 2  # so many in one cell, and it is a column
_FOUND_CHARACTERS = 25  # shorter texts also stand within other words
_LONG_CHARACTERS = 100_000  # a text to search thousands of times: its words are looked up first
_PROSE_LINK_RATIO = 0.4  # above, it is a list of links with words between
_LINK_ONLY_RATIO = 0.8
_TEASER_CHARACTERS = 300

_UNTAKEN, _ASIDE, _TEASER = 0.25, 0.15, 0.15  # what is left of the weight of such prose
_REFUTED_RATIO = 0.2  # trafilatura took less than this of the core: it read something else
_STORY_RATIO = 0.5  # a box with so much of what trafilatura took is the story, whatever its name
_FIGURE_RATIO = 0.3
_HEART_RATIO = 0.95  # of the page's prose; with less the lead of some stories stands outside
_ALL_RATIO = 0.5  # or with so much of the page's prose
_DECAY, _LEVELS = 0.6, 3  # how far up a paragraph speaks for the boxes around it

# How much more prose, as a share of its own, an outer box must add to be the frame instead.
_NEAR_GAIN, _NEAR_LEVELS = 0.06, 2  # paragraphs that trafilatura took, just outside
_FAR_GAIN, _FAR_LEVELS = 0.25, 8
_GAIN = 0.9  # any other prose
_SMALL_RATIO, _SMALL_GAIN = 0.4, 0.15  # a frame with less than this of the prose is only a part

_PARAGRAPH_TAGS = tags("p li td dd dt th blockquote pre")
_PARTS = tags("blockquote dd dl dt figure li ol p pre span table tbody tr ul")
_CELLS = tags("td th")
_NO_DIGITS = str.maketrans("", "", "0123456789")


@dataclass(slots=True, eq=False)
class View:
    """A block as the survey sees it: its prose, taken by trafilatura, whether it stands aside.

    `is_cell`: it stands in a table that says something, not in a column of the page's layout.
    """

    block: Block
    prose: float
    is_taken: bool = False
    is_aside: bool = False
    is_figure: bool = False
    is_teaser: bool = False
    is_cell: bool = False

    @property
    def home(self) -> HtmlElement:
        """The element the block stands in: one of a page always has it."""
        return cast("HtmlElement", self.block.home)

    @property
    def box(self) -> HtmlElement:
        """The element whose children are paragraphs like this one."""
        home = self.home
        parent = home.getparent()
        is_bare = self.block.kind == "div" or home.tag not in _PARAGRAPH_TAGS
        is_column = home.tag in _CELLS and not self.is_cell
        return home if is_bare or is_column or parent is None else parent


def look(blocks: Iterable[Block]) -> list[View]:
    """Look at every block by itself."""
    return [View(block, prose_of(block)) for block in blocks]


def heart(views: Iterable[View], tree: HtmlElement) -> HtmlElement:
    """Give the smallest element that holds nearly all prose of the page: the story is inside."""
    weights: defaultdict[HtmlElement, float] = defaultdict(float)
    for view in views:
        if view.prose:
            weights[view.home] += view.prose
    # One climb per box, not per paragraph: pages of 30,000 paragraphs exist.
    held: defaultdict[HtmlElement | None, float] = defaultdict(float)
    for home, weight in weights.items():
        held[home.getparent()] += weight
    for parent, weight in held.items():
        for box in _upwards(parent):
            weights[box] += weight
    least = weights[tree] * _HEART_RATIO
    heart = tree
    while (inner := next((e for e in heart if weights.get(e, 0) > least), None)) is not None:
        heart = inner
    return heart


def survey(views: Sequence[View], taken_text: str) -> HtmlElement | None:
    """Find the frame, the smallest element that holds the story, and mark what stands aside.

    It is null when the page has no prose. When trafilatura took next to nothing of the prose that
    weighs most, it read something else, and the blocks speak for themselves.
    """
    _hear(views, taken_text)
    tally = _Tally(views)
    core = tally.core
    if core is not None and taken_ratio(framed(views, core)) < _REFUTED_RATIO:
        _hear(views, "")
        tally = _Tally(views)
    return tally.frame()


def framed(views: Iterable[View], frame: HtmlElement) -> list[View]:
    """Give the views of the blocks that stand inside the frame."""
    inside = set(frame.iter())
    return [view for view in views if view.home in inside]


def taken_ratio(views: Iterable[View]) -> float:
    """How much of the prose that does not stand aside trafilatura took, 0 to 1."""
    prose = [view for view in views if not view.is_aside and not view.is_figure]
    return sum(v.prose for v in prose if v.is_taken) / (sum(v.prose for v in prose) or 1)


def prose_of(block: Block, *, is_taken: bool = False) -> float:
    """Give the worth of a block as running text; 0 for headings, labels and lists of links.

    A line that trafilatura took may be short and have no full stop: some pages break each line.
    """
    if block.is_heading or block.link_ratio > _PROSE_LINK_RATIO:
        return 0
    size = len(block.text) + (_UNSPACED_WORTH - 1) * len(_UNSPACED.findall(block.text))
    size *= 1 - block.link_ratio
    if is_taken and block.kind == "p":
        return size if size >= _LINE_CHARACTERS else 0
    is_sentence = block.text.endswith(_SENTENCE_ENDS)
    return size if size >= (_SENTENCE_CHARACTERS if is_sentence else _PARAGRAPH_CHARACTERS) else 0


def _hear(views: Sequence[View], taken_text: str) -> None:
    """Hear the witness, and say by it what is prose, a cell, and what stands aside."""
    for view, is_taken in zip(views, _taken(views, taken_text), strict=True):
        if is_taken != view.is_taken:
            view.is_taken = is_taken
            view.prose = prose_of(view.block, is_taken=is_taken)
    is_furniture = _namer(views)
    columns = _columns(views)
    for view in views:
        block = view.block
        view.is_cell = block.kind in _CELLS and _cell(block.home) not in columns
        view.is_aside = any(is_furniture(box, _STORY_RATIO) for box in block.asides)
        view.is_figure = not view.is_cell and any(
            is_furniture(box, _FIGURE_RATIO) for box in block.figures
        )
    for before, view, after in zip(views, views[1:], views[2:], strict=False):
        view.is_teaser = (
            len(view.block.text) < _TEASER_CHARACTERS
            and before.block.link_ratio > _LINK_ONLY_RATIO
            and after.block.link_ratio > _LINK_ONLY_RATIO
        )


def _columns(views: Sequence[View]) -> set[HtmlElement | None]:
    """Give the cells that hold paragraphs: pages were laid out in tables once."""
    if not any(view.block.kind in _CELLS for view in views):
        return set()
    prose = Counter(_cell(view.block.home) for view in views if view.prose >= _PARAGRAPH_CHARACTERS)
    return {cell for cell, paragraphs in prose.items() if paragraphs >= _COLUMN_PARAGRAPHS}


def _cell(element: HtmlElement | None) -> HtmlElement | None:
    return next((box for box in _upwards(element) if box.tag in _CELLS), None)


def _taken(views: Iterable[View], taken_text: str) -> list[bool]:
    """Say of each block whether trafilatura took it, as a line of its own or within others."""
    lines = [" ".join(line.split()) for line in taken_text.split("\n")]
    texts = [_printed(view.block.text) for view in views]
    bare = [line.lstrip("-| ") for line in lines]
    own, known = set(bare), set(texts)
    # Only what is no block by itself can hold others; searching in all of it takes too long. A
    # short line may be a block, and a line of source text within another.
    rest = " ".join(
        line
        for line, text in zip(lines, bare, strict=True)
        if len(text) < _FOUND_CHARACTERS or text not in known
    )
    is_said = rest.__contains__ if len(rest) < _LONG_CHARACTERS else _finder(rest)
    return [text in own or (len(text) >= _FOUND_CHARACTERS and is_said(text)) for text in texts]


def _finder(rest: str) -> Callable[[str], bool]:
    """Make the test whether a long text holds another; most that it does not hold are told fast."""
    known = set(pairwise(rest.split(" ")))

    def is_said(text: str) -> bool:
        # The first and last words may be parts of longer ones there.
        return known.issuperset(pairwise(text.split(" ")[1:-1])) and text in rest

    return is_said


def _printed(text: str) -> str:
    """Leave out soft hyphens and the like, as trafilatura does."""
    return text if text.isprintable() else "".join(filter(str.isprintable, text))


def _namer(views: Iterable[View]) -> Callable[[HtmlElement, float], bool]:
    """Make the test whether a named box is furniture: boxes of one name are judged together.

    A theme calls every text of a page "widget", or the story's own wrapper "author-and-share".
    """
    taken: defaultdict[str, float] = defaultdict(float)
    prose: defaultdict[str, float] = defaultdict(float)
    names = _names_of(views)
    for view in views:
        if view.prose:
            named = [names[box] for box in (*view.block.asides, *view.block.figures)]
            for name in {name for name, _ in named}:
                prose[name] += view.prose
            for called in {called for _, called in named} if view.is_taken else ():
                taken[called] += view.prose
    all_taken = sum(view.prose for view in views if view.is_taken)
    all_prose = sum(view.prose for view in views)

    def is_furniture(box: HtmlElement, story_ratio: float) -> bool:
        name, called = names[box]
        if all_taken and taken[called] >= story_ratio * all_taken:
            return False
        return box.tag == "aside" or prose[name] < _ALL_RATIO * (all_prose or 1)

    return is_furniture


def _names_of(views: Iterable[View]) -> dict[HtmlElement, tuple[str, str]]:
    """Give each box's name, and the words in it that call it furniture: builders number others."""
    known: dict[tuple[str, str, str], tuple[str, str]] = {}
    names: dict[HtmlElement, tuple[str, str]] = {}
    for view in views:
        for box in (*view.block.asides, *view.block.figures):
            if box not in names:
                written = (box.get("class", ""), box.get("id", ""), box.tag)
                names[box] = known.get(written) or known.setdefault(written, _named(*written))
    return names


def _named(classes: str, identity: str, tag: str) -> tuple[str, str]:
    name = (classes or identity or tag).translate(_NO_DIGITS)
    words = f"{classes} {identity}".split()
    called = " ".join(filter(is_furniture_name, words)).translate(_NO_DIGITS)
    return name, called or name


class _Tally:
    """What speaks for each element: its score as a box of paragraphs, its prose, its paragraphs."""

    def __init__(self, views: Iterable[View]) -> None:
        self._scores: defaultdict[HtmlElement, float] = defaultdict(float)
        self._weights: defaultdict[HtmlElement, float] = defaultdict(float)
        self._paragraphs: defaultdict[HtmlElement, float] = defaultdict(float)
        held: defaultdict[HtmlElement, list[float]] = defaultdict(lambda: [0, 0])
        for view in views:
            if weight := _weight(view):
                self._score(view, weight)
                home = view.home
                parent = home.getparent()
                both = held[home if parent is None else parent]
                both[0] += weight
                both[1] += view.is_taken and not view.is_aside and view.block.kind != "div"
                self._weights[home] += weight if parent is not None else 0
        # One climb per parent, not per paragraph: pages of 30,000 paragraphs exist.
        for element, (weight, paragraphs) in held.items():
            for box in _upwards(element):
                self._weights[box] += weight
                self._paragraphs[box] += paragraphs

    @property
    def core(self) -> HtmlElement | None:
        """The element whose paragraphs weigh most."""
        return max(self._scores, key=self._scores.__getitem__) if self._scores else None

    def frame(self) -> HtmlElement | None:
        """Give the core, or an element around it that has as good a claim."""
        core = self.core
        if core is None:
            return None
        frame = self._widened(core)
        outer = [box for box in _upwards(frame) if box.tag == "figure"]
        whole = outer[-1] if outer else frame
        return next((box for box in _upwards(whole) if box.tag not in _PARTS), frame)

    def _score(self, view: View, weight: float) -> None:
        for level, box in zip(range(_LEVELS), _upwards(view.box), strict=False):
            self._scores[box] += weight * _DECAY**level

    def _widened(self, frame: HtmlElement) -> HtmlElement:
        whole = max(self._weights.values())
        levels = 0
        for outer in _upwards(frame.getparent()):
            if outer.tag in ("html", "body"):
                break
            levels += 1
            held = self._weights[frame]
            gained = self._weights[outer] - held
            has_paragraphs = self._paragraphs[outer] - self._paragraphs[frame] > 1
            least = _SMALL_GAIN if held < _SMALL_RATIO * whole else _GAIN
            if has_paragraphs and levels <= _FAR_LEVELS:
                is_near = levels <= _NEAR_LEVELS and frame.tag not in _CELLS  # a column ends there
                least = min(least, _NEAR_GAIN if is_near else _FAR_GAIN)
            if gained and gained >= held * least:
                frame, levels = outer, 0
        return frame


def _weight(view: View) -> float:
    if view.is_figure:
        return 0
    weight = view.prose
    if not view.is_taken:
        weight *= _UNTAKEN
    if view.is_aside:
        weight *= _ASIDE
    if view.is_teaser:
        weight *= _TEASER
    return weight


def _upwards(element: HtmlElement | None) -> Iterator[HtmlElement]:
    while element is not None:
        yield element
        element = element.getparent()
