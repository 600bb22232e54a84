"""What the manual window loads, who is left out, and what can be done with the list."""

from __future__ import annotations

import pytest
from flask import Flask

from kehr.actions.manual import open_manual_list as opening
from kehr.actions.manual.change_manual_list import (
    add_objects,
    bring_back,
    cancel_list,
    clear_list,
    remove_entry,
    show_customers,
    show_employees,
)
from kehr.actions.manual.manual_closed import ListClosed, NoList
from kehr.models import (
    Appointment,
    Calendar,
    Employee,
    ManualEntry,
    ManualList,
    Message,
    Person,
    Property,
    db,
)
from kehr.rules.terms.messages import Channel
from tests import builders
from tests.actions.hand import Hand, at
from tests.fakes.link_server import LinkServer


@pytest.fixture
def hand(app: Flask, link: LinkServer) -> Hand:
    return Hand.opened(link)


def names(hand: Hand, list_id: str, channel: Channel = Channel.SMS) -> list[str]:
    return [line.name for line in hand.view(list_id, channel).lines]


def test_a_day_loads_its_appointments_in_their_order(hand: Hand) -> None:  # A33
    hand.customer(1, start="12.03. 11:00")
    hand.customer(2, start="12.03. 08:00")
    hand.customer(3, start="13.03. 08:00")
    hand.customer(4, start="12.03. 09:00")
    hand.change(Appointment, 4, cancelled_at=hand.now)
    view = hand.view(hand.open())
    assert [(line.name, line.detail, line.kind) for line in view.lines] == [
        ("Eva Kunde2", "B2, Weg 2", "manual"),
        ("Eva Kunde1", "B1, Weg 1", "manual"),
    ]


def test_objects_people_appointments_and_searches_load_what_was_listed(hand: Hand) -> None:  # A33 A34
    for number in (1, 2, 3):
        hand.customer(number)
    assert names(hand, hand.open(properties=[2])) == ["Eva Kunde2"]
    assert names(hand, hand.open(people=[3, 1, 99])) == ["Eva Kunde3", "Eva Kunde1"]
    assert names(hand, hand.open(appointments=[2, 99])) == ["Eva Kunde2"]
    assert names(hand, hand.open(search="weg")) == ["Eva Kunde1", "Eva Kunde2", "Eva Kunde3"]
    assert names(hand, hand.open(search="weg", properties=[2])) == ["Eva Kunde2", "Eva Kunde1", "Eva Kunde3"]
    assert names(hand, hand.open(properties=[])) == []


def test_who_has_no_mobile_is_left_out_but_counted_by_name(hand: Hand) -> None:  # A35 A36
    hand.customer(1)
    hand.customer(2, phones=["07252 53123"])
    hand.customer(3, phones=[], emails=["drei@example.at"])
    house = builders.house("B9")
    view = hand.view(hand.open(search="*"))
    assert [line.name for line in view.lines] == ["Eva Kunde1"]
    assert [line.detail for line in view.without] == ["B2, Weg 2", "B3, Weg 3", "B9, Redtenbachergasse 3"]
    assert house.id
    mails = hand.view(view.row.id, Channel.EMAIL)
    assert [line.name for line in mails.lines] == ["Eva Kunde3"]
    assert len(mails.without) == 3


def test_landlines_are_shown_and_ignored(hand: Hand) -> None:  # A36
    hand.customer(1, phones=["07252 53123", "0664 1000001", "0676 2000001"])
    view = hand.view(hand.open())
    (line,) = view.lines
    assert [(n.value, n.reason.code if n.reason else "") for n in view.numbers[line.id]] == [
        ("+43725253123", "landline"),
        ("+436641000001", ""),
        ("+436762000001", ""),
    ]


def test_a_party_alone_or_the_whole_house(hand: Hand) -> None:
    hand.customer(1)
    house = db.session.get_one(Property, 1)
    party = builders.person(house, "Huber", unit="Top 2", phones=["0664 2000002"])
    assert [line.detail for line in hand.view(hand.open()).lines] == ["B1, Weg 1", "B1, Top 2"]
    hand.change(Appointment, 1, person_id=party.id)
    assert names(hand, hand.open()) == ["Huber"]


def test_a_number_only_in_the_entry_is_a_line_of_its_own(hand: Hand) -> None:
    hand.customer(1)
    other = [{"e164": "+436649999999", "type": "mobile", "country": "AT", "typed": "0664 9999999"}]
    hand.change(Appointment, 1, phones=other, name="Herr Neu")
    builders.appointment(db.session.get_one(Calendar, 1), at("12.03. 14:00"))
    view = hand.view(hand.open())
    assert [(line.name, [n.value for n in view.numbers[line.id]]) for line in view.lines] == [
        ("Eva Kunde1", ["+436641000001"]),
        ("Herr Neu", ["+436649999999"]),
        ("Karl Mustermann", ["+436641000001"]),
    ]


def test_removing_and_clearing_touch_no_master_data(hand: Hand) -> None:  # A42
    for number in (1, 2, 3):
        hand.customer(number)
    list_id = hand.open()
    line = hand.view(list_id).lines[1]
    assert remove_entry(list_id, line.id)
    assert not remove_entry(list_id, line.id)
    assert not remove_entry(list_id, 999)
    assert not remove_entry(hand.open(), line.id)
    assert names(hand, list_id) == ["Eva Kunde1", "Eva Kunde3"]
    clear_list(list_id)
    assert (names(hand, list_id), hand.view(list_id).removed) == ([], 3)
    bring_back(list_id)
    assert len(names(hand, list_id)) == 3
    counts = [db.session.query(model).count() for model in (Property, Person, Appointment)]
    assert counts == [3, 3, 3]


def test_employees_replace_the_customers_and_back_brings_them_as_they_were(hand: Hand) -> None:  # A40 A41
    for number in (1, 2):
        hand.customer(number)
    builders.employee("Maier")
    builders.employee("Huber", mobile="", mobile_typed="")
    builders.employee("Fort", active=False)
    list_id = hand.open()
    remove_entry(list_id, hand.view(list_id).lines[0].id)
    show_employees(list_id)
    assert names(hand, list_id) == [db.session.get_one(Employee, 1).full_name]
    assert len(hand.view(list_id).without) == 1
    clear_list(list_id)
    assert names(hand, list_id) == []
    show_customers(list_id)
    assert names(hand, list_id) == ["Eva Kunde2"]
    show_employees(list_id)
    assert len(names(hand, list_id)) == 1


def test_objects_are_added_once_and_removed_ones_come_back(hand: Hand) -> None:
    hand.customer(1, start="")
    hand.customer(2, start="")
    list_id = hand.open(properties=[1])
    assert add_objects(list_id, [1]) == 0
    assert add_objects(list_id, [2, 99]) == 1
    assert names(hand, list_id) == ["Eva Kunde1", "Eva Kunde2"]
    remove_entry(list_id, hand.view(list_id).lines[0].id)
    assert add_objects(list_id, [1]) == 1
    assert names(hand, list_id) == ["Eva Kunde1", "Eva Kunde2"]


def test_a_closed_list_takes_no_change(hand: Hand) -> None:  # A49
    hand.customer(1)
    list_id = hand.open()
    cancel_list(list_id, hand.now)
    row = db.session.get_one(ManualList, list_id)
    assert (row.closed_how, row.closed_at) == ("cancelled", hand.now)
    for deed in (clear_list, bring_back, show_employees, show_customers):
        with pytest.raises(ListClosed):
            deed(list_id)
        with pytest.raises(NoList):
            deed("nothing")
    with pytest.raises(ListClosed):
        hand.send(list_id)
    assert db.session.query(Message).count() == 0


def test_more_than_a_list_takes_is_refused_with_the_count(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "MOST_OBJECTS", 2)
    for number in (1, 2, 3):
        hand.customer(number)
    with pytest.raises(opening.TooMany) as refused:
        hand.open(search="*")
    assert refused.value.count == 3
    assert db.session.query(ManualEntry).count() == 0


@pytest.mark.parametrize(("branches", "written_by"), [(0, None), (1, 1), (2, None)])
def test_the_only_branch_writes(hand: Hand, branches: int, written_by: int | None) -> None:
    hand.customer(1, start="")
    for number in range(branches):
        builders.branch(f"Filiale {number}")
    assert hand.view(hand.open(properties=[1])).row.branch_id == written_by
