"""Gathers what the manual window shows: the lines with their numbers, the preview, the legend, the sums."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kehr.actions.manual.manual_closed import NoList
from kehr.actions.manual.offer_manual import Offer, Told, offer_manual
from kehr.actions.manual.show_manual_list import ListView, show_manual_list
from kehr.actions.people.search_objects import Hit, search_objects
from kehr.models import Branch, db
from kehr.rules.plan.manual_list import Choice, Line, Number, chosen, mark_of
from kehr.rules.plan.manual_send import due_moment
from kehr.rules.terms.messages import Channel
from kehr.rules.terms.people import takes_sms
from kehr.rules.terms.sms import SmsCount, count
from kehr.rules.texts.draft import Dear, dear_characters
from kehr.rules.texts.outgoing import Composed, compose
from kehr.rules.texts.text import values_for
from kehr.web import manual_words as words
from kehr.web import money_words
from kehr.web.draft_words import Hint, highlighted
from kehr.web.manual_form import Typed, with_selected
from kehr.web.manual_hints import hints_of, remarks_of

SMALL = 100
"""A list of so many lines is summed up while somebody types; a longer one when it is sent."""
OFFERED = 8
"""So many hits of the search are offered to be added."""


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One number of a line with its sign; `mark` names its tick."""

    number: Number
    sign: words.Sign
    title: str
    mark: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line as the list shows it; `goes_to` are the addresses that get the message when it is ticked."""

    line: Line
    numbers: tuple[NumberRow, ...]
    goes_to: tuple[str, ...]
    ticked: bool


@dataclass(frozen=True, slots=True)
class Reads:
    """What the selected line would read. `sms_name` is a cheap spelling that its person could keep."""

    line: Line
    composed: Composed
    counted: SmsCount
    pieces: list[tuple[str, bool]]
    hints: list[Hint]
    told: Told | None
    sms_name: str
    person_id: int | None


def board(list_id: str, typed: Typed, now: datetime) -> dict[str, Any]:
    """Everything of the window. Raises NoList."""
    view = show_manual_list(list_id, typed.channel, unticked=typed.unticked, branch_id=typed.branch_id)
    if view is None:
        raise NoList(list_id)
    selected = view.line(typed.selected) or next(iter(view.lines), None)
    typed = with_selected(typed, selected.id if selected else None)
    blocks = words.blocks_of(view.lines)
    office = view.facts.office
    due = due_moment(now, office.window, office.zone)
    return {
        "view": view,
        "typed": typed,
        "rows": [_row(line, view, typed) for line in view.lines],
        "most": len(_usable(view, typed.channel)),
        "goes_to": _goes_to(view, typed),
        "reads": _reads(view, selected, typed, due, now) if selected else None,
        "offer": offer_of(view, typed, now),
        "blocks": blocks,
        "lacking": words.why_none(blocks, view.lines),
        "due": due if due > now else None,
        "branches": _branches(),
        "amount": words.amount,
        "credit": _credit(view, typed),
        "when_of": words.times_of(view.lines),
        "now": now,
    }


def preview(list_id: str, typed: Typed, now: datetime) -> dict[str, Any]:
    """What changes while somebody types or moves through the list: only the selected line is rendered."""
    only = None if typed.selected is None else [typed.selected]
    view = show_manual_list(
        list_id, typed.channel, unticked=typed.unticked, branch_id=typed.branch_id, only=only
    )
    if view is None:
        raise NoList(list_id)
    selected = next(iter(view.lines), None)
    office = view.facts.office
    due = due_moment(now, office.window, office.zone)
    reads = _reads(view, selected, typed, due, now) if selected else None
    return {"view": view, "typed": typed, "reads": reads, "now": now}


def offer_of(view: ListView, typed: Typed, now: datetime) -> Offer | None:
    """The sums of a short list; None for a long one, or without a text."""
    if len(view.lines) > SMALL or not typed.text.strip():
        return None
    return offer_manual(view, typed.wish(), now)


def _row(line: Line, view: ListView, typed: Typed) -> Row:
    numbers = view.numbers[line.id]
    ticked = line.id not in typed.left_out
    goes_to = chosen(line.id, numbers, typed.choice, typed.ticks if typed.singly else None)
    return Row(
        line=line,
        numbers=tuple(
            NumberRow(
                number,
                words.sign_of(number, view.row.audience),
                words.sign_title(number),
                mark_of(line.id, number.value),
                number.value in goes_to and ticked,
            )
            for number in numbers
        ),
        goes_to=goes_to,
        ticked=ticked and bool(goes_to),
    )


def _usable(view: ListView, channel: Channel) -> set[str]:
    """The addresses of the list that could be written to at all on this channel."""
    return {
        number.value
        for line in view.lines
        for number in view.numbers[line.id]
        if channel == Channel.EMAIL or takes_sms(number.type)
    }


def _goes_to(view: ListView, typed: Typed) -> set[str]:
    """The addresses that `Alle` would reach, each once."""
    ticks = typed.ticks if typed.singly else None
    return {
        address
        for line in view.lines
        if line.id not in typed.left_out
        for address in chosen(line.id, view.numbers[line.id], typed.choice, ticks)
    }


def _reads(view: ListView, line: Line, typed: Typed, due: datetime, now: datetime) -> Reads:
    zone = view.facts.office.zone
    goes_to = chosen(line.id, view.numbers[line.id], Choice.ALL)
    facts = line.facts_for(goes_to[0] if goes_to else "")
    composed = compose(line.kind, typed.channel, typed.text, typed.subject, facts, due, zone)
    counted = count(composed.text)
    sms = typed.channel == Channel.SMS
    dear = dear_characters(typed.text, values_for(facts, due, zone), composed.text) if sms else ()
    person = view.subjects[line.id].person
    told: tuple[Told, ...] = ()
    if typed.text.strip():
        told = offer_manual(view, typed.wish(only=line.id), now).told
    return Reads(
        line=line,
        composed=composed,
        counted=counted,
        pieces=highlighted(composed.text, counted)
        if sms
        else [(composed.text, False)]
        if composed.text
        else [],
        hints=hints_of(typed.text, composed, dear, counted, typed.channel, _warned(view, typed)),
        told=told[0] if told else None,
        sms_name=_sms_name(dear) if person is not None else "",
        person_id=person.id if person is not None else None,
    )


def _warned(view: ListView, typed: Typed) -> list[str]:
    branch = view.facts.branches.get(typed.branch_id, view.facts.branches[None])
    return remarks_of(typed.wish(), deaf=branch.deaf is not None)


def _sms_name(dear: tuple[Dear, ...]) -> str:
    return next((one.cheap for one in dear if one.placeholder == "Name" and one.cheap), "")


def _branches() -> list[tuple[int, str]]:
    """What can be chosen to write; nothing where there is no choice."""
    there = db.select(Branch.id, Branch.name).where(Branch.archived_at.is_(None))
    rows = db.session.execute(there.order_by(Branch.name)).all()
    return [(row.id, row.name) for row in rows] if len(rows) > 1 else []


def _credit(view: ListView, typed: Typed) -> str:
    """`Guthaben 1.204 SMS` of the account through which this list goes, where one is known."""
    if typed.channel != Channel.SMS:
        return ""
    branches = {
        about.appointment.calendar.branch_id if about.appointment is not None else typed.branch_id
        for about in view.subjects.values()
    } or {typed.branch_id}
    facts = view.facts
    ids = {facts.branches.get(one, facts.branches[None]).gateways.get(Channel.SMS) for one in branches}
    gateways = [facts.gateways[one] for one in ids if one is not None]
    return money_words.credit(gateways[0]) if len(gateways) == 1 else ""


def hits_of(text: str) -> list[Hit]:
    """What could be added to a list."""
    return search_objects(text, OFFERED) if text else []
