"""What the tests of the command line share: a terminal to call commands from, and a hostile folder.

`Terminal(folder, monkeypatch, capsys)(*words)` runs a command in this process and returns its exit
status, output and complaints. `a_hostile_folder(folder)` fills a folder with a small archive.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from shelf import EDITED, TEXT, URL, Shelf

from monitor.cli import tilik
from monitor.cli.ending import run

TILIK = str(Path(sys.executable).with_name("tilik"))
LONGEST_S = 30
MAIN = 'contact = "desk@newsroom.localhost"\n[[mailbox]]\nname = "desk"\nzone = "Asia/Jakarta"\n'
SOURCES = '[[source]]\nname = "kabar-desa"\nkind = "feed"\nurl = "https://kabar-desa.example/rss"\n'
HOSTILE = (
    "Heboh \x1b[31mMERAH\x1b]0;judul\x07 \u202eterbalik\u202c\u200b [bold]tebal[/bold]\ttab\nbaris"
)


class Terminal:
    """Runs commands on one folder, as a person would."""

    def __init__(
        self,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        self._folder = folder
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *words: object) -> tuple[int, str, str]:
        words = ("tilik", "-C", self._folder, *words)
        self._monkeypatch.setattr(sys, "argv", list(map(str, words)))
        with pytest.raises(SystemExit) as ended:
            run(tilik)
        said = self._capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err


def a_hostile_folder(folder: Path) -> Path:
    """Write the user's files, and an archive with a story whose newsroom means us harm."""
    (folder / "sources").mkdir()
    (folder / "tilik.toml").write_text(MAIN)
    (folder / "sources" / "all.toml").write_text(SOURCES)
    with Shelf(folder) as shelf:
        shelf.record(headline=HOSTILE, text=f"{HOSTILE}\n{TEXT}", authors=(HOSTILE,))
        shelf.go_on(hours=1)
        shelf.record(headline=f"{HOSTILE} lagi", text=f"{HOSTILE}\n{EDITED}")
        shelf.record(f"{URL}/lain", headline="Pasar Pindah")
        for _ in range(3):
            shelf.archive.visited(
                "kabar-desa", now=shelf.now, due_at=shelf.now, reason=HOSTILE, is_fault=True
            )
    return folder
