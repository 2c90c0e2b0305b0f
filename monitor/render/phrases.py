"""The words tilik itself says in a mail, one table per language. Never holds a rule of grammar.

A new language is a table beside these and a line in TABLES. English is the fallback.
Where a number decides, the first form is for one and the second for all others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.records import Event

Forms = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Phrases:
    """All wording of one language; names in braces are filled in by `wording.py`."""

    lang: str
    months: tuple[str, ...]
    long_months: tuple[str, ...]
    weekdays: tuple[str, ...]
    stories: Forms
    events: dict[Event, str]
    window: str
    window_open: str
    first_seen: str
    by: str
    agency: str
    last_read: str
    was_called: str
    also_at: str
    paragraphs_fewer: Forms
    paragraphs_more: Forms
    words_fewer: Forms
    words_more: Forms
    same_length: str
    also_topic: str
    more_changes: Forms
    more_outlets: Forms
    changed: str
    legend: str
    read_at: str
    no_link: str
    mixed_host: str
    nothing_new: str
    all_well: str
    troubled: Forms
    trouble: str
    trouble_since: str
    more_troubles: Forms
    why: str
    part: str


EN = Phrases(
    lang="en",
    months=tuple("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()),  # noqa: SIM905 - reads better
    long_months=(
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    stories=("{count} story", "{count} stories"),
    events={
        "new": "new",
        "edited": "edited",
        "retitled": "new headline",
        "gone": "withdrawn",
        "returned": "back again",
    },
    window="{start} to {end}",
    window_open="up to {end}",
    first_seen="first seen {at}",
    by="by {names}",
    agency="agency: {name}",
    last_read="Withdrawn, found missing {gone}. The text below is its last state, read {read}.",
    was_called="Until now: {headline}",
    also_at="Also in:",
    paragraphs_fewer=("{count} paragraph shorter", "{count} paragraphs shorter"),
    paragraphs_more=("{count} paragraph longer", "{count} paragraphs longer"),
    words_fewer=("{count} word shorter", "{count} words shorter"),
    words_more=("{count} word longer", "{count} words longer"),
    same_length="same length",
    also_topic="Also under: {topics}",
    more_changes=("and {count} more changed paragraph", "and {count} more changed paragraphs"),
    more_outlets=("and {count} more", "and {count} more"),
    changed="What changed ({percent} of the words)",
    legend="Marks: *word that matched*, [-removed-], {+added+}",
    read_at="Read at {host}",
    no_link="(the address is not one to follow)",
    mixed_host="careful: this name mixes alphabets",
    nothing_new="Nothing matched. tilik is still looking.",
    all_well="All sources could be read.",
    troubled=("{count} source could not be read:", "{count} sources could not be read:"),
    trouble="{outlet}: {reason}",
    trouble_since="{outlet}: {reason} (since {since})",
    more_troubles=("and {count} more source", "and {count} more sources"),
    why='You get this mail because the mailbox "{mailbox}" waits for: {topics}.',
    part="part {part} of {parts}",
)

ID = Phrases(
    lang="id",
    months=tuple("Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des".split()),  # noqa: SIM905 - reads better
    long_months=(
        *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
        *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
    ),
    weekdays=("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    stories=("{count} berita", "{count} berita"),
    events={
        "new": "baru",
        "edited": "disunting",
        "retitled": "judul baru",
        "gone": "ditarik",
        "returned": "muncul kembali",
    },
    window="{start} sampai {end}",
    window_open="sampai {end}",
    first_seen="pertama terlihat {at}",
    by="oleh {names}",
    agency="kantor berita: {name}",
    last_read="Ditarik, tidak ditemukan lagi {gone}. Teks di bawah adalah keadaan terakhirnya, "
    "dibaca {read}.",
    was_called="Semula: {headline}",
    also_at="Juga di:",
    paragraphs_fewer=("{count} paragraf lebih pendek", "{count} paragraf lebih pendek"),
    paragraphs_more=("{count} paragraf lebih panjang", "{count} paragraf lebih panjang"),
    words_fewer=("{count} kata lebih pendek", "{count} kata lebih pendek"),
    words_more=("{count} kata lebih panjang", "{count} kata lebih panjang"),
    same_length="sama panjang",
    also_topic="Juga termasuk: {topics}",
    more_changes=("dan {count} paragraf lain berubah", "dan {count} paragraf lain berubah"),
    more_outlets=("dan {count} lagi", "dan {count} lagi"),
    changed="Yang berubah ({percent} dari kata-katanya)",
    legend="Tanda: *kata yang cocok*, [-dihapus-], {+ditambahkan+}",
    read_at="Baca di {host}",
    no_link="(alamatnya tidak layak diikuti)",
    mixed_host="hati-hati: nama ini mencampur aksara",
    nothing_new="Tidak ada yang cocok. tilik tetap melihat-lihat.",
    all_well="Semua sumber dapat dibaca.",
    troubled=("{count} sumber tidak dapat dibaca:", "{count} sumber tidak dapat dibaca:"),
    trouble="{outlet}: {reason}",
    trouble_since="{outlet}: {reason} (sejak {since})",
    more_troubles=("dan {count} sumber lagi", "dan {count} sumber lagi"),
    why='Surat ini datang karena kotak surat "{mailbox}" menunggu: {topics}.',
    part="bagian {part} dari {parts}",
)

TABLES = {"en": EN, "id": ID}


def phrases(lang: str) -> Phrases:
    """Return the table of a language (id-ID is id), or English."""
    return TABLES.get(lang.split("-", maxsplit=1)[0], EN)
