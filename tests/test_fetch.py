"""One address to one answer: whatever a server does, the outcome says in a sentence what it was."""

from __future__ import annotations

import gzip
import socket
import zlib
from typing import TYPE_CHECKING, Any

import brotli
import pytest
from backports import zstd
from sites import server
from sites.asking import AskingSpider, ask_all, asking, settings
from sites.server import Asked, Site, answer, head, redirect, status

from crawler.extract.article import Refusal
from crawler.fetch import Answer, Later
from db.records import Validators

if TYPE_CHECKING:
    from conftest import Clock

    from crawler.fetch import Fetched

LIMIT_BYTES = 2**16
Reply = Any


def ask(clock: Clock, reply: Reply, path: str = "/x", **limits: Any) -> tuple[Fetched, Site]:  # noqa: ANN401 - of [limits]
    """Ask a site for one page, and after it for a good one, which must come."""
    with Site() as site:
        site.pages = {path: reply, "/good": answer("<p>Baik</p>")}
        of = settings([site.port], limits={"timeout_s": 1.0, **limits})
        bad, good = ask_all(of, clock, site.url + path, site.url + "/good")
        assert isinstance(good, Answer)
        assert good.body == b"<p>Baik</p>"
    return bad, site


# answers


def test_a_good_page_arrives_with_what_the_server_said_of_it(clock: Clock) -> None:
    reply = answer("<p>Hai</p>", ETag='"1"', Last_Modified="Fri, 07 Aug 2026 08:00:00 GMT")
    got, site = ask(clock, reply)

    assert isinstance(got, Answer)
    assert (got.status, got.body, got.encoding, got.kind) == (
        200,
        b"<p>Hai</p>",
        "utf-8",
        "text/html",
    )
    assert got.validators == Validators('"1"', "Fri, 07 Aug 2026 08:00:00 GMT")
    assert got.url == site.url + "/x"


def test_every_request_says_who_asks_and_nothing_of_where_from(clock: Clock) -> None:
    _, site = ask(clock, redirect("/good"))

    assert [asked.path for asked in site.requests] == ["/robots.txt", "/x", "/good", "/good"]
    for asked in site.requests:
        assert asked.headers["user-agent"].startswith("tilik/")
        assert asked.headers["user-agent"].endswith("(+desk@newsroom.example)")
        assert not {"referer", "cookie", "authorization"} & set(asked.headers)


def test_a_cookie_is_not_sent_back(clock: Clock) -> None:
    _, site = ask(clock, status(200, Set_Cookie="id=42"))

    assert "cookie" not in site.asked("/good")[0].headers


def test_a_known_state_is_asked_for_conditionally(clock: Clock) -> None:
    with Site() as site:
        site.pages["/x"] = server.lasting("<p>Hai</p>")

        async def act(spider: AskingSpider) -> tuple[Answer, Fetched]:
            first = await spider.ask(site.url + "/x")
            assert isinstance(first, Answer)
            return first, await spider.ask(site.url + "/x", first.validators)

        first, second = asking(settings([site.port]), act, clock)

    assert isinstance(second, Answer)
    assert [first.is_unchanged, second.is_unchanged] == [False, True]
    assert [asked.is_conditional for asked in site.asked("/x")] == [False, True]


def test_unchanged_without_being_asked_is_an_error(clock: Clock) -> None:
    got, _ = ask(clock, head(304))

    assert isinstance(got, Later)
    assert got.reason == "odd-answer"


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        pytest.param({"ETag": '"' + "x" * 2000 + '"'}, Validators(), id="huge-etag"),
        pytest.param(
            {"Last_Modified": "Fri, 01 Jan 2999 00:00:00 GMT"}, Validators(), id="date-in-2999"
        ),
        pytest.param(
            {"Last_Modified": "kemarin"}, Validators(None, "kemarin"), id="a-date-of-its-own"
        ),
        pytest.param({"ETag": 'W/"é"'}, Validators('W/"Ã©"'), id="not-ascii"),
    ],
)
def test_validators_that_would_do_harm_are_not_kept(
    clock: Clock, headers: dict[str, Any], kept: Validators
) -> None:
    got, _ = ask(clock, answer("<p>Hai</p>", **headers))

    assert isinstance(got, Answer)
    assert got.validators == kept


@pytest.mark.parametrize(
    ("code", "kind", "reason"),
    [
        (401, Later, "forbidden"),
        (403, Later, "forbidden"),
        (451, Later, "forbidden"),
        (400, Refusal, "client-error"),
        (414, Refusal, "client-error"),
        (500, Later, "server-error"),
        (502, Later, "server-error"),
        (520, Later, "server-error"),
        (302, Refusal, "redirect"),
        (429, Later, "busy"),
        (503, Later, "busy"),
    ],
)
def test_a_status_says_what_happens_next(
    clock: Clock, code: int, kind: type[Later | Refusal], reason: str
) -> None:
    with Site() as site:
        site.pages["/x"] = status(code)
        (got,) = ask_all(settings([site.port]), clock, site.url + "/x")

    assert isinstance(got, kind)
    assert got.reason == reason
    assert f"HTTP {code}" in got.detail


@pytest.mark.parametrize("code", [404, 410])
def test_a_page_that_is_not_there_is_an_answer(clock: Clock, code: int) -> None:
    got, _ = ask(clock, status(code))

    assert isinstance(got, Answer)
    assert got.status == code


# redirects


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        pytest.param("/x", "redirects", id="to-itself"),
        pytest.param("file:///etc/passwd", "redirect", id="file"),
        pytest.param("ftp://127.0.0.1/x", "redirect", id="ftp"),
        pytest.param("data:text/html,x", "redirect", id="data"),
        pytest.param("javascript:alert(1)", "odd-answer", id="javascript"),
        pytest.param("", "redirects", id="nothing"),
        pytest.param("http://user:pw@127.0.0.1/", "not-permitted", id="userinfo"),
        pytest.param("http://[::1/", "odd-answer", id="broken"),
        pytest.param("http://127.0.0.1:99999/", "odd-answer", id="port-too-high"),
        pytest.param("http://" + "a" * 70 + ".example/", "no-such-name", id="label-too-long"),
        pytest.param("http://a..example/", "no-such-name", id="empty-label"),
        pytest.param("/" + "x" * 3000, "not-permitted", id="too-long"),
    ],
)
def test_a_redirect_to_nowhere_is_refused_in_words(clock: Clock, target: str, reason: str) -> None:
    got, site = ask(clock, redirect(target))

    assert isinstance(got, Later | Refusal)
    assert got.reason == reason
    assert len(site.asked("/x")) <= 6


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0177.0.0.1", "127.0.0.1."])
def test_a_host_that_is_written_as_nobody_writes_it_is_called_so(clock: Clock, host: str) -> None:
    (got,) = ask_all(settings([80]), clock, f"http://{host}/x")

    assert isinstance(got, Refusal)
    assert "writes its host in a way that is not read" in got.detail


def test_a_chain_of_redirects_ends_after_five(clock: Clock) -> None:
    with Site() as site:
        site.pages = {f"/{n}": redirect(f"/{n + 1}") for n in range(25)}
        of = settings([site.port])
        far, near = ask_all(of, clock, site.url + "/0", site.url + "/20")

    assert isinstance(far, Refusal)
    assert far.reason == "redirects"
    assert isinstance(near, Answer)  # /25 is not found, and that is an answer
    assert "/6" not in site.paths()


# broken answers


def slowly(line: socket.socket, asked: Asked) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nX-")
    server.hangs(line, asked)


def endless_headers(line: socket.socket, _: Asked) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        line.sendall(b"X-Header: " + b"x" * 1000 + b"\r\n")


def hangs_in_body(line: socket.socket, asked: Asked) -> None:
    line.sendall(head(200, "Content-Length: 500") + b"<p>Awal")
    server.hangs(line, asked)


def hangs_up(line: socket.socket, _: Asked) -> None:
    line.shutdown(socket.SHUT_RDWR)


CHUNKED = "Transfer-Encoding: chunked"
ZIPPED = "Content-Encoding: gzip"
ZEROS = b"0" * 2**22


def packed_as(coding: str, body: bytes) -> bytes:
    return head(200, f"Content-Encoding: {coding}") + body


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        pytest.param(server.hangs, "timeout", id="silence"),
        pytest.param(slowly, "timeout", id="half-a-header"),
        pytest.param(hangs_in_body, "timeout", id="half-a-body"),
        pytest.param(hangs_up, "broken-off", id="hangs-up"),
        pytest.param(server.reset, "cut-short", id="reset-in-body"),
        pytest.param(
            head(200, "Content-Length: 500") + b"<p>Awal", "cut-short", id="length-too-long"
        ),
        pytest.param(head(200, CHUNKED) + b"5\r\n<p>Aw\r\n", "cut-short", id="chunks-without-end"),
        pytest.param(head(200, CHUNKED) + b"zz\r\n<p>\r\n", "not-http", id="bad-chunk"),
        pytest.param(
            head(200, "Content-Length: banyak") + b"<p>", "not-http", id="length-no-number"
        ),
        pytest.param(head(200, "Content-Length: -5") + b"<p>", "not-http", id="length-negative"),
        pytest.param(b"Selamat datang di server\r\n\r\n", "not-http", id="not-http"),
        pytest.param(b"<html>HTTP/0.9</html>", "not-http", id="http-0.9"),
        pytest.param(b"SSH-2.0-OpenSSH_9.6\r\n", "not-http", id="ssh"),
        pytest.param(endless_headers, "not-http", id="endless-headers"),
        pytest.param(head(200, "X: " + "x" * 2**20), "not-http", id="1-mib-header"),
        pytest.param(server.endless, "too-large", id="endless-body"),
        pytest.param(head(200, "Content-Length: 9999999999"), "too-large", id="says-10-gb"),
        pytest.param(server.cut(b"<p>Hai</p>" * 99), "cut-short", id="gzip-cut"),
        pytest.param(head(200, ZIPPED) + b"<p>Hai</p>", "cut-short", id="says-gzip-and-is-not"),
        pytest.param(server.packed(b"0" * 2**20), "too-large", id="gzip-bomb"),
        pytest.param(server.packed(gzip.compress(b"")[:20] * 9999), "too-large", id="bomb-in-bomb"),
        pytest.param(head(200, ZIPPED) + gzip.compress(b"") * 3000, "too-large", id="3000-members"),
        pytest.param(packed_as("deflate", zlib.compress(ZEROS)), "too-large", id="deflate-bomb"),
        pytest.param(packed_as("deflate", zlib.compress(ZEROS)[:9]), "cut-short", id="deflate-cut"),
        pytest.param(packed_as("br", brotli.compress(ZEROS)), "not-http", id="brotli-bomb"),
        pytest.param(packed_as("zstd", zstd.compress(ZEROS)), "not-http", id="zstd-bomb"),
        pytest.param(
            packed_as("gzip, gzip", gzip.compress(gzip.compress(ZEROS))), "not-http", id="twice"
        ),
        pytest.param(
            head(200, CHUNKED, "Content-Length: 3") + b"5\r\n<p>Aw\r\n0\r\n\r\n",
            "not-http",
            id="chunked-and-a-length",
        ),
    ],
)
def test_a_broken_answer_is_no_page_and_is_named(clock: Clock, reply: Reply, reason: str) -> None:
    got, _ = ask(clock, reply, timeout_s=0.5)

    assert isinstance(got, Later | Refusal)
    assert got.reason == reason
    assert 10 < len(got.detail) < 250
    assert "\n" not in got.detail


def test_what_follows_a_page_on_its_connection_is_taken_for_no_other_page(clock: Clock) -> None:
    one = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<p>Hai"
    got, _ = ask(clock, one + b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<p>Racun!")

    assert isinstance(got, Answer)
    assert got.body == b"<p>Hai"  # and `ask` has seen that the next page is its own


def test_an_endless_body_is_stopped_at_the_limit(clock: Clock) -> None:
    sent_bytes = []

    def counting(line: socket.socket, _: Asked) -> None:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**16)
        line.sendall(head(200, "Content-Type: text/html"))
        try:
            while True:
                sent_bytes.append(line.send(b"x" * 2**14))
        except OSError:
            pass

    got, _ = ask(clock, counting)

    assert isinstance(got, Refusal)
    assert got.reason == "too-large"
    assert sum(sent_bytes) < 2**23  # the limit, and what lay in the buffers of two sockets


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(gzip.compress(b"<p>Satu</p>") + gzip.compress(b"<p>Dua</p>"), id="members"),
        pytest.param(gzip.compress(b"<p>Satu</p><p>Dua</p>") + b"\0" * 512, id="padded"),
        pytest.param(zlib.compress(b"<p>Satu</p><p>Dua</p>"), id="zlib"),
    ],
)
def test_a_packed_page_is_read_to_its_end(clock: Clock, body: bytes) -> None:
    got, _ = ask(clock, answer(body, Content_Encoding="gzip"))

    assert isinstance(got, Answer)
    assert got.body == b"<p>Satu</p><p>Dua</p>"


def test_an_empty_packed_page_is_empty(clock: Clock) -> None:
    got, _ = ask(clock, answer(gzip.compress(b""), Content_Encoding="gzip"))

    assert isinstance(got, Answer)
    assert got.body == b""
