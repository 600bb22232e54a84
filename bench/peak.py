"""The most memory that this process holds while something is done."""

from __future__ import annotations

from pathlib import Path


class Peak:
    """Begins with a fresh mark: the one that the process was born with is its parent's."""

    def __init__(self) -> None:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        self._held = _megabytes("VmRSS")

    @property
    def megabytes(self) -> float:
        """What it held at most since then, beyond what it held then; in MiB."""
        return _megabytes("VmHWM") - self._held


def _megabytes(name: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").split("\n")
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024
