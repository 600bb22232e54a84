"""Shows what was moved or vanished together as one question, and how one text for all would read (C07)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from kehr.actions.decide.change_message import usual_text
from kehr.actions.decide.decide_bundle import held_of
from kehr.actions.decide.waiting_work import BUNDLED
from kehr.actions.facts.house_facts import load_houses
from kehr.actions.facts.office_facts import BranchFacts, OfficeFacts, load_office
from kehr.actions.plan.preview_draft import DraftPreview
from kehr.actions.texts.manual_text import told_starts
from kehr.actions.texts.render_message import facts_with, put_into_words, told_start
from kehr.models import Appointment, Message, db
from kehr.rules.plan.planning import KNOWN_NAMES
from kehr.rules.terms.messages import Channel, Kind
from kehr.rules.terms.sms import count
from kehr.rules.texts.bundle_text import plain_lines
from kehr.rules.texts.draft import dear_characters
from kehr.rules.texts.outgoing import Composed
from kehr.rules.texts.text import TextFacts, check_template, values_for

CHOICES = 12
"""So many of the messages can be picked to be read."""


@dataclass(frozen=True, slots=True)
class JointBundle:
    """Messages of one kind that wait for one decision, by appointment.

    `text` and `subject` are those of the settings. `stamp` changes with whatever waits here. `unreached` are
    the appointments of the bundle about which no message waits; `worded` the messages that somebody gave
    a text of their own; `told` the starts that their recipients know, by message.
    """

    key: str
    kind: Kind
    messages: tuple[Message, ...]
    told: dict[str, datetime]
    text: str
    subject: str
    stamp: str
    unreached: int
    worded: int

    @property
    def emails(self) -> int:
        """How many of them are e-mails."""
        return sum(message.channel == Channel.EMAIL for message in self.messages)

    @property
    def people(self) -> int:
        """How many numbers and addresses they go to."""
        return len({message.recipient for message in self.messages})

    @property
    def several(self) -> int:
        """How many of those get more than one."""
        counts = Counter((message.channel, message.recipient) for message in self.messages)
        return sum(many > 1 for many in counts.values())


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as one of them would read it, and what it comes to for all.

    `parts` are SMS, `long` the messages that take more than one; `cost` in ten-thousandths of a euro, None
    where a price is not known. `gaps` says by placeholders whom they cannot be filled for.
    """

    shown: Message
    found: DraftPreview
    parts: int
    long: int
    cost: int | None
    gaps: dict[str, tuple[str, ...]]
    deaf: bool


def show_joint_bundle(key: str) -> JointBundle | None:
    """The bundle, where it is of those that one text can answer; None for others and for none."""
    query = held_of(key).options(joinedload(Message.appointment), joinedload(Message.rule))
    ordered = query.order_by(None).order_by(Message.appointment_start, Message.recipient_name, Message.id)
    messages = tuple(db.session.scalars(ordered))
    kinds = {message.kind for message in messages}
    if len(kinds) != 1 or any(message.reason not in BUNDLED for message in messages):
        return None
    text, subject = usual_text(messages[0])
    return JointBundle(
        key=key,
        kind=Kind(kinds.pop()),
        messages=messages,
        told=_told(messages),
        text=plain_lines(text),
        subject=subject,
        stamp=stamp_of(messages),
        unreached=_unreached(key, messages),
        worded=sum(bool(message.own_text) for message in messages),
    )


def stamp_of(messages: Sequence[Message]) -> str:
    """Tells two bundles apart: which messages wait, and what they say."""
    said = sorted(f"{one.id} {one.own_text or usual_text(one)[0]} {one.own_subject}" for one in messages)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:24]


def read_bundle(
    messages: Sequence[Message], text: str, subject: str, now: datetime, chosen: str = ""
) -> Reading:
    """How `text` would read for each of them; the one that is shown is `chosen` by its id, or the first."""
    facts = load_office([])
    about = _facts_of(messages, facts)
    said = compose_all(messages, about, facts, text, subject, now)
    shown = next((one for one in messages if one.id == chosen), messages[0])
    sms = [one for one in messages if one.channel == Channel.SMS]
    return Reading(
        shown=shown,
        found=_preview(shown, about[shown.id], said[shown.id], text, subject, facts, now),
        parts=sum(said[one.id].parts for one in sms),
        long=sum(said[one.id].parts > 1 for one in sms),
        cost=_cost(sms, said, facts),
        gaps=gaps_of(messages, said),
        deaf=any(_branch(one, facts).deaf for one in sms),
    )


def refused_gaps(
    messages: Sequence[Message], text: str, subject: str, now: datetime
) -> dict[str, tuple[str, ...]]:
    """Whom this text cannot be filled for, by placeholders; empty when it may leave."""
    facts = load_office([])
    said = compose_all(messages, _facts_of(messages, facts), facts, text, subject, now)
    return gaps_of(messages, said)


def compose_all(
    messages: Sequence[Message],
    about: dict[str, TextFacts],
    facts: OfficeFacts,
    text: str,
    subject: str,
    now: datetime,
) -> dict[str, Composed]:
    """Each message as it would leave when it is due, with its own date."""
    zone = facts.office.zone
    found = {}
    for one in messages:
        assert one.rule is not None  # noqa: S101 - what is written by hand is never held in a bundle
        moment = max(now, one.due_at)
        found[one.id] = put_into_words(one, one.rule, about[one.id], zone, moment, text or " ", subject)
    return found


def gaps_of(messages: Sequence[Message], said: dict[str, Composed]) -> dict[str, tuple[str, ...]]:
    """The names of those for whom a placeholder has no value, by these placeholders."""
    found: dict[str, tuple[str, ...]] = {}
    for one in messages:
        missing = ", ".join(f"#{name}" for name in said[one.id].missing if name in KNOWN_NAMES)
        if missing:
            found[missing] = (*found.get(missing, ()), one.recipient_name or one.recipient)
    return found


def _facts_of(messages: Sequence[Message], facts: OfficeFacts) -> dict[str, TextFacts]:
    rows = {one.id: _row(one) for one in messages}
    houses = load_houses(row.property_id for row in rows.values())
    told = _told(messages)
    found = {}
    for one in messages:
        house = houses.get(rows[one.id].property_id or 0)
        found[one.id] = facts_with(one, rows[one.id], facts, house, told.get(one.id))
    return found


def _row(message: Message) -> Appointment:
    assert message.appointment is not None  # noqa: S101 - a bundle is of appointments
    return message.appointment


def _branch(message: Message, facts: OfficeFacts) -> BranchFacts:
    return facts.calendars[_row(message).calendar_id].branch


def _told(messages: Sequence[Message]) -> dict[str, datetime]:
    """The start that each recipient expects; only what was moved speaks of it."""
    moved = [one for one in messages if one.kind == Kind.MOVED and one.appointment_id is not None]
    known = told_starts({one.appointment_id for one in moved if one.appointment_id is not None})
    found = {
        one.id: told_start(one)
        if one.second_of
        else known.get((one.appointment_id or 0, one.channel, one.recipient))
        for one in moved
    }
    return {id_: start for id_, start in found.items() if start is not None}


def _preview(
    shown: Message,
    about: TextFacts,
    composed: Composed,
    text: str,
    subject: str,
    facts: OfficeFacts,
    now: datetime,
) -> DraftPreview:
    values = values_for(about, max(now, shown.due_at), facts.office.zone)
    return DraftPreview(
        composed=composed,
        count=count(composed.text),
        dear=dear_characters(text, values, composed.text) if shown.channel == Channel.SMS else (),
        complaints=check_template(text) + check_template(subject),
        name=shown.recipient_name,
        start=about.start or now,
        nominal=None,
        due=None,
        past=False,
        link_refused="",
        sample=False,
    )


def _cost(sms: Sequence[Message], said: dict[str, Composed], facts: OfficeFacts) -> int | None:
    total = 0
    for one in sms:
        gateway = facts.gateways.get(_branch(one, facts).gateways.get(Channel.SMS, 0))
        if gateway is None or gateway.price is None:
            return None
        total += said[one.id].parts * gateway.price
    return total if sms else None


def _unreached(key: str, messages: Sequence[Message]) -> int:
    query = select(func.count()).where(Appointment.hold_key == key, Appointment.hold_code != "")
    return max(0, (db.session.scalar(query) or 0) - len({one.appointment_id for one in messages}))
