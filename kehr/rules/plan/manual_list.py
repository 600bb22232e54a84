"""Who is in a list of the manual window, which of their numbers get the message, and why not the others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from kehr.rules.plan.manual_send import blocked_by
from kehr.rules.plan.plan_values import Reason
from kehr.rules.plan.recipients import Permission
from kehr.rules.terms.appointments import NumberType, WorkKind
from kehr.rules.terms.messages import Channel, Kind
from kehr.rules.terms.people import AddressKind, Purpose, fits
from kehr.rules.texts.text import TextFacts, lacking_in


class Choice(StrEnum):
    """Which numbers of a line get the message: all that may, the first that may, or those ticked singly."""

    ALL = "all"
    FIRST = "first"
    SINGLE = "single"


MOST_OBJECTS = 2000
"""So many objects or appointments are loaded into one list."""
BEHIND_SWITCH = "no_consent"
"""What the switch `auch ohne Einwilligung` sets aside; nothing else gives way to it."""
MISFITS = {
    Purpose.MAIN: "only_main",
    Purpose.INVOICE: "only_invoices",
    Purpose.APPOINTMENT: "only_appointments",
}


@dataclass(frozen=True, slots=True)
class Reach:
    """One number or address of a line. `consent` is the setting that decides (`customer`, `calendar`)."""

    kind: AddressKind
    value: str
    type: str = ""
    purpose: Purpose = Purpose.ALL
    consent: str = "customer"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list: a person or an employee, and what would be written about.

    `facts` hold what a text can say; `about` tells apart what is written about (`rules.manual_send`).
    `told` is by address the start that was last heard there, where that is another one than holds now.
    """

    id: int
    name: str
    detail: str
    about: str
    facts: TextFacts
    reaches: tuple[Reach, ...]
    work: WorkKind | None = None
    no_sms: bool = False
    no_email: bool = False
    told: Mapping[str, datetime] = field(default_factory=dict)

    def facts_for(self, address: str) -> TextFacts:
        """What a text to one address can say."""
        return replace(self.facts, old_start=self.told.get(address))

    @property
    def kind(self) -> Kind:
        """Written about an appointment, or free."""
        return Kind.MANUAL if self.facts.start is not None else Kind.FREE


@dataclass(frozen=True, slots=True)
class Number:
    """One address of a line with the verdict: `reason` None means that it may be written to.

    `unticked` ones are only reached because of the switch.
    """

    value: str
    type: str
    reason: Reason | None = None
    unticked: bool = False


def judge(
    line: Line, channel: Channel, permissions: Mapping[str, Permission], *, unticked: bool
) -> tuple[Number, ...]:
    """All addresses of a line on a channel, in the order of the master data, each once."""
    kind = AddressKind.PHONE if channel == Channel.SMS else AddressKind.EMAIL
    found: dict[str, Number] = {}
    for reach in line.reaches:
        if reach.kind != kind or not reach.value:
            continue
        reason = _against(line, reach, channel, permissions)
        behind = reason is not None and reason.code == BEHIND_SWITCH
        number = Number(reach.value, reach.type, None if behind and unticked else reason, behind and unticked)
        known = found.get(reach.value)
        if known is None or (known.reason is not None and number.reason is None):
            found[reach.value] = number
    return tuple(found.values())


def _against(
    line: Line, reach: Reach, channel: Channel, permissions: Mapping[str, Permission]
) -> Reason | None:
    args = {"address": reach.value}
    if channel == Channel.SMS and reach.type != NumberType.MOBILE:
        if reach.type == NumberType.LANDLINE:
            return Reason("landline", args)
        return Reason("not_mobile", args | {"type": reach.type})
    if line.no_sms and channel == Channel.SMS:
        return Reason("tag_no_sms")
    if line.no_email and channel == Channel.EMAIL:
        return Reason("tag_no_email")
    if not fits(reach.purpose, line.work):
        return Reason(MISFITS[reach.purpose], args)
    return blocked_by(reach.value, permissions.get(reach.value), reach.consent, "")


def is_reachable(line: Line, channel: Channel) -> bool:
    """Whether a line belongs into the list of a channel: it has a mobile number, or an e-mail address."""
    if channel == Channel.SMS:
        return any(r.kind == AddressKind.PHONE and r.type == NumberType.MOBILE for r in line.reaches)
    return any(r.kind == AddressKind.EMAIL and r.value for r in line.reaches)


def mark_of(line_id: int, address: str) -> str:
    """How the tick of one number of one line is called."""
    return f"{line_id}:{address}"


def chosen(
    line_id: int, numbers: Iterable[Number], choice: Choice, ticks: Collection[str] | None = None
) -> tuple[str, ...]:
    """The addresses of one line that get the message; `ticks` (None: all) count when chosen singly."""
    allowed = [number.value for number in numbers if number.reason is None]
    if choice == Choice.FIRST:
        return tuple(allowed[:1])
    if choice == Choice.SINGLE and ticks is not None:
        return tuple(value for value in allowed if mark_of(line_id, value) in ticks)
    return tuple(allowed)


def lacking_of(lines: Sequence[Line]) -> dict[str, int]:
    """By placeholder, for how many lines it has no value; those that all can fill are left out."""
    counts: dict[str, int] = {}
    for line in lines:
        old = next(iter(line.told.values()), None)
        for name in lacking_in(replace(line.facts, old_start=old)):
            counts[name] = counts.get(name, 0) + 1
    return counts


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to send to a list, as it stands in the form.

    `ticks` are `mark_of` numbers ticked singly (None: all), `left_out` lines whose tick was taken away,
    `only` the one line of `Senden` (None: `Alle`). `without_consent` is the reason to write to numbers
    without tick too; empty while the switch is off.
    """

    channel: Channel
    text: str
    subject: str = ""
    choice: Choice = Choice.ALL
    ticks: frozenset[str] | None = None
    left_out: frozenset[int] = frozenset()
    only: int | None = None
    without_consent: str = ""
    branch_id: int | None = None
