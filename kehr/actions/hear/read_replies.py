"""Asks gateways for the SMS that people sent to our numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, update

from kehr.actions.hear.ask_gateway import answer_of, gateways_that, note_replies_answer, note_silence, opened
from kehr.actions.hear.keep_reply import keep_reply
from kehr.actions.plan.plan_messages import plan_messages
from kehr.gateways.contract import Gateway as Sender
from kehr.gateways.contract import GatewayError, IncomingReply, PollsReplies
from kehr.models import Gateway, db, writing

EVERY = timedelta(minutes=3)
OVERLAP = timedelta(hours=24)
"""So far behind the last reading every question reaches back; what was here before is dropped."""
GAP = timedelta(minutes=5)
"""Who was last read so long ago was out of reach in between, whoever was off."""


def read_replies(now: Callable[[], datetime], *, at_once: bool = False) -> int:
    """Asks each gateway that can be polled for replies; how many were new.

    An account is asked every 3 minutes, or `at_once`. What came in between the last reading (and 24 hours
    before it) and now is kept in one transaction with the mark that it was read, so that nothing is lost
    and nothing kept twice.
    """
    new = 0
    for gateway_id in gateways_that(lambda abilities: abilities.polls_replies):
        if not _claim(gateway_id, now(), at_once):
            continue
        try:
            new += _read(gateway_id, now)
        except GatewayError as error:
            note_silence(gateway_id, error, now())
    if new:
        plan_messages(now())
    return new


def _claim(gateway_id: int, now: datetime, at_once: bool) -> bool:
    """Takes the turn; a mark that lies ahead was set by a clock that was wrong."""
    asked = Gateway.replies_asked_at
    due = or_(asked.is_(None), asked <= now - EVERY, asked > now)
    with writing() as session:
        query = update(Gateway).where(Gateway.id == gateway_id)
        if not at_once:
            query = query.where(due)
        claimed: Any = session.execute(query.values(replies_asked_at=now))
        return bool(claimed.rowcount == 1)


def _read(gateway_id: int, now: Callable[[], datetime]) -> int:
    gateway = db.session.get_one(Gateway, gateway_id, populate_existing=True)
    until = now()
    last = min(gateway.replies_until or until, until)
    silent = gateway.unreachable_since is not None or until - last > GAP
    with opened(gateway_id, now) as sender:
        replies = answer_of(gateway_id, lambda: _replies_of(sender, last - OVERLAP, until, silent))
    with writing() as session:
        note_replies_answer(session, gateway_id, now())
        session.get_one(Gateway, gateway_id).replies_until = until
        kept = [keep_reply(session, gateway_id, reply, now()) for reply in replies]
    db.session.expunge_all()
    return sum(reply is not None for reply in kept)


def _replies_of(sender: Sender, since: datetime, until: datetime, silent: bool) -> list[IncomingReply]:
    if not isinstance(sender, PollsReplies):
        raise TypeError(f"{sender.kind} says that it can be asked for replies")
    return sender.read_replies(since, until, after_outage=silent)
