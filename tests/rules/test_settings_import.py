"""`[import]` of a settings file: what is taken, and the sentence for each thing that is not."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.forms.settings_values import ImportSettings, Known, KnownFtp, ProfileSettings
from kehr.rules.settings.settings_import import read_import

KNOWN = Known(
    calendars={"WinChim": "file", "Kehrplan": "ics"},
    profiles={"Kunden alt": "customers", "Termine alt": "appointments"},
)
FTP = {"active": True, "port": 2121, "user": "winchim", "password": "ein langes Kennwort"}


def profile(**values: Any) -> dict[str, Any]:
    return {
        "profiles": [
            {"name": "Neu", "kind": "customers", "columns": {"Nr": "number", "Wer": "name"}} | values
        ]
    }


def test_a_whole_section_is_read() -> None:
    data = {
        "active": True,
        "folder": "/srv/kehrbote/",
        "at": "05:30",
        "minutes": 0,
        "customers_profile": "Neu",
        "appointments_profile": "Termine alt",
        "ftp": FTP,
    }
    found = read_import(data | profile(calendar="WinChim"), KNOWN)
    assert found == ImportSettings(
        active=True,
        folder="/srv/kehrbote",
        at=time(5, 30),
        minutes=0,
        customers_profile="Neu",
        appointments_profile="Termine alt",
        ftp_active=True,
        ftp_port=2121,
        ftp_user="winchim",
        ftp_password="ein langes Kennwort",
        profiles=(ProfileSettings("Neu", "customers", {"Nr": "number", "Wer": "name"}, "WinChim"),),
    )


def test_what_is_not_said_stays() -> None:
    assert read_import({}, KNOWN) == ImportSettings()


def test_a_stored_password_counts() -> None:
    known = Known(ftp=KnownFtp(active=False, user="winchim", has_password=True))
    assert read_import({"ftp": {"active": True}}, known).ftp_active
    with pytest.raises(SettingsError, match="Benutzer fehlt"):
        read_import({"ftp": {"user": ""}}, Known(ftp=KnownFtp(True, "winchim", True)))


@pytest.mark.parametrize(
    ("data", "key", "words"),
    [
        ({"folder": "eingang"}, "import.folder", "beginnt nicht mit /"),
        ({"folder": "./eingang"}, "import.folder", "beginnt nicht mit /"),
        ({"folder": "C:\\WinChim"}, "import.folder", "Windows-PC"),
        ({"folder": "\\\\server\\frei"}, "import.folder", "Windows-PC"),
        ({"folder": "/srv/../etc"}, "import.folder", "schreiben Sie den Ordner ganz aus"),
        ({"folder": "/" + "x" * 500}, "import.folder", "Höchstens 500 Zeichen"),
        ({"folder": 7}, "import.folder", "Text in Anführungszeichen"),
        ({"active": "ja"}, "import.active", "true"),
        ({"at": "25:00"}, "import.at", "»25:00« ist keine Uhrzeit"),
        ({"at": "6"}, "import.at", "keine Uhrzeit"),
        ({"at": ""}, "import.at", "keine Uhrzeit"),
        ({"minutes": -1}, "import.minutes", "zwischen 0 und 1440"),
        ({"minutes": 1441}, "import.minutes", "zwischen 0 und 1440"),
        ({"minutes": "oft"}, "import.minutes", "eine ganze Zahl"),
        ({"customers_profile": "Nix"}, "import.customers_profile", "Ein Profil »Nix« gibt es nicht"),
        ({"customers_profile": "Termine alt"}, "import.customers_profile", "ist nicht für Kunden"),
        ({"appointments_profile": "Kunden alt"}, "import.appointments_profile", "ist nicht für Termine"),
        ({"ftp": FTP | {"port": 0}}, "import.ftp.port", "zwischen 1 und 65535"),
        ({"ftp": FTP | {"port": 70000}}, "import.ftp.port", "zwischen 1 und 65535"),
        ({"ftp": FTP | {"port": "zwei"}}, "import.ftp.port", "eine ganze Zahl"),
        ({"ftp": FTP | {"port": 21}}, "import.ftp.port", "Ports unter 1024"),
        ({"ftp": FTP | {"port": 61215}}, "import.ftp.port", "61210 bis 61219"),
        ({"ftp": FTP | {"user": "win chim"}}, "import.ftp.user", "2 bis 40 Buchstaben"),
        ({"ftp": FTP | {"user": "Käufer"}}, "import.ftp.user", "ohne Umlaute"),
        ({"ftp": FTP | {"user": "x"}}, "import.ftp.user", "2 bis 40 Buchstaben"),
        ({"ftp": {"active": True, "password": "ein langes Kennwort"}}, "import.ftp.user", "Benutzer fehlt"),
        ({"ftp": {"active": True, "user": "winchim"}}, "import.ftp.password", "Kennwort fehlt"),
        ({"ftp": FTP | {"password": "kurz"}}, "import.ftp.password", "mindestens 10 Zeichen"),
        ({"ftp": FTP | {"password": "Schlüsselwort"}}, "import.ftp.password", "Umlaute"),
        ({"ftp": {"host": "x"}}, "import.ftp.host", "gibt es nicht"),
        ({"ftp": "an"}, "import.ftp", "eine Tabelle"),
        ({"ordner": "/srv"}, "import.ordner", "gibt es nicht"),
        (profile(name=""), "import.profiles[0].name", "darf nicht leer sein"),
        (profile(name="x" * 121), "import.profiles[0].name", "Höchstens 120 Zeichen"),
        (profile(name="Termine alt"), "import.profiles[0].name", "gibt es schon, aber nicht für Kunden"),
        (profile(kind="rechnungen"), "import.profiles[0].kind", "gibt es hier nicht"),
        (profile(columns={}), "import.profiles[0].columns", "Keine Spalte bedeutet »Nummer«"),
        (profile(columns={"a": "number", "b": "number"}), "import.profiles[0].columns", "Zwei Spalten"),
        (profile(columns={"a": "augen"}), "import.profiles[0].columns", "»augen« gibt es nicht. Möglich:"),
        (profile(columns=["number"]), "import.profiles[0].columns", "eine Tabelle"),
        (profile(columns={"a": 1}), "import.profiles[0].columns", "eine Tabelle"),
        (profile(calendar="Kehrplan"), "import.profiles[0].calendar", "Eine Liste »Kehrplan« gibt es nicht"),
        (profile(calendar="Nix"), "import.profiles[0].calendar", "Eine Liste »Nix« gibt es nicht"),
        (
            {"profiles": profile()["profiles"] * 2},
            "import.profiles[1].name",
            "kommt schon weiter oben vor",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_key(data: dict[str, Any], key: str, words: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_import(data, KNOWN)
    assert refused.value.key == key
    assert words in refused.value.sentence
