"""What the modem gateway writes into gammu-smsd's outbox."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from kehr.gateways.account import ReleasedSender
from kehr.gateways.contract import (
    Accepted,
    Gateway,
    Misconfigured,
    NotTaken,
    OutgoingMessage,
    PollsReplies,
    PollsStates,
    Reconciles,
    Refused,
)
from kehr.gateways.registry import abilities_of
from tests.fakes.gammu_tables import GammuTables
from tests.gateways.gammu_office import LONG, NOON, NUMBER, Office, sms


def test_it_says_what_it_can() -> None:
    abilities = abilities_of("gammu")
    assert abilities.idempotent
    assert abilities.can_reconcile
    assert abilities.polls_states
    assert abilities.polls_replies
    assert not abilities.pushes_states


def test_it_can_be_asked_all_that(office: Office) -> None:
    gateway: Gateway = office.gateway
    assert isinstance(gateway, PollsStates)
    assert isinstance(gateway, PollsReplies)
    assert isinstance(gateway, Reconciles)


# C29
def test_a_short_message_stands_in_the_outbox_once(office: Office) -> None:
    assert office.send("Grüße € 10") == Accepted("1", 1)
    (row,) = office.tables.run("SELECT * FROM outbox")
    assert row["DestinationNumber"] == NUMBER
    assert row["TextDecoded"] == "Grüße € 10"
    assert (row["CreatorID"], row["Coding"], row["DeliveryReport"]) == (
        "m-1",
        "Default_No_Compression",
        "yes",
    )
    assert (row["MultiPart"], row["UDH"], row["RelativeValidity"]) == ("false", None, 168)
    assert office.tables.run("SELECT * FROM outbox_multipart") == []


def test_a_long_message_stands_there_in_its_parts(office: Office) -> None:
    assert office.send(LONG) == Accepted("1", 3)
    (first,) = office.tables.run("SELECT * FROM outbox")
    more = office.tables.run("SELECT * FROM outbox_multipart ORDER BY SequencePosition")
    assert first["MultiPart"] == "true"
    assert [row["SequencePosition"] for row in more] == [2, 3]
    assert [row["UDH"] for row in [first, *more]] == ["050003010301", "050003010302", "050003010303"]
    assert "".join(row["TextDecoded"] for row in [first, *more]) == LONG
    assert {row["Coding"] for row in [first, *more]} == {"Default_No_Compression"}


def test_one_foreign_letter_makes_every_part_unicode(office: Office) -> None:
    office.send("Frau Šimić, " + "a" * 120)
    rows = office.tables.run("SELECT Coding FROM outbox UNION ALL SELECT Coding FROM outbox_multipart")
    assert [row["Coding"] for row in rows] == ["Unicode_No_Compression"] * 2


def test_messages_one_after_the_other_carry_different_references(office: Office) -> None:
    for number in range(3):
        office.send(LONG, f"m-{number}")
    assert [row["UDH"][6:8] for row in office.tables.run("SELECT UDH FROM outbox")] == ["01", "02", "03"]


def test_a_new_outbox_meets_no_number_of_the_sent_items(office: Office) -> None:
    office.send()
    office.tables.send(NOON)
    office.tables.run("DELETE FROM sqlite_sequence")
    assert office.send(message_id="m-2").reference == "2"


# C19
def test_failure_01_the_same_id_is_written_once_waiting_or_sent(office: Office) -> None:
    first = office.send(LONG)
    assert office.send(LONG) == first
    office.tables.send(NOON)
    assert office.send(LONG) == first
    assert office.tables.run("SELECT count(*) AS count FROM outbox") == [{"count": 0}]


def test_failure_01_eight_threads_with_one_id_write_it_once(office: Office) -> None:
    office.options["timeout"] = "10"
    gateway = office.build()
    got: list[Accepted] = []
    threads = [threading.Thread(target=lambda: got.append(gateway.send(sms(LONG)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [Accepted("1", 3)] * 8
    assert len(office.tables.run("SELECT * FROM outbox")) == 1


def test_it_may_leave_at_once_but_not_at_another_time_of_the_day(office: Office) -> None:
    """failures.md 2: a daemon that comes back at three in the morning sends nothing of the afternoon."""
    office.send()
    (row,) = office.tables.run("SELECT * FROM outbox")
    assert row["SendingDateTime"] < office.tables.local(NOON)
    assert row["SendingTimeOut"] < office.tables.local(NOON)
    assert (row["SendAfter"], row["SendBefore"]) == ("11:55:00", "12:45:00")


@pytest.mark.parametrize(
    ("hour", "minute", "after", "before"),
    [(22, 58, "23:53:00", "23:59:59"), (23, 2, "00:00:00", "00:47:00"), (22, 14, "23:09:00", "23:59:00")],
)
def test_around_midnight_the_time_of_day_is_cut_at_the_day(
    office: Office, hour: int, minute: int, after: str, before: str
) -> None:
    office.now = NOON.replace(hour=hour, minute=minute)
    office.tables.beat(office.now)
    office.send()
    (row,) = office.tables.run("SELECT SendAfter, SendBefore FROM outbox")
    assert (row["SendAfter"], row["SendBefore"]) == (after, before)


def test_schema_17_itself_tells_the_zone_of_the_daemon(tmp_path: Path) -> None:
    tables = GammuTables.make(tmp_path / "smsd.db", ahead=timedelta(hours=-9, minutes=-30))
    tables.beat(NOON)
    office = Office(tables)
    office.send()
    (row,) = tables.run("SELECT SendAfter, SendBefore FROM outbox")
    assert (row["SendAfter"], row["SendBefore"]) == ("01:25:00", "02:15:00")


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (OutgoingMessage("m-1", "email", "a@example.at", "Text"), "wrong_channel"),
        (OutgoingMessage("m-1", "sms", "0664 1234567", "Text"), "recipient_invalid"),
        (sms(""), "gammu_text"),
        (sms(" \n"), "gammu_text"),
        (sms("a\0b"), "gammu_text"),
        (sms("halb \ud83d"), "gammu_text"),
        (sms("a" * (153 * 50 + 1)), "gammu_too_long"),
        (sms(sender="Kehrbetrieb"), "gammu_sender"),
        (sms(sender="+43720999999"), "sender_not_released"),
    ],
)
def test_what_no_modem_can_send_is_refused_unwritten(
    office: Office, message: OutgoingMessage, code: str
) -> None:
    gateway = office.build((ReleasedSender("+43 664 111 22 33"),))
    with pytest.raises((Refused, Misconfigured)) as caught:
        gateway.send(message)
    assert caught.value.code == code
    assert office.tables.run("SELECT * FROM outbox") == []


def test_the_longest_message_and_the_own_number_go(office: Office) -> None:
    gateway = office.build((ReleasedSender("+43 664 111 22 33"),))
    assert gateway.send(sms("a" * (153 * 50), sender="+436641112233")).parts == 50


def test_a_slow_modem_is_not_buried(office: Office) -> None:
    for number in range(100):
        office.send(message_id=f"m-{number}")
    with pytest.raises(NotTaken) as caught:
        office.send(message_id="m-100")
    assert (caught.value.code, caught.value.detail) == ("gammu_queue_full", "100")
    assert office.send(message_id="m-99").reference == "100"
