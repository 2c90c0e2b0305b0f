"""`tilik status`: one screen of what runs and what needs a person (then the exit status is 1)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from db.reader import Reader
from monitor.cli.opening import as_json, settings_of, utc_now
from monitor.cli.output import clean, print_json, print_table, when
from monitor.counting import counted

if TYPE_CHECKING:
    from datetime import datetime

    from config.settings import Settings
    from db.records import Delivery, SourceState, Totals

SHOWN_DELIVERIES = 5
SHOWN_PAGES = 10
SHOWN_MUTED = 10
PATIENCE = timedelta(hours=6)
SILENCE = timedelta(hours=26)  # whoever crawls once a day is not silent
ALARMING_FAILURES = 3  # one bad hour of a newspaper needs nobody


@click.command
@click.option("--all", "is_all", is_flag=True, help="List sources that are well, too.")
@as_json
@click.pass_obj
def command(folder: str, is_all: bool, is_json: bool) -> int:  # noqa: FBT001 - click's way
    """Show sources, stories, mail and alarms."""
    settings = settings_of(folder)
    with Reader(settings.folder) as reader:
        totals = reader.totals()
        known = reader.sources()
        deliveries = reader.deliveries(SHOWN_DELIVERIES)
        quarantine = reader.quarantine()
        muted = reader.muted()
    alarms = _alarms(settings, known, deliveries, totals.failed, utc_now())
    if is_json:
        print_json(
            {
                "totals": totals,
                "sources": known,
                "deliveries": deliveries,
                "quarantine": quarantine,
                "muted": [
                    {"topic": topic, "because": why, "matches": matches}
                    for topic, why, matches in muted
                ],
                "alarms": alarms,
            }
        )
        return 1 if alarms else 0
    ill = [state for state in known.values() if state.reason]
    sources = f"{len(settings.sources)} declared, {len(known)} visited, {len(ill)} ill"
    print_table(("what", "how many"), (("sources", sources), *_totals(totals, len(quarantine))))
    shown = sorted(known.values() if is_all else ill, key=lambda state: state.name)
    if shown:
        click.echo()
        print_table(
            ("source", "last success", "next visit", "stories", "waiting", "trouble"),
            (
                (
                    state.name,
                    when(state.last_success_at),
                    when(state.due_at),
                    state.stories,
                    state.waiting or "",
                    f"since {when(state.failing_since)}: {state.reason}"
                    if state.failing_since
                    else state.reason,
                )
                for state in shown
            ),
        )
    if quarantine:
        click.echo()
        print_table(
            ("page left alone", "since", "why"),
            ((page.url, when(page.since), page.detail) for page in quarantine[:SHOWN_PAGES]),
        )
        if len(quarantine) > SHOWN_PAGES:
            click.echo(f"and {len(quarantine) - SHOWN_PAGES} more (--json names all)")
    if muted:
        click.echo()
        print_table(("topic", "muted because of", "matches"), muted[:SHOWN_MUTED])
        if len(muted) > SHOWN_MUTED:
            click.echo(f"and {len(muted) - SHOWN_MUTED} more (--json names all)")
    for alarm in alarms:
        click.echo(clean(f"! {alarm}"))
    return 1 if alarms else 0


def _totals(totals: Totals, left_alone: int) -> list[tuple[str, object]]:
    revisions = counted(totals.revisions, "revision", "revisions")
    return [
        ("stories", f"{totals.stories} ({totals.gone} gone), {revisions}"),
        ("matches", totals.matches),
        ("mail", f"{totals.queued} waiting, {totals.failed} failed"),
        (
            "left alone",
            counted(
                left_alone,
                "page that broke its reader, until it changes",
                "pages that broke their reader, until they change",
            ),
        ),
        ("archive", f"{totals.archive_bytes / 2**20:.1f} MiB"),
    ]


def _alarms(
    settings: Settings,
    known: dict[str, SourceState],
    deliveries: list[Delivery],
    failed: int,
    now: datetime,
) -> list[str]:
    """Say what needs a person, a sentence each: who, what, since when, what next."""
    declared = {source.name for source in settings.sources if source.enabled}
    alarms = [
        f"{state.name}: {state.reason}, since {when(state.failing_since)}; "
        f"tried {counted(state.failures, 'time', 'times')}, next try {when(state.due_at)}"
        for state in known.values()
        if state.name in declared and _is_alarming(state, now)
    ]
    last = max(
        (state.last_visit_at for state in known.values() if state.last_visit_at), default=now
    )
    if now - last > SILENCE:
        alarms.append(f"nothing was read since {when(last)}: is `tilik run` running?")
    alarms += [
        f"mail to {delivery.mailbox} ({delivery.slot}): {delivery.reply}; it is not tried again"
        for delivery in deliveries
        if delivery.state == "failed"
    ]
    told = sum(delivery.state == "failed" for delivery in deliveries)
    if failed > told:
        older = counted(failed - told, "older mail failed and is", "older mails failed and are")
        alarms.append(f"{older} not tried again")
    alarms += [
        f"mail to {delivery.mailbox} ({delivery.slot}) waits since {when(delivery.composed_at)}: "
        f"{delivery.reply or 'not tried yet'}"
        for delivery in deliveries
        if delivery.state not in ("sent", "failed") and now - delivery.composed_at > PATIENCE
    ]
    return alarms


def _is_alarming(state: SourceState, now: datetime) -> bool:
    """Whether a source is ill for longer than a bad hour."""
    since = state.failing_since
    return state.failures >= ALARMING_FAILURES or (since is not None and now - since > PATIENCE)
