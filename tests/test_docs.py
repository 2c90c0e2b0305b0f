"""What the documents promise is what the program does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.cli import COMMANDS
from monitor.cli.source import COMMANDS as SOURCE_COMMANDS
from monitor.cli.topic import COMMANDS as TOPIC_COMMANDS

ROOT = Path(__file__).parents[1]
TILIK = Path(sys.executable).with_name("tilik")
# Columns are named on a terminal only, and the text is cut there at its width.
TERMINAL_ONLY = ("source ", "…", "$ make demo")


def folded(line: str) -> str:
    """What stays the same from run to run: no numbers, temporary names or widths."""
    line = re.sub(r"tilik-demo-\w+", "tilik-demo-", line)
    return " ".join(re.sub(r"\d+", "#", line).split())


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("demo") / "tilik-demo-here"
    done = subprocess.run(  # noqa: S603 - our own program
        [TILIK, "demo", folder], capture_output=True, text=True, timeout=60, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_transcript_in_the_readme_is_what_the_demo_prints(demo: str) -> None:
    readme = (ROOT / "README.md").read_text()
    transcript = readme.split("```")[1]
    printed = folded(demo.replace("\n", " "))

    missing = [
        line
        for line in transcript.splitlines()
        if line.strip()
        and not line.startswith(TERMINAL_ONLY)
        and "/tilik-demo-" not in line
        and folded(line) not in printed
    ]

    assert missing == []


def test_the_demo_finds_everything_that_the_newspapers_did(demo: str) -> None:
    found = re.search(r"2 new, \d+ same, 1 edited, 1 retitled, 1 gone; 4 matches", demo)

    assert found is not None
    assert "a second copy of the body" in demo
    assert "stitched from 3 sheets" in demo
    assert "the same news in 2 outlets" in demo


def test_the_demo_digest_is_written_as_eml_and_html(demo: str) -> None:
    (html,) = re.findall(r"xdg-open (\S+\.html)", demo)

    assert "<mark" in Path(html).read_text()
    assert Path(html).with_suffix(".eml").read_bytes().startswith(b"From: ")


@pytest.mark.parametrize(
    "command",
    [
        *COMMANDS,
        *(f"source {command}" for command in SOURCE_COMMANDS),
        *(f"topic {command}" for command in TOPIC_COMMANDS),
    ],
)
def test_every_command_is_documented(command: str) -> None:
    documents = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

    assert any(re.search(rf"(tilik\b.*|make) {command}\b", doc.read_text()) for doc in documents)


def test_links_between_documents_lead_somewhere() -> None:
    link = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
    broken = [
        f"{document.name}: {target}"
        for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
        for target in link.findall(document.read_text())
        if not (document.parent / target).exists()
    ]

    assert broken == []
