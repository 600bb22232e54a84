"""The arguments of a reason, made readable: moments, numbers, names, codes within codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from kehr.rules.terms import phones
from kehr.words.states import CHANNELS, KINDS

MOMENTS = frozenset({"old", "new", "since", "until", "due", "now", "start", "told", "truth"})
DAYS = frozenset({"day"})
EXACT = frozenset({"exact"})
"""Moments that matter to the second, years later too."""
MONTHS = (
    "Jänner",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
)
WEEKDAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
NUMBER_TYPES = {
    "landline": "Festnetz",
    "voip": "Internet-Telefonie",
    "other": "Sondernummer",
    "mobile": "Handy",
}


def spell_moment(moment: datetime, zone: ZoneInfo) -> str:
    """An aware moment as the office reads it: `Di, 10.03. 17:00`."""
    local = moment.astimezone(zone)
    return f"{WEEKDAYS[local.weekday()]}, {local:%d.%m. %H:%M}"


def spell_exact(moment: datetime, zone: ZoneInfo) -> str:
    """An aware moment to the second: `Di, 10.03.2026 17:00:02`."""
    local = moment.astimezone(zone)
    return f"{WEEKDAYS[local.weekday()]}, {local:%d.%m.%Y %H:%M:%S}"


def spell_day(day: date) -> str:
    """A day as the office reads it: `Di, 10.03.`."""
    return f"{WEEKDAYS[day.weekday()]}, {day:%d.%m.}"


def spell_address(address: str) -> str:
    """A stored number in its national spelling; e-mail addresses as they are."""
    return phones.pretty(address) if address.startswith("+") else address


def readable(
    args: Mapping[str, Any], zone: ZoneInfo, explain: Callable[[str, Mapping[str, Any]], str]
) -> dict[str, Any]:
    """The arguments with every value as a person reads it.

    Moments are ISO 8601 with offset and become office time; `explain` turns a code inside the
    arguments (`code`, with the other arguments as its own) into its sentence.
    """
    return {name: _spelled(name, value, args, zone, explain) for name, value in args.items()}


def _spelled(
    name: str,
    value: Any,
    args: Mapping[str, Any],
    zone: ZoneInfo,
    explain: Callable[[str, Mapping[str, Any]], str],
) -> Any:
    if name == "code" and value:
        inner = {key: other for key, other in args.items() if key != "code"}
        return explain(str(value), readable(inner, zone, explain))
    if name in ("address", "recipient"):
        return spell_address(str(value))
    if name == "type":
        return NUMBER_TYPES.get(str(value), str(value))
    if name == "kind":
        return KINDS.get(str(value), str(value))
    if name == "channel":
        return CHANNELS.get(str(value), str(value))
    if name == "month":
        return MONTHS[int(str(value)[5:7]) - 1]
    if isinstance(value, (list, tuple)):
        return _listed([str(item) for item in value])
    if name in EXACT and value:
        return spell_exact(datetime.fromisoformat(str(value)), zone)
    if (name in MOMENTS or name in DAYS) and isinstance(value, str):
        return _time(value, zone, day=name in DAYS)
    return value


def _time(value: str, zone: ZoneInfo, *, day: bool) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    if moment.tzinfo is None:
        return spell_day(moment.date())
    return spell_day(moment.astimezone(zone).date()) if day else spell_moment(moment, zone)


def _listed(items: list[str]) -> str:
    return " und ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
