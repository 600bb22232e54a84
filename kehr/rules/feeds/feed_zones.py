"""Finds the zone that a TZID means: IANA, Windows, prefixed, defined in the feed, else the office's."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from icalendar import Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from kehr.rules.feeds.feed_body import decode_block

_DEFINITION = re.compile(r"\nBEGIN:VTIMEZONE\n.*?\nEND:VTIMEZONE(?=\n|\Z)", re.DOTALL)
_TZID = re.compile(r"\nTZID[^\n:]*:[ \t]*([^\n]+)")
_LOCATION = re.compile(r"\nX-LIC-LOCATION[^\n:]*:[ \t]*([^\n]+)")
_UTC_NAMES = frozenset({"utc", "gmt", "z", "etc/utc", "tzone://microsoft/utc"})


class Zones:
    """The zones of one feed. A known IANA name beats the feed's own definition of it."""

    def __init__(self, definitions: bytes, office: ZoneInfo) -> None:
        self.office = office
        self._definitions = definitions
        self._texts: dict[str, str] | None = None
        self._found: dict[str, tzinfo | None] = {}

    def find(self, name: str) -> tzinfo | None:
        """The zone that `name` means in this feed, or None where nobody knows."""
        if name not in self._found:
            self._found[name] = named_zone(name) or self._defined(name)
        return self._found[name]

    def _defined(self, name: str) -> tzinfo | None:
        text = self._definition_texts().get(name.strip())
        if text is None:
            return None
        location = _LOCATION.search(text)
        if location and (known := named_zone(location[1])):
            return known
        try:
            return _built(text)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError):
            return None

    def _definition_texts(self) -> dict[str, str]:
        if self._texts is None:
            blocks = _DEFINITION.findall(decode_block(self._definitions))
            named = ((_TZID.search(block), block) for block in blocks)
            self._texts = {found[1].strip().strip('"'): block for found, block in named if found}
        return self._texts


def _built(definition: str) -> tzinfo:
    """The zone that a VTIMEZONE block defines; asked once, because a broken one raises only then."""
    parsed = Timezone.from_ical(definition.lstrip("\n") + "\n")
    if not isinstance(parsed, Timezone):
        raise TypeError("no VTIMEZONE")
    zone: tzinfo = parsed.to_tz(lookup_tzid=False)
    if zone.utcoffset(datetime(2020, 6, 1, tzinfo=zone)) is None:
        raise ValueError("a zone without offset")
    return zone


@lru_cache(maxsize=512)
def named_zone(name: str) -> tzinfo | None:
    """The zone of an IANA or Windows name, in any case and behind any vendor's prefix, or None."""
    plain = name.strip().strip("\"'").strip().strip("/")
    if plain.lower() in _UTC_NAMES:
        return UTC
    parts = plain.split("/")
    for start in range(min(len(parts), 6)):
        zone = _iana("/".join(parts[start:]))
        if zone:
            return zone
    return None


def _iana(name: str) -> ZoneInfo | None:
    name = WINDOWS_TO_OLSON.get(name, name)
    for guess in (name, name.title()):  # listing all names takes longer than reading a small feed
        with suppress(ValueError, OSError, ZoneInfoNotFoundError):
            return ZoneInfo(guess)
    known = _iana_names().get(name.lower())
    return ZoneInfo(known) if known else None


@lru_cache(maxsize=1)
def _iana_names() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}
