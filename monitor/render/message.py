"""A digest to a mail: subject, text, HTML, and the message that carries them. Never sends it.

Site text passes `clean_text` and the template engine's escaping wherever it comes out; templates
are files of the program, never stored text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote
from zoneinfo import ZoneInfo

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from monitor.render.clean import clean_header, clean_text
from monitor.render.plain import plain
from monitor.render.wording import letter, subject

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from config.settings import Mailbox
    from monitor.digest import Digest, Section

HTML_BYTES = 90_000  # large mail services hide what is beyond 102 kB

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    finalize=lambda value: value if isinstance(value, Markup) else clean_text(str(value)),
)
_INLINER = CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


@dataclass(frozen=True, slots=True)
class Rendered:
    """One mail in words: subject, plain text, HTML."""

    subject: str
    text: str
    html: str


def render(digest: Digest) -> Rendered:
    """Write a digest as subject, text and HTML, in the language and zone of its mailbox."""
    words = letter(digest)
    line = clean_header(subject(digest))
    html = _TEMPLATES.get_template("digest.html").render(letter=words, subject=line)
    return Rendered(line, plain(words), _INLINER.inline(html))


def render_parts(digest: Digest) -> list[tuple[Digest, Rendered]]:
    """Write a digest as one mail, or as several when its HTML would be too long for one."""
    rendered = render(digest)
    size, count = len(rendered.html.encode()), len(digest.entries)
    parts = 1
    done = [(digest, rendered)]
    while any(len(each.html.encode()) > HTML_BYTES for _, each in done) and parts < count:
        parts = min(count, max(parts + 1, -(-size // HTML_BYTES)))
        done = [(part, render(part)) for part in split(digest, parts)]
    return done


def split(digest: Digest, parts: int) -> Iterator[Digest]:
    """Deal the entries out to so many digests, in their order."""
    count = len(digest.entries)
    for part in range(parts):
        first, last = count * part // parts, count * (part + 1) // parts
        yield replace(
            digest,
            sections=tuple(_sections(digest.sections, first, last)),
            part=part + 1,
            parts=parts,
        )


def _sections(sections: Sequence[Section], first: int, last: int) -> Iterator[Section]:
    """Cut the entries from `first` to before `last` out of all sections."""
    place = 0
    for section in sections:
        entries = section.entries[max(0, first - place) : max(0, last - place)]
        place += len(section.entries)
        if entries:
            yield replace(section, entries=entries)


def message(  # noqa: PLR0913 - all that stands in the head of a mail
    rendered: Rendered,
    digest: Digest,
    mailbox: Mailbox,
    *,
    sender: str,
    message_id: str,
    now: datetime,
    contact: str | None = None,
) -> EmailMessage:
    """Put a rendered digest into a mail, ready to be stored and sent as it is.

    `contact` is where a reader may ask to be taken off, null when nobody reads mail there.
    """
    author = Address("tilik", addr_spec=ascii_address(sender))
    recipient = _recipient(mailbox)
    is_ascii = (author.addr_spec + recipient.addr_spec).isascii()
    mail = EmailMessage(policy=SMTP if is_ascii else SMTPUTF8)
    mail["From"] = author
    mail["To"] = recipient
    mail["Date"] = now.astimezone(ZoneInfo(digest.zone))
    mail["Message-ID"] = message_id
    mail["Subject"] = rendered.subject
    mail["Auto-Submitted"] = "auto-generated"
    mail["Precedence"] = "bulk"
    mail["List-Id"] = f"tilik <{_label(mailbox.name)}.tilik.{author.domain}>"
    if contact:
        line = quote(f"unsubscribe {mailbox.name}")
        mail["List-Unsubscribe"] = f"<mailto:{quote(contact, safe='@')}?subject={line}>"
    mail.set_content(rendered.text, cte="quoted-printable")
    mail.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    return mail


def ascii_address(address: str) -> str:
    """Spell the domain of an address in ASCII; the part before the @ cannot be respelled."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return address


def _recipient(mailbox: Mailbox) -> Address:
    if mailbox.address is None:  # a folder is no mail server: the name alone will do
        return Address(username=mailbox.name, domain="localhost.invalid")
    return Address(addr_spec=ascii_address(mailbox.address))


def _label(name: str) -> str:
    """Make a name fit to be a part of a domain name."""
    return re.sub("[^a-z0-9]+", "-", name.lower()).strip("-") or "mailbox"
