"""Lists as a test writes them, and taking them in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from kehr.actions.imports.take_in_file import Result, apply_file, check_file
from kehr.models import Address, Person, Property, db
from tests.conftest import NOON


def csv_of(*rows: str) -> bytes:
    """A list with semicolons."""
    return "".join(f"{row}\r\n" for row in rows).encode("cp1252")


def take_in(kind: str, content: bytes, now: datetime = NOON, **more: Any) -> Result:
    """Applies a list as a command does."""
    return apply_file(
        content, "liste.csv", kind, None, more.pop("calendar_id", None), "office", "command", now, **more
    )


def look_at(kind: str, content: bytes, now: datetime = NOON, calendar_id: int | None = None) -> Result:
    """The dry run."""
    return check_file(content, "liste.csv", kind, None, calendar_id, now)


def outcomes(result: Result) -> list[str]:
    """What became of the rows, in a word each."""
    return [row.outcome for row in result.rows]


def said(result: Result) -> list[str]:
    """The reasons."""
    return [row.reason for row in result.rows]


def house(number: str) -> Property:
    """The object of this number, read afresh."""
    db.session.expire_all()
    return db.session.scalars(select(Property).where(Property.number == number)).one()


def person(number: str, unit: str = "") -> Person:
    """Somebody at an object."""
    return next(p for p in house(number).people if p.unit == unit)


def addresses(number: str, unit: str = "") -> dict[str, Address]:
    """The numbers and addresses of somebody, by kind and position: `phone1`."""
    return {f"{a.kind}{a.position}": a for a in person(number, unit).addresses}
