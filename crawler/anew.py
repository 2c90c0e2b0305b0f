"""Before a page is compared with its story: both must be the work of one extractor. Never fetches.

A change of extractor is never an edit of a story. What another version made of a kept page is made
again by the present one and stored silently; the new page is then compared with that.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from db.errors import StoreDamaged
from db.learned import untaught

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from datetime import datetime

    from crawler.reading import Tools
    from db.pages import Pages
    from db.records import Content, Revision

    # The bytes of a kept page, and when it was fetched, to what the present extractor makes of it;
    # None when it gives no article, or only a part of one.
    Extract = Callable[[bytes, datetime], Awaitable[Content | None]]

logger = logging.getLogger(__name__)


async def bring_up(
    tools: Tools, addresses: Iterable[str], content: Content, extract: Extract, now: datetime
) -> None:
    """Have the newest state of the story at these addresses made by the extractor of `content`.

    Its page may no longer be kept, or be one of several: then the new page says what the state is,
    but for a difference in the template alone.
    """
    known = next((story for at in addresses if (story := tools.reader.story_at(at))), None)
    if known is None or known.revision.content.extractor == content.extractor:
        return
    state = known.revision
    if known.gone_at is not None and state.content.page_hash is None:
        state = tools.reader.revision_before(state) or state  # the last that had a page
    anew = await _made_again(tools, state, content, extract)
    if anew is None and untaught(state.content.extractor) == untaught(content.extractor):
        return  # a template gives the text that judging gives: the two can be compared as they are
    await tools.writer.run(tools.archive.reread, known.id, anew or content, now)


async def _made_again(
    tools: Tools, state: Revision, content: Content, extract: Extract
) -> Content | None:
    name = state.content.page_hash
    if name == content.page_hash:
        return content
    if name is None or state.content.sheets > 1:
        return None
    body = await tools.writer.run(_kept, tools.pages, name)
    return None if body is None else await extract(body, state.seen_at)


def _kept(pages: Pages, name: str) -> bytes | None:
    """Return a page, None when retention or a bad disk has taken it: no story needs it."""
    try:
        return pages.get(name)
    except StoreDamaged as damage:
        logger.warning("page not read again: %s", damage)
        return None
