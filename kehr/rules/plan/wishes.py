"""What one recipient should hear of one appointment, before anything stands against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from kehr.rules.plan.plan_values import Office, Past, PlanAppointment, PlanRule, Reason, Recipient, Wanted
from kehr.rules.terms.messages import MAYBE_TOLD, Kind, State
from kehr.rules.terms.timing import days_after, days_before_day, next_open, plan_due

AHEAD = frozenset({Kind.ANNOUNCEMENT, Kind.REMINDER})
FORGOTTEN_AFTER = timedelta(days=14)
"""A start told longer ago than this is no longer what somebody waits for."""
FEEDBACK_ENDS = timedelta(days=3)
FOLLOWED_AFTER = timedelta(hours=24)
"""So long after the feedback message its follow-up goes out, when nothing came back (B40)."""
SURELY_LEFT = frozenset({State.ACCEPTED, State.DELIVERED})
CONFIRMED_WITHIN = timedelta(days=7)
"""Who becomes reachable later than this after the entry (customers imported, a tick) gets no confirmation."""


@dataclass(frozen=True, slots=True)
class Case:
    """One recipient of one appointment: the rules of the channel, the messages so far, what was told last.

    `moments` are the due times of announcements and reminders by rule, the same for every recipient.
    """

    appointment: PlanAppointment
    recipient: Recipient
    rules: Sequence[PlanRule]
    own: Sequence[Past]
    told: Past | None
    moments: dict[int, datetime]
    now: datetime
    office: Office

    @property
    def told_start(self) -> datetime | None:
        """The start that the recipient expects now."""
        return self.told.about_start if self.told and self.told.kind != Kind.CANCELLED else None

    def rested(self, moment: datetime) -> datetime:
        """A change rests for the settling time, then leaves at the next allowed moment."""
        return next_open(self.office.window, moment + self.office.settle, self.office.zone)


def moments_of(
    appointment: PlanAppointment, rules: Sequence[PlanRule], office: Office
) -> dict[int, datetime]:
    """When each announcement and reminder is due."""
    day = appointment.start.astimezone(office.zone).date()
    return {rule.id: _due(day, rule.days, rule.at, office) for rule in rules if rule.kind in AHEAD}


@lru_cache(maxsize=4096)
def _due(day: date, days: int, at: time, office: Office) -> datetime:
    """The same for all appointments of a day, of which an office has many."""
    return plan_due(days_before_day(day, days, at, office.zone), office.window, office.zone)


def cancelled_wishes(case: Case) -> list[Wanted]:
    """For somebody who expects a start that is cancelled for sure (C02)."""
    appointment, told_start = case.appointment, case.told_start
    gone = appointment.cancelled_at
    if told_start is None or gone is None or told_start <= gone or gone <= appointment.live_since:
        return []
    due = case.rested(gone)
    return [
        _want(case, rule, due, told_start, Reason("planned_cancelled"), told_start)
        for rule in case.rules
        if rule.kind == Kind.CANCELLED and rule.active_since <= gone
    ]


def moved_wishes(case: Case) -> list[Wanted]:
    """For somebody who expects another start (B38)."""
    appointment, told_start = case.appointment, case.told_start
    if told_start is None or told_start == appointment.start:
        return []
    if appointment.start <= appointment.known_since or appointment.known_since <= appointment.live_since:
        return []
    if told_start < appointment.known_since - FORGOTTEN_AFTER:
        return []
    due = case.rested(appointment.known_since)
    reason = Reason("planned_moved", {"old": told_start.isoformat()})
    return [
        _want(case, rule, due, appointment.start, reason, appointment.start)
        for rule in case.rules
        if rule.kind == Kind.MOVED and rule.active_since <= appointment.known_since
    ]


def confirmation_wishes(case: Case) -> list[Wanted]:
    """Once, for an appointment that appeared after calendar and rule were live (B31)."""
    appointment = case.appointment
    if appointment.baseline or appointment.start <= appointment.known_since or case.told_start is not None:
        return []
    due = case.rested(appointment.known_since)
    if case.now > due + CONFIRMED_WITHIN:
        return []
    return [
        _want(case, rule, due, appointment.start, Reason("planned_new"), appointment.start)
        for rule in case.rules
        if rule.kind == Kind.CONFIRMATION and rule.active_since <= appointment.first_seen_at
    ]


def ahead_wishes(case: Case) -> list[Wanted]:
    """Announcements and reminders at their moments; what became known after its moment is `planned_late`."""
    appointment = case.appointment
    known = appointment.known_since
    if appointment.start <= known:
        return []
    wanted = []
    for rule in case.rules:
        if rule.kind not in AHEAD:
            continue
        due = case.moments[rule.id]
        live = max(appointment.live_since, rule.active_since)
        if due >= known and due >= live:
            reason = _lead(rule.days)
        elif due < known and known > live:
            reason = Reason("planned_late")
        else:
            continue
        wanted.append(_want(case, rule, due, appointment.start, reason, appointment.start))
    return wanted


@lru_cache(maxsize=128)
def _lead(days: int) -> Reason:
    return Reason("planned_lead", {"days": days})


def feedback_wishes(case: Case) -> list[Wanted]:
    """Once, after an appointment somebody was told of has taken place (B39)."""
    appointment = case.appointment
    if case.told_start != appointment.start:
        return []
    asked = {p.rule_id for p in case.own if _asked(p, case, Kind.FEEDBACK)}
    wanted = []
    for rule in case.rules:
        if rule.kind != Kind.FEEDBACK or asked - {rule.id}:
            continue
        nominal = days_after(appointment.end, rule.days, rule.at, case.office.zone)
        due = next_open(case.office.window, max(nominal, appointment.end), case.office.zone)
        if due >= max(appointment.live_since, rule.active_since):
            reason = Reason("planned_feedback", {"days": rule.days})
            wanted.append(_want(case, rule, due, due + FEEDBACK_ENDS, reason, appointment.start))
    return wanted


def followup_wishes(case: Case) -> list[Wanted]:
    """Once, a day after the feedback message left, when nothing came from this recipient since (B40)."""
    appointment = case.appointment
    feedback = [p for p in case.own if _asked(p, case, Kind.FEEDBACK)]
    asked_at = max((p.told_at for p in feedback if p.told_at and p.state in SURELY_LEFT), default=None)
    followed = {p.rule_id for p in case.own if _asked(p, case, Kind.FOLLOWUP)}
    if asked_at is None or _answered_since(case, asked_at):
        return []
    due = next_open(case.office.window, asked_at + FOLLOWED_AFTER, case.office.zone)
    return [
        _want(case, rule, due, due + FEEDBACK_ENDS, Reason("planned_followup"), appointment.start)
        for rule in case.rules
        if rule.kind == Kind.FOLLOWUP
        and not followed - {rule.id}
        and due >= max(appointment.live_since, rule.active_since)
    ]


def _asked(p: Past, case: Case, kind: Kind) -> bool:
    """Whether this message of a kind left, or may have; what trial mode recorded asked nobody."""
    about = p.about_start == case.appointment.start
    return p.kind == kind and about and p.state in MAYBE_TOLD and not p.trial


def _answered_since(case: Case, asked_at: datetime) -> bool:
    """Whether something came from this address since, or from another one of the same person."""
    person = case.recipient.person_id
    own = {r.address for r in case.appointment.recipients if person is not None and r.person_id == person}
    replied = (case.appointment.replied.get(address) for address in own | {case.recipient.address})
    return any(at is not None and at >= asked_at for at in replied)


def _want(
    case: Case, rule: PlanRule, due: datetime, too_late: datetime, reason: Reason, about: datetime
) -> Wanted:
    return Wanted(
        appointment_id=case.appointment.id,
        kind=rule.kind,
        rule_id=rule.id,
        channel=case.recipient.channel,
        recipient=case.recipient.address,
        about_start=about,
        due_at=due,
        too_late_at=too_late,
        state=State.PLANNED,
        reason=reason,
        person_id=case.recipient.person_id,
    )
