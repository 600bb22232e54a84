"""Checks one of `[[deadlines]]` of a settings file, and what is typed on the screen of the Fristen."""

from __future__ import annotations

from datetime import date, datetime

from kehr.rules.forms.settings_reader import SettingsError, Table
from kehr.rules.forms.settings_values import LANDS
from kehr.rules.law.deadlines import LandRule, Sureness, Unit

LONGEST = {Unit.DAY: 365, Unit.WEEK: 52, Unit.MONTH: 12}
"""No term is longer than a year."""
MOST_WARN_DAYS = 30
MOST_UNITS = 999
_KEYS = (
    "land",
    "amount",
    "unit",
    "advice",
    "warn_days",
    "posted_over",
    "posted_amount",
    "posted_unit",
    "form",
    "source",
    "checked_on",
    "sureness",
    "note",
)


def read_deadline(data: object, path: str) -> LandRule:
    """The whole rule of one Land; what is absent is not known. Raises SettingsError."""
    table = Table(data, path, _KEYS)
    unit, posted_unit = _unit(table, "unit"), _unit(table, "posted_unit")
    posted_over = table.whole("posted_over", 0, MOST_UNITS)
    warn_days = table.whole("warn_days", 0, MOST_WARN_DAYS)
    rule = LandRule(
        land=table.choice("land", LANDS, required=True) or "",
        amount=table.whole("amount", 0, LONGEST[unit]),
        unit=unit,
        advice=bool(table.flag("advice")),
        warn_days=3 if warn_days is None else warn_days,
        posted_over=posted_over,
        posted_amount=table.whole("posted_amount", 0, LONGEST[posted_unit]),
        posted_unit=posted_unit,
        form=table.long_text("form", longest=1000) or "",
        source=table.text("source", longest=300) or "",
        checked_on=_day(table, "checked_on"),
        sureness=Sureness(table.choice("sureness", Sureness) or Sureness.UNKNOWN),
        note=table.long_text("note", longest=2000) or "",
    )
    _refuse_halves(table, rule)
    return rule


def _refuse_halves(table: Table, rule: LandRule) -> None:
    if (rule.posted_over is None) != (rule.posted_amount is None):
        name = "posted_over" if rule.posted_over is None else "posted_amount"
        raise table.error(
            name, "Zum Aushang gehört beides: ab wie vielen Wohnungen, und bis wann er hängen muss."
        )
    if rule.amount is None and rule.posted_over is not None:
        raise table.error("amount", "Wo ein Aushang nötig ist, gehört auch eine Frist der Ankündigung her.")
    if rule.amount is None and rule.advice:
        raise table.error("amount", "Zu einer Empfehlung gehört, wie lange vorher angekündigt werden soll.")
    if rule.amount is not None and not rule.source:
        raise table.error("source", "Woher kommt diese Frist? Nennen Sie Gesetz und Paragraf.")


def _unit(table: Table, name: str) -> Unit:
    return Unit(table.choice(name, Unit) or Unit.DAY)


def _day(table: Table, name: str) -> date | None:
    """A day as TOML has it, or as text: 2026-03-10 or 10.03.2026."""
    value = table.data.get(name)
    if value is None or value == "":
        return None
    found = value if isinstance(value, date) and not isinstance(value, datetime) else None
    if isinstance(value, str):
        found = _typed_day(value.strip())
    if found is None or not 2000 <= found.year < 2100:
        raise SettingsError(table.key(name), f"»{value}« ist kein Tag; so schreiben: 10.03.2026.")
    return found


def _typed_day(text: str) -> date | None:
    try:
        if "." in text:
            day, month, year = text.split(".")
            return date(int(year), int(month), int(day))
        return date.fromisoformat(text)
    except ValueError:
        return None
