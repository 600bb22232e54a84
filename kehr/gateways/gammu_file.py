"""The database file of gammu-smsd: short transactions on it, and what is wrong when there is none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from kehr.gateways.contract import GatewayError, Misconfigured, NotTaken, Unclear

SCHEMAS = frozenset({17, 18})
AT_ONCE = 400
"""So many numbers one query may name."""

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DENIED = frozenset(
    {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_AUTH}
)
_BROKEN = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
_DISK = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})


@contextmanager
def writing(path: str, busy_seconds: float) -> Iterator[sqlite3.Connection]:
    """One write transaction on the daemon's file, committed at the end.

    Raises NotTaken or Misconfigured as long as nothing was written for certain, Unclear when the file broke
    while committing.
    """
    with _faults(path), closing(_open(path, busy_seconds)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            _check_schema(connection)
            yield connection
        except BaseException:
            connection.rollback()
            raise
        _commit(connection)


def _open(path: str, busy_seconds: float) -> sqlite3.Connection:
    if not path or not Path(path).is_absolute():
        raise Misconfigured("gammu_path", path)
    if not Path(path).is_file():
        raise Misconfigured("gammu_missing", path)
    address = f"file:{quote(path)}?mode=rw"
    connection = sqlite3.connect(address, uri=True, timeout=busy_seconds, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection


def _commit(connection: sqlite3.Connection) -> None:
    try:
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if _code(error) in _BUSY:
            connection.rollback()
            raise
        raise Unclear("gammu_commit", str(error)[:200]) from error


@contextmanager
def _faults(path: str) -> Iterator[None]:
    try:
        yield
    except GatewayError:
        raise
    except sqlite3.Error as error:
        raise _fault(error, path) from error


def _fault(error: sqlite3.Error, path: str) -> GatewayError:
    code, said = _code(error), f"{path}: {error}"[:200]
    if code in _BUSY:
        return NotTaken("gammu_locked", path)
    if code in _DISK:
        return NotTaken("gammu_disk", said)
    if code in _DENIED:
        return Misconfigured("gammu_readonly", path)
    return Misconfigured("gammu_no_database" if code in _BROKEN else "gammu_schema", said)


def _code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF


def _check_schema(connection: sqlite3.Connection) -> None:
    row = connection.execute("SELECT Version FROM gammu").fetchone()
    if row is None or row[0] not in SCHEMAS:
        raise Misconfigured("gammu_version", str(row[0] if row else "?"))


def prove_writable(connection: sqlite3.Connection) -> None:
    """Writes the schema's version over itself: opening alone does not tell that a file is read-only."""
    connection.execute("UPDATE gammu SET Version = Version")


def in_chunks(ids: Iterable[int]) -> Iterator[tuple[str, list[int]]]:
    """These numbers in chunks that one query may name, each with its question marks."""
    numbers = sorted(set(ids))
    for start in range(0, len(numbers), AT_ONCE):
        chunk = numbers[start : start + AT_ONCE]
        yield ", ".join("?" * len(chunk)), chunk
