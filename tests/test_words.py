"""Promises of db.words: one way to make words, for stories, topics and full-text search."""

from __future__ import annotations

import random
import sqlite3
import sys
from unicodedata import category

import pytest

from db.words import Word, folded, tokens, words

FOLDED = {
    "case": ("Riau RIAU", "riau riau"),
    "sharp-s": ("Straße STRASSE", "strasse strasse"),
    "accents, however composed": ("Café Cafe\u0301", "cafe cafe"),
    "letters with a stroke": ("Đà Łódź Øst", "da lodz ost"),
    "ligatures of the Latin script": ("Ærø Œuvre Þór", "aero oeuvre thor"),
    "dotted and dotless i": ("İstanbul ılık", "istanbul ilik"),
    "ё is е": ("Ёлка ёлка елка", "елка елка елка"),
    "й is no accented и": ("Край краи \u0438\u0306", "край краи й"),
    "stress marks": ("за\u0301мок", "замок"),
    "Greek final sigma": ("ΣΟΦΌΣ σοφος", "σοφοσ σοφοσ"),
    "Arabic spellings": ("أحمد کتاب مدرسة ـمـ", "احمد كتاب مدرسه م"),
    "Arabic vowel points": ("كِتَاب", "كتاب"),
    "Persian half-space": ("کتاب\u200cها", "كتاب ها"),
    "digits of all scripts": ("١٢ ۱۲ १२ １２", "12 12 12 12"),
    "full width": ("ＲＩＡＵ２４＿Ａ", "riau24 a"),
    "apostrophes": ("Jum'at Jum’at Jumʼat Jum`at Jum´at", "jum at " * 4 + "jum at"),
    "hyphens and dashes": ("anak-anak anak–anak anak\u2011anak", "anak anak " * 2 + "anak anak"),
    "soft hyphen and zero width": ("pyong\u00adyang pyong\u200byang", "pyongyang pyongyang"),
    "signs that are no letters": ("a_b №5 Merek™ 5% «x» €9 #c", "a b 5 merek 5 x 9 c"),
    "forms of print": ("ﬁsik ² Ⅳ ㎏ ½", "fisik 2 iv kg 1 2"),
    "letters of Ukraine and Belarus": ("Київ Ў", "киів у"),
    "Arabic alef and presentation forms": ("آب أب إب ٱب ﷺ", "اب اب اب اب صلي الله عليه وسلم"),
    "Lao": ("ລາ", "ລ າ"),
    "numbers": ("100.000 3,5", "100 000 3 5"),
    "control characters": ("a\x00b\x1b[31mc\u202ed", "a b 31mcd"),
    "emoji and icons": ("banjir🌊dumai \ue900 x", "banjir dumai x"),
    "Han": ("俄罗斯和DPRK", "俄 罗 斯 和 dprk"),
    "Hangul, however composed": ("북한 \u1107\u116e\u11a8", "북 한 북"),
    "Kana keep their voicing": ("ガギ か\u3099 ｶﾞ", "ガ ギ が ガ"),
    "Thai": ("ไทย", "ไ ท ย"),
    "nothing": (" \n…!", ""),
}


@pytest.mark.parametrize(("text", "expected"), FOLDED.values(), ids=FOLDED)
def test_spellings_of_the_same_word_become_the_same_word(text: str, expected: str) -> None:
    assert folded(text) == expected


def test_vowel_signs_of_indic_scripts_tell_words_apart() -> None:
    assert tokens("हिन्दी") != tokens("हन्द")
    assert len(tokens("हिन्दी भाषा")) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jum’at, 5 Mei", ["Jum", "at", "5", "Mei"]),
        ("Straße", ["Straße"]),
        ("“Пхеньян” — Москва\u0301!", ["Пхеньян", "Москва\u0301"]),
        ("pyong\u00adyang", ["pyong\u00adyang"]),
        ("\u2060привет,", ["привет"]),
        ("é북한ａ", ["é", "북", "한", "ａ"]),
        ("cafe\u0301s", ["cafe\u0301s"]),
        ("น้ำท่วม", ["น้ำ", "น้ำ", "ท่", "ว", "ม"]),
        ("हिन्दी", ["हिन्दी"]),
    ],
    ids=[
        "typography",
        "sharp s",
        "Cyrillic",
        "soft hyphen",
        "unseen",
        "mixed",
        "accents",
        "Thai",
        "Indic",
    ],
)
def test_places_point_into_the_original_text(text: str, expected: list[str]) -> None:
    assert [text[word.start : word.end] for word in words(text)] == expected


def test_words_are_tokens_with_their_places() -> None:
    assert words("Banjir, Dumai") == [Word("banjir", 0, 6), Word("dumai", 8, 13)]


def test_any_text_of_any_script_has_one_place_for_each_word() -> None:
    chance = random.Random(5)  # noqa: S311 - seeded, to fail again alike
    alphabet = [chr(code) for code in range(0x3100)] + list("한글漢字ｶﾞ\uffa1\uffc2") + [" "] * 900
    anything = [chr(code) for code in range(sys.maxunicode + 1)]

    for _ in range(2_000):
        text = "".join(chance.choices(alphabet, k=9) + chance.choices(anything, k=1))
        found = words(text)
        assert [word.text for word in found] == tokens(text)
        assert [word.start for word in found] == sorted(word.start for word in found)
        assert all(0 <= word.start < word.end <= len(text) for word in found)


def test_full_text_search_sees_exactly_our_words() -> None:
    """Every letter of the first plane: FTS5's tokenizer leaves what we folded as it is."""
    letters = [
        chr(code)
        for code in range(0x10000)
        if category(chr(code))[0] in "LMNSP" and not 0x1980 <= code < 0x19E0  # retyped since
    ]
    expected = [tokens(f"x{letter}y") for letter in letters]

    db = sqlite3.connect(":memory:")
    db.execute("create virtual table t using fts5(x, tokenize='unicode61 remove_diacritics 2')")
    rows = (("".join(f"{word} " for word in folded),) for folded in expected)
    db.executemany("insert into t values (?)", rows)
    db.execute("create virtual table v using fts5vocab(t, 'instance')")
    seen: dict[int, list[str]] = {}
    for document, term in db.execute("select doc, term from v order by doc, offset"):
        seen.setdefault(document, []).append(term)
    db.close()

    different = [
        (letters[nth], folded, seen.get(nth + 1))
        for nth, folded in enumerate(expected)
        if folded != seen.get(nth + 1)
    ]
    assert len(different) < 100, different  # letters that are younger than this SQLite


def test_a_long_text_without_a_space_is_cut_in_no_time() -> None:
    text = "é" + "a" * 1_000_000 + "\u0301" * 100_000

    assert len(words(text)) == 1
