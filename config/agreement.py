"""What must agree between tables and files, and what is allowed but worth a warning.

Pure: takes declared values with their places, gives problems and warnings; never reads a file.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel

from config.documents import MAIN, Document, Problem
from config.origins import origin, port
from config.places import KeyPath
from config.scalars import nearest, quoted
from config.settings import Mailbox, Network, Place, Politeness, Settings, Source, Topic

POLITE_DELAY_S = 1.0  # between two requests to one host; what a paper may expect of a robot

Model = TypeVar("Model", bound=BaseModel)


class Declared(NamedTuple, Generic[Model]):
    """A table that is right by itself, and where it stands."""

    value: Model
    document: Document
    path: KeyPath

    def problem(self, key: str, message: str) -> Problem:
        """Word a complaint about one of its keys."""
        return self.document.problem((*self.path, key), message)


def unknown_mailboxes(
    topics: list[Declared[Topic]], places: Mapping[tuple[str, str], Place]
) -> Iterator[Problem]:
    """Find topics that name a mailbox no table declares."""
    known = [name for kind, name in places if kind == "mailbox"]
    for topic in topics:
        for name in topic.value.mailboxes:
            if name not in known:
                hint = nearest(name, known) or f"; {MAIN} declares: {', '.join(known) or 'none'}"
                yield topic.problem("mailboxes", f"unknown mailbox {quoted(name)}{hint}")


def two_logins(sources: list[Declared[Source]]) -> Iterator[Problem]:
    """Find sources of one site with different logins: a request is the site's, not the source's."""
    known: dict[str, Source] = {}
    for declared in sources:
        source = declared.value
        if source.username is None:
            continue
        first = known.setdefault(site := origin(source.url), source)
        if (first.username, first.password) != (source.username, source.password):
            yield declared.problem(
                "username", f"source {quoted(first.name)} has another login for {site}"
            )


def unknown_sources(
    topics: list[Declared[Topic]], places: Mapping[tuple[str, str], Place]
) -> Iterator[Problem]:
    """Find topics that mute a source no table declares."""
    known = [name for kind, name in places if kind == "source"]
    for topic in topics:
        for name in topic.value.mute.sources:
            if name not in known:
                hint = nearest(name, known) or "; sources/*.toml has none of that name"
                yield topic.problem("mute", f"unknown source {quoted(name)}{hint}")


def undeliverable(mailboxes: list[Declared[Mailbox]], main: Document) -> Iterator[Problem]:
    """Find mail that could never be sent: no server, or a login without a password."""
    for mailbox in mailboxes:
        if mailbox.value.channel == "mail" and "mail" not in main.content:
            yield mailbox.problem("channel", f'"mail" needs a mail server: add [mail] to {MAIN}')
    mail = main.content.get("mail")
    if isinstance(mail, dict) and "username" in mail and "password" not in mail:
        yield main.problem(
            ("mail", "username"),
            "needs a password: set TILIK__MAIL__PASSWORD, or name a file in password_file",
        )


def unlike_the_rules(
    sources: list[Declared[Source]], tables: Mapping[str, Any]
) -> Iterator[Problem]:
    """Find sources that tilik.toml would never let through, or that contradict themselves."""
    politeness = tables.get("politeness", Politeness())  # None: wrong itself, so it rules nothing
    network = tables.get("network", Network())
    for source in sources:
        if politeness:
            lowest, highest = politeness.interval_floor_s, politeness.interval_ceiling_s
            for key in ("interval_s", "interval_floor_s", "interval_ceiling_s"):
                declared_s = getattr(source.value, key)
                if declared_s is not None and not lowest <= declared_s <= highest:
                    message = f"must be {lowest} to {highest}, as [politeness] in {MAIN} says"
                    yield source.problem(key, message)
        if source.value.select is not None and source.value.kind != "section":
            yield source.problem(
                "select", 'is only for kind = "section": there is no page to look at'
            )
        asked = port(source.value.url)
        if network and asked not in network.ports:
            yield source.problem(
                "url", f"port {asked} is not among the ports of [network] in {MAIN}"
            )


def oddities(settings: Settings) -> Iterator[str]:
    """Say what a person should know, although it can be lived with."""
    if _is_example(settings.contact):
        yield (
            f'contact is still the example "{settings.contact}": newspapers cannot reach you; '
            f"put your own address in {MAIN} before you read them"
        )
    for mailbox in settings.mailboxes:
        if mailbox.channel == "mail" and _is_example(mailbox.address or ""):
            yield f'mailbox "{mailbox.name}" still has the example address {mailbox.address}'
    if not settings.sources:
        yield "no source is declared: nothing will be read; add a [[source]] to sources/"
    for topic in settings.topics:
        if not topic.mailboxes:
            yield f'topic "{topic.name}" names no mailbox: what it finds is mailed to nobody'
    if settings.politeness.delay_s < POLITE_DELAY_S:
        yield f"politeness.delay_s is under {POLITE_DELAY_S} s: many newspapers will mind"


def _is_example(contact: str) -> bool:
    """Say whether an address lies in a domain that is reserved for examples (RFC 2606)."""
    host = urlsplit(contact).hostname or contact.rpartition("@")[2].lower()
    return bool(re.search(r"(^|[.])(example([.](com|net|org))?|test|invalid)$", host))
