"""`tilik status`: one screen of what runs and what needs a person (then the exit status is 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from db.reader import Reader
from monitor.cli.opening import as_json, settings_of
from monitor.cli.output import clean, print_json, print_table, when

if TYPE_CHECKING:
    from config.settings import Settings
    from db.records import Delivery, SourceState

SHOWN_DELIVERIES = 5
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
    alarms = _alarms(settings, known, deliveries)
    if is_json:
        print_json({"totals": totals, "sources": known, "deliveries": deliveries, "alarms": alarms})
        return 1 if alarms else 0
    ill = [state for state in known.values() if state.reason]
    print_table(
        ("what", "how many"),
        (
            ("sources", f"{len(settings.sources)} declared, {len(known)} visited, {len(ill)} ill"),
            ("stories", f"{totals.stories} ({totals.gone} gone), {totals.revisions} revisions"),
            ("matches", totals.matches),
            ("mail", f"{totals.queued} waiting, {totals.failed} failed"),
            ("archive", f"{totals.archive_bytes / 2**20:.1f} MiB"),
        ),
    )
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
    for alarm in alarms:
        click.echo(clean(f"! {alarm}"))
    return 1 if alarms else 0


def _alarms(
    settings: Settings, known: dict[str, SourceState], deliveries: list[Delivery]
) -> list[str]:
    """Say what needs a person, a sentence each: who, what, since when, what next."""
    declared = {source.name for source in settings.sources if source.enabled}
    alarms = [
        f"{state.name}: {state.reason}, since {when(state.failing_since)}; "
        f"tried {state.failures} times, next try {when(state.due_at)}"
        for state in known.values()
        if state.failures >= ALARMING_FAILURES and state.name in declared
    ]
    alarms += [
        f"mail to {delivery.mailbox} ({delivery.slot}): {delivery.reply}; it is not tried again"
        for delivery in deliveries
        if delivery.state == "failed"
    ]
    return alarms
