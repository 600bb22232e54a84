"""What each person that an appointment concerns was told of it, will be, or why nothing comes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select

from kehr.actions.facts.office_facts import CalendarFacts
from kehr.models import Appointment, ManualSend, Message, db
from kehr.rules.entries.residents import House, HousePerson
from kehr.rules.terms.messages import IN_PERSON, Channel, Kind, State
from kehr.words import NOTICE_TO

AT_ONCE = 500
TELLING = (Kind.ANNOUNCEMENT, Kind.CONFIRMATION, Kind.REMINDER, Kind.MOVED, Kind.MANUAL)
"""Kinds that tell somebody of a start."""
SAYS_WHEN = ("#datum", "#tagwort", "#wochentag", "#uhrzeit", "#zeitfenster")
"""With one of these, or with a day such as 12.03., a text by hand tells of a start; a reminder to pay
does not.
"""
LEFT = (State.SENDING, State.ACCEPTED, State.DELIVERED, State.UNCLEAR)
WILL_LEAVE = (State.PLANNED, State.HELD)
RANK = {
    state: rank
    for rank, state in enumerate(
        (
            State.DELIVERED,
            State.ACCEPTED,
            State.SENDING,
            State.UNCLEAR,
            State.PLANNED,
            State.HELD,
            State.UNDELIVERED,
            State.REFUSED,
            State.MISSED,
            State.WITHHELD,
        )
    )
}
"""Of several messages to somebody the one that stands first here says how he stands."""


class ToldRow(NamedTuple):
    """What the lists need of a message."""

    id: str
    appointment_id: int
    kind: str
    channel: str
    recipient: str
    recipient_name: str
    person_id: int | None
    state: str
    trial: bool
    reason: str
    reason_args: dict[str, Any]
    due_at: datetime
    next_try_at: datetime | None
    sent_at: datetime | None
    delivered_at: datetime | None

    @property
    def tells(self) -> bool:
        """Whether the recipient hears of the appointment by this; what trial mode records tells nobody."""
        return self.state in WILL_LEAVE or (self.state in LEFT and not self.trial)


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody whom an appointment concerns. `messages` begin with the one that says how he stands.

    Without messages `code` and `args` name the reason.
    """

    name: str
    unit: str = ""
    person_id: int | None = None
    messages: tuple[ToldRow, ...] = ()
    code: str = ""
    args: Mapping[str, Any] = field(default_factory=dict)

    @property
    def best(self) -> ToldRow | None:
        """The message that says how he stands."""
        return self.messages[0] if self.messages else None

    @property
    def told(self) -> bool:
        """Whether he is told or will be."""
        return self.best is not None and self.best.tells

    @property
    def standing(self) -> tuple[int, bool]:
        """What those who stand alike have in common; the best off come first."""
        if self.best is None:
            return len(RANK), False
        return RANK[State(self.best.state)], self.best.trial


def untold_condition() -> ColumnElement[bool]:
    """Appointments of which nobody is told of the start that they have now, nor will be."""
    tells = or_(Message.state.in_(WILL_LEAVE), and_(Message.state.in_(LEFT), Message.trial == false()))
    return ~exists().where(
        Message.appointment_id == Appointment.id,
        Message.kind.in_(TELLING),
        _says_when(),
        or_(Message.about_start == Appointment.start, Message.about_start.is_(None)),
        tells,
    )


def _says_when() -> ColumnElement[bool]:
    """Not what was written by hand and says nothing of a start."""
    text = func.coalesce(func.nullif(Message.own_text, ""), ManualSend.text)
    said = or_(*(text.icontains(word) for word in SAYS_WHEN), text.like("%__.__.%"))
    by_hand = exists().where(ManualSend.id == Message.manual_send_id, said).correlate(Message)
    return or_(Message.kind != Kind.MANUAL, by_hand)


def load_told(appointment_ids: Sequence[int]) -> dict[int, list[ToldRow]]:
    """By appointment the messages about the start that it has now; withdrawn ones are passed over."""
    found: dict[int, list[ToldRow]] = defaultdict(list)
    columns = [getattr(Message, name) for name in ToldRow._fields]
    for at in range(0, len(appointment_ids), AT_ONCE):
        query = (
            select(*columns)
            .join(Appointment, Appointment.id == Message.appointment_id)
            .where(
                Message.appointment_id.in_(appointment_ids[at : at + AT_ONCE]),
                Message.kind.in_(TELLING),
                _says_when(),
                Message.state != State.WITHDRAWN,
                or_(Message.about_start == Appointment.start, Message.about_start.is_(None)),
            )
        )
        for row in db.session.execute(query):
            found[row.appointment_id].append(ToldRow._make(row))
    return found


def parties_of(
    row: Appointment, house: House | None, told: Sequence[ToldRow], calendar: CalendarFacts | None
) -> tuple[Party, ...]:
    """Everybody whom an appointment concerns: the people of its object, then whoever stands in the entry."""
    left = sorted(told, key=lambda m: (RANK[State(m.state)] + 20 * (not m.tells), m.due_at, m.id))
    parties = []
    for person in house.meant(row.person_id) if house else ():
        values = {address.value for address in person.addresses if address.value}
        own = tuple(m for m in left if m.person_id == person.id or m.recipient in values)
        code, args = ("", {}) if own else _why_nothing(row, person, calendar)
        name = person.full_name or row.name
        parties.append(Party(name, person.unit, person.id, own, code, args))
    seen = {m.id for party in parties for m in party.messages}
    others = _others([m for m in left if m.id not in seen and (m.recipient or not parties)])
    parties += [Party(found[0].recipient_name, messages=tuple(found)) for found in others.values()]
    if not parties:
        code, args = _why_nothing(row, None, calendar)
        parties.append(Party(row.name, code=code, args=args))
    return tuple(parties)


def _others(left: Sequence[ToldRow]) -> dict[str, list[ToldRow]]:
    """By address what nobody of the object got. A slip for whoever stands in the entry, or a call with him,
    told all of his addresses.
    """
    in_person = [m for m in left if m.channel in IN_PERSON and m.recipient != NOTICE_TO]
    found: dict[str, list[ToldRow]] = defaultdict(list)
    for message in left:
        if message not in in_person:
            found[message.recipient].append(message)
    sent = [address for address in found if address != NOTICE_TO]
    for address in sent:
        found[address][:0] = in_person
    if in_person and not sent:
        found[in_person[0].recipient] = in_person
    return found


def _why_nothing(
    row: Appointment, person: HousePerson | None, calendar: CalendarFacts | None
) -> tuple[str, dict[str, Any]]:
    """Why there is not even a message that was withheld."""
    name = person.full_name if person else row.name
    if calendar is None or not calendar.active:
        return "untold_calendar_off", {"calendar": calendar.name if calendar else "?"}
    if calendar.live_since is None:
        return "untold_not_live", {"calendar": calendar.name}
    if not calendar.rules:
        return "untold_no_rule", {"calendar": calendar.name}
    if person is not None and not person.phones and not person.emails:
        return "untold_no_way", {"name": name or "?"}
    if person is not None and Channel.EMAIL not in calendar.channels and not person.phones:
        return "untold_only_email", {"name": name or "?"}
    if person is not None and Channel.SMS not in calendar.channels and not person.emails:
        return "untold_only_sms", {"name": name or "?"}
    return "untold_nothing_due", {}
