"""A server that cannot prove who it is, or whom others may overhear, gets no request. (F26, F27)

The tests sign certificates themselves; the system's list of those who may is set to ours.
"""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sites.asking import ask_all, settings
from sites.paper import publish
from sites.server import Site, answer

from crawler.fetch import Answer, Later

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Clock, Desk

    from crawler.fetch import Fetched


class Signed(NamedTuple):
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def pem(self) -> bytes:
        """Return both as a server wants them."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return key + self.certificate.public_bytes(serialization.Encoding.PEM)


def signed(name: str, by: Signed | None = None, *, lasts_days: float = 30) -> Signed:
    """Make a certificate for a name, signed by another or, with none, by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    ends = datetime.now(UTC) + timedelta(days=lasts_days)
    certificate = (
        x509.CertificateBuilder(
            by.certificate.subject if by else subject, subject, key.public_key()
        )
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - timedelta(days=60))
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .sign(by.key if by else key, hashes.SHA256())
    )
    return Signed(certificate, key)


@pytest.fixture(scope="session")
def authority() -> Signed:
    return signed("Penjamin Uji")


@pytest.fixture(autouse=True)
def trust(authority: Signed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(authority.certificate.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))


def context(folder: Path, shown: Signed) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pem = folder / "site.pem"
    pem.write_bytes(shown.pem())
    made.load_cert_chain(pem)
    return made


def ask(clock: Clock, certificate: ssl.SSLContext) -> tuple[Fetched, Site]:
    with Site(certificate=certificate) as site:
        site.pages["/x"] = answer("<p>Rahasia</p>")
        (got,) = ask_all(settings([site.port]), clock, f"https://localhost:{site.port}/x")
    return got, site


def test_a_server_that_proves_who_it_is_is_read(
    clock: Clock, tmp_path: Path, authority: Signed
) -> None:
    got, _ = ask(clock, context(tmp_path, signed("localhost", authority)))

    assert isinstance(got, Answer)
    assert got.body == b"<p>Rahasia</p>"


@pytest.mark.parametrize(
    ("name", "is_vouched_for", "lasts_days", "words"),
    [
        pytest.param("localhost", True, -1, "has expired", id="expired"),
        pytest.param("localhost", True, 61, "not yet valid", id="not-yet-valid"),
        pytest.param("koran-lain.example", True, 30, "not valid for 'localhost'", id="wrong-name"),
        pytest.param("localhost", False, 30, "self-signed", id="self-signed"),
    ],
)
def test_a_certificate_that_proves_nothing_is_named_as_the_reason(  # noqa: PLR0913, PLR0917 - a row
    clock: Clock,
    tmp_path: Path,
    authority: Signed,
    name: str,
    is_vouched_for: bool,  # noqa: FBT001 - a row
    lasts_days: float,
    words: str,
) -> None:
    shown = signed(name, authority if is_vouched_for else None, lasts_days=lasts_days)
    got, site = ask(clock, context(tmp_path, shown))

    assert isinstance(got, Later)
    assert got.reason == "certificate"
    assert "certificate is not valid" in got.detail
    assert words in got.detail.replace("self signed", "self-signed")
    assert site.requests == []


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")  # that is the point
def test_a_server_that_speaks_only_old_tls_is_told_apart(
    clock: Clock, tmp_path: Path, authority: Signed
) -> None:
    old = context(tmp_path, signed("localhost", authority))
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    got, site = ask(clock, old)

    assert isinstance(got, Later)
    assert got.reason == "tls"
    assert "no version of TLS from 1.2 on" in got.detail
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
    assert "speaks no TLS" in got.detail


def test_a_source_with_a_bad_certificate_says_so_and_costs_no_other(
    desk: Desk, site: Site, tmp_path: Path
) -> None:
    publish(site, range(3))
    with Site("127.0.0.2", certificate=context(tmp_path, signed("localhost"))) as bad:
        desk.declare(desk.source(site), desk.source(bad, name="rusak"))
        reports = desk.read()

    assert "certificate is not valid" in (reports["rusak"].detail or "")
    assert bad.requests == []
    assert len(desk.stories("desa")) == 3
