"""Files in the watched folder: found, read exactly as they were seen, put aside under a name that is kept."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kehr.rules.imports.drop_names import REFUSED, TAKEN, is_meant, kept_name


class NoPlainFile(ValueError):
    """What was a file when it was seen is none any more."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file in the folder: `key` is its name as it can be stored and shown."""

    key: str
    path: Path
    size: int
    mtime_ns: int


def seen_files(folder: Path) -> list[Seen]:
    """The files that are meant and not empty, oldest first; links, folders and devices are passed over."""
    return sorted(_seen(folder), key=lambda one: (one.mtime_ns, one.key))


def _seen(folder: Path) -> Iterator[Seen]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if not is_meant(entry.name) or not entry.is_file(follow_symlinks=False):
                continue
            try:
                told = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            if told.st_size:
                key = os.fsencode(entry.name).decode("utf-8", "backslashreplace")[:300]
                yield Seen(key, folder / entry.name, told.st_size, told.st_mtime_ns)


def read_seen(file: Seen, most: int) -> bytes:
    """The content of a file, at most one byte more than `most`. Raises NoPlainFile and OSError."""
    handle = os.open(file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as opened:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise NoPlainFile(file.key)
        return opened.read(most + 1)


def put_aside(file: Seen, folder: Path, day: date, problem: str) -> None:
    """Moves a file to archiv, or with its problem in a text beside it to abgelehnt. Raises OSError."""
    target = folder / (REFUSED if problem else TAKEN)
    name = kept_name(file.path.name, day, lambda wanted: os.path.lexists(target / wanted))
    os.rename(file.path, target / name)
    if problem:
        (target / f"{name}.txt").write_text(f"{file.key}\n\n{problem}\n", encoding="utf-8-sig")
