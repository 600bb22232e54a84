"""Checks `[import]` of a settings file: the watched folder, its FTP server, and the profiles."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

from kehr.rules.forms.settings_reader import SettingsError, Table
from kehr.rules.forms.settings_values import ImportSettings, Known, ProfileSettings
from kehr.rules.imports.import_columns import FIELDS, ImportKind, column_faults
from kehr.rules.settings.ftp_wish import PASSIVE_PORTS

KEYS = ("active", "folder", "at", "minutes", "customers_profile", "appointments_profile", "ftp", "profiles")
FTP_KEYS = ("active", "port", "user", "password", "password_file")
FIRST_PORT = 1024
SHORTEST_PASSWORD = 10
KINDS = tuple(kind.value for kind in ImportKind)
KIND_WORDS = {"customers": "Kunden", "appointments": "Termine"}
_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,39}")
_COLUMNS = {
    "column_missing": "Keine Spalte bedeutet »{detail}«. Ohne diese Angabe geht es nicht.",
    "column_twice": "Zwei Spalten bedeuten »{detail}«. Nur eine kann es sein.",
    "column_unknown": "Die Bedeutung »{detail}« gibt es nicht.",
    "column_absent": "Die Spalte »{detail}« gibt es in dieser Datei nicht.",
}


def read_import(data: object, known: Known, path: str = "import") -> ImportSettings:
    """The watched folder, its FTP server and the profiles. Raises SettingsError."""
    table = Table(data, path, KEYS)
    profiles = tuple(_profiles(table, known))
    kinds = dict(known.profiles) | {profile.name: profile.kind for profile in profiles}
    ftp = table.table("ftp", FTP_KEYS)
    return ImportSettings(
        active=table.flag("active"),
        folder=_folder(table),
        at=table.clock("at"),
        minutes=table.whole("minutes", 0, 1440),
        customers_profile=_profile(table, "customers_profile", "customers", kinds),
        appointments_profile=_profile(table, "appointments_profile", "appointments", kinds),
        profiles=profiles,
        **(_ftp(ftp, known) if ftp is not None else {}),
    )


def _folder(table: Table) -> str | None:
    typed = table.text("folder", longest=500)
    if not typed:
        return typed
    if "\\" in typed or re.match(r"[A-Za-z]:", typed):
        sentence = (
            f"»{typed}« ist ein Ordner eines Windows-PCs. Hier steht ein Ordner der Anlage selbst, "
            "zum Beispiel /srv/kehrbote."
        )
        raise table.error("folder", sentence)
    if not typed.startswith("/"):
        raise table.error("folder", f"»{typed}« beginnt nicht mit /; so schreiben: /srv/kehrbote.")
    if ".." in PurePosixPath(typed).parts:
        raise table.error("folder", f"In »{typed}« steht »..«; schreiben Sie den Ordner ganz aus.")
    return str(PurePosixPath(typed))


def _profile(table: Table, name: str, kind: str, kinds: dict[str, str]) -> str | None:
    chosen = table.text(name, longest=120)
    if chosen and chosen not in kinds:
        raise table.error(name, f"Ein Profil »{chosen}« gibt es nicht.")
    if chosen and kinds[chosen] != kind:
        raise table.error(name, f"Das Profil »{chosen}« ist nicht für {KIND_WORDS[kind]}.")
    return chosen


def _ftp(table: Table, known: Known) -> dict[str, Any]:
    active, user = table.flag("active"), table.text("user", longest=60)
    password, file = table.text("password", longest=200), table.text("password_file", longest=1000)
    if user and not _USER.fullmatch(user):
        sentence = f"»{user}« geht nicht: 2 bis 40 Buchstaben, Ziffern, Punkte oder Striche, ohne Umlaute."
        raise table.error("user", sentence)
    if password:
        refuse_weak(table.key("password"), password)
    if (known.ftp.active if active is None else active) and not (known.ftp.user if user is None else user):
        raise table.error("user", "Der Benutzer fehlt; ohne ihn kann der FTP-Server nicht laufen.")
    if active and not (password or file or known.ftp.has_password):
        raise table.error("password", "Das Kennwort fehlt; ohne es kann der FTP-Server nicht laufen.")
    return {
        "ftp_active": active,
        "ftp_port": _port(table),
        "ftp_user": user,
        "ftp_password": password,
        "ftp_password_file": file,
    }


def refuse_weak(key: str, password: str) -> None:
    """Raises SettingsError under `key` for a password that is too short or that clients would garble."""
    if len(password) < SHORTEST_PASSWORD:
        raise SettingsError(
            key, f"Das Kennwort ist zu kurz; es braucht mindestens {SHORTEST_PASSWORD} Zeichen."
        )
    if not (password.isascii() and password.isprintable()):
        sentence = "Umlaute und Sonderzeichen gehen im Kennwort nicht, weil Programme sie verschieden senden."
        raise SettingsError(key, sentence)


def _port(table: Table) -> int | None:
    port = table.whole("port", 1, 65535)
    if port is None:
        return None
    if port < FIRST_PORT:
        sentence = f"Ports unter {FIRST_PORT} darf nur das System öffnen; nehmen Sie zum Beispiel 2121."
        raise table.error("port", sentence)
    if PASSIVE_PORTS[0] <= port <= PASSIVE_PORTS[1]:
        sentence = (
            f"Die Ports {PASSIVE_PORTS[0]} bis {PASSIVE_PORTS[1]} braucht der FTP-Server für die Dateien."
        )
        raise table.error("port", sentence)
    return port


def _profiles(table: Table, known: Known) -> list[ProfileSettings]:
    found: dict[str, ProfileSettings] = {}
    for path, item in table.items("profiles") or []:
        one = Table(item, path, ("name", "kind", "columns", "calendar"))
        name = one.text("name", longest=120, required=True) or ""
        kind = one.choice("kind", KINDS, required=True) or ""
        if name in found:
            raise one.error("name", f"»{name}« kommt schon weiter oben vor.")
        if known.profiles.get(name, kind) != kind:
            raise one.error("name", f"Ein Profil »{name}« gibt es schon, aber nicht für {KIND_WORDS[kind]}.")
        calendar = one.text("calendar", longest=120) or ""
        if calendar and known.calendars.get(calendar) != "file":
            raise one.error("calendar", f"Eine Liste »{calendar}« gibt es nicht.")
        found[name] = ProfileSettings(name, kind, _columns(one, kind), calendar)
    return list(found.values())


def _columns(table: Table, kind: str) -> dict[str, str]:
    data = table.data.get("columns")
    if not isinstance(data, dict) or not all(isinstance(field, str) for field in data.values()):
        raise table.error("columns", "Hier muss eine Tabelle stehen: Überschrift = Bedeutung.")
    columns = {str(heading): str(field) for heading, field in data.items()}
    faults = column_faults(columns, columns, kind)
    if faults:
        sentence = _COLUMNS[faults[0].code].format(detail=faults[0].detail)
        if faults[0].code == "column_unknown":
            sentence += f" Möglich: {', '.join(one.name for one in FIELDS[ImportKind(kind)])}."
        raise table.error("columns", sentence)
    return columns
