"""What a reader sees: text and HTML alike, in his zone and language, and nothing that acts."""

from __future__ import annotations

import email
import re
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from email import policy
from string import Formatter
from typing import Any

import pytest
from lxml import html as lxml_html

from config.settings import Mailbox
from db.changes import compare
from db.records import Content
from monitor.digest import Copy, Digest, Entry, Happening, Section, Trouble
from monitor.render.clean import clean_header, safe_link
from monitor.render.message import HTML_BYTES, message, render, render_parts
from monitor.render.phrases import EN, TABLES, Phrases, phrases
from monitor.render.times import times
from monitor.render.wrap import columns, wrapped

NOW = datetime(2026, 11, 23, 23, tzinfo=UTC)
DESK = Mailbox(name="desk", address="desk@newsroom.example", zone="Asia/Jakarta", channel="mail")
TEXT = """\
Dua feri malam berhenti beroperasi mulai Senin. Pengelola menyebut mesin kapal tua itu mati.
Warga pasar ikan kini menunggu perahu nelayan sejak subuh. "Kami rugi," kata seorang pedagang.
Kapal pengganti dijanjikan sebelum akhir bulan."""
HOSTILE = (
    "<script>alert(1)</script> {{7*7}} {% raw %}\r\nBcc: all@x.example\x00\x1b[31m \u202egnp.exe"
)


def an_entry(text: str = TEXT, **said: Any) -> Entry:  # noqa: ANN401 - fields of Entry or Content
    names = {field.name for field in fields(Content)} - {"published_at"}
    content = Content(headline="Feri Malam Berhenti", text=text, lang="id", authors=("Bayu Laut",))
    entry = Entry(
        kind="new",
        outlet="Harian Lada",
        url="https://lada.example/feri",
        content=replace(content, **{key: said.pop(key) for key in names & set(said)}),
        spans=(("title", 0, 4), ("body", 4, 8)),
        published_at=NOW - timedelta(hours=3),
        first_seen_at=NOW - timedelta(hours=2),
        read_at=NOW - timedelta(hours=2),
        happenings=(Happening("new", NOW - timedelta(hours=2)),),
        before=None,
        change=None,
        copies=(),
        also_in=(),
        match_ids=(1,),
    )
    return replace(entry, **said)


def an_edit(old: str, new: str, **said: Any) -> Entry:  # noqa: ANN401 - fields of Entry
    before = Content(headline="Feri Malam Berhenti", text=old)
    change = compare(before, replace(before, text=new))
    events = (Happening("edited", NOW - timedelta(hours=1)),)
    return an_entry(new, kind="edited", before=before, change=change, happenings=events, **said)


def a_digest(*entries: Entry, **said: Any) -> Digest:  # noqa: ANN401 - fields of Digest
    digest = Digest(
        mailbox="desk",
        lang="en",
        zone="Asia/Jakarta",
        since=NOW - timedelta(days=1),
        now=NOW,
        topics=("Ferries",),
        sections=(Section("Ferries", entries),) if entries else (),
        troubles=(),
    )
    return replace(digest, **said)


def seen(html: str) -> str:
    """Give the text of an HTML mail as a reader sees it, white space folded."""
    body = lxml_html.fromstring(html).find("body")
    assert body is not None
    return " ".join("".join(map(str, body.itertext())).split())


def folded(text: str) -> str:
    return " ".join(text.split())


# what is said


def test_subject_names_topic_count_and_the_first_headline() -> None:
    long = "Feri malam antara dua pulau berhenti beroperasi sampai kapal pengganti datang"

    assert render(a_digest(an_entry())).subject == "Ferries: 1 story · Feri Malam Berhenti"
    subject = render(a_digest(an_entry(headline=long), an_entry())).subject
    assert subject.startswith("Ferries: 2 stories · Feri malam antara")
    assert len(subject.partition(" · ")[2]) <= 60
    assert subject.endswith("…")


def test_text_and_html_say_the_same() -> None:
    copy = Copy("new", "Pala Pos", "https://pala.example/1", "Feri Libur", -2, -60)
    edit = an_edit(TEXT, TEXT.replace("Senin", "Kamis"), copies=(copy,), also_in=("Tides",))
    gone = an_entry(kind="gone", happenings=(Happening("gone", NOW),))
    trouble = Trouble("Kemiri Kini", "the name was not found", NOW - timedelta(hours=30))

    rendered = render(a_digest(edit, gone, troubles=(trouble,)))

    text, html = folded(rendered.text), seen(rendered.html)
    for said in (
        "24 November 2026",
        "23 Nov 06:00 to 24 Nov 06:00 WIB",
        "2 stories: 1 edited, 1 withdrawn",
        "Harian Lada · 24 Nov 03:00 WIB · by Bayu Laut",
        "edited 24 Nov 05:00 WIB",
        "Pala Pos (2 paragraphs shorter): Feri Libur",
        "Also under: Tides",
        "found missing 24 Nov 06:00 WIB",
        "Kemiri Kini: the name was not found (since 23 Nov 00:00 WIB)",
        'the mailbox "desk" waits for: Ferries',
    ):
        assert said in text
        assert said in html
    assert "https://pala.example/1" in text
    assert "https://lada.example/feri" in text


def test_matched_words_are_marked_and_a_phrase_is_one_mark() -> None:
    spans = (("body", 0, 3), ("body", 4, 8), ("title", 5, 10))

    rendered = render(a_digest(an_entry(spans=spans)))

    assert "Feri *Malam* Berhenti" in rendered.text
    assert "*Dua feri* malam" in rendered.text
    marks = [mark.text for mark in lxml_html.fromstring(rendered.html).iter("mark")]
    assert marks == ["Malam", "Dua feri"]


def test_white_space_of_any_kind_parts_words() -> None:
    text = "Dua\tferi\u2028malam\xa0berhenti beroperasi."

    assert "Dua feri malam berhenti" in render(a_digest(an_entry(text, spans=()))).text


def test_a_word_diff_shows_only_what_changed_with_its_neighbours() -> None:
    rendered = render(a_digest(an_edit(TEXT, TEXT.replace("mesin kapal tua", "mesin baru"))))

    assert "[-kapal tua-] {+baru+}" in folded(rendered.text)
    assert "<del" in rendered.html
    assert "<ins" in rendered.html
    assert "Kapal pengganti" not in rendered.text
    assert rendered.text.count("{+added+}") == 1


def test_an_excerpt_is_up_to_three_sentences_but_one_beside_a_change() -> None:
    spans = tuple(
        ("body", TEXT.index(word), TEXT.index(word) + 5) for word in ("Dua", "mesin", "pasar")
    )
    new = TEXT + " Titik."

    whole = render(a_digest(an_entry(spans=spans))).text
    beside = render(a_digest(an_edit(TEXT, new, spans=spans))).text

    assert whole.count("\n      ") == 3
    assert beside.count("\n      ") == 1


def test_many_changed_paragraphs_are_counted_not_all_shown() -> None:
    old = "\n".join(f"Paragraf {number} tentang kapal dan dermaga." for number in range(20))

    rendered = render(a_digest(an_edit(old, old.replace("kapal", "perahu"))))

    assert rendered.text.count("{+perahu+}") == 6
    assert "and 14 more changed paragraphs" in rendered.text


def test_a_new_headline_names_the_old_one() -> None:
    before = Content(headline="Feri Malam Tetap Jalan", text=TEXT)
    change = compare(before, replace(before, headline="Feri Malam Berhenti"))

    rendered = render(a_digest(an_entry(kind="retitled", before=before, change=change)))

    assert "Until now: Feri Malam Tetap Jalan" in rendered.text
    assert "Until now: Feri Malam Tetap Jalan" in seen(rendered.html)


def test_a_day_without_an_hour_stays_the_day_its_page_printed() -> None:
    day = datetime(2026, 11, 22, tzinfo=UTC)

    text = render(a_digest(an_entry(published_at=day, published_precision="day"))).text

    assert "Harian Lada · 22 Nov · by" in text


def test_a_story_without_a_time_shows_when_it_was_first_seen() -> None:
    assert "first seen 24 Nov 04:00 WIB" in render(a_digest(an_entry(published_at=None))).text


def test_silence_is_said_in_words() -> None:
    rendered = render(a_digest())

    assert "Nothing matched" in rendered.subject
    assert "Nothing matched. tilik is still looking." in rendered.text
    assert "All sources could be read." in seen(rendered.html)


# lines and cuts


def test_every_line_fits_a_terminal_except_addresses() -> None:
    chinese = "俄罗斯与朝鲜签署了全面战略伙伴关系条约并且双方承诺在遭到武装攻击时互相提供援助" * 4
    digest = a_digest(an_entry(), an_entry(chinese, headline=chinese, spans=(("body", 4, 6),)))

    lines = render(digest).text.splitlines()

    assert all(columns(line) <= 80 for line in lines if "://" not in line)
    assert max(columns(line) for line in lines) >= 78


def test_a_long_sentence_is_cut_at_words_around_its_mark() -> None:
    words = [f"kata{number}" for number in range(200)]
    text = " ".join(words)
    place = text.index("kata120")

    shown = folded(render(a_digest(an_entry(text, spans=(("body", place, place + 7),)))).text)

    assert "… kata1" in shown
    assert "*kata120*" in shown
    (excerpt,) = re.findall(r"… (kata\d+ .*? …)", shown)
    assert set(excerpt.replace("*", "").split()) <= {*words, "…"}


def test_wrapping_keeps_a_word_that_is_longer_than_a_line_whole() -> None:
    address = "https://lada.example/" + "a" * 90

    assert wrapped(f"Baca {address} sekarang", "  ") == f"  Baca\n  {address}\n  sekarang"


# languages and zones


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_language_has_every_phrase_with_the_same_places_to_fill(table: Phrases) -> None:
    for field in fields(Phrases):
        if field.name not in {"lang", "legend"}:
            assert _places(getattr(table, field.name)) == _places(getattr(EN, field.name))


def _places(said: Any) -> list[set[str | None]]:  # noqa: ANN401 - a phrase or a table of them
    parts = [said] if isinstance(said, str) else list(dict(enumerate(said)).values())
    parts = list(said.values()) if isinstance(said, dict) else parts
    assert all(parts)
    return [{name for _, name, _, _ in Formatter().parse(part) if name} for part in parts]


def test_the_mailbox_chooses_the_language_and_english_is_the_fallback() -> None:
    indonesian = render(a_digest(an_entry(), lang="id-ID"))

    assert "Selasa, 24 November 2026" in indonesian.text
    assert '<html lang="id">' in indonesian.html
    assert phrases("ko") is EN


@pytest.mark.parametrize(
    ("zone", "start", "end", "said"),
    [
        pytest.param(
            "Asia/Jakarta", "2026-11-22T23:00", "2026-11-23T23:00",
            "23 Nov 06:00 to 24 Nov 06:00 WIB", id="one zone",
        ),
        pytest.param(
            "Europe/Berlin", "2026-10-24T04:00", "2026-10-25T05:00",
            "24 Oct 06:00 CEST to 25 Oct 06:00 CET", id="the clock is changed between",
        ),
        pytest.param(
            "America/Sao_Paulo", "2025-12-31T09:00", "2026-01-01T09:00",
            "31 Dec 2025 06:00 to 1 Jan 06:00 UTC-03", id="another year, a zone without a name",
        ),
    ],
)  # fmt: skip
def test_windows_have_dates_and_the_name_of_the_zone(
    zone: str, start: str, end: str, said: str
) -> None:
    first, last = (datetime.fromisoformat(at).replace(tzinfo=UTC) for at in (start, end))

    assert times(EN, zone, last).window(first, last) == said


# hostile text


def test_markup_templates_and_control_characters_come_out_as_letters() -> None:
    entry = an_entry(
        HOSTILE + ". " + TEXT, headline=HOSTILE, authors=(HOSTILE,), lang='"><b', outlet=HOSTILE
    )

    rendered = render(a_digest(entry, topics=(HOSTILE,)))

    tree = lxml_html.fromstring(rendered.html)
    assert not list(tree.iter("script", "form", "img", "link", "iframe"))
    assert "<script>alert(1)</script> {{7*7}} {% raw %}" in seen(rendered.html)
    assert "<script>alert(1)</script> {{7*7}} {% raw %} Bcc:" in folded(rendered.text)
    for part in (rendered.subject, rendered.text, rendered.html):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", part)
    assert "\n" not in rendered.subject


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a\r\nBcc: b\x00c", "a Bcc: bc", id="line breaks and NUL"),
        pytest.param("a\x85b\u2028c\x0bd", "a b c d", id="the other line breaks"),
        pytest.param("\u202eabc\u2069 \u200bd\u200d\ufeff", "abc d", id="bidi and zero width"),
        pytest.param("wort " * 60, "wort " * 29 + "wort…", id="cut at a word"),
        pytest.param("永" * 200, "永" * 149 + "…", id="cut without words"),
    ],
)
def test_headers_are_one_short_visible_line(text: str, shown: str) -> None:
    assert clean_header(text) == shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        pytest.param("https://lada.example/a b", "https://lada.example/a%20b", id="space"),
        pytest.param("http://lada.example:8080", "http://lada.example:8080/", id="port"),
        pytest.param("https://bank.example@lada.example/", "https://lada.example/", id="user name"),
        pytest.param("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC", id="idn"),
        pytest.param("http://lada.example/\u202eg", "http://lada.example/%E2%80%AEg", id="bidi"),
        pytest.param("javascript:alert(1)", None, id="javascript"),
        pytest.param("data:text/html,x", None, id="data"),
        pytest.param("https://a\\@b.example/", "https://b.example/", id="backslash"),
        pytest.param("https://a<b>.example/", None, id="no host name"),
        pytest.param("https://[::1", None, id="brackets"),
        pytest.param("/relative", None, id="relative"),
    ],
)  # fmt: skip
def test_a_link_leads_where_it_says_or_nowhere(url: str, shown: str | None) -> None:
    link = safe_link(url)

    assert (link.url if link else None) == shown


def test_a_host_that_mixes_alphabets_is_shown_in_ascii_with_a_warning() -> None:
    rendered = render(a_digest(an_entry(url="https://l\u0430da.example/x")))

    assert "https://xn--lda-6cd.example/x" in rendered.text
    for part in (rendered.text, seen(rendered.html)):
        assert "careful: this name mixes alphabets" in part
    assert "mixes alphabets" not in render(a_digest(an_entry(url="https://пример.example/"))).text


def test_an_entry_without_a_safe_link_has_none() -> None:
    html = render(a_digest(an_entry(url="javascript:alert(1)"))).html

    assert not list(lxml_html.fromstring(html).iter("a"))
    assert "javascript" not in html


# the message


def a_message(digest: Digest, mailbox: Mailbox = DESK) -> Any:  # noqa: ANN401 - email's own types
    mail = message(
        render(digest),
        digest,
        mailbox,
        sender="tilik@news.example",
        message_id="<1@news.example>",
        now=NOW,
        contact="keeper@news.example",
    )
    return mail.as_bytes()


def test_the_head_of_a_mail_is_complete_and_stable() -> None:
    mail = email.message_from_bytes(a_message(a_digest(an_entry())), policy=policy.default)

    assert {name: mail[name] for name in mail.keys() if name != "Content-Type"} == {  # noqa: SIM118 - a message has no items without keys
        "From": "tilik <tilik@news.example>",
        "To": "desk@newsroom.example",
        "Date": "Tue, 24 Nov 2026 06:00:00 +0700",
        "Message-ID": "<1@news.example>",
        "Subject": "Ferries: 1 story · Feri Malam Berhenti",
        "Auto-Submitted": "auto-generated",
        "Precedence": "bulk",
        "List-Id": "tilik <desk.tilik.news.example>",
        "List-Unsubscribe": "<mailto:keeper@news.example?subject=unsubscribe%20desk>",
        "MIME-Version": "1.0",
    }
    text, html = mail.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")


def test_a_mail_is_seven_bit_with_short_lines_whatever_the_text() -> None:
    text = "Ünï 朝鲜 " * 900 + "\n.\n..\n" + "x" * 3000

    raw = a_message(a_digest(an_entry(text, headline="朝鲜 " * 100)))

    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_an_address_in_another_script_is_spelled_for_the_wire() -> None:
    mailbox = DESK.model_copy(update={"address": "desk@bücher.example"})

    assert b"To: desk@xn--bcher-kva.example" in a_message(a_digest(an_entry()), mailbox)


def test_a_digest_too_long_for_one_mail_becomes_several_and_loses_nothing() -> None:
    entries = [
        an_entry(headline=f"Kabar nomor {number}", match_ids=(number,)) for number in range(120)
    ]

    parts = render_parts(a_digest(*entries))

    assert len(parts) > 1
    assert all(len(rendered.html.encode()) <= HTML_BYTES for _, rendered in parts)
    assert [id_ for part, _ in parts for id_ in part.match_ids] == list(range(120))
    assert f"(2/{len(parts)})" in parts[1][1].subject
    assert f"part 2 of {len(parts)}" in parts[1][1].text


def test_html_has_its_styles_inline_and_keeps_those_for_dark_screens() -> None:
    html = render(a_digest(an_entry())).html

    assert re.search(r"<h3[^>]* style=", html)
    assert "prefers-color-scheme: dark" in html
    assert "url(" not in html
