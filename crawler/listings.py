"""A source's address to the links it lists: fetched, parsed, the sitemaps of an index followed.

Knows no archive and stores nothing; the visits keep what is found here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from crawler.extract.article import Refusal
from crawler.fetch import Answer, Later
from crawler.kinds.listing import Listed, Listing
from crawler.kinds.table import read_listing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from config.settings import Limits, Source
    from crawler.fetch import Fetched
    from crawler.kinds.listing import Found
    from crawler.workers import Workers
    from db.records import Validators

LISTINGS = 30  # in one visit; an index that leads to ever more indexes is a trap


@dataclass(slots=True)
class Look:
    """What one look at a source brought.

    `failure` says why it could not be read, null when it was; `complaint` what was wrong with
    part of it, null when nothing was. `validators` are how to ask again, by address; `older` is
    where the listings go on.
    """

    found: dict[str, Found] = field(default_factory=dict)
    validators: dict[str, Validators] = field(default_factory=dict)
    older: tuple[str, ...] = ()
    failure: Later | Refusal | None = None
    complaint: str | None = None
    is_unchanged: bool = True


class Looking:
    """Reads a source's listing and the listings that it points to.

    `since` asks also for where they go on, as far back as that; null asks for nothing.
    """

    def __init__(  # noqa: PLR0913 - what reading a listing takes
        self,
        source: Source,
        ask: Callable[[str], Awaitable[Fetched]],
        workers: Workers,
        limits: Limits,
        now: datetime,
        *,
        since: datetime | None = None,
    ) -> None:
        self._source = source
        self._ask = ask
        self._workers = workers
        self._limits = limits
        self._now = now
        self._since = since
        self._look = Look()

    async def run(self) -> Look:
        """Return what was found; a listing that fails costs no other."""
        look, first = self._look, self._source.url
        queue, seen, is_read = [first], {first}, False
        while queue and len(seen) - len(queue) < LISTINGS:
            url = queue.pop(0)
            listing = await self._read(url)
            if not isinstance(listing, Listing):
                if url != first:
                    listing = replace(listing, detail=f"{url}: {listing.detail}")
                look.failure = look.failure or listing
                look.complaint = look.complaint or listing.detail
                continue
            for link in listing.links:
                look.found.setdefault(link.url, link)
            look.older += listing.older
            look.complaint = look.complaint or listing.complaint
            is_read = is_read or not listing.further
            fresh = [further for further in listing.further if further not in seen]
            seen.update(fresh)
            queue.extend(fresh)
        if queue:
            look.complaint = f"it leads to more than {LISTINGS} listings; the others are not read"
        if look.complaint:  # asked for anew the next time, whatever the first one says
            look.validators.pop(first, None)
        if is_read:
            look.failure = None
        return look

    async def _read(self, url: str) -> Listing | Later | Refusal:
        source, limits = self._source, self._limits
        answer = await self._ask(url)
        if not isinstance(answer, Answer):
            return answer
        if answer.is_unchanged:
            return Listing()
        if answer.status == 410:  # noqa: PLR2004
            return Later("gone", f"the {source.kind} is gone for good (HTTP 410)")
        if answer.status == 404:  # noqa: PLR2004 - its stories may be there all the same
            return Refusal("not-found", f"the {source.kind} is not there (HTTP 404)")
        page = Listed(
            kind=source.kind,
            url=answer.url,
            body=answer.body,
            encoding=answer.encoding,
            limit=limits.sitemap_urls if source.kind == "sitemap" else limits.feed_items,
            now=self._now,
            zone=source.zone,
            links=source.links,
            select=source.select,
            since=self._since,
        )
        listing = await self._workers.do(read_listing, page)
        if isinstance(listing, Listing):
            self._look.is_unchanged = self._look.is_unchanged and bool(listing.further)
            if listing.vouches and not listing.complaint:
                self._look.validators[url] = answer.validators
        return listing
