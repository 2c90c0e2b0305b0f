"""Stories that somebody wrote as JSON, to what topics see. Never opens a file.

One story may run over many lines; several are JSON Lines, one story per line. Whatever a story
does not say is unknown, as it is of a story in the archive.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from monitor.query.fields import EVENTS, nearest
from monitor.query.story import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

FIELDS = (
    *("title", "body", "lang", "source", "region", "section"),
    *("tags", "author", "url", "published", "event"),
)


class StoryError(ValueError):
    """What was given is no story: which line, and what is wrong there."""


def stories(data: bytes) -> list[tuple[Text, tuple[str, ...]]]:
    """Read stories, each with the names of the fields that nobody knows.

    Raises StoryError when any of them cannot be read.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _error(line, f"is not UTF-8 text (byte {error.start})") from None
    found = [(line, _object(line, value)) for line, value in _values(text)]
    if not found:
        raise _error(1, f"there is no story; one is {_EXAMPLE}")
    return [
        (_text(line, told), tuple(key for key in told if key not in FIELDS)) for line, told in found
    ]


def _error(line: int, message: str) -> StoryError:
    return StoryError(f"line {line}: {message}")


_EXAMPLE = '{"title": "...", "body": "..."}'
_BLANK = " \t\r\n"  # what JSON takes for blank


def _values(text: str) -> Iterator[tuple[int, object]]:
    """Read the whole as one value or, if one of the lines is a story by itself, line by line.

    A faulty line is then named as itself, and is not told as a fault of the line after it.
    """
    begun = len(text) - len(text.lstrip(_BLANK))
    if begun == len(text):
        return
    try:
        yield text.count("\n", 0, begun) + 1, _value(text, 1)
    except StoryError:
        lines = [(nth, line) for nth, line in enumerate(text.split("\n"), 1) if line.strip(_BLANK)]
        if not any(map(_is_object, (line for _, line in lines))):
            raise
        for nth, line in lines:
            yield nth, _value(line, nth)


def _value(text: str, line: int) -> object:
    try:
        return json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        where = line + error.lineno - 1
        raise _error(where, f"is no JSON: {error.msg} (column {error.colno})") from None
    except RecursionError:
        raise _error(line, "is nested too deeply") from None
    except ValueError as error:  # a number of thousands of digits
        raise _error(line, f"is no JSON: {error}") from None


def _is_object(line: str) -> bool:
    try:
        return isinstance(_value(line, 1), dict)
    except StoryError:
        return False


def _object(line: int, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        message = f"a story is {_EXAMPLE}, and not {_kind(value)}; several stand one per line"
        raise _error(line, message)
    return value


def _text(line: int, told: dict[str, Any]) -> Text:
    for name in FIELDS:
        if told.get(name) is not None:
            _check(line, name, told[name])
    events = frozenset(event.casefold() for event in _several(told, "event"))
    for event in events - set(EVENTS):
        hint = nearest(event, EVENTS) or f"; there are {', '.join(EVENTS)}"
        raise _error(line, f"there is no event {event}{hint}")
    return Text(
        headline=_one(told, "title"),
        body=_one(told, "body"),
        source=_one(told, "source"),
        region=_one(told, "region"),
        lang=_one(told, "lang"),
        url=_one(told, "url"),
        section=_one(told, "section"),
        authors=_several(told, "author"),
        tags=_several(told, "tags"),
        events=events,
        published=_published(line, _one(told, "published")),
    )


def _check(line: int, name: str, value: object) -> None:
    if isinstance(value, str):
        return
    if name not in {"author", "tags", "event"}:
        raise _error(line, f"{name} must be text, and not {_kind(value)}")
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _error(line, f"{name} must be text, or a list of texts")


def _one(told: dict[str, Any], name: str) -> str:
    return _LONE.sub("\ufffd", told.get(name) or "")


def _several(told: dict[str, Any], name: str) -> tuple[str, ...]:
    value = told.get(name) or ()
    values = (value,) if isinstance(value, str) else value
    return tuple(_LONE.sub("\ufffd", each) for each in values)


# JSON may name half a character, which no file and no terminal can take.
_LONE = re.compile("[\ud800-\udfff]")


def _published(line: int, written: str) -> datetime | None:
    """Read a time; one without a zone is in UTC. Null when the story does not say it."""
    if not written:
        return None
    try:
        at = datetime.fromisoformat(written.strip())
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        message = "published must be a time such as 2026-03-31 or 2026-03-31T08:00+07:00"
        raise _error(line, message) from None


def _kind(value: object) -> str:
    return {dict: "an object", list: "a list", bool: "true or false", type(None): "null"}.get(
        type(value), "text" if isinstance(value, str) else "a number"
    )
