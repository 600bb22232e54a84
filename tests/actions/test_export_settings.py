"""Settings go out as a file and come back the same, here and on a second box."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest
from flask import Flask

from kehr import create_app
from kehr.actions.setup.configure import NOTHING, configure
from kehr.actions.setup.export_settings import export_settings
from kehr.models import db
from kehr.rules.forms.settings_reader import SettingsError
from tests.conftest import NOON, settings_in
from tests.rules.test_settings_file import WHOLE

PRIVATE = "https://calendar.example.at/private-0123456789abcdef0123/basic.ics"


@pytest.fixture
def office(app: Flask, tmp_path: Path) -> Path:
    (tmp_path / "kennwort").write_text("ein erstes Kennwort", encoding="utf-8")
    private = f'\n[[calendars]]\nname = "Privat"\nurl = "{PRIVATE}"\nactive = false\n'
    configure(tomllib.loads(WHOLE + private), tmp_path, NOON)
    return tmp_path


def on_second_box(folder: Path, database: Path, text: str) -> str:
    folder.mkdir()
    shutil.copy(database, folder / "kehrbote.db")
    app = create_app(settings_in(folder))
    with app.app_context():
        configure(tomllib.loads(text), folder, NOON)
        exported = export_settings(with_secrets=True)
        db.session.remove()
        db.engine.dispose()
    return exported


def test_configure_of_an_export_changes_nothing(office: Path) -> None:  # C30
    for with_secrets in (False, True):
        text = export_settings(with_secrets=with_secrets)
        assert configure(tomllib.loads(text), office, NOON) == [NOTHING]


def test_a_second_box_from_the_full_export_exports_the_identical_text(
    office: Path, tmp_path: Path, migrated_database: Path
) -> None:  # C30
    text = export_settings(with_secrets=True)
    assert on_second_box(tmp_path / "second", migrated_database, text) == text


def test_without_being_asked_no_secret_goes_out(office: Path) -> None:  # C30, B15
    text = export_settings(with_secrets=False)
    for secret in ("geheim", "argon2", "private-", "password", "token"):
        assert secret not in text
    assert "https://example.at/kehrplan.ics" in text
    full = export_settings(with_secrets=True)
    assert all(secret in full for secret in ('"geheim"', '"auch geheim"', "$argon2", PRIVATE))


def test_an_export_without_secrets_says_on_a_new_box_which_address_it_lacks(
    office: Path, tmp_path: Path, migrated_database: Path
) -> None:
    text = export_settings(with_secrets=False)
    with pytest.raises(SettingsError) as refused:
        on_second_box(tmp_path / "second", migrated_database, text)
    assert refused.value.key == "calendars[1].url"
