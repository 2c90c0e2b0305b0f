"""What an author typed as one word or phrase, to a Phrase. Never sees operators."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import category, normalize

from db.words import tokens, words
from monitor.query.forms import sought
from monitor.query.lexer import MAX_NUMBER, QUOTES
from monitor.query.tree import Concept, Near, Phrase, Term

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_PHRASE = 100  # words, or characters of a script without spaces: a long headline has 40

# Rare letters that stand for the wildcards while a word is folded, which would drop "?" and "*".
_ANY_LETTER, _ANY_ENDING = "\ua78f", "\ua7f7"


class LeafError(ValueError):
    """A word that cannot be searched for: what, and at which of its characters (from 0)."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset


def cost(typed: str) -> int:
    """Count the words of what was typed, one with `~` as four: it stands for many."""
    return len(tokens(typed)) * (4 if typed.startswith("~") else 1)


def phrase(typed: str) -> Phrase:
    """Read a bare word or, in quotation marks, a phrase.

    With `=` in front the exact form, with `~` every form of each of the words.
    """
    mark = typed[0] if typed[:1] in {"=", "~"} else ""
    inner = typed[len(mark) :]
    is_quoted = inner[:1] in set(QUOTES)
    text = f" {inner[1:-1]} " if is_quoted else inner  # as long as it was: offsets stay true
    match mark:
        case "=":
            terms = _exact_terms(text)
        case "~":
            terms = _inflected_terms(text)
        case _:
            terms = _terms(text, is_quoted=is_quoted)
    if len(terms) > MAX_PHRASE:
        raise LeafError(f"a phrase of {len(terms):,} words, at most {MAX_PHRASE} are looked for")
    if not terms:
        raise LeafError(f"there is no letter and no digit to look for in {typed}")
    return Phrase(terms, typed)


def concept(name: str, aliases: Sequence[str]) -> Concept:
    """Read the aliases of a concept: without quotation marks, with the same `=`, `~`, `*`, `?`.

    An alias may name what must stand near it: `Kim NEAR/20 Pyongyang`.
    """
    parts = []
    for alias in aliases:
        try:
            parts.append(_alias(alias))
        except LeafError as error:
            raise LeafError(f"concept @{name}, alias {alias!r}: {error}") from None
    if not parts:
        raise LeafError(f"concept @{name} has no aliases")
    return Concept(name, tuple(parts))


def _alias(typed: str) -> Phrase | Near:
    words, *context = _NEAR.split(typed)
    if not context:
        return _unquoted(words)
    number, beside, *more = context
    if more or not number or int(number) > MAX_NUMBER:
        raise LeafError(f"write one NEAR in it, with a number up to {MAX_NUMBER:,}, as in NEAR/20")
    return Near((_unquoted(words), _unquoted(beside)), int(number))


_NEAR = re.compile(r"(?:^|\s)NEAR(?:/([0-9]{1,4}))?(?:\s|$)")


def _unquoted(typed: str) -> Phrase:
    typed = typed.strip()
    mark = typed[0] if typed[:1] in {"=", "~"} else ""
    inner = typed[len(mark) :].strip().strip('"')
    return Phrase(phrase(f'{mark}"{inner}"').terms, typed)


def address(typed: str) -> Phrase:
    """Read (part of) an address, where a question mark is no wildcard."""
    text = typed.replace("?", " ")
    return phrase(text if text[0] in "=~" else f'"{text}"')


def _exact_terms(text: str) -> tuple[Term, ...]:
    _no_wildcard(text, "= asks for one exact form, {} for many: use one of the two")
    return tuple(
        Term(word.text, "exact", normalize("NFC", text[word.start : word.end]))
        for word in words(text)
    )


def _inflected_terms(text: str) -> tuple[Term, ...]:
    _no_wildcard(text, "~ knows the forms of a word, {} takes any ending: use one of the two")
    terms = tuple(
        Term(word, "inflected", keys=keys) if (keys := sought(word)) else Term(word)
        for word in tokens(text)
    )
    if not any(_MAY_HAVE_FORMS.search(term.text) for term in terms) and terms:
        message = "~ knows Indonesian, English and Russian words; write {} without it"
        raise LeafError(message.format(text.strip()))
    return terms


_MAY_HAVE_FORMS = re.compile("[a-z0-9а-я]")  # as G20 has not, among the aliases of a language


def _no_wildcard(text: str, message: str) -> None:
    for wildcard in "*?":
        if wildcard in text:
            raise LeafError(message.format(wildcard), text.index(wildcard) + 1)


def _terms(text: str, *, is_quoted: bool) -> tuple[Term, ...]:
    marked = []
    for place, character in enumerate(text):
        before, after = text[place - 1 : place], text[place + 1 : place + 2]
        if character == "*":
            if not _is_letter(before) or _is_letter(after):
                raise LeafError("* stands only at the end of a word, as in treat*", place)
            marked.append(_ANY_ENDING)
        # In quotation marks a question mark may just end a question: "Siapa presiden?"
        elif character == "?" and (not is_quoted or (_is_letter(before) and _is_letter(after))):
            marked.append(_ANY_LETTER)
        else:
            marked.append(character)
    folded = tokens("".join(marked))
    if all(set(word) <= {_ANY_LETTER, _ANY_ENDING} for word in folded):
        return ()
    # A character of a script without spaces is a whole word already: its * adds nothing.
    return tuple(_term(word) for word in folded if word != _ANY_ENDING)


def _term(word: str) -> Term:
    if _ANY_LETTER in word:
        return Term(word.replace(_ANY_LETTER, "?").replace(_ANY_ENDING, "*"), "pattern")
    if word.endswith(_ANY_ENDING):
        return Term(word[: -len(_ANY_ENDING)], "prefix")
    return Term(word)


def _is_letter(character: str) -> bool:
    return character in {"?", "*"} or (
        character != "" and (character.isalnum() or category(character).startswith("M"))
    )
