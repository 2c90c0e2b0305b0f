"""Rows to records and back. Knows the columns, decides nothing."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from db.fingerprint import fingerprint
from db.records import (
    UNWATCHED,
    Content,
    Delivery,
    Furniture,
    Link,
    Looked,
    Match,
    Mute,
    Quarantined,
    Revision,
    SourceState,
    Story,
    Unread,
    Watched,
)
from db.template import Template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from db.records import Arrivals

Row = dict[str, Any]

_COLUMNS = {"headline", "text", "lang", "published_at", "extractor", "page_hash"}
_MORE = tuple(f.name for f in fields(Content) if f.name not in _COLUMNS)


def stamp(at: datetime | None) -> int | None:
    """Turn a time into the whole seconds that the tables keep."""
    return None if at is None else int(at.timestamp())


def time(seconds: int | None) -> datetime | None:
    """Turn the seconds of a nullable column into a time."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def sure_time(seconds: int) -> datetime:
    """Turn the seconds of a column that is never null into a time."""
    return datetime.fromtimestamp(seconds, UTC)


def content_row(content: Content) -> Row:
    """Lay a Content out in the columns of the table `revision`."""
    more = {name: getattr(content, name) for name in _MORE}
    more["modified_at"] = stamp(content.modified_at)
    return {
        "fingerprint": fingerprint(content.headline, content.text),
        "headline": content.headline,
        "text": content.text,
        "lang": content.lang,
        "published_at": stamp(content.published_at),
        "extractor": content.extractor,
        "page_hash": content.page_hash,
        "more": json.dumps(more, ensure_ascii=False),
    }


def revision(row: Mapping[str, Any]) -> Revision:
    """Read a row of `revision`."""
    more = json.loads(row["more"])
    content = Content(
        headline=row["headline"],
        text=row["text"],
        authors=tuple(more["authors"]),
        editor=more["editor"],
        agency=more["agency"],
        section=more["section"],
        tags=tuple(more["tags"]),
        lang=row["lang"],
        published_at=time(row["published_at"]),
        published_precision=more["published_precision"],
        modified_at=time(more["modified_at"]),
        image=more["image"],
        caption=more["caption"],
        sheets=more["sheets"],
        removals=tuple((a, b, c) for a, b, c in more["removals"]),
        page_hash=row["page_hash"],
        extractor=row["extractor"],
    )
    return Revision(
        id=row["id"],
        story_id=row["story_id"],
        event=row["event"],
        seen_at=sure_time(row["seen_at"]),
        significance=row["significance"],
        content=content,
    )


def story(row: Mapping[str, Any], newest: Revision) -> Story:
    """Read a row of `story` (with the count `revisions`) and join its newest revision."""
    return Story(
        id=row["id"],
        source=row["source"],
        url=row["url"],
        first_seen_at=sure_time(row["first_seen_at"]),
        checked_at=sure_time(row["checked_at"]),
        published_at=time(row["published_at"]),
        gone_at=time(row["gone_at"]),
        missing=row["missing"],
        is_final=bool(row["is_final"]),
        revisions=row["revisions"],
        revision=newest,
        flapping_at=time(row["flapping_at"]),
        is_backfilled=bool(row["is_backfilled"]),
    )


def looked(row: Mapping[str, Any]) -> Looked:
    """Read a row of `story` without its newest revision."""
    return Looked(
        id=row["id"],
        first_seen_at=sure_time(row["first_seen_at"]),
        checked_at=sure_time(row["checked_at"]),
        gone_at=time(row["gone_at"]),
        is_final=bool(row["is_final"]),
    )


def link(row: Mapping[str, Any]) -> Link:
    """Read a row of `link`."""
    return Link(
        url=row["url"],
        title=row["title"],
        published_at=time(row["published_at"]),
        is_baseline=bool(row["is_baseline"]),
        is_backfilled=bool(row["is_backfilled"]),
        attempts=row["attempts"],
    )


def unread(row: Mapping[str, Any]) -> Unread:
    """Read a row of `link` that was tried in vain."""
    return Unread(
        url=row["url"],
        found_at=sure_time(row["found_at"]),
        reason=row["reason"],
        detail=row["detail"],
        next_try_at=None if row["reason"] else sure_time(row["not_before"]),
    )


def source_state(row: Mapping[str, Any]) -> SourceState:
    """Read a row of `source`, with the counts `stories` and `waiting` if it has them."""
    return SourceState(
        name=row["name"],
        first_success_at=time(row["first_success_at"]),
        last_visit_at=time(row["last_visit_at"]),
        last_success_at=time(row["last_success_at"]),
        due_at=time(row["due_at"]),
        failures=row["failures"],
        reason=row["reason"],
        failing_since=time(row["failing_since"]),
        stories=row.get("stories"),
        waiting=row.get("waiting"),
        arrivals=_arrivals(row["arrivals"]),
        way=row["way"],
    )


def arrivals_text(arrivals: Arrivals) -> str:
    """Write arrivals as the column `arrivals` keeps them."""
    return json.dumps([[round(hours, 3), round(links, 3)] for hours, links in arrivals])


def _arrivals(text: str | None) -> Arrivals:
    return UNWATCHED if text is None else tuple(Watched(*each) for each in json.loads(text))


def furniture(row: Mapping[str, Any]) -> Furniture:
    """Read a row of `furniture` that was learned."""
    return Furniture(
        key=row["key"],
        example=row["example"],
        stories=row["stories"],
        first_seen_at=sure_time(row["first_seen_at"]),
        last_seen_at=sure_time(row["last_seen_at"]),
        learned_at=sure_time(row["learned_at"]),
    )


def template(facts: str) -> Template:
    """Read the column `facts` of `template`."""
    read = json.loads(facts)
    return Template(**{**read, "kept": tuple(read["kept"]), "dropped": tuple(read["dropped"])})


def template_facts(template: Template) -> str:
    """Lay a Template out in the column `facts` of `template`."""
    return json.dumps(asdict(template), ensure_ascii=False)


def quarantined(row: Mapping[str, Any]) -> Quarantined:
    """Read a row of `quarantine`."""
    return Quarantined(**{**row, "since": sure_time(row["since"])})


def match(row: Mapping[str, Any]) -> Match:
    """Read a row of `match`."""
    return Match(
        id=row["id"],
        topic=row["topic"],
        revision_id=row["revision_id"],
        spans=tuple((field, start, end) for field, start, end in json.loads(row["spans"])),
        matched_at=sure_time(row["matched_at"]),
        muted=row["muted"],
    )


def mute(row: Mapping[str, Any]) -> Mute:
    """Read a row of `mute`."""
    return Mute(row["topic"], row["story_id"], sure_time(row["muted_at"]))


def delivery(row: Mapping[str, Any]) -> Delivery:
    """Read a row of `delivery`."""
    return Delivery(
        id=row["id"],
        mailbox=row["mailbox"],
        slot=row["slot"],
        message_id=row["message_id"],
        message=row["message"],
        state=row["state"],
        attempts=row["attempts"],
        due_at=sure_time(row["due_at"]),
        composed_at=sure_time(row["composed_at"]),
        reply=row["reply"],
        sent_at=time(row["sent_at"]),
    )
