"""Gathers everything about one message: what it says, why it stands there, what can be done now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from kehr.actions.decide.change_message import MOVABLE, TOLD_BY_PHONE
from kehr.actions.facts.gateway_queue import account_options
from kehr.actions.hear.show_conversation import replies_to
from kehr.actions.money.foresee_meters import what_holds_up
from kehr.actions.texts.render_message import preview_text
from kehr.gateways.registry import abilities_of
from kehr.models import Appointment, Company, Consent, Gateway, ManualSend, Message, MessageEvent, Reply, db
from kehr.rules.plan.plan_values import Reason
from kehr.rules.terms import sms
from kehr.rules.terms.messages import MOVES, OPEN, Channel, State

MOST_EVENTS = 200


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message. `text` is what left, or what would leave at this moment while it is open.

    `missing` names placeholders that cannot be filled. `deeds` are the things a person may do now:
    send_now, move, edit, withhold, take_back, tell_by_phone, send_again, mark_sent, release, grant,
    revoke. `reports_delivery` tells whether its gateway can ever
    say that it arrived; None when no gateway is known yet. `send` is what it was written in by hand.
    `replies` are what was answered to it. A digest's `carried` left inside it; what left inside another
    names that `carrier`. `seconds` are the e-mails in the place of this SMS. `short` is the quota or counter
    that has no room for it; with `overdue` it waits for nothing else.
    """

    message: Message
    appointment: Appointment | None
    send: ManualSend | None
    carrier: Message | None
    carried: tuple[Message, ...]
    seconds: tuple[Message, ...]
    events: tuple[MessageEvent, ...]
    text: str
    subject: str
    missing: tuple[str, ...]
    live: bool
    characters: int
    parts: int
    deeds: frozenset[str]
    reports_delivery: bool | None
    replies: tuple[Reply, ...] = ()
    short: Reason | None = None
    overdue: bool = False


def show_message(message_id: str, now: datetime) -> MessageView | None:
    """The message with this id, or None."""
    message = db.session.get(Message, message_id)
    if message is None:
        return None
    live = message.state in OPEN
    text, subject = message.text, message.subject
    missing: tuple[str, ...] = ()
    if live:
        preview = preview_text(message, now)
        text, subject, missing = preview.text, preview.subject, tuple(f"#{name}" for name in preview.missing)
    due = message.next_try_at or message.due_at
    counted = sms.count(text) if message.channel == Channel.SMS and text else None
    return MessageView(
        message=message,
        appointment=message.appointment,
        send=message.manual_send,
        carrier=db.session.get(Message, message.carrier_id) if message.carrier_id else None,
        carried=_carried(message_id),
        seconds=_seconds(message_id),
        events=_events(message_id),
        text=text,
        subject=subject,
        missing=missing,
        live=live,
        characters=len(text),
        parts=message.parts or (counted.parts if counted else 0),
        deeds=possible_deeds(message, _granted(message.recipient)),
        reports_delivery=_reports_delivery(message.gateway_id),
        replies=tuple(replies_to(message)),
        short=what_holds_up(message, counted.parts if counted else 0, now) if live else None,
        overdue=live and due <= now,
    )


def possible_deeds(message: Message, granted: bool | None) -> frozenset[str]:
    """What a person may do with a message now; `granted` is the newest consent, None without one."""
    state = State(message.state)
    deeds = set()
    if state in (State.UNCLEAR, State.REFUSED):
        deeds |= {"send_again"} if State.PLANNED in MOVES[state] else set()
        deeds |= {"mark_sent"} if State.ACCEPTED in MOVES[state] else set()
    if state == State.HELD:
        deeds.add("release")
    if state == State.WITHHELD and message.reason in ("no_consent", "revoked") and message.recipient:
        deeds.add("grant")
    if granted and message.recipient:
        deeds.add("revoke")
    return frozenset(deeds | _changes(message, state))


def _changes(message: Message, state: State) -> set[str]:
    """What a person may change about a message that has not left, or note about one that did not arrive."""
    deeds = set()
    if state in MOVABLE:
        deeds |= {"move", "edit", "withhold"}
    if state == State.PLANNED:
        deeds.add("send_now")
    if state == State.WITHHELD and message.dealt_by:
        deeds.add("take_back")
    if state == State.WITHHELD and message.reason == "placeholder_missing":
        deeds.add("edit")
    unheard = state in TOLD_BY_PHONE and message.appointment_id is not None
    if unheard and not message.dealt_by and message.reason != "covered":
        deeds.add("tell_by_phone")
    return deeds


def _granted(address: str) -> bool | None:
    return db.session.scalar(
        select(Consent.granted)
        .where(Consent.address == address, Consent.purpose == "appointment")
        .order_by(Consent.id.desc())
        .limit(1)
    )


def _carried(message_id: str) -> tuple[Message, ...]:
    query = select(Message).where(Message.carrier_id == message_id)
    return tuple(db.session.scalars(query.order_by(Message.appointment_start, Message.id)))


def _seconds(message_id: str) -> tuple[Message, ...]:
    query = select(Message).where(Message.second_of == message_id, Message.state != State.WITHDRAWN)
    return tuple(db.session.scalars(query.order_by(Message.due_at, Message.id)))


def _events(message_id: str) -> tuple[MessageEvent, ...]:
    query = select(MessageEvent).where(MessageEvent.message_id == message_id).order_by(MessageEvent.id)
    return tuple(db.session.scalars(query.limit(MOST_EVENTS)))


def _reports_delivery(gateway_id: int | None) -> bool | None:
    gateway = db.session.get(Gateway, gateway_id) if gateway_id is not None else None
    company = db.session.get(Company, 1)
    if gateway is None or company is None:
        return None
    abilities = abilities_of(gateway.kind, account_options(gateway, company))
    return abilities.polls_states or abilities.pushes_states
