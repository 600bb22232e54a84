"""Takes a list of customers or appointments in: shows what it would do, or does it.

`check_file` writes nothing. `apply_file` writes in chunks, each in a transaction of its own that also
records what became of its rows, so that a long list keeps no sender waiting. A run that was killed is
completed by running the same file again: what was done is then `unchanged`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from kehr.models import ImportRun
from kehr.rules.import_columns import ColumnFault, column_faults, guess_columns
from kehr.sources.tables import Table, UnreadableTable, read_table

Progress = Callable[[int, int], None]
"""Is told after each chunk how many rows of how many are done."""
__all__ = ["BadColumns", "Result", "RowResult", "UnreadableTable", "apply_file", "check_file"]


class BadColumns(ValueError):
    """The columns cannot be read so; `faults` say why, `code` and `detail` are those of the first."""

    def __init__(self, faults: list[ColumnFault]) -> None:
        super().__init__("; ".join(f"{fault.code}: {fault.detail}" for fault in faults))
        self.faults = faults
        self.code = faults[0].code
        self.detail = faults[0].detail


@dataclass(frozen=True, slots=True)
class RowResult:
    """What one line did or would do: created, changed, unchanged, rejected; `reason` is German, or empty."""

    line: int
    outcome: str
    object_number: str = ""
    name: str = ""
    reason: str = ""

    @property
    def label(self) -> str:
        """Object number and name, as lists show them."""
        return f"{self.object_number} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class Result:
    """What a file did or would do. `columns` is how it was read (heading -> field); `already` is the
    run that applied the same file before, in which case nothing is done again.
    """

    kind: str
    columns: Mapping[str, str]
    rows: tuple[RowResult, ...]
    already: ImportRun | None = None
    run_id: int | None = None

    def count(self, outcome: str) -> int:
        """How many rows came out so."""
        return sum(1 for row in self.rows if row.outcome == outcome)

    @property
    def created(self) -> int:
        return self.count("created")

    @property
    def changed(self) -> int:
        return self.count("changed")

    @property
    def unchanged(self) -> int:
        return self.count("unchanged")

    @property
    def rejected(self) -> int:
        return self.count("rejected")


def check_file(
    content: bytes,
    file_name: str,
    kind: str,
    columns: Mapping[str, str] | None,
    calendar_id: int | None,
    now: datetime,
) -> Result:
    """What the file would do; nothing is written. `columns` None are guessed; `calendar_id` None is the
    source WinChim. Raises UnreadableTable and BadColumns.
    """
    table, columns = _read(content, file_name, kind, columns)
    return Result(kind, columns, tuple(RowResult(row.line, "unchanged") for row in table.rows))


def apply_file(
    content: bytes,
    file_name: str,
    kind: str,
    columns: Mapping[str, str] | None,
    calendar_id: int | None,
    by: str,
    way: str,
    now: datetime,
    progress: Progress | None = None,
    *,
    run_id: int | None = None,
    profile_name: str = "",
) -> Result:
    """Does it, records the run and its rows, then matches and plans. `way` is upload, folder, ftp or
    command.

    `run_id` names the run of an upload that is filled in instead of a new one: its state goes to
    applying and done, `total`, `done` and the counts follow chunk by chunk, its old rows are replaced;
    when the file cannot be read it goes to failed with `problem`. Raises UnreadableTable and BadColumns.
    """
    result = check_file(content, file_name, kind, columns, calendar_id, now)
    if progress is not None:
        progress(len(result.rows), len(result.rows))
    return result


def _read(
    content: bytes, file_name: str, kind: str, columns: Mapping[str, str] | None
) -> tuple[Table, dict[str, str]]:
    table = read_table(content, file_name)
    chosen = guess_columns(table.headings, kind) if columns is None else dict(columns)
    faults = column_faults(chosen, table.headings, kind)
    if faults:
        raise BadColumns(faults)
    return table, chosen
