"""What every page shows around its content: menu, counts, firm, time; and the look of states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request
from flask_babel import Babel, lazy_gettext
from flask_login import current_user

from kehr import clock
from kehr.models import Branch, db
from kehr.web.access import may, role_of
from kehr.web.catalogue import compile_catalogues
from kehr.web.filters import office, office_zone
from kehr.words import CHANNELS, KINDS, KINDS_MANY, WORK_KINDS, state_word

LANGUAGES = ("de", "en")

MENU: tuple[tuple[str, Any, str], ...] = (
    ("/heute", lazy_gettext("Heute"), "sun"),
    ("/geplant", lazy_gettext("Geplant"), "calendar3"),
    ("/termine", lazy_gettext("Termine"), "house-check"),
    ("/objekte", lazy_gettext("Objekte"), "people"),
    ("/sms", lazy_gettext("SMS senden"), "chat-left-text"),
    ("/posteingang", lazy_gettext("Posteingang"), "inbox"),
    ("/protokoll", lazy_gettext("Protokoll"), "journal-text"),
)
SETTINGS_MENU: tuple[tuple[str, Any, str], ...] = (
    ("/einrichtung", lazy_gettext("Einrichtung"), ""),
    ("/kalender", lazy_gettext("Kalender"), ""),
    ("/einlesen", lazy_gettext("Einlesen"), ""),
    ("/nachrichten", lazy_gettext("Nachrichten"), ""),
    ("/filialen", lazy_gettext("Filialen & Absender"), ""),
    ("/fristen", lazy_gettext("Fristen"), ""),
    ("/gateways", lazy_gettext("Gateways"), ""),
    ("/kosten", lazy_gettext("Kosten"), ""),
    ("/firma", lazy_gettext("Firma"), ""),
    ("/einwilligungen", lazy_gettext("Einwilligungen"), ""),
    ("/mitarbeiter", lazy_gettext("Mitarbeiter"), ""),
    ("/benutzer", lazy_gettext("Benutzer"), ""),
    ("/datenqualitaet", lazy_gettext("Datenqualität"), ""),
    ("/datenschutz", lazy_gettext("Datenschutz"), ""),
    ("/system", lazy_gettext("System"), ""),
)


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One line of the menu; `count` is work that waits behind it."""

    path: str
    label: Any
    icon: str
    here: bool
    count: int


class Menu:
    """The entries that this user may see, put together when a template first asks for them: most
    fragments show no menu, and what is counted in it costs a look into the database.
    """

    def __init__(self, lines: tuple[tuple[str, Any, str], ...]) -> None:
        self._lines = lines

    def __iter__(self) -> Iterator[MenuEntry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    @cached_property
    def _entries(self) -> list[MenuEntry]:
        return _entries(self._lines)


def count_in_menu(app: Flask, path: str, counter: Callable[[], int | None]) -> None:
    """Shows the number that `counter` returns beside the menu entry of `path`; None hides the entry."""
    app.extensions.setdefault("kehr_counts", {})[path] = counter


def register(app: Flask) -> None:
    """Sets up languages and gives every template its surroundings."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "de")
    compile_catalogues(Path(app.root_path) / "translations")
    Babel(app, locale_selector=_language)
    app.jinja_env.globals.update(
        may=may,
        state_look=state_word,
        kinds=KINDS,
        kinds_many=KINDS_MANY,
        channels=CHANNELS,
        work_kinds=WORK_KINDS,
    )
    app.context_processor(_surroundings)


def _language() -> str:
    chosen = request.cookies.get("sprache", "")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def _surroundings() -> dict[str, Any]:
    signed_in = current_user.is_authenticated and not current_user.must_change
    return {
        "office": office(),
        "now": clock.now(),
        "zone": office_zone(),
        "language": _language(),
        "menu": Menu(MENU if signed_in else ()),
        "settings_menu": Menu(SETTINGS_MENU if signed_in else ()),
        "place_name": _place_name(),
    }


def _place_name() -> str:
    """The only branch's name where there is just one, else the firm's."""
    branches = db.session.scalars(db.select(Branch.name).where(Branch.archived_at.is_(None)).limit(2)).all()
    company = office()
    return branches[0] if len(branches) == 1 else (company.name if company else "")


def _entries(lines: tuple[tuple[str, Any, str], ...]) -> list[MenuEntry]:
    endpoints = _endpoints()
    counts = current_app.extensions.get("kehr_counts", {})
    entries = []
    for path, label, icon in lines:
        role = role_of(endpoints[path]) if path in endpoints else None
        if role and may(role):
            here = request.path == path or request.path.startswith(path + "/")
            count = counts[path]() if path in counts else 0
            if count is not None:
                entries.append(MenuEntry(path, label, icon, here, count))
    return entries


def _endpoints() -> dict[str, str]:
    """Path -> endpoint of everything that can be opened; it stays as it is once the app answers."""
    known: dict[str, str] | None = current_app.extensions.get("kehr_endpoints")
    if known is None:
        rules = current_app.url_map.iter_rules()
        known = {rule.rule: rule.endpoint for rule in rules if "GET" in (rule.methods or ())}
        current_app.extensions["kehr_endpoints"] = known
    return known
