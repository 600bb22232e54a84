"""Takes an ICS body apart as bytes: a block of text for each event, by UID, before anything is parsed.

A digest of each UID without its DTSTAMP lines tells what changed, because Google stamps every event
with the time of the request.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b

from kehr.rules.feeds.feed_body import NotACalendar, decode_block, whole_calendar
from kehr.rules.feeds.feed_index import DIGEST_BYTES, FeedIndex, digest

__all__ = ["CANCEL_LINE", "ZONE_LINE", "FeedText", "NotACalendar", "split_feed"]

CANCEL_LINE = "X-KEHR-CANCEL"
ZONE_LINE = "X-KEHR-ZONE"

_CALENDAR = b"\nBEGIN:VCALENDAR\n"
_EVENT = b"\nBEGIN:VEVENT"
_EVENT_END = b"\nEND:VEVENT"
_INNER = re.compile(rb"\nBEGIN:([^\n]+)\n.*?(?:\nEND:\1(?=\n|\Z)|\Z)", re.DOTALL)
_ZONE_BLOCK = re.compile(rb"\nBEGIN:VTIMEZONE\n.*?\nEND:VTIMEZONE(?=\n|\Z)", re.DOTALL)
_STAMP = re.compile(rb"\nDTSTAMP[^\n]*")
_UID = re.compile(rb"\nUID(?:;[^\n:]*)?:([^\n]*)")
_FIRST_WORDS = re.compile(rb"\n(?:DTSTART|SUMMARY)[^\n]*")
_ZONE_NAME = re.compile(rb"\nX-WR-TIMEZONE[^\n:]*:[ \t]*([^\n]+)")
_CANCEL = re.compile(rb"\nMETHOD[^\n:]*:[ \t]*CANCEL[ \t]*(?=\n|\Z)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FeedText:
    """A feed taken apart, unfolded and not yet parsed.

    `groups` holds for each UID the inner lines of its VEVENTs, newlines about each line, without
    alarms; `zones` the VTIMEZONE blocks of the whole body. An event without UID stands under a made-up
    one that stays the same as long as its start and title do. What a VCALENDAR says about all of its
    events (METHOD:CANCEL, X-WR-TIMEZONE) stands as a line of ours in each block that it can matter to.
    """

    groups: dict[str, tuple[bytes, ...]]
    zones: bytes
    index: FeedIndex

    @property
    def content_hash(self) -> bytes:
        """16 bytes that change when any event or zone does, and not with DTSTAMP or the order of events."""
        return self.index.content_hash()


def split_feed(body: bytes) -> FeedText:
    """The events of an ICS body by UID, with their digests. Raises NotACalendar."""
    groups: dict[str, tuple[bytes, ...]] = {}
    hashes: dict[str, bytes] = {}
    zones: set[bytes] = set()
    calendars = whole_calendar(body).split(_CALENDAR)[:0:-1]
    while calendars:
        chunks = calendars.pop().split(_EVENT)
        about = _blocks_and_rest(chunks)
        zones.update(_ZONE_BLOCK.findall(about))
        _group(chunks, _said_of_all(about), groups, hashes)
    header = b"".join(sorted(zones))
    return FeedText(groups, header, FeedIndex(hashes, digest(header)))


def _blocks_and_rest(chunks: list[bytes]) -> bytes:
    """Leaves the events' inner lines in `chunks` and returns everything that stands between them."""
    rest = [b"\n" + chunks[0]]
    del chunks[0]
    for number, chunk in enumerate(chunks):
        if chunk.endswith(_EVENT_END):
            chunks[number] = chunk[: 1 - len(_EVENT_END)]
        else:
            block, _, after = (chunk + b"\n").partition(_EVENT_END + b"\n")
            chunks[number] = block + b"\n"
            rest.append(b"\n" + after)
    return b"".join(rest)


def _said_of_all(about: bytes) -> bytes:
    """Lines of ours that say in each event what its VCALENDAR says once."""
    own = _INNER.sub(b"", about)
    zone = _ZONE_NAME.search(own)
    lines = b"%b:%b\n" % (ZONE_LINE.encode(), zone[1]) if zone else b""
    return lines + (b"%b:1\n" % CANCEL_LINE.encode() if _CANCEL.search(own) else b"")


def _group(
    blocks: list[bytes], said_of_all: bytes, groups: dict[str, tuple[bytes, ...]], hashes: dict[str, bytes]
) -> None:
    """Moves the blocks to their groups; each one leaves `blocks` at once, to keep the peak of memory low."""
    zone_only = CANCEL_LINE.encode() not in said_of_all
    several: dict[str, list[bytes]] = {}
    for number, block in enumerate(blocks):
        blocks[number] = b""
        if b"\nBEGIN:" in block:
            block = _INNER.sub(b"", block)
        uid = _uid(block)
        if said_of_all and not (zone_only and b"\nDTSTART;TZID=" in block):
            block += said_of_all
        value = blake2b(_without_stamp(block), digest_size=DIGEST_BYTES).digest()
        if uid in groups:
            groups[uid] += (block,)
            several.setdefault(uid, [hashes[uid]]).append(value)
        else:
            groups[uid] = (block,)
            hashes[uid] = value
    for uid, values in several.items():
        hashes[uid] = digest(b"".join(sorted(values)))


def _uid(block: bytes) -> str:
    at = block.find(b"\nUID:")
    if at >= 0:
        name = block[at + 5 : block.find(b"\n", at + 5)].strip()
    else:
        found = _UID.search(block)
        name = found[1].strip() if found else b""
    return decode_block(name) if name else _made_up_uid(block)


def _without_stamp(block: bytes) -> bytes:
    at = block.find(b"\nDTSTAMP")
    if at < 0:
        return block
    end = block.find(b"\n", at + 1)
    if block.find(b"\nDTSTAMP", end) >= 0:
        return _STAMP.sub(b"", block)
    return block[:at] + block[end:]


def _made_up_uid(block: bytes) -> str:
    return "kehr-" + digest(b"".join(sorted(_FIRST_WORDS.findall(block)))).hex()
