"""Reads a token or password from the file that a settings file names."""

from __future__ import annotations

from pathlib import Path

from kehr.rules.forms.settings_reader import SettingsError


def read_secret(path: Path, key: str) -> str:
    """The first line of a file that holds a secret. Raises SettingsError under `key`."""
    try:
        lines = path.read_text(encoding="utf-8").strip().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(key, f"Die Datei {path} ist nicht zu lesen.") from error
    if not lines:
        raise SettingsError(key, f"Die Datei {path} ist leer.")
    return lines[0].strip()
