"""The replies that the modem gateway finds in gammu-smsd's inbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kehr.gateways.contract import NotTaken
from tests.fakes.gammu_tables import GammuTables
from tests.gateways.gammu_office import NOON, NUMBER, Office


# C25
def test_replies_come_with_number_text_and_time_and_are_marked(office: Office) -> None:
    office.tables.receive("Ja, danke", NOON - timedelta(minutes=3))
    office.tables.receive("STOP", NOON - timedelta(minutes=2), sender="0664 7654321")
    office.tables.receive("Ihr Guthaben", NOON, sender="A1")
    found = office.gateway.read_replies(NOON - timedelta(hours=1), NOON, after_outage=False)
    assert [(one.sender, one.text) for one in found] == [
        (NUMBER, "Ja, danke"),
        ("+436647654321", "STOP"),
        ("A1", "Ihr Guthaben"),
    ]
    assert found[0].at == NOON - timedelta(minutes=3)
    assert {row["Processed"] for row in office.tables.run("SELECT Processed FROM inbox")} == {"true"}
    again = office.gateway.read_replies(NOON - timedelta(hours=1), NOON, after_outage=False)
    assert again == found


def test_a_long_reply_comes_once_whole(office: Office) -> None:
    unicode = {"Coding": "Unicode_No_Compression"}
    office.tables.receive("zweiter Teil", NOON, UDH="050003990202", **unicode)
    assert office.replies() == []
    assert office.tables.run("SELECT Processed FROM inbox") == [{"Processed": "false"}]
    office.tables.receive("erster Teil, ", NOON, UDH="050003990201", **unicode)
    assert office.replies() == [(NUMBER, "erster Teil, zweiter Teil")]


def test_a_daemon_that_writes_the_whole_text_to_the_first_part_says_it_once(office: Office) -> None:
    """So does 1.42: the decoded text of the first row is that of all, the others are empty."""
    office.tables.receive("Teil eins, ", NOON, UDH="050003990201", TextDecoded="Teil eins, Teil zwei")
    office.tables.receive("Teil zwei", NOON, UDH="050003990202", TextDecoded="")
    assert office.replies() == [(NUMBER, "Teil eins, Teil zwei")]


def test_an_sms_stored_twice_by_a_daemon_that_was_killed_has_one_key(office: Office) -> None:
    for _ in range(2):
        office.tables.receive("Ja", NOON)
    found = office.gateway.read_replies(NOON - timedelta(hours=1), NOON, after_outage=True)
    assert len({reply.event_key for reply in found}) == 1


def test_codes_of_the_network_and_pictures_are_no_replies(office: Office) -> None:
    office.tables.receive("Guthaben 3,20", NOON, Class=127)
    office.tables.receive("", NOON, Coding="8bit", Text="0605040B8423F0")
    assert office.replies() == []


def test_a_backlog_from_before_is_left_alone_but_a_wrong_clock_loses_nothing(office: Office) -> None:
    office.tables.receive("vor Jahren", NOON - timedelta(days=800))
    office.tables.receive("bei falscher Uhr", NOON, UpdatedInDB="1970-01-01 00:05:00")
    office.tables.receive("lange unterwegs", NOON - timedelta(days=9), UpdatedInDB=office.tables.filled(NOON))
    assert [text for _, text in office.replies()] == ["bei falscher Uhr", "lange unterwegs"]


def test_only_replies_of_the_own_modem_are_read(tmp_path: Path) -> None:
    tables = GammuTables.make(tmp_path / "smsd.db")
    tables.beat(NOON, ID="steyr")
    tables.beat(NOON - timedelta(hours=3), ID="linz", IMEI="2")
    tables.receive("nach Steyr", NOON, RecipientID="steyr")
    tables.receive("nach Linz", NOON, RecipientID="linz")
    office = Office(tables, phone_id="steyr")
    assert [text for _, text in office.replies()] == ["nach Steyr"]
    office.send()
    assert tables.run("SELECT SenderID FROM outbox") == [{"SenderID": "steyr"}]
    with pytest.raises(NotTaken) as caught:
        Office(tables, phone_id="linz").send(message_id="m-2")
    assert (caught.value.code, caught.value.detail) == ("gammu_silent", "180")


SATURDAYS = [
    (datetime(2026, 10, 24, 18, 0, tzinfo=UTC), 2, 1),
    (datetime(2026, 3, 28, 18, 0, tzinfo=UTC), 1, 2),
]


# failures.md 8
@pytest.mark.parametrize(("evening", "before", "after"), SATURDAYS, ids=["to winter", "to summer"])
def test_a_reply_is_the_same_before_and_after_the_clocks_change(
    office: Office, evening: datetime, before: int, after: int
) -> None:
    """Kept twice it would be work twice, and a STOP of Saturday would undo a consent given since."""
    office.tables.ahead = timedelta(hours=before)
    office.tables.receive("Bitte anrufen", evening)
    keys = {}
    for hours, ahead in ((1, before), (12, after)):
        now, office.tables.ahead = evening + timedelta(hours=hours), timedelta(hours=ahead)
        office.now = now
        office.tables.beat(now, since=evening - timedelta(days=1))
        (reply,) = office.gateway.read_replies(now - timedelta(hours=24), now, after_outage=False)
        keys[hours] = reply.event_key, reply.at
    assert keys[1] == keys[12]
    assert keys[1][1] == evening


def test_a_reply_whose_network_time_nobody_can_read_comes_all_the_same(office: Office) -> None:
    office.tables.receive("Ja", NOON)
    office.tables.receive("STOP", NOON, ReceivingDateTime="2026-00-00 00:00:00")
    office.tables.receive("ok", NOON, ReceivingDateTime="0001-01-01 00:00:00")
    found = office.gateway.read_replies(NOON - timedelta(hours=1), NOON, after_outage=False)
    assert [(reply.text, reply.at) for reply in found] == [("Ja", NOON), ("STOP", NOON), ("ok", NOON)]
