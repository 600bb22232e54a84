"""A settings file becomes the office's rows: all of it or nothing, and again changes nothing."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.setup.configure import NOTHING, configure
from kehr.actions.setup.export_settings import export_settings
from kehr.actions.setup.hash_password import password_matches
from kehr.models import Branch, Calendar, Company, Gateway, MessageRule, User, db
from kehr.rules.forms.settings_reader import SettingsError
from tests.conftest import NOON
from tests.rules.test_settings_file import WHOLE


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Path:
    (tmp_path / "kennwort").write_text("ein erstes Kennwort\n", encoding="utf-8")
    return tmp_path


def apply(text: str, folder: Path, now=NOON) -> list[str]:
    return configure(tomllib.loads(text), folder, now)


def rules_of(kind: str) -> list[MessageRule]:
    query = select(MessageRule).where(MessageRule.kind == kind, MessageRule.archived_at.is_(None))
    return list(db.session.scalars(query.order_by(MessageRule.position)))


def test_a_file_sets_up_an_empty_box(folder: Path) -> None:  # C30
    lines = apply(WHOLE, folder)
    assert "Gateway »link«: angelegt" in lines
    assert not any("geheim" in line for line in lines)
    company = db.session.get(Company, 1)
    assert company is not None and company.trial is False and company.network_allow == ["127.0.0.1"]
    link = db.session.scalar(select(Gateway).where(Gateway.name == "link"))
    assert link is not None and link.secret == "geheim" and "geheim" not in link.secret_box
    branch = db.session.scalar(select(Branch))
    assert branch is not None and branch.sms_gateway_id == link.id
    calendar = db.session.scalar(select(Calendar))
    assert calendar is not None and calendar.branch_id == branch.id and calendar.live_since is None
    (reminder,) = rules_of("reminder")
    assert (reminder.days, reminder.active, reminder.active_since) == (2, True, NOON)
    user = db.session.scalar(select(User))
    assert user is not None and user.must_change
    assert password_matches(user.password_hash, "ein erstes Kennwort")


def test_applying_the_same_file_again_changes_nothing(folder: Path) -> None:  # C30
    apply(WHOLE, folder)
    before = export_settings(with_secrets=True)
    assert apply(WHOLE, folder, NOON + timedelta(days=1)) == [NOTHING]
    assert export_settings(with_secrets=True) == before
    assert [rule.active_since for rule in rules_of("reminder")] == [NOON]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("poll_minutes = 15", "poll_minutes = 0", "calendars[0].poll_minutes"),
        ('password_file = "kennwort"', 'password_file = "nix"', "users[0].password_file"),
        ('token = "geheim"', 'token_file = "nix"', "gateways[0].token_file"),
        ('allow = ["127.0.0.1"]', 'allow = ["127.0.0.1", "10.0.0.0/99"]', "network.allow[1]"),
        ('role = "admin"', 'role = "könig"', "users[0].role"),
    ],
)
def test_an_error_anywhere_changes_nothing_at_all(old: str, new: str, key: str, folder: Path) -> None:  # C30
    with pytest.raises(SettingsError) as refused:
        apply(WHOLE.replace(old, new), folder)
    assert refused.value.key == key
    assert db.session.get(Company, 1) is None
    assert db.session.scalar(select(Gateway.id)) is None


def test_what_a_file_does_not_name_stays_as_it_is(folder: Path) -> None:
    apply(WHOLE, folder)
    assert apply("[company]\ntown = 'Wels'", folder) == ["Firma: town geändert"]
    company = db.session.get(Company, 1)
    assert company is not None and company.name == "Rauchfangkehrer Mustermann GmbH"
    assert db.session.scalar(select(Calendar.name)) == "Kehrplan Steyr"
    apply("[[calendars]]\nname = 'Zweiter'\nurl = 'https://example.at/2.ics'", folder)
    assert set(db.session.scalars(select(Calendar.name))) == {"Kehrplan Steyr", "Zweiter"}


def test_a_rule_keeps_its_row_when_only_its_words_or_its_time_change(folder: Path) -> None:
    apply(WHOLE, folder)
    (before,) = [rule.id for rule in rules_of("reminder")]
    apply(WHOLE.replace("#Firma #Telefon", "#Firma"), folder)
    apply(WHOLE.replace("days = 2", "days = 5"), folder)
    assert [(rule.id, rule.days) for rule in rules_of("reminder")] == [(before, 5)]


TWO = """
[[rules]]
kind = "reminder"
days = 7
active = true
text = "In einer Woche: #Datum"
[[rules]]
kind = "reminder"
days = 2
active = true
text = "Bald: #Datum"
"""


def test_several_reminders_are_matched_by_when_they_go_and_surplus_ones_archived(folder: Path) -> None:  # B36
    apply(WHOLE, folder)
    (old,) = [rule.id for rule in rules_of("reminder")]
    later = NOON + timedelta(hours=1)
    apply(TWO, folder, later)
    week, two = rules_of("reminder")
    assert (two.id, two.active_since, week.active_since) == (old, NOON, later)
    assert len(rules_of("moved")) == 2
    apply(WHOLE, folder, later)
    assert [rule.id for rule in rules_of("reminder")] == [old]
    archived = db.session.get(MessageRule, week.id)
    assert archived is not None and archived.archived_at == later


def test_switching_a_rule_off_and_on_begins_anew(folder: Path) -> None:  # B31
    apply(WHOLE, folder)
    off = WHOLE.replace('kind = "reminder"\nactive = true', 'kind = "reminder"\nactive = false')
    apply(off, folder)
    assert [rule.active for rule in rules_of("reminder")] == [False]
    apply(WHOLE, folder, NOON + timedelta(days=3))
    assert [rule.active_since for rule in rules_of("reminder")] == [NOON + timedelta(days=3)]


@pytest.mark.parametrize(
    ("change", "begins_anew"),
    [
        ("url = 'https://example.at/kehrplan.ics?key=neu'", False),
        ("url = 'https://example.at/anderer.ics'", True),
        ("url = 'https://other.example.at/kehrplan.ics'", True),
        ("color = '#000000'", False),
    ],
)
def test_a_calendar_begins_anew_only_at_another_place(change: str, begins_anew: bool, folder: Path) -> None:
    apply(WHOLE, folder)
    calendar = db.session.scalar(select(Calendar))
    assert calendar is not None
    calendar.live_since, calendar.etag = NOON, '"1"'
    db.session.commit()
    apply(f"[[calendars]]\nname = 'Kehrplan Steyr'\n{change}", folder)
    db.session.refresh(calendar)
    assert (calendar.live_since is None) == begins_anew
    assert calendar.etag == ('"1"' if "color" in change else "")


def test_failure_03_reactivating_a_calendar_begins_anew_and_sends_no_backlog(folder: Path) -> None:  # B19
    apply(WHOLE, folder)
    calendar = db.session.scalar(select(Calendar))
    assert calendar is not None
    calendar.live_since = NOON
    db.session.commit()
    apply("[[calendars]]\nname = 'Kehrplan Steyr'\nactive = false", folder)
    db.session.refresh(calendar)
    assert calendar.live_since == NOON
    apply("[[calendars]]\nname = 'Kehrplan Steyr'\nactive = true", folder)
    db.session.refresh(calendar)
    assert calendar.live_since is None


def test_a_known_login_keeps_its_password_and_another_role_ends_its_sessions(folder: Path) -> None:
    apply(WHOLE, folder)
    user = db.session.scalar(select(User))
    assert user is not None
    kept, session = user.password_hash, user.session_key
    (folder / "kennwort").write_text("ein anderes Kennwort", encoding="utf-8")
    both = "[[users]]\nlogin = 'chefin'\nrole = 'admin'\n[[users]]\nlogin = 'office'\nrole = 'reader'"
    lines = apply(both, folder)
    assert lines == ["Benutzer »chefin«: angelegt, noch ohne Kennwort", "Benutzer »office«: role geändert"]
    db.session.refresh(user)
    assert user.password_hash == kept and user.session_key != session


def test_the_last_admin_cannot_be_taken_away(folder: Path) -> None:
    apply(WHOLE, folder)
    with pytest.raises(SettingsError) as refused:
        apply("[company]\ntown = 'Wels'\n[[users]]\nlogin = 'office'\nrole = 'reader'", folder)
    assert refused.value.key == "users[0].role"
    company = db.session.get(Company, 1)
    assert company is not None and company.town == "Steyr"
