"""The Zettelrunde: who was not reached and why, and in which order one walks from door to door."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kehr.rules.entries.matching import folded
from kehr.rules.terms.appointments import WorkKind
from kehr.rules.terms.messages import State

REACHED = frozenset({State.SENDING, State.ACCEPTED, State.DELIVERED})
FAILED = {
    State.UNDELIVERED: "slip_undelivered",
    State.REFUSED: "slip_refused",
    State.UNCLEAR: "slip_unclear",
    State.MISSED: "slip_missed",
}
BOUNCED = "bounced"
"""The reason of an e-mail that came back: its slip says so, because there is an address to be mended."""
ON_THE_WAY = frozenset({State.PLANNED, State.HELD})
HELD_BACK = {
    "no_consent": "slip_no_consent",
    "revoked": "slip_revoked",
    "tag_no_sms": "slip_tag",
    "tag_no_email": "slip_tag",
    "landline": "slip_landline",
    "not_mobile": "slip_not_mobile",
    "only_invoices": "slip_only_invoices",
    "object_without_number": "slip_no_way",
    "no_number": "slip_no_way",
    "object_without_mobile": "slip_not_planned",
    "object_without_email": "slip_not_planned",
    "no_email": "slip_not_planned",
    "object_not_known": "slip_no_way",
    "only_main": "slip_only_main",
}
"""Why nothing went out: of several reasons the one that stands first here is told."""
NOT_NOW = "entry_missing"
"""The appointment may be off: nobody walks for it before that is known."""
_STREET = re.compile(
    r"(?P<name>.*?\D)\s*(?P<number>\d+\s?[a-z]?(?:\s*[-/+,].*|\s+[^\W\d].*)?)", re.IGNORECASE
)
_TOKEN = re.compile(r"\d+|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Heard:
    """One message about the appointment's start, as far as reaching somebody goes."""

    state: State
    trial: bool = False
    reason: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Door:
    """Somebody whom the appointment concerns. `reachable` when a mobile number or an e-mail is known;
    `landline` is a number to which no SMS goes; a manager does not live here.
    """

    messages: Sequence[Heard] = ()
    reachable: bool = False
    landline: str = ""
    manager: bool = False
    known: bool = True


@dataclass(frozen=True, slots=True)
class Why:
    """The reason for a slip, as a code with its arguments."""

    code: str
    args: Mapping[str, Any] = field(default_factory=dict)


def why_slip(door: Door) -> Why | None:
    """Why this party needs a slip; None when it was reached by any way, will be, or must wait."""
    if any(one.state in REACHED and not one.trial for one in door.messages):
        return None
    for one in door.messages:
        if one.state in FAILED:
            code = "slip_bounced" if one.reason == BOUNCED else FAILED[one.state]
            return Why(code, {"address": one.address})
    if any(one.state in ON_THE_WAY for one in door.messages):
        return None
    trial = next((one for one in door.messages if one.trial), None)
    if trial is not None:
        return Why("slip_trial", {"address": trial.address})
    if door.messages:
        return _held_back(door.messages)
    if not door.known:
        return Why("slip_nobody")
    if door.reachable:
        return Why("slip_not_planned")
    return Why("slip_landline", {"address": door.landline}) if door.landline else Why("slip_no_way")


def _held_back(messages: Sequence[Heard]) -> Why | None:
    """Of the messages that were withheld, what tells most."""
    by_reason = {one.reason: one for one in reversed(messages)}
    if NOT_NOW in by_reason:
        return None
    for reason, code in HELD_BACK.items():
        if reason in by_reason:
            return Why(code, {"address": by_reason[reason].address})
    return Why("slip_held_back", {"address": messages[0].address})


def slips_of(doors: Sequence[Door]) -> list[tuple[int, Why]]:
    """Of one appointment, by their place in `doors`, those who need a slip.

    A manager gets none, unless nobody else is known there. Who wants to hear of main sweeps only gets none
    either, unless the appointment would then be announced to nobody at all: then the first one gets it.
    """
    living = [at for at, door in enumerate(doors) if not door.manager] or list(range(len(doors)))
    wanted = [(at, why) for at in living if (why := why_slip(doors[at])) is not None]
    needed = [(at, why) for at, why in wanted if why.code != "slip_only_main"]
    if needed or len(wanted) < len(living):
        return needed
    return wanted[:1]


def needs_notice(units: int | None, posted_over: int | None, work: WorkKind) -> bool:
    """Whether a notice must hang in a house of so many units before this work."""
    if units is None or posted_over is None:
        return False
    return units > posted_over and work == WorkKind.MAIN_SWEEP


def walk_key(town: str, street: str, unit: str = "") -> tuple[Any, ...]:
    """What a round is sorted by: town, street, house number as one counts (2, 2a, 10), then the flat."""
    name, number = split_street(street)
    return (folded(town), _plain(name), *_number_key(number), _natural(unit))


def split_street(street: str) -> tuple[str, str]:
    """`Haratzmüllerstraße 7/3` as name and number; the number is empty where there is none."""
    text = " ".join(street.split())
    found = _STREET.fullmatch(text)
    return (found["name"].strip(), found["number"]) if found else (text, "")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"str(asse|\.)?$", "str", folded(name).strip())).strip()


def _number_key(number: str) -> tuple[int, str, tuple[tuple[int, int, str], ...]]:
    found = re.match(r"(\d+)\s?([a-z](?![a-z]))?", number, re.IGNORECASE)
    if found is None:
        return 0, "", _natural(number)
    return int(found[1]), (found[2] or "").casefold(), _natural(number[found.end() :])


def _natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Words and numbers of a text so that Top 2 comes before Top 10."""
    return tuple((0, int(t), "") if t.isdecimal() else (1, 0, t) for t in _TOKEN.findall(folded(text)))
