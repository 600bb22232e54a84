"""Gathers the inbox: conversations by number, those first in which somebody waits for an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, or_, select

from kehr.models import Property, Reply, db
from kehr.rules.gateways.replies import CALL_BACK, UNDONE

PAGE = 25
LONGEST_SEARCH = 100
OPEN_ONES, ALL = "offen", "alle"
_NUMBER = re.compile(r"[0-9 +/().-]+")


@dataclass(frozen=True, slots=True)
class Conversation:
    """Everything that one number wrote, as one line: its newest reply, and how many are work.

    `since` is how long the oldest of them has waited; `number` is that of its object.
    """

    address: str
    last: Reply
    open: int
    call_back: bool
    since: datetime | None
    property_id: int | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page, from 1, of the conversations; `open` and `all` count them without any search."""

    conversations: tuple[Conversation, ...]
    total: int
    page: int
    pages: int
    open: int
    all: int


def undone() -> ColumnElement[bool]:
    """Replies that are work."""
    return Reply.state.in_(UNDONE)


def count_open() -> int:
    """In how many conversations somebody waits for an answer."""
    return db.session.scalar(select(func.count(func.distinct(Reply.address))).where(undone())) or 0


def oldest_open() -> Reply | None:
    """The reply that has waited longest."""
    return db.session.scalars(
        select(Reply).where(undone()).order_by(Reply.said_at, Reply.id).limit(1)
    ).first()


def list_replies(group: str, search: str, page: int) -> Inbox:
    """The conversations of a group (`offen` or `alle`) in which `search` is found."""
    wanted = []
    if group == OPEN_ONES:
        wanted.append(Reply.address.in_(select(Reply.address).where(undone())))
    if found := _found(search.strip()[:LONGEST_SEARCH]):
        wanted.append(Reply.address.in_(select(Reply.address).where(or_(*found))))
    everybody = select(func.count(func.distinct(Reply.address)))
    total = db.session.scalar(everybody.where(*wanted)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    return Inbox(
        conversations=tuple(_conversations(wanted, PAGE, (page - 1) * PAGE)),
        total=total,
        page=page,
        pages=pages,
        open=count_open(),
        all=db.session.scalar(everybody) or 0,
    )


def _found(search: str) -> list[ColumnElement[bool]]:
    """Where a search looks: name and words, the number in any spelling, the object's number."""
    if not search:
        return []
    like = f"%{_escaped(search.casefold())}%"
    houses = select(Property.id).where(func.lower(Property.number).like(like, escape="\\"))
    found: list[ColumnElement[bool]] = [
        func.lower(Reply.name).like(like, escape="\\"),
        func.lower(Reply.text).like(like, escape="\\"),
        Reply.property_id.in_(houses),
    ]
    digits = "".join(letter for letter in search if letter in "0123456789")
    if len(digits) >= 3 and _NUMBER.fullmatch(search):
        found.append(Reply.address.like(f"%{digits.removeprefix('00').lstrip('0')}%"))
    return found


def _escaped(text: str) -> str:
    """A pattern that finds it; SQLite knows small letters only of ASCII, so any other fits any one sign."""
    plain = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return "".join(letter if letter.isascii() else "_" for letter in plain)


def _conversations(wanted: Sequence[ColumnElement[bool]], most: int, offset: int) -> list[Conversation]:
    """Open ones first, of them the one that has waited longest; then the others, the newest first."""
    work = func.sum(case((undone(), 1), else_=0))
    calls = func.sum(case((Reply.state == CALL_BACK, 1), else_=0))
    since = func.min(case((undone(), Reply.said_at)))
    newest = func.max(Reply.said_at)
    rows = db.session.execute(
        select(Reply.address, func.max(Reply.id), work, calls, since)
        .where(*wanted)
        .group_by(Reply.address)
        .order_by(case((work > 0, 0), else_=1), since, newest.desc(), Reply.address)
        .limit(most)
        .offset(offset)
    ).all()
    last = {
        row.id: row for row in db.session.scalars(select(Reply).where(Reply.id.in_([r[1] for r in rows])))
    }
    houses = {reply.property_id for reply in last.values() if reply.property_id is not None}
    numbers = {
        id_: number
        for id_, number in db.session.execute(
            select(Property.id, Property.number).where(Property.id.in_(houses))
        )
    }
    return [
        Conversation(
            address=address,
            last=last[last_id],
            open=open_,
            call_back=calls_ > 0,
            since=since_,
            property_id=last[last_id].property_id,
            number=numbers.get(last[last_id].property_id or 0, ""),
        )
        for address, last_id, open_, calls_, since_ in rows
    ]
