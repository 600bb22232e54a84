"""Checks what was typed about an employee, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kehr.rules.forms.settings_reader import SettingsError, is_email
from kehr.rules.settings.settings_office import phone_number
from kehr.rules.terms.appointments import NumberType
from kehr.rules.terms.people import takes_sms
from kehr.rules.terms.phones import BadNumber, normalise

LONGEST = {"salutation": 40, "first_name": 120, "name": 200, "mobile": 60, "email": 200}
"""Characters that fit into a field."""

_TYPES = {
    NumberType.LANDLINE: "eine Festnetznummer",
    NumberType.VOIP: "eine Internet-Telefonnummer",
    NumberType.OTHER: "keine Handynummer",
}


@dataclass(frozen=True, slots=True)
class CheckedEmployee:
    """Values by the names of the employee's row, and a German sentence for each field at fault."""

    values: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


def check_employee(typed: Mapping[str, object]) -> CheckedEmployee:
    """Checks texts as typed. The name must be there; mobile and e-mail may be empty, but not wrong."""
    checked = CheckedEmployee()
    texts = {name: " ".join(str(typed.get(name) or "").split()) for name in LONGEST}
    for name, longest in LONGEST.items():
        if len(texts[name]) > longest:
            checked.faults[name] = f"Höchstens {longest} Zeichen, hier sind es {len(texts[name])}."
        elif not texts[name].isprintable():
            checked.faults[name] = "Hier stehen Zeichen, die nicht gedruckt werden können. Tippen Sie es neu."
    if not texts["name"]:
        checked.faults["name"] = "Der Name fehlt. Tragen Sie ein, wie der Mitarbeiter heißt."
    for name in ("salutation", "first_name", "name"):
        checked.values[name] = texts[name]
    checked.values.update(mobile_typed=texts["mobile"], mobile="", email=texts["email"].lower())
    if "mobile" not in checked.faults and texts["mobile"]:
        _take_mobile(checked, texts["mobile"])
    if "email" not in checked.faults and texts["email"] and not is_email(texts["email"]):
        sentence = f"»{texts['email']}« ist keine E-Mail-Adresse; so schreiben: franz@example.at."
        checked.faults["email"] = sentence
    return checked


def _take_mobile(checked: CheckedEmployee, typed: str) -> None:
    try:
        number = normalise(typed)
    except BadNumber:
        try:
            phone_number("mobile", typed)
        except SettingsError as error:
            checked.faults["mobile"] = error.sentence
        return
    if not takes_sms(number.type):
        what = _TYPES.get(number.type, "keine Handynummer")
        checked.faults["mobile"] = (
            f"»{typed}« ist {what}, dorthin geht keine SMS. Tragen Sie eine Handynummer ein oder nichts."
        )
        return
    checked.values["mobile"] = number.e164
