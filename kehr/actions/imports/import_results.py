"""What a file did or would do, row by row, and how it is recorded in its run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from kehr.actions.facts.claims import this_process
from kehr.models import ImportRow, ImportRun, db, writing
from kehr.rules.imports.import_columns import ColumnFault

OUTCOMES = ("created", "changed", "unchanged", "rejected")
AT_ONCE = 500
"""So many rows go into one transaction: a sender never waits for more."""
Progress = Callable[[int, int], None]
"""Is told after each chunk how many rows of how many are done."""


class BadColumns(ValueError):
    """The columns cannot be read so; `faults` say why, `code` and `detail` are those of the first."""

    def __init__(self, faults: Sequence[ColumnFault]) -> None:
        super().__init__("; ".join(f"{fault.code}: {fault.detail}" for fault in faults))
        self.faults = list(faults)
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


@dataclass(frozen=True, slots=True)
class Source:
    """A file, how it is read, and who brought it. `way` is upload, folder, ftp or command."""

    kind: str
    columns: dict[str, str]
    file_name: str
    sha256: str
    size: int
    calendar_id: int | None
    by: str = ""
    way: str = ""
    profile_name: str = ""


def applied_before(source: Source, run_id: int | None) -> ImportRun | None:
    """The last other run of this kind into the same calendar, if it applied the same content in the same way.

    Only the last one: when another list came in between, the older one may say what is true again.
    """
    query = (
        select(ImportRun)
        .where(ImportRun.kind == source.kind, ImportRun.calendar_id == source.calendar_id)
        .where(or_(ImportRun.state == "done", ImportRun.done > 0))
        .order_by(ImportRun.id.desc())
    )
    if run_id is not None:
        query = query.where(ImportRun.id != run_id)
    run = db.session.scalars(query.limit(1)).first()
    if run is None or run.state != "done" or run.applied_at is None:
        return None
    same = run.sha256 == source.sha256 and dict(run.columns) == source.columns
    return run if same else None


def begin_run(source: Source, total: int, run_id: int | None, now: datetime) -> int:
    """The run that is recorded: a new one, or that of an upload with its old rows gone. Its id.

    A command that was killed left a run behind that nobody goes on with; it ends here.
    """
    with writing() as session:
        if run_id is not None:
            session.execute(delete(ImportRow).where(ImportRow.run_id == run_id))
            session.execute(update(ImportRun).where(ImportRun.id == run_id).values(**_zero(total)))
            return run_id
        left = (
            update(ImportRun)
            .where(ImportRun.sha256 == source.sha256, ImportRun.kind == source.kind)
            .where(ImportRun.way == "command", ImportRun.state == "applying")
        )
        session.execute(left.values(state="failed", claimed_by="", problem=INTERRUPTED))
        run = ImportRun(
            kind=source.kind,
            way=source.way,
            file_name=source.file_name[-300:],
            sha256=source.sha256,
            size=source.size,
            columns=source.columns,
            profile_name=source.profile_name,
            calendar_id=source.calendar_id,
            by=source.by,
            at=now,
            claimed_by=this_process(),
            claimed_at=now,
            **_zero(total),
        )
        session.add(run)
        session.flush()
        return int(run.id)


INTERRUPTED = "Das Einlesen wurde unterbrochen; ein späterer Lauf hat die Datei zu Ende eingelesen."


def _zero(total: int) -> dict[str, Any]:
    return {"state": "applying", "total": total, "done": 0} | dict.fromkeys(OUTCOMES, 0)


def record_rows(session: Session, run_id: int, rows: Sequence[RowResult]) -> None:
    """Writes what became of these rows, and counts them, inside the transaction that did it."""
    if not rows:
        return
    session.execute(
        insert(ImportRow),
        [
            {
                "run_id": run_id,
                "line": row.line,
                "outcome": row.outcome,
                "label": row.label[:300],
                "reason": row.reason,
            }
            for row in rows
        ],
    )
    counted = Counter(row.outcome for row in rows)
    columns = {"done": len(rows)} | {name: counted[name] for name in OUTCOMES}
    values = {name: getattr(ImportRun, name) + more for name, more in columns.items() if more}
    session.execute(
        update(ImportRun).where(ImportRun.id == run_id).values(**values),
        execution_options={"synchronize_session": False},
    )


def end_run(session: Session, run_id: int, calendar_id: int | None, now: datetime) -> None:
    """The run is done: from now on the same file is known."""
    values = {"state": "done", "applied_at": now, "claimed_by": "", "calendar_id": calendar_id}
    session.execute(
        update(ImportRun).where(ImportRun.id == run_id).values(**values),
        execution_options={"synchronize_session": False},
    )
