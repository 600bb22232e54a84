"""What became of messages, as the modem gateway reads it; and what it takes back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from kehr.gateways.contract import (
    Accepted,
    Fate,
    NotTaken,
)
from tests.gateways.gammu_office import LONG, NOON, NUMBER, Office, sent


# A55, C19
@pytest.mark.parametrize(
    ("status", "fate"),
    [
        ("SendingOK", Fate.UNDERWAY),
        ("SendingOKNoReport", Fate.UNDERWAY),
        ("DeliveryPending", Fate.UNDERWAY),
        ("DeliveryUnknown", Fate.UNDERWAY),
        ("DeliveryOK", Fate.DELIVERED),
        ("DeliveryFailed", Fate.UNDELIVERED),
        ("SendingError", Fate.UNDELIVERED),
        ("Error", Fate.UNDELIVERED),
    ],
)
def test_a_word_of_the_daemon_means_its_fate(office: Office, status: str, fate: Fate) -> None:
    office.send()
    office.tables.send(NOON + timedelta(minutes=1), status)
    office.later(minutes=2)
    (receipt,) = office.states()
    assert (receipt.fate, receipt.word) == (fate, status)
    assert (receipt.message_id, receipt.reference) == ("m-1", "1")
    assert receipt.at == NOON + timedelta(minutes=1)
    assert office.states() == [receipt]


def test_a_message_is_delivered_when_all_its_parts_are(office: Office) -> None:
    office.send(LONG)
    assert office.fate() == (Fate.UNDERWAY, "Outbox")
    office.tables.send(NOON, only=2)
    assert office.fate() == (Fate.UNDERWAY, "Outbox")
    office.tables.run("DELETE FROM sentitems")
    office.tables.send(NOON)
    assert office.fate() == (Fate.UNDERWAY, "SendingOK")
    keys = set()
    for position in (3, 1):
        office.tables.report("DeliveryOK", NOON, position=position)
        assert office.fate()[0] is Fate.UNDERWAY
        keys.add(office.states()[0].event_key)
    office.tables.report("DeliveryOK", NOON + timedelta(minutes=5), position=2)
    assert office.fate() == (Fate.DELIVERED, "DeliveryOK")
    assert office.states()[0].at == NOON + timedelta(minutes=5)
    assert len(keys | {office.states()[0].event_key}) == 3


def test_a_message_is_undelivered_when_one_part_is(office: Office) -> None:
    office.send(LONG)
    office.tables.send(NOON)
    for position in (1, 2):
        office.tables.report("DeliveryOK", NOON, position=position)
    office.tables.report("DeliveryFailed", NOON, position=3, code=70)
    (receipt,) = office.states()
    assert (receipt.fate, receipt.word, receipt.code) == (Fate.UNDELIVERED, "DeliveryFailed", "70")


def test_the_number_of_somebody_elses_message_says_nothing(office: Office) -> None:
    office.send(message_id="another")
    office.tables.send(NOON, "DeliveryOK")
    assert office.states("1") == []
    assert office.states("77") == []


def test_ten_thousand_states_are_read_at_once(office: Office) -> None:
    with closing(sqlite3.connect(office.tables.path)) as connection, connection:
        connection.executemany(
            "INSERT INTO sentitems (ID, SequencePosition, CreatorID, DestinationNumber, Status, UpdatedInDB)"
            " VALUES (?, 1, ?, ?, 'DeliveryOK', '2026-03-10 11:00:00')",
            [(number, f"m-{number}", NUMBER) for number in range(1, 10_001)],
        )
    receipts = office.states(*(str(number) for number in range(1, 10_001)))
    assert len({receipt.event_key for receipt in receipts}) == 10_000


def test_what_the_modem_did_not_send_in_time_is_taken_back(office: Office) -> None:
    office.send(LONG)
    office.later(minutes=49)
    assert office.fate() == (Fate.UNDERWAY, "Outbox")
    office.later(minutes=1)
    assert office.fate() == (Fate.UNDELIVERED, "Error")
    assert office.tables.run("SELECT * FROM outbox") == []
    assert office.tables.run("SELECT * FROM outbox_multipart") == []
    assert office.fate() == (Fate.UNDELIVERED, "Error")
    assert office.send(LONG).reference == "1"


def test_what_the_daemon_has_in_hand_is_not_taken_back(office: Office) -> None:
    office.send()
    office.later(minutes=60)
    held = office.tables.local(office.now + timedelta(minutes=1))
    office.tables.run("UPDATE outbox SET SendingTimeOut = ?", held)
    assert office.fate() == (Fate.UNDERWAY, "Outbox")
    office.later(minutes=2)
    assert office.fate() == (Fate.UNDELIVERED, "Error")


def test_a_silent_modem_has_no_news_but_final_words_are_told_first(office: Office) -> None:
    office.send()
    office.now = NOON + timedelta(minutes=6)
    with pytest.raises(NotTaken) as caught:
        office.states()
    assert caught.value.code == "gammu_silent"
    office.now = NOON + timedelta(minutes=50)
    assert office.fate() == (Fate.UNDELIVERED, "Error")


def test_a_message_half_sent_is_taken_back_too(office: Office) -> None:
    office.send(LONG)
    office.tables.send(NOON, only=1)
    office.later(minutes=50)
    assert office.fate() == (Fate.UNDELIVERED, "Error")
    rows = office.tables.run("SELECT SequencePosition, Status FROM sentitems ORDER BY SequencePosition")
    assert [(row["SequencePosition"], row["Status"]) for row in rows] == [(1, "SendingOK"), (2, "Error")]


def test_failure_01_what_was_unclear_is_looked_up(office: Office) -> None:
    office.send(LONG)
    office.send(message_id="m-2")
    found = office.gateway.look_up([sent("m-1", ""), sent("m-2", ""), sent("m-3", "")])
    assert found == {"m-1": Accepted("1", 3), "m-2": Accepted("2", 1), "m-3": None}
    office.tables.send(NOON)
    assert office.gateway.look_up([sent("m-1", "")]) == {"m-1": Accepted("1", 3)}
    assert office.gateway.read_states([sent("m-1", "")])[0].reference == "1"


def test_a_file_that_is_younger_than_a_message_cannot_tell(office: Office) -> None:
    office.tables.run("DELETE FROM phones")
    office.tables.beat(NOON, since=NOON + timedelta(seconds=1))
    assert office.gateway.look_up([sent("m-1", "")]) == {}
    office.send(message_id="old")
    office.tables.send(NOON)
    office.tables.run("UPDATE sentitems SET InsertIntoDB = '2026-03-09 10:00:00'")
    assert office.gateway.look_up([sent("m-1", "")]) == {"m-1": None}
