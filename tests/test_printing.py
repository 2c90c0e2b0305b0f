"""What the command line prints: for people, for programs, and never raw."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from shelf import NOW, URL, Shelf
from sites import paper
from sites.server import Site, status
from terminal import HOSTILE, LONGEST_S, MAIN, SOURCES, TILIK, Terminal, a_hostile_folder

from db.records import Quarantined
from monitor.cli.log import keep_quiet
from monitor.cli.output import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Desk

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
SHOWN = r"Heboh \x1b[31mMERAH\x1b]0;judul\x07 \u202eterbalik\u202c\u200b [bold]tebal[/bold]"


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    return Terminal(tmp_path, monkeypatch, capsys)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return a_hostile_folder(tmp_path)


def finish(*words: object, **options: object) -> subprocess.CompletedProcess[str]:
    """Run a command as a process."""
    return subprocess.run(  # noqa: S603, PLW1510 - our own command; the status is what is tested
        [TILIK, *map(str, words)],
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        **options,  # type: ignore[call-overload]
    )


# what is printed


def test_clean_shows_what_a_terminal_would_obey() -> None:
    assert clean(HOSTILE).replace("\t", " ").replace("\n", " ") == f"{SHOWN} tab baris"
    assert clean("satu\tdua\nНовости 北京 é") == "satu\tdua\nНовости 北京 é"
    assert clean("\x00\x7f\x85\x9b\u2066\ufeff\r") == r"\x00\x7f\x85\x9b\u2066\ufeff\x0d"


OBEYED = {chr(code) for code in (0x1B, 0x07, 0x202E, 0x202C, 0x200B, 0x9B)}
PRINTING = ["stories", "stories jembatan", "show 1", "show 1 --revisions", "diff 1", "status"]


@pytest.mark.parametrize("command", PRINTING)
@pytest.mark.usefixtures("folder")
def test_what_a_newsroom_writes_is_shown_and_never_obeyed(call: Terminal, command: str) -> None:
    _, said, complaint = call(*command.split())

    assert r"\x1b" in said
    assert "[bold]" in said
    assert OBEYED.isdisjoint(said + complaint)


@pytest.mark.usefixtures("folder")
def test_a_table_keeps_a_story_on_one_line(call: Terminal) -> None:
    _, said, _ = call("stories")

    other, hostile = said.splitlines()
    assert hostile.split("\t") == [
        "1",
        "kabar-desa",
        f"{NOW:%Y-%m-%d %H:%M} UTC",
        "2 rev.",
        f"{SHOWN} tab baris lagi",
    ]
    assert other.endswith("Pasar Pindah")


@pytest.mark.usefixtures("folder")
def test_stories_are_searched_limited_and_paged(call: Terminal) -> None:
    assert call("stories", "tebal", "terbalik")[1].startswith("1\t")
    assert call("stories", "--limit", 1)[1].startswith("2\t")
    assert call("stories", "--before", 2)[1].startswith("1\t")
    assert call("stories", "--source", "kabar-kota")[1] == ""
    assert call("stories", "lima", "--source", "kabar-desa")[1].startswith("1\t")


@pytest.mark.usefixtures("folder")
def test_a_change_is_marked_so_that_it_reads_without_colour(
    call: Terminal,
) -> None:
    _, said, _ = call("diff", 1)

    assert "revision 1 (2026-08-07 09:30 UTC) → revision 2 (2026-08-07 10:30 UTC, retitled)" in said
    assert "waktu [-tiga-]{+lima+} bulan" in said
    assert "tab\nbaris{+ lagi+}" in said


@pytest.mark.usefixtures("folder")
def test_status_names_what_needs_a_person_and_leaves_1(
    call: Terminal,
) -> None:
    code, said, _ = call("status")

    assert code == 1
    assert "1 declared, 1 visited, 1 ill" in said
    assert "! kabar-desa: Heboh" in said
    assert "tried 3 times, next try 2026-08-07 10:30 UTC" in said


ONE_EACH = """\
[[topic]]
name = "bridge"
query = "(@crossing NEAR/1 dibuka) OR jem*"
mailboxes = ["desk"]
[concept.crossing]
id = ["papan"]
"""
OF_ONE = {
    "check": "1 source (1 not verified yet), 1 topic, 1 concept, 1 mailbox: all fit together.",
    "status": "left alone\t1 page that broke its reader, until it changes\n",
    "source list": "failing since 2026-08-07 09:30 UTC, 1 time: the server is ill",
    "topic lint": "1 warning; 1 topic, 1 concept.",
    "topic test bridge --since 2026-01-01": "Hits: 1 of 1 story since 2026-01-01",
    "topic suggest bridge --since 2026-01-01": "1 hit compared with 0 other stories.",
    "topic explain bridge 1": "found, but nowhere with at most 1 word between",
    "topic lookback bridge --since 2026-01-01": "1 new match since 2026-01-01 00:00 UTC.",
}


@pytest.fixture
def one_each(tmp_path: Path) -> None:
    """One source, topic, concept, mailbox, story, failure and page that is left alone."""
    for name, text in {"sources/all.toml": SOURCES, "watchlists/it.toml": ONE_EACH}.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    (tmp_path / "tilik.toml").write_text(MAIN)
    with Shelf(tmp_path) as shelf:
        shelf.record()
        shelf.archive.visited(
            "kabar-desa", now=NOW, due_at=NOW, reason="the server is ill", is_fault=True
        )
        shelf.archive.quarantined(Quarantined(f"{URL}/2", "", "1", "poisonous", "odd", NOW))
        shelf.outbox.watched([], up_to=1, now=NOW)


@pytest.mark.parametrize("command", OF_ONE)
@pytest.mark.usefixtures("one_each")
def test_one_thing_is_told_in_the_singular_and_others_in_the_plural(
    call: Terminal, command: str
) -> None:
    _, said, _ = call(*command.split())

    assert OF_ONE[command] in said


def test_status_names_the_pages_that_are_left_alone(call: Terminal, folder: Path) -> None:
    with Shelf(folder) as shelf:
        for number in range(12):
            why = Quarantined(f"{URL}/{number}", "", "1", "poisonous", f"{HOSTILE} {number}", NOW)
            shelf.archive.quarantined(why)

    _, said, _ = call("status")

    assert "12 pages that broke their reader, until they change" in said
    assert f"{URL}/0" in said
    assert "and 2 more" in said
    assert OBEYED.isdisjoint(said)


AS_JSON: dict[str, Callable[[object], object]] = {
    "stories": lambda told: [story["id"] for story in told] == [2, 1],  # type: ignore[attr-defined]
    "show 1": lambda told: told["revision"]["content"]["headline"] == f"{HOSTILE} lagi",  # type: ignore[index]
    "show 1 --revisions": lambda told: [r["id"] for r in told["revisions"]] == [1, 2],  # type: ignore[index]
    "diff 1": lambda told: told["change"]["significance"] > 0,  # type: ignore[index]
    "status": lambda told: told["sources"]["kabar-desa"]["failures"] == 3,  # type: ignore[index]
    "check": lambda told: told["ok"] is True,  # type: ignore[index]
    "digest --dry-run": lambda told: told == [],
    "digest": lambda told: told["composed"] == [],  # type: ignore[index]
    "init baru": lambda told: any(path.endswith("tilik.toml") for path in told["written"]),  # type: ignore[index]
}


@pytest.mark.parametrize("command", AS_JSON)
def test_every_command_answers_programs_in_json(
    call: Terminal,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
) -> None:
    monkeypatch.chdir(folder)

    _, said, _ = call(*command.split(), "--json")

    assert AS_JSON[command](json.loads(said))


def test_a_reader_that_has_seen_enough_is_no_error(folder: Path) -> None:
    with Shelf(folder) as shelf:
        for number in range(300):
            shelf.record(f"{URL}/{number}")
    command = f"'{TILIK}' -C '{folder}' stories --limit 10000 --json | head -c 10"

    done = subprocess.run(  # noqa: S603, PLW1510 - a pipe is what is tested
        ["bash", "-o", "pipefail", "-c", command],  # noqa: S607 - as a user would
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
    )

    assert (done.returncode, done.stderr) == (0, "")


# one round


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as opened:
        paper.publish(opened, range(2))
        yield opened


def test_a_crawl_with_a_source_that_fails_tells_it_in_a_sentence_and_leaves_1(
    desk: Desk, site: Site
) -> None:
    site.pages["/mati"] = status(500)
    desk.declare(desk.source(site), desk.source(site, "/mati", name="mati"))

    done = finish("-C", desk.folder, "crawl")

    assert done.returncode == 1
    assert "desa\tread" in done.stdout
    assert "mati\tfailed" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("2 sources, ")
    assert "mati: " in done.stderr
    for noise in ("Traceback", "WARNING", "ERROR", "scrapy", "asyncio"):
        assert noise not in done.stdout + done.stderr


def test_a_crawl_reports_in_json_and_leaves_0_when_all_went_well(desk: Desk, site: Site) -> None:
    desk.declare(desk.source(site))

    done = finish("-C", desk.folder, "crawl", "desa", "--json")

    (report,) = json.loads(done.stdout)["reports"]
    assert done.returncode == 0, done.stderr
    assert (report["source"], report["outcomes"]) == ("desa", {"baseline": 2})
    assert done.stderr == ""


def test_the_log_is_shown_to_who_asks_for_it(desk: Desk, site: Site) -> None:
    desk.declare(desk.source(site))

    done = finish("-C", desk.folder, "crawl", env={**os.environ, "TILIK_DEBUG": "1"})

    assert done.returncode == 0
    assert "Spider opened" in done.stderr


def test_the_log_of_the_libraries_stays_out_of_a_table(capfd: pytest.CaptureFixture[str]) -> None:
    script = "import logging; from monitor.cli.log import keep_quiet; keep_quiet()\n"
    script += "logging.getLogger('scrapy').error('a line'); logging.warning('another')"
    subprocess.run([sys.executable, "-c", script], check=True)  # noqa: S603 - our own interpreter
    keep_quiet()  # where a log is kept already, it is left as it is

    assert capfd.readouterr().err == ""


# one text


def blocks(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


CAPTION = "Perahu warga bersandar di dermaga kayu Desa Muara Tenang saat air sungai mulai surut."
BODY = [
    "Warga Desa Muara Tenang mulai memperbaiki dermaga kayu yang rusak diterjang banjir kemarin.",
    "Kepala desa mengatakan papan dan tiang diganti satu per satu agar perahu bisa bersandar.",
    '"Kami bekerja bergantian sejak subuh, dan ibu-ibu memasak," katanya di tepi sungai.',
    "Perbaikan diperkirakan selesai dalam dua pekan jika hujan tidak turun terus-menerus.",
    "Sementara itu, anak sekolah menyeberang dengan perahu yang dijaga oleh petugas desa.",
]


def test_extract_gives_each_paragraph_of_a_doubled_text_once(
    call: Terminal, tmp_path: Path
) -> None:
    page = tmp_path / "tersimpan.txt"
    first = [f"KABARDESA.COM - {BODY[0]}", *BODY[1:]]
    second = [*BODY[:-1], f"{BODY[-1]} (***)"]
    page.write_text("\n\n".join(["Menu", CAPTION, CAPTION, *first, *second]))

    code, said, _ = call("extract", page, "--json")

    article = blocks(json.loads(said)["text"])
    assert code == 0
    for paragraph in [CAPTION, *BODY]:
        assert sum(paragraph in block for block in article) == 1, paragraph
    assert f"KABARDESA.COM - {BODY[0]}" in article


def test_extract_gives_each_paragraph_of_the_seed_once(
    call: Terminal,
) -> None:
    seeds = sorted(SEEDS.glob("*.txt"))
    if not seeds:
        pytest.skip("the real saved text is not beside this checkout (../shared/seeds)")
    for seed in seeds:
        _, said, _ = call("extract", seed)
        article = blocks(said.partition("\nrepairs\n")[0])

        long = [block for block in article if len(block.split()) > 5]
        assert len(long) > 10
        for block in long:
            bare = block.rpartition(" - ")[2].removesuffix("(***)").strip()
            assert sum(bare in other for other in article) == 1, bare
