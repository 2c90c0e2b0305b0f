"""The files of the archive: who may open them, what is refused untouched, what errors say."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from disk import full_disk
from shelf import NOW, TEXT, URL, Shelf, a_content
from sqlite_utils import Database, Migrations

from db import schema, search
from db.archive import Archive
from db.backfill import Backfill
from db.connection import ARCHIVE, PAGES, Writer, open_for_reading, open_for_writing
from db.errors import StoreBusy, StoreDamaged, StoreError, StoreFailed, StoreFull, StoreRefused
from db.lock import LOCK
from db.outbox import Outbox
from db.pages import Pages, page_hash
from db.reader import Reader
from db.records import Quarantined, Validators
from db.template import Lesson
from db.translation import translated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGEST_S = 30


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with Shelf(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with Shelf(tmp_path_factory.mktemp("original")) as shelf:
        for number in range(40):
            shelf.record(f"{URL}/{number}", text=f"{TEXT}\n{number}" * 20)
    return shelf.folder / ARCHIVE


@pytest.fixture
def archive_file(tmp_path: Path, original: Path) -> Path:
    """An archive with some stories, closed."""
    return Path(shutil.copy(original, tmp_path))


# migrations


def test_opening_an_archive_twice_changes_nothing(archive_file: Path) -> None:
    before = archive_file.read_bytes()

    with Shelf(archive_file.parent) as shelf:
        assert shelf.reader.totals().stories == 40

    assert archive_file.read_bytes() == before
    assert {path.name for path in archive_file.parent.iterdir()} == {ARCHIVE, LOCK}


def upgraded(*, breaks: bool) -> Migrations:
    """The migrations of a program that is one step ahead of the file."""
    steps = Migrations("steps")

    @steps()
    def one(db: Database) -> None:
        db.execute("create table one (x integer)")

    @steps()
    def two(db: Database) -> None:
        db.execute("create table two (x integer)")
        db.execute("insert into one values (2)")
        if breaks:
            raise StoreError("the power fails")

    return steps


def first_step() -> Migrations:
    steps = Migrations("steps")

    @steps()
    def one(db: Database) -> None:
        db.execute("create table one (x integer)")

    return steps


def tables_in(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("select name from sqlite_master")}


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "steps.db"
    open_for_writing(path, first_step()).conn.close()
    before = tables_in(path)

    with pytest.raises(StoreError, match="the power fails"):
        open_for_writing(path, upgraded(breaks=True))

    assert tables_in(path) == before
    with closing(open_for_reading(path, first_step())) as still:
        assert still.execute("select count(*) from one").fetchone() == (0,)


def test_a_first_migration_that_fails_leaves_a_file_that_can_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "steps.db"
    with pytest.raises(StoreError, match="the power fails"):
        open_for_writing(path, upgraded(breaks=True))

    assert tables_in(path) == set()
    open_for_writing(path, upgraded(breaks=False)).conn.close()
    assert {"one", "two"} <= tables_in(path)


def test_before_an_upgrade_the_old_file_is_kept_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "steps.db"
    open_for_writing(path, first_step()).conn.close()

    open_for_writing(path, upgraded(breaks=False)).conn.close()

    with closing(open_for_reading(tmp_path / "steps.schema-1.db", first_step())) as kept:
        assert kept.execute("select count(*) from one").fetchone() == (0,)
    assert "two" in tables_in(path)
    assert not list(tmp_path.glob("*.part"))


def test_an_older_archive_is_not_read_before_it_is_upgraded(tmp_path: Path) -> None:
    path = tmp_path / "steps.db"
    open_for_writing(path, first_step()).conn.close()

    with pytest.raises(StoreDamaged, match=r"older tilik .* brings it up to date"):
        open_for_reading(path, upgraded(breaks=False))


def test_the_search_index_is_made_anew_when_words_are_folded_otherwise(tmp_path: Path) -> None:
    with Shelf(tmp_path) as shelf:
        shelf.record()
        with shelf.writer.transaction() as connection:  # as an older program would have left it
            connection.execute("insert into search (search) values ('delete-all')")
            connection.execute("insert into search (rowid, headline, text) values (1, 'xyz', '')")
            connection.execute("update mark set value = 0 where name = ?", (search.FOLDING,))

    with Shelf(tmp_path) as shelf:
        assert [story.url for story in shelf.reader.search("jembatan", 5)] == [URL]
        assert shelf.reader.search("xyz", 5) == []


# files that are not what they should be


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table recipe (name text)")


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma user_version=9999")


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    page = 16_384
    for start in range(len(content) // page * 3 // 4 * page, len(content), page):  # cell pointers
        content[start + 8 : start + 24] = bytes(
            byte ^ 0xFF for byte in content[start + 8 : start + 24]
        )
    path.write_bytes(content)


def truncated(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def no_database(path: Path) -> None:
    path.write_bytes(b"Catatan rapat redaksi, bukan basis data.\n" * 500)


SPOILT: dict[str, tuple[Callable[[Path], None], str]] = {
    "somebody else's": (foreign, "a database, but not tilik's"),
    "newer": (newer, r"newer tilik \(schema 9999, this one knows \d+\)"),
    "flipped bytes": (flipped, "damaged"),
    "truncated": (truncated, "damaged"),
    "no database": (no_database, "no database"),
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_file_that_is_not_ours_or_not_whole_is_refused_untouched(
    archive_file: Path, case: str
) -> None:
    spoil, says = SPOILT[case]
    if spoil is foreign:
        archive_file.unlink()
    spoil(archive_file)
    before = archive_file.read_bytes()

    with pytest.raises(StoreDamaged, match=says) as refused:
        Writer(archive_file.parent)

    assert archive_file.read_bytes() == before
    assert str(archive_file) in str(refused.value)
    assert refused.value.exit_status == 65
    archive_file.unlink()
    Writer(archive_file.parent).close()  # the lock was let go of


@pytest.mark.parametrize("case", ["somebody else's", "newer", "no database"])
def test_a_reader_refuses_such_a_file_too(archive_file: Path, case: str) -> None:
    spoil, says = SPOILT[case]
    if spoil is foreign:
        archive_file.unlink()
    spoil(archive_file)

    with pytest.raises(StoreDamaged, match=says):
        Reader(archive_file.parent)


@pytest.mark.parametrize("content", [None, b""], ids=["no file", "an empty file"])
def test_without_an_archive_a_reader_says_how_to_make_one(
    tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / ARCHIVE).write_bytes(content)

    with pytest.raises(StoreDamaged, match=r"no archive here yet\. `tilik crawl` makes one"):
        Reader(tmp_path)


def test_a_raw_page_that_has_rotted_is_not_given_out(tmp_path: Path) -> None:
    pages = Pages(tmp_path)
    pages.put(URL, b"<p>satu</p>", NOW)
    other = Pages(tmp_path)
    with closing(sqlite3.connect(tmp_path / PAGES)) as connection, connection:
        connection.execute("update page set body = x'00'")

    with pytest.raises(StoreDamaged, match=r"is damaged\. No story needs it"):
        pages.get(page_hash(b"<p>satu</p>"))
    pages.close()
    other.close()


# who may write


def test_a_second_writer_is_told_who_is_at_work(shelf: Shelf) -> None:
    script = "import sys; from pathlib import Path; from db.connection import Writer\n"
    script += "try: Writer(Path(sys.argv[1]))\n"
    script += "except Exception as e: print(type(e).__name__, e.exit_status, e, flush=True)"

    told = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script, str(shelf.folder)],
        capture_output=True,
        text=True,
        check=True,
        timeout=LONGEST_S,
    ).stdout

    assert told.startswith(f"StoreBusy 75 {shelf.folder}: another tilik is at work here")
    assert f"(process {os.getpid()})" in told


def test_a_folder_is_free_again_as_soon_as_its_writer_is_killed(tmp_path: Path) -> None:
    script = "import os, sys; from pathlib import Path; from db.connection import Writer\n"
    script += "Writer(Path(sys.argv[1])); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False, timeout=LONGEST_S)  # noqa: S603 - our own interpreter

    with Shelf(tmp_path) as shelf:
        assert shelf.record() == "new"


@contextmanager
def as_an_ordinary_user() -> Iterator[None]:
    """Drop root's right to write anywhere, where the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(0o555 if folder == tmp_path else 0o755)

    with as_an_ordinary_user(), pytest.raises(StoreRefused, match="cannot be written") as refused:
        Writer(tmp_path)

    assert refused.value.exit_status == 73


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreRefused, match="The folder must exist"):
        Writer(tmp_path / "nowhere")


def test_an_archive_may_be_read_by_its_owner_alone(archive_file: Path) -> None:
    assert archive_file.stat().st_mode & 0o777 == 0o600


def test_readers_cannot_write(shelf: Shelf) -> None:
    with closing(open_for_reading(shelf.writer.path, schema.archive)) as connection:
        connection.execute("pragma query_only=off")  # even who tries

        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute("delete from mark")


def test_a_reader_that_is_open_sees_each_write_and_none_by_half(shelf: Shelf) -> None:
    with shelf.writer.transaction() as connection:
        connection.execute("insert into mark (name, value) values ('digest:desk', 7)")
        during = shelf.reader.slot_passed_at("desk")

    assert during is None
    assert shelf.reader.slot_passed_at("desk") is not None


def test_several_threads_may_ask_one_reader_the_same_question(shelf: Shelf) -> None:
    urls = [f"{URL}/{number}" for number in range(6)]
    for url in urls:
        shelf.record(url)
    wrong: list[str] = []

    def ask(url: str) -> None:
        for _ in range(150):
            story = shelf.reader.story_at(url)
            if story is None or story.url != url:
                wrong.append(url)

    threads = [threading.Thread(target=ask, args=(url,)) for url in urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


# sqlite3's errors never leave the room


WRITING: dict[str, Callable[[Writer], object]] = {
    "links_found": lambda w: Archive(w).links_found("s", [], {URL: Validators()}, NOW),
    "recorded": lambda w: Archive(w).recorded("s", URL, a_content(), now=NOW),
    "reread": lambda w: Archive(w).reread(1, a_content(), NOW),
    "unchanged": lambda w: Archive(w).unchanged(1, NOW),
    "unread": lambda w: Archive(w).unread(1, NOW),
    "missed": lambda w: Archive(w).missed(1, now=NOW, is_final=False),
    "trimmed": lambda w: Archive(w).trimmed(50),
    "taught": lambda w: Archive(w).taught("s", Lesson("div.isi", (">p>p",), (), 900), "1"),
    "tidied": lambda w: Archive(w).tidied(NOW),
    "refused": lambda w: Archive(w).refused(URL, "x", "y"),
    "postponed": lambda w: Archive(w).postponed(URL, NOW, "busy"),
    "visited": lambda w: Archive(w).visited("s", now=NOW, due_at=NOW, reason=None, is_fault=False),
    "awaited": lambda w: Outbox(w).awaited({"desk": ["t"]}, {"t"}, NOW),
    "muted": lambda w: Outbox(w).muted({1: "source s"}),
    "mute": lambda w: Outbox(w).mute("t", 1, NOW),
    "unmute": lambda w: Outbox(w).unmute("t", 1),
    "began": lambda w: Backfill(w).began("s", NOW, NOW),
    "wanted": lambda w: Backfill(w).wanted("s", NOW),
    "turned": lambda w: Backfill(w).turned("s", URL, [], since=NOW, now=NOW),
    "ended": lambda w: Backfill(w).ended("s"),
    "robots_read": lambda w: Archive(w).robots_read("o", 200, b"", NOW),
    "host_closed": lambda w: Archive(w).host_closed("h", NOW),
    "quarantined": lambda w: Archive(w).quarantined(Quarantined(URL, "h", "1", "x", "y", NOW)),
    "released": lambda w: Archive(w).released(URL),
    "watched": lambda w: Outbox(w).watched([], up_to=1, now=NOW),
    "composed": lambda w: Outbox(w).composed(
        "desk", "slot", message_id="<1@x>", message=b"", match_ids=[], now=NOW
    ),
    "slot_passed": lambda w: Outbox(w).slot_passed("desk", NOW),
    "sending": lambda w: Outbox(w).sending(1),
    "sent": lambda w: Outbox(w).sent(1, "250", NOW),
    "not_sent": lambda w: Outbox(w).not_sent(1, "queued", "450", NOW),
}


def verbs_of(room: type) -> set[str]:
    return {name for name in vars(room) if callable(getattr(room, name)) and name[0] != "_"}


def test_the_tables_of_verbs_are_complete() -> None:
    assert set(WRITING) == verbs_of(Archive) | verbs_of(Backfill) | verbs_of(Outbox)
    assert set(READING) == verbs_of(Reader) - {"close"}


@pytest.mark.parametrize("verb", WRITING)
def test_what_another_program_holds_is_busy_in_our_words(tmp_path: Path, verb: str) -> None:
    with (
        closing(Writer(tmp_path, busy_timeout_s=0.01)) as writer,
        closing(sqlite3.connect(tmp_path / ARCHIVE, isolation_level=None)) as other,
    ):
        other.execute("begin immediate")

        with pytest.raises(StoreBusy, match="another program holds the file") as busy:
            WRITING[verb](writer)

    assert busy.value.exit_status == 75


def test_a_file_that_another_program_holds_for_itself_is_busy_to_all(archive_file: Path) -> None:
    with closing(sqlite3.connect(archive_file, isolation_level=None)) as other:
        other.execute("pragma locking_mode=exclusive")
        other.execute("begin exclusive")

        with pytest.raises(StoreBusy):
            Reader(archive_file.parent, busy_timeout_s=0.01)
        with pytest.raises(StoreBusy):
            Writer(archive_file.parent, busy_timeout_s=0.01)


def test_a_raw_page_that_cannot_be_put_away_is_told_in_our_words(tmp_path: Path) -> None:
    pages = Pages(tmp_path, busy_timeout_s=0.01)
    with closing(pages), closing(sqlite3.connect(pages.path, isolation_level=None)) as other:
        other.execute("begin immediate")

        with pytest.raises(StoreBusy):
            pages.put(URL, b"x", NOW)
        with pytest.raises(StoreBusy):
            pages.prune(NOW)


READING: dict[str, Callable[[Reader], object]] = {
    "sources": lambda r: r.sources(),
    "source": lambda r: r.source("s"),
    "new_stories": lambda r: r.new_stories(NOW),
    "links_waiting": lambda r: r.links_waiting("s", NOW, 1),
    "unread": lambda r: r.unread("s"),
    "furniture": lambda r: r.furniture("s"),
    "learned": lambda r: r.learned("s", "1"),
    "validators": lambda r: r.validators(URL, NOW),
    "robots": lambda r: r.robots("o"),
    "host_closed_until": lambda r: r.host_closed_until("h"),
    "quarantined": lambda r: r.quarantined(URL),
    "older_pages": lambda r: r.older_pages("s"),
    "quarantine": lambda r: r.quarantine(),
    "story": lambda r: r.story(1),
    "story_at": lambda r: r.story_at(URL),
    "recent": lambda r: r.recent("s", NOW),
    "looked_at": lambda r: r.looked_at([URL]),
    "stories": lambda r: r.stories([1]),
    "newest_stories": lambda r: r.newest_stories(1),
    "breadth": lambda r: r.breadth(),
    "stories_since": lambda r: r.stories_since(NOW),
    "candidates": lambda r: r.candidates(NOW),
    "found": lambda r: r.found("jembatan", 1),
    "search": lambda r: r.search("jembatan", 1),
    "revisions": lambda r: r.revisions(1),
    "revision_before": lambda r: r.revision_before(r.revisions(1)[0]),
    "unwatched": lambda r: r.unwatched(1),
    "watched": lambda r: r.watched(NOW, 0, 1),
    "mutes": lambda r: r.mutes(),
    "muted": lambda r: r.muted(),
    "undelivered": lambda r: r.undelivered("desk", ["t"]),
    "deliveries_due": lambda r: r.deliveries_due(NOW),
    "deliveries": lambda r: r.deliveries(1),
    "last_digest_at": lambda r: r.last_digest_at("desk"),
    "slot_passed_at": lambda r: r.slot_passed_at("desk"),
    "totals": lambda r: r.totals(),
    "integrity": lambda r: r.integrity(),
}


@pytest.mark.parametrize("verb", READING)
def test_a_question_to_a_closed_reader_is_an_error_of_ours(archive_file: Path, verb: str) -> None:
    with Reader(archive_file.parent) as reader:
        READING[verb](reader)

    with pytest.raises(StoreError, match="closed"):
        READING[verb](reader)


def record_many(shelf: Shelf) -> None:
    for number in range(200):
        shelf.record(f"{URL}/{number}", text=TEXT * 50)


@pytest.mark.parametrize("verb", READING)
def test_a_question_to_a_damaged_file_is_answered_or_an_error_of_ours(
    archive_file: Path, verb: str
) -> None:
    flipped(archive_file)

    with suppress(StoreDamaged), Reader(archive_file.parent) as reader:
        assert READING[verb](reader) != "ok"  # as integrity() would say of a whole file


def test_a_full_disk_is_told_with_path_and_room_and_goes_on_by_itself(shelf: Shelf) -> None:
    with shelf.writer.transaction() as connection:
        (pages,) = connection.execute("pragma page_count").fetchone()
        connection.execute(f"pragma max_page_count={pages + 2}")
    with pytest.raises(StoreFull, match=r"tilik\.db: cannot write .* bytes are free") as full:
        record_many(shelf)
    stored = shelf.reader.totals().stories

    with shelf.writer.transaction() as connection:  # somebody makes room
        connection.execute("pragma max_page_count=100000")
    shelf.record(f"{URL}/baru")

    assert full.value.exit_status == 74
    assert shelf.reader.totals().stories == stored + 1
    assert shelf.reader.integrity() == "ok"


def test_after_the_disk_has_failed_nothing_more_is_written(tmp_path: Path) -> None:
    with Shelf(tmp_path) as shelf:
        shelf.record()
        disk = full_disk(at_bytes=64 * 1024)
        with disk, pytest.raises(StoreFailed, match="the disk failed") as failed:
            record_many(shelf)

        with pytest.raises(StoreFailed, match="start again"):
            shelf.record(f"{URL}/baru")
    with Shelf(tmp_path) as shelf:
        kept = shelf.reader.totals().stories
        assert shelf.reader.integrity() == "ok"
        assert shelf.record(f"{URL}/baru") == "new"

    assert failed.value.exit_status == 74
    assert kept >= 1


def test_a_verb_that_fails_takes_nothing_with_it(shelf: Shelf) -> None:
    shelf.record()

    with suppress(StoreError), shelf.writer.transaction() as connection:
        connection.execute("delete from alias")
        connection.execute("delete from a_table_that_is_not_there")

    assert shelf.story().url == URL
    assert shelf.record(f"{URL}/2") == "new"


def test_verbs_on_the_writers_thread_return_and_raise_as_usual(shelf: Shelf) -> None:
    async def both() -> str:
        with pytest.raises(StoreError):
            await shelf.writer.run(shelf.archive.refused, URL, "x", object())  # type: ignore[arg-type]
        return await shelf.writer.run(
            shelf.archive.recorded, "s", URL, a_content(), now=NOW, is_silent=True
        )

    assert asyncio.run(both()) == "baseline"


def test_no_room_for_the_file_that_reading_needs_is_a_full_disk_and_passes(tmp_path: Path) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE  # what a full disk gives, as seen on one

    with pytest.raises(StoreFull, match="Make room and it goes on"), translated(tmp_path / "a.db"):
        raise error
