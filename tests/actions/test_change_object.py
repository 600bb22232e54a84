"""Objects, people and numbers are stored whole or not at all, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from kehr.actions.people.change_object import (
    ObjectChanged,
    ObjectGone,
    ObjectRefused,
    save_object,
    save_party,
)
from kehr.actions.people.delete_object import DeletionRefused, delete_object, delete_party, object_outlook
from kehr.actions.people.object_values import form_values, person_values, write_stand
from kehr.actions.people.search_objects import matching_property_ids
from kehr.actions.people.show_object import object_messages, show_object
from kehr.models import Address, Appointment, Consent, Message, Person, Property, db
from tests import builders
from tests.conftest import NOON

LATER = NOON + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def office(app: Flask) -> None:
    builders.company()


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "number": "A110010",
        "street": "Redtenbachergasse 3",
        "place": "A - 4400 Steyr",
        "salutation": "Herr",
        "title": "Ing.",
        "first_name": "Karl",
        "name": "Mustermann",
        "phone1": "0666 / 15651324",
        "fax": "07252 72346",
        "email1": "Office@winchim.com",
        "www": "www.winchim.com",
    } | changes


def stored(property_id: int) -> dict[str, Any]:
    house = db.session.get_one(Property, property_id)
    db.session.refresh(house)
    return dict(form_values(house))


def edit(property_id: int, **changes: Any) -> Any:
    before = stored(property_id)
    return save_object(property_id, before | changes, write_stand(before), LATER)


def test_the_seeds_form_is_stored_and_shown_again_as_it_was_typed() -> None:  # A04, A05, A06, A07, A08, A09
    saved = save_object(None, typed(), "", NOON)
    shown = stored(saved.property_id)
    assert {name: shown[name] for name in typed()} == typed()
    house = db.session.get_one(Property, saved.property_id)
    assert (house.number_key, house.postcode, house.town, house.created_at) == (
        "a110010",
        "4400",
        "Steyr",
        NOON,
    )
    values = {(a.kind, a.value, a.type) for a in house.people[0].addresses}
    assert values == {
        ("phone", "+4366615651324", "mobile"),
        ("fax", "+43725272346", "landline"),
        ("email", "office@winchim.com", ""),
    }
    assert saved.unticked == ("0666 / 15651324", "Office@winchim.com")
    assert matching_property_ids("0666 15651324", 5) == [house.id]


def test_saving_the_same_again_changes_nothing() -> None:  # A12
    saved = save_object(None, typed(), "", NOON)
    again = edit(saved.property_id)
    assert (again.changed, again.unticked) == (False, ())
    assert db.session.get_one(Property, saved.property_id).changed_at == NOON


def test_a_refused_form_stores_nothing(app: Flask) -> None:  # A12
    with pytest.raises(ObjectRefused) as refused:
        save_object(None, typed(phone1="12", email1="x"), "", NOON)
    assert set(refused.value.faults) == {"phone1", "email1"}
    assert db.session.query(Property).count() == db.session.query(Person).count() == 0


def test_an_object_number_is_there_once() -> None:  # A04
    save_object(None, typed(), "", NOON)
    with pytest.raises(ObjectRefused) as refused:
        save_object(None, typed(number="a 110010"), "", NOON)
    assert "A110010 gibt es schon (Redtenbachergasse 3, Steyr)" in refused.value.faults["number"]


def test_a_number_changes_its_place_keeps_its_row_and_a_new_one_is_unticked() -> None:  # A07, A13
    builders.consent("+436641000001")
    saved = save_object(None, typed(phone1="0664 1000001"), "", NOON)
    assert saved.unticked == ("Office@winchim.com",)
    before = db.session.scalar(db.select(Address.id).where(Address.position == 1, Address.kind == "phone"))
    changed = edit(saved.property_id, phone1="0664 1000002", phone3="0664/1000001", phone3_main=True)
    assert changed.unticked == ("0664 1000002",)
    rows = db.session.execute(
        db.select(Address.id, Address.position, Address.typed, Address.purpose)
        .where(Address.kind == "phone")
        .order_by(Address.position)
    ).all()
    assert rows[0][:3] == (before, 1, "0664 1000002")
    assert rows[1][1:] == (3, "0664/1000001", "main")  # A16
    assert matching_property_ids("1000002", 5) == [saved.property_id]
    assert db.session.query(Consent).count() == 1


def test_emptying_the_own_address_takes_the_person_away() -> None:
    saved = save_object(None, typed(), "", NOON)
    empty = {name: "" for name in typed() if name not in ("number", "street", "place")}
    edit(saved.property_id, **empty)
    assert db.session.query(Person).count() == db.session.query(Address).count() == 0
    assert matching_property_ids("A110010", 5) == [saved.property_id]
    assert matching_property_ids("mustermann", 5) == []


def test_parties_hang_on_one_object_each_with_its_own_numbers() -> None:  # A17
    house = save_object(None, typed(), "", NOON).property_id
    for top, phone in (("Top 1", "0664 1000003"), ("Top 2", "0664 1000004")):
        save_party(
            house, None, {"unit": top, "name": "Huber", "phone1": phone, "phone1_main": True}, "", NOON
        )
    view = show_object(house, NOON)
    assert view is not None and view.own is not None
    assert [(one.person.unit, one.person.role) for one in view.parties] == [
        ("Top 1", "party"),
        ("Top 2", "party"),
    ]
    reach = view.parties[1].reaches[0]
    assert (reach.address.typed, reach.address.purpose) == ("0664 1000004", "main")
    assert reach.state is not None and not reach.state.ticked
    with pytest.raises(ObjectRefused) as refused:
        save_party(house, None, {"unit": "top1", "name": "Bauer"}, "", NOON)
    assert "»Top 1« gibt es hier schon: Huber" in refused.value.faults["unit"]


def test_two_people_at_one_object_do_not_overwrite_each_other() -> None:
    house = save_object(None, typed(), "", NOON).property_id
    opened = stored(house)
    edit(house, street="Weg 7", phone1="0664 1000009", name="Maier")
    mine = opened | {"title": "Dr.", "phone1": "0664 1000005", "name": "Maier"}
    with pytest.raises(ObjectChanged) as clash:
        save_object(house, mine, write_stand(opened), LATER)
    assert set(clash.value.theirs) == {"street", "phone1"}
    assert clash.value.clashes == ("phone1",)
    assert clash.value.now["phone1"] == "0664 1000009"
    merged = clash.value.merged
    assert (merged["street"], merged["title"], merged["phone1"]) == ("Weg 7", "Dr.", "0664 1000005")
    assert stored(house)["title"] == "Ing."
    save_object(house, merged, write_stand(clash.value.now), LATER)
    assert (stored(house)["street"], stored(house)["phone1"]) == ("Weg 7", "0664 1000005")


def test_a_form_without_its_beginning_does_not_overwrite() -> None:
    house = save_object(None, typed(), "", NOON).property_id
    for stand in ("", "[]", "{", "null"):
        with pytest.raises(ObjectChanged):
            save_object(house, stored(house) | {"street": "Weg 1"}, stand, LATER)
    assert stored(house)["street"] == "Redtenbachergasse 3"


def test_two_people_at_one_party_do_not_overwrite_each_other() -> None:
    house = builders.house()
    party = builders.person(house, "Šimić", unit="Top 3", phones=["0664 1000003"])
    opened = dict(person_values(party, party=True))
    save_party(house.id, party.id, opened | {"phone1": "0664 1000004"}, write_stand(opened), LATER)
    with pytest.raises(ObjectChanged):
        save_party(house.id, party.id, opened | {"first_name": "Eva"}, write_stand(opened), LATER)


def test_what_is_gone_is_said_to_be_gone() -> None:
    house = builders.house()
    own = builders.person(house)
    for call in (
        lambda: save_object(99, typed(), "", NOON),
        lambda: save_party(99, None, {"unit": "Top 1", "name": "X"}, "", NOON),
        lambda: save_party(house.id, 99, {"unit": "Top 1", "name": "X"}, "", NOON),
        lambda: save_party(house.id, own.id, {"unit": "Top 1", "name": "X"}, "", NOON),
        lambda: delete_object(99, NOON),
        lambda: delete_party(house.id, own.id, NOON),
    ):
        with pytest.raises(ObjectGone):
            call()


def test_deleting_keeps_what_was_sent_and_agreed() -> None:
    house = builders.house()
    party = builders.person(house, "Šimić", unit="Top 3", phones=["0664 1000001"])
    builders.consent("+436641000001")
    calendar, rule = builders.calendar(), builders.rule()
    past = builders.appointment(calendar, NOON - timedelta(days=3), property_id=house.id)
    builders.message(past, rule, state="delivered", property_id=house.id, person_id=party.id, text="Wort")
    outlook = object_outlook(house.id, NOON)
    assert (outlook.possible, outlook.people, outlook.sent, outlook.consents) == (True, 1, 1, 1)
    assert delete_party(house.id, party.id, NOON) == "Šimić"
    assert delete_object(house.id, NOON) == "A110010"
    db.session.expire_all()
    message = db.session.query(Message).one()
    assert (message.state, message.text, message.recipient) == ("delivered", "Wort", "+436641000001")
    assert (message.property_id, message.person_id) == (None, None)
    assert db.session.query(Consent).count() == 1
    assert db.session.query(Property).count() == db.session.query(Address).count() == 0
    assert matching_property_ids("*", 5) == []


def test_an_object_with_coming_appointments_or_messages_on_their_way_stays() -> None:
    house = builders.house()
    party = builders.person(house, "Šimić", unit="Top 3")
    calendar, rule = builders.calendar(), builders.rule()
    coming = builders.appointment(
        calendar, NOON + timedelta(days=3), property_id=house.id, object_number="A110010"
    )
    with pytest.raises(DeletionRefused) as refused:
        delete_object(house.id, NOON)
    assert (refused.value.outlook.appointments, refused.value.outlook.next_start) == (1, coming.start)
    coming.cancelled_at = NOON
    db.session.commit()
    builders.message(
        coming, rule, state="planned", kind="free", rule_id=None, property_id=house.id, person_id=party.id
    )
    with pytest.raises(DeletionRefused):
        delete_party(house.id, party.id, NOON)
    with pytest.raises(DeletionRefused):
        delete_object(house.id, NOON)
    assert db.session.query(Property).count() == 1


def test_the_object_page_has_its_appointments_and_messages() -> None:
    house = builders.house()
    calendar, rule = builders.calendar(), builders.rule()
    rows = [
        builders.appointment(calendar, NOON + timedelta(days=day), property_id=house.id)
        for day in (-9, -2, 2, 9)
    ]
    for at, row in enumerate(rows):
        builders.message(row, rule, property_id=house.id, recipient=f"+4366410000{at:02}")
    view = show_object(house.id, NOON)
    assert view is not None
    assert [row.id for row in view.coming] == [rows[2].id, rows[3].id]
    assert [row.id for row in view.past] == [rows[1].id, rows[0].id]
    assert (view.coming_total, view.past_total) == (2, 2)
    page = object_messages(house.id, 7)
    assert (page.total, page.page, page.pages) == (4, 1, 1)
    assert [m.appointment_id for m in page.messages] == [row.id for row in reversed(rows)]
    assert show_object(99, NOON) is None


def test_a_changed_number_of_an_object_finds_its_appointments_anew() -> None:
    house = save_object(None, typed(), "", NOON).property_id
    row = builders.appointment(
        builders.calendar(), NOON + timedelta(days=3), object_number="B7", name="", phones=[], place=""
    )
    assert row.property_id is None
    edit(house, number="B7")
    assert db.session.get_one(Appointment, row.id, populate_existing=True).property_id == house
