"""A server that is not reached, or not to be trusted, and no way round through a proxy."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sites.asking import AskingSpider, ask_all, asking, settings
from sites.server import Site, answer

from config.settings import Network
from crawler.fetch import Answer, Later
from crawler.gate import Resolver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Clock

    from crawler.fetch import Fetched


# not reached


def test_a_closed_port_is_called_refused(clock: Clock) -> None:
    with Site() as site:
        closed = site.url
        port = site.port
    (got,) = ask_all(settings([port]), clock, closed + "/x")

    assert isinstance(got, Later)
    assert got.reason == "refused"
    assert "refuses the connection" in got.detail


def test_an_unknown_name_is_called_unknown(clock: Clock) -> None:
    (got,) = ask_all(settings([80]), clock, "http://tidak-ada.invalid/x")

    assert isinstance(got, Later)
    assert got.reason == "no-such-name"
    assert "not found" in got.detail


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Stand in for the name server: *.hangs.example has no answer before the test ends."""
    is_over = threading.Event()
    asked: list[str] = []

    def answering(host: str, port: int, **_: object) -> list[Any]:
        asked.append(host)
        if host.endswith(".hangs.example"):
            is_over.wait()
        if host.endswith(".fails.example"):
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", answering)
    yield asked
    is_over.set()
    for thread in _lookups():
        thread.join()


def _lookups() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "names"]


def test_names_that_hang_hold_nobody_up(clock: Clock, names: list[str]) -> None:
    async def act(spider: AskingSpider) -> list[Fetched]:
        hanging = [spider.ask(f"http://{n}.hangs.example:{site.port}/x") for n in range(20)]
        return await asyncio.gather(*hanging, spider.ask(f"http://koran.example:{site.port}/x"))

    with Site() as site:
        site.pages["/x"] = answer("<p>Hai</p>")
        *hung, good = asking(settings([site.port], limits={"timeout_s": 1.5}), act, clock)

    assert isinstance(good, Answer)
    sentence = "the host name was not looked up (no name server answered within 0.5 s)"
    for each in hung:
        assert isinstance(each, Later)
        assert each.reason == "no-name-server"
        assert each.detail == f"{sentence} (asked for robots.txt)"
    assert len(names) == 21  # none is asked for twice


def test_of_names_that_hang_only_so_many_are_asked_for(clock: Clock, names: list[str]) -> None:
    of = settings([80], limits={"timeout_s": 0.1, "requests": 1})
    urls = [f"http://{number}.hangs.example/x" for number in range(4)]
    last = ask_all(of, clock, *urls)[-1]

    assert isinstance(last, Later)
    assert "too many host names wait for a name server" in last.detail
    assert len(names) == 2


def test_a_name_server_that_fails_is_not_a_name_that_is_not_there(
    clock: Clock, names: list[str]
) -> None:
    (got,) = ask_all(settings([80]), clock, "http://koran.fails.example/x")

    assert isinstance(got, Later)
    assert got.reason == "no-name-server"
    assert names


@pytest.mark.usefixtures("names")
def test_a_name_that_hangs_does_not_keep_a_process_alive() -> None:
    resolver = Resolver(Network(), limit_s=0.01, lookups=1)

    with pytest.raises(OSError, match="no name server answered"):
        asyncio.run(resolver.resolve("koran.hangs.example", 80))
    assert [thread.daemon for thread in _lookups()] == [True]


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, timedelta], Path]:
    """Make a self-signed certificate that ends after a time, as one PEM file."""
    from cryptography import x509  # noqa: PLC0415 - only these tests need it
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    def make(name: str, lasts: timedelta) -> Path:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        ends = datetime.now(UTC) + lasts
        certificate = (
            x509.CertificateBuilder(subject, subject, key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(ends - timedelta(days=30))
            .not_valid_after(ends)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .sign(key, hashes.SHA256())
        )
        pem = tmp_path_factory.mktemp("certificate") / "site.pem"
        pem.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        return pem

    return make


@pytest.mark.parametrize("lasts_days", [1, -1], ids=["self-signed", "expired"])
def test_a_certificate_that_nobody_vouches_for_is_named_as_the_reason(
    clock: Clock, certificates: Callable[[str, timedelta], Path], lasts_days: int
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates("localhost", timedelta(days=lasts_days)))
    with Site(certificate=context) as site:
        site.pages["/x"] = answer("<p>Rahasia</p>")
        (got,) = ask_all(settings([site.port]), clock, site.url + "/x")

    assert isinstance(got, Later)
    assert got.reason == "certificate"
    assert "certificate is not valid" in got.detail
    assert site.requests == []


def test_a_handshake_that_never_ends_is_given_up(clock: Clock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # takes connections, says nothing
        port = deaf.getsockname()[1]
        of = settings([port], limits={"timeout_s": 0.3})
        (got,) = ask_all(of, clock, f"https://127.0.0.1:{port}/x")

    assert isinstance(got, Later)
    assert got.reason == "timeout"


def test_a_plain_server_under_https_is_told_apart(clock: Clock) -> None:
    with Site() as site:
        (got,) = ask_all(settings([site.port]), clock, f"https://127.0.0.1:{site.port}/x")

    assert isinstance(got, Later)
    assert got.reason == "tls"


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_a_proxy_of_the_environment_is_not_used(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with Site() as proxy, Site() as site:
        monkeypatch.setenv(name, proxy.url)
        site.pages["/x"] = answer("<p>Hai</p>")
        (got,) = ask_all(settings([site.port, proxy.port]), clock, site.url + "/x")

    assert isinstance(got, Answer)
    assert proxy.connections == 0
