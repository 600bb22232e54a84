"""The firm's master data and trial mode (B03, C15, C26, B41)."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from flask import Flask

from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Company, Message, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

GOOD: dict[str, Any] = {
    "name": "Rauchfangkehrer Probe GmbH",
    "street": "Redtenbachergasse 3",
    "postcode": "4400",
    "town": "Steyr",
    "phone": "07252 12345",
    "email": "office@example.at",
    "zone": "Europe/Vienna",
    "land": "OÖ",
    "window_from": "07:30",
    "window_to": "19:00",
    "window_days": ["mon", "fri"],
    "window_holidays": "y",
    "settle_minutes": "45",
    "release": "always",
    "own_numbers": "0664 1112223\r\n\r\n+49 171 2345678\r\n0664/1112223",
    "own_emails": "office@example.at",
    "self_test_sms": "0664 1112223",
    "self_test_email": "office@example.at",
    "network_allow": "drucker.lan\n192.168.1.20:8080\n10.0.0.0/8",
    "public_url": "https://t.example.at/",
}


def firm() -> Company:
    """The firm as stored now."""
    db.session.expire_all()
    return db.session.get_one(Company, 1)


def test_page_is_sound_and_warns_before_unsaved_changes_are_lost(at: Clock, sign_in: SignIn) -> None:
    builders.company()
    html = check_page(sign_in("admin").get("/firma"))
    assert "data-warn-unsaved" in html  # B41


def test_page_opens_before_anything_was_set_up(app: Flask, at: Clock, sign_in: SignIn) -> None:
    check_page(sign_in("admin").get("/firma"))
    assert firm().trial


def test_everything_typed_is_stored(at: Clock, sign_in: SignIn) -> None:
    builders.company(trial=True)
    answer = sign_in("admin").post("/firma", data=GOOD)
    assert answer.headers["Location"] == "/firma"
    company = firm()
    for name in ("name", "street", "postcode", "town", "phone", "email", "zone", "land", "release"):
        assert getattr(company, name) == GOOD[name]
    assert (company.window_from, company.window_to) == (time(7, 30), time(19))
    assert company.window_days == ["mon", "fri"]
    assert company.window_holidays is True
    assert company.settle_minutes == 45
    assert company.own_numbers == ["+436641112223", "+491712345678"]
    assert company.own_emails == ["office@example.at"]
    assert (company.self_test_sms, company.self_test_email) == ("+436641112223", "office@example.at")  # A32
    assert company.network_allow == ["drucker.lan", "192.168.1.20:8080", "10.0.0.0/8"]
    assert company.public_url == "https://t.example.at"


def test_saving_what_is_shown_changes_nothing(at: Clock, sign_in: SignIn) -> None:
    builders.company(trial=True)
    client = sign_in("admin")
    client.post("/firma", data=GOOD)
    html = check_page(client.post("/firma", data=GOOD, follow_redirects=True))
    assert "Es war nichts zu ändern." in html


def test_unticked_holidays_are_stored(at: Clock, sign_in: SignIn) -> None:
    builders.company(trial=True, window_holidays=True)
    sign_in("admin").post("/firma", data={key: GOOD[key] for key in GOOD if key != "window_holidays"})
    assert firm().window_holidays is False


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("phone", "abc", "ist keine Telefonnummer"),
        ("phone", "12", "ist keine Telefonnummer"),
        ("email", "office@", "ist keine E-Mail-Adresse"),
        ("email", "a b@example.at", "ist keine E-Mail-Adresse"),
        ("zone", "Europe/Wien", "Die Zeitzone »Europe/Wien« gibt es nicht"),
        ("zone", "../../etc/passwd", "gibt es nicht"),
        ("land", "Bayern", "ist kein Bundesland"),
        ("window_from", "25:00", "ist keine Uhrzeit"),
        ("window_from", "", "ist keine Uhrzeit"),
        ("window_to", "06:00", "muss nach dem Beginn 07:30 liegen"),
        ("window_to", "07:30", "muss nach dem Beginn 07:30 liegen"),
        ("window_days", [], "Mindestens ein Wochentag muss bleiben"),
        ("window_days", ["mon", "someday"], "ist kein Wochentag"),
        ("settle_minutes", "bald", "ganze Zahl"),
        ("settle_minutes", "-1", "ganze Zahl"),
        ("settle_minutes", "1441", "zwischen 0 und 1440"),
        ("settle_minutes", "9" * 30, "ganze Zahl"),
        ("release", "vielleicht", "gibt es hier nicht"),
        ("own_numbers", "0664 1112223\n12", "ist keine Telefonnummer"),
        ("own_numbers", "6641112223", "hat keine Vorwahl"),
        ("own_numbers", "0664 1112223 0676 7654321", "mehrere Nummern"),
        ("own_emails", "office@example.at, chef", "ist keine E-Mail-Adresse"),
        ("self_test_sms", "12", "ist keine Telefonnummer"),
        ("self_test_sms", "07252 72345", "»07252 72345« ist eine Festnetznummer, dorthin geht keine SMS."),
        ("self_test_sms", "0720 123456", "ist eine Internet-Telefonnummer, dorthin geht keine SMS."),
        ("self_test_email", "chef", "ist keine E-Mail-Adresse"),
        ("network_allow", "drucker lan", "weder Rechnername noch Adresse noch Netz"),
        ("network_allow", "10.0.0.0/99", "weder Rechnername noch Adresse noch Netz"),
        ("public_url", "t.example.at", "ist keine Webadresse"),
        ("public_url", "javascript:alert(1)", "ist keine Webadresse"),
        ("name", "x" * 201, "Höchstens 200 Zeichen"),
        ("town", "Steyr\x07", "Steuerzeichen"),
    ],
)
def test_bad_input_says_what_is_wrong_and_stores_nothing(
    at: Clock, sign_in: SignIn, field: str, typed: Any, sentence: str
) -> None:
    builders.company(trial=True, name="Vorher")
    html = check_page(sign_in("admin").post("/firma", data=GOOD | {field: typed}), 422)
    assert sentence in html
    assert "Nichts gespeichert" in html
    assert 'aria-invalid="true"' in html or field in ("window_days", "release")
    if isinstance(typed, str) and field not in ("land", "release", "town"):
        for line in typed.splitlines():
            assert line in html
    assert firm().name == "Vorher"
    assert firm().postcode == "4400"


@pytest.mark.parametrize("typed", ["0664 1112223", "+49 171 1234567", "+1 212 555 2368", "0800 123456"])
def test_a_number_that_may_take_sms_is_kept_for_the_self_test(
    at: Clock, sign_in: SignIn, typed: str
) -> None:  # A32: mobile, either of both, or of no known type
    builders.company(trial=True)
    assert sign_in("admin").post("/firma", data=GOOD | {"self_test_sms": typed}).status_code == 302
    assert firm().self_test_sms.startswith("+")


def test_all_faults_are_told_at_once(at: Clock, sign_in: SignIn) -> None:
    builders.company(trial=True)
    data = GOOD | {"phone": "abc", "email": "x", "settle_minutes": "y"}
    html = check_page(sign_in("admin").post("/firma", data=data), 422)
    assert html.count('class="error"') == 3


# B03
def test_missing_master_data_are_named(at: Clock, sign_in: SignIn) -> None:
    builders.company(trial=True, phone="", town="  ")
    html = sign_in("admin").get("/firma").get_data(as_text=True)
    assert "Noch nicht ausgefüllt: Ort, Telefon." in html


# B03
def test_in_trial_mode_master_data_may_come_later(at: Clock, sign_in: SignIn) -> None:
    builders.company(trial=True)
    assert sign_in("admin").post("/firma", data=GOOD | {"street": ""}).status_code == 302
    assert firm().street == ""


# B03
@pytest.mark.parametrize("field", Company.MASTER_FIELDS)
def test_master_data_stay_filled_while_messages_leave(at: Clock, sign_in: SignIn, field: str) -> None:
    builders.company(trial=False)
    html = check_page(sign_in("admin").post("/firma", data=GOOD | {field: " "}), 422)
    assert "darf nicht leer sein, solange Nachrichten hinausgehen" in html
    assert getattr(firm(), field)


# C15
def test_changed_send_window_moves_what_is_planned(at: Clock, sign_in: SignIn) -> None:
    builders.company()
    builders.gateway()
    rule = builders.rule(at=time(17))
    calendar = builders.calendar()
    builders.appointment(calendar, NOON + timedelta(days=9))
    plan_messages(NOON)
    before = db.session.query(Message).filter_by(rule_id=rule.id).one().due_at
    sign_in("admin").post(
        "/firma", data=GOOD | {"window_to": "12:00", "window_days": ["mon", "tue", "wed", "thu", "fri"]}
    )
    db.session.expire_all()
    after = db.session.query(Message).filter_by(rule_id=rule.id).one().due_at
    assert before.hour == 16
    assert after < before


def test_after_saving_the_set_up_goes_on(at: Clock, sign_in: SignIn) -> None:
    builders.company(trial=True, wizard_done_at=None)
    client = sign_in("admin")
    html = client.get("/firma?zurueck=einrichtung").get_data(as_text=True)
    assert 'action="/firma?zurueck=einrichtung"' in html
    assert client.post("/firma?zurueck=einrichtung", data=GOOD).headers["Location"] == "/einrichtung"
    assert client.post("/firma?zurueck=https://evil.example", data=GOOD).headers["Location"] == "/firma"


def planned(count: int, due: timedelta, **values: Any) -> None:
    """So many planned SMS to different people, due that long after noon."""
    calendar = builders.calendar(f"Kalender {due} {values}")
    rule = builders.rule()
    for number in range(count):
        appointment = builders.appointment(calendar, NOON + due + timedelta(days=2))
        recipient = f"+4366410000{number:02}"
        builders.message(appointment, rule, recipient=recipient, due_at=NOON + due, **values)


# C26
def test_before_trial_mode_ends_it_says_how_many_leave(at: Clock, sign_in: SignIn) -> None:
    builders.company(trial=True)
    planned(3, timedelta(days=6, hours=23))
    planned(1, timedelta(days=7))
    planned(1, timedelta(days=1), state="withheld")
    planned(2, timedelta(days=2), state="held")
    planned(4, -timedelta(days=1), state="accepted", trial=True, sent_at=NOON - timedelta(days=1))
    html = check_page(sign_in("admin").get("/firma/probe"))
    assert "gehen 3 Nachrichten wirklich hinaus, an 3 Empfänger." in html
    assert "wurden 4 Nachrichten als Probe vermerkt." in html
    assert "2 Nachrichten warten auf Freigabe" in html
    assert "3</b>" in html
    assert "Erinnerungen" in html
    assert firm().trial, "looking changes nothing"


# C26
def test_trial_mode_ends_once_and_can_begin_again(at: Clock, sign_in: SignIn) -> None:
    builders.company(trial=True)
    client = sign_in("admin")
    html = check_page(client.post("/firma/probe", follow_redirects=True))
    assert "Der Probebetrieb ist beendet." in html
    assert not firm().trial
    assert "Der Probebetrieb ist beendet." not in check_page(
        client.post("/firma/probe", follow_redirects=True)
    )
    client.post("/firma/probe/wieder")
    assert firm().trial


# B03, C26
def test_trial_mode_stays_while_master_data_are_missing(at: Clock, sign_in: SignIn) -> None:
    builders.company(trial=True, email="")
    client = sign_in("admin")
    html = check_page(client.post("/firma/probe"), 422)
    assert "Der Probebetrieb bleibt, denn es fehlt noch: E-Mail." in html
    assert "Jetzt beenden" not in html
    assert firm().trial


def test_only_a_sandbox_gateway_is_told_before_trial_mode_ends(at: Clock, sign_in: SignIn) -> None:
    builders.company(trial=True)
    builders.gateway()
    client = sign_in("admin")
    assert "nur der Trockenlauf" in client.get("/firma/probe").get_data(as_text=True)
    builders.gateway("link", kind="linkmobility")
    assert "nur der Trockenlauf" not in client.get("/firma/probe").get_data(as_text=True)


def test_nothing_to_end_leads_back_to_the_firm(at: Clock, sign_in: SignIn) -> None:
    builders.company(trial=False)
    assert sign_in("admin").get("/firma/probe").headers["Location"] == "/firma"
