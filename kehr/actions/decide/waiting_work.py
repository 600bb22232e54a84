"""Finds what waits for a person: held bundles, unclear and failed messages, faulty parts, alarms."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from kehr.actions.decide.missed_work import SHOWN_FOR, missed_between, missed_now
from kehr.actions.facts.brake_days import KEY, VOLUME
from kehr.actions.facts.raise_alarm import CALL
from kehr.actions.hear.list_replies import count_open, oldest_open
from kehr.models import Alarm, Appointment, Calendar, Gateway, Message, db
from kehr.models.database import UtcDateTime
from kehr.rules.plan.second_channel import SECOND_KINDS
from kehr.rules.terms.messages import MAYBE_TOLD, Channel, State

MOST = 5
"""So many messages or alarms of one sort are shown one by one; the rest is one line."""
FAILED_FOR = timedelta(days=60)
"""So long what failed waits for an appointment that is still ahead."""
BUNDLED = ("mass_moved", "mass_cancelled", "bundle_moved")
"""Reasons that hold the messages of many appointments together."""
OWN_LINE = frozenset({"feed_faulty", "gateway_stopped", VOLUME, *BUNDLED})
"""Alarms whose thing already has its own line here."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of work.

    `what` is held, unclear, failed, replies, missed, feed, gateway, call (somebody must be called), alarm or
    more (further lines of the sort named in `key`). `key` names the bundle, message, calendar, gateway or
    alarm; `message` is the row where the line is about one message; `since` when it began, of further
    messages when the first of them was due. `second` says of one that failed how its second channel stands:
    both (SMS and e-mail failed), gone (the e-mail will not leave), none (there is no e-mail that may go);
    empty where nobody should say anything of it.
    """

    what: str
    key: str
    count: int = 1
    code: str = ""
    args: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    since: datetime | None = None
    first_start: datetime | None = None
    message: Message | None = None
    second: str = ""

    @property
    def entries(self) -> int:
        """How many it stands for: a bundle or a group is one entry, further lines are as many as they are."""
        return self.count if self.what == "more" else 1


def bundle_key() -> ColumnElement[str]:
    """What held messages are grouped by: their appointment's bundle, the text, the calendar, the day, the
    number, or the reason.
    """
    return case((Message.reason.in_(BUNDLED), Appointment.hold_key), else_=own_key())


def own_key() -> ColumnElement[str]:
    """What messages are grouped by that are not held because of their appointment's bundle."""
    return case(
        (Message.reason == "text_new", literal("text_new:") + cast(Message.rule_id, String)),
        (Message.reason == "calendar_new", literal("calendar_new:") + cast(Message.calendar_id, String)),
        (Message.reason == VOLUME, literal(KEY) + Message.reason_args["day"].as_string()),
        (Message.reason == "number_shared", literal("number_shared:") + Message.recipient),
        else_=Message.reason,
    )


def find_waiting(now: datetime) -> list[Waiting]:
    """All lines, the most urgent sort first, each sort oldest first."""
    work = [*_held(), *_unclear(), *_failed(now), *_replies(), *_missed(now)]
    return [*work, *_feeds(), *_gateways(), *_alarms()]


def count_waiting(now: datetime) -> int:
    """How many entries `find_waiting` finds, counting bundles once and messages one by one."""
    moments = {"now": now, "shown_since": now - SHOWN_FOR, "failed_since": now - FAILED_FOR}
    return sum(db.session.execute(_count_query(), moments).one()) + (1 if count_open() else 0)


@cache
def _count_query() -> Select[Any]:
    """One query for all counts. Every page asks it for its menu, and putting it together anew took longer
    than answering it.
    """
    now, shown_since, failed_since = (
        bindparam(name, type_=UtcDateTime()) for name in ("now", "shown_since", "failed_since")
    )
    counts = (
        *_held_counts(),
        select(func.count()).where(_unclear_now()),
        select(func.count()).where(_failed_since(failed_since, shown_since, now)),
        select(func.count(func.distinct(Message.state))).where(missed_between(shown_since, now)),
        select(func.count()).where(Calendar.active, Calendar.faulty_code != ""),
        select(func.count()).where(Gateway.stopped_code != ""),
        select(func.count()).where(_open_alarms()),
    )
    return select(*(query.scalar_subquery() for query in counts))


def _held_counts() -> tuple[Select[Any], ...]:
    """How many bundles are held. Thousands of messages may wait for one new text, on every page's menu: only
    for those that moved together their appointments are looked up.
    """
    moved = (
        select(func.count(func.distinct(Appointment.hold_key + " " + Message.reason)))
        .select_from(Message)
        .join(Appointment, Appointment.id == Message.appointment_id)
        .where(Message.state == State.HELD, Message.reason.in_(BUNDLED))
    )
    others = select(func.count(func.distinct(own_key() + " " + Message.reason))).where(
        Message.state == State.HELD,
        Message.reason.not_in(BUNDLED),
        Message.appointment_id.is_not(None),
    )
    return moved, others


def _held_query() -> Select[Any, Any, Any, Any, Any]:
    key = bundle_key()
    return (
        select(
            key.label("bundle"),
            Message.reason,
            func.count().label("many"),
            func.min(Message.appointment_start).label("first_start"),
            func.min(Message.id).label("sample"),
        )
        .join(Appointment, Appointment.id == Message.appointment_id)
        .where(Message.state == State.HELD)
        .group_by("bundle", Message.reason)
        .order_by(func.min(Message.due_at))
    )


def _held() -> list[Waiting]:
    groups = db.session.execute(_held_query()).all()
    samples = _by_id([group.sample for group in groups])
    return [
        Waiting(
            "held",
            group.bundle,
            group.many,
            group.reason,
            samples[group.sample].reason_args,
            samples[group.sample].calendar_name,
            first_start=group.first_start,
            message=samples[group.sample],
        )
        for group in groups
    ]


def _by_id(ids: list[str]) -> dict[str, Message]:
    if not ids:
        return {}
    return {row.id: row for row in db.session.scalars(select(Message).where(Message.id.in_(ids)))}


def _unclear() -> list[Waiting]:
    return _singles("unclear", _unclear_now())


def _unclear_now() -> ColumnElement[bool]:
    """A digest is one line, whatever it carried."""
    return and_(Message.state == State.UNCLEAR, Message.carrier_id.is_(None))


def _failed(now: datetime) -> list[Waiting]:
    lines = _singles("failed", _failed_now(now))
    return [replace(line, second=_second_of(line.message)) if line.message else line for line in lines]


def _second_of(message: Message) -> str:
    if message.second_of is not None:
        return "both"
    if message.channel != Channel.SMS or not _may_go_on(message):
        return ""
    states = set(db.session.scalars(select(Message.state).where(Message.second_of == message.id)))
    if states & {State.REFUSED, State.UNDELIVERED}:
        return "both"
    if states:
        return "gone"
    return "" if message.trial or _heard_elsewhere(message) else "none"


def _may_go_on(message: Message) -> bool:
    rule = message.rule
    return rule is not None and rule.second_channel and rule.channel == "sms" and rule.kind in SECOND_KINDS


def _heard_elsewhere(message: Message) -> bool:
    """The same person got the same SMS on another number: then no e-mail follows, and none is missed."""
    same = (Message.appointment_id, Message.kind, Message.rule_id, Message.about_start, Message.person_id)
    query = select(Message.id).where(
        Message.state == State.DELIVERED,
        Message.channel == Channel.SMS,
        *(column == getattr(message, column.key) for column in same),
    )
    return message.person_id is not None and db.session.scalars(query.limit(1)).first() is not None


def _failed_now(now: datetime) -> ColumnElement[bool]:
    """Refused or undelivered while the appointment is still ahead: somebody can still be called.

    What was written by hand about no appointment stands there as long as what was missed.
    """
    return _failed_since(now - FAILED_FOR, now - SHOWN_FOR, now)


def _failed_since(since: Any, free_since: Any, now: Any) -> ColumnElement[bool]:
    """The same between moments or parameters of a query; `free_since` holds where there is no appointment."""
    free = and_(Message.appointment_start.is_(None), Message.due_at > free_since)
    return and_(
        Message.state.in_([State.REFUSED, State.UNDELIVERED]),
        Message.due_at > since,
        or_(Message.appointment_start > now, free),
        Message.carrier_id.is_(None),
        Message.dealt_at.is_(None),
        ~_goes_on(),
    )


def _goes_on() -> ColumnElement[bool]:
    """An e-mail went out, or will, in place of this SMS: the person is reached (C20)."""
    second = aliased(Message)
    on_its_way = MAYBE_TOLD | {State.PLANNED, State.HELD}
    return exists().where(second.second_of == Message.id, second.state.in_(on_its_way))


def _singles(what: str, wanted: ColumnElement[bool]) -> list[Waiting]:
    rows = list(db.session.scalars(select(Message).where(wanted).order_by(Message.due_at).limit(MOST + 1)))
    found = [
        Waiting(what, row.id, 1, row.reason, row.reason_args, row.recipient_name, message=row)
        for row in rows[:MOST]
    ]
    if len(rows) > MOST:
        total = db.session.scalar(select(func.count()).where(wanted)) or 0
        found.append(Waiting("more", what, total - MOST, since=rows[MOST].due_at))
    return found


def _replies() -> list[Waiting]:
    """All who wait for an answer as one line, with the reply that has waited longest."""
    oldest = oldest_open()
    if oldest is None:
        return []
    name, args = oldest.name or oldest.address, {"text": oldest.text, "reply": oldest.id}
    return [Waiting("replies", "replies", count_open(), "", args, name, oldest.said_at)]


def _missed(now: datetime) -> list[Waiting]:
    row = db.session.execute(select(func.count(), func.min(Message.due_at)).where(missed_now(now))).one()
    return [Waiting("missed", "missed", row[0], since=row[1])] if row[0] else []


def _feeds() -> list[Waiting]:
    rows = db.session.scalars(
        select(Calendar).where(Calendar.active, Calendar.faulty_code != "").order_by(Calendar.name)
    )
    return [
        Waiting(
            "feed", str(row.id), 1, row.faulty_code, {"detail": row.faulty_detail}, row.name, row.faulty_since
        )
        for row in rows
    ]


def _gateways() -> list[Waiting]:
    rows = db.session.scalars(select(Gateway).where(Gateway.stopped_code != "").order_by(Gateway.name))
    return [
        Waiting(
            "gateway",
            str(row.id),
            1,
            row.stopped_code,
            {"detail": row.stopped_detail},
            row.name,
            row.stopped_at,
        )
        for row in rows
    ]


def _open_alarms() -> ColumnElement[bool]:
    return and_(Alarm.closed_at.is_(None), Alarm.code.not_in(OWN_LINE))


def _sort(alarm: Alarm) -> str:
    return "call" if alarm.key.startswith(CALL) else "alarm"


def _alarms() -> list[Waiting]:
    rows = list(db.session.scalars(select(Alarm).where(_open_alarms()).order_by(Alarm.id).limit(MOST + 1)))
    found = [Waiting(_sort(row), row.key, 1, row.code, row.args, "", row.opened_at) for row in rows[:MOST]]
    if len(rows) > MOST:
        total = db.session.scalar(select(func.count()).where(_open_alarms())) or 0
        found.append(Waiting("more", "alarm", total - MOST))
    return found
