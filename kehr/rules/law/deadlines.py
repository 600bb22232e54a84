"""Until when a sweep must be announced, and whether it was: the sign and its sentence (C03)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from kehr.rules.terms.appointments import WorkKind


class Unit(StrEnum):
    """What a term is counted in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Sureness(StrEnum):
    """How sure it is that the rule is the law's; with LOW and UNKNOWN nothing is claimed."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    UNKNOWN = "unknown"


class Sign(StrEnum):
    """How an appointment stands. OPEN: there is time. GREY: nothing can be said."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    OPEN = "open"
    GREY = "grey"


@dataclass(frozen=True, slots=True)
class LandRule:
    """The rule of one Land; the fields are those of the stored row, told there."""

    land: str
    amount: int | None = None
    unit: Unit = Unit.DAY
    advice: bool = False
    warn_days: int = 3
    posted_over: int | None = None
    posted_amount: int | None = None
    posted_unit: Unit = Unit.DAY
    form: str = ""
    source: str = ""
    checked_on: date | None = None
    sureness: Sureness = Sureness.UNKNOWN
    note: str = ""

    @property
    def counts(self) -> bool:
        """Whether a last day follows from it."""
        return self.amount is not None and self.sureness in (Sureness.HIGH, Sureness.MEDIUM)

    def last_day(self, start_day: date) -> date | None:
        """The last day on which a start may be announced; None when nothing is known."""
        return back(start_day, self.amount, self.unit) if self.counts and self.amount is not None else None

    def posted_by(self, start_day: date) -> date | None:
        """The last day on which the notice of a main sweep must hang in a larger house."""
        if not self.counts or self.posted_over is None or self.posted_amount is None:
            return None
        return back(start_day, self.posted_amount, self.posted_unit)


@dataclass(frozen=True, slots=True)
class Announced:
    """What is known of the announcement of one start: for every party that is to be told the first day on
    which it was (None: not yet), and the day since which a notice hangs in the house.
    """

    days: tuple[date | None, ...] = (None,)
    posted: date | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """The sign of one appointment. `code` and `args` name its sentence; days in `args` are ISO dates."""

    sign: Sign
    start_day: date
    code: str
    args: Mapping[str, object] = field(default_factory=dict)
    last_day: date | None = None
    posted_by: date | None = None

    @property
    def until(self) -> date | None:
        """The day that counts for this house and work."""
        return self.posted_by or self.last_day


def back(day: date, amount: int, unit: Unit) -> date:
    """The day `amount` of `unit` before. A month before a day that the month lacks is its last day."""
    if unit != Unit.MONTH:
        return day - timedelta(days=amount * (7 if unit == Unit.WEEK else 1))
    months = day.year * 12 + day.month - 1 - amount
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def sign_of(
    rule: LandRule | None,
    units: int | None,
    work: WorkKind,
    start_day: date,
    announced: Announced,
    today: date,
) -> Deadline | None:
    """The sign of an appointment on `start_day` in a house of `units` flats (None: not known).

    None for work that is no sweep: the terms are those of sweeping dates.
    """
    if work == WorkKind.SPECIAL:
        return None
    if rule is None:
        return Deadline(Sign.GREY, start_day, "deadline_no_land")
    last_day = rule.last_day(start_day)
    if last_day is None:
        return Deadline(Sign.GREY, start_day, "deadline_unknown", {"land": rule.land})
    posted_by = rule.posted_by(start_day)
    if posted_by is not None and rule.posted_over is not None:
        if units is None:
            args = {"over": rule.posted_over}
            return Deadline(Sign.GREY, start_day, "deadline_units", args, last_day)
        if units > rule.posted_over:
            if work == WorkKind.MAIN_SWEEP:
                return _posted(rule, units, start_day, announced, today, last_day, posted_by)
            return _posted_for_the_year(units, start_day, announced, last_day)
    return _told(rule, start_day, announced, today, last_day)


def _posted(
    rule: LandRule,
    units: int,
    start_day: date,
    announced: Announced,
    today: date,
    last_day: date,
    posted_by: date,
) -> Deadline:
    """A main sweep in a larger house: only the notice counts, whatever was sent."""
    args: dict[str, object] = {"until": posted_by.isoformat(), "units": units}
    if announced.posted is not None:
        args["day"] = announced.posted.isoformat()
        in_time = announced.posted <= posted_by
        sign, code = (Sign.GREEN, "deadline_posted") if in_time else (Sign.RED, "deadline_posted_late")
    elif today > posted_by:
        sign, code = Sign.RED, "deadline_not_posted"
    else:
        sign, code = _still(rule, posted_by, today), "deadline_post"
    return Deadline(sign, start_day, code, args, last_day, posted_by)


def _posted_for_the_year(units: int, start_day: date, announced: Announced, last_day: date) -> Deadline:
    """An ordinary sweep in a larger house: the year's dates hang there, or nobody here knows of it."""
    args: dict[str, object] = {"until": last_day.isoformat(), "units": units}
    if announced.posted is not None and announced.posted <= last_day:
        args["day"] = announced.posted.isoformat()
        return Deadline(Sign.GREEN, start_day, "deadline_posted", args, last_day)
    return Deadline(Sign.GREY, start_day, "deadline_year_notice", args, last_day)


def _told(rule: LandRule, start_day: date, announced: Announced, today: date, last_day: date) -> Deadline:
    days = announced.days or (None,)
    told = [day for day in days if day is not None]
    in_time = sum(day <= last_day for day in told)
    args: dict[str, object] = {"until": last_day.isoformat(), "done": in_time, "parties": len(days)}
    if told:
        args["day"] = max(told).isoformat()
    if in_time == len(days):
        return Deadline(Sign.GREEN, start_day, "deadline_told", args, last_day)
    if today <= last_day:
        code = "deadline_announce_rest" if told else "deadline_announce"
        return Deadline(_still(rule, last_day, today), start_day, code, args, last_day)
    if in_time:
        code = "deadline_part_late" if len(told) == len(days) else "deadline_part"
    elif len(told) == len(days):
        code = "deadline_late"
    else:
        code = "deadline_part" if told else "deadline_missed"
    sign = Sign.AMBER if rule.advice else Sign.RED
    return Deadline(sign, start_day, f"{code}_advice" if rule.advice else code, args, last_day)


def _still(rule: LandRule, until: date, today: date) -> Sign:
    return Sign.AMBER if (until - today).days <= rule.warn_days else Sign.OPEN


def pressing_before(rule: LandRule, today: date, *, within: int, ahead: int) -> date:
    """The first start day, at most `ahead` days from today, whose terms all end later than `within` days from
    today; -1 asks for what is over. What starts before that day is late or soon will be.
    """
    for step in range(ahead + 1):
        start_day = today + timedelta(days=step)
        ends = [day for day in (rule.last_day(start_day), rule.posted_by(start_day)) if day is not None]
        if not ends or all((day - today).days > within for day in ends):
            return start_day
    return today + timedelta(days=ahead + 1)
