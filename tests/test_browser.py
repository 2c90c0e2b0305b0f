"""The digest as a reader sees it: in a real browser. Skips where there is none."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from monitor.demo.tour import Tour

if TYPE_CHECKING:
    from pathlib import Path

CHROMIUM = shutil.which("chromium")
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--hide-scrollbars",
]
MEASURE = """<script>
document.title = [document.documentElement.scrollWidth, document.querySelectorAll("mark").length,
  document.querySelectorAll("del, ins").length].join(" ")
</script>"""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed here")


@pytest.fixture(scope="module")
def digest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tour") / "folder"
    with Tour(folder, datetime(2026, 8, 7, 14, tzinfo=UTC)) as tour:
        tour.read(lambda _: None)
        tour.go_on()
        tour.read(lambda _: None)
        return tour.mail().html


def seen(page: Path, width: int, folder: Path) -> tuple[int, int, int]:
    """Width that the page takes, words marked, and words shown as added or removed."""
    copy = folder / "page.html"
    copy.write_text(page.read_text() + MEASURE)
    done = subprocess.run(  # noqa: S603 - the browser of this machine
        [
            str(CHROMIUM),
            *QUIET,
            f"--user-data-dir={folder / 'profile'}",
            f"--window-size={width},900",
            "--dump-dom",
            copy.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    title = re.search(r"<title>(\d+) (\d+) (\d+)</title>", done.stdout)
    assert title is not None, done.stdout[:500]
    return int(title[1]), int(title[2]), int(title[3])


@pytest.mark.parametrize("width", [600, 1200], ids=["mail window", "desktop"])
def test_the_digest_fits_its_window_and_marks_what_matched(
    digest: Path, width: int, tmp_path: Path
) -> None:
    taken, marked, changed = seen(digest, width, tmp_path)

    assert taken <= width
    assert marked >= 4
    assert changed >= 4


def test_the_digest_asks_nothing_of_the_network(digest: Path) -> None:
    html = digest.read_text()

    assert not re.search(r"<(img|script|iframe|form|link|object|video)\b|url\(|@import", html)
