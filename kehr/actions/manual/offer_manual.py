"""Works out what a send from the manual window would be: to whom, how much, and who has it already."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from kehr.actions.facts.office_facts import BranchFacts, OfficeFacts
from kehr.actions.manual.show_manual_list import ListView, show_manual_list
from kehr.actions.texts.manual_text import Subject, compose_manual
from kehr.models import ManualSend, Message, db
from kehr.rules.plan.manual_list import Line, Wish, chosen
from kehr.rules.plan.manual_send import (
    Totals,
    begins_before,
    due_moment,
    is_told,
    manual_key,
    normal_text,
    totals,
)
from kehr.rules.plan.plan_values import Reason
from kehr.rules.terms.messages import Channel, State
from kehr.rules.terms.office_days import day_start, office_day
from kehr.rules.texts.outgoing import Composed, compose

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Item:
    """One message of a send. `reason` is why it could not leave; None when it is going to."""

    line: Line
    about: Subject
    address: str
    key: str
    composed: Composed
    branch: BranchFacts
    unticked: bool = False
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who has these words already, or is about to get them: since when, and by whom."""

    name: str
    address: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A send before it is confirmed. `due` is when it leaves; `stamp` tells two offers apart."""

    items: tuple[Item, ...]
    told: tuple[Told, ...]
    now: datetime
    due: datetime
    totals: Totals
    no_gateway: bool = False

    @property
    def leaving(self) -> tuple[Item, ...]:
        """What would leave."""
        return tuple(item for item in self.items if item.reason is None)

    @property
    def held_back(self) -> tuple[Item, ...]:
        """What could not leave, for its reason."""
        return tuple(item for item in self.items if item.reason is not None)

    @property
    def is_later(self) -> bool:
        """Whether the send window is closed now."""
        return self.due > self.now

    @property
    def stamp(self) -> str:
        """What was asked: whoever confirms something else is asked again."""
        later = self.due.isoformat() if self.is_later else ""
        asked = [f"{item.key} {item.composed.parts} {item.reason is None}" for item in self.items]
        return hashlib.sha256("\n".join([later, *sorted(asked)]).encode()).hexdigest()[:24]


def view_for(list_id: str, wish: Wish) -> ListView | None:
    """The list as a wish sees it."""
    return show_manual_list(
        list_id,
        wish.channel,
        unticked=bool(wish.without_consent),
        branch_id=wish.branch_id,
        only=None if wish.only is None else [wish.only],
    )


def offer_manual(view: ListView, wish: Wish, now: datetime) -> Offer:
    """What would leave of this list now. Inside a write transaction it is what will."""
    office = view.facts.office
    due = due_moment(now, office.window, office.zone)
    items = list(_once(_items(view, wish, due, now)))
    known = _known(items, wish, due, view.facts)
    told = [known[item.key] for item in items if item.key in known]
    fresh = tuple(item for item in items if item.key not in known)
    leaving = [(item.address, item.composed.parts) for item in fresh if item.reason is None]
    return Offer(
        items=fresh,
        told=tuple(told),
        now=now,
        due=due,
        totals=totals(leaving, _price(fresh, wish.channel, view.facts)),
        no_gateway=bool(fresh) and not any(wish.channel in item.branch.gateways for item in fresh),
    )


def _items(view: ListView, wish: Wish, due: datetime, now: datetime) -> Iterator[Item]:
    zone = view.facts.office.zone
    for line in view.lines:
        if (wish.only is None and line.id in wish.left_out) or wish.only not in (None, line.id):
            continue
        about = view.subjects[line.id]
        numbers = {number.value: number for number in view.numbers[line.id]}
        for address in chosen(line.id, numbers.values(), wish.choice, wish.ticks):
            key = manual_key(
                wish.channel, address, line.about, line.kind, wish.text, wish.subject, office_day(due, zone)
            )
            facts = line.facts_for(address)
            composed = compose(line.kind, wish.channel, wish.text, wish.subject, facts, due, zone)
            branch = branch_for(about, wish.branch_id, view.facts)
            reason = _against(line, composed, due, now)
            yield Item(line, about, address, key, composed, branch, numbers[address].unticked, reason)


def branch_for(about: Subject, branch_id: int | None, facts: OfficeFacts) -> BranchFacts:
    """Through which branch a line is written to: that of its appointment, else the chosen one."""
    if about.appointment is not None:
        return facts.calendars[about.appointment.calendar_id].branch
    return facts.branches.get(branch_id, facts.branches[None])


def _against(line: Line, composed: Composed, due: datetime, now: datetime) -> Reason | None:
    if composed.missing:
        names = ", ".join(f"#{name}" for name in composed.missing)
        return Reason("placeholder_missing", {"placeholders": names})
    start = line.facts.start
    if start is not None and begins_before(due, now, start):
        return Reason("manual_starts_before", {"start": start.isoformat()})
    return None


def _once(items: Iterator[Item]) -> Iterator[Item]:
    """One message a number about one thing, and the same words to a number only once (C10)."""
    keys: set[str] = set()
    words: set[tuple[str, str, str]] = set()
    for item in items:
        said = (item.address, item.composed.subject, item.composed.text)
        if item.key not in keys and said not in words:
            keys.add(item.key)
            words.add(said)
            yield item


def _known(items: Sequence[Item], wish: Wish, due: datetime, facts: OfficeFacts) -> dict[str, Told]:
    """By key of an item, who has it already: sent today about the same thing, or in the same words."""
    if not items:
        return {}
    found: dict[str, Told] = {}
    for message in _of_keys([item.key for item in items]):
        if _counts(message, facts):
            found[str(message.manual_key)] = _told(message)
    alike = list(_like([item for item in items if item.key not in found], wish, due, facts))
    words = {(message.recipient, *_said(message, facts, due)): message for message in alike}
    for item in items:
        same = words.get((item.address, item.composed.subject, item.composed.text))
        if same is not None and item.key not in found:
            found[item.key] = _told(same)
    return found


def _counts(message: Message, facts: OfficeFacts) -> bool:
    return is_told(State(message.state), only_trial=message.trial and not facts.company.trial)


def _told(message: Message) -> Told:
    send = message.manual_send
    at = send.at if send is not None else message.created_at
    return Told(message.recipient_name, message.recipient, message.sent_at or at, message.by)


def _of_keys(keys: Sequence[str]) -> Iterator[Message]:
    for start in range(0, len(keys), AT_ONCE):
        query = select(Message).where(Message.manual_key.in_(keys[start : start + AT_ONCE]))
        yield from db.session.scalars(query)


def _like(items: Sequence[Item], wish: Wish, due: datetime, facts: OfficeFacts) -> Iterator[Message]:
    """Messages by hand of the same office day and template to one of these numbers."""
    zone = facts.office.zone
    query = select(ManualSend.id, ManualSend.text, ManualSend.subject).where(
        ManualSend.channel == wish.channel, ManualSend.due_at >= day_start(office_day(due, zone), zone)
    )
    words = (normal_text(wish.text), normal_text(wish.subject))
    sends = [
        id_
        for id_, text, subject in db.session.execute(query)
        if (normal_text(text), normal_text(subject)) == words
    ]
    addresses = sorted({item.address for item in items}) if sends else []
    for start in range(0, len(addresses), AT_ONCE):
        some = addresses[start : start + AT_ONCE]
        found = select(Message).where(Message.recipient.in_(some), Message.manual_send_id.in_(sends))
        yield from (message for message in db.session.scalars(found) if _counts(message, facts))


def _said(message: Message, facts: OfficeFacts, due: datetime) -> tuple[str, str]:
    """Subject and text of a message: as they left, else as they would."""
    if message.text:
        return message.subject, message.text
    composed = compose_manual(message, facts, max(due, message.due_at))
    return composed.subject, composed.text


def _price(items: Sequence[Item], channel: Channel, facts: OfficeFacts) -> Decimal | None:
    """The price of one SMS in euro where every gateway concerned knows the same; else None."""
    if channel != Channel.SMS:
        return None
    ids = {item.branch.gateways.get(channel) for item in items if item.reason is None}
    prices = {facts.gateways[id_].price for id_ in ids if id_ in facts.gateways}
    price = prices.pop() if len(prices) == 1 else None
    return None if price is None else Decimal(price) / 10_000
