"""The terms of the Länder in the settings file: those that were changed, and what is refused."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from kehr.actions.setup.configure import NOTHING, configure
from kehr.actions.setup.export_settings import export_settings
from kehr.actions.visits.deadline_rules import change_rule, changed_rules, load_rules
from kehr.models import DeadlineRule, db
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.law.deadlines import LandRule, Sureness, Unit
from kehr.rules.law.start_deadlines import START_DEADLINES
from tests import builders
from tests.conftest import NOON

OWN = LandRule(
    "Stmk",
    10,
    Unit.DAY,
    warn_days=4,
    source="Verordnung § 1",
    checked_on=date(2026, 3, 1),
    sureness=Sureness.HIGH,
    note="Zwei\nZeilen",
)


@pytest.fixture
def office(app: Flask) -> None:
    builders.company()
    builders.gateway()


def test_only_changed_terms_are_exported_and_come_back(office: None, tmp_path: Path) -> None:  # C03, C30
    assert "deadlines" not in tomllib.loads(export_settings(with_secrets=False))
    change_rule(OWN, "anna", NOON)
    file = tomllib.loads(export_settings(with_secrets=False))
    assert [one["land"] for one in file["deadlines"]] == ["Stmk"]
    assert configure(file, tmp_path, NOON) == [NOTHING]
    db.session.execute(db.delete(DeadlineRule))
    db.session.commit()
    assert load_rules() == START_DEADLINES
    assert configure(file, tmp_path, NOON) == ["Frist »Stmk«: geändert"]
    assert load_rules()["Stmk"] == OWN
    assert changed_rules()["Stmk"].changed_by == "Einstellungsdatei"


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({"land": "Bayern"}, "deadlines[0].land"),
        ({}, "deadlines[0].land"),
        ({"land": "NÖ", "amount": 2}, "deadlines[0].source"),
        ({"land": "NÖ", "amount": 400, "source": "x"}, "deadlines[0].amount"),
        ({"land": "NÖ", "checked_on": "gestern"}, "deadlines[0].checked_on"),
        ({"land": "NÖ", "frist": 2}, "deadlines[0].frist"),
    ],
)
def test_a_wrong_term_names_its_key_and_changes_nothing(
    table: dict[str, Any], key: str, office: None, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError) as refused:
        configure({"deadlines": [table]}, tmp_path, NOON)
    assert refused.value.key == key
    assert changed_rules() == {}


def test_a_land_comes_once(office: None, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="kommt schon weiter oben vor"):
        configure({"deadlines": [{"land": "NÖ"}, {"land": "NÖ"}]}, tmp_path, NOON)
