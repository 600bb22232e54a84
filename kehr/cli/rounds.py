"""poll, plan, send-due, receipts, tick: one deed each, in this process."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click
from sqlalchemy import select

from kehr import clock
from kehr.actions.feeds.poll_calendars import PollResult, poll_calendar, poll_due
from kehr.actions.hear.read_receipts import read_receipts
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.run.run_round import run_round
from kehr.actions.send.send_due import send_due
from kehr.cli.database_age import needs_current_database
from kehr.cli.refuse import refuse
from kehr.models import Calendar, db

as_json = click.option("--json", "as_json", is_flag=True, help="print only JSON on stdout")


@click.command("poll")
@click.option("--calendar", "name", default="", help="this calendar, now, instead of those that are due")
@as_json
@needs_current_database
def poll_command(name: str, as_json: bool) -> None:
    """Fetch and take over the calendars that are due, or one now."""
    results = _poll_one(name) if name else poll_due(clock.now())
    if as_json:
        _print_json([asdict(result) for result in results])
        return
    for result in results:
        click.echo(
            f"{result.calendar}: {result.outcome}, {result.appointments} Termine, {result.added} neu, "
            f"{result.moved} verschoben, {result.cancelled} abgesagt. {result.reason}".strip()
        )
    if not results:
        click.echo("Kein Kalender ist fällig.")


def _poll_one(name: str) -> list[PollResult]:
    calendar = db.session.scalars(select(Calendar).where(Calendar.name == name)).first()
    if calendar is None:
        refuse(f"Einen Kalender »{name}« gibt es nicht.")
    if calendar.kind != "ics":
        refuse(f"»{name}« wird nicht abgerufen, sondern mit Listen gefüllt: flask import-appointments DATEI.")
    if not calendar.active:
        refuse(f"Der Kalender »{name}« ist abgeschaltet. Schalten Sie ihn ein, dann wird er abgerufen.")
    result = poll_calendar(calendar.id, clock.now())
    if result is None:
        refuse(f"Der Kalender »{name}« wird gerade von einem anderen Vorgang abgerufen.")
    return [result]


@click.command("plan")
@as_json
@needs_current_database
def plan_command(as_json: bool) -> None:
    """Plan, and show the difference it made."""
    _print_counts(asdict(plan_messages(clock.now())), as_json)


@click.command("send-due")
@as_json
@needs_current_database
def send_due_command(as_json: bool) -> None:
    """Send what is due now."""
    _print_counts(send_due(clock.now).as_dict(), as_json)


@click.command("receipts")
@as_json
@needs_current_database
def receipts_command(as_json: bool) -> None:
    """Ask the gateways for states and replies."""
    _print_counts(asdict(read_receipts(clock.now, at_once=True)), as_json)


@click.command("tick")
@as_json
@needs_current_database
def tick_command(as_json: bool) -> None:
    """One round of everything: poll, plan, send, receipts, seal, what is due once a day, tell the office."""
    result = run_round(clock.now).as_dict()
    if as_json:
        _print_json(result)
        return
    for part, counts in result.items():
        click.echo(f"{part}: {json.dumps(counts, ensure_ascii=False)}")


def _print_counts(counts: dict[str, Any], as_json: bool) -> None:
    if as_json:
        _print_json(counts)
        return
    click.echo(", ".join(f"{name} {number}" for name, number in counts.items()))


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))
