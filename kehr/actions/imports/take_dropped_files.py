"""Looks into the watched folder, takes what is complete, and puts it aside.

A file is taken when two looks at least ten seconds apart find it the same, by the one process that can
delete its row. Should that process die, the run that it began is completed like any other, and the file
that still lies there is met again: it is then known as taken over, and only put aside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, update

from kehr.actions.facts.claims import this_process
from kehr.actions.imports.drop_alarms import UNKNOWN, note_file, note_folder, note_ftp
from kehr.actions.imports.drop_folder import drop_folder, folder_fault, folder_of, office_zone
from kehr.actions.imports.import_files import forget_contents, keep_content
from kehr.actions.imports.import_profiles import named_profile
from kehr.actions.imports.import_runs import WORKING, work_run
from kehr.actions.imports.look_at_file import FileRefused, look_at_file
from kehr.models import DropFolder, DroppedFile, ImportRun, db, writing
from kehr.rules.imports.drop_times import is_steady, look_due
from kehr.rules.imports.import_columns import ImportKind, column_faults
from kehr.rules.settings.ftp_wish import LARGEST_FILE
from kehr.rules.terms.office_days import office_day
from kehr.sources.dropped import NoPlainFile, Seen, put_aside, read_seen, seen_files
from kehr.words import sentence

WAYS = ("folder", "ftp")
STOPPED = "Das Einlesen wurde abgebrochen. Was schon übernommen war, bleibt."
NO_KIND = (
    "An den Überschriften ist nicht zu erkennen, ob das Kunden oder Termine sind. Laden Sie die Datei unter "
    "»Einlesen« hoch, ordnen Sie dort die Spalten zu und merken Sie das als Profil."
)

Between = Callable[[], None] | None


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a file is read."""

    kind: str
    columns: dict[str, str]
    profile_name: str
    calendar_id: int | None


def take_dropped_files(now: Callable[[], datetime], between: Between = None) -> int:
    """Looks into the folder when it is time, and again as long as a file in it is not complete.

    Answers how many were put aside. `between` is called meanwhile, see `work_run`.
    """
    row = drop_folder()
    note_ftp(row, now())
    if not row.active:
        note_folder("", Path(), now())
        return 0
    asked = row.look_now or look_due(now(), row.last_look_at, row.at, row.minutes, office_zone())
    known = {one.name: one for one in db.session.scalars(select(DroppedFile))}
    folder = folder_of(row)
    db.session.expunge_all()
    db.session.rollback()
    if not asked and not known:
        return 0
    fault = folder_fault(folder)
    note_folder(fault, folder, now())
    if fault:
        return 0
    busy = _under_way()
    files = [one for one in seen_files(folder) if one.key not in busy]
    complete = _note_looks(files, known, asked=asked, now=now())
    return sum(_claim(file) and _take(file, folder, now, between) for file in complete)


def ask_look() -> bool:
    """Asks for a look as soon as possible; False while the folder is not watched."""
    with writing() as session:
        asked: Any = session.execute(
            update(DropFolder).where(DropFolder.id == 1, DropFolder.active).values(look_now=True)
        )
    return bool(asked.rowcount == 1)


def waiting_files() -> list[DroppedFile]:
    """The files that were seen once and may still be growing."""
    return list(db.session.scalars(select(DroppedFile).order_by(DroppedFile.name)))


def _under_way() -> set[str]:
    """The names of files that some process is taking right now."""
    query = select(ImportRun.file_name).where(ImportRun.way.in_(WAYS), ImportRun.state.in_(WORKING))
    found = set(db.session.scalars(query))
    db.session.rollback()
    return found


def _note_looks(
    files: list[Seen], known: dict[str, DroppedFile], *, asked: bool, now: datetime
) -> list[Seen]:
    """Remembers how the files look and answers those that are complete."""
    complete = []
    with writing() as session:
        if asked:
            looked = {"last_look_at": now, "look_now": False}
            session.execute(update(DropFolder).where(DropFolder.id == 1).values(**looked))
        gone = set(known) - {one.key for one in files}
        session.execute(delete(DroppedFile).where(DroppedFile.name.in_(gone)))
        for file in files:
            before = known.get(file.key)
            looks = (before.size, before.mtime_ns) if before else None
            if is_steady(looks, before.looked_at if before else None, (file.size, file.mtime_ns), now):
                complete.append(file)
            elif looks != (file.size, file.mtime_ns):
                session.merge(
                    DroppedFile(name=file.key, size=file.size, mtime_ns=file.mtime_ns, looked_at=now)
                )
    return complete


def _claim(file: Seen) -> bool:
    """Whether this process is the one that takes the file."""
    mine = (DroppedFile.name == file.key, DroppedFile.mtime_ns == file.mtime_ns)
    with writing() as session:
        claimed: Any = session.execute(delete(DroppedFile).where(*mine))
    return bool(claimed.rowcount == 1)


def _take(file: Seen, folder: Path, now: Callable[[], datetime], between: Between) -> bool:
    """Takes one file in, as an upload of it would be, and puts it into archiv or abgelehnt.

    False when it could not be put aside: the next look meets it again.
    """
    kind, run_id, problem, rejected = UNKNOWN, None, "", 0
    try:
        content = read_seen(file, LARGEST_FILE)
        reading = _reading(content, file.path.name)
        kind, run_id = reading.kind, _begin_run(file, content, reading, now())
        work_run(run_id, now, between, held=True)
        run = db.session.get_one(ImportRun, run_id, populate_existing=True)
        problem = {"failed": run.problem, "cancelled": STOPPED}.get(run.state, "")
        rejected = run.rejected
    except FileRefused as refused:
        problem = str(refused)
    except (OSError, NoPlainFile):
        problem = "Die Datei ist nicht zu lesen. Prüfen Sie ihre Rechte."
    day = office_day(now(), office_zone())
    db.session.rollback()
    note_file(kind, {"file": file.key, "problem": problem, "count": rejected, "run_id": run_id}, now())
    try:
        put_aside(file, folder, day, problem)
    except OSError:
        note_folder("folder_closed", folder, now())
        return False
    return True


def _reading(content: bytes, file_name: str) -> _Reading:
    """Kind by the headings, columns by the profile that is set, else as an upload is read.

    Raises FileRefused.
    """
    row = drop_folder()
    chosen = {"customers": row.customers_profile, "appointments": row.appointments_profile}
    found = look_at_file(content, file_name)
    for kind in ImportKind:
        profile = named_profile(chosen[kind]) if chosen[kind] else None
        if profile is not None and set(profile.columns) <= set(found.table.headings):
            return _Reading(kind.value, dict(profile.columns), profile.name, profile.calendar_id)
    if not found.kind:
        raise FileRefused(NO_KIND)
    faults = column_faults(found.columns, found.table.headings, found.kind)
    if faults:
        raise FileRefused(sentence(faults[0].code, {"detail": faults[0].detail}))
    return _Reading(found.kind, found.columns, found.profile_name, found.calendar_id)


def _begin_run(file: Seen, content: bytes, reading: _Reading, now: datetime) -> int:
    forget_contents(now)
    digest = keep_content(content)
    with writing() as session:
        folder = session.get(DropFolder, 1)
        run = ImportRun(
            kind=reading.kind,
            way="ftp" if folder is not None and folder.ftp_active else "folder",
            file_name=file.key,
            sha256=digest,
            size=len(content),
            columns=reading.columns,
            profile_name=reading.profile_name,
            calendar_id=reading.calendar_id,
            state="applying",
            at=now,
            claimed_at=now,
            claimed_by=this_process(),
        )
        session.add(run)
        session.flush()
        return int(run.id)
