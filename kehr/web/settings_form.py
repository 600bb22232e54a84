"""From a form to checked settings, with the same checks as the settings file has."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask_wtf import FlaskForm

from kehr.rules.forms.settings_reader import SettingsError

Settings = TypeVar("Settings")

_INDEX = re.compile(r"\[\d+\].*")


def checked(
    form: FlaskForm,
    data: dict[str, Any],
    read: Callable[[dict[str, Any]], Settings],
    fields: Mapping[str, str] | None = None,
    stand_ins: Mapping[str, str] | None = None,
) -> Settings | None:
    """The settings that the form's `data` say, or None with a sentence at every field that is wrong.

    `fields` names the form field of a key where the two differ; `stand_ins` are good values for required
    keys, so that one empty field does not hide what is wrong with the others.
    """
    data, wrong = dict(data), set()
    while True:
        try:
            settings = read(data)
        except SettingsError as error:
            key = error.key.lstrip(".")
            refuse_field(form, (fields or {}).get(key, _INDEX.sub("", key)), error.sentence)
            top = _INDEX.sub("", key).partition(".")[0]
            if top in wrong or top not in data:
                return None
            wrong.add(top)
            data[top] = (stand_ins or {}).get(top)
        else:
            return None if wrong else settings


def refuse_field(form: FlaskForm, name: str, sentence: str) -> None:
    """Puts a sentence at a field, once."""
    field: Any = form[name]
    if sentence not in field.errors and not field.errors:
        field.errors = [sentence]


def whole(typed: str | None) -> int | str | None:
    """A typed number as the checks want it; what is no number stays text and is refused there."""
    text = (typed or "").strip()
    if not text:
        return None
    return int(text) if re.fullmatch(r"[+-]?\d{1,9}", text) else text
