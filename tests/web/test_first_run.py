"""From an empty database to a working office (A22, B03)."""

from __future__ import annotations

import re
import stat
from datetime import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.setup.first_run import ensure_office, first_run_link
from kehr.models import Company, Gateway, MessageRule, User, db
from kehr.rules.plan.start_rules import START_RULES, StartRule
from kehr.rules.terms.messages import RULE_KINDS, Kind
from kehr.rules.terms.sms import count
from kehr.rules.texts.text import check_template
from kehr.web.first_run import setup_steps
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

STEPS = ("Firma", "Gateway", "Kalender", "Kunden", "Nachrichten", "Eigene Nummern")
GOOD = {"login": "maria", "password": "drei wörter hier", "again": "drei wörter hier"}


def test_first_start_makes_the_office_once(app: Flask) -> None:
    for _ in range(2):
        ensure_office(NOON)
        company = db.session.get(Company, 1)
        assert company.trial
        assert [row.kind for row in db.session.scalars(select(Gateway))] == ["sandbox"]
        rules = list(db.session.scalars(select(MessageRule)))
        assert sorted(rule.kind for rule in rules) == sorted(RULE_KINDS)
        assert not any(rule.active for rule in rules)


def test_what_the_office_changed_is_not_made_again(app: Flask) -> None:
    ensure_office(NOON)
    reminder = db.session.scalar(select(MessageRule).where(MessageRule.kind == "reminder"))
    reminder.archived_at = NOON
    db.session.get(Company, 1).name = "Unsere Firma"
    db.session.scalar(select(Gateway)).name = "link"
    db.session.commit()
    ensure_office(NOON)
    assert db.session.get(Company, 1).name == "Unsere Firma"
    assert [row.name for row in db.session.scalars(select(Gateway))] == ["link"]
    assert len(list(db.session.scalars(select(MessageRule).where(MessageRule.kind == "reminder")))) == 1


def test_start_rules_are_what_the_office_expects(app: Flask) -> None:
    when = {rule.kind: (rule.days, rule.at) for rule in START_RULES}
    assert when[Kind.REMINDER] == (2, time(17))
    assert when[Kind.ANNOUNCEMENT] == (14, time(17))
    assert when[Kind.FEEDBACK] == (1, time(10))


# B37
def test_start_rules_leave_inside_the_default_send_window(app: Flask) -> None:
    ensure_office(NOON)
    company = db.session.get(Company, 1)
    assert all(company.window_from <= rule.at < company.window_to for rule in START_RULES)


@pytest.mark.parametrize("rule", START_RULES, ids=lambda rule: rule.kind)
def test_start_texts_are_taken_as_they_are_and_use_no_dear_characters(rule: StartRule) -> None:
    assert check_template(rule.text) == ()
    assert check_template(rule.subject) == ()
    assert count(rule.text).encoding == "GSM-7"


def test_link_is_told_once_and_kept_only_as_a_hash(app: Flask, tmp_path: Path) -> None:
    link = first_run_link(NOON)
    kept = tmp_path / "first_run_token"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert link.removeprefix("/einrichtung/") not in kept.read_text()


def test_new_start_ends_the_old_link(app: Flask, at: Clock) -> None:
    old, new = first_run_link(NOON), first_run_link(NOON)
    client = app.test_client()
    html = check_page(client.get(old), 404)
    assert "Dieser Link gilt nicht mehr" in html
    assert "starten Sie Kehrbote neu" in html
    check_page(client.get(new))


@pytest.mark.parametrize("token", ["x", "fertigx", "a" * 500, "..", "%00"])
def test_guessed_link_opens_nothing(app: Flask, at: Clock, token: str) -> None:
    first_run_link(NOON)
    client = app.test_client()
    assert client.get(f"/einrichtung/{token}").status_code == 404
    assert client.post(f"/einrichtung/{token}", data=GOOD).status_code == 404
    assert db.session.scalar(select(User)) is None


def test_no_link_before_the_first_start(app: Flask, at: Clock) -> None:
    assert app.test_client().get("/einrichtung/x").status_code == 404


def test_first_admin_gets_in_and_the_link_ends(app: Flask, at: Clock, tmp_path: Path) -> None:
    link = first_run_link(NOON)
    client = app.test_client()
    answer = client.post(link, data=GOOD)
    assert answer.headers["Location"] == "/einrichtung"
    check_page(client.get("/einrichtung"))
    user = db.session.scalar(select(User))
    assert (user.login, user.role, user.must_change) == ("maria", "admin", False)
    assert not (tmp_path / "first_run_token").exists()
    second = app.test_client().post(link, data=GOOD | {"login": "eva"})
    assert second.status_code == 404
    assert len(list(db.session.scalars(select(User)))) == 1
    assert first_run_link(NOON) is None


def test_double_click_on_the_first_form_makes_one_admin(app: Flask, at: Clock) -> None:
    link = first_run_link(NOON)
    client = app.test_client()
    client.post(link, data=GOOD)
    client.post(link, data=GOOD)
    assert len(list(db.session.scalars(select(User)))) == 1


def test_reader_alone_does_not_end_the_link(app: Flask, at: Clock) -> None:
    builders.user("leser", "reader")
    assert first_run_link(NOON) is not None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"login": ""}, "Der Benutzername fehlt."),
        ({"login": "maria muster"}, "Dieser Benutzername geht nicht."),
        ({"login": "leser"}, "Diesen Benutzernamen gibt es schon."),
        ({"password": "kurz", "again": "kurz"}, "mindestens 10 Zeichen"),
        ({"again": "drei wörter dort"}, "Die beiden Kennwörter sind verschieden."),
        ({"password": "passwort123", "again": "passwort123"}, "zu leicht zu erraten"),
        ({"login": "mariamuster", "password": "mariamuster", "again": "mariamuster"}, "wie der Benutzername"),
    ],
)
def test_bad_first_admin_is_refused_and_the_link_stays(
    app: Flask, at: Clock, change: dict[str, str], sentence: str
) -> None:
    builders.user("leser", "reader")
    link = first_run_link(NOON)
    data = GOOD | change
    html = check_page(app.test_client().post(link, data=data), 422)
    assert sentence in html
    assert f'value="{data["login"]}"' in html
    assert not re.search(r'type="password"[^>]*value="[^"]', html), "passwords are typed again"
    check_page(app.test_client().get(link))
    assert db.session.scalar(select(User).where(User.role == "admin")) is None


# A22, B03
def test_checklist_shows_the_steps_in_order_from_the_rows(app: Flask, at: Clock, sign_in: SignIn) -> None:
    ensure_office(NOON)
    client = sign_in("admin")
    html = check_page(client.get("/einrichtung"))
    places = [html.index(f"{n}. {word}") for n, word in enumerate(STEPS, 1)]
    assert places == sorted(places)
    assert html.count("step-sign done") == 0
    assert "Noch auszufüllen: Firmenname, Straße und Hausnummer, PLZ, Ort, Telefon, E-Mail." in html
    company = db.session.get(Company, 1)
    for field in Company.MASTER_FIELDS:
        setattr(company, field, "x")
    company.phone = ""
    db.session.commit()
    html = client.get("/einrichtung").get_data(as_text=True)
    assert "Noch auszufüllen: Telefon." in html
    company.phone = "x"
    company.own_numbers = ["+436641112223"]
    builders.gateway("link", kind="linkmobility")
    builders.calendar("Kehrplan", last_good_at=NOON)
    builders.rule()
    builders.house()
    html = client.get("/einrichtung").get_data(as_text=True)
    assert html.count("step-sign done") == 6


def test_calendar_that_was_never_read_is_not_done(app: Flask, at: Clock, sign_in: SignIn) -> None:
    ensure_office(NOON)
    row = builders.calendar("Kehrplan", last_good_at=None)
    html = sign_in("admin").get("/einrichtung").get_data(as_text=True)
    assert "Kehrplan ist eingetragen, aber noch nicht gelesen." in html
    assert f'href="/kalender/{row.id}"' in html


def test_set_up_cannot_be_finished_early(app: Flask, at: Clock, sign_in: SignIn) -> None:
    ensure_office(NOON)
    client = sign_in("admin")
    answer = client.post("/einrichtung/fertig", follow_redirects=True)
    assert "noch nicht alles eingerichtet" in check_page(answer)
    assert db.session.get(Company, 1).wizard_done_at is None


# A22
def test_finished_set_up_leaves_the_menu_and_stays_in_trial_mode(
    app: Flask, at: Clock, sign_in: SignIn
) -> None:
    builders.company(trial=True, wizard_done_at=None, own_numbers=["+436641112223"])
    builders.calendar()
    builders.rule()
    client = sign_in("admin")
    assert 'href="/einrichtung"' in client.get("/konto").get_data(as_text=True)
    assert client.post("/einrichtung/fertig").headers["Location"] == "/"
    assert db.session.get(Company, 1).wizard_done_at == NOON
    assert db.session.get(Company, 1).trial
    at.moment = NOON.replace(hour=13)
    client.post("/einrichtung/fertig")
    assert db.session.get(Company, 1).wizard_done_at == NOON
    assert 'href="/einrichtung"' not in client.get("/konto").get_data(as_text=True)
    assert "Abgeschlossen." in check_page(client.get("/einrichtung"))


def test_every_step_leads_to_a_page_that_exists(app: Flask, at: Clock, sign_in: SignIn) -> None:
    ensure_office(NOON)
    client = sign_in("admin")
    with app.test_request_context():
        hrefs = [step.href for step in setup_steps()]
    for href in hrefs:
        assert client.get(href).status_code == 200, href
