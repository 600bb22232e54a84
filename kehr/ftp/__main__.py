"""`python -m kehr.ftp`: serves while it is wanted, follows every change of the wish within seconds.

While it is not wanted nothing but the standard library is loaded. After a change the process starts
itself afresh, which gives back the memory and every connection of before.
"""

from __future__ import annotations

import errno
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from kehr.rules.settings.ftp_wish import STATE_FILE, WISH_FILE, BrokenText, FtpState, FtpWish, read_wish
from kehr.settings import WrongSetting, read_settings

LOOK_SECONDS = 1.0
"""How often the wish is looked at."""
TRY_SECONDS = 15.0
"""How long a port or folder that cannot be had is left alone; then it may be free."""

REFUSED = {errno.EADDRINUSE: "port_taken", errno.EACCES: "port_forbidden", errno.EPERM: "port_forbidden"}

log = logging.getLogger("kehr.ftp")


def main() -> int:
    """Runs until told to stop."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        data = read_settings().data
    except WrongSetting as error:
        log.critical("%s", error)
        return 1
    stamp, wish = _stamp(data), _wish(data)
    if wish.active:
        told = _serve(data, wish, lambda: _stamp(data) != stamp)
        if told is not None:
            tell(data, told)
            _rest(TRY_SECONDS, lambda: _stamp(data) != stamp)
    else:
        tell(data, FtpState("off"))
        while _stamp(data) == stamp:
            time.sleep(LOOK_SECONDS)
    os.execv(sys.executable, [sys.executable, "-m", "kehr.ftp"])  # noqa: S606 - the same program again


def tell(data: Path, state: FtpState) -> None:
    """Writes how the server is, where the rest looks for it."""
    file = data / STATE_FILE
    text = state.as_text()
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        partial = data / f".{STATE_FILE}.{os.getpid()}"
        partial.write_text(text, encoding="utf-8")
        partial.replace(file)


def _serve(data: Path, wish: FtpWish, changed: Callable[[], bool]) -> FtpState | None:
    """Serves until the wish changes; at once the reason when that cannot be done."""
    folder = Path(wish.folder)
    if not folder.is_absolute() or not os.access(folder, os.W_OK | os.X_OK) or not folder.is_dir():
        return FtpState("folder_missing", wish.port, wish.folder)
    from kehr.ftp.certificate import certificate
    from kehr.ftp.files import clear_unfinished
    from kehr.ftp.server import open_server

    try:
        clear_unfinished(folder)
        server = open_server(wish, certificate(data))
    except OSError as error:
        log.warning("FTP: %s", error)
        known = {
            errno.EADDRINUSE: "port_taken",
            errno.EACCES: "port_forbidden",
            errno.EPERM: "port_forbidden",
        }
        return FtpState(known.get(error.errno or 0, "broken"), wish.port, str(error))
    try:
        tell(data, FtpState("serving", wish.port))
        while not changed():
            server.ioloop.loop(LOOK_SECONDS / 2, blocking=False)
            if not folder.is_dir():
                return FtpState("folder_missing", wish.port, wish.folder)
    except Exception as error:  # this part must not take the others down with it; the office is told
        log.exception("FTP")
        return FtpState("broken", wish.port, repr(error)[:300])
    finally:
        server.close_all()
    return None


def _rest(seconds: float, changed: Callable[[], bool]) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and not changed():
        time.sleep(LOOK_SECONDS)


def _stamp(data: Path) -> tuple[int, int]:
    """What changes whenever the wish is written anew."""
    try:
        found = (data / WISH_FILE).stat()
    except OSError:
        return (0, 0)
    return found.st_ino, found.st_mtime_ns


def _wish(data: Path) -> FtpWish:
    try:
        return read_wish((data / WISH_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return FtpWish(active=False)
    except (OSError, UnicodeDecodeError, BrokenText) as error:
        log.warning("%s: %s", WISH_FILE, error)
        return FtpWish(active=False)


if __name__ == "__main__":
    sys.exit(main())
