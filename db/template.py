"""Pure: where a source keeps the bodies of its stories, learned from judged stories one by one.

A newsroom's pages come from one template: one element holds every body, and the same places in it
hold what is no story. Elements and places are known by their names; what those are is the
extractor's business.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Final

TEACHING: Final = 5  # judged stories that must agree before the template is tried
TRIALS: Final = 5  # stories read both ways that must give one text before it is used
MISSES: Final = 5  # judged stories in a row with their body elsewhere: the site has been rebuilt
CHECKED_EACH: Final = 50  # performance.md 4: of so many stories one is always judged
LEAST_CHARACTERS: Final = 300  # performance.md 4: a shorter text is judged, whatever was learned
LEAST_SHARE: Final = 0.3  # of the mean of the first: less may be a page of another kind
MOST_CHARACTERS: Final = 20_000  # of the names of places; a body that needs more has no template


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one judged story shows: the element of its body, and the places in it.

    `kept` and `dropped` name, in order, the places of what is story and what is not; `characters`
    is the length of the story. `agrees` says whether the known template gave the same text, null
    when it gave none.
    """

    body: str
    kept: tuple[str, ...]
    dropped: tuple[str, ...]
    characters: int
    agrees: bool | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """Where the bodies of a source are; a place in neither set is unknown.

    `characters` is the mean length of the stories that taught it. `lessons` counts these,
    `agreed` the stories read both ways with one result, `missed` those since the last lesson
    whose body stood elsewhere.
    """

    body: str
    kept: tuple[str, ...]
    dropped: tuple[str, ...]
    characters: int
    lessons: int = 1
    agreed: int = 0
    missed: int = 0

    @property
    def is_tried(self) -> bool:
        """Whether stories are read by it, to be compared with what the judge gives."""
        return self.lessons >= TEACHING

    @property
    def is_used(self) -> bool:
        """Whether stories are read by it alone."""
        return self.agreed >= TRIALS

    @property
    def name(self) -> str:
        """Name what it makes of a page: another name may mean another text."""
        parts = [self.body, str(self.characters), *self.kept, "", *self.dropped]
        return hashlib.blake2b("\n".join(parts).encode(), digest_size=4).hexdigest()

    def is_usual(self, text: str) -> bool:
        """Whether the text is as long as a body of this source is."""
        return len(text) >= max(LEAST_CHARACTERS, LEAST_SHARE * self.characters)


def taught(template: Template | None, lesson: Lesson) -> Template:
    """Give what is known after one more judged story.

    It starts anew when the lesson contradicts it: another text, a place that was story and is not,
    a body that has stood elsewhere for a while.
    """
    if template is None or lesson.agrees is False:
        return _begun(lesson)
    if lesson.body != template.body:
        missed = template.missed + 1
        return _begun(lesson) if missed >= MISSES else replace(template, missed=missed)
    kept, dropped = {*template.kept, *lesson.kept}, {*template.dropped, *lesson.dropped}
    if kept & dropped or sum(map(len, kept | dropped)) > MOST_CHARACTERS:
        return _begun(lesson)
    return replace(
        template,
        kept=tuple(sorted(kept)),
        dropped=tuple(sorted(dropped)),
        characters=template.characters if template.is_tried else _mean(template, lesson),
        lessons=template.lessons + 1,
        # Several stories are read at once: one may agree with a template that is given up by now.
        agreed=template.agreed + (lesson.agrees is True and template.is_tried),
        missed=0,
    )


def is_checked(url: str) -> bool:
    """Whether the story at this address is judged, however well its source is known.

    By its address, so that each re-visit reads it in the same way.
    """
    digest = hashlib.blake2b(url.encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") % CHECKED_EACH == 0


def _begun(lesson: Lesson) -> Template:
    return Template(lesson.body, lesson.kept, lesson.dropped, lesson.characters)


def _mean(template: Template, lesson: Lesson) -> int:
    total = template.characters * template.lessons + lesson.characters
    return round(total / (template.lessons + 1))
