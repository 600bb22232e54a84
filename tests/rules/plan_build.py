"""A small office for planning tests: rules, appointments, and a desk whose messages follow the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kehr.rules.plan.plan_values import NeedsCall, Office, Past, PlanAppointment, PlanRule, Recipient, Wanted
from kehr.rules.plan.planning import plan
from kehr.rules.terms.messages import OPEN, Channel, Kind, State
from kehr.rules.terms.timing import SendWindow, is_open

VIENNA = ZoneInfo("Europe/Vienna")
NUMBER = "+436641000001"
OFFICE = Office(VIENNA, SendWindow())
SMS = frozenset({Channel.SMS})


def at(text: str) -> datetime:
    """`10.03. 12:00` by Vienna's clock in 2026, as UTC."""
    day, clock = text.split()
    return datetime.strptime(f"{day}2026 {clock}", "%d.%m.%Y %H:%M").replace(tzinfo=VIENNA).astimezone(UTC)


def shown(moment: datetime) -> str:
    """The reverse of `at`."""
    return f"{moment.astimezone(VIENNA):%d.%m. %H:%M}"


LIVE = at("01.02. 12:00")
NOW = at("10.03. 12:00")
_IDS = {kind: number for number, kind in enumerate(Kind, start=1)}


def rule(kind: str, days: int = 2, clock: str = "17:00", **values: Any) -> PlanRule:
    """An SMS rule; its id is that of its kind unless told."""
    hour, minute = clock.split(":")
    defaults: dict[str, Any] = {
        "id": _IDS[Kind(kind)],
        "kind": Kind(kind),
        "channels": SMS,
        "days": days,
        "at": time(int(hour), int(minute)),
        "active_since": LIVE,
    }
    return PlanRule(**defaults | values)


EVERY_KIND = (
    rule("announcement", 14, "09:00"),
    rule("confirmation"),
    rule("reminder", 2),
    rule("moved"),
    rule("cancelled"),
    rule("feedback", 1, "10:00"),
)


def appointment(start: datetime, seen: datetime = LIVE, **values: Any) -> PlanAppointment:
    """An hour's appointment of one person, there since the calendar went live unless `seen` says later."""
    defaults: dict[str, Any] = {
        "id": 7,
        "start": start,
        "end": start + timedelta(hours=1),
        "first_seen_at": seen,
        "known_since": seen,
        "live_since": LIVE,
        "baseline": seen == LIVE,
        "recipients": (Recipient(Channel.SMS, NUMBER, agreed=True),),
    }
    return PlanAppointment(**defaults | values)


def past(
    kind: str, about: datetime, state: str = "accepted", told: datetime | None = None, **values: Any
) -> Past:
    """A message that exists, told at `told`."""
    defaults: dict[str, Any] = {
        "kind": Kind(kind),
        "rule_id": _IDS[Kind(kind)],
        "channel": Channel.SMS,
        "recipient": NUMBER,
        "about_start": about,
        "due_at": told or about - timedelta(days=2),
        "state": State(state),
        "told_at": told,
    }
    return Past(**defaults | values)


def brief(wanted: Sequence[Wanted]) -> list[str]:
    """Each wanted message as `kind state due reason`, by kind."""
    lines = [f"{w.kind} {w.state} {shown(w.due_at)} {w.reason.code}" for w in wanted]
    return sorted(lines)


@dataclass
class Desk:
    """One appointment and its messages: `settle` plans and lets the messages follow, as the action does."""

    appointment: PlanAppointment
    rules: Sequence[PlanRule] = EVERY_KIND
    office: Office = OFFICE
    now: datetime = NOW
    messages: dict[tuple[Any, ...], Past] = field(default_factory=dict)
    calls: list[NeedsCall] = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)

    def settle(self) -> bool:
        """Plans once; whether anything changed."""
        before = dict(self.messages)
        past = list(self.messages.values())
        self.wanted, self.calls = plan(self.appointment, self.rules, past, self.now, self.office)
        open_left = {identity for identity, p in self.messages.items() if p.state in OPEN}
        for w in self.wanted:
            assert w.identity not in {i for i, p in before.items() if p.state not in OPEN | {State.WITHDRAWN}}
            open_left.discard(w.identity)
            old = before.get(w.identity)
            if old is not None and old.state == State.WITHDRAWN and w.state == State.MISSED:
                continue
            self.messages[w.identity] = Past(
                w.kind, w.rule_id, w.channel, w.recipient, w.about_start, w.due_at, w.state, None
            )
        for identity in open_left:
            self.messages[identity] = replace(self.messages[identity], state=State.WITHDRAWN)
        return self.messages != before

    def move(self, start: datetime) -> None:
        """The calendar has the appointment at another start from now on."""
        self.appointment = replace(
            self.appointment, start=start, end=start + timedelta(hours=1), known_since=self.now
        )

    def cancel(self) -> None:
        """The appointment is cancelled for sure."""
        self.appointment = replace(self.appointment, cancelled_at=self.now)

    def uncancel(self) -> None:
        """It stands in the calendar again."""
        self.appointment = replace(self.appointment, cancelled_at=None, known_since=self.now)

    def due(self) -> list[tuple[Any, ...]]:
        """The identities of what leaves now."""
        ready = [(p.due_at, i) for i, p in self.messages.items() if p.state == State.PLANNED]
        return [i for due, i in sorted(ready, key=lambda pair: pair[0]) if due <= self.now]

    def send(self, state: State = State.ACCEPTED) -> list[str]:
        """Sends what is due, deciding again before each; the kinds that left."""
        left = []
        self.settle()
        while ready := self.due():
            self.messages[ready[0]] = replace(self.messages[ready[0]], state=state, told_at=self.now)
            left.append(f"{self.messages[ready[0]].kind} {shown(self.messages[ready[0]].about_start)}")
            self.settle()
        return left

    def run(self, until: datetime, step: timedelta = timedelta(minutes=5)) -> list[str]:
        """Sends round after round, while the window is open, until `until`."""
        left = []
        while self.now < until:
            self.settle()
            if is_open(self.office.window, self.now, self.office.zone):
                left += self.send()
            self.now += step
        self.settle()
        return left
