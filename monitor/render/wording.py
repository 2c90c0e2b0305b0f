"""A digest in sentences: what text and HTML both say, so that neither says more than the other.

Pure. Knows no markup and no line length.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from monitor.render.clean import one_line, safe_link, shortened
from monitor.render.differences import differences
from monitor.render.excerpts import excerpts, marked
from monitor.render.letter import Chapter, Elsewhere, Item, Letter
from monitor.render.phrases import phrases
from monitor.render.times import times

if TYPE_CHECKING:
    from db.records import Event
    from monitor.digest import Copy, Digest, Entry, Trouble
    from monitor.render.phrases import Forms, Phrases
    from monitor.render.times import Times

HEADLINE_CHARACTERS = 240
OUTLETS = 12  # copies that are named in one entry
TROUBLES = 25  # sources that are named in the footer
EXCERPTS = 3  # of one story; one where a change is shown as well
FEW_WORDS = 15  # copies that differ by fewer words are called equally long
_EVENTS: tuple[Event, ...] = ("new", "edited", "retitled", "gone", "returned")


def letter(digest: Digest) -> Letter:
    """Put a digest into the words of its reader."""
    return _Writing(digest).letter()


def subject(digest: Digest) -> str:
    """Name topic, count and first headline; `clean_header` is the caller's part."""
    say = phrases(digest.lang)
    if not digest.entries:
        return f"tilik: {say.nothing_new}"
    first, *others = digest.sections
    more = f" +{len(others)}" if others else ""
    count = numbered(say.stories, len(digest.entries))
    headline = shortened(one_line(first.entries[0].content.headline), 60)
    part = f" ({digest.part}/{digest.parts})" if digest.parts > 1 else ""
    return f"{shortened(one_line(first.title), 50)}{more}: {count}{part} · {headline}"


def numbered(forms: Forms, count: int) -> str:
    """Say a number with the form that goes with it."""
    return forms[0 if count == 1 else 1].format(count=count)


class _Writing:
    """The phrases and times of one digest, at hand for all its parts."""

    def __init__(self, digest: Digest) -> None:
        self._digest = digest
        self._say: Phrases = phrases(digest.lang)
        self._times: Times = times(self._say, digest.zone, digest.now)

    def letter(self) -> Letter:
        digest, say = self._digest, self._say
        chapters, number = [], 1
        for section in digest.sections:
            items = tuple(
                self._item(entry, place) for place, entry in enumerate(section.entries, number)
            )
            number += len(items)
            chapters.append(
                Chapter(one_line(section.title), numbered(say.stories, len(items)), items)
            )
        return Letter(
            say=say,
            date=self._times.date(digest.now),
            window=self._times.window(digest.since, digest.now),
            summary=self._summary(),
            part=say.part.format(part=digest.part, parts=digest.parts) if digest.parts > 1 else "",
            chapters=tuple(chapters),
            nothing_new="" if chapters else say.nothing_new,
            legend=say.legend if chapters else "",
            troubled=numbered(say.troubled, len(digest.troubles))
            if digest.troubles
            else say.all_well,
            troubles=self._troubles(),
            why=say.why.format(mailbox=digest.mailbox, topics=", ".join(digest.topics)),
        )

    def _summary(self) -> str:
        """Count what happened: "7 stories: 4 new, 2 edited, 1 withdrawn"."""
        entries = self._digest.entries
        if not entries:
            return ""
        counts = Counter(entry.kind for entry in entries)
        kinds = [f"{counts[kind]} {self._say.events[kind]}" for kind in _EVENTS if counts[kind]]
        return f"{numbered(self._say.stories, len(entries))}: {', '.join(kinds)}"

    def _item(self, entry: Entry, number: int) -> Item:
        say, content = self._say, entry.content
        shown = differences(entry.change)
        headline = one_line(content.headline)
        is_whole = headline == content.headline and len(headline) <= HEADLINE_CHARACTERS
        spans = entry.spans if is_whole else ()  # in a mended headline the places have moved
        others = entry.copies[OUTLETS:]
        return Item(
            number=number,
            kind=entry.kind,
            label=say.events[entry.kind],
            headline=marked(shortened(headline, HEADLINE_CHARACTERS), spans, "title"),
            lang=content.lang or "",
            facts=self._facts(entry),
            life=self._life(entry),
            notice=self._notice(entry),
            was_called=self._was_called(entry),
            excerpts=excerpts(content.text, entry.spans, 1 if shown.paragraphs else EXCERPTS),
            changed=self._changed(entry) if shown.paragraphs else "",
            differences=shown,
            more_changes=numbered(say.more_changes, shown.more) if shown.more else "",
            link=safe_link(entry.url),
            elsewhere=tuple(self._elsewhere(each, headline) for each in entry.copies[:OUTLETS]),
            more_outlets=numbered(say.more_outlets, len(others)) if others else "",
            also_in=say.also_topic.format(topics=", ".join(entry.also_in)) if entry.also_in else "",
        )

    def _facts(self, entry: Entry) -> tuple[str, ...]:
        """Say where, when and by whom."""
        say, content = self._say, entry.content
        if entry.published_at is None:
            at = say.first_seen.format(at=self._times.moment(entry.first_seen_at))
        elif content.published_precision == "day":
            at = self._times.day(entry.published_at)
        else:
            at = self._times.moment(entry.published_at)
        names = shortened(one_line(", ".join(content.authors)), 120)
        agency = shortened(one_line(content.agency or ""), 60)
        facts = (
            one_line(entry.outlet),
            at,
            say.by.format(names=names) if names else "",
            say.agency.format(name=agency) if agency else "",
        )
        return tuple(fact for fact in facts if fact)

    def _life(self, entry: Entry) -> str:
        """Tell, when it was more than one thing, what happened to the story and when."""
        if len(entry.happenings) == 1 and entry.kind in {"new", "gone"}:
            return ""  # the label and the notice say it already
        told = [*entry.happenings[:1], *entry.happenings[1:][-5:]]
        return " → ".join(
            f"{self._say.events[each.event]} {self._times.moment(each.at)}" for each in told
        )

    def _notice(self, entry: Entry) -> str:
        if entry.kind != "gone":
            return ""
        return self._say.last_read.format(
            gone=self._times.moment(entry.happenings[-1].at),
            read=self._times.moment(entry.read_at),
        )

    def _was_called(self, entry: Entry) -> str:
        if entry.before is None or entry.change is None or not entry.change.is_retitled:
            return ""
        headline = shortened(one_line(entry.before.headline), HEADLINE_CHARACTERS)
        return self._say.was_called.format(headline=headline)

    def _changed(self, entry: Entry) -> str:
        significance = entry.change.significance if entry.change else 0.0
        percent = f"{significance:.0%}" if significance >= 0.01 else "<1%"  # noqa: PLR2004 - of one
        return self._say.changed.format(percent=percent)

    def _elsewhere(self, copy: Copy, spoken: str) -> Elsewhere:
        say = self._say
        remarks = [] if copy.kind == "new" else [say.events[copy.kind]]
        if copy.paragraphs:
            forms = say.paragraphs_fewer if copy.paragraphs < 0 else say.paragraphs_more
            remarks.append(numbered(forms, abs(copy.paragraphs)))
        elif abs(copy.words) >= FEW_WORDS:
            forms = say.words_fewer if copy.words < 0 else say.words_more
            remarks.append(numbered(forms, abs(copy.words)))
        else:
            remarks.append(say.same_length)
        headline = one_line(copy.headline)
        return Elsewhere(
            outlet=one_line(copy.outlet),
            remark=", ".join(remarks),
            headline=shortened(headline, HEADLINE_CHARACTERS) if headline != spoken else "",
            link=safe_link(copy.url),
        )

    def _troubles(self) -> tuple[str, ...]:
        troubles = self._digest.troubles
        told = tuple(self._trouble(each) for each in troubles[:TROUBLES])
        more = len(troubles) - len(told)
        return (*told, numbered(self._say.more_troubles, more)) if more else told

    def _trouble(self, trouble: Trouble) -> str:
        reason = shortened(one_line(trouble.reason), 200)
        if trouble.since is None:
            return self._say.trouble.format(outlet=trouble.outlet, reason=reason)
        since = self._times.moment(trouble.since)
        return self._say.trouble_since.format(outlet=trouble.outlet, reason=reason, since=since)
