"""How long the preview of a topic takes on a large archive, and in how much memory.

`make topicbench` runs it. It first makes the archive: stories of made-up words in four languages.
"""

from __future__ import annotations

import argparse
import itertools
import random
import resource
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from config.load import init
from db import life
from db.connection import Writer
from db.records import Content

TILIK = Path(sys.executable).with_name("tilik")
LETTERS = {
    "id": ("bdgjklmnprst", "aeiou"),
    "en": ("bcdfghklmnprstw", "aeiou"),
    "ru": ("бвгдзклмнпрст", "аеиоу"),
    "ko": ("가나다라마바사아자차카타파하", "각난달랑밤삭앙작찬칼탐팡한"),
}
# Words of the starter topic and their companions; how many stories in a hundred hold each.
SEASONED = {"Rusia": 6, "Korea Utara": 3, "perjanjian": 9, "Путин": 2, "КНДР": 1, "договор": 4}
LANGUAGES = ("id",) * 6 + ("en", "ru", "ru", "ko")
VOCABULARY, WORDS, PARAGRAPHS = 20_000, 450, 12
BATCH = 1_000
TOPICS = {
    "rare": "@russia @dprk @treaty",
    "broad": "kata* OR Rusia OR perjanjian",
    "near": "(Rusia OR Путин) NEAR/40 (perjanjian OR договор)",
    "scan": "author:sari OR url:seribu OR section:daerah",
    "everything": "source:s* NOT Rusia",
}


def vocabulary(rng: random.Random, language: str) -> list[str]:
    first, second = LETTERS[language]
    return [
        "".join(
            rng.choice(first) + rng.choice(second)
            for _ in range(1 if language == "ko" else rng.randint(1, 4))
        )
        for _ in range(VOCABULARY)
    ]


def a_story(rng: random.Random, known: dict[str, list[str]], weights: list[float]) -> Content:
    language = rng.choice(LANGUAGES)
    count = WORDS // 2 if language == "ko" else WORDS  # its words are two characters, counted each
    words = rng.choices(known[language], cum_weights=weights, k=count)
    for word, percent in SEASONED.items():
        if rng.random() * 100 < percent:
            words[rng.randrange(count)] = word
    size = count // PARAGRAPHS + 1
    paragraphs = (" ".join(words[at : at + size]) for at in range(0, count, size))
    return Content(
        headline=" ".join(words[40:48]),
        text="\n".join(f"{each}." for each in paragraphs),
        authors=("Sari Wulan",),
        section="Daerah",
        lang=language,
        extractor="bench",
    )


def fill(folder: Path, stories: int, now: datetime) -> None:
    """Record stories of sixty days, many in one transaction: a disk is not what is measured."""
    rng = random.Random(5)  # noqa: S311 - a seed, not a secret
    known = {language: vocabulary(rng, language) for language in LETTERS}
    weights = list(itertools.accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
    with Writer(folder) as writer:
        for first in range(0, stories, BATCH):
            with writer.transaction() as connection:
                for nth in range(first, min(first + BATCH, stories)):
                    at = now - timedelta(days=60) * (1 - nth / stories)
                    content = replace(a_story(rng, known, weights), published_at=at)
                    source = f"s{nth % 50}"
                    url = f"https://{source}.example/{nth}"
                    seconds = int(at.timestamp())
                    life.begin(connection, source, url, content, event="new", at=seconds)


def measured(folder: Path, query: str, since: str) -> str:
    """Run the preview of a query as a process: the first hit, the whole, and its CPU."""
    topic = f"[[topic]]\nname = \"bench\"\nmailboxes = [\"desk\"]\nquery = '''{query}'''\n"
    file = folder / "bench.toml"
    file.write_text(topic)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    command = [TILIK, "-C", folder, "topic", "test", "bench", "--file", file, "--since", since]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        assert process.stdout is not None
        process.stdout.readline()
        first_s = time.perf_counter() - begun
        said = process.stdout.read()
    whole_s = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    (summary,) = (line for line in said.splitlines() if line.startswith("Hits: "))
    return f"{first_s:5.2f} s {whole_s:6.2f} s {cpu_s:6.2f} s CPU  {summary}"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--stories", type=int, default=100_000)
    given = arguments.parse_args()
    with TemporaryDirectory() as made:
        folder = Path(made, "news")
        init(folder)
        fill(folder, given.stories, datetime.now(UTC))
        for name, query in TOPICS.items():
            print(f"{name:<11}{measured(folder, query, '90d')}", flush=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory of a preview: {peak:.0f} MiB")


if __name__ == "__main__":
    main()
