"""The demo office: what a visitor is to find in it is there, invented from beginning to end."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from kehr.actions.facts.office_facts import load_permissions
from kehr.actions.imports.import_runs import list_runs
from kehr.actions.people.search_objects import count_matching, search_objects
from kehr.actions.setup.first_run import ensure_office
from kehr.demo.feeds import FULL_DAY_STOPS, ZONE, full_day, stops, write_feeds
from kehr.demo.lists import bring_lists, leave_upload
from kehr.demo.master_data import write_master_data
from kehr.demo.people import MANAGER, OPTED_OUT, apartments, houses
from kehr.models import Address, Employee, Person, Property, db
from kehr.rules.terms.people import INVALID
from kehr.rules.terms.phones import BadNumber, normalise
from tests.conftest import NOON

WEEK = [date(2026, 3, 9) + timedelta(days=n) for n in range(7)]


@pytest.fixture
def demo(app: Flask) -> Flask:
    """The demo's master data in an office that has just been set up."""
    ensure_office(NOON)
    write_master_data(NOON)
    return app


def test_sixty_objects_have_numbers_of_their_own_and_numbers_are_invented() -> None:
    assert len(houses()) == 60
    assert len({house.number for house in houses()}) == 60
    assert all(4 <= sum(1 for one in house.people if one.unit) <= 12 for house in apartments())
    for house in houses():
        for one in house.people:
            for typed in one.phones:
                try:
                    value = normalise(typed).e164
                except BadNumber:
                    continue
                assert value.startswith(("+436641000", "+43725281")), value
            assert all(address.endswith("@example.at") for address in one.emails)


@pytest.mark.parametrize("today", WEEK)
def test_one_working_day_has_forty_stops_whatever_day_the_demo_begins(today: date) -> None:
    day = full_day(today)
    assert day > today
    assert day.weekday() < 5
    here = [stop for stop in stops(today) if stop.start.astimezone(ZONE).date() == day]
    assert len(here) >= FULL_DAY_STOPS
    uids = Counter(stop.uid for stop in stops(today))
    assert uids.most_common(1)[0][1] == 1


def test_entries_name_their_objects_in_three_ways_and_two_name_none() -> None:
    titles = [stop.title for stop in stops(WEEK[1])]
    numbered = [title for title in titles if title.startswith(("A1100", "B2200"))]
    called = [title for title in titles if "0664 1" in title and title not in numbered]
    named = [stop for stop in stops(WEEK[1]) if stop.place and stop.title not in [*numbered, *called]]
    assert min(len(numbered), len(called), len(named)) > 20
    assert sum("Wurm" in title or "Pointinger" in title for title in titles) == 2


def test_calendars_are_written_as_files(tmp_path: Path) -> None:
    write_feeds(tmp_path, WEEK[1], WEEK[1])
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "hauptkehrung.ics",
        "kehrplan.ics",
        "privat.ics",
    ]
    assert b"B220010 Hauptkehrung" in (tmp_path / "hauptkehrung.ics").read_bytes()


def test_master_data_show_what_goes_wrong_in_the_field(demo: Flask) -> None:
    managed = select(func.count()).where(Person.role == "manager", Person.name == MANAGER.name)
    assert db.session.scalar(managed) == 4
    several = (
        select(Address.value, func.count(Person.property_id.distinct()))
        .join(Person)
        .where(Address.kind == "phone", Address.value != "", Person.role != "manager")
        .group_by(Address.value)
        .having(func.count() > 1)
    )
    assert sorted(count for _value, count in db.session.execute(several)) == [1, 2]
    assert db.session.scalar(select(func.count()).where(Address.type == INVALID)) == 1
    assert db.session.scalar(select(func.count()).where(Address.type == "landline")) > 5
    assert not load_permissions([normalise(OPTED_OUT).e164])[normalise(OPTED_OUT).e164].granted
    assert db.session.scalar(select(func.count()).where(Person.sms_name != "")) >= 4
    assert db.session.scalar(select(func.count()).where(Employee.mobile == "")) == 1


def test_every_object_of_the_demo_is_found_by_the_search(demo: Flask) -> None:
    assert count_matching("*") == 60
    assert [hit.name for hit in search_objects("+43 664 1000002")] == ["Eva Šimić"]


def test_the_demos_lists_are_new_known_and_unreadable_in_part(demo: Flask) -> None:
    bring_lists(NOON, NOON.date())
    leave_upload(NOON)
    waiting, appointments, customers = list_runs(5)
    assert (customers.created, customers.changed, customers.rejected) == (1, 2, 1)
    assert customers.unchanged == 10
    assert (appointments.created, appointments.rejected) == (11, 0)
    assert waiting.state == "uploaded"
    assert db.session.scalar(select(func.count()).select_from(Property)) == 61
