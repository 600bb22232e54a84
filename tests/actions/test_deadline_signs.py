"""The Fristen-Ampel over real rows: who was told which start, and when."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask

from kehr.actions.send.tell_in_person import Telling, tell
from kehr.actions.visits.deadline_rules import keep_defaults, load_rules
from kehr.actions.visits.deadline_signs import deadline_signs
from kehr.actions.visits.pressing_deadlines import count_late, find_pressing
from kehr.models import Appointment, DeadlineRule, Message, MessageRule, db, writing
from kehr.rules.law.deadlines import Deadline, Sign
from kehr.rules.law.start_deadlines import START_DEADLINES
from kehr.rules.terms.messages import Channel
from tests import builders

VIENNA = ZoneInfo("Europe/Vienna")
START = datetime(2026, 3, 30, 7, 0, tzinfo=UTC)
IN_TIME = datetime(2026, 3, 16, 22, 30, tzinfo=UTC)
"""Still 16.03. at 23:30 in Vienna."""
LATE = datetime(2026, 3, 16, 23, 30, tzinfo=UTC)
"""Half past midnight of 17.03. in Vienna."""
TODAY = datetime(2026, 3, 20, 11, 0, tzinfo=UTC)


class Office:
    """An office in Niederösterreich with one calendar and one rule."""

    def __init__(self) -> None:
        builders.company(land="NÖ")
        self.branch = builders.branch("St. Pölten")
        self.calendar = builders.calendar(branch_id=self.branch.id)
        self.rule: MessageRule = builders.rule("announcement")

    def stop(self, start: datetime = START, **values: Any) -> Appointment:
        """One appointment."""
        return builders.appointment(self.calendar, start, **values)

    def told(self, stop: Appointment, at: datetime = IN_TIME, **values: Any) -> Message:
        """A message about it that was delivered."""
        return builders.message(stop, self.rule, **{"state": "delivered", "sent_at": at} | values)

    def sign(self, stop: Appointment, now: datetime = TODAY) -> Deadline:
        """The sign of one."""
        return deadline_signs([stop.id], now, VIENNA)[stop.id]


@pytest.fixture
def office(app: Flask) -> Office:
    return Office()


@pytest.mark.parametrize(("at", "expected"), [(IN_TIME, Sign.GREEN), (LATE, Sign.RED)])
def test_the_day_counts_in_the_offices_zone(office: Office, at: datetime, expected: Sign) -> None:  # C03
    stop = office.stop()
    office.told(stop, at)
    assert office.sign(stop).sign == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"state": "accepted"}, "deadline_told"),
        ({"state": "unclear"}, "deadline_missed"),
        ({"state": "undelivered"}, "deadline_missed"),
        ({"state": "refused"}, "deadline_missed"),
        ({"state": "planned", "sent_at": None}, "deadline_missed"),
        ({"state": "withdrawn"}, "deadline_missed"),
        ({"trial": True}, "deadline_missed"),
        ({"kind": "confirmation"}, "deadline_told"),
        ({"kind": "reminder"}, "deadline_told"),
        ({"kind": "moved"}, "deadline_told"),
        ({"kind": "feedback"}, "deadline_missed"),
        ({"kind": "cancelled"}, "deadline_missed"),
        ({"kind": "manual", "text": "Wir kommen am Montag, 30.03. um 9 Uhr."}, "deadline_told"),
        ({"kind": "manual", "text": "Bitte rufen Sie uns an."}, "deadline_missed"),
        ({"about_start": START + timedelta(days=1)}, "deadline_missed"),
        ({"about_start": None}, "deadline_missed"),
    ],
)
def test_only_what_surely_told_this_start_counts(
    office: Office, values: dict[str, Any], expected: str
) -> None:
    stop = office.stop()
    office.told(stop, **values)
    assert office.sign(stop).code == expected


def test_after_a_move_the_new_start_has_to_be_announced(office: Office) -> None:
    stop = office.stop()
    office.told(stop)
    stop.start = START + timedelta(days=2)
    db.session.commit()
    assert office.sign(stop).code == "deadline_missed"
    office.told(stop, datetime(2026, 3, 18, 9, tzinfo=UTC), kind="moved", recipient="+436641000009")
    assert office.sign(stop).sign == Sign.GREEN


def test_cancelled_and_special_work_have_no_sign(office: Office) -> None:
    gone = office.stop(cancelled_at=TODAY)
    special = office.stop(work_kind="Sonderarbeit")
    assert deadline_signs([gone.id, special.id], TODAY, VIENNA) == {}
    assert deadline_signs([], TODAY, VIENNA) == {}
    assert count_late(TODAY, VIENNA) == 0


def test_land_of_the_object_before_that_of_the_branch_before_the_firms(office: Office) -> None:
    house = builders.house(land="Tirol")
    there, elsewhere = office.stop(property_id=house.id), office.stop()
    assert office.sign(there).last_day == START.date() - timedelta(days=2)
    assert office.sign(elsewhere).last_day == START.date() - timedelta(days=14)
    office.branch.land = "Bgld"
    db.session.commit()
    assert office.sign(elsewhere).last_day == datetime(2026, 2, 28, tzinfo=UTC).date()
    assert office.sign(there).last_day == START.date() - timedelta(days=2)


@pytest.mark.parametrize(("land", "code"), [("Vbg", "deadline_unknown"), ("", "deadline_no_land")])
def test_where_nothing_is_known_the_sign_is_grey(office: Office, land: str, code: str) -> None:
    db.session.execute(sa.text("UPDATE company SET land = :land"), {"land": land})
    db.session.commit()
    found = office.sign(office.stop())
    assert (found.sign, found.code) == (Sign.GREY, code)
    assert count_late(TODAY, VIENNA) == 0


def test_in_a_house_every_party_has_to_be_told(office: Office) -> None:
    house = builders.house()
    anna = builders.person(house, "Anna", unit="Top 1", phones=["0664 1000001"])
    builders.person(house, "Bert", unit="Top 2", phones=["0664 1000001"])
    cleo = builders.person(house, "Cleo", unit="Top 3", phones=["0664 1000003"])
    builders.person(house, "Doro", unit="Top 4", phones=[("0664 1000004", "main")])
    stop = office.stop(property_id=house.id)
    office.told(stop, person_id=anna.id)
    found = office.sign(stop)
    assert (found.sign, found.code) == (Sign.RED, "deadline_part")
    assert (found.args["done"], found.args["parties"]) == (2, 3), "Anna and Bert share a telephone"
    tell([Telling(stop.id, cleo.id)], Channel.PHONE, "office", LATE)
    assert office.sign(stop).code == "deadline_part_late"
    stop.work_kind = "HK"
    db.session.commit()
    found = office.sign(stop)
    assert (found.code, found.args["parties"]) == ("deadline_part", 4), "Doro hears of main sweeps"


@pytest.mark.parametrize("channel", [Channel.PAPER, Channel.PHONE])
def test_what_was_dropped_in_or_said_makes_it_green(office: Office, channel: Channel) -> None:  # C04
    stop = office.stop()
    assert office.sign(stop, IN_TIME).code == "deadline_announce"
    tell([Telling(stop.id)], channel, "office", IN_TIME)
    assert office.sign(stop).sign == Sign.GREEN


def test_vienna_wants_the_notice_even_when_every_sms_was_delivered(office: Office) -> None:  # C03
    house = builders.house(land="Wien", units=10)
    people = [
        builders.person(house, f"Partei {n}", unit=f"Top {n}", phones=[f"0664 10000{n:02}"])
        for n in range(1, 11)
    ]
    stop = office.stop(property_id=house.id, work_kind="HK")
    early = datetime(2026, 2, 2, 9, tzinfo=UTC)
    for n, person in enumerate(people, 1):
        office.told(stop, early, person_id=person.id, recipient=f"+4366410000{n:02}")
    found = office.sign(stop, datetime(2026, 3, 10, 9, tzinfo=UTC))
    assert (found.sign, found.code) == (Sign.OPEN, "deadline_post")
    assert found.args["until"] == "2026-03-23"
    tell([Telling(stop.id, notice=True)], Channel.PAPER, "office", datetime(2026, 3, 23, 9, tzinfo=UTC))
    assert office.sign(stop, START).sign == Sign.GREEN


def test_known_parties_tell_a_larger_house_without_its_number_of_flats(office: Office) -> None:
    house = builders.house(land="Wien")
    for n in (1, 2):
        builders.person(house, f"Partei {n}", unit=f"Top {n}")
    stop = office.stop(property_id=house.id, work_kind="HK")
    assert office.sign(stop).code == "deadline_units"
    builders.person(house, "Partei 3", unit="Top 3")
    assert office.sign(stop).code == "deadline_post"


def test_what_presses_is_found_without_looking_at_what_has_time(office: Office) -> None:
    late = office.stop()
    office.told(late, LATE)
    fine = office.stop(START + timedelta(hours=1))
    office.told(fine)
    missed = office.stop(START + timedelta(hours=2))
    soon = office.stop(datetime(2026, 4, 5, 8, tzinfo=UTC))
    far = office.stop(datetime(2026, 4, 20, 8, tzinfo=UTC))
    office.stop(TODAY - timedelta(days=1))
    office.stop(cancelled_at=TODAY)
    special = office.stop(work_kind="Sonderarbeit")
    assert count_late(TODAY, VIENNA) == 2
    found = find_pressing(TODAY, VIENNA)
    assert found.of(Sign.RED) == [late.id, missed.id]
    assert found.of(Sign.AMBER) == [soon.id]
    assert not found.cut and far.id not in found.signs and special.id not in found.signs


def test_many_appointments_cost_as_many_queries_as_few(office: Office) -> None:
    stops = []
    for n in range(30):
        house = builders.house(f"A{n:06}")
        person = builders.person(house, f"Partei {n}", phones=[f"0664 10000{n:02}"])
        stop = office.stop(START + timedelta(minutes=n), property_id=house.id)
        office.told(stop, LATE, person_id=person.id)
        stops.append(stop.id)

    def queries(work: Any) -> int:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            seen.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        try:
            work()
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    few = queries(lambda: deadline_signs(stops[:2], TODAY, VIENNA))
    assert queries(lambda: deadline_signs(stops, TODAY, VIENNA)) == few <= 4
    assert queries(lambda: count_late(TODAY, VIENNA)) == 4, "Länder, rules, sure, unsure"
    assert count_late(TODAY, VIENNA) == 30


def test_the_database_counts_as_the_rule_decides(office: Office) -> None:
    """Every Land, house, kind of work, channel and day of telling around the last one."""
    spread = random.Random(3)
    houses = []
    for n, land in enumerate(["", "NÖ", "Tirol", "Bgld", "Wien", "OÖ", "Vbg"] * 3):
        house = builders.house(f"A{n:04}", land=land, units=spread.choice([None, 1, 2, 3, 10]))
        for k in range(spread.choice([0, 1, 2])):
            purpose = spread.choice(["all", "main"])
            phone = (f"0664 1{n:03}{k:03}", purpose)
            builders.person(house, f"P{k}", unit=f"Top {k}" if k else "", phones=[phone])
        houses.append(house)
    stops = []
    for n in range(120):
        house = spread.choice([None, *houses])
        ahead = spread.choice([1, 2, 3, 7, 13, 14, 15, 28, 31, 33, 61])
        stop = office.stop(
            TODAY + timedelta(days=ahead, hours=spread.choice([-12, 0, 11])),
            property_id=house.id if house else None,
            work_kind=spread.choice(["HK", "Kehrung", "Kehrung", "Sonderarbeit"]),
        )
        stops.append(stop.id)
        for told in range(spread.choice([0, 1, 1, 2])):
            office.told(
                stop,
                min(TODAY, stop.start - timedelta(days=spread.choice([1, 2, 3, 14, 15, 28, 32]))),
                recipient=f"+4366410{n:03}{told}",
                state=spread.choice(["delivered", "delivered", "accepted", "unclear"]),
                kind=spread.choice(["announcement", "reminder", "manual"]),
                text=spread.choice(["", f"{stop.start:%d.%m.}"]),
                person_id=spread.choice(house.people).id if house and house.people else None,
            )
    signs = deadline_signs(stops, TODAY, VIENNA).values()
    late = sum(one.sign == Sign.RED for one in signs)
    assert late > 20
    assert count_late(TODAY, VIENNA) == late == len(find_pressing(TODAY, VIENNA).of(Sign.RED))
    assert len(find_pressing(TODAY, VIENNA).of(Sign.AMBER)) == sum(one.sign == Sign.AMBER for one in signs)


def test_defaults_are_kept_once_and_never_over_what_somebody_changed(office: Office) -> None:
    for _again in range(2):
        with writing() as session:
            keep_defaults(session)
    rows = {row.land: row for row in db.session.scalars(sa.select(DeadlineRule))}
    assert rows.keys() == START_DEADLINES.keys()
    assert (rows["NÖ"].amount, rows["NÖ"].unit, rows["NÖ"].changed_at) == (2, "week", None)
    rows["NÖ"].amount, rows["NÖ"].changed_at = 3, TODAY
    rows["OÖ"].amount = 1
    db.session.commit()
    with writing() as session:
        keep_defaults(session)
    assert load_rules()["NÖ"].amount == 3
    assert db.session.get_one(DeadlineRule, "OÖ").amount == 7
    assert office.sign(office.stop()).last_day == START.date() - timedelta(days=21)
