"""Reads one table of a parsed settings file: types, ranges and unknown keys, each with its key path."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from datetime import time

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s.,;<>\"]+(\.[^@\s.,;<>\"]+)+")


class SettingsError(ValueError):
    """What cannot be applied: `key` is a path such as `calendars[0].poll_minutes`, `sentence` is German."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(f"{key}: {sentence}")
        self.key = key
        self.sentence = sentence


class Table:
    """A table of the file. Every reading method answers None for an absent key and raises SettingsError."""

    def __init__(self, data: object, path: str, keys: Iterable[str]) -> None:
        """Refuses what is no table, and any key that is not among `keys`."""
        self.path = path
        if not isinstance(data, dict):
            raise SettingsError(path, "Hier muss eine Tabelle stehen.")
        self.data: dict[str, object] = data
        allowed = list(keys)
        for key in data:
            if key not in allowed:
                raise SettingsError(self.key(key), unknown_sentence(key, allowed))

    def key(self, name: str) -> str:
        """The path of a key of this table."""
        return f"{self.path}.{name}" if self.path else name

    def error(self, name: str, sentence: str) -> SettingsError:
        """The error to raise about a key of this table."""
        return SettingsError(self.key(name), sentence)

    def text(self, name: str, *, longest: int = 200, required: bool = False) -> str | None:
        """A text without line breaks, spaces around it dropped."""
        value = self.long_text(name, longest=longest, required=required)
        if value is None:
            return None
        if any(not character.isprintable() for character in value):
            raise self.error(name, "Zeilenumbrüche und Steuerzeichen gehen hier nicht.")
        return value

    def long_text(self, name: str, *, longest: int = 2000, required: bool = False) -> str | None:
        """A text that may have line breaks, spaces around it dropped."""
        value = self.data.get(name)
        if value is None:
            if required:
                raise self.error(name, "Diese Angabe fehlt.")
            return None
        if not isinstance(value, str):
            raise self.error(name, "Hier muss ein Text in Anführungszeichen stehen.")
        value = value.strip()
        if required and not value:
            raise self.error(name, "Diese Angabe darf nicht leer sein.")
        if len(value) > longest:
            raise self.error(name, f"Höchstens {longest} Zeichen, hier sind es {len(value)}.")
        return value

    def flag(self, name: str) -> bool | None:
        """Yes or no."""
        value = self.data.get(name)
        if value is None or isinstance(value, bool):
            return value
        raise self.error(name, "Hier muss true (ja) oder false (nein) stehen.")

    def whole(self, name: str, low: int, high: int) -> int | None:
        """A whole number from `low` to `high`, both included."""
        value = self.data.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.error(name, "Hier muss eine ganze Zahl stehen.")
        if not low <= value <= high:
            raise self.error(name, f"Die Zahl muss zwischen {low} und {high} liegen, nicht {value}.")
        return value

    def choice(self, name: str, options: Iterable[str], *, required: bool = False) -> str | None:
        """One of the given words."""
        value = self.text(name, required=required)
        listed = list(options)
        if value is None or value in listed:
            return value
        words = ", ".join(option or "leer" for option in listed)
        raise self.error(name, f"»{value}« gibt es hier nicht; möglich: {words}.")

    def clock(self, name: str) -> time | None:
        """A wall time, HH:MM from 00:00 to 23:59."""
        value = self.data.get(name)
        if value is None:
            return None
        if isinstance(value, time) and not value.second and not value.microsecond:
            return value
        found = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
        if found is None:
            raise self.error(name, f"»{value}« ist keine Uhrzeit; so schreiben: 08:00.")
        return time(int(found[1]), int(found[2]))

    def email(self, name: str, *, required: bool = False) -> str | None:
        """An e-mail address, or empty."""
        value = self.text(name, required=required)
        if value and not is_email(value):
            raise self.error(name, f"»{value}« ist keine E-Mail-Adresse; so schreiben: office@example.at.")
        return value

    def items(self, name: str) -> list[tuple[str, object]] | None:
        """The entries of a list, each with its key path."""
        value = self.data.get(name)
        if value is None:
            return None
        if not isinstance(value, list):
            raise self.error(name, "Hier muss eine Liste in eckigen Klammern stehen.")
        return [(f"{self.key(name)}[{index}]", item) for index, item in enumerate(value)]

    def texts(self, name: str) -> list[tuple[str, str]] | None:
        """The texts of a list, each with its key path."""
        items = self.items(name)
        if items is None:
            return None
        found: list[tuple[str, str]] = []
        for path, item in items:
            if not isinstance(item, str) or not item.strip():
                raise SettingsError(path, "Hier muss ein Text in Anführungszeichen stehen.")
            found.append((path, item.strip()))
        return found

    def table(self, name: str, keys: Iterable[str]) -> Table | None:
        """A table inside this one."""
        value = self.data.get(name)
        return None if value is None else Table(value, self.key(name), keys)


def is_email(text: str) -> bool:
    """Whether a text has the shape of one e-mail address."""
    return len(text) <= 200 and _EMAIL.fullmatch(text) is not None


def unknown_sentence(name: str, allowed: list[str]) -> str:
    """What to say about a key nobody knows: the likeliest meant one, or all there are."""
    near = difflib.get_close_matches(name, allowed, 1)
    hint = f"Gemeint ist wohl »{near[0]}«." if near else f"Möglich sind: {', '.join(allowed)}."
    return f"Diese Angabe gibt es nicht. {hint}"
