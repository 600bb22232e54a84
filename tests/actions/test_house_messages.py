"""What the people of an object are told: ticks, purposes, parties, and one message a number."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from kehr.actions.people.match_appointments import correct_match, match_coming
from kehr.actions.people.record_consent import grant, revoke
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.send.send_due import send_due
from kehr.models import Appointment, Company, Message, MessageRule, db
from tests import builders
from tests.conftest import NOON

START = NOON + timedelta(days=2, hours=-3)
MOBILE, SECOND, MAIL = "+436641000001", "+436641000002", "karl@example.at"


@pytest.fixture
def rule(app: Flask) -> MessageRule:
    """An office whose calendar wants ticked addresses, with a reminder by SMS and e-mail."""
    builders.company()
    builders.gateway()
    return builders.rule(channel="both", text="#Anrede #Titel #Vorname #Name: #Datum #Adresse #Objektnummer")


def visit(number: str = "A110010", calendar: Any = None, **values: Any) -> Appointment:
    """An ordinary sweep of an object; its entry names nothing but the object."""
    calendar = calendar or builders.calendar(consent="customer")
    defaults = {"object_number": number, "summary": number, "name": "", "phones": [], "place": ""}
    row = builders.appointment(calendar, START, **defaults | values)
    match_coming(NOON)
    db.session.expire_all()
    return row


def told() -> list[str]:
    """Every message as `recipient state reason`, sorted."""
    plan_messages(NOON)
    db.session.expire_all()
    rows = db.session.scalars(db.select(Message))
    return sorted(f"{m.recipient} {m.state} {m.reason if m.state != 'planned' else ''}".strip() for m in rows)


# A15
def test_two_ticked_mobiles_and_one_ticked_mail_make_exactly_three_messages(rule: MessageRule) -> None:
    builders.person(builders.house(), phones=["0664 1000001", "0664 1000002"], emails=[MAIL, "b@example.at"])
    for address in (MOBILE, SECOND, MAIL):
        builders.consent(address)
    visit()
    assert told() == [
        f"{MOBILE} planned",
        f"{SECOND} planned",
        "b@example.at withheld no_consent",
        f"{MAIL} planned",
    ]


# A10: four purposes by two kinds of work
@pytest.mark.parametrize(
    ("purpose", "work", "outcome"),
    [
        ("all", "Kehrung", "planned"),
        ("all", "HK", "planned"),
        ("invoice", "Kehrung", "withheld only_invoices"),
        ("invoice", "HK", "withheld only_invoices"),
        ("appointment", "Kehrung", "planned"),
        ("appointment", "HK", "planned"),
        ("main", "Kehrung", "withheld only_main"),
        ("main", "HK", "planned"),
        ("all", "Sonderarbeit", "planned"),
        ("appointment", "Sonderarbeit", "planned"),
        ("main", "Sonderarbeit", "withheld only_main"),
    ],
)
def test_the_purpose_of_an_address_decides_which_work_it_hears_of(
    rule: MessageRule, purpose: str, work: str, outcome: str
) -> None:
    builders.person(builders.house(), emails=[(MAIL, purpose)])
    builders.consent(MAIL)
    visit(work_kind=work)
    assert told() == [f"{MAIL} {outcome}"]


# A16: Nur HK per number, and never without a tick
@pytest.mark.parametrize(
    ("ticked", "purpose", "work", "outcome"),
    [
        (True, "all", "Kehrung", "planned"),
        (True, "all", "HK", "planned"),
        (True, "main", "Kehrung", "withheld only_main"),
        (True, "main", "HK", "planned"),
        (False, "main", "HK", "withheld no_consent"),
        (False, "main", "Kehrung", "withheld no_consent"),
        (False, "all", "HK", "withheld no_consent"),
    ],
)
def test_nur_hk_holds_back_ordinary_sweeps_and_never_replaces_the_tick(
    rule: MessageRule, ticked: bool, purpose: str, work: str, outcome: str
) -> None:
    builders.person(builders.house(), phones=[("0664 1000001", purpose), "0664 1000002"])
    builders.consent(SECOND)
    if ticked:
        builders.consent(MOBILE)
    visit(work_kind=work)
    assert told() == [f"{MOBILE} {outcome}", f"{SECOND} planned"]


# A05
def test_a_text_names_the_person_without_gaps(rule: MessageRule) -> None:
    house = builders.house()
    builders.person(
        house, "Mustermann", salutation="Herr", title="Ing.", first_name="Karl", phones=["0664 1000001"]
    )
    builders.person(house, "Šimić", unit="Top 1", sms_name="Simic", phones=["0664 1000002"], emails=[MAIL])
    for address in (MOBILE, SECOND, MAIL):
        builders.consent(address)
    rule.subject = "Termin"
    db.session.commit()
    visit()
    plan_messages(NOON)
    assert send_due(lambda: NOON + timedelta(hours=5)).accepted == 3
    texts = {m.recipient: m.text for m in db.session.scalars(db.select(Message))}
    tail = "12.03.2026 Redtenbachergasse 3, 4400 Steyr A110010"
    assert texts == {
        MOBILE: f"Herr Ing. Karl Mustermann: {tail}",
        SECOND: f"Simic: {tail}",
        MAIL: f"Šimić: {tail}",
    }


# C10, A17: parties have their own numbers and flags; one number gets one message
def test_parties_who_share_a_number_get_one_message(rule: MessageRule) -> None:
    house = builders.house()
    builders.person(house, "Huber", unit="Top 1", phones=["0664 1000001"])
    builders.person(house, "Maier", unit="Top 2", phones=[("+43 664 100 00 01", "main"), "0664 1000002"])
    for address in (MOBILE, SECOND):
        builders.consent(address)
    visit(phones=[{"e164": MOBILE, "type": "mobile", "country": "AT", "typed": "0664 1000001"}])
    assert told() == [f"{MOBILE} planned", f"{SECOND} planned"]
    assert {m.recipient_name for m in db.session.scalars(db.select(Message))} == {"Huber", "Maier"}


# A08
def test_a_fax_is_never_told_anything(rule: MessageRule) -> None:
    builders.person(builders.house(), phones=["07252 12345"], fax="0664 1000009")
    builders.consent("+436641000009")
    visit()
    assert told() == ["+43725212345 withheld landline"]


# A03
def test_an_object_without_number_says_so(rule: MessageRule) -> None:
    builders.person(builders.house())
    visit()
    assert told() == ["withheld object_without_number"]


# C09: groß@ and gross@ are two addresses
def test_an_address_with_a_sharp_s_keeps_its_own_consent(rule: MessageRule) -> None:
    builders.person(builders.house(), emails=["groß@example.at", "gross@example.at"])
    grant("Groß@example.at", "phone", "office", "", NOON)
    visit(emails=["GROß@example.at"])
    assert told() == ["gross@example.at withheld no_consent", "groß@example.at planned"]
    revoke("groß@example.at", "phone", "office", "", NOON)
    assert told() == ["gross@example.at withheld no_consent", "groß@example.at withheld revoked"]


# A03, C13
def test_an_appointment_of_an_object_that_nobody_added_names_it(rule: MessageRule) -> None:
    visit("A999999")
    assert told() == ["withheld object_not_known"]


# C13: the reason says what is really missing
@pytest.mark.parametrize(
    ("channel", "has", "reason"),
    [
        ("sms", {"emails": [MAIL]}, "object_without_mobile"),
        ("sms", {}, "object_without_number"),
        ("email", {"phones": ["0664 1000001"]}, "object_without_email"),
        ("email", {}, "object_without_number"),
        ("both", {}, "object_without_number"),
    ],
)
def test_who_has_only_an_address_of_the_other_kind_is_not_said_to_have_none(
    rule: MessageRule, channel: str, has: dict[str, list[str]], reason: str
) -> None:
    rule.channel = channel
    db.session.commit()
    builders.person(builders.house(), "Hausverwaltung", role="manager", **has)
    visit()
    assert told() == [f"withheld {reason}"]


# failures.md 9: the same mobile on two customers is held, on two houses of one customer it is not
@pytest.mark.parametrize(
    ("other", "role", "outcome"),
    [
        ("Huber", "owner", "held number_shared"),
        ("Mustermann", "owner", "planned"),
        ("Huber", "manager", "planned"),
    ],
)
def test_failure_09_one_number_on_two_customers_is_held(
    rule: MessageRule, other: str, role: str, outcome: str
) -> None:
    builders.person(builders.house(), phones=["0664 1000001"])
    builders.person(builders.house("B7", street="Weg 1"), other, role=role, phones=["0664 1000001"])
    builders.consent(MOBILE)
    visit()
    assert told() == [f"{MOBILE} {outcome}"]


# A04: numbers are whatever the office has
@pytest.mark.parametrize(("number", "title"), [("4711", "4711 Kehrung"), ("K-0815", "Hauptkehrung k-0815")])
def test_an_entry_names_an_object_by_a_number_of_any_look(rule: MessageRule, number: str, title: str) -> None:
    builders.person(builders.house(number), phones=["0664 1000001"])
    builders.consent(MOBILE)
    visit("", summary=title)
    assert told() == [f"{MOBILE} planned"]


# C06: the number in an entry belongs to the customer of another object
def test_failure_09_a_number_of_somebody_else_in_an_entry_is_held(rule: MessageRule) -> None:
    builders.person(builders.house(), phones=["0664 1000001"])
    builders.person(builders.house("B7", street="Weg 1"), "Huber")
    builders.consent(MOBILE)
    phone = {"e164": MOBILE, "type": "mobile", "country": "AT", "typed": "0664 1000001"}
    visit("B7", summary="B7 Huber 0664 1000001", name="Huber", phones=[phone])
    assert told() == [f"{MOBILE} held number_shared"]


# A13, failures.md 14
def test_failure_14_unticking_withdraws_what_is_planned_at_once(rule: MessageRule) -> None:
    builders.person(builders.house(), phones=["0664 1000001", "0664 1000002"])
    grant(MOBILE, "phone", "office", "", NOON)
    grant(SECOND, "phone", "office", "", NOON)
    visit()
    assert told() == [f"{MOBILE} planned", f"{SECOND} planned"]
    revoke(MOBILE, "phone", "office", "", NOON)
    assert told() == [f"{MOBILE} withheld revoked", f"{SECOND} planned"]


def test_a_party_meant_by_its_number_is_told_alone(rule: MessageRule) -> None:
    house = builders.house()
    builders.person(house, phones=["0664 1000001"])
    party = builders.person(house, "Huber", unit="Top 1", phones=["0664 1000002"])
    for address in (MOBILE, SECOND):
        builders.consent(address)
    phone = {"e164": SECOND, "type": "mobile", "country": "AT", "typed": "0664 1000002"}
    row = visit("", summary="Huber 0664 1000002", phones=[phone])
    assert (row.person_id, row.match_by, row.match_confidence) == (party.id, "phone", 95)
    assert told() == [f"{SECOND} planned"]


def test_a_correction_holds_for_this_entry_and_those_like_it(rule: MessageRule) -> None:
    house = builders.house()
    builders.person(house, phones=["0664 1000001"])
    builders.consent(MOBILE)
    calendar = builders.calendar(consent="customer")
    row = visit("", calendar, summary="Kehrung beim Karl")
    assert (row.property_id, row.match_by) == (None, "")
    assert told() == ["withheld no_number"]
    assert correct_match(row.id, house.id, None, "office", NOON) == 1
    assert told() == [f"{MOBILE} planned", "withdrawn recipient_gone"]
    again = visit("", calendar, summary="kehrung beim  karl", uid="next@example.at")
    assert (again.property_id, again.match_by) == (house.id, "hand")
    assert correct_match(row.id, None, None, "office", NOON) == 2
    db.session.expire_all()
    assert (again.property_id, again.match_by) == (None, "hand")


def test_entry_numbers_count_as_consent_only_where_the_calendar_says_so(rule: MessageRule) -> None:
    builders.person(builders.house(), phones=["0664 1000001", "0664 1000002"])
    phone = {"e164": MOBILE, "type": "mobile", "country": "AT", "typed": "0664 1000001"}
    visit(calendar=builders.calendar(consent="calendar"), phones=[phone])
    assert told() == [f"{MOBILE} planned", f"{SECOND} withheld no_consent"]


def test_the_message_of_a_person_knows_object_and_person(rule: MessageRule) -> None:
    house = builders.house()
    person = builders.person(house, first_name="Karl", phones=["0664 1000001"])
    builders.consent(MOBILE)
    visit(work_kind="HK")
    plan_messages(NOON)
    (message,) = db.session.scalars(db.select(Message))
    assert (message.property_id, message.person_id, message.property_number) == (
        house.id,
        person.id,
        "A110010",
    )
    assert (message.recipient_name, message.work_kind) == ("Karl Mustermann", "HK")
    assert message.place == "Redtenbachergasse 3, 4400 Steyr"


# A01, C17
def test_a_tag_in_the_entry_holds_back_the_people_of_the_object_too(rule: MessageRule) -> None:
    builders.person(builders.house(), phones=["0664 1000001"], emails=[MAIL])
    for address in (MOBILE, MAIL):
        builders.consent(address)
    visit(no_sms=True)
    assert told() == [f"{MOBILE} withheld tag_no_sms", f"{MAIL} planned"]


# A02
@pytest.mark.parametrize(
    ("phones", "emails", "outcome"),
    [
        (["0664 1000001"], [], [f"{MOBILE} planned"]),
        ([], [MAIL], [f"{MAIL} planned"]),
        (["0664 1000001"], [MAIL], [f"{MOBILE} planned", f"{MAIL} planned"]),
    ],
)
def test_either_channel_works_alone(
    rule: MessageRule, phones: list[str], emails: list[str], outcome: list[str]
) -> None:
    builders.person(builders.house(), phones=phones, emails=emails)
    for address in (MOBILE, MAIL):
        builders.consent(address)
    visit()
    assert told() == outcome


def test_trial_mode_keeps_the_people_of_an_object_untold(rule: MessageRule) -> None:
    db.session.get_one(Company, 1).trial = True
    builders.person(builders.house(), phones=["0664 1000001"])
    builders.consent(MOBILE)
    visit()
    plan_messages(NOON)
    send_due(lambda: NOON + timedelta(hours=5))
    (message,) = db.session.scalars(db.select(Message))
    assert (message.state, message.trial, message.gateway_id) == ("accepted", True, None)
