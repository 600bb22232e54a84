"""The calendars that imported lists of appointments belong to: they are filled, never fetched."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.actions.imports.import_results import BadColumns
from kehr.models import Calendar, db, writing
from kehr.rules.imports.import_columns import ColumnFault

DEFAULT = "WinChim"
"""The source that is made when the first list comes in and none was chosen."""
_NAMES = (DEFAULT, f"{DEFAULT} (Listen)")


def find_source(calendar_id: int | None) -> int | None:
    """The calendar that a list goes into: the one asked for, else WinChim, or None while there is none.

    Raises BadColumns when it is none that takes lists.
    """
    if calendar_id is None:
        return _usual(db.session())
    calendar = db.session.get(Calendar, calendar_id)
    if calendar is None:
        raise BadColumns([ColumnFault("source_unknown", "")])
    if calendar.kind != "file":
        raise BadColumns([ColumnFault("source_is_feed", calendar.name)])
    return calendar_id


def make_source(now: datetime) -> int:
    """Makes the source WinChim, unless another import has just done so. What comes with the first list
    into it is known and not news.
    """
    with writing() as session:
        made = _usual(session)
        if made is not None:
            return made
        taken = set(session.scalars(select(Calendar.name)))
        name = next(name for name in (*_NAMES, f"{DEFAULT} {now:%Y-%m-%d %H:%M:%S}") if name not in taken)
        calendar = Calendar(name=name, kind="file", consent="customer", active=True, created_at=now)
        session.add(calendar)
        session.flush()
        return int(calendar.id)


def _usual(session: Session) -> int | None:
    query = select(Calendar.id).where(Calendar.kind == "file", Calendar.name.in_(_NAMES))
    return session.scalars(query.order_by(Calendar.id)).first()
