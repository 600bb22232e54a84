"""`import-customers` and `import-appointments`: take a list in, or show what it would do."""

from __future__ import annotations

import json
from pathlib import Path

import click
from sqlalchemy import select

from kehr import clock
from kehr.actions.imports.take_in_file import (
    BadColumns,
    Result,
    RowResult,
    UnreadableTable,
    apply_file,
    check_file,
)
from kehr.cli.database_age import needs_current_database
from kehr.cli.refuse import refuse
from kehr.models import ImportProfile, db
from kehr.sources.tables import MOST_BYTES
from kehr.words import sentence

_OUTCOMES = {"created": "neu", "changed": "geändert", "unchanged": "unverändert", "rejected": "abgelehnt"}
_file = click.argument("file", type=click.Path(path_type=Path))
_profile = click.option("--profile", default="", help="columns as this profile names them")
_dry_run = click.option("--dry-run", is_flag=True, help="show what would be done and change nothing")
_as_json = click.option("--json", "as_json", is_flag=True, help="print only JSON on stdout")


@click.command("import-customers")
@_file
@_profile
@_dry_run
@_as_json
@needs_current_database
def import_customers(file: Path, profile: str, dry_run: bool, as_json: bool) -> None:
    """Take in objects, their people, numbers and consent from a CSV or XLSX file."""
    _import("customers", file, profile, dry_run, as_json)


@click.command("import-appointments")
@_file
@_profile
@_dry_run
@_as_json
@needs_current_database
def import_appointments(file: Path, profile: str, dry_run: bool, as_json: bool) -> None:
    """Take in appointments from a CSV or XLSX file; what a list lacks stays as it is."""
    _import("appointments", file, profile, dry_run, as_json)


def _import(kind: str, path: Path, profile_name: str, dry_run: bool, as_json: bool) -> None:
    content = _content(path)
    profile = _named(profile_name, kind) if profile_name else None
    columns = dict(profile.columns) if profile is not None else None
    calendar_id = profile.calendar_id if profile is not None else None
    now = clock.now()
    try:
        if dry_run:
            result = check_file(content, path.name, kind, columns, calendar_id, now)
        else:
            result = apply_file(
                content,
                path.name,
                kind,
                columns,
                calendar_id,
                "",
                "command",
                now,
                profile_name=profile_name,
            )
    except (UnreadableTable, BadColumns) as error:
        refuse(sentence(error.code, {"detail": error.detail}))
    _print(result, as_json)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError:
        refuse(sentence("list_missing", {"detail": str(path)}))


def _named(name: str, kind: str) -> ImportProfile:
    profile = db.session.scalars(select(ImportProfile).where(ImportProfile.name == name)).first()
    if profile is None:
        refuse(sentence("profile_unknown", {"detail": name}))
    if profile.kind != kind:
        refuse(sentence("profile_other_kind", {"detail": name}))
    return profile


def _print(result: Result, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([_told(row) for row in result.rows], ensure_ascii=False))
        return
    for row in result.rows:
        said = f"Zeile {row.line}: {_OUTCOMES[row.outcome]}  {row.label}  {row.reason}"
        click.echo(said.rstrip())
    counts = (f"{result.count(outcome)} {word}" for outcome, word in _OUTCOMES.items())
    click.echo(f"{len(result.rows)} Zeilen: {', '.join(counts)}.")


def _told(row: RowResult) -> dict[str, object]:
    return {
        "line": row.line,
        "object": row.object_number,
        "name": row.name,
        "outcome": row.outcome,
        "reason": row.reason,
    }
