"""What each kind of gateway may be told beside address and credentials, and how fast it usually sends."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from kehr.rules.forms.settings_reader import Table

_NUMBERS: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "linkmobility": {"timeout": (1, 120)},
    "seven": {"states_at_once": (1, 1000), "timeout": (1, 120)},
    "android": {"sim": (0, 3), "ttl": (60, 14400), "timeout": (1, 120)},
    "gammu": {"validity_hours": (1, 720), "timeout": (1, 60)},
    "smtp": {"timeout": (1, 120)},
}
"""Whole numbers with their limits: seconds, hours, or how many."""
_WORDS: Mapping[str, tuple[str, ...]] = {"seven": ("zone",), "gammu": ("database", "phone_id", "zone")}

_KINDS = tuple(dict.fromkeys([*_NUMBERS, *_WORDS]))
OPTION_KEYS: Mapping[str, tuple[str, ...]] = {
    kind: (*_WORDS.get(kind, ()), *_NUMBERS.get(kind, ())) for kind in _KINDS
}
"""The options of each kind by their keys in the settings file; a described gateway has its own file."""

MANY_PER_MINUTE = 60
"""What a provider takes of one account without being asked: one a second."""
_SLOWER: Mapping[str, int] = {"android": 1, "gammu": 8}
"""Android lets an app send about 30 SMS in 30 minutes and fails the rest; a modem needs some seconds each."""


def usual_per_minute(kind: str) -> int:
    """How many messages a minute an account of this kind is given where nobody says otherwise."""
    return _SLOWER.get(kind, MANY_PER_MINUTE)


def read_options(table: Table, kind: str) -> dict[str, str]:
    """The options that the file names, as they are stored. Raises SettingsError."""
    found: dict[str, str | None] = {key: table.text(key, longest=500) for key in _WORDS.get(kind, ())}
    if found.get("zone"):
        _check_zone(table, found["zone"] or "")
    for key, (low, high) in _NUMBERS.get(kind, {}).items():
        number = table.whole(key, low, high)
        found[key] = None if number is None else str(number)
    return {key: value for key, value in found.items() if value is not None}


def told_options(kind: str, stored: Mapping[str, str]) -> dict[str, str | int]:
    """The stored options of a kind, as the settings file writes them; what is empty has its default."""
    numbers = _NUMBERS.get(kind, {})
    keys = [key for key in OPTION_KEYS.get(kind, ()) if stored.get(key)]
    return {key: int(stored[key]) if key in numbers else stored[key] for key in keys}


def _check_zone(table: Table, zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError) as error:
        sentence = f"Die Zeitzone »{zone}« gibt es nicht; für Österreich: Europe/Vienna."
        raise table.error("zone", sentence) from error
