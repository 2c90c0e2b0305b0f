"""What an Indonesian word may be built on: its affixes taken off, in every way the rules allow.

Pure; never decides which of the ways is meant. A lexicon knows some thousand roots: it
keeps apart what only looks built (`masalah`, a problem, is no form of `masa`, a time).
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

SHORTEST = 3  # letters of a root, as in bom and cek

# Which endings go with which beginning.
_ENDINGS = {
    "": ("", "an", "kan", "i"),
    "me": ("", "kan", "i"),
    "di": ("", "kan", "i"),
    "ter": ("", "kan", "i"),
    "ber": ("", "an", "kan"),
    "per": ("", "an", "kan", "i"),
    "pe": ("", "an"),
    "ke": ("an",),
}
# Of these, what only changes the voice of a verb; the rest makes a noun, with a meaning of its own.
_VOICES = {
    "": ("", "kan", "i"),
    "me": ("", "kan", "i"),
    "di": ("", "kan", "i"),
    "ter": ("", "kan", "i"),
    "ber": ("", "kan"),
}
_INNER = ("per", "ber", "ter")  # behind another: mem-per-kerja-kan, ke-ter-libat-an
# Whose it is and what is stressed, and the 2 that stands for a doubled word: anak2nya.
_ATTACHED = tuple(
    "".join(each) for each in product(("", "2"), ("", "nya", "ku", "mu"), ("", "lah", "kah", "pun"))
)
_VOWELS = frozenset("aiueo")


# Regular forms that lexicons list as words of their own.
_REGULAR = """
    bekerja belajar berangkat berhasil beruntung keberadaan kecenderungan kemungkinan kepulauan
    kesempatan memadai mendatang menguntungkan menyerah merugikan pedagang pedesaan pegunungan
    pejabat pejalan pejuang pekerja pelajar penasihat pendahulu pengamat pengecualian penyertaan
    pesaing peserta petani peternakan petinggi petugas petunjuk terbatas terbuka terdahulu
    teratur terjadi terkalahkan terlambat terpenuhi tersedia tersenyum tertarik tertinggal
"""
_BUILT = frozenset(_REGULAR.split())


def built_on(word: str, is_listed: Callable[[str], bool]) -> frozenset[str]:
    """Give what a word of a story may be built on, itself included.

    `is_listed` says of a word whether a lexicon has it as one that is built on nothing.
    """
    return _taken_apart(word, _ENDINGS, is_listed)


def sought(word: str, is_listed: Callable[[str], bool]) -> frozenset[str]:
    """Give what the forms of a typed word are built on: itself, and a verb without its voice.

    A noun such as perjanjian stays whole: janji, on which it is built, means something else.
    """
    return _taken_apart(word, _VOICES, is_listed)


def _taken_apart(
    word: str, affixes: Mapping[str, Iterable[str]], is_listed: Callable[[str], bool]
) -> frozenset[str]:
    def is_root(part: str) -> bool:
        return part not in _BUILT and is_listed(part)

    found = {word, *_stripped(word, affixes, is_root)}
    roots = [part for part in found if is_root(part)]
    # mengarang is built on karang and not on arang, bermasalah on masalah and not on masa; but
    # berubah is rather ber-ubah than be-rubah.
    hidden = {
        part
        for part, root in product(found, roots)
        if part in root and root not in (part, f"r{part}")
    }
    return frozenset(found - hidden | {word})


def _stripped(
    word: str, affixes: Mapping[str, Iterable[str]], is_root: Callable[[str], bool]
) -> Iterator[str]:
    for attached in _ATTACHED:
        if word.endswith(attached):
            whole = word.removesuffix(attached)
            yield whole
            for beginning, endings in () if is_root(whole) else affixes.items():
                inner = _INNER if beginning else ()
                for ending in endings:
                    if whole.endswith(ending):
                        yield from _opened(whole.removesuffix(ending), beginning, is_root, inner)


def _opened(
    word: str, beginning: str, is_root: Callable[[str], bool], inner: tuple[str, ...]
) -> Iterator[str]:
    for rest in _without(word, beginning):
        if len(rest) >= SHORTEST:
            yield rest
            for each in () if is_root(rest) else inner:
                yield from _opened(rest, each, is_root, ())


def _without(word: str, beginning: str) -> Iterator[str]:
    match beginning:
        case "ber" | "per" | "ter":
            if word.startswith(beginning):
                yield word[3:]
            if word.startswith(beginning[:2]) and (word[2:3] == "r" or word[3:5] == "er"):
                yield word[2:]  # be-renang, be-kerja
            if word.startswith(beginning[:2] + "lajar"):
                yield word[3:]  # the one root before which r becomes l
        case "me" | "pe" if word.startswith(beginning):
            yield from _without_nasal(word[2:])
            if beginning == "pe":
                yield word[2:]  # pe-kerja, pe-tani
        case "di" | "ke" if word.startswith(beginning):
            yield word[2:]
        case "":
            yield word


def _without_nasal(word: str) -> Iterator[str]:
    """Undo what meN- and peN- do to the first sound: menulis from tulis, mengirim from kirim."""
    if word[:1] in _PLAIN:
        yield word
    for nasal, (lost, kept) in _NASALS.items():
        rest = word.removeprefix(nasal)
        if rest == word:
            continue
        if rest[:1] in _VOWELS:
            yield lost + rest
        if rest[:1] in kept:
            yield rest
        if nasal == "ng" and rest[:1] == "e" and sum(each in _VOWELS for each in rest[1:]) == 1:
            yield rest[1:]  # menge-bom: before a root of one syllable


_PLAIN = frozenset("lrwymn")  # before which there is no nasal
# The sound that each nasal has swallowed before a vowel, and the sounds before which it stands.
# Loans keep what others lose: memprotes, mentransfer, mensosialisasikan, mengkritik.
_NASALS = {
    "ny": ("s", ""),
    "ng": ("k", "ghkaiueo"),
    "n": ("t", "cdjzts"),
    "m": ("p", "bfvp"),
}
