"""Who holds a claimed message: a process that can be told alive from dead."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def this_process() -> str:
    """host|pid|start: names this process so that a later one with the same pid is not mistaken for it."""
    return f"{socket.gethostname()[:60]}|{os.getpid()}|{_started(os.getpid())}"


def is_dead(claimed_by: str) -> bool:
    """Whether the process that claimed is surely gone; False when it ran on another host."""
    host, _, rest = claimed_by.partition("|")
    pid, _, started = rest.partition("|")
    if host != socket.gethostname()[:60] or not pid.isdigit():
        return False
    return _started(int(pid)) != started


def _started(pid: int) -> str:
    """The start time of a process in clock ticks since boot (proc(5), field 22); empty when it is gone.

    A zombie has ended; its entry only waits for its parent.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]
