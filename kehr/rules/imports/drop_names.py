"""Names in the watched folder: which files are meant to be taken, and what they are called afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import PurePosixPath

TAKEN, REFUSED = "archiv", "abgelehnt"
"""The folders inside the watched one to which files go."""
UPLOADING = ".ftp-"
"""Begins the hidden name of a file that is being received."""
LONGEST = 150
"""Characters of a file's name that are accepted over FTP."""
_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".download", ".swp")
_LEFTOVERS = frozenset({"desktop.ini", "thumbs.db"})


def is_meant(name: str) -> bool:
    """Whether a file of this name is one to take: not hidden, not temporary, not the system's own."""
    low = name.lower()
    if low.startswith((".", "~")) or low.endswith("~"):
        return False
    return not low.endswith(_UNFINISHED) and low not in _LEFTOVERS


def is_sendable(name: str) -> bool:
    """Whether a file may be sent in under this name."""
    return 0 < len(name) <= LONGEST and name.isprintable() and not name.startswith(".") and "/" not in name


def kept_name(name: str, day: date, taken: Callable[[str], bool]) -> str:
    """The name under which a file is kept: with its day, and with a number where that is taken."""
    path = PurePosixPath(name)
    stem, suffix = path.stem[:180], path.suffix[:20]
    wanted, number = f"{day:%Y-%m-%d} {stem}{suffix}", 2
    while taken(wanted):
        wanted = f"{day:%Y-%m-%d} {stem} ({number}){suffix}"
        number += 1
    return wanted
