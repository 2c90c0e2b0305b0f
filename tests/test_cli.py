"""The command line: how it starts, what it says of mistakes, and the status it leaves behind."""

from __future__ import annotations

import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest
from disk import full_disk
from terminal import LONGEST_S, MAIN, SOURCES, TILIK, Terminal, a_hostile_folder

from monitor.cli import COMMANDS
from monitor.cli.ending import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    return Terminal(tmp_path, monkeypatch, capsys)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return a_hostile_folder(tmp_path)


# starting


HEAVY = {
    "scrapy",
    "twisted",
    "aiohttp",
    "lxml",
    "trafilatura",
    "sqlite_utils",
    "pydantic",
    "apscheduler",
    "jinja2",
    "rich",
    "asyncio",
}


def imported_by(*words: str) -> set[str]:
    script = (
        "import sys\n"
        f"sys.argv = ['tilik', *{words!r}]\n"
        "from monitor.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit as ended:\n    assert not ended.code, ended.code\n"
        "print('modules:', *sys.modules)\n"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.rpartition("modules:")[2].split())


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_import_nothing_heavy(option: str) -> None:
    modules = imported_by(option)

    assert "click" in modules
    assert modules.isdisjoint(HEAVY)


def cpu_s(*command: str) -> float:
    """Return what a process costs, the best of three."""
    costs = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - our own command
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        costs.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(costs)


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_cost_little_more_than_python_itself(option: str) -> None:
    """The promise is 0.15 s where bare Python takes 0.011 s; a slow machine is slow at both."""
    bare = cpu_s(sys.executable, "-c", "pass")

    assert cpu_s(TILIK, option) < max(0.15, 13 * bare)


def test_tilik_calls_itself_tilik_however_it_is_started() -> None:
    """Advice such as “`tilik --help` lists them” can be typed as it stands."""
    script = "from monitor.cli import main; main()"

    said = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script, "xyzzy"], capture_output=True, text=True, check=False
    ).stderr

    assert said.startswith("Usage: tilik ")
    assert "`tilik --help` lists them" in said


def test_help_names_every_command() -> None:
    said = subprocess.run(  # noqa: S603 - our own command
        [TILIK, "--help"], capture_output=True, text=True, check=True, timeout=LONGEST_S
    ).stdout

    for name, line in COMMANDS.items():
        assert name in said
        assert line.split()[0] in said


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(call: Terminal, name: str) -> None:
    code, said, _ = call(name, "--help")

    assert code == 0
    assert "--json" in said


# mistakes


MISTAKES = {
    "a mistyped command": (("storys",), "there is no command “storys”. Did you mean “stories”?"),
    "no such command": (("xyzzy",), "`tilik --help` lists them"),
    "an unknown option": (("stories", "--colour"), "No such option"),
    "no number": (("show", "seven"), "'seven' is not a valid integer"),
    "nothing to show": (("show",), "Missing argument 'ID'"),
    "no such story": (("show", "999"), "there is no story 999"),
    "no such story to compare": (("diff", "999"), "there is no story 999"),
    "a story with one state": (("diff", "2"), "story 2 has only one state"),
    "no such state": (("diff", "1", "1", "77"), "story 1 has no revision 77; it has 1, 2."),
    "a story without a topic": (("topic", "explain", "1"), "expected: NAME ID|URL|FILE|-; given"),
    "a mistyped source": (("crawl", "kabar-dsa"), "Did you mean “kabar-desa”?"),
}


@pytest.mark.parametrize("case", MISTAKES)
@pytest.mark.usefixtures("folder")
def test_a_mistake_is_told_with_the_way_out_and_status_64(call: Terminal, case: str) -> None:
    words, says = MISTAKES[case]

    code, out, complaint = call(*words)

    assert code == 64
    assert says in complaint
    assert out == ""


@pytest.mark.parametrize("command", ["check", "crawl", "run", "status", "digest"])
def test_bad_configuration_is_refused_with_file_and_line_and_status_78(
    call: Terminal, folder: Path, command: str
) -> None:
    (folder / "sources" / "all.toml").write_text(SOURCES.replace("kind", "kinde"))

    code, _, complaint = call(command)

    assert code == 78
    assert 'sources/all.toml:3: source[0].kinde: unknown key; did you mean "kind"?' in complaint


def test_a_topic_that_cannot_be_read_is_bad_configuration(call: Terminal, folder: Path) -> None:
    (folder / "watchlists").mkdir()
    (folder / "watchlists" / "one.toml").write_text(
        '[[topic]]\nname = "t"\nmailboxes = ["desk"]\nquery = "(jembatan"\n'
    )

    code, _, complaint = call("check")

    assert code == 78
    assert "watchlists/one.toml:4: topic t: query: " in complaint


@pytest.mark.parametrize("command", ["status", "stories", "show 1", "diff 1"])
def test_without_an_archive_it_says_how_to_make_one_with_status_65(
    call: Terminal, tmp_path: Path, command: str
) -> None:
    (tmp_path / "tilik.toml").write_text(MAIN)

    code, _, complaint = call(*command.split())

    assert code == 65
    assert "no archive here yet. `tilik crawl` makes one." in complaint


@pytest.mark.parametrize("command", ["status", "stories", "check", "crawl", "show 1"])
def test_a_damaged_archive_is_told_with_status_65_and_left_alone(
    call: Terminal, folder: Path, command: str
) -> None:
    (folder / "tilik.db").write_bytes(b"bukan basis data" * 1000)

    code, _, complaint = call(*command.split())

    assert code == 65
    assert "this is no database" in complaint
    assert "restore a backup" in complaint
    assert (folder / "tilik.db").read_bytes() == b"bukan basis data" * 1000


def test_check_finds_damage_that_an_opening_does_not(call: Terminal, folder: Path) -> None:
    content = bytearray((folder / "tilik.db").read_bytes())
    for page in range(16_384, len(content), 16_384):
        content[page + 3 : page + 5] = b"\xff\xff"
    (folder / "tilik.db").write_bytes(content)

    assert call("check")[0] == 65


def test_init_overwrites_nothing(call: Terminal, folder: Path) -> None:
    code, _, complaint = call("init")

    assert code == 73
    assert "is already there and is not overwritten" in complaint
    assert (folder / "tilik.toml").read_text() == MAIN


def test_a_file_in_place_of_the_folder_is_told_as_that(call: Terminal, folder: Path) -> None:
    code, _, complaint = call("-C", folder / "tilik.toml", "check")

    assert code == 78
    assert complaint == (
        f"tilik: {folder / 'tilik.toml'}: is no folder: name the one that holds tilik.toml\n"
    )


def test_a_round_of_no_sources_says_how_to_have_one_and_promises_no_mail(
    call: Terminal, folder: Path
) -> None:
    (folder / "sources" / "all.toml").unlink()

    code, said, complaint = call("crawl")

    assert (code, said) == (0, "0 sources, 0 new, 0 changed, 0 gone; 0 matches.\n")
    assert "`tilik source add URL`" in complaint


@pytest.mark.usefixtures("folder")
def test_that_no_story_is_found_is_said(call: Terminal) -> None:
    assert call("stories", "tidakada") == (0, "", "There is no such story.\n")


def test_the_demo_takes_no_folder_that_is_there(call: Terminal, folder: Path) -> None:
    code, _, complaint = call("demo", folder)

    assert code == 73
    assert complaint == f"tilik: {folder} is already there: choose another folder\n"


def test_a_demo_that_finds_no_room_names_the_folder_that_is_full(
    call: Terminal, tmp_path: Path
) -> None:
    with full_disk():
        code, _, complaint = call("demo", tmp_path / "demo")

    assert (code, complaint) == (74, f"tilik: {tmp_path / 'demo'}: File too large\n")


def test_a_file_that_is_not_there_is_an_input_error(
    call: Terminal,
) -> None:
    code, _, complaint = call("extract", "/nowhere/page.html")

    assert (code, complaint) == (74, "tilik: /nowhere/page.html: No such file or directory\n")


def test_an_address_without_its_beginning_is_told_apart_from_a_file(call: Terminal) -> None:
    code, _, complaint = call("extract", "desa.example/berita/1")

    assert code == 74
    assert complaint == (
        "tilik: desa.example/berita/1: No such file or directory; "
        "if it is an address, write https://desa.example/berita/1\n"
    )


def test_a_fault_of_ours_is_one_sentence_and_its_trace_only_when_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command
    def broken() -> None:
        raise ZeroDivisionError("\x1b[31m")

    monkeypatch.setattr(sys, "argv", ["tilik"])
    with pytest.raises(SystemExit) as ended:
        run(broken)
    said = capsys.readouterr().err
    monkeypatch.setenv("TILIK_DEBUG", "1")

    assert ended.value.code == 70
    assert said.startswith(r"tilik: a fault of tilik's own: ZeroDivisionError: \x1b[31m")
    assert "TILIK_DEBUG=1" in said
    with pytest.raises(ZeroDivisionError):
        run(broken)
