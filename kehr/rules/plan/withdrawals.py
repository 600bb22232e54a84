"""Why a message that was planned is no longer wanted: one reason for each dropped plan."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from kehr.rules.plan.plan_values import PlanAppointment, Reason
from kehr.rules.terms.messages import Kind


@dataclass(frozen=True, slots=True)
class Dropped:
    """An open message that planning no longer wants."""

    kind: Kind
    rule_id: int
    channel: str
    recipient: str
    about_start: datetime


def why_withdrawn(
    dropped: Dropped,
    appointment: PlanAppointment | None,
    active_rules: Collection[int],
    told_start: datetime | None,
) -> Reason:
    """The reason to show. `appointment` None means that its calendar is switched off.

    `active_rules` are the ids that apply to this appointment now; `told_start` what this recipient
    was last told.
    """
    if appointment is None:
        return Reason("calendar_off")
    if appointment.cancelled_at is not None and dropped.kind != Kind.CANCELLED:
        return Reason("appointment_cancelled")
    if dropped.kind == Kind.MOVED and told_start == appointment.start:
        return Reason("already_told" if dropped.about_start == appointment.start else "moved_back")
    if dropped.about_start != appointment.start and dropped.kind != Kind.CANCELLED:
        return Reason("appointment_moved", {"new": appointment.start.isoformat()})
    if dropped.rule_id not in active_rules:
        return Reason("rule_off")
    there = [*appointment.recipients, *(r for several in appointment.second.values() for r in several)]
    if not any(r.address == dropped.recipient and r.channel == dropped.channel for r in there):
        return Reason("recipient_gone")
    if dropped.kind == Kind.FOLLOWUP and dropped.recipient in appointment.replied:
        return Reason("replied")
    if dropped.kind in {Kind.CONFIRMATION, Kind.CANCELLED} and told_start is not None:
        return Reason("already_told")
    if dropped.kind == Kind.CONFIRMATION:
        return Reason("confirmation_old")
    return Reason("no_longer_wanted")
