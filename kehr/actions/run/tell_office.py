"""Tells the office by mail of each trouble, once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update

from kehr.actions.facts.gateway_queue import sender_of
from kehr.actions.facts.office_facts import gateway_for
from kehr.actions.run.self_test import ALARM as SELF_TEST_ALARM
from kehr.gateways.contract import GatewayError, Misconfigured, NotTaken, OutgoingMessage
from kehr.models import Alarm, Branch, Company, Gateway, db, writing
from kehr.rules.terms.messages import Channel
from kehr.words import alarm_sentence

SETTLED_AGAIN = timedelta(hours=6)
"""A trouble that comes back within this time is shown, but not told again."""

AGAIN_AFTER = timedelta(minutes=15)
"""How long a mail that was surely not sent waits: a wrong password tried every round locks the account."""
NOT_SENT = "not sent: "

log = logging.getLogger(__name__)


def tell_office(now: Callable[[], datetime]) -> int:
    """Sends one mail for each open trouble that has not been told; how many left.

    The alarm is marked as told and committed first, so that a crash never tells it twice.
    """
    told = 0
    query = select(Alarm.id).where(_untold(now()), Alarm.closed_at.is_(None)).order_by(Alarm.id)
    for alarm_id in list(db.session.scalars(query)):
        told += _tell(alarm_id, now)
    db.session.rollback()
    return told


def _untold(now: datetime) -> ColumnElement[bool]:
    tried = and_(Alarm.told_note.startswith(NOT_SENT), Alarm.told_at < now - AGAIN_AFTER)
    return or_(Alarm.told_at.is_(None), tried)


def _tell(alarm_id: int, now: Callable[[], datetime]) -> int:
    with writing() as session:
        company = session.get(Company, 1)
        if company is None:
            return 0
        gateways = list(session.scalars(select(Gateway).order_by(Gateway.id)))
        branch = session.scalars(
            select(Branch).where(Branch.archived_at.is_(None)).order_by(Branch.id)
        ).first()
        channel, recipient = _way(session.get_one(Alarm, alarm_id), company, branch, gateways)
        if not recipient:
            return 0
        claimed: Any = session.execute(
            update(Alarm).where(Alarm.id == alarm_id, _untold(now())).values(told_at=now(), told_note="")
        )
        if claimed.rowcount != 1:
            return 0
        alarm = session.get_one(Alarm, alarm_id, populate_existing=True)
        if _told_lately(session, alarm):
            alarm.told_note = "told_lately"
            return 0
        gateway = gateway_for(branch, channel, gateways)
        if gateway is None:
            alarm.told_note = "no_gateway"
            return 0
        outgoing = _mail(alarm, company, gateway)
        if channel == Channel.SMS:
            outgoing = _short(outgoing, recipient, branch, gateway)
        try:
            sender = sender_of(gateway, now)
        except Misconfigured as error:
            alarm.told_note = f"{error.code}: {error.detail}"
            return 0
    return _send(alarm_id, sender, outgoing)


def _way(
    alarm: Alarm, company: Company, branch: Branch | None, gateways: list[Gateway]
) -> tuple[Channel, str]:
    """By which channel and to whom: by mail, unless mail is what does not work and an SMS can go."""
    by_sms = alarm.key == f"{SELF_TEST_ALARM}{Channel.EMAIL}" and company.self_test_sms
    if by_sms and gateway_for(branch, Channel.SMS, gateways) is not None:
        return Channel.SMS, company.self_test_sms
    return Channel.EMAIL, company.email


def _short(mail: OutgoingMessage, recipient: str, branch: Branch | None, gateway: Gateway) -> OutgoingMessage:
    """The same as an SMS."""
    released = [str(sender["address"]) for sender in gateway.senders]
    own = branch.sender if branch is not None else ""
    sender = own or (released[0] if released else "")
    text = mail.text.replace("\n\n", " ")
    return replace(mail, channel=Channel.SMS, recipient=recipient, text=text, sender=sender, subject="")


def _told_lately(session: Any, alarm: Alarm) -> bool:
    query = select(Alarm).where(
        Alarm.key == alarm.key,
        Alarm.id != alarm.id,
        Alarm.told_at.is_not(None),
        Alarm.closed_at > alarm.opened_at - SETTLED_AGAIN,
    )
    mark = alarm.args.get("mark")  # another change of the log is another trouble
    return any(told.args.get("mark") == mark for told in session.scalars(query))


def _mail(alarm: Alarm, company: Company, gateway: Gateway) -> OutgoingMessage:
    sentence = alarm_sentence(alarm.code, alarm.args, company.zoneinfo)
    released = [str(sender["address"]) for sender in gateway.senders]
    return OutgoingMessage(
        id=f"alarm-{alarm.id}-{alarm.opened_at:%Y%m%d%H%M%S}",
        channel=Channel.EMAIL,
        recipient=company.email,
        text=f"{sentence}\n\nKehrbote, {company.name}",
        sender=released[0] if released else company.email,
        sender_name="Kehrbote",
        subject="Kehrbote braucht Sie",
    )


def _send(alarm_id: int, sender: Any, outgoing: OutgoingMessage) -> int:
    note = ""
    try:
        sender.send(outgoing)
    except GatewayError as error:
        log.warning("alarm %s was not told: %s", alarm_id, error)
        note = f"{NOT_SENT if isinstance(error, NotTaken) else ''}{error.code}: {error.detail}"
    finally:
        sender.close()
    with writing() as session:
        session.get_one(Alarm, alarm_id).told_note = note
    return 0 if note else 1
