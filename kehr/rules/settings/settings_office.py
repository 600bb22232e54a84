"""Checks `[company]`, `[network]` and `[[users]]` of a settings file."""

from __future__ import annotations

from datetime import time
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from kehr.rules.entries.kind_words import read_kind_words
from kehr.rules.forms.settings_reader import SettingsError, Table, is_email
from kehr.rules.forms.settings_values import (
    LANDS,
    ROLES,
    WEEKDAYS,
    CompanySettings,
    Known,
    NetworkSettings,
    UserSettings,
)
from kehr.rules.plan.quota import MOST
from kehr.rules.terms.appointments import NumberType
from kehr.rules.terms.passwords import clean_login, login_fault
from kehr.rules.terms.phones import BadNumber, normalise

_COMPANY = (
    "name",
    "street",
    "postcode",
    "town",
    "phone",
    "email",
    "zone",
    "land",
    "trial",
    "own_numbers",
    "own_emails",
    "send_window",
    "settle_minutes",
    "release",
    "self_test",
    "kind_words",
    "monthly_quota",
    "evening_log",
)
_NUMBER_SENTENCES = {
    "number_empty": "Hier fehlt die Nummer.",
    "number_several": "Hier stehen mehrere Nummern; nur eine eintragen.",
    "number_without_prefix": "»{typed}« hat keine Vorwahl; so schreiben: +43 664 1112223 oder 0664 1112223.",
    "number_too_short": "»{typed}« ist zu kurz für eine Telefonnummer.",
    "number_too_long": "»{typed}« ist zu lang für eine Telefonnummer.",
    "number_unreadable": "»{typed}« ist keine Telefonnummer; so schreiben: +43 664 1112223.",
}
_NO_SMS = {NumberType.LANDLINE: "eine Festnetznummer", NumberType.VOIP: "eine Internet-Telefonnummer"}
"""What no SMS can go to; of numbers of no known type nobody can say."""


def phone_number(path: str, typed: str) -> str:
    """A number in E.164. Raises SettingsError under `path`."""
    try:
        return normalise(typed).e164
    except BadNumber as error:
        raise SettingsError(path, _NUMBER_SENTENCES[error.code].format(typed=typed.strip())) from error


def sms_number(path: str, typed: str) -> str:
    """A number in E.164 that may take SMS: what is surely none is refused. Raises SettingsError."""
    found = phone_number(path, typed)
    word = _NO_SMS.get(normalise(typed).type)
    if word is not None:
        sentence = f"»{typed.strip()}« ist {word}, dorthin geht keine SMS. Tragen Sie eine Handynummer ein."
        raise SettingsError(path, sentence)
    return found


def read_company(data: object, known: Known, path: str = "company") -> CompanySettings:
    """The firm's master data and rules for all messages. Raises SettingsError."""
    table = Table(data, path, _COMPANY)
    window = _window(table, known)
    test = table.table("self_test", ("sms", "email"))
    number = test.text("sms") if test else None
    evening = table.table("evening_log", ("email", "file", "at"))
    return CompanySettings(
        name=table.text("name"),
        street=table.text("street"),
        postcode=table.text("postcode", longest=20),
        town=table.text("town"),
        phone=table.text("phone", longest=60),
        email=table.email("email"),
        zone=_zone(table),
        land=read_land(table),
        trial=table.flag("trial"),
        own_numbers=_numbers(table, "own_numbers"),
        own_emails=_emails(table, "own_emails"),
        window_from=window[0],
        window_to=window[1],
        window_days=window[2],
        window_holidays=window[3],
        settle_minutes=table.whole("settle_minutes", 0, 1440),
        release=table.choice("release", ("anomalies", "always", "never")),
        self_test_sms=sms_number(test.key("sms"), number) if test and number else number,
        self_test_email=test.email("email") if test else None,
        kind_words=read_kind_words(table),
        monthly_quota=table.whole("monthly_quota", 0, MOST),
        evening_log_email=evening.email("email") if evening else None,
        evening_log_file=evening.flag("file") if evening else None,
        evening_log_at=evening.clock("at") if evening else None,
    )


def read_land(table: Table) -> str | None:
    """One of the nine Länder in the short form of this file, or empty."""
    land = table.text("land", longest=40)
    if land is None or land == "" or land in LANDS:
        return land
    raise table.error("land", f"»{land}« ist kein Bundesland; möglich: {', '.join(LANDS)}.")


def _zone(table: Table) -> str | None:
    zone = table.text("zone", longest=60)
    if zone is None:
        return None
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        sentence = f"Die Zeitzone »{zone}« gibt es nicht; für Österreich: Europe/Vienna."
        raise table.error("zone", sentence) from error
    return zone


def _window(
    table: Table, known: Known
) -> tuple[time | None, time | None, tuple[str, ...] | None, bool | None]:
    window = table.table("send_window", ("from", "to", "days", "holidays"))
    if window is None:
        return None, None, None, None
    start, end = window.clock("from"), window.clock("to")
    if (first := start or known.window[0]) and (last := end or known.window[1]) and first >= last:
        raise window.error("to", f"Das Ende {last:%H:%M} muss nach dem Beginn {first:%H:%M} liegen.")
    days = window.texts("days")
    for path, day in days or []:
        if day not in WEEKDAYS:
            raise SettingsError(path, f"»{day}« ist kein Wochentag; möglich: {', '.join(WEEKDAYS)}.")
    if days is not None and not days:
        raise window.error("days", "Mindestens ein Wochentag muss bleiben, sonst geht nie etwas hinaus.")
    chosen = {day for _, day in days or []}
    ordered = None if days is None else tuple(day for day in WEEKDAYS if day in chosen)
    return start, end, ordered, window.flag("holidays")


def _numbers(table: Table, name: str) -> tuple[str, ...] | None:
    found = table.texts(name)
    if found is None:
        return None
    return tuple(dict.fromkeys(phone_number(path, typed) for path, typed in found))


def _emails(table: Table, name: str) -> tuple[str, ...] | None:
    found = table.texts(name)
    for path, typed in found or []:
        if not is_email(typed):
            raise SettingsError(path, f"»{typed}« ist keine E-Mail-Adresse; so schreiben: office@example.at.")
    return None if found is None else tuple(dict.fromkeys(typed for _, typed in found))


def read_network(data: object, path: str = "network") -> NetworkSettings:
    """What may be called, and where the public part is reachable. Raises SettingsError."""
    table = Table(data, path, ("allow", "public_url"))
    allow = table.texts("allow")
    return NetworkSettings(
        network_allow=None if allow is None else tuple(entry for _, entry in allow),
        public_url=_public_url(table),
    )


def _public_url(table: Table) -> str | None:
    url = table.text("public_url", longest=300)
    if not url:
        return url
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or not url.isascii() or set("?#@ ") & set(url):
        raise table.error("public_url", f"»{url}« ist keine Webadresse; so schreiben: https://t.example.at.")
    return url.rstrip("/")


def read_user(data: object, path: str) -> UserSettings:
    """Somebody who may sign in. Raises SettingsError."""
    table = Table(data, path, ("login", "role", "active", "password_file", "password_hash"))
    hashed = table.text("password_hash", longest=500)
    if hashed and not hashed.startswith("$argon2"):
        raise table.error("password_hash", "Das ist kein Prüfwert eines Kennworts; password_file verwenden.")
    login = clean_login(table.text("login", longest=120, required=True) or "")
    if login_fault(login):
        sentence = f"»{login}« geht nicht: 2 bis 60 Buchstaben, Ziffern, Punkte, Striche oder @."
        raise table.error("login", sentence)
    return UserSettings(
        login=login,
        role=table.choice("role", ROLES, required=True) or "",
        active=table.flag("active"),
        password_file=table.text("password_file", longest=1000),
        password_hash=hashed,
    )
