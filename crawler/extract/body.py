"""Finds the text a reader would read, by trafilatura. Never downloads, never keeps state.

The library's cheap pass answers for most pages; its full cascade is asked when that answer is short.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import trafilatura

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SHORT_CHARACTERS = 1500

# Each discarded page is a warning there; here it is a Refusal with its reason.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def read_body(tree: HtmlElement, url: str) -> str:
    """Give the story's text, one block per line; empty when there is none. The tree is not changed."""
    text = _ask(tree, url, fast=True)
    return text if len(text) >= _SHORT_CHARACTERS else _ask(tree, url, fast=False)


def _ask(tree: HtmlElement, url: str, *, fast: bool) -> str:
    document = trafilatura.bare_extraction(
        tree, url=url or None, fast=fast, include_comments=False, with_metadata=False
    )
    return (document.text or "") if document is not None and not isinstance(document, dict) else ""
