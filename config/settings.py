"""What the user declared, as frozen values: the models and the rules within one table.

Never reads a file or the environment; rules between tables and files stand in `load.py`.
Units are in the names: `_s` seconds, `_bytes` bytes, `_days` days.
"""

from datetime import time
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Literal, NamedTuple, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from config.origins import host
from config.scalars import (
    Address,
    Alias,
    Block,
    Contact,
    Count,
    File,
    Flag,
    Language,
    Name,
    Port,
    Ratio,
    Seconds,
    Selector,
    Text,
    TimeOfDay,
    Url,
    Whole,
    Zone,
    inflected,
    is_loopback,
)

# Of a source: what is shown, when it is read, and what is told to nobody.
NOT_THE_WAY = {
    *("name", "title", "region", "lang", "zone", "verified", "enabled"),
    *("interval_s", "interval_floor_s", "interval_ceiling_s"),
    *("password", "password_file"),
}


class Table(BaseModel):
    """A table of a TOML file: frozen, without unknown keys, and silent about values in errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Source(Table):
    """A place to read."""

    name: Name
    url: Url
    kind: Literal["feed", "sitemap", "section"]
    title: Text | None = None  # None: shown by its name
    region: Text | None = None  # None: belongs to no region, `region:` never finds it
    lang: Language | None = None  # None: the text alone decides
    zone: Zone | None = None  # None: a printed time without a zone stays without one
    interval_s: Count | None = None  # None: found out from the source's own rhythm
    interval_floor_s: Count | None = None  # None: politeness.interval_floor_s
    interval_ceiling_s: Count | None = None  # None: politeness.interval_ceiling_s
    links: Text | None = None  # a part of every article's address; None: what looks like one
    select: Selector | None = None  # where on a section page the articles are; None: anywhere
    render: Literal["browser"] | None = None  # None: pages are read as they are sent
    verified: Flag = False
    ignore_robots_because: Text | None = None  # None: robots.txt is obeyed
    whole: Whole | None = None  # None: sheets are found by their links
    username: Text | None = None  # None: no login
    password_file: File | None = None  # None: no login
    # None: no login; the loader has read it from the file.
    password: SecretStr | None = Field(default=None, min_length=1)
    enabled: Flag = True

    @model_validator(mode="after")
    def _no_half_a_login(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("a login needs both username and password_file")
        parts = urlsplit(self.url)
        if self.username and parts.scheme != "https" and not is_loopback(parts.hostname or ""):
            raise ValueError(f"a login would send the password to {parts.hostname} in the clear")
        if ":" in (self.username or ""):
            raise ValueError("a username has no colon (RFC 7617)")
        return self

    @property
    def host(self) -> str:
        """The host name of its address: what manners go by."""
        return host(self.url)

    @property
    def way(self) -> str:
        """A fingerprint of where and how it is read: another one, and what was wrong may be mended.

        Neither what is only shown, nor when it is read, nor a password is in it.
        """
        told = self.model_dump_json(exclude=NOT_THE_WAY, exclude_defaults=True)
        return blake2b(told.encode(), digest_size=8).hexdigest()

    @model_validator(mode="after")
    def _fixed_or_within(self) -> Self:
        floor_s, ceiling_s = self.interval_floor_s, self.interval_ceiling_s
        if self.interval_s is not None and (floor_s is not None or ceiling_s is not None):
            raise ValueError(
                "interval_s fixes the time between two visits: "
                "leave it out, or interval_floor_s and interval_ceiling_s"
            )
        if floor_s is not None and ceiling_s is not None and floor_s > ceiling_s:
            raise ValueError(
                f"interval_floor_s = {floor_s} is above interval_ceiling_s = {ceiling_s}"
            )
        return self


class Mute(Table):
    """What a topic finds and nobody is told of."""

    words: str | None = Field(default=None, min_length=1)  # a query; None: no words mute a story
    sources: tuple[Name, ...] = ()
    sections: tuple[Text, ...] = ()  # whole and without case
    clusters: tuple[Url, ...] = ()  # the news of the story at each address, in whichever outlet


class Topic(Table):
    """What a reader waits for. The query is kept as written; monitor/query/ understands it."""

    name: Name
    query: str = Field(min_length=1)
    mailboxes: tuple[Name, ...]
    min_significance: Ratio = 0.0
    title: Text | None = None  # None: shown by its name
    mute: Mute = Mute()


class Concept(Table):
    """A named set of aliases per language, as the topic language writes them: ~ is spelled out."""

    aliases: dict[Language, tuple[Alias, ...]]

    @field_validator("aliases")
    @classmethod
    def _never_empty(cls, aliases: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        if not aliases:
            raise ValueError('has no alias: add a line such as en = ["word", "two words"]')
        for language, words in aliases.items():
            if not words:
                raise ValueError(f"has no alias in {language}: add one or remove the line")
        return aliases


class Aliases(Table):
    """The aliases of one language with what holds for all of them; a list says them alone."""

    aliases: tuple[Alias, ...] = Field(min_length=1)
    inflect: Flag = False  # all their forms, as if each had ~ in front

    def spelled_out(self) -> tuple[str, ...]:
        """Give the aliases as the list alone would have to say them."""
        return tuple(map(inflected, self.aliases)) if self.inflect else self.aliases


class Mailbox(Table):
    """A reader: where the digest goes, when, and in which zone and language."""

    name: Name
    address: Address | None = None  # None: only with channel "folder"
    zone: Zone
    lang: Language = "en"
    times: tuple[TimeOfDay, ...] = (time(6, 0),)  # local, in `zone`
    channel: Literal["mail", "folder"] = "folder"
    folder: File = Path("outbox")  # seen from Settings.folder

    @field_validator("times")
    @classmethod
    def _in_order(cls, times: tuple[time, ...]) -> tuple[time, ...]:
        if not times:
            raise ValueError("must name at least one time of day")
        if any(each.second or each.microsecond for each in times):
            raise ValueError("must be whole minutes")
        return tuple(sorted(set(times)))

    @model_validator(mode="after")
    def _mail_needs_an_address(self) -> Self:
        if self.channel == "mail" and self.address is None:
            raise ValueError('channel "mail" needs an address')
        return self


class MailServer(Table):
    """How mail leaves. The loader has already read `password_file` into `password`."""

    host: Text
    port: Port = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: Text | None = None  # None: no login
    password: SecretStr | None = Field(default=None, min_length=1)  # None: no login
    password_file: File | None = None  # None: the password came another way, or there is none
    sender: Address

    @model_validator(mode="after")
    def _nothing_in_the_clear(self) -> Self:
        if self.security == "none" and not is_loopback(self.host):
            raise ValueError(
                f'security = "none" would send mail to {self.host} in the clear: '
                'use "starttls" or "tls" ("none" is only for a server on this machine)'
            )
        return self


class Politeness(Table):
    """How gently a host is asked, and how often a source is visited."""

    delay_s: Seconds = 1.0  # between two requests to one host
    jitter: Ratio = 0.5  # part of the delay that varies
    interval_s: Count = 900  # until a source's rhythm is known
    interval_floor_s: Count = 300
    interval_ceiling_s: Count = 7_200  # a visit in vain costs 300 bytes; a late alert costs more

    @model_validator(mode="after")
    def _floor_under_ceiling(self) -> Self:
        if not self.interval_floor_s <= self.interval_s <= self.interval_ceiling_s:
            raise ValueError(
                f"interval_s = {self.interval_s} must lie between "
                f"interval_floor_s = {self.interval_floor_s} and "
                f"interval_ceiling_s = {self.interval_ceiling_s}"
            )
        return self


class Limits(Table):
    """What one page, one visit and this machine may be asked to bear."""

    page_bytes: Count = 5 * 2**20
    feed_bytes: Count = 20 * 2**20  # sitemaps too
    timeout_s: float = Field(
        default=30, strict=True, gt=0, allow_inf_nan=False
    )  # for a whole exchange
    redirects: int = Field(default=5, strict=True, ge=0)
    links_per_visit: Count = 200
    feed_items: Count = 1_000
    sitemap_urls: Count = 50_000
    requests: Count = 32  # in flight
    workers: Count = 1  # extraction processes


class Network(Table):
    """Which addresses may be reached beside the public internet, and on which ports."""

    allow: tuple[Block, ...] = ()
    ports: tuple[Port, ...] = (80, 443, 8080, 8443)


class Retention(Table):
    """How long raw pages are kept, and how many states of one story."""

    pages_days: Count = 30
    revisions_per_story: Count = 50


class Pace(NamedTuple):
    """How long, in seconds, after one visit to a source the next may come.

    `first_s` holds until its rhythm is known; the three are one where the user fixed it.
    """

    first_s: int
    floor_s: int
    ceiling_s: int


class Place(NamedTuple):
    """Where something was declared: a file, seen from the settings folder, and its line."""

    file: str
    line: int | None  # None: the file is known, the line is not


class Settings(Table):
    """Everything the user declared, checked."""

    folder: Path
    contact: Contact
    mail: MailServer | None = None  # None: no mailbox has channel "mail"
    mailboxes: tuple[Mailbox, ...] = ()
    politeness: Politeness = Politeness()
    limits: Limits = Limits()
    network: Network = Network()
    retention: Retention = Retention()
    sources: tuple[Source, ...] = ()
    topics: tuple[Topic, ...] = ()
    concepts: dict[Name, Concept] = Field(default_factory=dict)
    # ("source" | "topic" | "query" | "mute" | "concept" | "alias" | "mailbox", name): where it
    # stands, for messages; "mute" is the query of a mute, an alias is named CONCEPT.LANGUAGE[3]
    places: dict[tuple[str, str], Place] = Field(default_factory=dict)
    chromium: Path | None = None  # None: no source asks for a browser
    warnings: tuple[str, ...] = ()  # what is allowed, but a person should know

    def source_named(self, name: str) -> Source | None:
        """Return the source of that name; None when there is none."""
        return self._sources_by_name.get(name)

    @cached_property
    def _sources_by_name(self) -> dict[str, Source]:
        return {source.name: source for source in self.sources}

    def pace_of(self, source: Source) -> Pace:
        """Return between which bounds the visits to a source follow each other."""
        if source.interval_s is not None:
            return Pace(source.interval_s, source.interval_s, source.interval_s)
        floor_s = source.interval_floor_s or self.politeness.interval_floor_s
        ceiling_s = source.interval_ceiling_s or self.politeness.interval_ceiling_s
        return Pace(min(max(self.politeness.interval_s, floor_s), ceiling_s), floor_s, ceiling_s)

    def topic_named(self, name: str) -> Topic | None:
        """Return the topic of that name; None when there is none."""
        return next((each for each in self.topics if each.name == name), None)

    @property
    def topic_names(self) -> frozenset[str]:
        """The names of all topics."""
        return frozenset(topic.name for topic in self.topics)

    def topics_of_mailboxes(self) -> dict[str, tuple[str, ...]]:
        """Return the names of the topics that each mailbox waits for."""
        return {
            mailbox.name: tuple(
                topic.name for topic in self.topics if mailbox.name in topic.mailboxes
            )
            for mailbox in self.mailboxes
        }

    def mailbox_named(self, name: str) -> Mailbox | None:
        """Return the mailbox of that name; None when there is none."""
        return next((each for each in self.mailboxes if each.name == name), None)
