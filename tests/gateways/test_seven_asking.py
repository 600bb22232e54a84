"""seven: which states and replies it tells, and how an unclear outcome is resolved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kehr.gateways.contract import Accepted, Fate, Sent
from kehr.gateways.seven import Seven
from kehr.gateways.seven_answers import moment
from tests.fakes.seven_server import SevenServer
from tests.gateways.seven_account import HOUR, NOW, NUMBER, asked, build, failure, sms


@pytest.mark.parametrize(
    ("state", "fate"),
    [
        ("DELIVERED", Fate.DELIVERED),
        ("NOTDELIVERED", Fate.UNDELIVERED),
        ("EXPIRED", Fate.UNDELIVERED),
        ("REJECTED", Fate.UNDELIVERED),
        ("FAILED", Fate.UNDELIVERED),
        ("BUFFERED", Fate.UNDERWAY),
        ("TRANSMITTED", Fate.UNDERWAY),
        ("ACCEPTED", Fate.UNDERWAY),
        ("UNKNOWN", Fate.UNDERWAY),
        ("SOMETHING", Fate.UNDERWAY),
    ],
)
@pytest.mark.parametrize(("nested", "camel"), [(False, False), (True, False), (False, True)])
def test_every_state_has_its_fate_in_every_spelling(
    seven: SevenServer, state: str, fate: Fate, nested: bool, camel: bool
) -> None:  # A55
    gateway = build(seven)
    reference = gateway.send(sms()).reference
    seven.nested, seven.camel = nested, camel
    seven.now += HOUR
    seven.move("m-1", state)
    (receipt,) = gateway.read_states([asked(sms(), reference)])
    assert (receipt.fate, receipt.word, receipt.reference) == (fate, state, reference)
    assert receipt.at == NOW + HOUR


def _many(seven: SevenServer, gateway: Seven, count: int) -> list[Sent]:
    messages = [sms(f"m-{number}", text=f"Text {number}") for number in range(count)]
    return [asked(message, gateway.send(message).reference) for message in messages]


def test_states_are_asked_for_in_batches(seven: SevenServer) -> None:
    gateway = build(seven, states_at_once="5")
    many = _many(seven, gateway, 12)
    assert len(gateway.read_states([*many, *many])) == 12
    assert [len(call.query["msg_id"].split(",")) for call in seven.asked("/api/status")] == [5, 5, 2]


def test_one_id_that_seven_does_not_know_spoils_no_batch(seven: SevenServer) -> None:
    gateway = build(seven)
    many = _many(seven, gateway, 7)
    unknown = asked(sms("m-99"), "12345")
    assert len(gateway.read_states([*many[:3], unknown, *many[3:]])) == 7


def test_a_message_without_reference_is_not_asked_for(seven: SevenServer) -> None:
    assert build(seven).read_states([asked(sms())]) == []
    assert seven.calls == []


def test_failure_01_an_unclear_send_is_found_in_the_journal_by_our_id(seven: SevenServer) -> None:  # C19
    seven.behaviours = ["drop_after", "ok"]
    gateway = build(seven)
    failure(gateway)
    other = sms("m-2", text="anderer Text")
    gateway.send(other)
    told = gateway.look_up([asked(sms()), asked(other)])
    assert told == {"m-1": Accepted("77229135982", None, 750), "m-2": Accepted("77229135983", None, 750)}
    (call,) = seven.asked("/api/journal/outbound")
    assert call.query == {
        "to": "436641234567",
        "date_from": "2026-03-01",
        "date_to": "2026-03-03",
        "limit": "100",
        "offset": "0",
    }


def test_failure_01_what_is_missing_in_the_journal_is_no_proof_until_it_has_settled(
    seven: SevenServer,
) -> None:
    gateway = build(seven)
    assert gateway.look_up([asked(sms())]) == {}
    seven.now += timedelta(minutes=10)
    assert gateway.look_up([asked(sms())]) == {"m-1": None}


def test_failure_01_an_entry_without_our_id_leaves_it_to_a_person(seven: SevenServer) -> None:
    gateway = build(seven)
    gateway.send(sms())
    seven.foreign_ids = False
    seven.now += HOUR
    assert gateway.look_up([asked(sms())]) == {}
    assert gateway.look_up([asked(sms("m-2", text="anderer Text"))]) == {"m-2": None}


def test_the_journal_is_read_page_by_page(seven: SevenServer) -> None:
    gateway = build(seven)
    many = _many(seven, gateway, 250)
    assert gateway.look_up([many[0]])["m-0"] == Accepted(many[0].reference, None, 750)
    assert [call.query["offset"] for call in seven.asked("/api/journal/outbound")] == ["0", "100", "200"]


def test_replies_are_read_to_the_end_of_the_journal(seven: SevenServer) -> None:  # C25
    for number in range(205):
        seven.receive("436641234567", f"Antwort {number}", NOW - timedelta(minutes=number))
    replies = build(seven).read_replies(NOW - timedelta(hours=3), NOW, after_outage=False)
    assert len(replies) == 181
    assert len({reply.event_key for reply in replies}) == 181
    assert [call.query["offset"] for call in seven.asked("/api/journal/inbound")] == ["0", "100", "200"]


def test_a_reply_says_who_when_and_what(seven: SevenServer) -> None:
    number = seven.receive("436641234567", "Stopp – danke", NOW - HOUR)
    (reply,) = build(seven).read_replies(NOW - 2 * HOUR, NOW, after_outage=True)
    assert (reply.event_key, reply.sender, reply.recipient) == (number, NUMBER, "4915112345678")
    assert (reply.text, reply.at) == ("Stopp – danke", NOW - HOUR)


def test_the_same_reply_twice_in_the_journal_is_one(seven: SevenServer) -> None:
    seven.receive("436641234567", "ja")
    seven.inbound.append(seven.inbound[0])
    assert len(build(seven).read_replies(NOW - HOUR, NOW, after_outage=False)) == 1


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ("2026-03-02 10:00:00", NOW),
        ("2026-07-02 11:00:00", datetime(2026, 7, 2, 9, tzinfo=UTC)),
        ("2026-03-02T09:00:00.000Z", NOW),
        ("2026-03-02 10:00:00.000", NOW),
        ("1772442000", NOW),
        (1772442000, NOW),
        ("", None),
        (None, None),
        ("bald", None),
        ("20260302", datetime(2026, 3, 1, 23, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_in_every_spelling(told: object, at: datetime | None) -> None:
    assert moment(told, BERLIN) == at


def test_an_unknown_zone_and_a_wrong_number_are_refused_when_the_gateway_is_built(seven: SevenServer) -> None:
    for options in ({"zone": "Europe/Kiel"}, {"states_at_once": "viele"}, {"timeout": "soon"}):
        with pytest.raises(ValueError, match=next(iter(options.values()))):
            build(seven, **options)
