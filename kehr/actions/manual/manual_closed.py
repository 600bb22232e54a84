"""A list of the manual window is open until it was sent or cancelled; nothing is done with a closed one."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.models import ManualList, ManualSend


class ListClosed(ValueError):
    """The list was sent or cancelled; `row` says when and how."""

    def __init__(self, row: ManualList) -> None:
        super().__init__(row.closed_how)
        self.row = row


class NoList(LookupError):
    """There is no list of that id."""


def open_list(session: Session, list_id: str) -> ManualList:
    """The row of an open list. Raises NoList or ListClosed."""
    row = session.get(ManualList, list_id)
    if row is None:
        raise NoList(list_id)
    if row.closed_at is not None:
        raise ListClosed(row)
    return row


def last_send(session: Session, list_id: str) -> ManualSend | None:
    """What was sent from a list last."""
    query = select(ManualSend).where(ManualSend.list_id == list_id).order_by(ManualSend.id.desc())
    return session.scalars(query.limit(1)).first()
