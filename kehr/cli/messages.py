"""`messages`: every message, planned and past, one JSON object a line."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from kehr import clock, words
from kehr.actions.log.export_messages import ExportedMessage, export_messages
from kehr.cli.database_age import needs_current_database
from kehr.models import Company, db


class Moment(click.ParamType):
    """ISO 8601; without an offset it is the office's wall time, a date alone is its midnight."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment; wrong usage for anything that is none."""
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} ist kein Zeitpunkt wie 2026-03-10T17:00:00+01:00.", param, ctx)


@click.command("messages")
@click.option("--since", type=Moment(), help="due at or after this moment")
@click.option("--until", type=Moment(), help="due before this moment")
@click.option("--json", "as_json", is_flag=True, help="print only JSON on stdout")
@needs_current_database
def messages_command(since: datetime | None, until: datetime | None, as_json: bool) -> None:
    """List every message, planned and past."""
    company = db.session.get(Company, 1)
    zone = company.zoneinfo if company else ZoneInfo("Europe/Vienna")
    for exported in export_messages(clock.now(), _aware(since, zone), _aware(until, zone)):
        described = _described(exported, zone)
        click.echo(json.dumps(described, ensure_ascii=False) if as_json else _line(exported, described, zone))


def _aware(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment.replace(tzinfo=zone) if moment is not None and moment.tzinfo is None else moment


def _described(exported: ExportedMessage, zone: ZoneInfo) -> dict[str, Any]:
    message = exported.message

    def iso(moment: datetime | None) -> str | None:
        return moment.astimezone(zone).isoformat() if moment else None

    due = words.spell_moment(message.next_try_at or message.due_at, zone)
    return {
        "id": message.id,
        "calendar": message.calendar_name,
        "branch": message.branch_name,
        "uid": message.uid,
        "appointment_start": iso(message.appointment_start),
        "about_start": iso(message.about_start),
        "kind": message.kind,
        "channel": message.channel,
        "recipient": message.recipient,
        "due_at": iso(message.due_at),
        "state": message.state,
        "reason": words.explain(message.state, message.kind, due, message.reason, message.reason_args, zone),
        "text": exported.text,
        "subject": exported.subject,
        "sender": message.sender,
        "gateway": message.gateway_name,
        "reference": message.reference,
        "parts": exported.parts,
        "sent_at": iso(message.sent_at),
        "delivered_at": iso(message.delivered_at),
    }


def _line(exported: ExportedMessage, described: dict[str, Any], zone: ZoneInfo) -> str:
    message = exported.message
    state = words.state_word(message.state, trial=message.trial).word
    cells = (
        words.spell_moment(message.due_at, zone),
        words.KINDS[message.kind],
        message.recipient_name,
        words.spell_address(message.recipient),
        state,
        described["reason"],
    )
    return "  ".join(cell for cell in cells if cell)
