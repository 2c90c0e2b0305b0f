"""Finds the lead picture of a story, what stands under it, who took it. Never loads a picture."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crawler.extract.marks import joined, text_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from crawler.extract.jsonld import LinkedData
    from crawler.extract.marks import Marks

_MAX_CAPTION_CHARACTERS: Final = 500
_MAX_CREDIT_CHARACTERS: Final = 80
_CAPTION = re.compile(r"caption|keterangan", re.IGNORECASE)
_CREDIT = re.compile(
    r"(?:foto|photo|image|gambar|kredit|credit|dok|фото|사진|图片?|圖片?)(?:\s?(?:oleh|by|courtesy))?"
    r"\s*[.:/：]\s*(?P<name>[^()|]+?)\s*[)\]]?\s*\.?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Picture:
    """The lead picture: its address, its caption as printed, and the credit found in it."""

    image: str | None = None
    caption: str | None = None
    credit: str | None = None


def lead_picture(tree: HtmlElement, marks: Marks, linked: LinkedData, url: str) -> Picture:
    """Give the picture that the page puts first; every field is null where the page is silent."""
    caption = _caption(tree, marks) or linked.caption
    match = _CREDIT.search(caption[-_MAX_CREDIT_CHARACTERS:])
    credit = linked.credit or (match["name"] if match else "")
    image = marks.first("og:image", "og:image:url", "twitter:image") or linked.image
    return Picture(joined(url, image), caption or None, credit or None)


def _caption(tree: HtmlElement, marks: Marks) -> str:
    """Give the text of the first caption beside the headline, else of the first figure."""
    for scrap in marks.after:
        if scrap.text and _CAPTION.search(scrap.mark):
            return scrap.text
    caption = next(tree.iter("figcaption"), None)
    return "" if caption is None else text_of(caption)[:_MAX_CAPTION_CHARACTERS]
