"""`[import]` goes out with the settings file and comes back the same, here and on a second box."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from flask import Flask

from kehr.actions.imports.drop_folder import drop_folder
from kehr.actions.setup.configure import NOTHING, configure
from kehr.actions.setup.export_settings import export_settings
from kehr.models import ImportProfile, db
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.settings.ftp_wish import WISH_FILE, read_wish
from tests.actions.test_export_settings import on_second_box
from tests.conftest import NOON

FILE = """
[[calendars]]
name = "WinChim"
kind = "file"
[import]
active = true
folder = "{folder}"
at = "05:30"
minutes = 0
customers_profile = "Kunden"
appointments_profile = "Termine"
ftp = {{ active = true, port = 2122, user = "winchim", password_file = "ftp-kennwort" }}
[[import.profiles]]
name = "Kunden"
kind = "customers"
columns = {{ Kundschaft = "number", Wer = "name" }}
[[import.profiles]]
name = "Termine"
kind = "appointments"
columns = {{ Objekt = "number", Wann = "date" }}
calendar = "WinChim"
"""
PASSWORD = "ein langes Kennwort"


@pytest.fixture
def office(app: Flask, tmp_path: Path) -> Path:
    (tmp_path / "ftp-kennwort").write_text(PASSWORD + "\n", encoding="utf-8")
    folder = tmp_path.parent / f"{tmp_path.name}-frei"
    folder.mkdir()
    lines = configure(tomllib.loads(FILE.format(folder=folder)), tmp_path, NOON)
    assert "Profil »Kunden«: angelegt" in lines and PASSWORD not in " ".join(lines)
    return tmp_path


def test_the_file_sets_up_folder_server_and_profiles(office: Path) -> None:  # A29, C30
    row = drop_folder()
    assert (row.active, f"{row.at:%H:%M}", row.ftp_port, row.ftp_password) == (True, "05:30", 2122, PASSWORD)
    profiles = {one.name: one for one in db.session.scalars(db.select(ImportProfile))}
    assert profiles["Kunden"].columns == {"Kundschaft": "number", "Wer": "name"}
    assert profiles["Termine"].calendar_id is not None
    wish = read_wish((office / WISH_FILE).read_text())
    assert wish.active and wish.fits("winchim", PASSWORD)


def test_an_export_applied_again_changes_nothing(office: Path) -> None:  # C30
    for with_secrets in (False, True):
        text = export_settings(with_secrets=with_secrets)
        assert (PASSWORD in text) is with_secrets
        assert configure(tomllib.loads(text), office, NOON) == [NOTHING]


def test_a_second_box_from_the_full_export_exports_the_identical_text(
    office: Path, tmp_path: Path, migrated_database: Path
) -> None:  # C30
    text = export_settings(with_secrets=True)
    assert on_second_box(tmp_path / "second", migrated_database, text) == text


def test_without_secrets_a_second_box_is_set_up_with_its_server_off(
    office: Path, tmp_path: Path, migrated_database: Path
) -> None:
    exported = on_second_box(tmp_path / "second", migrated_database, export_settings(with_secrets=False))
    told = tomllib.loads(exported)["import"]
    assert told["ftp"] == {"port": 2122, "user": "winchim", "active": False}
    assert told["customers_profile"] == "Kunden"


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"folder": "/etc"}, "import.folder"),
        ({"ftp": {"password_file": "gibt-es-nicht"}}, "import.ftp.password_file"),
        ({"ftp": {"password_file": "zu-kurz"}}, "import.ftp.password_file"),
    ],
)
def test_what_only_this_box_can_tell_is_refused_with_its_key(
    wrong: dict[str, object], key: str, office: Path
) -> None:
    (office / "zu-kurz").write_text("kurz", encoding="utf-8")
    before = export_settings(with_secrets=True)
    with pytest.raises(SettingsError) as refused:
        configure({"import": {"minutes": 7} | wrong}, office, NOON)
    assert refused.value.key == key
    assert export_settings(with_secrets=True) == before


def test_a_folder_that_is_not_there_yet_does_not_stop_a_second_box(office: Path) -> None:
    assert configure({"import": {"folder": "/gibt/es/noch/nicht"}}, office, NOON)
    assert drop_folder().folder == "/gibt/es/noch/nicht"
