"""An uploaded or dropped file on its way in: kept, read, checked, taken over, one step at a time.

Who asks for a step only writes the wish into the row; `work_runs` does it, in whichever process comes
first. A run is claimed by one conditional UPDATE, so that two processes or a double click do it once;
one whose process died is taken up again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from kehr.actions.facts.claims import is_dead, this_process
from kehr.actions.imports.import_files import ContentGone, forget_contents, keep_content, read_content
from kehr.actions.imports.import_results import Source, applied_before
from kehr.actions.imports.import_sources import find_source
from kehr.actions.imports.look_at_file import look_at_file
from kehr.actions.imports.take_in_file import BadColumns, Result, apply_file, check_file
from kehr.actions.people.match_appointments import match_coming
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import ImportRow, ImportRun, db, writing
from kehr.rules.imports.import_columns import ImportKind
from kehr.sources.tables import UnreadableTable
from kehr.words import sentence

OPEN = ("uploaded", "checked")
"""States in which a run waits for a person."""
WORKING = ("checking", "applying")
LOST_AFTER = timedelta(minutes=15)
"""A step that has shown no progress for so long is taken up again even when its process cannot be seen."""
ROWS_AT_ONCE = 2000

log = logging.getLogger(__name__)


class StepRefused(ValueError):
    """A step that this run cannot take now; the text is a German sentence."""


class Cancelled(RuntimeError):
    """Somebody has stopped the run between two chunks."""


def keep_upload(content: bytes, file_name: str, by: str, now: datetime) -> int:
    """Keeps an uploaded file and answers the id of its run; nothing else is changed. Raises FileRefused."""
    found = look_at_file(content, file_name)
    forget_contents(now)
    digest = keep_content(content)
    with writing() as session:
        run = ImportRun(
            kind=found.kind,
            way="upload",
            file_name=file_name[-300:],
            sha256=digest,
            size=len(content),
            columns=found.columns,
            profile_name=found.profile_name,
            calendar_id=found.calendar_id,
            total=len(found.table.rows),
            by=by,
            at=now,
        )
        session.add(run)
        session.flush()
        return int(run.id)


def ask_check(
    run_id: int, kind: str, columns: Mapping[str, str], profile_name: str, calendar_id: int | None
) -> None:
    """Says how the file is to be read and asks for the dry run. Raises StepRefused."""
    values = {
        "kind": kind,
        "columns": dict(columns),
        "profile_name": profile_name,
        "calendar_id": calendar_id,
        "state": "checking",
        "problem": "",
    }
    _move(run_id, (*OPEN, "failed", "cancelled"), values)


def ask_apply(run_id: int, by: str) -> None:
    """Asks to take the file over as it was checked. Raises StepRefused."""
    _move(run_id, ("checked",), {"state": "applying", "by": by, "done": 0})


def ask_cancel(run_id: int) -> None:
    """Stops the run; what has been taken over stays. Raises StepRefused."""
    _move(run_id, (*OPEN, *WORKING), {"state": "cancelled"}, keep_claim=True)


def _move(run_id: int, states: tuple[str, ...], values: dict[str, Any], *, keep_claim: bool = False) -> None:
    claim = {} if keep_claim else {"claimed_by": "", "claimed_at": None}
    with writing() as session:
        moved: Any = session.execute(
            update(ImportRun)
            .where(ImportRun.id == run_id, ImportRun.state.in_(states))
            .values(**claim | values)
        )
    if moved.rowcount != 1:
        raise StepRefused("Das geht jetzt nicht mehr; sehen Sie, wie weit die Datei ist.")


def work_runs(now: Callable[[], datetime], between: Callable[[], None] | None = None) -> int:
    """Does every step that is asked for and that nobody does; how many. `between` is called meanwhile."""
    done = 0
    query = select(ImportRun.id).where(ImportRun.state.in_(WORKING)).order_by(ImportRun.id)
    ids = list(db.session.scalars(query))
    db.session.rollback()
    for run_id in ids:
        done += work_run(run_id, now, between)
    return done


def work_run(
    run_id: int,
    now: Callable[[], datetime],
    between: Callable[[], None] | None = None,
    *,
    held: bool = False,
) -> bool:
    """Does the step that is asked of one run; False when there is none, or another process does it.

    `held` says that the caller has claimed the run itself, when it made it.
    """
    if not held and not _claim(run_id, now()):
        return False
    run = db.session.get_one(ImportRun, run_id, populate_existing=True)
    state = run.state
    db.session.expunge(run)
    db.session.rollback()
    try:
        content = read_content(run.sha256)
        if state == "checking":
            _check(run, content, now)
        else:
            _apply(run, content, now, between)
    except ContentGone:
        fail_run(run_id, "Die Datei liegt nicht mehr hier. Laden Sie sie noch einmal hoch.")
    except (UnreadableTable, BadColumns) as error:
        fail_run(run_id, sentence(error.code, {"detail": error.detail}))
    except Cancelled:
        if state == "applying":
            _settle(now())
    except Exception:
        log.exception("import run %s", run_id)
        fail_run(
            run_id,
            "Beim Einlesen ist ein Fehler in Kehrbote aufgetreten. Was schon übernommen ist, bleibt. "
            "Bitte melden Sie das.",
        )
    return True


def _claim(run_id: int, now: datetime) -> bool:
    run = db.session.get(ImportRun, run_id, populate_existing=True)
    holder = run.claimed_by if run is not None else ""
    stale = run is not None and run.claimed_at is not None and run.claimed_at < now - LOST_AFTER
    db.session.rollback()
    if holder and not (stale or is_dead(holder)):
        return False
    with writing() as session:
        claimed: Any = session.execute(
            update(ImportRun)
            .where(ImportRun.id == run_id, ImportRun.state.in_(WORKING), ImportRun.claimed_by == holder)
            .values(claimed_by=this_process(), claimed_at=now)
        )
    return bool(claimed.rowcount == 1)


def _hold(session: Any, run: ImportRun, now: datetime) -> None:
    """Goes on only while the run is still ours and nobody has stopped it. Raises Cancelled."""
    held: Any = session.execute(
        update(ImportRun)
        .where(ImportRun.id == run.id, ImportRun.state == run.state)
        .where(ImportRun.claimed_by == this_process())
        .values(claimed_at=now)
    )
    if held.rowcount != 1:
        raise Cancelled


def _check(run: ImportRun, content: bytes, now: Callable[[], datetime]) -> None:
    result = check_file(content, run.file_name, run.kind, run.columns, run.calendar_id, now())
    db.session.rollback()
    rows = [
        {"run_id": run.id, "line": row.line, "outcome": row.outcome, "label": row.label, "reason": row.reason}
        for row in result.rows
    ]
    with writing() as session:
        _hold(session, run, now())
        session.execute(delete(ImportRow).where(ImportRow.run_id == run.id))
    for start in range(0, len(rows), ROWS_AT_ONCE):
        with writing() as session:
            _hold(session, run, now())
            session.execute(insert(ImportRow), rows[start : start + ROWS_AT_ONCE])
    with writing() as session:
        _hold(session, run, now())
        values = {"state": "checked", "claimed_by": "", "done": 0} | _counts(result)
        session.execute(update(ImportRun).where(ImportRun.id == run.id).values(**values))


def _counts(result: Result) -> dict[str, int]:
    return {
        "total": len(result.rows),
        "created": result.created,
        "changed": result.changed,
        "unchanged": result.unchanged,
        "rejected": result.rejected,
    }


def _apply(
    run: ImportRun, content: bytes, now: Callable[[], datetime], between: Callable[[], None] | None
) -> None:
    def progress(_done: int, _total: int) -> None:
        with writing() as session:
            _hold(session, run, now())
        if between is not None:
            between()

    apply_file(
        content,
        run.file_name,
        run.kind,
        run.columns,
        run.calendar_id,
        run.by,
        run.way,
        now(),
        progress,
        run_id=run.id,
        profile_name=run.profile_name,
    )


def _settle(now: datetime) -> None:
    """What was taken over before the stop meets its objects and is planned."""
    match_coming(now)
    plan_messages(now)


def fail_run(run_id: int, problem: str) -> None:
    """Ends a run with a sentence that says why."""
    with writing() as session:
        session.execute(
            update(ImportRun)
            .where(ImportRun.id == run_id, ImportRun.state.in_((*WORKING, "failed")))
            .values(state="failed", problem=problem, claimed_by="")
        )


def taken_over_before(run: ImportRun) -> ImportRun | None:
    """The newest other run that took over the same content in the same way."""
    columns = {heading: field for heading, field in run.columns.items() if field}
    calendar_id = run.calendar_id
    if run.kind == ImportKind.APPOINTMENTS and calendar_id is None:
        calendar_id = find_source(None)
    source = Source(run.kind, columns, run.file_name, run.sha256, run.size, calendar_id)
    return applied_before(source, run.id)


def list_runs(limit: int, before: int | None = None) -> list[ImportRun]:
    """The newest runs first; `before` is the id after which the list goes on."""
    query = select(ImportRun).order_by(ImportRun.id.desc()).limit(limit)
    if before is not None:
        query = query.where(ImportRun.id < before)
    return list(db.session.scalars(query))


def is_waiting(run: ImportRun) -> bool:
    """Whether a step is asked for that nobody has begun."""
    return run.state in WORKING and not run.claimed_by
