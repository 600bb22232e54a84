"""The Nachholliste (C11): what was missed, and how long the box was off; sends it anew, or lets it be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kehr.actions.decide.change_message import usual_text
from kehr.actions.decide.decide_waiting import settle_messages
from kehr.actions.decide.missed_work import missed_now
from kehr.actions.facts.office_facts import office_of
from kehr.actions.manual.offer_manual import offer_manual, view_for
from kehr.actions.manual.open_manual_list import Source, open_manual_list
from kehr.actions.manual.send_manual import AskAgain, ListClosed, send_manual
from kehr.models import Alarm, Company, Message, db
from kehr.rules.plan.catch_up import why_not_now
from kehr.rules.plan.manual_list import Choice, Line, Wish, mark_of
from kehr.rules.plan.plan_values import Reason
from kehr.rules.terms.messages import Channel, Kind

OUTAGE_SHOWN_FOR = timedelta(days=3)
MOST = 200
TITLE = "Nachholliste"


@dataclass(frozen=True, slots=True)
class Missed:
    """A message that never left; `reason` is why it cannot simply be sent now, None when it can."""

    message: Message
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Outage:
    """When the box was off."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """What came of sending: how many leave, and why the others do not."""

    sent: int
    refused: tuple[Missed, ...]


def list_missed(now: datetime) -> list[Missed]:
    """What was missed, what can still be sent first, then by appointment."""
    rows = db.session.scalars(
        select(Message)
        .options(joinedload(Message.appointment))
        .where(missed_now(now))
        .order_by(Message.appointment_start.desc(), Message.due_at, Message.id)
        .limit(MOST)
    )
    found = [Missed(message, _against(message, now)) for message in rows]
    return sorted(found, key=lambda one: (one.reason is not None, _start_of(one), one.message.id))


def last_outage(now: datetime) -> Outage | None:
    """The latest time that the box was off, for some days after it."""
    alarm = db.session.scalars(
        select(Alarm)
        .where(Alarm.code == "was_off", Alarm.closed_at > now - OUTAGE_SHOWN_FOR)
        .order_by(Alarm.id.desc())
        .limit(1)
    ).first()
    return None if alarm is None or alarm.closed_at is None else Outage(alarm.opened_at, alarm.closed_at)


def send_missed(message_ids: Iterable[str], by: str, now: datetime) -> CaughtUp:
    """Writes missed messages anew, each as a message by hand with its text as it reads now.

    Only what is still true leaves: the appointment stands and lies ahead, the number is still theirs and
    the consent holds. The same words go to nobody twice, however often somebody clicks.
    """
    query = select(Message).where(Message.id.in_(list(message_ids)), missed_now(now)).order_by(Message.id)
    refused: list[Missed] = []
    groups: dict[tuple[str, str, str], list[Message]] = defaultdict(list)
    for message in db.session.scalars(query):
        reason = _against(message, now)
        if reason is not None:
            refused.append(Missed(message, reason))
            continue
        text, subject = usual_text(message)
        wording = (message.own_text or text, message.own_subject or subject)
        groups[message.channel, *wording].append(message)
    sent: list[str] = []
    for (channel, text, subject), messages in groups.items():
        done, left = _send(messages, Wish(Channel(channel), text, subject), by, now)
        sent += done
        refused += left
    return CaughtUp(settle_messages(sent, by, now), tuple(refused))


def rephrase_missed(message_ids: Iterable[str], by: str, now: datetime) -> str | None:
    """Opens the manual window with exactly these people; None when nothing of it is left to do."""
    query = select(Message).where(Message.id.in_(list(message_ids)), missed_now(now))
    messages = list(db.session.scalars(query.order_by(Message.appointment_start, Message.id)))
    return _open(messages, by, now) if messages else None


def _against(message: Message, now: datetime) -> Reason | None:
    row = message.appointment
    return why_not_now(
        Kind(message.kind),
        message.about_start,
        row.start if row is not None else None,
        now,
        cancelled=row is not None and row.cancelled_at is not None,
        missing=row is not None and row.missing_since is not None,
    )


def _start_of(one: Missed) -> datetime:
    return one.message.appointment_start or one.message.due_at


def _open(messages: Sequence[Message], by: str, now: datetime) -> str:
    places = [(one.property_id, one.person_id, one.appointment_id) for one in messages]
    zone = office_of(db.session.get_one(Company, 1)).zone
    return open_manual_list(Source(places=places), TITLE, by, zone, now)


def _send(messages: Sequence[Message], wish: Wish, by: str, now: datetime) -> tuple[list[str], list[Missed]]:
    """Sends one wording; the ids that left or had it already, and the rest with its reason."""
    list_id = _open(messages, by, now)
    view = view_for(list_id, wish)
    lines = view.lines if view is not None else ()
    subjects = view.subjects if view is not None else {}

    def line_of(message: Message) -> Line | None:
        place = (message.appointment_id, message.person_id)
        return next(
            (
                line
                for line in lines
                if place
                == (
                    getattr(subjects[line.id].appointment, "id", None),
                    getattr(subjects[line.id].person, "id", None),
                )
            ),
            None,
        )

    marks = {one.id: mark_of(line.id, one.recipient) for one in messages if (line := line_of(one))}
    wish = replace(wish, choice=Choice.SINGLE, ticks=frozenset(marks.values()))
    if view is None:
        return [], [Missed(one, Reason("catch_up_unreachable")) for one in messages]
    offer = offer_manual(view, wish, now)
    against = {(item.address, item.line.about): item.reason for item in offer.held_back}
    wish = replace(wish, left_out=frozenset(item.line.id for item in offer.held_back))
    try:
        send_manual(list_id, wish, offer_manual(view, wish, now).stamp, by, now)
    except (AskAgain, ListClosed):
        return [], []
    done = {item.address for item in offer.leaving} | {told.address for told in offer.told}
    sent = [one.id for one in messages if one.id in marks and one.recipient in done]
    reasons = {address: reason for (address, _about), reason in against.items()}
    left = [
        Missed(one, reasons.get(one.recipient) or Reason("catch_up_unreachable"))
        for one in messages
        if one.id not in sent
    ]
    return sent, left
