"""How texts are cut for Gammu, and how replies are put together: pure, at the borders."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kehr.gateways.gammu_inbox import MISSING, InboxPart, decode_hex, join_parts
from kehr.gateways.gammu_parts import (
    GSM,
    UNICODE,
    Header,
    coding_of,
    parts_of,
    read_header,
    relative_validity,
)

NOW = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
WAIT = timedelta(minutes=15)
EMOJI = "😀"


def sizes(text: str) -> list[int]:
    return [len(part.text) for part in parts_of(text, 7)]


# failures.md 10
@pytest.mark.parametrize(
    ("text", "coding", "expected"),
    [
        ("a" * 160, GSM, [160]),
        ("a" * 161, GSM, [153, 8]),
        ("a" * 306, GSM, [153, 153]),
        ("a" * (153 * 2 + 1), GSM, [153, 153, 1]),
        ("ä" * 160, GSM, [160]),
        ("€" * 80, GSM, [80]),
        ("€" * 81, GSM, [76, 5]),
        ("a" * 152 + "€" + "b" * 20, GSM, [152, 21]),
        ("a" * 151 + "€" + "b" * 20, GSM, [152, 20]),
        ("č" * 70, UNICODE, [70]),
        ("č" * 71, UNICODE, [67, 4]),
        ("č" * 134, UNICODE, [67, 67]),
        ("č" * (67 * 2 + 1), UNICODE, [67, 67, 1]),
        (EMOJI * 35, UNICODE, [35]),
        (EMOJI * 36, UNICODE, [33, 3]),
        ("č" * 66 + EMOJI + "č" * 10, UNICODE, [66, 11]),
        ("č" * 65 + EMOJI + "č" * 10, UNICODE, [66, 10]),
        ("", GSM, []),
    ],
)
def test_failure_10_a_text_is_cut_at_the_right_places(text: str, coding: str, expected: list[int]) -> None:
    assert coding_of(text) == coding
    assert sizes(text) == expected
    assert "".join(part.text for part in parts_of(text, 7)) == text


@pytest.mark.parametrize(
    ("text", "coding"),
    [
        ("Grüße, § 5, 10 € [ok] {x} ~ ^ | \\", GSM),
        ("@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ", GSM),
        ("ç", UNICODE),
        ("Šárka", UNICODE),
        ("–", UNICODE),
        ("„ok“", UNICODE),
        ("\u00a0", UNICODE),
        ("ẞ", UNICODE),
        ("`", UNICODE),
        ("a\u0308", GSM),
    ],
)
def test_only_what_gsm_7_has_goes_as_gsm_7(text: str, coding: str) -> None:
    assert coding_of(text) == coding


def test_a_decomposed_letter_leaves_composed() -> None:
    assert [part.text for part in parts_of("Gru\u0308ße", 0)] == ["Grüße"]


@pytest.mark.parametrize(
    ("reference", "headers"),
    [
        (0, ["050003000301", "050003000302", "050003000303"]),
        (255, ["050003FF0301", "050003FF0302", "050003FF0303"]),
    ],
)
def test_three_parts_carry_three_headers(reference: int, headers: list[str]) -> None:
    assert [part.udh for part in parts_of("a" * 400, reference)] == headers


def test_a_single_part_carries_no_header() -> None:
    assert parts_of("a" * 160, 9)[0].udh == ""


@pytest.mark.parametrize(
    ("udh", "header"),
    [
        ("0500032A0302", Header(0x2A, 3, 2)),
        ("060804012A0302", Header(0x12A, 3, 2)),
        ("0B05040B8423F00003070201", Header(7, 2, 1)),
        ("", None),
        ("0500032A0304", None),
        ("0500032A0300", None),
        ("050003", None),
        ("06050415811581", None),
        ("zz", None),
    ],
)
def test_the_header_of_a_part_is_read(udh: str, header: Header | None) -> None:
    assert read_header(udh) == header


@pytest.mark.parametrize(
    ("hours", "octet"),
    [(1, 11), (12, 143), (13, 145), (24, 167), (25, 168), (48, 168), (49, 169), (72, 169), (720, 196)],
)
def test_the_validity_is_told_as_networks_count_it(hours: int, octet: int) -> None:
    assert relative_validity(hours) == octet


def row(number: int, text: str, udh: str = "", *, sender: str = "+436641234567", age: int = 0) -> InboxPart:
    moment = NOW - timedelta(minutes=age)
    return InboxPart(number, sender, text, udh, moment, moment, new=True)


def joined(*rows: InboxPart) -> list[str]:
    return [reply.text for reply in join_parts(rows, NOW, WAIT)]


def test_parts_of_a_reply_are_joined_in_their_order_whatever_order_they_came_in() -> None:
    rows = [
        row(3, "Ende", "050003010303"),
        row(1, "Mitte ", "050003010302"),
        row(2, "Anfang ", "050003010301"),
    ]
    assert joined(*rows) == ["Anfang Mitte Ende"]
    assert set(join_parts(rows, NOW, WAIT)[0].ids) == {1, 2, 3}


def test_a_missing_part_is_waited_for_and_then_marked() -> None:
    first = "050003010201"
    assert joined(row(1, "Anfang", first, age=14)) == []
    assert joined(row(1, "Anfang", first, age=15)) == [f"Anfang {MISSING}"]


def test_a_part_stored_twice_counts_once() -> None:
    rows = [row(1, "A", "050003010201"), row(2, "A", "050003010201"), row(3, "B", "050003010202")]
    assert joined(*rows) == ["AB"]
    assert join_parts(rows, NOW, WAIT)[0].ids == (1, 2, 3)


def test_two_replies_with_one_reference_stay_two() -> None:
    rows = [
        row(1, "A", "050003010201"),
        row(2, "B", "050003010202"),
        row(3, "C", "050003010201"),
        row(4, "D", "050003010202"),
        row(5, "E", "050003010201", sender="+436640000000"),
        row(6, "F", "050003010202", sender="+436640000000"),
    ]
    assert joined(*rows) == ["AB", "CD", "EF"]


def test_an_emoji_cut_between_two_parts_is_one_again() -> None:
    halves = EMOJI.encode("utf-16-be").hex()
    first, second = decode_hex("0041" + halves[:4]), decode_hex(halves[4:] + "0042")
    assert first is not None
    assert second is not None
    assert joined(row(1, first, "050003010201"), row(2, second, "050003010202")) == [f"A{EMOJI}B"]
    assert joined(row(1, first)) == ["A\ufffd"]


@pytest.mark.parametrize("text", ["zz", "004", "0041004"])
def test_what_is_no_hex_text_is_none(text: str) -> None:
    assert decode_hex(text) is None
