"""Impatience: however many press at the same moment, one send (failures.md 18). With real threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from kehr.actions.manual.manual_closed import ListClosed
from kehr.actions.manual.send_manual import AskAgain, Sent, send_manual
from kehr.actions.manual.stop_manual import resend_rest, stop_manual
from kehr.models import Message, db
from tests.actions.hand import Hand
from tests.fakes.link_server import LinkServer

PEOPLE = 6
InThread = Callable[[Callable[[], Any]], Callable[[], Any]]


@pytest.fixture
def hand(app: Flask, link: LinkServer) -> Hand:
    found = Hand.opened(link)
    for number in range(1, PEOPLE + 1):
        found.customer(number)
    return found


def at_once(deeds: list[Callable[[], Any]]) -> list[Any]:
    """Runs all deeds at the same moment, each in a thread of its own; what each returned or raised."""
    gate = threading.Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return deed()
        except (ListClosed, AskAgain) as refused:
            return type(refused)

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def sending(hand: Hand, list_id: str, by: str) -> Callable[[], Any]:
    wish, offer = hand.offer(list_id)
    db.session.rollback()
    return lambda: send_manual(list_id, wish, offer.stamp, by, hand.now)


def once_each(hand: Hand) -> None:
    rows = hand.messages()
    assert len(rows) == len({m.recipient for m in rows}) == PEOPLE
    for _ in range(3):
        hand.round()
    assert len(hand.link.accepted) == PEOPLE


def test_failure_18_eight_clicks_on_alle_at_once_are_one_send(hand: Hand, in_thread: InThread) -> None:
    list_id = hand.open()
    deed = sending(hand, list_id, "eva")
    answers = at_once([in_thread(deed) for _ in range(8)])
    assert sum(isinstance(answer, Sent) for answer in answers) == 1
    assert answers.count(ListClosed) == 7
    once_each(hand)


def test_failure_18_two_people_sending_the_same_list_at_once_are_one_send(
    hand: Hand, in_thread: InThread
) -> None:
    lists = [(hand.open(by=by), by) for by in ("eva", "paul", "ida", "max")]
    deeds = [in_thread(sending(hand, list_id, by)) for list_id, by in lists]
    answers = at_once(deeds)
    # Whoever comes later is passed over: everybody of his list has these words already.
    written = [answer for answer in answers if isinstance(answer, Sent) and answer.send_id is not None]
    assert len(written) == 1
    assert len({m.by for m in hand.messages()}) == 1
    once_each(hand)


def test_failure_18_stop_resend_and_a_second_list_at_once_never_send_twice(
    hand: Hand, in_thread: InThread
) -> None:
    sent = hand.send(hand.open())
    stop_manual(sent.send_id, "eva", hand.now)
    other = sending(hand, hand.open(by="paul"), "paul")
    at_once(
        [in_thread(lambda: resend_rest(sent.send_id, "eva", hand.now)) for _ in range(3)] + [in_thread(other)]
    )
    once_each(hand)


def test_failure_18_the_database_itself_refuses_a_second_row_of_one_key(hand: Hand) -> None:
    hand.send(hand.open())
    row = hand.messages()[0]
    values = {column.name: getattr(row, column.name) for column in Message.__table__.columns}
    db.session.rollback()
    with pytest.raises(IntegrityError):
        db.session.execute(insert(Message), [values | {"id": "0" * 32}])
    db.session.rollback()
