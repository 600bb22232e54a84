"""The month, week or day that a calendar page shows, by its name in the address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

FIRST_YEAR, LAST_YEAR = 2000, 2099
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """A month, week or day: its `view`, its `name` in the address, and its days."""

    view: str
    name: str
    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Every day from the first to the last."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    @property
    def weeks(self) -> list[list[date]]:
        """The whole weeks, Monday to Sunday, that a month's page shows."""
        monday = self.first - timedelta(days=self.first.weekday())
        return [
            [start + timedelta(days=number) for number in range(7)]
            for start in (monday + timedelta(weeks=week) for week in range(6))
            if start <= self.last
        ]

    @property
    def earlier(self) -> str:
        """The name of the span before."""
        return name_of(self.view, self.first - timedelta(days=1))

    @property
    def later(self) -> str:
        """The name of the span after."""
        return name_of(self.view, self.last + timedelta(days=1))

    def middle(self, today: date) -> date:
        """The day from which another view goes on: today where the span has it, else its first."""
        return today if self.first <= today <= self.last else self.first


def name_of(view: str, day: date) -> str:
    """How the span with this day is called: `2026-03`, `2026-W11` or `2026-03-10`."""
    if view == "monat":
        return f"{day:%Y-%m}"
    if view == "woche":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    return day.isoformat()


def span_of(view: str, name: str) -> Span | None:
    """The span of that name, None when there is none in this century."""
    try:
        first = _first(view, name)
    except ValueError:
        return None
    if first is None or not FIRST_YEAR <= first.year <= LAST_YEAR:
        return None
    last = first
    if view == "monat":
        last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    elif view == "woche":
        last = first + timedelta(days=6)
    return Span(view, name_of(view, first), first, last)


def _first(view: str, name: str) -> date | None:
    if view == "monat" and (found := _MONTH.fullmatch(name)):
        return date(int(found[1]), int(found[2]), 1)
    if view == "woche" and (found := _WEEK.fullmatch(name)):
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    return date.fromisoformat(name) if view == "tag" and _DAY.fullmatch(name) else None
