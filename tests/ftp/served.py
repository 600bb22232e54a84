"""The real FTP server as a process of its own, for tests that send to it with a real client."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kehr.rules.settings.ftp_wish import STATE_FILE, WISH_FILE, FtpState, FtpWish, password_check, read_state
from kehr.settings import ROOT
from tests.stack.commands import environment
from tests.stack.running_stack import wait_for

USER, PASSWORD = "winchim", "ein langes Kennwort"


@dataclass
class Served:
    """The running server of the box whose data lie in `data`."""

    data: Path
    folder: Path
    process: subprocess.Popen[str]

    def wish(self, **values: object) -> None:
        """Writes a new wish as the office would."""
        salt = "0123456789abcdef"
        wanted: dict[str, object] = {
            "active": True,
            "port": 0,
            "user": USER,
            "salt": salt,
            "check": password_check(PASSWORD, salt),
            "folder": str(self.folder),
        }
        write_wish(self.data, FtpWish(**wanted | values))  # type: ignore[arg-type]

    def state(self) -> FtpState | None:
        """What the server last said of itself."""
        with contextlib.suppress(OSError):
            return read_state((self.data / STATE_FILE).read_text(encoding="utf-8"))
        return None

    def wait_for_state(self, state: str, port: int | None = None) -> FtpState:
        """Waits until the server says so."""

        def there() -> FtpState | None:
            assert self.process.poll() is None, "the server has ended"
            told = self.state()
            fits = told is not None and told.state == state and port in (None, told.port)
            return told if fits else None

        found: FtpState = wait_for(there, 20, f"the state {state}, not {self.state()}")
        return found

    def names(self) -> list[str]:
        """Everything that lies in the folder, hidden files too."""
        return sorted(os.listdir(self.folder))


def write_wish(data: Path, wish: FtpWish) -> None:
    """Puts a wish where the server looks for it."""
    partial = data / "wish.new"
    partial.write_text(wish.as_text(), encoding="utf-8")
    partial.replace(data / WISH_FILE)


@contextlib.contextmanager
def served(data: Path) -> Iterator[Served]:
    """Starts the server without a wish, and ends it as the machine does."""
    folder = data / "eingang"
    folder.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "kehr.ftp"],
        cwd=ROOT,
        env=environment(data),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Served(data, folder, process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            _, said = process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        assert process.returncode == 0, said
        assert "Traceback" not in said, said
