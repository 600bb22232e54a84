"""Plans from what each recipient already knows.

Nothing here remembers: what somebody was last told follows from the messages that left, and what is
wanted follows from comparing that with the truth of now. Planning twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from kehr.rules.plan.brake import held_by_brake
from kehr.rules.plan.own_wish import as_decided, own_of
from kehr.rules.plan.plan_values import (
    NeedsCall,
    Office,
    Own,
    Past,
    PlanAppointment,
    PlanRule,
    Reason,
    Recipient,
    Wanted,
)
from kehr.rules.plan.second_channel import follows, second_wishes, told_by_mail
from kehr.rules.plan.wishes import (
    AHEAD,
    Case,
    ahead_wishes,
    cancelled_wishes,
    confirmation_wishes,
    feedback_wishes,
    followup_wishes,
    moments_of,
    moved_wishes,
)
from kehr.rules.terms.messages import ASKING, MAYBE_TOLD, OPEN, Kind, State
from kehr.rules.terms.placeholders import ALL

TELLING = frozenset({Kind.ANNOUNCEMENT, Kind.CONFIRMATION, Kind.REMINDER, Kind.MOVED, Kind.CANCELLED})
WILL_LEAVE = frozenset({State.PLANNED, State.HELD})
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""A rule switched on in the future tells of a clock that was set back, not of a rule that is new."""
OLD_START = frozenset({"AltesDatum", "AlteUhrzeit"})
"""Only a moved message has these; its old start is that which the recipient was told."""
KNOWN_NAMES = frozenset(placeholder.name for placeholder in ALL)
"""Whatever else a text asks for nobody can fill in."""


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
    rules = [replace(rule, active_since=LONG_AGO) if rule.active_since > now else rule for rule in rules]
    moments = moments_of(appointment, rules, office)
    wanted: list[Wanted] = []
    calls: list[NeedsCall] = []
    for recipient in [*appointment.recipients, *told_by_mail(appointment, past)]:
        own = _own(recipient, past)
        fitting = [rule for rule in rules if recipient.channel in rule.channels or follows(rule, own, rules)]
        case = Case(appointment, recipient, fitting, own, last_told(own), moments, now, office)
        found, call = _cancelled(case) if appointment.cancelled_at is not None else _standing(case)
        wanted += found
        calls += call
    there = {w.identity for w in wanted}
    for recipient, wishes in second_wishes(appointment, rules, past, office):
        own = _own(recipient, past)
        case = Case(appointment, recipient, rules, own, last_told(own), moments, now, office)
        wanted += [w for w in _judged(wishes, case) if w.identity not in there]
    return wanted, calls


def _own(recipient: Recipient, past: Sequence[Past]) -> list[Past]:
    return [p for p in past if p.recipient == recipient.address and p.channel == recipient.channel]


def last_told(past: Iterable[Past]) -> Past | None:
    """The message that says what somebody last heard, or may have heard."""
    heard = [p for p in past if p.kind in TELLING and p.state in MAYBE_TOLD and not p.trial and p.told_at]
    return max(heard, key=lambda p: (p.told_at, p.kind == Kind.CANCELLED), default=None)


def _cancelled(case: Case) -> tuple[list[Wanted], list[NeedsCall]]:
    wishes = cancelled_wishes(case)
    wanted = _judged(wishes, case)
    expected = case.told_start
    if not wishes or expected is None or expected <= case.now or any(w.state in OPEN for w in wanted):
        return wanted, []
    return wanted, [_call(case, expected, expected, cancelled=True)]


def _standing(case: Case) -> tuple[list[Wanted], list[NeedsCall]]:
    moves = moved_wishes(case)
    moved = _judged(moves, case)
    sooner = moved + _judged(confirmation_wishes(case), case)
    ahead = _covered(_judged(ahead_wishes(case), case), sooner, case)
    wanted = sooner + ahead + _judged(feedback_wishes(case) + followup_wishes(case), case)
    appointment = case.appointment
    if case.told is None or appointment.start <= case.now:
        return wanted, []
    if case.told.kind == Kind.CANCELLED:
        settled = any(w.state in OPEN for w in sooner + ahead)
    else:
        rested = case.rested(appointment.known_since)
        soon = any(w.state in WILL_LEAVE and w.due_at <= rested for w in ahead)
        settled = not moves or any(w.state in OPEN for w in moved) or soon
    return wanted, [] if settled else [_call(case, case.told.about_start, appointment.start)]


def _call(case: Case, told: datetime, truth: datetime, cancelled: bool = False) -> NeedsCall:
    recipient = case.recipient
    return NeedsCall(case.appointment.id, recipient.channel, recipient.address, told, truth, cancelled)


def _judged(wishes: Sequence[Wanted], case: Case) -> list[Wanted]:
    """The wishes that are not spent, each in the state in which it stands."""
    if not wishes:
        return []
    spent = {(p.kind, p.rule_id, p.about_start) for p in case.own if p.state not in OPEN | {State.WITHDRAWN}}
    return [_judge(w, case) for w in wishes if (w.kind, w.rule_id, w.about_start) not in spent]


def _judge(w: Wanted, case: Case) -> Wanted:
    """Not allowed, too late, to be looked at, or planned; as a person decided about this one."""
    own = own_of(w, case)
    w = as_decided(w, own, case)
    blocked = _blocked(w, case, own)
    if blocked is not None:
        return replace(w, state=State.WITHHELD, reason=blocked)
    leaves = _leaves_at(w, case)
    settled = w.kind not in AHEAD or leaves != w.due_at or own.due_at is not None
    if w.too_late_at <= (max(leaves, case.now) if settled else case.now):
        return replace(w, state=State.MISSED, reason=Reason("too_late", {"due": leaves.isoformat()}))
    held = _held(w, leaves, case)
    return w if held is None else replace(w, state=State.HELD, reason=held)


def _leaves_at(w: Wanted, case: Case) -> datetime:
    """When it leaves: what was late from the start waits until the change has rested."""
    known = case.appointment.known_since
    return case.rested(known) if w.kind in AHEAD and w.due_at < known else w.due_at


def _blocked(w: Wanted, case: Case, own: Own) -> Reason | None:
    appointment = case.appointment
    if own.withheld_by:
        return Reason("withheld_by_hand", {"by": own.withheld_by})
    if case.recipient.blocked is not None:
        return case.recipient.blocked
    if w.kind in ASKING and not case.recipient.agreed:
        return Reason("no_feedback_consent", {"address": w.recipient})
    if w.kind == Kind.FOLLOWUP and appointment.deaf is not None:
        return appointment.deaf
    gone = appointment.missing_since is not None and appointment.cancelled_at is None
    if appointment.missing_since is not None and gone and w.kind not in ASKING:
        return Reason("entry_missing", {"since": appointment.missing_since.isoformat()})
    used = own.asked
    if used is None:
        used = next(rule.placeholders for rule in case.rules if rule.id == w.rule_id)
    lacking = used & appointment.lacking | used - KNOWN_NAMES
    if case.recipient.named:
        lacking -= {"Name"}
    if w.kind == Kind.MOVED:
        lacking -= OLD_START if "Uhrzeit" not in appointment.lacking else {"AltesDatum"}
    if lacking:
        names = ", ".join(f"#{name}" for name in sorted(lacking))
        return Reason("placeholder_missing", {"placeholders": names})
    return None


def _held(w: Wanted, leaves: datetime, case: Case) -> Reason | None:
    if case.office.release == "never":
        return None
    held = case.recipient.held
    if w.kind in {Kind.MOVED, Kind.CANCELLED}:
        held = case.appointment.hold or held
    if held is None or _released(w, case):
        held = held_by_brake(w, leaves, case)
    if held is None and case.office.release == "always" and not _released(w, case):
        held = Reason("release_always")
    return held


def _released(w: Wanted, case: Case) -> bool:
    return any(
        p.released and (p.kind, p.rule_id, p.about_start) == (w.kind, w.rule_id, w.about_start)
        for p in case.own
    )


def _covered(ahead: list[Wanted], sooner: Sequence[Wanted], case: Case) -> list[Wanted]:
    """Withholds what another message about the same start says anyway (C16, one message a person).

    Of those that were late from the start only the nearest leaves, when the change has rested.
    """
    covers = [(p.due_at, p.kind) for p in case.own if _told_this(p, case)]
    covers += [(w.due_at, w.kind) for w in sooner if w.state in WILL_LEAVE]
    leaves = [_leaves_at(w, case) for w in ahead]
    open_ahead = [(w, at) for w, at in zip(ahead, leaves, strict=True) if w.state in WILL_LEAVE]
    covers += [(w.due_at, w.kind) for w, at in open_ahead if at <= case.now]
    late = [w for w, at in open_ahead if at != w.due_at]
    if not covers and leaves == [w.due_at for w in ahead]:
        return ahead
    nearest = max(late, key=lambda w: (w.due_at, w.rule_id), default=None)
    result = []
    for w, at in zip(ahead, leaves, strict=True):
        cover = next((kind for due, kind in covers if _covers(due, kind, w)), None)
        if nearest is not None and w in late and w is not nearest:
            cover = cover or nearest.kind
        if cover is not None and w.state != State.WITHHELD:
            result.append(replace(w, state=State.WITHHELD, reason=Reason("covered", {"kind": cover})))
        else:
            result.append(w if at == w.due_at else replace(w, due_at=at))
    return result


def _told_this(p: Past, case: Case) -> bool:
    return (
        p.about_start == case.appointment.start
        and p.kind in TELLING
        and p.state in MAYBE_TOLD
        and not p.trial
    )


def _covers(due: datetime, kind: Kind, w: Wanted) -> bool:
    return due > w.due_at if kind in AHEAD else due >= w.due_at
