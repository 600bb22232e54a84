"""Keeps the content of imported files in KEHR_DATA/imports, named by its hash, until it is not needed."""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from kehr.models import ImportRun, db

KEPT_FOR = timedelta(days=30)
"""So long a file can be looked up after its last run."""


class ContentGone(LookupError):
    """The content of a run is not there any more."""


def keep_content(content: bytes) -> str:
    """Stores the content, readable by nobody else, and answers its hash; the same content is kept once."""
    digest = hashlib.sha256(content).hexdigest()
    path = content_path(digest)
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = path.parent / f".{digest}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    return digest


def content_path(digest: str) -> Path:
    """Where the content of this hash lies."""
    folder: Path = current_app.config["KEHR"].data / "imports"
    return folder / digest


def read_content(digest: str) -> bytes:
    """The content of this hash. Raises ContentGone."""
    try:
        return content_path(digest).read_bytes()
    except OSError as error:
        raise ContentGone(digest) from error


def forget_contents(now: datetime) -> int:
    """Removes what no run of the last 30 days needs; how many files."""
    needed = set(db.session.scalars(select(ImportRun.sha256).where(ImportRun.at > now - KEPT_FOR)))
    db.session.rollback()
    gone = 0
    folder = content_path("")
    for path in list(folder.iterdir()) if folder.is_dir() else []:
        if path.name.lstrip(".").partition(".")[0] not in needed:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
