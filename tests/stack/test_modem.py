"""The modem gateway at the real gammu-smsd with its dummy phone: what leaves, comes back and survives."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kehr.gateways.account import GatewayAccount
from kehr.gateways.contract import Fate, OutgoingMessage, Receipt, Sent
from kehr.gateways.gammu import Gammu
from kehr.sources.allow import Allow
from tests.stack.modem import Modem, modem_at_work
from tests.stack.running_stack import wait_for

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("long"), pytest.mark.timeout(300)]

NUMBER = "+436641234567"
SOON = 30.0
GSM = "Grüße! Wir kehren am Montag um 8 Uhr, Kosten 10 € [laut Tarif]. "
FOREIGN = "Frau Šimić, wir kehren – „ganz sicher“ – am Montag 😀. "


@dataclass
class Desk:
    """The gateway and the modem it writes to."""

    gateway: Gammu
    modem: Modem

    def send(self, message_id: str, text: str, number: str = NUMBER) -> Sent:
        accepted = self.gateway.send(OutgoingMessage(message_id, "sms", number, text))
        return Sent(message_id, accepted.reference, number, text, datetime.now(UTC))

    def state(self, sent: Sent) -> Receipt:
        (receipt,) = self.gateway.read_states([sent])
        return receipt

    def wait_for_fate(self, sent: Sent, fate: Fate) -> Receipt:
        wait_for(lambda: self.state(sent).fate is fate, SOON, f"{sent.message_id} {fate}")
        return self.state(sent)

    def replies(self) -> dict[str, str]:
        now = datetime.now(UTC)
        found = self.gateway.read_replies(now - timedelta(hours=1), now, after_outage=False)
        assert all(abs(reply.at - now) < timedelta(minutes=5) for reply in found)
        return {reply.sender: reply.text for reply in found}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with modem_at_work(tmp_path_factory.mktemp("modem")) as modem:
        account = GatewayAccount("modem", options={"database": str(modem.database)})
        yield Desk(Gammu(account, allow=Allow(), now=lambda: datetime.now(UTC)), modem)


def test_the_check_finds_the_modem(desk: Desk) -> None:  # B05, C29
    assert desk.gateway.check().name == "GammuT3l, Signal 42 %"


# C29, failures.md 10
@pytest.mark.parametrize(
    ("name", "text", "parts", "coding"),
    [
        ("gsm-1", GSM, 1, "Default_No_Compression"),
        ("gsm-3", GSM * 6, 3, "Default_No_Compression"),
        ("foreign-1", FOREIGN, 1, "Unicode_No_Compression"),
        ("foreign-3", FOREIGN * 3, 3, "Unicode_No_Compression"),
    ],
)
def test_failure_10_a_message_leaves_whole(desk: Desk, name: str, text: str, parts: int, coding: str) -> None:
    sent = desk.send(name, text)
    rows = desk.modem.wait_sent(name, parts)
    wait_for(lambda: not desk.modem.rows("SELECT * FROM outbox"), SOON, "an empty outbox", every=1)
    assert [row["SequencePosition"] for row in rows] == list(range(1, parts + 1))
    assert "".join(row["TextDecoded"] for row in rows) == text
    assert {row["Coding"] for row in rows} == {coding}
    assert {row["DestinationNumber"] for row in rows} == {NUMBER}
    assert [row["UDH"][-4:] for row in rows] == ([""] if parts == 1 else ["0301", "0302", "0303"])
    assert {row["RelativeValidity"] for row in rows} == {168}
    receipt = desk.state(sent)
    assert (receipt.fate, receipt.word) == (Fate.UNDERWAY, "SendingOK")
    assert receipt.at is not None
    assert abs(receipt.at - datetime.now(UTC)) < timedelta(minutes=2)


# A55, C19
@pytest.mark.parametrize(
    ("number", "text", "status", "fate"),
    [
        ("+436640000001", GSM, 0, Fate.DELIVERED),
        ("+436640000002", GSM, 70, Fate.UNDELIVERED),
        ("+436640000003", GSM * 6, 0, Fate.DELIVERED),
    ],
)
def test_a_delivery_report_reaches_the_message(
    desk: Desk, number: str, text: str, status: int, fate: Fate
) -> None:
    sent = desk.send(f"report-{number}", text, number)
    desk.modem.wait_sent(sent.message_id, 3 if len(text) > 160 else 1)
    assert desk.state(sent).fate is Fate.UNDERWAY
    desk.modem.report(number, status)
    desk.wait_for_fate(sent, fate)
    assert desk.send(sent.message_id, text, number).reference == sent.reference


def test_replies_come_in_whole(desk: Desk) -> None:  # C25
    desk.modem.reply("+436640000004", "Ja, danke € ä")
    desk.modem.reply("+436640000005", "und Teil zwei 😀", udh="050003990202", unicode=True)
    desk.modem.reply("+436640000005", "Teil eins – ", udh="050003990201", unicode=True)
    wanted = {"+436640000004": "Ja, danke € ä", "+436640000005": "Teil eins – und Teil zwei 😀"}
    wait_for(lambda: len(desk.modem.rows("SELECT * FROM inbox")) == 3, SOON, "three rows in the inbox")
    assert desk.replies() == wanted
    assert {row["Processed"] for row in desk.modem.rows("SELECT Processed FROM inbox")} == {"true"}
    assert desk.replies() == wanted


def test_failure_01_what_waits_while_the_daemon_is_dead_leaves_once(desk: Desk) -> None:
    before = desk.send("before", GSM * 6)
    desk.modem.kill()
    waiting = [desk.send(f"dead-{number}", GSM) for number in range(3)]
    assert desk.send("dead-0", GSM).reference == waiting[0].reference
    assert desk.state(waiting[2]).fate is Fate.UNDERWAY
    desk.modem.start()
    for sent in waiting:
        assert len(desk.modem.wait_sent(sent.message_id)) == 1
    looked_up = desk.gateway.look_up([before, *waiting])
    assert [found.reference for found in looked_up.values() if found] == [
        one.reference for one in [before, *waiting]
    ]
    desk.modem.reply("+436640000006", "nach dem Neustart")
    wait_for(lambda: "+436640000006" in desk.replies(), SOON, "a reply after the restart")


def test_failure_01_four_hands_at_one_file_lose_and_repeat_nothing(desk: Desk) -> None:
    """The daemon writes while Kehrbote writes and reads: short transactions, and both wait for the other.

    Each hand gives its messages again and again, and asks for them.
    """
    sent: dict[str, Sent] = {}
    faults: list[Exception] = []

    def work(hand: int) -> None:
        try:
            for turn in range(8):
                name = f"hand-{hand}-{turn % 2}"
                one = desk.send(name, FOREIGN)
                assert sent.setdefault(name, one).reference == one.reference
                desk.gateway.read_states([one])
        except Exception as error:
            faults.append(error)

    hands = [threading.Thread(target=work, args=(hand,)) for hand in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert faults == []
    for name in sent:
        desk.modem.wait_sent(name)
    rows = desk.modem.rows("SELECT CreatorID FROM sentitems WHERE CreatorID LIKE 'hand-%'")
    assert len(rows) == len({row["CreatorID"] for row in rows}) == len(sent) == 8


def test_a_daemon_in_another_zone_is_understood(tmp_path: Path) -> None:
    """Its local time is half a day off: the message leaves at once, and the times are right."""
    with modem_at_work(tmp_path, "Pacific/Auckland") as modem:
        account = GatewayAccount("modem", options={"database": str(modem.database)})
        desk = Desk(Gammu(account, allow=Allow(), now=lambda: datetime.now(UTC)), modem)
        sent = desk.send("far", GSM)
        modem.wait_sent("far")
        modem.report(NUMBER)
        receipt = desk.wait_for_fate(sent, Fate.DELIVERED)
        assert receipt.at is not None
        assert abs(receipt.at - datetime.now(UTC)) < timedelta(minutes=2)
        modem.reply(NUMBER, "Ja")
        wait_for(lambda: desk.replies() == {NUMBER: "Ja"}, SOON, "the reply with its time")


def test_what_belonged_to_another_hour_does_not_leave(desk: Desk) -> None:
    """failures.md 2: the daemon keeps to the hour of the day that stands on the row."""
    desk.modem.kill()
    sent = desk.send("late", GSM)
    hours_ago = datetime.now(UTC) - timedelta(hours=3)
    desk.modem.rows(
        "UPDATE outbox SET SendAfter = ?, SendBefore = ? WHERE CreatorID = 'late'",
        *_span_around(hours_ago, desk.modem),
    )
    desk.modem.start()
    probe = desk.send("probe", GSM)
    desk.modem.wait_sent(probe.message_id)
    assert desk.modem.sent("late") == []
    old = Sent("late", sent.reference, NUMBER, GSM, hours_ago)
    assert desk.state(old).fate is Fate.UNDELIVERED
    wait_for(lambda: not desk.modem.rows("SELECT * FROM outbox"), SOON, "an empty outbox", every=1)


def _span_around(moment: datetime, modem: Modem) -> tuple[str, str]:
    """Two minutes of the daemon's day; around its midnight those after it."""
    local = moment.astimezone(ZoneInfo(modem.zone)).replace(second=0)
    if (local.hour, local.minute) > (23, 50):
        local = local.replace(hour=0, minute=0)
    return f"{local:%H:%M:%S}", f"{local + timedelta(minutes=2):%H:%M:%S}"
