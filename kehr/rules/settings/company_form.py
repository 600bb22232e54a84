"""Checks what was typed about the firm, field by field, by the rules of the settings file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.forms.settings_values import Known
from kehr.rules.settings.settings_office import phone_number, read_company, read_network

MASTER_FIELDS = ("name", "street", "postcode", "town", "phone", "email")
"""What must be filled before anything real is sent (B03)."""

_TEXTS = ("name", "street", "postcode", "town", "phone", "email", "zone", "land", "release")
_WINDOW = {"from": "window_from", "to": "window_to", "days": "window_days", "holidays": "window_holidays"}


@dataclass(frozen=True, slots=True)
class CheckedCompany:
    """Values by the names of the company's row, and a German sentence for each field at fault."""

    values: dict[str, object] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


def check_company(typed: Mapping[str, object], *, trial: bool) -> CheckedCompany:
    """Checks texts as typed: lists are one entry a line, numbers are digits.

    Outside trial mode the master data must not become empty.
    """
    checked = CheckedCompany()
    for name in _TEXTS:
        _take(checked, name, {name: typed.get(name)})
    for name in ("own_numbers", "own_emails"):
        _take(checked, name, {name: lines_of(typed.get(name))})
    for name in ("sms", "email"):
        given = typed.get(f"self_test_{name}")
        if given is not None:
            _take(checked, f"self_test_{name}", {"self_test": {name: str(given).strip()}})
    _take(checked, "monthly_quota", {"monthly_quota": _whole(typed.get("monthly_quota") or "0")})
    _take(checked, "settle_minutes", {"settle_minutes": _whole(typed.get("settle_minutes"))})
    _take_window(checked, typed)
    _take_network(checked, typed)
    _check_phone(checked)
    if not trial:
        for name in MASTER_FIELDS:
            if not checked.values.get(name, "?"):
                checked.faults[name] = "Diese Angabe darf nicht leer sein, solange Nachrichten hinausgehen."
    return checked


def lines_of(text: object) -> list[str]:
    """The lines of a text area that hold something."""
    return [line.strip() for line in str(text or "").splitlines() if line.strip()]


def _take(checked: CheckedCompany, name: str, data: Mapping[str, object]) -> None:
    try:
        checked.values[name] = getattr(read_company(dict(data), Known()), name)
    except SettingsError as error:
        checked.faults[name] = error.sentence


def _take_window(checked: CheckedCompany, typed: Mapping[str, object]) -> None:
    days = typed.get("window_days") or []
    window = {
        "from": typed.get("window_from"),
        "to": typed.get("window_to"),
        "days": list(days) if isinstance(days, Sequence) else [],
        "holidays": bool(typed.get("window_holidays")),
    }
    try:
        read = read_company({"send_window": window}, Known())
    except SettingsError as error:
        part = error.key.rpartition("send_window.")[2].partition("[")[0]
        checked.faults[_WINDOW[part]] = error.sentence
        return
    for name in _WINDOW.values():
        checked.values[name] = getattr(read, name)


def _take_network(checked: CheckedCompany, typed: Mapping[str, object]) -> None:
    checked.values["network_allow"] = tuple(lines_of(typed.get("network_allow")))
    try:
        checked.values["public_url"] = read_network({"public_url": typed.get("public_url")}).public_url
    except SettingsError as error:
        checked.faults["public_url"] = error.sentence


def _check_phone(checked: CheckedCompany) -> None:
    """The firm's number stands in texts as it was typed, but it must be one."""
    typed = checked.values.get("phone")
    if typed:
        try:
            phone_number("phone", str(typed))
        except SettingsError as error:
            checked.faults["phone"] = error.sentence


def _whole(typed: object) -> object:
    text = str(typed or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else text
