"""Digests by SMTP: one connection, one transaction, one recipient. Never composes or decides when.

Nothing is said in the clear: TLS with a checked certificate, except to a server on this machine.
"""

from __future__ import annotations

import smtplib
from typing import TYPE_CHECKING

from monitor.channels.line import Line, Patience
from monitor.channels.outcome import Accepted, Again, Failed, Held, Uncertain
from monitor.render.clean import clean_header
from monitor.render.message import ascii_address

if TYPE_CHECKING:
    from config.settings import Mailbox, MailServer, Settings
    from db.records import Delivery
    from monitor.channels.outcome import Outcome

PATIENCE = Patience()
LOGIN_REFUSED = {530, 534, 535}
OK = range(200, 300)
GO_AHEAD = 354
REFUSED = range(400, 600)
PERMANENT = range(500, 600)
REPLY_CHARACTERS = 300


def send(
    delivery: Delivery, mailbox: Mailbox, settings: Settings, patience: Patience = PATIENCE
) -> Outcome:
    """Hand a digest to the mail server and say what came of it. Blocks for up to 15 minutes."""
    server = settings.mail
    if server is None or mailbox.address is None:
        return Again("tilik.toml has no [mail], or the mailbox no address")
    try:
        line = Line(server, patience)
    except smtplib.SMTPAuthenticationError as error:
        reply = _shown(error.smtp_code, error.smtp_error)
        if error.smtp_code in PERMANENT:
            return Held(f"{server.host} refuses the login: {reply}")
        return Again(f"{server.host} takes no login now: {reply}", is_unreachable=True)
    except (OSError, UnicodeError) as error:
        return Again(f"{server.host}:{server.port}: {_reason(error)}", is_unreachable=True)
    with line:
        return _transaction(line, server, ascii_address(mailbox.address), delivery.message)


def _transaction(line: Line, server: MailServer, address: str, message: bytes) -> Outcome:
    """Say MAIL, RCPT, DATA and the text. Only after the final dot can the outcome be uncertain."""
    sender = ascii_address(server.sender)
    options = [] if (sender + address).isascii() else ["SMTPUTF8"]
    try:
        code, reply = line.mail(sender, options)
        if code in OK:
            code, reply = line.rcpt(address)
        if code in OK:
            code, reply = line.docmd("DATA")
        if code != GO_AHEAD:
            return _refused(code, reply)
        line.text(message)
    except smtplib.SMTPNotSupportedError:
        return Failed(f"{server.host} cannot write to {address}: it lacks SMTPUTF8")
    except OSError as error:
        return Again(f"{server.host}: {_reason(error)}")
    try:
        code, reply = line.last_answer()
    except OSError as error:
        return Uncertain(f"{server.host} took the message and did not answer: {_reason(error)}")
    if code in OK:
        return Accepted(_shown(code, reply))
    if code in REFUSED:
        return _refused(code, reply)
    return Uncertain(f"{server.host} took the message and answered: {_shown(code, reply)}")


def _refused(code: int, reply: bytes) -> Outcome:
    shown = _shown(code, reply)
    if code in LOGIN_REFUSED:
        return Held(shown)
    return Failed(shown) if code in PERMANENT else Again(shown)


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _shown(error.smtp_code, error.smtp_error)
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "no answer in time"
    strerror = getattr(error, "strerror", None)
    return clean_header(str(strerror or error) or type(error).__name__, REPLY_CHARACTERS)


def _shown(code: int, reply: bytes | str) -> str:
    """Write a server's reply so that it may be shown in a terminal."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    number = f"{code} " if code > 0 else "no SMTP: "
    return clean_header(number + text, REPLY_CHARACTERS)
