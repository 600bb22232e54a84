"""The switch of the second channel in the editor, and the line of those not reached (C20)."""

from __future__ import annotations

import pytest
from flask import Flask

from kehr.actions.setup.change_rules import copy_rules
from kehr.actions.setup.export_settings import export_settings
from kehr.models import MessageRule, db
from kehr.words import state_word
from tests import builders
from tests.conftest import NOON, Clock
from tests.rules.plan_build import at as moment
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

SWITCH = "Kommt die SMS nicht an, als E-Mail weiterschicken"


@pytest.fixture
def office(app: Flask, at: Clock) -> MessageRule:
    builders.company()
    builders.gateway()
    return builders.rule()


def test_the_switch_is_off_stored_and_written_to_the_settings_file(  # C20
    office: MessageRule, sign_in: SignIn
) -> None:
    client = sign_in("office")
    assert SWITCH in check_page(client.get("/nachrichten/1"))
    assert "second_channel = false" in export_settings(with_secrets=False)
    data = {"active": "y", "channel": "sms", "days": "2", "at": "17:00", "text": "#Datum", "subject": ""}
    client.post("/nachrichten/1", data=data | {"second_channel": "y"})
    db.session.expire_all()
    assert db.session.get_one(MessageRule, 1).second_channel is True
    assert "second_channel = true" in export_settings(with_secrets=False)
    branch = builders.branch()
    copy = copy_rules((None, None, "reminder"), (branch.id, None, "reminder"), NOON)
    assert db.session.get_one(MessageRule, copy).second_channel is True
    client.post("/nachrichten/1", data=data)
    db.session.expire_all()
    assert db.session.get_one(MessageRule, 1).second_channel is False


def test_feedback_has_no_such_switch(office: MessageRule, sign_in: SignIn) -> None:
    rule = builders.rule("feedback", days=1)
    assert SWITCH not in check_page(sign_in().get(f"/nachrichten/{rule.id}"))


@pytest.mark.parametrize(("goes_on", "said"), [(True, 1), (False, 0)])
def test_the_start_page_says_who_was_not_reached(  # C20
    goes_on: bool, said: int, office: MessageRule, sign_in: SignIn
) -> None:
    office.second_channel = goes_on
    db.session.commit()
    row = builders.appointment(builders.calendar(), moment("12.03. 09:00"))
    builders.message(row, office, state="refused", reason="link_4002", due_at=NOON, sent_at=NOON)
    html = check_page(sign_in().get("/heute"))
    assert html.count("Nicht erreicht: Auch eine E-Mail, die gehen darf, gibt es nicht.") == said


BOTH = "Nicht erreicht: Weder die SMS noch die E-Mail kam an."
GONE = "Nicht erreicht: Auch die E-Mail an ihrer Stelle ging nicht hinaus."
NONE = "Nicht erreicht: Auch eine E-Mail, die gehen darf, gibt es nicht."


@pytest.mark.parametrize(
    ("mail", "said"),
    [
        (None, {NONE: 1}),
        ("planned", {}),
        ("accepted", {}),
        ("unclear", {}),
        ("refused", {BOTH: 2}),
        ("undelivered", {BOTH: 2}),
        ("withheld", {GONE: 1}),
        ("withdrawn", {GONE: 1}),
    ],
)
def test_the_start_page_says_how_the_e_mail_stands(  # C20, C19
    mail: str | None, said: dict[str, int], office: MessageRule, sign_in: SignIn
) -> None:
    office.second_channel = True
    row = builders.appointment(builders.calendar(), moment("12.03. 09:00"))
    values = {"reason": "undelivered", "reason_args": {"detail": "x"}, "due_at": NOON}
    sms = builders.message(row, office, state="undelivered", **values)
    if mail is not None:
        values |= {"channel": "email", "recipient": "eva@example.at", "second_of": sms.id}
        builders.message(row, office, state=mail, **values)
    html = check_page(sign_in().get("/heute"))
    assert {words: html.count(words) for words in (BOTH, GONE, NONE) if words in html} == said


@pytest.mark.parametrize(("same_person", "said"), [(True, 0), (False, 1)])
def test_whoever_heard_on_another_number_is_not_called_unreached(  # C20, C19
    same_person: bool, said: int, office: MessageRule, sign_in: SignIn
) -> None:
    office.second_channel = True
    house = builders.house()
    one, other = builders.person(house), builders.person(house, "Nachbar", unit="2")
    row = builders.appointment(builders.calendar(), moment("12.03. 09:00"), property_id=house.id)
    values = {"due_at": NOON, "person_id": one.id}
    builders.message(row, office, state="undelivered", reason="undelivered", **values)
    values |= {"recipient": "+436641000002", "person_id": (one if same_person else other).id}
    builders.message(row, office, state="delivered", **values)
    assert check_page(sign_in().get("/heute")).count(NONE) == said


@pytest.mark.parametrize(("mail", "shown"), [("accepted", True), ("refused", True), ("withdrawn", False)])
def test_the_sms_and_the_e_mail_in_its_place_lead_to_each_other(  # C20, C19
    mail: str, shown: bool, office: MessageRule, sign_in: SignIn
) -> None:
    row = builders.appointment(builders.calendar(), moment("12.03. 09:00"))
    sms = builders.message(row, office, state="undelivered", reason="undelivered", due_at=NOON)
    values = {"channel": "email", "recipient": "eva@example.at", "second_of": sms.id, "due_at": NOON}
    other = builders.message(row, office, state=mail, **values)
    client = sign_in("reader")
    html = check_page(client.get(f"/nachricht/{sms.id}"))
    assert (f'href="/nachricht/{other.id}"' in html) is ("Stattdessen per E-Mail" in html) is shown
    assert state_word(mail).word in html or not shown
    assert f'href="/nachricht/{sms.id}"' in check_page(client.get(f"/nachricht/{other.id}"))
