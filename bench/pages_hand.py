"""The manual window of an office of five years: its lists, its sends and their messages."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bench.office import NOW
from bench.pages_past import BRANCHES, TODAY, midnight
from bench.pages_story import Happened, Written, empty_message, send
from bench.people_data import House, Somebody, mobile_of
from kehr.models import ManualEntry, ManualList, ManualSend

SENDS, TO_EACH = 500, 20
"""So many sends by hand lie behind, each to so many."""
AT_ONCE = 500
"""So many messages of one send leave together in the days to come."""
AHEAD = 3
"""In so many days they leave."""
OPEN_LIST, EMPTY_LIST = "f" * 32, "e" * 32
"""A list of 150 people that somebody looks at, and one that the menu opens."""


def by_hand(session: Session, known: list[House]) -> Written:
    """The sends of the manual window, with their messages: of five years, and one of the coming days."""
    choose = random.Random(11)
    ticked = [(house, one) for house in known for one in house.people if one.mobile_ticked]
    written, lists, sends = Written(), [], []
    for number in range(1, SENDS + 2):
        coming = number > SENDS
        days = AHEAD if coming else -3 * (SENDS - number) - 2
        at = midnight(TODAY + timedelta(days=days)) + timedelta(hours=14)
        opened = NOW - timedelta(hours=2) if coming else at - timedelta(minutes=5)
        lists.append(_list(number, opened, at))
        sends.append(_send(number, opened, at))
        for house, one in choose.sample(ticked, AT_ONCE if coming else TO_EACH):
            _write(written, number, house, one, opened, at, choose)
    session.execute(insert(ManualList.__table__), lists)
    session.execute(insert(ManualSend.__table__), sends)
    return written


def _list(number: int, opened: datetime, at: datetime) -> dict[str, Any]:
    said = {"title": f"Auswahl {number}", "by": "office", "branch_id": 1 + number % 3}
    return {"id": f"{number:032x}", "created_at": opened, "closed_at": opened, "closed_how": "sent"} | said


def _send(number: int, opened: datetime, at: datetime) -> dict[str, Any]:
    text = "Wegen Bauarbeiten ist die Zufahrt gesperrt. Bitte rufen Sie uns an."
    said = {"title": f"Auswahl {number}", "by": "office", "branch_id": 1 + number % 3, "text": text}
    return {"id": number, "list_id": f"{number:032x}", "at": opened, "due_at": at, "channel": "sms"} | said


def _write(
    written: Written,
    number: int,
    house: House,
    one: Somebody,
    opened: datetime,
    at: datetime,
    choose: random.Random,
) -> None:
    ident = f"{choose.getrandbits(128):032x}"
    branch = BRANCHES[number % 3]
    message = empty_message(
        ident,
        kind="free",
        channel="sms",
        recipient=mobile_of(one.serial),
        due_at=at,
        too_late_at=at + timedelta(days=2),
        state="planned",
        reason="planned_by_hand",
        reason_args={"by": "office"},
        branch_name=branch,
        cost_center=f"{100 * (1 + number % 3)}",
        property_id=house.serial + 1,
        person_id=one.serial + 1,
        property_number=house.number,
        manual_send_id=number,
        manual_key=ident * 2,
        by="office",
        recipient_name=f"{one.first_name} {one.name}",
        place=f"{house.street}, {house.postcode} {house.town}",
        created_at=opened,
    )
    written.messages.append(message)
    args = {"by": "office"}
    written.events.append(Happened(opened, message, "", "planned", "planned_by_hand", args, "office"))
    if at < NOW:
        send(written, message, at, "delivered" if choose.random() < 0.97 else "undelivered")


def open_lists(session: Session, known: list[House]) -> None:
    """The lists that are open."""
    session.add(ManualList(id=EMPTY_LIST, by="office", created_at=NOW - timedelta(hours=1), branch_id=None))
    session.add(ManualList(id=OPEN_LIST, title="Tagesliste", by="office", created_at=NOW))
    session.flush()
    houses = [house for house in known if house.people[0].mobile][:150]
    entries = [
        {
            "list_id": OPEN_LIST,
            "position": at,
            "property_id": house.serial + 1,
            "person_id": house.people[0].serial + 1,
        }
        for at, house in enumerate(houses)
    ]
    session.execute(insert(ManualEntry.__table__), entries)
