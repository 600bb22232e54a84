"""Plans from what each recipient already knows.

Nothing here remembers: what somebody was last told follows from the messages that left, and what is
wanted follows from comparing that with the truth of now. Planning twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from kehr.rules.messages import MAYBE_TOLD, OPEN, Kind, State
from kehr.rules.plan_values import (
    NeedsCall,
    Office,
    Past,
    PlanAppointment,
    PlanRule,
    Reason,
    Recipient,
    Wanted,
)
from kehr.rules.timing import days_after, days_before, next_open, plan_due

TELLING = frozenset({Kind.ANNOUNCEMENT, Kind.CONFIRMATION, Kind.REMINDER, Kind.MOVED, Kind.CANCELLED})
AHEAD = frozenset({Kind.ANNOUNCEMENT, Kind.REMINDER})
FORGOTTEN_AFTER = timedelta(days=14)
"""A start told longer ago than this is no longer what somebody waits for."""
OLD_START = frozenset({"AltesDatum", "AlteUhrzeit"})
"""Only a moved message has these; its old start is that which the recipient was told."""
FEEDBACK_ENDS = timedelta(days=3)


def plan(
    appointment: PlanAppointment,
    rules: Sequence[PlanRule],
    past: Sequence[Past],
    now: datetime,
    office: Office,
) -> tuple[list[Wanted], list[NeedsCall]]:
    """What should exist for one appointment, and who must be called instead.

    `past` are all messages of this appointment. Messages whose identity is spent are not wanted again.
    """
    moments = _moments(appointment, rules, office)
    wanted: list[Wanted] = []
    calls: list[NeedsCall] = []
    for recipient in appointment.recipients:
        own = [p for p in past if p.recipient == recipient.address and p.channel == recipient.channel]
        fitting = [rule for rule in rules if recipient.channel in rule.channels]
        told = last_told(own)
        found, call = _for_recipient(appointment, recipient, fitting, own, told, moments, now, office)
        wanted += found
        calls += call
    return wanted, calls


def last_told(past: Iterable[Past]) -> Past | None:
    """The message that says what somebody last heard, or may have heard."""
    heard = [p for p in past if p.kind in TELLING and p.state in MAYBE_TOLD and not p.trial and p.told_at]
    return max(heard, key=lambda p: (p.told_at, p.kind == Kind.CANCELLED), default=None)


def _for_recipient(
    appointment: PlanAppointment,
    recipient: Recipient,
    rules: Sequence[PlanRule],
    own: Sequence[Past],
    told: Past | None,
    moments: dict[int, datetime],
    now: datetime,
    office: Office,
) -> tuple[list[Wanted], list[NeedsCall]]:
    told_start = told.about_start if told and told.kind != Kind.CANCELLED else None
    wanted: list[Wanted] = []
    calls: list[NeedsCall] = []
    if appointment.cancelled_at is not None:
        wanted = _cancelled(appointment, recipient, rules, told_start, office, now)
    else:
        moved, calls = _moved(appointment, recipient, rules, own, told_start, office, now)
        confirmed = _confirmation(appointment, recipient, rules, told, office, now)
        ahead = _ahead(appointment, recipient, rules, own, moments, office, now)
        wanted = moved + confirmed + _uncover(ahead, moved + confirmed, own, appointment, now)
        wanted += _feedback(appointment, recipient, rules, told_start, office, now)
    released = {(p.kind, p.rule_id, p.about_start) for p in own if p.released}
    spent = {(p.kind, p.rule_id, p.about_start) for p in own if p.state not in OPEN | {State.WITHDRAWN}}
    result = []
    for w in wanted:
        identity = (w.kind, w.rule_id, w.about_start)
        if identity not in spent:
            result.append(_judged(w, appointment, recipient, rules, identity in released, office, now))
    if told is not None and told.kind == Kind.CANCELLED and appointment.cancelled_at is None:
        coming = any(w.state in OPEN and w.kind != Kind.FEEDBACK for w in result)
        if not coming and appointment.start > now:
            calls.append(
                NeedsCall(
                    appointment.id, recipient.channel, recipient.address, told.about_start, appointment.start
                )
            )
    return result, calls


def _moments(appointment: PlanAppointment, rules: Sequence[PlanRule], office: Office) -> dict[int, datetime]:
    """When each announcement and reminder is due: the same for every recipient."""
    return {
        rule.id: plan_due(
            days_before(appointment.start, rule.days, rule.at, office.zone), office.window, office.zone
        )
        for rule in rules
        if rule.kind in AHEAD
    }


def _rest(moment: datetime, office: Office) -> datetime:
    """A change rests for the settling time, then leaves at the next allowed moment."""
    return next_open(office.window, moment + office.settle, office.zone)


def _want(
    appointment: PlanAppointment,
    recipient: Recipient,
    rule: PlanRule,
    due: datetime,
    too_late: datetime,
    reason: Reason,
    about: datetime | None = None,
) -> Wanted:
    return Wanted(
        appointment_id=appointment.id,
        kind=rule.kind,
        rule_id=rule.id,
        channel=recipient.channel,
        recipient=recipient.address,
        about_start=about or appointment.start,
        due_at=due,
        too_late_at=too_late,
        state=State.PLANNED,
        reason=reason,
    )


def _cancelled(
    appointment: PlanAppointment,
    recipient: Recipient,
    rules: Sequence[PlanRule],
    told_start: datetime | None,
    office: Office,
    now: datetime,
) -> list[Wanted]:
    gone = appointment.cancelled_at
    if told_start is None or gone is None or told_start <= gone or gone <= appointment.live_since:
        return []
    due = _rest(gone, office)
    return [
        _want(appointment, recipient, rule, due, told_start, Reason("planned_cancelled"), told_start)
        for rule in rules
        if rule.kind == Kind.CANCELLED and rule.active_since <= gone
    ]


def _moved(
    appointment: PlanAppointment,
    recipient: Recipient,
    rules: Sequence[PlanRule],
    own: Sequence[Past],
    told_start: datetime | None,
    office: Office,
    now: datetime,
) -> tuple[list[Wanted], list[NeedsCall]]:
    if told_start is None or told_start == appointment.start:
        return [], []
    if appointment.start <= appointment.known_since or appointment.known_since <= appointment.live_since:
        return [], []
    if told_start < appointment.known_since - FORGOTTEN_AFTER:
        return [], []
    wanted, calls = [], []
    for rule in rules:
        if rule.kind != Kind.MOVED or rule.active_since > appointment.known_since:
            continue
        spent = any(
            p.kind == Kind.MOVED
            and p.rule_id == rule.id
            and p.about_start == appointment.start
            and p.state in MAYBE_TOLD
            for p in own
        )
        if spent and appointment.start > now:
            calls.append(
                NeedsCall(appointment.id, recipient.channel, recipient.address, told_start, appointment.start)
            )
        reason = Reason("planned_moved", {"old": told_start.isoformat()})
        due = _rest(appointment.known_since, office)
        wanted.append(_want(appointment, recipient, rule, due, appointment.start, reason))
    return wanted, calls


def _confirmation(
    appointment: PlanAppointment,
    recipient: Recipient,
    rules: Sequence[PlanRule],
    told: Past | None,
    office: Office,
    now: datetime,
) -> list[Wanted]:
    """Once, for an appointment that appeared after calendar and rule were live (B31)."""
    if appointment.baseline or appointment.start <= appointment.known_since:
        return []
    if told is not None and told.kind != Kind.CANCELLED:
        return []
    due = _rest(appointment.known_since, office)
    return [
        _want(appointment, recipient, rule, due, appointment.start, Reason("planned_new"))
        for rule in rules
        if rule.kind == Kind.CONFIRMATION and rule.active_since <= appointment.first_seen_at
    ]


def _ahead(
    appointment: PlanAppointment,
    recipient: Recipient,
    rules: Sequence[PlanRule],
    own: Sequence[Past],
    moments: dict[int, datetime],
    office: Office,
    now: datetime,
) -> list[Wanted]:
    """Announcements and reminders, each at its moment; late ones as soon as the change has rested."""
    wanted, late = [], []
    known = appointment.known_since
    if appointment.start <= known:
        return []
    for rule in rules:
        if rule.kind not in AHEAD:
            continue
        due = moments[rule.id]
        live = max(appointment.live_since, rule.active_since)
        if due >= known and due >= live:
            reason = Reason("planned_lead", {"days": rule.days})
            wanted.append(_want(appointment, recipient, rule, due, appointment.start, reason))
        elif due < known and known > live:
            late.append(
                (due, _want(appointment, recipient, rule, due, appointment.start, Reason("planned_late")))
            )
    if late:
        nearest = max(due for due, _ in late)
        rested = _rest(known, office)
        for due, w in late:
            if due == nearest:
                wanted.append(replace(w, due_at=rested))
            else:
                wanted.append(replace(w, state=State.WITHHELD, reason=Reason("covered", {"kind": w.kind})))
    return wanted


def _uncover(
    ahead: list[Wanted],
    others: list[Wanted],
    own: Sequence[Past],
    appointment: PlanAppointment,
    now: datetime,
) -> list[Wanted]:
    """Withholds what a later message about the same start says anyway (C16, one message a person)."""
    sent = [
        (p.due_at, p.kind)
        for p in own
        if p.about_start == appointment.start and p.kind in TELLING and p.state in MAYBE_TOLD and not p.trial
    ]
    coming = [(w.due_at, w.kind) for w in others]
    coming += [(w.due_at, w.kind) for w in ahead if w.due_at <= now and w.state == State.PLANNED]
    result = []
    for w in ahead:
        cover = next((kind for due, kind in sent + coming if _covers(due, kind, w)), None)
        if cover is not None and w.state == State.PLANNED:
            w = replace(w, state=State.WITHHELD, reason=Reason("covered", {"kind": cover}))
        result.append(w)
    return result


def _covers(due: datetime, kind: Kind, w: Wanted) -> bool:
    if kind in AHEAD:
        return due > w.due_at
    return due >= w.due_at


def _feedback(
    appointment: PlanAppointment,
    recipient: Recipient,
    rules: Sequence[PlanRule],
    told_start: datetime | None,
    office: Office,
    now: datetime,
) -> list[Wanted]:
    """Once, after an appointment somebody was told of has taken place (B39)."""
    if told_start != appointment.start:
        return []
    wanted = []
    for rule in rules:
        if rule.kind != Kind.FEEDBACK:
            continue
        nominal = days_after(appointment.end, rule.days, rule.at, office.zone)
        due = next_open(office.window, max(nominal, appointment.end), office.zone)
        if due >= max(appointment.live_since, rule.active_since):
            reason = Reason("planned_feedback", {"days": rule.days})
            wanted.append(_want(appointment, recipient, rule, due, due + FEEDBACK_ENDS, reason))
    return wanted


def _judged(
    w: Wanted,
    appointment: PlanAppointment,
    recipient: Recipient,
    rules: Sequence[PlanRule],
    released: bool,
    office: Office,
    now: datetime,
) -> Wanted:
    """The state in which a wanted message stands: too late, not allowed, to be looked at, or planned."""
    if w.state == State.PLANNED and w.too_late_at <= now:
        return replace(w, state=State.MISSED, reason=Reason("too_late", {"due": w.due_at.isoformat()}))
    blocked = _blocked(w, appointment, recipient, rules)
    if blocked is not None:
        return replace(w, state=State.WITHHELD, reason=blocked)
    if w.state != State.PLANNED or released or office.release == "never":
        return w
    held = recipient.held
    if w.kind in {Kind.MOVED, Kind.CANCELLED}:
        held = appointment.hold or held
    if held is None and office.release == "always":
        held = Reason("release_always")
    return w if held is None else replace(w, state=State.HELD, reason=held)


def _blocked(
    w: Wanted, appointment: PlanAppointment, recipient: Recipient, rules: Sequence[PlanRule]
) -> Reason | None:
    if recipient.blocked is not None:
        return recipient.blocked
    if appointment.missing_since is not None and appointment.cancelled_at is None and w.kind != Kind.FEEDBACK:
        return Reason("entry_missing", {"since": appointment.missing_since.isoformat()})
    used = next(rule.placeholders for rule in rules if rule.id == w.rule_id)
    lacking = used & appointment.lacking
    if w.kind == Kind.MOVED:
        lacking -= OLD_START
    if lacking:
        return Reason(
            "placeholder_missing", {"placeholders": ", ".join(f"#{name}" for name in sorted(lacking))}
        )
    return None
