"""Keeps scanned forms: read, stored under their hash, and filed to the object that their code names."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.models import Property, Scan, db, writing
from kehr.rules.visits.consent_form import FormMark, FormTrouble, read_marks
from kehr.sources.scans import Scanned, ScanRefused, read_scan

FOLDER = "scans"
PICTURE = "image/jpeg"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it came."""

    name: str
    data: bytes


@dataclass(slots=True)
class Kept:
    """What came of one file: the ids of its forms, filed or in the tray; or why it was not taken.

    `blank` pages were passed over, and so were `repeated` ones, whose picture is here already.
    """

    name: str
    filed: list[int] = field(default_factory=list)
    in_tray: list[int] = field(default_factory=list)
    blank: int = 0
    repeated: int = 0
    refused: ScanRefused | None = None


@dataclass(frozen=True, slots=True)
class _Form:
    """A page on its way into a row: what its code says, and the files it needs by their names."""

    row: Scan
    mark: FormMark | FormTrouble
    picture_name: str
    picture: bytes


def keep_scan(upload: Upload, by: str, now: datetime, data_folder: Path, seconds: float) -> Kept:
    """Reads one file within `seconds` and keeps what is on it; nothing of it when it is refused.

    A file of several pages is taken apart: each page that is not blank becomes a form of its own, and
    the file itself is kept beside them as it came.
    """
    kept = Kept(upload.name)
    try:
        sha256 = hashlib.sha256(upload.data).hexdigest()
        _refuse_known(sha256)
        scanned = read_scan(upload.data, seconds)
        if all(page.blank for page in scanned.pages):
            raise ScanRefused("blank")
        _keep(upload, sha256, scanned, kept, (by, now), data_folder / FOLDER)
    except ScanRefused as refused:
        kept.refused = refused
    except OSError:
        log.exception("scan %s could not be stored", upload.name)
        kept.refused = ScanRefused("not_stored")
    return kept


def _refuse_known(sha256: str) -> None:
    known = db.session.scalar(select(Scan).where(Scan.sha256 == sha256))
    if known is not None:
        raise ScanRefused("known", at=known.at, name=known.file_name)


def _keep(
    upload: Upload, sha256: str, scanned: Scanned, kept: Kept, who: tuple[str, datetime], folder: Path
) -> None:
    """Writes the files first: a row without its file would be no evidence."""
    forms = list(_forms(upload, sha256, scanned))
    kept.blank = sum(page.blank for page in scanned.pages)
    folder.mkdir(mode=0o700, exist_ok=True)
    store(folder / sha256, upload.data)
    for form in forms:
        store(folder / form.picture_name, form.picture)
    by, now = who
    with writing() as session:
        _refuse_known(sha256)
        if len(scanned.pages) > 1:
            session.add(_taken_apart(upload, sha256, scanned, now, by))
        for form in forms:
            _file(session, form, kept, now, by)


def _forms(upload: Upload, sha256: str, scanned: Scanned) -> Iterator[_Form]:
    alone = len(scanned.pages) == 1
    for number, page in enumerate(scanned.pages, 1):
        if page.blank:
            continue
        own = sha256 if alone else hashlib.sha256(page.picture).hexdigest()
        row = Scan(
            sha256=own,
            file_name=upload.name if alone else f"{upload.name} ({number})",
            media_type=scanned.media_type if alone else PICTURE,
            size=len(upload.data if alone else page.picture),
        )
        name = picture_name(own) if alone else own
        yield _Form(row, read_marks(page.texts), name, page.picture)


def _file(session: Session, form: _Form, kept: Kept, now: datetime, by: str) -> None:
    """Adds the row of a form: at its object, or in the tray with the reason as its note."""
    row, mark = form.row, form.mark
    if session.scalar(select(Scan.id).where(Scan.sha256 == row.sha256)) is not None:
        kept.repeated += 1
        return
    row.at, row.by = now, by
    if isinstance(mark, FormMark):
        row.wording = mark.wording
        row.property_id = session.scalar(select(Property.id).where(Property.number_key == mark.number_key))
        found = row.property_id is not None
        row.note = f"unit {mark.unit_key}" if found else f"{FormTrouble.UNKNOWN_OBJECT} {mark.number_key}"
    else:
        row.note = str(mark)
    session.add(row)
    session.flush()
    (kept.filed if row.property_id else kept.in_tray).append(row.id)


def _taken_apart(upload: Upload, sha256: str, scanned: Scanned, now: datetime, by: str) -> Scan:
    """The row of a file of several pages: done from the start, so that only its pages ask for work.

    Nobody did it, so `done_by` is empty; `note` says into how many pages it was taken apart.
    """
    return Scan(
        sha256=sha256,
        file_name=upload.name,
        media_type=scanned.media_type,
        size=len(upload.data),
        at=now,
        by=by,
        done_at=now,
        note=str(len(scanned.pages)),
    )


def picture_name(sha256: str) -> str:
    """The file beside the original that holds it as a picture for the screen."""
    return f"{sha256}.jpg"


def store(path: Path, data: bytes) -> None:
    """Writes a file that only this user may read, whole or not at all. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
