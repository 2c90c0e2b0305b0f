"""An archive in a folder for the tests of the store: open for writing and reading, with a clock.

`Shelf(tmp_path)` is a context manager; `record(url, text)` records a page at the present hour.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from db.archive import Archive
from db.connection import Writer
from db.outbox import Outbox
from db.reader import Reader
from db.records import Content

if TYPE_CHECKING:
    from pathlib import Path

    from db.life import Outcome
    from db.records import Revision, Story

NOW = datetime(2026, 8, 7, 9, 30, tzinfo=UTC)
URL = "https://kabar-desa.example/berita/1/jembatan"
HEADLINE = "Jembatan Gantung di Hulu Sungai Kembali Dibuka"
TEXT = (
    "Jembatan gantung yang menghubungkan dua desa di hulu sungai dibuka kembali pada Jumat pagi.\n"
    "Kepala desa mengatakan perbaikan menghabiskan waktu tiga bulan dan seluruh papan diganti.\n"
    "Warga kini tidak lagi memutar sejauh dua belas kilometer untuk mengantar anak ke sekolah."
)
EDITED = TEXT.replace("tiga bulan", "lima bulan")


def a_content(text: str = TEXT, headline: str = HEADLINE, **facts: Any) -> Content:  # noqa: ANN401 - the fields of Content
    return Content(headline, text, **facts)


class Shelf:
    """One archive, opened by the only writer and by a reader beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = NOW
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self.writer = self._open.enter_context(Writer(self.folder))
        self.reader = self._open.enter_context(Reader(self.folder))
        self.archive = Archive(self.writer)
        self.outbox = Outbox(self.writer)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def go_on(self, **parts: float) -> None:
        self.now += timedelta(**parts)

    def record(self, url: str = URL, text: str = TEXT, **facts: Any) -> Outcome:  # noqa: ANN401 - of recorded() or of Content
        own = {"source", "aliases", "claim", "validators", "is_silent"} & set(facts)
        said = {name: facts.pop(name) for name in own}
        source = said.pop("source", "kabar-desa")
        return self.archive.recorded(source, url, a_content(text, **facts), now=self.now, **said)

    def story(self, url: str = URL) -> Story:
        story = self.reader.story_at(url)
        assert story is not None
        return story

    def life(self, url: str = URL) -> list[Revision]:
        return self.reader.revisions(self.story(url).id)
