"""Nothing is lost and nothing is sent twice: the outbox over a real archive and real servers."""

from __future__ import annotations

import email
import re
import socket
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import policy
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller

from config.settings import Mailbox, MailServer, Settings, Source, Topic
from db.archive import Archive
from db.connection import Writer
from db.outbox import Outbox
from db.reader import Reader
from db.records import Content
from monitor.deliver import LIFE, Tally, compose_digest, deliver_due

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aiosmtpd.smtp import Envelope

    from db.records import Delivery

NOW = datetime(2026, 11, 23, 23, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TEXT = "Dua feri malam berhenti beroperasi mulai Senin. Warga menunggu perahu sejak subuh."
HOSTILE = "Feri <script>alert(1)</script> {{7*7}}\r\nBcc: all@x.example\x00 \u202egnp.exe"


class Answers:
    """A mail server that gives its answers to DATA one after the other, the last for ever.

    An empty answer hangs up instead.
    """

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers) or ["250 kept"]
        self.asked = 0
        self.kept: list[Envelope] = []

    async def handle_DATA(self, server: Any, _session: object, envelope: Envelope) -> str:  # noqa: ANN401, N802 - aiosmtpd's hook
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer.startswith("250"):
            self.kept.append(envelope)
        if not answer:
            server.transport.abort()
        return answer


class AnyPort(Controller):
    """aiosmtpd's controller, which does not learn by itself which free port it was given."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr] # it runs
        super()._trigger_server()  # type: ignore[no-untyped-call] # aiosmtpd has few types


@contextmanager
def serving(answers: Answers) -> Iterator[int]:
    controller = AnyPort(answers, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


class House:
    """An archive with one source, its outbox, and the settings of one mailbox."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.writer = Writer(folder)
        self.reader = Reader(folder)
        self.archive, self.outbox = Archive(self.writer), Outbox(self.writer)
        self.settings = settings_for(folder, port)
        wanted = self.settings.topics_of_mailboxes()
        self.outbox.awaited(wanted, self.settings.topic_names, NOW)

    def close(self) -> None:
        self.reader.close()
        self.writer.close()

    def publish(self, number: int = 1, text: str = TEXT, headline: str = "Feri Berhenti") -> None:
        """Record a state of a story and find it."""
        content = Content(headline=headline, text=text, lang="id", published_at=NOW)
        url = f"https://lada.example/{number}"
        self.archive.recorded("lada", url, content, now=NOW - timedelta(hours=1))
        self.watch()

    def watch(self) -> None:
        found = self.reader.unwatched(1000)
        hits = [("ferry", revision.id, (("body", 4, 8),)) for _, revision in found]
        if found:
            self.outbox.watched(hits, up_to=found[-1][1].id, now=NOW)

    def compose(self, slot: str = "2026-11-24 06:00", now: datetime = NOW) -> bool:
        (mailbox,) = self.settings.mailboxes
        return compose_digest(self.settings, self.reader, self.outbox, mailbox, slot=slot, now=now)

    def deliver(self, now: datetime = NOW) -> Tally:
        return deliver_due(self.settings, self.reader, self.outbox, now=now)

    def deliveries(self) -> list[Delivery]:
        return self.reader.deliveries(100)[::-1]


def settings_for(folder: Path, port: int | None) -> Settings:
    server = MailServer(
        host="127.0.0.1", port=port or 25, security="none", sender="tilik@news.example"
    )
    return Settings(
        folder=folder,
        contact="keeper@news.example",
        mail=None if port is None else server,
        mailboxes=(
            Mailbox(
                name="desk",
                zone="Asia/Jakarta",
                address="desk@newsroom.example",
                channel="folder" if port is None else "mail",
            ),
        ),
        topics=(Topic(name="ferry", title="Feri", query="feri", mailboxes=("desk",)),),
        sources=(Source(name="lada", url="https://lada.example/rss", kind="feed"),),
    )


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


@contextmanager
def mailing(folder: Path, answers: Answers) -> Iterator[House]:
    with serving(answers) as port:
        made = House(folder, port)
        try:
            yield made
        finally:
            made.close()


def parsed(message: Any) -> Any:  # noqa: ANN401 - email's own types
    return email.message_from_bytes(message, policy=policy.default)


# composing


def test_a_digest_is_final_before_the_first_attempt(house: House) -> None:
    house.publish()

    assert house.compose()

    (delivery,) = house.deliveries()
    assert (delivery.state, delivery.attempts, delivery.reply) == ("queued", 0, None)
    assert parsed(delivery.message)["Message-ID"] == delivery.message_id
    assert delivery.message_id.endswith("@news.example>")


def test_nothing_new_is_no_mail(house: House) -> None:
    assert not house.compose()
    assert house.deliveries() == []


def test_what_was_composed_is_not_told_again(house: House) -> None:
    house.publish()
    house.compose("one")

    assert not house.compose("two", NOW + MINUTE)


def test_a_slot_is_composed_once(house: House) -> None:
    house.publish(1)
    house.compose("one")
    house.publish(2, text=TEXT.replace("Senin", "Rabu"), headline="Feri Kembali")

    assert not house.compose("one")
    assert house.compose("two")


def test_an_edit_is_compared_with_the_state_mailed_last(house: House) -> None:
    house.publish()
    house.compose("one")
    for day in ("Selasa", "Rabu", "Kamis"):
        house.publish(text=TEXT.replace("Senin", day))

    house.compose("two", NOW + timedelta(days=1))

    text = parsed(house.deliveries()[1].message).get_body(("plain",)).get_content()
    assert "[-Senin-] {+Kamis+}" in text
    assert "24 Nov 06:00 to 25 Nov 06:00 WIB" in text
    assert "Rabu" not in text


def test_a_digest_in_parts_is_stored_whole_with_each_match_once(house: House) -> None:
    for number in range(90):
        headline = f"Feri nomor {number} " + "x" * 150
        house.publish(
            number, text=f"Kapal feri {number * 17}. {'kata' + str(number)} " * 6, headline=headline
        )

    house.compose("one")

    slots = [delivery.slot for delivery in house.deliveries()]
    assert slots[:2] == ["one", "one#2"]
    texts = [parsed(each.message).get_body(("plain",)).get_content() for each in house.deliveries()]
    told = re.findall(r"https://lada.example/(\d+)", "".join(texts))
    assert sorted(map(int, told)) == list(range(90))
    assert len({delivery.message_id for delivery in house.deliveries()}) == len(slots)
    assert house.reader.undelivered("desk", ["ferry"]) == []


def test_a_source_that_failed_is_named_in_the_mail(house: House) -> None:
    house.archive.visited(
        "lada", now=NOW, due_at=NOW, reason="the name was not found", is_fault=True
    )
    house.publish()

    house.compose()

    text = parsed(house.deliveries()[0].message).get_body(("plain",)).get_content()
    assert "lada: the name was not found" in text


def test_a_hostile_headline_is_literal_in_every_part_of_the_mail(house: House) -> None:
    house.publish(headline=HOSTILE)

    house.compose()

    mail = parsed(house.deliveries()[0].message)
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "<script>alert(1)</script> {{7*7}} Bcc: all@x.example" in " ".join(text.split())
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}} Bcc: all@x.example" in html
    assert "<script>alert(1)</script> {{7*7}}" in mail["Subject"]
    assert mail["Bcc"] is None
    assert not any(sign in part for sign in "\x00\u202e" for part in (text, html, mail["Subject"]))


@pytest.mark.parametrize(
    ("contact", "sender"),
    [
        pytest.param("keeper@news.example", "keeper@news.example", id="a mail address"),
        pytest.param("https://news.example/us", "tilik@localhost.invalid", id="a web address"),
    ],
)
def test_a_trial_without_a_mail_server_has_a_sender(
    contact: str, sender: str, house: House
) -> None:
    house.settings = house.settings.model_copy(update={"contact": contact})
    house.publish()
    house.compose()

    assert parsed(house.deliveries()[0].message)["From"].addresses[0].addr_spec == sender


# delivering


def test_a_folder_gets_the_stored_bytes(house: House) -> None:
    house.publish()
    house.compose()

    assert house.deliver() == Tally(sent=1)

    (delivery,) = house.deliveries()
    (file,) = (house.settings.folder / "outbox").iterdir()
    assert file.read_bytes() == delivery.message
    assert delivery.state == "sent"
    assert house.deliver() == Tally()


def test_a_mail_is_marked_sent_only_after_the_server_has_it(tmp_path: Path) -> None:
    server = Answers("451 try later", "250 kept")
    with mailing(tmp_path, server) as house:
        house.publish()
        house.compose()

        first = house.deliver()
        (queued,) = house.deliveries()
        early = house.deliver(NOW + timedelta(seconds=30))
        second = house.deliver(NOW + 2 * MINUTE)
        (sent,) = house.deliveries()

    assert first == Tally(waiting=1, problems=["desk, 2026-11-24 06:00: 451 try later"])
    assert (queued.state, queued.sent_at) == ("queued", None)
    assert early == Tally()
    assert second == Tally(sent=1)
    assert (sent.state, sent.reply, sent.sent_at) == ("sent", "250 kept", NOW + 2 * MINUTE)
    assert [each.content for each in server.kept] == [sent.message]


def test_an_attempt_that_was_killed_is_made_again_with_the_same_bytes(tmp_path: Path) -> None:
    server = Answers()
    with mailing(tmp_path, server) as house:
        house.publish()
        house.compose()
        (before,) = house.deliveries()
        house.outbox.sending(before.id)
    with mailing(tmp_path, server) as house:
        house.deliver()
        (after,) = house.deliveries()

    assert after.state == "sent"
    assert [each.content for each in server.kept] == [before.message]
    assert parsed(before.message)["Message-ID"] == after.message_id


def test_pauses_grow_to_an_hour_and_after_five_days_a_person_must_look(tmp_path: Path) -> None:
    server = Answers("451 try later")
    pauses, now = [], NOW
    with mailing(tmp_path, server) as house:
        house.publish()
        house.compose()
        while house.deliver(now).waiting:
            (delivery,) = house.deliveries()
            pauses.append(round((delivery.due_at - now) / MINUTE))
            now = delivery.due_at
            if len(pauses) == 8:
                now = NOW + LIFE
        (delivery,) = house.deliveries()

    assert pauses == [1, 5, 15, 30, 61, 61, 61, 61]
    assert delivery.state == "failed"
    assert delivery.reply == "451 try later"


def test_a_mail_refused_for_good_is_not_tried_again_by_itself(tmp_path: Path) -> None:
    server = Answers("554 no thanks")
    with mailing(tmp_path, server) as house:
        house.publish()
        house.compose()

        assert house.deliver().failed == 1
        assert house.deliver(NOW + timedelta(days=1)) == Tally()
        assert house.deliveries()[0].reply == "554 no thanks"

    assert server.asked == 1


def test_a_server_that_is_down_is_tried_once_per_round_and_the_order_is_kept(
    tmp_path: Path,
) -> None:
    server = Answers()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]  # and from here on nobody listens there
    house = House(tmp_path, port)
    for number, day in enumerate(("Senin", "Selasa", "Rabu")):
        house.publish(
            number, text=TEXT.replace("Senin", day * (number + 2)), headline=f"Feri {day}"
        )
        house.compose(day, NOW + number * MINUTE)

    tally = house.deliver(NOW + 3 * MINUTE)
    attempts = [delivery.attempts for delivery in house.deliveries()]
    house.close()
    with mailing(tmp_path, server) as house:
        again = house.deliver(NOW + 6 * MINUTE)

    assert tally.waiting == 3
    assert attempts == [1, 0, 0]
    assert again == Tally(sent=3)
    told = [str(parsed(each.content)["Subject"]).split()[-1] for each in server.kept]
    assert told == ["Senin", "Selasa", "Rabu"]


def test_a_refused_login_holds_all_mail_for_an_hour_and_gives_none_up(tmp_path: Path) -> None:
    server = Answers("535 wrong password", "250 kept")
    with mailing(tmp_path, server) as house:
        for number, day in enumerate(("Senin", "Selasa")):
            house.publish(number, text=TEXT + day * 9, headline=f"Feri {day}")
            house.compose(day)

        held = house.deliver(NOW + LIFE)
        due = [delivery.due_at for delivery in house.deliveries()]
        later = house.deliver(NOW + LIFE + timedelta(hours=2))

    assert held.waiting == 2
    assert min(due) >= NOW + LIFE + timedelta(hours=1)
    assert later == Tally(sent=2)
    assert server.asked == 3


def test_a_mail_whose_fate_is_unknown_is_sent_once_more_and_then_shown(tmp_path: Path) -> None:
    server = Answers("")
    with mailing(tmp_path, server) as house:
        house.publish()
        house.compose()

        first = house.deliver()
        (uncertain,) = house.deliveries()
        early = house.deliver(NOW + 14 * MINUTE)
        second = house.deliver(NOW + 17 * MINUTE)
        never = house.deliver(NOW + timedelta(days=1))

    assert (first.uncertain, uncertain.state) == (1, "uncertain")
    assert (early, never) == (Tally(), Tally())
    assert second.failed == 1
    assert server.asked == 2


def test_one_more_try_is_one_whatever_comes_between(tmp_path: Path) -> None:
    server = Answers("", "451 later", "")
    with mailing(tmp_path, server) as house:
        house.publish()
        house.compose()

        rounds = [house.deliver(NOW + timedelta(hours=hour)) for hour in range(4)]

    assert [(each.uncertain, each.failed) for each in rounds] == [(1, 0), (1, 0), (0, 1), (0, 0)]


def test_a_mailbox_taken_out_of_the_settings_keeps_its_mail_for_a_while(house: House) -> None:
    house.publish()
    house.compose()
    house.settings = house.settings.model_copy(update={"mailboxes": ()})

    tally = house.deliver()

    assert tally.waiting == 1
    assert 'no mailbox "desk"' in tally.problems[0]
