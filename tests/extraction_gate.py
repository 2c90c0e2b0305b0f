"""`make gate`: floors under the quality of extraction, beside plain trafilatura in the same run.

Own pages (tests/pages) always; the real corpora and the duplication benchmark when they lie
beside the checkout (../shared). `--quick` takes a part of them: that is what `make test` runs.
Prints a table per corpus and ends with exit status 1 below a floor.

A floor is raised when it is beaten for good; lowering one takes a decision note.
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import trafilatura

from crawler.extract.article import Article, Page
from crawler.extract.extraction import extract

if TYPE_CHECKING:
    from types import ModuleType

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PAGES = Path(__file__).with_name("pages")
SHARED = Path(__file__).parents[2] / "shared"
QUICK_PAGES = 18

# corpus -> (F1 of the text or of snippets, title, date, author); None: no truth for it
FLOORS: dict[str, tuple[float | None, float | None, float | None, float | None]] = {
    "indonesian-dev": (0.99, 1.0, 1.0, 1.0),
    "wcxb-dev": (0.955, 0.915, 0.915, 0.87),
    "mozilla-readability": (0.95, 0.775, 0.99, 0.73),
    "newspaper4k-tests": (0.98, 0.84, 1.0, 0.72),
    "trafilatura-eval": (0.92, 0.93, 0.86, 0.88),
    "goose3-tests": (0.985, 1.0, None, None),
    "postlight-parser": (0.84, 0.95, 0.835, 0.865),
    "htmldate-eval": (None, None, 0.91, None),
}
POSITIVES, NEGATIVES = 0.97, 0.99
# The quick gate reads the first pages of the corpora with full truth, and holds only their text to
# its floor: of 18 pages, six have an author. A part of a corpus may lie so much under the whole.
QUICK_CORPORA = ("indonesian-dev", "wcxb-dev", "mozilla-readability", "newspaper4k-tests")
QUICK_SLACK = 0.1

Extractor = Callable[[str, str], dict[str, Any]]


def ours(html: str, url: str) -> dict[str, Any]:
    page = Page(url or "http://page.example/", html.encode("utf-8", "replace"), NOW, "utf-8")
    article = extract(page)
    if not isinstance(article, Article):
        return {}
    head = article.head
    return {
        "text": article.text,
        "title": head.headline,
        "date": head.published.at if head.published else None,
        "author": list(head.authors),
    }


def plain(html: str, url: str) -> dict[str, Any]:
    found = trafilatura.bare_extraction(
        html, url=url or None, include_comments=False, with_metadata=True
    )
    if found is None:
        return {}
    return {
        "text": found.text,
        "title": found.title,
        "date": found.date,
        "author": found.author,
    }


def own_pages() -> list[str]:
    """Each own page must give exactly its expected text."""
    failures = []
    pages = sorted(PAGES.glob("*.html"))
    for page in pages:
        expected = page.with_suffix(".txt").read_text().strip()
        got = ours(page.read_text(), f"https://www.page.example/{page.stem}").get("text", "")
        if got.strip() != expected:
            failures.append(f"tests/pages/{page.name}: the text is not the expected one")
    print(f"own pages: {len(pages) - len(failures)} of {len(pages)} as expected")
    return failures


def corpora(score: ModuleType, *, is_quick: bool) -> list[str]:
    failures = []
    slack = QUICK_SLACK if is_quick else 0.0
    print(
        "\ncorpus               pages   F1  plain  title  plain   date  plain  author  plain  cpu"
    )
    for name, floors in FLOORS.items():
        if is_quick and name not in QUICK_CORPORA:
            continue
        folder = str(SHARED / "corpus" / "dev" / name)
        rows = []
        for extractor in (ours, plain):
            begun = time.process_time()
            summary = score.summary(
                score.run_corpus(extractor, folder, limit=QUICK_PAGES if is_quick else 0)
            )
            summary["cpu"] = time.process_time() - begun
            summary["text"] = summary.get("f1", summary.get("sf1"))
            rows.append(summary)
        mine, theirs = rows
        cells = [f"{name:20} {mine['pages']:5}"]
        for key in ("text", "title", "date", "author"):
            cells += [_cell(mine.get(key)), _cell(theirs.get(key))]
        print(" ".join(cells), f"{mine['cpu'] / theirs['cpu']:.2f}")
        for key, floor in zip(("text", "title", "date", "author"), floors, strict=True):
            if is_quick and key != "text":
                continue
            if floor is not None and (mine.get(key) or 0.0) < floor - slack:
                failures.append(f"{name}: {key} {_cell(mine.get(key)).strip()} under {floor}")
    return failures


def _cell(value: float | None) -> str:
    return f"{value:6.3f}" if value is not None else "     -"


def duplication(*, is_quick: bool) -> list[str]:
    """Run the duplication benchmark; the quick version takes a few base pages."""
    tool = SHARED / "tools" / "dupbench.py"
    seeds = sorted((SHARED / "seeds").glob("*.txt"))
    with tempfile.TemporaryDirectory() as folder:
        build = [sys.executable, str(tool), "build", "--out", folder, "--seed-text", str(seeds[0])]
        if is_quick:
            build += ["--per-corpus", "4", "--per-type", "2", "--per-neg", "2"]
        subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
        here = str(Path(__file__).parent)
        score = [sys.executable, str(tool), "score", "extraction_gate:ours", "--path", here]
        score += ["--cases", f"{folder}/cases.jsonl.gz"]
        out = subprocess.run(score, check=True, capture_output=True, text=True).stdout
    print("\n" + out)
    line = next(line for line in out.splitlines() if line.startswith("ALL"))
    positives = float(line.split("positives passed ")[1].split("%")[0]) / 100
    negatives = float(line.split("passed ")[-1].split("%")[0]) / 100
    failures = []
    if positives < POSITIVES:
        failures.append(
            f"duplication: {positives:.3f} of the artefacts repaired, under {POSITIVES}"
        )
    if negatives < NEGATIVES:
        failures.append(f"duplication: {negatives:.3f} of the repeats kept, under {NEGATIVES}")
    return failures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    begun = time.monotonic()
    failures = own_pages()
    if SHARED.exists():
        sys.path.insert(0, str(SHARED / "tools"))
        failures += corpora(importlib.import_module("score"), is_quick=asked.quick)
        failures += duplication(is_quick=asked.quick)
    else:
        print("skipped: the real corpora (../shared) are not beside this checkout")
    for failure in failures:
        print(f"under the floor: {failure}")
    print(f"gate: {time.monotonic() - begun:.0f} s")
    print("0 passed, 1 failed" if failures else "1 passed, 0 failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
