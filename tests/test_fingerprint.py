"""When two texts are the same, and when two stories are the same news."""

from __future__ import annotations

import random

import pytest

from db.fingerprint import fingerprint, is_same_news

LEDE = "Gubernur membuka pelabuhan baru di muara sungai pada Selasa pagi."
WIRE = f"""{LEDE}
Pelabuhan itu dibangun selama empat tahun dengan dana daerah dan pinjaman dari bank pembangunan.
Menurut dinas perhubungan, delapan kapal dapat bersandar bersamaan dan bongkar muat selesai sehari.
Nelayan setempat meminta agar dermaga lama tetap dibuka karena lebih dekat ke tempat pelelangan.
Permintaan itu akan dibahas dalam rapat bersama dewan pada akhir bulan ini, kata gubernur."""
OTHER_REPORT = """Pelabuhan baru di muara sungai sudah beroperasi sejak Selasa.
Gubernur hadir bersama sejumlah pejabat dan berjanji biaya sandar tidak naik sampai tahun depan.
Pengusaha angkutan menyambut gembira sebab antrean truk di jalan lama kerap mencapai dua kilometer.
Sementara itu para nelayan masih menunggu keputusan tentang dermaga lama yang hendak ditutup."""
PHRASES = "Redaksi menerima kritik dan saran dari para pembaca setia."

ALIKE = {
    "quotes": ("“Buka,” kata ‘dia’.", "\"Buka,\" kata 'dia'."),
    "dashes": ("Jakarta — hujan – lagi", "Jakarta - hujan - lagi"),
    "spaces": (" satu  dua\u00a0tiga\n", "satu dua tiga"),
    "soft hyphens": ("per\u00admintaan", "permintaan"),
    "zero width": ("satu\u200b dua\ufeff", "satu dua"),
    "full width": ("ＡＢＣ　１２３", "ABC 123"),
    "ligatures": ("oﬃcial", "official"),
}
UNLIKE = {
    "a word": ("tiga bulan", "lima bulan"),
    "a number": ("12 orang", "13 orang"),
    "case": ("Bank Dunia", "bank dunia"),
    "a comma": ("Makan, nenek", "Makan nenek"),
    "an accent": ("apel", "apél"),
}


@pytest.mark.parametrize("case", ALIKE)
def test_what_only_typesetting_changed_is_the_same(case: str) -> None:
    one, other = ALIKE[case]

    assert fingerprint("Judul", one) == fingerprint("Judul", other)
    assert fingerprint(one, "Isi") == fingerprint(other, "Isi")


@pytest.mark.parametrize("case", UNLIKE)
def test_what_a_newsroom_changed_is_not_the_same(case: str) -> None:
    one, other = UNLIKE[case]

    assert fingerprint("Judul", one) != fingerprint("Judul", other)
    assert fingerprint(one, "Isi") != fingerprint(other, "Isi")


def test_words_that_move_from_headline_to_text_are_a_change() -> None:
    assert fingerprint("satu dua", "tiga") != fingerprint("satu", "dua tiga")


CUT = "\n".join(WIRE.split("\n")[:3])
NEWS = {
    "itself": (WIRE, WIRE, True),
    "in capitals and other quotes": (WIRE, WIRE.upper(), True),
    "a cut tail": (WIRE, CUT, True),
    "a new lead": (WIRE, WIRE.replace(LEDE, "MUARA, 7/8 - Akhirnya dibuka juga."), True),
    "a town added": (WIRE, f"{WIRE}\nDi kota lain, pelabuhan serupa dibuka tahun lalu.", True),
    "inside a long round-up": (CUT, f"{OTHER_REPORT}\n{CUT}\n{OTHER_REPORT}", True),
    "another report of the same event": (WIRE, OTHER_REPORT, False),
    "strangers": (WIRE, PHRASES * 5, False),
    "one common sentence": (f"{WIRE}\n{PHRASES}", f"{OTHER_REPORT}\n{PHRASES}", False),
    "short and the same": (PHRASES, PHRASES.replace(" ", "  "), True),
    "short and nearly the same": (PHRASES, PHRASES.replace("setia", "baru"), False),
    "nothing and something": ("", WIRE, False),
}


@pytest.mark.parametrize("case", NEWS)
def test_copies_of_one_text_are_the_same_news_and_other_reports_are_not(case: str) -> None:
    one, other, expected = NEWS[case]

    assert is_same_news(one, other) is expected
    assert is_same_news(other, one) is expected


@pytest.mark.parametrize("seed", range(20))
def test_typography_never_makes_news(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - the same text in every run
    swaps = {'"': "“”„«»", "'": "‘’`", "-": "‐–—−", " ": ["\u00a0", "  ", "\u2009", " \u200b"]}
    text = WIRE + "\n\"Sudah lama kami tunggu,\" kata Pak Camat - dan 'semua' setuju."

    typeset = "".join(rng.choice([*swaps.get(character, ""), character]) for character in text)

    assert fingerprint("Judul", typeset) == fingerprint("Judul", text)
