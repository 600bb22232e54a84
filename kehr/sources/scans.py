"""Reads scanned sheets in a process of their own, so that a hostile file costs time and memory there only."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MOST_BYTES = 12 * 1024 * 1024
SECONDS = 20.0
MEMORY_MB = 512
_COMMAND = (sys.executable, "-m", "kehr.sources.scan_child")
_AT_ONCE = threading.BoundedSemaphore(2)
_ROOT = Path(__file__).resolve().parents[2]
_KEPT_ENVIRONMENT = ("PATH", "LANG")


class ScanRefused(ValueError):
    """A file that is not taken; `code` is one of `kehr.words.consent.UPLOAD`, with its arguments."""

    def __init__(self, code: str, **args: Any) -> None:
        super().__init__(code)
        self.code, self.args_of_code = code, args


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """One page: the texts of the QR codes on it, and the page as an upright grey JPEG."""

    texts: tuple[str, ...]
    blank: bool
    picture: bytes


@dataclass(frozen=True, slots=True)
class Scanned:
    """A file that could be read: what it is, and its pages in their order."""

    media_type: str
    pages: tuple[ScannedPage, ...]


def read_scan(data: bytes, seconds: float = SECONDS, memory_mb: int = MEMORY_MB) -> Scanned:
    """Opens a JPEG, PNG, TIFF or PDF and reads its QR codes, in at most `seconds` and `memory_mb`.

    Raises ScanRefused: whatever the file does to the child, this process only hears that it failed.
    """
    if not data:
        raise ScanRefused("empty")
    if len(data) > MOST_BYTES:
        raise ScanRefused("too_big", limit=MOST_BYTES // (1024 * 1024))
    ends = time.monotonic() + seconds
    if not _AT_ONCE.acquire(timeout=max(seconds, 0)):
        raise ScanRefused("too_slow", limit=round(seconds))
    try:
        said = _asked(data, ends - time.monotonic(), memory_mb)
    except subprocess.TimeoutExpired as error:
        raise ScanRefused("too_slow", limit=round(seconds)) from error
    finally:
        _AT_ONCE.release()
    return _understood(said)


def _asked(data: bytes, seconds: float, memory_mb: int) -> bytes:
    command = [*_COMMAND, f"{max(seconds, 1):.1f}", str(memory_mb)]
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    with subprocess.Popen(  # noqa: S603 - the command is ours, and the file goes in through the pipe only
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env=kept,
    ) as child:
        try:
            said, _nothing = child.communicate(data, timeout=max(seconds, 0.1))
        finally:
            child.kill()
    return said


def _understood(said: bytes) -> Scanned:
    """The child's answer. One that breaks off came from a file that made it crash."""
    source = io.BytesIO(said)
    first = _line(source)
    if "media_type" not in first:
        raise ScanRefused("damaged")
    pages = []
    while not (line := _line(source)).get("end"):
        if "size" not in line:
            raise ScanRefused("damaged")
        pages.append(ScannedPage(tuple(line["texts"]), line["blank"], source.read(line["size"])))
    return Scanned(first["media_type"], tuple(pages))


def _line(source: io.BytesIO) -> dict[str, Any]:
    try:
        line: dict[str, Any] = json.loads(source.readline() or b"{}")
    except ValueError as error:
        raise ScanRefused("damaged") from error
    if "fault" in line:
        raise ScanRefused(line["fault"], **line["args"])
    if not line:
        raise ScanRefused("damaged")
    return line
