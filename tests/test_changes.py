"""What differs between two states of a story, how it is shown, and how much it matters."""

from __future__ import annotations

import random
import time

import pytest

from db.changes import Change, Piece, compare, judge
from db.fingerprint import normalised
from db.records import Content

ONE = "Wali kota meresmikan taman baru di tepi sungai pada Rabu sore."
TWO = "Taman seluas dua hektare itu dilengkapi lapangan, kolam dan jalur sepeda."
THREE = "Warga boleh masuk tanpa bayar setiap hari hingga pukul sepuluh malam."
TEXT = f"{ONE}\n{TWO}\n{THREE}"


def shown(before: str, after: str) -> list[str]:
    """Write the changed paragraphs the way `tilik diff` does: [-removed-]{+added+}."""
    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    blocks = compare(Content("h", before), Content("h", after)).blocks
    return [
        "".join(marks[piece.operation].format(piece.text) for piece in block)
        for block in blocks
        if any(piece.operation != "same" for piece in block)
    ]


EDITS = {
    "a word": (
        "seluas dua hektare itu",
        "seluas tiga hektare itu",
        ["seluas [-dua-]{+tiga+} hektare itu"],
    ),
    "a word more": ("dua hektare itu", "dua hektare hijau itu", ["dua hektare {+hijau +}itu"]),
    "a word less": ("dua hektare hijau itu", "dua hektare itu", ["dua hektare [-hijau -]itu"]),
    "at the beginning": ("Warga boleh", "Semua warga boleh", ["[-Warga-]{+Semua warga+} boleh"]),
    "before the beginning": ("warga boleh", "Kini warga boleh", ["{+Kini +}warga boleh"]),
    "at the end": ("warga boleh", "warga boleh masuk", ["warga boleh{+ masuk+}"]),
    "a comma": ("kolam dan jalur", "kolam, dan jalur", ["kolam{+,+} dan jalur"]),
    "an added space": ("di tepisungai", "di tepi sungai", ["di [-tepisungai-]{+tepi sungai+}"]),
    "neighbours together": ("a b c d", "a x y d", ["a [-b c-]{+x y+} d"]),
    "a paragraph more": (f"{ONE}\n{THREE}", TEXT, [f"{{+{TWO}+}}"]),
    "a paragraph less": (TEXT, f"{ONE}\n{THREE}", [f"[-{TWO}-]"]),
    "paragraphs exchanged": (f"{ONE}\n{TWO}", f"{TWO}\n{ONE}", [f"{{+{TWO}+}}", f"[-{TWO}-]"]),
    "another paragraph": (ONE, THREE, [f"{{+{THREE}+}}", f"[-{ONE}-]"]),
    "all of it is new": ("", ONE, [f"{{+{ONE}+}}"]),
    "typesetting": ("“Masuk,” katanya\u00a0- gratis", '"Masuk," katanya — gratis', []),
    "a soft hyphen beside it": (
        "per\u00admintaan lama",
        "permintaan baru",
        ["permintaan [-lama-]{+baru+}"],
    ),
    "nothing": (TEXT, TEXT, []),
    "Han characters": ("两国签署了条约", "两国批准了条约", ["两国[-签署-]{+批准+}了条约"]),
    "Hangul words": ("두 나라가 조약을", "세 나라가 조약을", ["[-두-]{+세+} 나라가 조약을"]),
}


@pytest.mark.parametrize("case", EDITS)
def test_an_edit_is_shown_word_by_word(case: str) -> None:
    before, after, expected = EDITS[case]

    assert shown(before, after) == expected


def test_an_edit_in_a_paragraph_that_moved_on_is_found_there() -> None:
    after = f"Tajuk tambahan di atas.\n{ONE}\n{TWO.replace('dua', 'tiga')}"

    assert shown(f"{ONE}\n{TWO}", after) == [
        "{+Tajuk tambahan di atas.+}",
        "Taman seluas [-dua-]{+tiga+} hektare itu dilengkapi lapangan, kolam dan jalur sepeda.",
    ]


def test_the_headline_is_compared_by_itself() -> None:
    change = compare(Content("Taman Baru Dibuka", TEXT), Content("Taman Lama Dibuka", TEXT))

    assert change.headline == (
        Piece("same", "Taman "),
        Piece("removed", "Baru"),
        Piece("added", "Lama"),
        Piece("same", " Dibuka"),
    )
    assert change.is_retitled
    assert change.significance == 0


def test_a_headline_in_other_quotes_is_no_new_headline() -> None:
    assert not compare(Content("“Taman” Baru", ""), Content('"Taman" Baru', "")).is_retitled


SIGNIFICANCE = {
    "nothing": (TEXT, TEXT, 0.0),
    "a word in ten": ("a b c d e f g h i j", "a b c d e f g h i x", 0.1),
    "half taken away": ("a b c d", "a b", 0.5),
    "doubled": ("a b", "a b c d", 0.5),
    "everything": ("satu dua", "tiga empat", 1.0),
    "from nothing": ("", "a b", 1.0),
    "one Han character in four": ("两国签署", "两国签订", 0.25),
    "a comma in five": ("a b c d", "a b, c d", 0.2),
}


@pytest.mark.parametrize("case", SIGNIFICANCE)
def test_significance_is_the_share_of_words_that_changed(case: str) -> None:
    before, after, expected = SIGNIFICANCE[case]

    assert compare(Content("h", before), Content("h", after)).significance == expected


JUDGEMENTS = {
    "the same": ("h", TEXT, "same"),
    "typesetting": (" h ", TEXT.replace(" ", "\u00a0"), "same"),
    "a word": ("h", TEXT.replace("dua", "tiga"), "edited"),
    "the headline": ("baru", TEXT, "retitled"),
    "both": ("baru", ONE, "retitled"),
    "a stump": ("h", ONE[:20], "shrunk"),
    "a stump under another headline": ("baru", ONE[:20], "shrunk"),
    "nothing left": ("h", "", "shrunk"),
    "a third left": ("h", ONE, "edited"),
}


@pytest.mark.parametrize("case", JUDGEMENTS)
def test_a_page_read_again_is_judged(case: str) -> None:
    headline, text, verdict = JUDGEMENTS[case]

    assert judge(Content("h", TEXT), Content(headline, text)) == verdict


# properties


WORDS = [
    *"abcdefg",
    "RIAU24.COM",
    "—",
    "-",
    '"',
    "“",
    ",",
    "kata-kata",
    "\u200b",
    "é",
    "e\u0301",
    "北京",
]
SPACES = [" ", " ", " ", " ", "  ", "\u00a0", ""]


def a_text(rng: random.Random) -> str:
    paragraphs = [
        "".join(rng.choice(WORDS) + rng.choice(SPACES) for _ in range(rng.randrange(12)))
        for _ in range(rng.randrange(1, 7))
    ]
    return "\n".join(paragraphs)


def edited(rng: random.Random, text: str) -> str:
    for _ in range(rng.randrange(6)):
        start = rng.randrange(len(text) + 1)
        end = min(len(text), start + rng.randrange(8))
        text = text[:start] + rng.choice(["", " baru ", "\n", ",", " ", "x"]) + text[end:]
    return text


def side(change: Change, operation: str) -> str:
    """Put the pieces of one state together again."""
    blocks = [
        "".join(piece.text for piece in block if piece.operation in ("same", operation))
        for block in change.blocks
    ]
    return " ".join(normalised(block) for block in blocks if normalised(block))


def paragraphs_of(text: str) -> str:
    return " ".join(normalised(part) for part in text.split("\n") if normalised(part))


@pytest.mark.parametrize("seed", range(300))
def test_the_pieces_give_back_both_states(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - the same texts in every run
    before = a_text(rng)
    after = edited(rng, before)

    change = compare(Content("h", before), Content("h", after))

    assert side(change, "added") == paragraphs_of(after)
    assert side(change, "removed") == paragraphs_of(before)
    assert 0 <= change.significance <= 1
    assert (change.significance > 0) >= (paragraphs_of(before) != paragraphs_of(after))


# texts that nobody should write


HOSTILE = {
    "one word, thousands of times": ("a " * 9_000, "a " * 8_000 + "b"),
    "one word, thousands of times, between others": (
        f"awal {'a ' * 9_000}akhir",
        f"mula {'a ' * 8_900}tamat",
    ),
    "one line, thousands of times": ("a b\n" * 20_000, "a b\n" * 19_000 + "c"),
    "every paragraph another": (
        "\n".join(f"x{n} y" for n in range(4_000)),
        "\n".join(f"z{n} q" for n in range(4_000)),
    ),
    "one paragraph of three thousand words": (
        " ".join(f"kata{n % 700}" for n in range(3_000)),
        " ".join(f"kata{n % 700}" if n % 20 else "baru" for n in range(3_000)),
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_no_text_holds_the_writer_up(case: str) -> None:
    before, after = HOSTILE[case]
    begun = time.process_time()

    change = compare(Content("h", before), Content("h", after))

    assert time.process_time() - begun < 3  # ten times what it takes; without limits, minutes
    assert change.significance > 0


def test_a_very_long_text_is_compared_by_paragraphs() -> None:
    long = "\n".join(f"alinea {n} " + "kata " * 90 for n in range(150))

    changed = shown(long, long.replace("alinea 7 ", "alinea tujuh "))

    assert [line[:16] for line in changed] == ["[-alinea 7 kata ", "{+alinea tujuh k"]
