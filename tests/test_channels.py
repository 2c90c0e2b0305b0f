"""What a channel says of an attempt, whatever the server does: real servers on loopback."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from config.settings import Mailbox, MailServer, Settings
from db.records import Delivery
from monitor.channels import folder, mail
from monitor.channels.line import Patience
from monitor.channels.outcome import Accepted, Again, Failed, Held, Outcome, Uncertain
from monitor.channels.table import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from aiosmtpd.smtp import Envelope

NOW = datetime(2026, 11, 23, 23, tzinfo=UTC)
HASTY = Patience(answer_s=0.4, last_answer_s=0.4, goodbye_s=0.2, all_s=5)
MESSAGE = (
    b"Message-ID: <1@news.example>\r\nDate: Tue, 24 Nov 2026 06:00:00 +0700\r\n"
    b"Subject: Feri\r\n\r\n.sebuah baris dengan titik\r\nakhir\r\n"
)


def a_delivery(message: bytes = MESSAGE, mailbox: str = "desk") -> Delivery:
    return Delivery(1, mailbox, "s1", "<1@news.example>", message, "sending", 1, NOW, NOW)


def a_mailbox(address: str | None = "desk@newsroom.example", **said: Any) -> Mailbox:  # noqa: ANN401 - fields of Mailbox
    return Mailbox(name="desk", zone="Asia/Jakarta", address=address, **said)


def settings_for(port: int, path: Path, **said: Any) -> Settings:  # noqa: ANN401 - fields of MailServer
    server = {"host": "127.0.0.1", "security": "none", "sender": "tilik@news.example", **said}
    return Settings(
        folder=path, contact="keeper@news.example", mail=MailServer(port=port, **server)
    )


class Inbox:
    """What a mail server keeps, with the answers it is told to give first."""

    def __init__(self, rcpt: str = "250 ok", data: str = "250 kept as 7") -> None:
        self.rcpt, self.data = rcpt, data
        self.kept: list[Envelope] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's hook
        self, _server: object, _session: object, envelope: Envelope, address: str, _options: object
    ) -> str:
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's hook
        if self.data.startswith("250"):
            self.kept.append(envelope)
        return self.data


class AnyPort(Controller):
    """aiosmtpd's controller, which does not learn by itself which free port it was given."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr] # it runs
        super()._trigger_server()  # type: ignore[no-untyped-call] # aiosmtpd has few types


@contextmanager
def serving(inbox: Inbox, **said: Any) -> Iterator[int]:  # noqa: ANN401 - options of aiosmtpd
    controller = AnyPort(inbox, hostname="127.0.0.1", port=0, **said)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


Script: TypeAlias = "Mapping[str, bytes | None]"
POLITE: Script = {
    "": b"220 ready\r\n",
    "EHLO": b"250 hello\r\n",
    "MAIL": b"250 ok\r\n",
    "RCPT": b"250 ok\r\n",
    "DATA": b"354 go ahead\r\n",
    ".": b"250 kept\r\n",
    "QUIT": b"221 bye\r\n",
}


@contextmanager
def scripted(answers: Script) -> Iterator[int]:
    """Serve one line that answers by verb ("" is the greeting); None hangs up, b"" is silence."""
    listener = socket.create_server(("127.0.0.1", 0))
    said = {**POLITE, **answers}

    def serve() -> None:
        line, _ = listener.accept()
        with suppress(OSError), line, line.makefile("rb") as heard:
            verb, in_text = "", False
            while True:
                answer = said.get(verb, b"")
                if answer is None:
                    return
                line.sendall(answer)
                in_text = answer.startswith(b"354")
                words = heard.readline()
                while in_text and words not in {b".\r\n", b""}:
                    words = heard.readline()
                if not words:
                    return
                verb = words.decode().strip().partition(" ")[0].upper()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        thread.join(5)


def sent(
    port: int,
    path: Path,
    *,
    address: str = "desk@newsroom.example",
    **said: Any,  # noqa: ANN401 - fields of MailServer
) -> Outcome:
    return mail.send(a_delivery(), a_mailbox(address), settings_for(port, path, **said), HASTY)


def test_a_server_that_takes_the_mail_has_it_byte_for_byte(tmp_path: Path) -> None:
    inbox = Inbox()

    with serving(inbox) as port:
        outcome = sent(port, tmp_path)

    assert outcome == Accepted("250 kept as 7")
    (envelope,) = inbox.kept
    assert (envelope.mail_from, envelope.rcpt_tos) == (
        "tilik@news.example",
        ["desk@newsroom.example"],
    )
    assert envelope.content == MESSAGE


@pytest.mark.parametrize(
    ("rcpt", "data", "outcome"),
    [
        pytest.param("550 no such user", "", Failed("550 no such user"), id="unknown user"),
        pytest.param("450 busy", "", Again("450 busy"), id="greylisted"),
        pytest.param("530 log in first", "", Held("530 log in first"), id="login wanted"),
        pytest.param("250 ok", "451 later", Again("451 later"), id="later"),
        pytest.param("250 ok", "552 too big", Failed("552 too big"), id="too big"),
        pytest.param("250 ok", "554 no", Failed("554 no"), id="refused"),
    ],
)
def test_what_a_server_refuses_is_told_apart_by_what_comes_next(
    rcpt: str, data: str, outcome: Outcome, tmp_path: Path
) -> None:
    with serving(Inbox(rcpt, data)) as port:
        assert sent(port, tmp_path) == outcome


@pytest.mark.parametrize(
    ("answers", "kind", "said"),
    [
        pytest.param({"": b"421 closed today\r\n"}, Again, "421 closed today", id="421 greeting"),
        pytest.param({"": b""}, Again, "no answer in time", id="no greeting"),
        pytest.param({"": b"HTTP/1.1 400 Bad\r\n"}, Again, "no SMTP", id="no mail server"),
        pytest.param({"": b"220-x\r\n" * 50_000}, Again, "does not end", id="endless greeting"),
        pytest.param({"EHLO": b""}, Again, "no answer in time", id="no hello"),
        pytest.param({"MAIL": b"421 closing\r\n"}, Again, "421 closing", id="421 in between"),
        pytest.param({"RCPT": None}, Again, "closed", id="hangs up at RCPT"),
        pytest.param({"DATA": None}, Again, "closed", id="hangs up at DATA"),
        pytest.param({"DATA": b"554 no\r\n"}, Failed, "554 no", id="refuses DATA"),
        pytest.param({".": None}, Uncertain, "did not answer", id="hangs up after the dot"),
        pytest.param({".": b""}, Uncertain, "no answer in time", id="silent after the dot"),
        pytest.param({".": b"what?\r\n"}, Uncertain, "no SMTP", id="garbage after the dot"),
        pytest.param({"QUIT": b""}, Accepted, "250 kept", id="silent at QUIT"),
        pytest.param({"QUIT": b"500 \x1b[31m\r\n"}, Accepted, "250 kept", id="refuses QUIT"),
    ],
)
def test_only_silence_after_the_final_dot_is_uncertain(
    answers: Script, kind: type, said: str, tmp_path: Path
) -> None:
    with scripted(answers) as port:
        outcome = sent(port, tmp_path)

    assert isinstance(outcome, kind)
    assert said in outcome.reply


def test_a_reply_is_safe_to_print(tmp_path: Path) -> None:
    with scripted({"RCPT": b"550-\x1b[31mred\r\n550 \xff\x00end\r\n"}) as port:
        outcome = sent(port, tmp_path)

    assert outcome == Failed("550 [31mred �end")


def test_a_server_that_drips_is_left_at_the_deadline(tmp_path: Path) -> None:
    stop = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        line, _ = listener.accept()
        with suppress(OSError), line:
            while not stop.wait(0.05):
                line.sendall(b"2")

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    patience = Patience(answer_s=60, last_answer_s=60, all_s=0.3)
    settings = settings_for(listener.getsockname()[1], tmp_path)

    outcome = mail.send(a_delivery(), a_mailbox(), settings, patience)
    stop.set()
    thread.join(5)
    listener.close()

    assert isinstance(outcome, Again)
    assert outcome.is_unreachable


def test_a_server_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    assert sent(port, tmp_path) == Again(
        f"127.0.0.1:{port}: Connection refused", is_unreachable=True
    )


def test_an_address_in_another_script_needs_a_server_that_can_write_it(tmp_path: Path) -> None:
    inbox = Inbox()
    with serving(inbox, enable_SMTPUTF8=False) as port:
        domain = sent(port, tmp_path, address="meja@bücher.example")
        failed = sent(port, tmp_path, address="редакция@newsroom.example")
    with serving(inbox) as port:
        taken = sent(port, tmp_path, address="редакция@newsroom.example")

    assert isinstance(domain, Accepted)
    assert inbox.kept[0].rcpt_tos == ["meja@xn--bcher-kva.example"]
    assert isinstance(failed, Failed)
    assert "SMTPUTF8" in failed.reply
    assert isinstance(taken, Accepted)


# TLS and login


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate for localhost that nobody has signed, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)  # a certificate is checked by the real clock
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    path.write_bytes(
        made.public_bytes(pem)
        + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


SECURE = {"host": "localhost", "username": "desk", "password": "rahasia"}


def login(name: bytes, word: bytes) -> Callable[..., AuthResult]:
    def check(*said: object) -> AuthResult:
        given = said[-1]
        good = isinstance(given, LoginPassword) and given == LoginPassword(name, word)
        return AuthResult(success=good, handled=False)

    return check


# aiosmtpd does not count TLS from the first byte as TLS, and warns that AUTH is then in the clear
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_leaves_encrypted_and_logged_in(
    security: str, server_tls: ssl.SSLContext, tmp_path: Path
) -> None:
    inbox = Inbox()
    options: dict[str, Any] = {"authenticator": login(b"desk", b"rahasia"), "auth_required": True}
    if security == "tls":
        options |= {"ssl_context": server_tls, "auth_require_tls": False}
    else:
        options |= {"tls_context": server_tls, "require_starttls": True}

    with serving(inbox, **options) as port:
        outcome = sent(port, tmp_path, security=security, **SECURE)

    assert isinstance(outcome, Accepted)
    assert len(inbox.kept) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_nobody_signed_stops_the_mail(
    security: str, server_tls: ssl.SSLContext, tmp_path: Path
) -> None:
    inbox = Inbox()
    key = "ssl_context" if security == "tls" else "tls_context"

    with serving(inbox, **{key: server_tls}) as port:
        outcome = sent(port, tmp_path, security=security, **SECURE)

    assert isinstance(outcome, Again)
    assert outcome.is_unreachable
    assert "certificate" in outcome.reply
    assert not inbox.kept


def test_no_password_is_said_to_a_server_without_tls(tmp_path: Path) -> None:
    heard = {"EHLO": b"250-hello\r\n250 AUTH PLAIN\r\n", "AUTH": b"235 in\r\n"}

    with scripted(heard) as port:
        outcome = sent(port, tmp_path, security="starttls", **SECURE)

    assert isinstance(outcome, Again)
    assert "STARTTLS" in outcome.reply


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        pytest.param(b"535 5.7.8 wrong password\r\n", Held, id="wrong password"),
        pytest.param(b"534 too weak\r\n", Held, id="mechanism too weak"),
        pytest.param(b"454 not now\r\n", Again, id="for the moment"),
    ],
)
def test_a_refused_login_holds_the_server(reply: bytes, kind: type, tmp_path: Path) -> None:
    heard = {"EHLO": b"250-hello\r\n250 AUTH PLAIN\r\n", "AUTH": reply}

    with scripted(heard) as port:
        outcome = sent(port, tmp_path, **(SECURE | {"host": "127.0.0.1"}))

    assert isinstance(outcome, kind)
    assert "rahasia" not in outcome.reply


# the folder


def put(path: Path, message: bytes = MESSAGE, id_: str = "<1@news.example>") -> Outcome:
    delivery = Delivery(1, "desk", "s1", id_, message, "sending", 1, NOW, NOW)
    settings = Settings(folder=path, contact="keeper@news.example")
    return KINDS["folder"](delivery, a_mailbox(None), settings)


def test_a_folder_gets_one_file_per_digest_named_by_date_and_mailbox(tmp_path: Path) -> None:
    other = MESSAGE.replace(b"<1@", b"<2@")

    outcome = put(tmp_path)
    put(tmp_path, other, "<2@news.example>")

    assert outcome == Accepted(f"written to {tmp_path / 'outbox' / '2026-11-24-desk-1.eml'}")
    assert (tmp_path / "outbox" / "2026-11-24-desk-1.eml").read_bytes() == MESSAGE
    assert (tmp_path / "outbox" / "2026-11-24-desk-2.eml").read_bytes() == other


def test_the_same_message_written_twice_is_one_file(tmp_path: Path) -> None:
    first = put(tmp_path)
    written = (tmp_path / "outbox" / "2026-11-24-desk-1.eml").stat()

    assert put(tmp_path) == first
    (only,) = (tmp_path / "outbox").iterdir()
    assert only.stat().st_ino == written.st_ino


def test_a_draft_left_by_a_crash_is_no_digest(tmp_path: Path) -> None:
    (tmp_path / "outbox").mkdir()
    (tmp_path / "outbox" / ".2026-11-24-desk-1.eml.part").write_bytes(b"Message-ID: <1@new")

    put(tmp_path)

    assert [each.name for each in (tmp_path / "outbox").iterdir()] == ["2026-11-24-desk-1.eml"]


def test_a_folder_that_cannot_be_written_is_tried_again_and_named(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file in its place")

    outcome = put(tmp_path)

    assert isinstance(outcome, Again)
    assert str(tmp_path / "outbox") in outcome.reply


def test_file_names_stay_in_the_folder(tmp_path: Path) -> None:
    delivery = a_delivery(mailbox="../../etc/desk")
    settings = Settings(folder=tmp_path, contact="keeper@news.example")

    folder.send(delivery, a_mailbox(None), settings)

    (only,) = tmp_path.rglob("*.eml")
    assert only.parent == tmp_path / "outbox"
