"""What a file looks like before anything is decided: what it brings, and how its columns may be read."""

from __future__ import annotations

from dataclasses import dataclass

from kehr.actions.imports.import_profiles import fitting_profile
from kehr.rules.imports.import_columns import guess_columns, kind_of
from kehr.rules.settings.ftp_wish import LARGEST_FILE
from kehr.sources.tables import Table, UnreadableTable, read_table
from kehr.words import sentence


class FileRefused(ValueError):
    """A file that is not taken; the text is a German sentence."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file's table, and what is guessed of it; `kind` is empty when the headings do not tell."""

    table: Table
    kind: str
    columns: dict[str, str]
    profile_name: str
    calendar_id: int | None


def look_at_file(content: bytes, file_name: str) -> Found:
    """Reads a file and guesses; a profile whose columns are all there wins. Raises FileRefused."""
    if not content:
        raise FileRefused("Die Datei ist leer. Wählen Sie eine andere.")
    if len(content) > LARGEST_FILE:
        raise FileRefused(f"Die Datei ist zu groß; höchstens {LARGEST_FILE // 1024 // 1024} MB gehen.")
    try:
        table = read_table(content, file_name)
    except UnreadableTable as error:
        raise FileRefused(sentence(error.code, {"detail": error.detail})) from error
    kind = kind_of(table.headings) or ""
    profile = fitting_profile(table.headings, kind)
    if profile is not None:
        return Found(table, profile.kind, dict(profile.columns), profile.name, profile.calendar_id)
    columns = guess_columns(table.headings, kind) if kind else {}
    return Found(table, kind, columns, "", None)
