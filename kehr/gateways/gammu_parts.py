"""How a text travels through Gammu's tables: in which coding, in which parts, under which headers.

The header is the concatenation of 3GPP TS 23.040: `050003RRTTNN` with an 8-bit reference, `060804RRRRTTNN`
with a 16-bit one; RR names the message, TT counts its parts, NN is the part.
"""

from __future__ import annotations

from dataclasses import dataclass

from kehr.rules.terms import sms

GSM = "Default_No_Compression"
UNICODE = "Unicode_No_Compression"
TEXT_CODINGS = frozenset({GSM, UNICODE, "Default_Compression", "Unicode_Compression"})

MOST_PARTS = 50
"""gammu-smsd reads so many parts of a message and silently leaves out the rest."""


@dataclass(frozen=True, slots=True)
class Part:
    """One SMS of a message; `udh` is empty when it is the only one."""

    text: str
    udh: str


@dataclass(frozen=True, slots=True)
class Header:
    """Which part of which message an SMS is; `position` counts from 1."""

    reference: int
    total: int
    position: int


def coding_of(text: str) -> str:
    """GSM-7 only when it has every character: Gammu would send the others as question marks."""
    return GSM if sms.count(text).encoding == sms.GSM_7 else UNICODE


def parts_of(text: str, reference: int) -> tuple[Part, ...]:
    """The composed text in its parts, with their headers; `reference` is 0 to 255. An empty text has none."""
    texts = sms.split(text)
    if len(texts) == 1:
        return (Part(texts[0], ""),)
    return tuple(
        Part(one, f"050003{reference:02X}{len(texts):02X}{position:02X}")
        for position, one in enumerate(texts, start=1)
    )


def relative_validity(hours: int) -> int:
    """TP-VP in relative format for at least `hours` (1 to 720): how long the network goes on trying."""
    if hours <= 12:
        return hours * 12 - 1
    if hours <= 24:
        return 143 + (hours - 12) * 2
    return 166 + -(-hours // 24)


def read_header(udh: str) -> Header | None:
    """The concatenation in a user data header written in hex; None when there is none in it."""
    try:
        octets = bytes.fromhex(udh)
    except ValueError:
        return None
    at = 1
    while at + 1 < len(octets):
        element, length = octets[at], octets[at + 1]
        value = octets[at + 2 : at + 2 + length]
        if (element, len(value)) in ((0x00, 3), (0x08, 4)):
            header = Header(int.from_bytes(value[:-2], "big"), value[-2], value[-1])
            return header if 0 < header.position <= header.total else None
        at += 2 + length
    return None
