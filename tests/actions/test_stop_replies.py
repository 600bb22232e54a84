"""A STOP counts for its number wherever it stands, whatever is under way, and however often it is said."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.hear.keep_reply import keep_reply
from kehr.actions.people.consent_state import consent_states
from kehr.actions.people.record_consent import grant
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.send.send_due import send_due
from kehr.gateways.contract import IncomingReply
from kehr.models import Consent, Reply, db, writing
from tests import builders
from tests.actions.outbox import Outbox
from tests.conftest import NOON
from tests.fakes.link_server import LinkServer

NUMBER = "+436640000001"
HOUR = timedelta(hours=1)
Threads = Callable[[Callable[[], Any]], Callable[[], Any]]


@pytest.fixture
def outbox(app: Flask, link: LinkServer) -> Outbox:
    """One number with one reminder due now and one due in a day."""
    outbox = Outbox.opened(link)
    builders.rule("reminder", days=1, active_since=outbox.calendar.live_since)
    outbox.due(1)
    return outbox


def stop(at: datetime = NOON, text: str = "Bitte STOP!", now: datetime | None = None) -> Reply:
    """A STOP comes in; whoever took it in was killed before planning."""
    incoming = IncomingReply(secrets.token_hex(4), NUMBER, "+43720111222", text, at)
    with writing() as session:
        reply = keep_reply(session, 1, incoming, now or at)
    assert reply is not None
    return reply


def ledger() -> list[tuple[str, bool, str]]:
    rows = db.session.scalars(select(Consent).order_by(Consent.id))
    return [(row.address, row.granted, row.source) for row in rows]


# C25, failures.md 14
def test_failure_14_a_stop_holds_back_what_is_due_though_nobody_planned_since(
    outbox: Outbox, link: LinkServer
) -> None:
    stop()
    outbox.send()
    assert link.requests == []


# C25, failures.md 14
def test_failure_14_a_stop_while_the_number_is_written_to_keeps_that_and_stops_the_rest(
    outbox: Outbox, link: LinkServer, in_thread: Threads
) -> None:
    link.behaviours = ["delay:0.7"]
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(in_thread(lambda: send_due(lambda: NOON)))
        ends = time.monotonic() + 20
        while not link.requests:
            assert time.monotonic() < ends, "the gateway was not called"
            time.sleep(0.01)
        message_id = stop().message_id
        plan_messages(NOON)
        assert sending.result().accepted == 1
    assert sorted(outbox.states()) == ["accepted accepted", "withheld revoked"]
    (left,) = [message for message in outbox.messages() if message.state == "accepted"]
    assert message_id == left.id, "an answer may be here before the gateway's word on its message"
    for _ in range(3):
        outbox.send(days=1)
    assert len(link.requests) == 1


# C25
def test_a_stop_said_again_adds_no_row_and_stays_a_no(outbox: Outbox) -> None:
    stop()
    stop(NOON + HOUR, "STOPP")
    stop(NOON + 2 * HOUR, "keine SMS mehr!!")
    assert ledger() == [(NUMBER, False, "reply")]
    assert db.session.query(Reply).filter_by(kind="stop", state="done").count() == 3
    assert consent_states([NUMBER])[NUMBER].withdrawn


# C25: a no counts from when it is heard, even where the desk wrote down a yes meanwhile
@pytest.mark.parametrize(
    "said", [pytest.param(NOON + 2 * HOUR, id="after the yes"), pytest.param(NOON, id="heard late")]
)
def test_a_stop_that_comes_in_after_a_new_consent_counts(outbox: Outbox, said: datetime) -> None:
    stop(NOON - HOUR)
    grant(NUMBER, "phone", "anna", "", NOON + HOUR)
    stop(said, now=NOON + 3 * HOUR)
    plan_messages(NOON + 3 * HOUR)
    assert [granted for _, granted, _ in ledger()] == [False, True, False]
    assert "planned" not in {state.split()[0] for state in outbox.states()}


# C25
def test_a_consent_after_the_stop_lets_messages_leave_again(outbox: Outbox, link: LinkServer) -> None:
    stop()
    grant(NUMBER, "phone", "anna", "will doch", NOON)
    outbox.send()
    assert len(link.accepted) == 1


# C25
def test_a_stop_counts_wherever_its_number_stands(app: Flask, link: LinkServer) -> None:
    outbox = Outbox.opened(link)
    for number, name in (("A110010", "Mayr"), ("A110011", "Huber")):
        builders.person(builders.house(number=number), name, phones=["0664 0000001"])
    outbox.due(2)
    assert "revoked" not in " ".join(outbox.states())
    reply = stop()
    plan_messages(NOON)
    assert (reply.person_id, reply.name) == (None, ""), "two may have said it: nobody is named"
    found = {message.recipient: f"{message.state} {message.reason}" for message in outbox.messages()}
    assert found.pop(NUMBER) == "withheld revoked"
    assert "revoked" not in str(found) and len(found) == 1
    assert ledger() == [(NUMBER, False, "reply")]
