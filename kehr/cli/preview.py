"""`preview-feed`: what would be recognised in a calendar, without storing anything."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import DatabaseError

from kehr.actions.feeds.preview_feed import Entry, PreviewFault, preview, read_source
from kehr.cli.refuse import refuse
from kehr.models import Company, db
from kehr.rules.forms.settings_values import FIELDS
from kehr.rules.terms.appointments import FieldMap
from kehr.rules.terms.german import full_date
from kehr.sources.allow import Allow
from kehr.words import sentence

_DATE = click.DateTime(formats=["%Y-%m-%d"])
_FIELD = click.Choice(FIELDS)


@click.command("preview-feed")
@click.argument("source")
@click.option("--from", "first", type=_DATE, required=True, help="first day")
@click.option("--to", "last", type=_DATE, required=True, help="the day after the last")
@click.option("--zone", default="", help="time zone; else the office's")
@click.option("--phone-field", type=_FIELD, default="summary", show_default=True)
@click.option("--name-field", type=_FIELD, default="summary", show_default=True)
@click.option("--location-field", type=_FIELD, default="location", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="print only JSON on stdout")
@with_appcontext
def preview_feed(
    source: str,
    first: datetime,
    last: datetime,
    zone: str,
    phone_field: str,
    name_field: str,
    location_field: str,
    as_json: bool,
) -> None:
    """Read a file or address and show what is recognised; store nothing."""
    company = _company()
    place = _zone(zone or (company.zone if company else "Europe/Vienna"))
    window = (_midnight(first.date(), place), _midnight(last.date(), place))
    if window[0] >= window[1]:
        refuse("Der Tag bei --to muss nach dem Tag bei --from liegen.")
    allow = Allow.parse(company.network_allow if company else [])
    fields = FieldMap(phone_field, name_field, location_field)
    try:
        found = preview(read_source(source, allow), window, place, fields, fork=True)
    except PreviewFault as fault:
        refuse(sentence(fault.code, {"detail": fault.detail}))
    if as_json:
        click.echo(json.dumps([told(entry, place) for entry in found.entries]))
        return
    for entry in found.entries:
        click.echo(_line(entry, place))
    for problem in found.problems:
        click.echo(problem, err=True)


def told(entry: Entry, zone: ZoneInfo) -> dict[str, Any]:
    """An entry as the command prints it; the start has the zone's offset, or is a date."""
    one, found = entry.occurrence, entry.recognised
    start, end = one.start.astimezone(zone), one.end.astimezone(zone)
    return {
        "uid": one.uid,
        "recurrence_id": one.recurrence_id,
        "start": start.date().isoformat() if one.all_day else start.isoformat(),
        "end": end.date().isoformat() if one.all_day else end.isoformat(),
        "all_day": one.all_day,
        "summary": one.summary,
        "location": one.location,
        "status": one.status.value,
        "name": found.name,
        "phones": [phone.e164 for phone in found.phones],
    }


def _line(entry: Entry, zone: ZoneInfo) -> str:
    start = entry.occurrence.start.astimezone(zone)
    when = full_date(start.date()) + ("" if entry.occurrence.all_day else f" {start:%H:%M}")
    phones = ", ".join(phone.e164 for phone in entry.recognised.phones) or "keine Nummer"
    return f"{when}  {entry.recognised.name or 'kein Name'}  {phones}  {entry.recognised.place}".rstrip()


def _company() -> Company | None:
    """The office's row where there is a database with one; this command works without."""
    file = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
    if file is not None and not Path(file).exists():
        return None
    try:
        return db.session.get(Company, 1)
    except DatabaseError:
        db.session.rollback()
        return None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        refuse(f"Die Zeitzone »{name}« gibt es nicht; für Österreich: Europe/Vienna.")


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
