"""Plans, and makes the rows follow: creates, changes or withdraws the difference."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from kehr.actions.facts.appointment_facts import (
    AppointmentRow,
    MessageRow,
    args_of,
    load_all_messages,
    load_appointments,
    load_messages,
    past_of,
    plan_appointment,
)
from kehr.actions.facts.brake_days import brake_days, load_full_days
from kehr.actions.facts.change_state import event
from kehr.actions.facts.chunks import chunks
from kehr.actions.facts.house_facts import Surroundings, look_around
from kehr.actions.facts.office_facts import CalendarFacts, NoOffice, OfficeFacts, load_office
from kehr.actions.facts.raise_alarm import settle_calls, settle_holds
from kehr.actions.plan.called_off import called_off
from kehr.models import Appointment, Message, MessageEvent, writing
from kehr.rules.entries.residents import House
from kehr.rules.plan.plan_values import NeedsCall, PlanAppointment, Wanted
from kehr.rules.plan.planning import last_told, plan
from kehr.rules.plan.withdrawals import Dropped, why_withdrawn
from kehr.rules.terms.messages import OPEN, Kind, State

CHANGEABLE = OPEN | {State.WITHDRAWN}
UNDECIDED: dict[str, Any] = {"own_text": "", "own_subject": "", "own_due_at": None}
"""What is withdrawn loses the text and time that a person gave it: when it returns, others may be true."""


@dataclass(frozen=True, slots=True)
class PlanResult:
    """What a round of planning did to the rows."""

    created: int = 0
    changed: int = 0
    withdrawn: int = 0


@dataclass(slots=True)
class Difference:
    """Rows to write, gathered so that they are written in few statements. `before` are the rows that change,
    by id, as they stand.
    """

    now: datetime
    created: list[dict[str, Any]]
    updated: list[dict[str, Any]]
    withdrawn: int
    events: list[dict[str, Any]]
    calls: list[NeedsCall]
    before: dict[str, MessageRow] = field(default_factory=dict)


def plan_messages(now: datetime) -> PlanResult:
    """One round of planning over all appointments, in one transaction.

    Where a day turns out to be far larger than usual it is planned again, as a day that waits.
    """
    with writing() as session:
        try:
            facts = load_office()
        except NoOffice:
            return PlanResult()
        difference = _plan_all(session, facts, now)
        result = _result(difference)
        if brake_days(session, facts.office, now):
            facts = replace(facts, office=replace(facts.office, full_days=load_full_days()))
            difference = _plan_all(session, facts, now)
        settle_calls(session, [*difference.calls, *called_off(session, now)], now)
        settle_holds(session, now)
    return result


def _plan_all(session: Session, facts: OfficeFacts, now: datetime) -> Difference:
    difference = find_difference(facts, now)
    _write(session, difference)
    return difference


def find_difference(facts: OfficeFacts, now: datetime) -> Difference:
    """What planning would write for this office; reads only."""
    difference = Difference(now, [], [], 0, [], [])
    rows = load_appointments(now)
    around = look_around(rows, facts.accepted_names, now)
    messages = load_all_messages(now)
    for row in rows:
        calendar = facts.calendars[row.calendar_id]
        wished = plan_appointment(row, calendar, facts, around, now)
        _compare(row, wished, calendar, facts, around, messages.get(row.id, []), difference)
    return difference


def _result(difference: Difference) -> PlanResult:
    changed = len(difference.updated) - difference.withdrawn
    return PlanResult(len(difference.created), changed, difference.withdrawn)


def replan(
    session: Session, row: Appointment, facts: OfficeFacts, around: Surroundings, now: datetime
) -> bool:
    """Plans one appointment inside the caller's transaction; whether that changed a row."""
    difference = Difference(now, [], [], 0, [], [])
    calendar = facts.calendars[row.calendar_id]
    messages = load_messages(row.id)
    wished = plan_appointment(row, calendar, facts, around, now)
    _compare(row, wished, calendar, facts, around, messages, difference)
    _write(session, difference)
    return bool(difference.created or difference.updated)


def _compare(
    row: AppointmentRow | Appointment,
    wished: PlanAppointment | None,
    calendar: CalendarFacts,
    facts: OfficeFacts,
    around: Surroundings,
    messages: list[MessageRow],
    difference: Difference,
) -> None:
    now = difference.now
    past = past_of(messages)
    wanted: list[Wanted] = []
    if wished is not None:
        wanted, calls = plan(wished, calendar.rules, past, now, facts.office_for(calendar))
        difference.calls += calls
    by_identity = {
        (m.appointment_id, m.kind, m.rule_id, m.channel, m.recipient, m.about_start): m for m in messages
    }
    for w in wanted:
        known = by_identity.pop(w.identity, None)
        if known is None and w.second_of and w.state == State.MISSED:
            continue
        if known is None:
            _create(row, w, calendar, around.house_of(row), difference)
        elif known.state in CHANGEABLE:
            _change(known, w, difference)
    rules = [rule.id for rule in calendar.rules]
    for message in by_identity.values():
        if message.state in OPEN:
            told = last_told(
                p for p in past if p.recipient == message.recipient and p.channel == message.channel
            )
            told_start = told.about_start if told and told.kind != Kind.CANCELLED else None
            dropped = Dropped(
                Kind(message.kind), message.rule_id, message.channel, message.recipient, message.about_start
            )
            reason = why_withdrawn(dropped, wished, rules, told_start)
            difference.withdrawn += 1
            _move(message, State.WITHDRAWN, reason.code, dict(reason.args), difference, UNDECIDED)


def _create(
    row: AppointmentRow | Appointment,
    w: Wanted,
    calendar: CalendarFacts,
    house: House | None,
    difference: Difference,
) -> None:
    message_id = secrets.token_hex(16)
    person = house.person(w.person_id) if house else None
    difference.created.append(
        {
            "id": message_id,
            "appointment_id": row.id,
            "kind": w.kind,
            "rule_id": w.rule_id,
            "channel": w.channel,
            "recipient": w.recipient,
            "about_start": w.about_start,
            "due_at": w.due_at,
            "too_late_at": w.too_late_at,
            "state": w.state,
            "reason": w.reason.code,
            "reason_args": dict(w.reason.args),
            "calendar_id": row.calendar_id,
            "calendar_name": calendar.name,
            "branch_name": calendar.branch.name,
            "uid": row.uid,
            "appointment_start": row.start,
            "work_kind": row.work_kind,
            "property_id": house.id if house else None,
            "person_id": person.id if person else None,
            "property_number": house.number if house else row.object_number,
            "recipient_name": (person.full_name if person else "") or row.name or calendar.fallback_name,
            "place": row.place or (house.address if house else ""),
            "second_of": w.second_of or None,
            "created_at": difference.now,
        }
    )
    _tell(message_id, None, w.state, w.reason.code, dict(w.reason.args), difference)


def _change(known: MessageRow, w: Wanted, difference: Difference) -> None:
    """Follows the wish; a row that waits for its next try or its digest keeps that reason."""
    if known.state == State.WITHDRAWN and w.state == State.MISSED:
        return
    waits = known.tries or known.reason == "digest_tomorrow"
    keeps_reason = known.state == w.state == State.PLANNED and waits
    same_reason = keeps_reason or (
        known.reason == w.reason.code and args_of(known.reason_args) == w.reason.args
    )
    times = (known.due_at, known.too_late_at) == (w.due_at, w.too_late_at)
    if known.state == w.state and same_reason and times:
        return
    values: dict[str, Any] = {"due_at": w.due_at, "too_late_at": w.too_late_at}
    if known.state == w.state and same_reason:
        difference.updated.append({"id": known.id, **values})
        difference.before[known.id] = known
        return
    _move(known, w.state, w.reason.code, dict(w.reason.args), difference, values)


def _move(
    known: MessageRow,
    state: State,
    reason: str,
    args: dict[str, Any],
    difference: Difference,
    values: dict[str, Any] | None = None,
) -> None:
    difference.updated.append(
        {"id": known.id, "state": state, "reason": reason, "reason_args": args, **(values or {})}
    )
    difference.before[known.id] = known
    _tell(known.id, State(known.state), state, reason, args, difference)


def _tell(
    message_id: str,
    old: State | None,
    new: State,
    reason: str,
    args: dict[str, Any],
    difference: Difference,
) -> None:
    row = event(message_id, old, new, difference.now, reason, args)
    difference.events.append(
        {
            "message_id": row.message_id,
            "at": row.at,
            "old_state": row.old_state,
            "new_state": row.new_state,
            "reason": row.reason,
            "reason_args": row.reason_args,
            "by": row.by,
        }
    )


def _write(session: Session, difference: Difference) -> None:
    for chunk in chunks(difference.created):
        session.execute(insert(Message), chunk)
    full = [values for values in difference.updated if "state" in values and "due_at" in values]
    moved = [values for values in difference.updated if "state" in values and "due_at" not in values]
    timed = [values for values in difference.updated if "state" not in values]
    for group in (full, moved, timed):
        for chunk in chunks(group):
            session.execute(update(Message), chunk)
    for chunk in chunks(difference.events):
        session.execute(insert(MessageEvent), chunk)
