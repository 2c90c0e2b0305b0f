"""Tells the persons of a byline from organisations, roles, hosts and labels. Never invents a name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_AUTHORS = 10
_MAX_BYLINE_CHARACTERS = 300
_MAX_NAME_CHARACTERS = 60
_MAX_NAME_WORDS = 6

AUTHOR_LABELS: Final = (
    "penulis|reporter|pewarta|wartawan|jurnalis|kontributor|laporan|oleh|dilaporkan oleh|ditulis oleh|"
    "written by|words by|story by|text by|posted by|published by|reported by|submitted by|by|author|authors|"
    "von|par|por|di|автор|авторы|текст|작성자|글쓴이|글|취재|记者|記者|作者|文|撰文|撰稿"
)
EDITOR_LABELS: Final = "editor|penyunting|redaktur|редактор|编辑|編輯|责任编辑|責任編輯|편집"
AGENCY_LABELS: Final = "sumber|source|источник|来源|來源|출처"

_LABEL = re.compile(rf"^[\s\W]*(?:{AUTHOR_LABELS})(?:\s*[:：/|]\s*|\s+(?=\S))", re.IGNORECASE)
_TRAILING = re.compile(
    r"\s*(?:[|(\[/–—@].*|\s-\s.*|\bfor\s+[A-Z].*|\bin\s+[A-Z].*|\bat\s+[A-Z].*|\s?기자|\s?特派员|\s?记者|\s?記者)$"
)
_BETWEEN = re.compile(
    r"\s*(?:[,;/|·•]|\n|、|，|\s&\s|\s\+\s|\b(?:and|dan|und|et|with|и)\b|\sy\s|\s(?:by|oleh)\s)\s*", re.IGNORECASE
)
_HOST = re.compile(r"@|://|www\.|\w\.(?:com|co|net|org|id|ru|kr|cn|info|news|tv|de|uk|io|me)\b", re.IGNORECASE)
_CREDENTIALS = re.compile(r"^(?:jr|sr|ii|iii|iv|md|m\.d|ph\.?d|phd|mba|rn|esq|s\.?h|s\.?e|m\.?si|m\.?h|dr)\.?$", re.IGNORECASE)
# A word that a person's name does not hold, in any of the languages read.
_ORGANISATION_WORDS: Final = frozenset(
    """admin administrator administrador webmaster root user guest anonymous anonim editor editors editorial redaksi redaktur
    redaktion redacción redacao redação redazione rédaction redactie редакция staff team tim crew desk newsroom newsdesk
    news berita media medien magazine press pers agency agencies agence agentur kantor biro bureau corporation corp inc ltd
    llc gmbh pt tbk cv foundation institute institut association associated university universitas network online
    redactor contributor contributors contributing kontributor reporter reporters correspondent writer writers
    author authors autor auteur penulis by oleh posted published updated publisher the your our company group
    channel studio studios tv radio fm post times herald tribune gazette journal daily weekly chronicle guardian telegraph
    reuters afp ap tass antara antaranews yonhap xinhua bloomberg dpa interfax тасс риа новости интерфакс 연합뉴스 新华社
    humas sumber source website blog community council department ministry kementerian facebook twitter instagram google
    follow share comments read more view all posts minutes""".split()
)
_AGENCIES: Final = re.compile(
    r"\b(?:antara(?:news)?|reuters|afp|agence france-presse|associated press|ap|tass|тасс|риа новости|ria novosti|"
    r"интерфакс|interfax|yonhap|xinhua|kyodo|bloomberg|dpa|efe|ansa|upi|anadolu|kcna|bernama|pti|ani|ians)\b|연합뉴스|新华社|조선중앙통신",
    re.IGNORECASE,
)


def persons(texts: Iterable[str], organisations: Iterable[str] = ()) -> tuple[str, ...]:
    """Give the names of persons in the texts, in order, each once; empty when there are none.

    `organisations` are names of this site that no person bears: its title, its host.
    """
    refused = {_fold(name) for name in organisations if name}
    names: dict[str, str] = {}
    for text in texts:
        for name in _split(text[:_MAX_BYLINE_CHARACTERS]):
            if is_person(name) and _fold(name) not in refused:
                names.setdefault(_fold(name), name)
    return tuple(names.values())[:MAX_AUTHORS]


def is_person(name: str) -> bool:
    """Say whether the text can be the name of a person."""
    words = re.findall(r"[^\W\d_][^\W\d_.'’-]*", name.lower())
    return (
        1 <= len(words) <= _MAX_NAME_WORDS
        and len(name) <= _MAX_NAME_CHARACTERS
        and not _HOST.search(name)
        and not any(character.isdigit() for character in name)
        and not _ORGANISATION_WORDS.intersection(words)
    )


def agency_in(text: str) -> str | None:
    """Give the news agency that the text names, null when it names none."""
    match = _AGENCIES.search(text)
    return match[0] if match else None


def _split(text: str) -> list[str]:
    """Cut a byline into names, without labels, roles and credentials."""
    text = _LABEL.sub("", " ".join(text.split()))
    parts = [_TRAILING.sub("", _LABEL.sub("", part)).strip(" \t.,:;-–—|*\"“”") for part in _BETWEEN.split(text)]
    return [part for part in parts if part and not _CREDENTIALS.match(part)]


def _fold(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
