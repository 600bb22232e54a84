"""Sends from the manual window: once, however often and by however many somebody presses the button."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from kehr.actions.facts.change_state import change_state, event
from kehr.actions.facts.chunks import chunks
from kehr.actions.hear.settle_replies import settle_answered
from kehr.actions.manual.manual_closed import ListClosed, open_list
from kehr.actions.manual.offer_manual import Item, Offer, offer_manual, view_for
from kehr.models import ManualSend, Message, MessageEvent, writing
from kehr.rules.plan.manual_list import Wish
from kehr.rules.plan.manual_send import too_late_at
from kehr.rules.plan.plan_values import Reason
from kehr.rules.terms.messages import MOVES, State

__all__ = ["AskAgain", "ListClosed", "Sent", "send_manual"]


class AskAgain(ValueError):
    """Something changed since somebody was asked; `offer` is what would leave now."""

    def __init__(self, offer: Offer) -> None:
        super().__init__("the offer has changed")
        self.offer = offer


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of a confirmed send; `send_id` None when everybody has these words already."""

    send_id: int | None
    offer: Offer


def send_manual(list_id: str, wish: Wish, stamp: str, by: str, now: datetime) -> Sent:
    """Puts the messages of a confirmed send into the queue, in one write transaction.

    1. The list must still be open (ListClosed). Whoever presses a second time finds it closed.
    2. Everything is worked out again; if it is not what was asked (`stamp`), AskAgain.
    3. Whoever has the same words about the same thing today already is passed over; `manual_key` is unique,
       so that the database would refuse a second one.
    4. The rows are planned and released; the next round of sending takes them. `Alle` closes the list.
    """
    with writing() as session:
        row = open_list(session, list_id)
        view = view_for(list_id, wish)
        if view is None:
            raise ListClosed(row)
        offer = offer_manual(view, wish, now)
        if offer.items and offer.stamp != stamp:
            raise AskAgain(offer)
        send_id = _write(session, list_id, row.title, wish, offer, by, now) if offer.items else None
        settle_answered(session, [item.address for item in offer.items if item.reason is None], by, now)
        if wish.only is None:
            row.closed_at, row.closed_how = now, "sent"
        return Sent(send_id, offer)


def _write(
    session: Session, list_id: str, title: str, wish: Wish, offer: Offer, by: str, now: datetime
) -> int:
    send = ManualSend(
        list_id=list_id,
        title=title,
        by=by,
        at=now,
        due_at=offer.due,
        channel=wish.channel,
        text=wish.text,
        subject=wish.subject,
        branch_id=wish.branch_id,
        without_consent=wish.without_consent,
        stopped_by="",
    )
    session.add(send)
    session.flush()
    spent = _spent(session, [item.key for item in offer.items])
    created, events = [], []
    # What is due at the same moment leaves by its id: sorted ones let it leave in the order of the list.
    ids = sorted(secrets.token_hex(16) for _ in offer.items)
    for item, message_id in zip(offer.items, ids, strict=True):
        values = _values(item, wish, send, offer.due, now)
        old = spent.get(item.key)
        if old is not None and _takes_up(session, old, values, item, by, now):
            continue
        reason = reason_of(item.reason, by, values["without_consent"])
        state = State.PLANNED if item.reason is None else State.WITHHELD
        args = dict(reason.args)
        values |= {"id": message_id, "state": state, "reason": reason.code, "reason_args": args}
        created.append(values | {"created_at": now})
        events.append(event_values(event(message_id, None, state, now, reason.code, args, by)))
    session.flush()
    _insert(session, Message, created)
    _insert(session, MessageEvent, events)
    return send.id


def _spent(session: Session, keys: Sequence[str]) -> dict[str, Message]:
    """Rows that hold these keys although they told nobody: stopped, withheld, refused, expired."""
    found: dict[str, Message] = {}
    for start in range(0, len(keys), 500):
        query = select(Message).where(Message.manual_key.in_(keys[start : start + 500]))
        found |= {str(message.manual_key): message for message in session.scalars(query)}
    return found


def _takes_up(
    session: Session, old: Message, values: dict[str, Any], item: Item, by: str, now: datetime
) -> bool:
    """Plans an old row again where its state allows it; else it gives up its key to a new one."""
    state = State.PLANNED if item.reason is None else State.WITHHELD
    if state != old.state and state not in MOVES[State(old.state)]:
        old.manual_key = None
        return False
    for name, value in values.items():
        setattr(old, name, value)
    old.next_try_at, old.text = None, ""
    reason = reason_of(item.reason, by, values["without_consent"])
    change_state(session, old, state, now, reason.code, reason.args, by)
    return True


def reason_of(against: Reason | None, by: str, grounds: str) -> Reason:
    """What a new message says of itself: why it cannot leave, or who sent it off."""
    if against is not None:
        return against
    if grounds:
        return Reason("planned_without_consent", {"by": by, "grounds": grounds})
    return Reason("planned_by_hand", {"by": by})


def _values(item: Item, wish: Wish, send: ManualSend, due: datetime, now: datetime) -> dict[str, Any]:
    """The columns of one message."""
    about, row = item.about, item.about.appointment
    calendar = row.calendar if row is not None else None
    start = row.start if row is not None else None
    return {
        "appointment_id": row.id if row is not None else None,
        "kind": item.line.kind,
        "rule_id": None,
        "channel": wish.channel,
        "recipient": item.address,
        "about_start": start,
        "due_at": due,
        "too_late_at": too_late_at(due, start),
        "released_at": now,
        "calendar_id": calendar.id if calendar is not None else None,
        "calendar_name": calendar.name if calendar is not None else "",
        "branch_name": item.branch.name,
        "uid": row.uid if row is not None else "",
        "appointment_start": start,
        "work_kind": row.work_kind if row is not None else "",
        "property_id": about.house.id if about.house is not None else None,
        "person_id": about.person.id if about.person is not None else None,
        "employee_id": about.employee.id if about.employee is not None else None,
        "property_number": about.house.number if about.house is not None else "",
        "manual_send_id": send.id,
        "manual_key": item.key,
        "by": send.by,
        "without_consent": wish.without_consent if item.unticked else "",
        "recipient_name": item.line.name,
        "place": item.line.facts.place or item.line.facts.address,
    }


def event_values(row: MessageEvent) -> dict[str, Any]:
    """An event as one row of a bulk insert."""
    names = ("message_id", "at", "old_state", "new_state", "reason", "reason_args", "by")
    return {name: getattr(row, name) for name in names}


def _insert(session: Session, model: Any, rows: Iterable[dict[str, Any]]) -> None:
    for chunk in chunks(list(rows)):
        session.execute(insert(model), chunk)
