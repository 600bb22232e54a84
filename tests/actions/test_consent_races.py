"""Withdrawing while messages are on their way out: what left stays recorded, nothing more leaves."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask

from kehr.actions.people.record_consent import grant, revoke
from kehr.actions.send.send_due import send_due
from kehr.models import db
from tests import builders
from tests.actions.outbox import Outbox
from tests.conftest import NOON
from tests.fakes.link_server import LinkServer

NUMBER = "+436640000001"
Threads = Callable[[Callable[[], Any]], Callable[[], Any]]


@pytest.fixture
def outbox(app: Flask, link: LinkServer) -> Outbox:
    """One number with one reminder due now and one due in a day."""
    outbox = Outbox.opened(link)
    builders.rule("reminder", days=1, active_since=outbox.calendar.live_since)
    outbox.due(1)
    return outbox


def wait_until_called(link: LinkServer) -> None:
    ends = time.monotonic() + 20
    while not link.requests:
        assert time.monotonic() < ends, "the gateway was not called"
        time.sleep(0.01)


def states(outbox: Outbox) -> list[str]:
    return sorted(outbox.states())


# failures.md 14, C09: untick while the send of that number is claimed
def test_failure_14_what_is_under_way_stays_recorded_and_nothing_more_leaves(
    outbox: Outbox, link: LinkServer, in_thread: Threads
) -> None:
    link.behaviours = ["delay:0.7"]
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(in_thread(lambda: send_due(lambda: NOON)))
        wait_until_called(link)
        revoke(NUMBER, "phone", "anna", "ruft gerade an", NOON)
        assert [state.split()[0] for state in states(outbox)] == ["sending", "withheld"]
        assert sending.result().accepted == 1
    assert states(outbox) == ["accepted accepted", "withheld revoked"]
    for _ in range(5):
        outbox.send(days=1)
    assert len(link.requests) == 1


def test_failure_14_a_send_that_the_gateway_did_not_take_is_not_tried_again_after_the_withdrawal(
    outbox: Outbox, link: LinkServer, in_thread: Threads
) -> None:
    link.behaviours = ["delay:0.7", "status:429"]
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(in_thread(lambda: send_due(lambda: NOON)))
        wait_until_called(link)
        revoke(NUMBER, "phone", "anna", "", NOON)
        sending.result()
    for _ in range(5):
        outbox.send(minutes=20)
    assert "planned" not in {state.split()[0] for state in outbox.states()}
    assert len(link.requests) == 1


def test_failure_14_a_withdrawal_before_the_claim_lets_nothing_leave(
    outbox: Outbox, link: LinkServer
) -> None:
    revoke(NUMBER, "phone", "anna", "", NOON)
    outbox.send()
    assert link.requests == [] and states(outbox) == ["withheld revoked"] * 2


def test_failure_14_withdrawing_thirty_numbers_while_two_send_stops_each_before_or_after_its_claim(
    app: Flask, link: LinkServer, in_thread: Threads
) -> None:
    outbox = Outbox.opened(link)
    link.behaviours = ["delay:0.02"]
    outbox.due(30)
    numbers = [message.recipient for message in outbox.messages()]
    db.session.rollback()

    def withdraw() -> None:
        for number in reversed(numbers):
            revoke(number, "phone", "anna", "", NOON)

    with ThreadPoolExecutor(3) as pool:
        deeds = [pool.submit(in_thread(lambda: send_due(lambda: NOON))) for _ in range(2)]
        deeds.append(pool.submit(in_thread(withdraw)))
        for deed in deeds:
            deed.result()
    outbox.send(minutes=1)
    told = {f"+{request['recipientAddressList'][0]}" for request in link.accepted}
    accepted = {message.recipient for message in outbox.messages() if message.state == "accepted"}
    withheld = {message.recipient for message in outbox.messages() if message.state == "withheld"}
    assert told == accepted and not told & withheld
    assert accepted | withheld == set(numbers) and len(link.accepted) == len(told)


def test_two_people_ticking_and_unticking_at_once_leave_one_story(app: Flask, in_thread: Threads) -> None:
    from kehr.actions.people.consent_state import consent_history

    def tick() -> None:
        for _ in range(5):
            grant(NUMBER, "phone", "anna", "", NOON)

    def untick() -> None:
        for _ in range(5):
            revoke(NUMBER, "phone", "bert", "", NOON)

    with ThreadPoolExecutor(2) as pool:
        for deed in [pool.submit(in_thread(one)) for one in (tick, untick)]:
            deed.result()
    granted = [row.granted for row in consent_history(NUMBER)]
    assert all(one != two for one, two in pairwise(granted))
    assert 2 <= len(granted) <= 10
