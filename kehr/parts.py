"""The parts of the machine as one bundle of processes: they start together, and the broker ends last."""

from __future__ import annotations

import contextlib
from typing import TextIO

from honcho import manager

BROKER = "broker"


class Terminal:
    """Where the parts' lines go. It may go away, and whoever closes it must not leave the parts alone."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Writes while somebody can read it."""
        with contextlib.suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        """Flushes while somebody can read it."""
        with contextlib.suppress(OSError):
            self._stream.flush()

    def isatty(self) -> bool:
        """Whether colours can be seen."""
        return self._stream.isatty()


class Parts(manager.Manager):
    """honcho's manager, but a worker that finishes its job still finds the broker to tell it so.

    Asked to end all at once, the worker lost the broker now and then: it ended with an error, or left
    its job running alone.
    """

    _broker_asked = False

    def _killall(self, force: bool = False) -> None:
        broker = self._processes.get(BROKER)
        if force or broker is None or "returncode" in broker:
            super()._killall(force=force)
            return
        broker["returncode"] = None  # honcho asks only parts that have no such entry
        super()._killall()
        del broker["returncode"]

    def _all_stopped(self) -> bool:
        self._end_broker()
        return bool(super()._all_stopped())

    def _end_broker(self) -> None:
        """Asks the broker to end, once, as soon as it is the only part left."""
        broker = self._processes.get(BROKER)
        if broker is None or not self._terminating or self._broker_asked or "returncode" in broker:
            return
        others = [part for name, part in self._processes.items() if name != BROKER]
        if all(part.get("returncode") is not None for part in others):
            self._broker_asked = True
            self._procmgr.terminate(broker["pid"])
