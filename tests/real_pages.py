"""`make real`: real Indonesian pages, served on loopback, crawled, stored, matched and mailed.

The pages lie beside the checkout (../shared) and are never part of it. Exit status 0 when every
page was stored with text and the mail arrived; prints a table of what was stored.
"""

from __future__ import annotations

import asyncio
import gzip
import html
import json
import shutil
import socket
import sys
import tempfile
import threading
from datetime import UTC, datetime
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller

from config.load import load
from db.connection import Writer
from db.outbox import Outbox
from db.reader import Reader
from monitor.cli.crawl import one_round
from monitor.deliver import compose_digest, deliver_due

if TYPE_CHECKING:
    from config.settings import Settings
    from db.records import Story

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "dev" / "indonesian-dev"
# The pages are of 2015 to 2023, so the clock stands there: what is published after the first
# visit is news.
FIRST_VISIT = datetime(2015, 10, 1, tzinfo=UTC)
SECOND_VISIT = datetime(2023, 12, 1, tzinfo=UTC)
QUERY = "depresi AND diabetes"


class Site:
    """All pages on one loopback server, each under its own path, and a feed of those listed."""

    def __init__(self) -> None:
        truth = json.loads((CORPUS / "truth.json").read_text())
        self.pages = {
            "/" + urlsplit(page["url"]).netloc + urlsplit(page["url"]).path: gzip.decompress(
                (CORPUS / page["html_file"]).read_bytes()
            )
            for page in truth.values()
        }
        self.listed: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body, kind = site.answer(self.path)
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, path: str) -> tuple[bytes, str]:
        if path == "/feed":
            links = "".join(
                f"<item><link>http://127.0.0.1:{self.port}{html.escape(page)}</link></item>"
                for page in self.listed
            )
            feed = f"<rss version='2.0'><channel>{links}</channel></rss>"
            return feed.encode(), "application/rss+xml"
        return self.pages.get(path, b""), "text/html; charset=utf-8"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Postbox:
    """A mail server's end: keeps what it accepts."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, _: object, __: object, envelope: object) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append(envelope.original_content)
        return "250 OK"


def main() -> int:
    if not CORPUS.exists():
        print("skipped: the real pages (../shared/corpus) are not beside this checkout")
        return 0
    folder = Path(tempfile.mkdtemp(prefix="tilik-real-"))
    site, postbox = Site(), Postbox()
    server = Controller(postbox, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        settings = settings_in(folder, site.port, server.port)
        asyncio.run(one_round(settings, settings.sources, lambda: FIRST_VISIT, lambda _: None))
        site.listed = list(site.pages)
        reports, matches = asyncio.run(
            one_round(settings, settings.sources, lambda: SECOND_VISIT, lambda _: None)
        )
        with Writer(folder) as writer, Reader(folder) as reader:
            outbox = Outbox(writer)
            mailbox = settings.mailboxes[0]
            compose_digest(settings, reader, outbox, mailbox, slot="real", now=SECOND_VISIT)
            deliver_due(settings, reader, outbox, now=SECOND_VISIT)
            stories = reader.newest_stories(1_000)
    finally:
        server.stop()
        site.close()
        shutil.rmtree(folder)
    return verdict(site, stories, reports[0].troubles, matches, postbox.mails)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings_in(folder: Path, web_port: int, mail_port: int) -> Settings:
    (folder / "sources").mkdir()
    (folder / "watchlists").mkdir()
    (folder / "tilik.toml").write_text(
        f'contact = "desk@example.org"\n[network]\nallow = ["127.0.0.0/8"]\nports = [{web_port}]\n'
        "[politeness]\ndelay_s = 0\n"
        f'[mail]\nhost = "127.0.0.1"\nport = {mail_port}\nsecurity = "none"\n'
        'sender = "tilik@example.org"\n'
        '[[mailbox]]\nname = "desk"\naddress = "desk@example.org"\nzone = "Asia/Jakarta"\n'
        'channel = "mail"\n'
    )
    (folder / "sources" / "real.toml").write_text(
        f'[[source]]\nname = "real"\nurl = "http://127.0.0.1:{web_port}/feed"\nkind = "feed"\n'
        'lang = "id"\nzone = "Asia/Jakarta"\n'
    )
    (folder / "watchlists" / "health.toml").write_text(
        f'[[topic]]\nname = "health"\nquery = "{QUERY}"\nmailboxes = ["desk"]\n'
    )
    return load(folder, {})


def verdict(
    site: Site,
    stories: list[Story],
    troubles: list[tuple[str, str]],
    matches: int,
    mails: list[bytes],
) -> int:
    for story in sorted(stories, key=lambda story: story.url):
        text, path = story.revision.content.text, urlsplit(story.url).path
        print(f"{len(text):6} characters  {story.revision.content.headline[:60]:60}  {path[:60]}")
    for url, detail in troubles:
        print(f"not stored: {url}: {detail}")
    stored = sum(bool(story.revision.content.text) for story in stories)
    print(f"{stored} of {len(site.pages)} pages stored with text, {matches} matches")
    for mail in mails:
        message = message_from_bytes(mail, policy=policy.default)
        print(f"mailed to {message['To']}: {message['Subject']}")
    is_good = stored == len(site.pages) and matches >= 1 and len(mails) == 1
    print("1 passed, 0 failed" if is_good else "0 passed, 1 failed")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
