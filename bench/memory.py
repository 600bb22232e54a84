"""Memory of the whole idle machine, beside the bare stack of the same packages.

The bare stack is the same supervisor, broker, gunicorn, worker and scheduler with a one-line Flask app
and jobs that do nothing. `same` imports in web and worker every module of other people's packages that
ours has loaded there when it is ready; `flask` imports nothing but Flask and RQ. Memory is PSS: a
shared page counts once, split between those who share it.
"""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

from kehr.settings import ROOT

MEGABYTE = 1024 * 1024
LOOKS = 9
IDLE_SECONDS = 60
"""Long enough for several ticks and polls."""


def measure(runs: int = 3) -> list[dict[str, object]]:
    """Idle megabytes of ours beside both bare stacks, started and measured one after the other."""
    found: dict[str, list[dict[str, float]]] = {"ours": [], "same": [], "flask": []}
    for _ in range(runs):
        for way, samples in found.items():
            samples.append(idle_memory(way))
    ours = statistics.median(sum(parts.values()) for parts in found["ours"])
    print("  of ours: " + _parts(found["ours"][-1]) + "; of the bare one: " + _parts(found["same"][-1]))
    rows = []
    for way, against in (
        ("same", "same packages imported, one-line app"),
        ("flask", "only flask and rq imported"),
    ):
        theirs = statistics.median(sum(parts.values()) for parts in found[way])
        rows.append(
            {
                "measure": "idle memory of the whole stack",
                "ours": round(ours, 1),
                "unit": "MB",
                "against": f"the bare stack, {against}",
                "theirs": round(theirs, 1),
                "ratio": round(ours / theirs, 2),
                "runs": runs,
            }
        )
    return rows


def _parts(parts: dict[str, float]) -> str:
    return ", ".join(f"{name} {megabytes:.0f} MB" for name, megabytes in sorted(parts.items()))


def idle_memory(way: str) -> dict[str, float]:
    """Megabytes of each part of a stack that has idled for a while: `ours`, `same` or `flask`."""
    with tempfile.TemporaryDirectory(prefix="kb-") as folder:
        port = _free_port()
        environment = os.environ | {"KEHR_DATA": folder, "KEHR_PORT": str(port)}
        if way == "same":
            environment |= {"BARE_WEB": _loaded(WEB, folder), "BARE_WORKER": _loaded(WORKER, folder)}
        module = "kehr.supervise" if way == "ours" else "bench.bare_stack"
        process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            _wait(lambda: _answers(port))
            time.sleep(IDLE_SECONDS)
            return _quiet(process.pid)
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(60)


WEB = "import app"
WORKER = "import kehr.worker as w; w.prepare()"
_LIST = """
import importlib.metadata, sys
packages = set(importlib.metadata.packages_distributions()) - {"kehr"}
print(",".join(name for name in list(sys.modules) if name.partition(".")[0] in packages))
"""


def _loaded(code: str, folder: str) -> str:
    """The modules of other people's packages that are loaded after `code`, in that order."""
    done = subprocess.run(
        [sys.executable, "-c", code + _LIST],
        cwd=ROOT,
        env=os.environ | {"KEHR_DATA": folder},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def _quiet(root: int) -> dict[str, float]:
    """The middle one of a few looks: a job that happens to run is not idling."""
    looks = []
    for _ in range(LOOKS):
        looks.append(_memory(root))
        time.sleep(1)
    return sorted(looks, key=lambda parts: sum(parts.values()))[LOOKS // 2]


def _memory(root: int) -> dict[str, float]:
    found: dict[str, float] = {}
    parent = psutil.Process(root)
    for process in [parent, *parent.children(recursive=True)]:
        with suppress(psutil.Error, OSError):
            name = _name(process)
            found[name] = found.get(name, 0.0) + _pss(process.pid) / MEGABYTE
    return found


def _name(process: psutil.Process) -> str:
    if "valkey" in process.exe():
        return "broker"
    line = " ".join(process.cmdline())
    words = (("rq cron", "cron"), ("gunicorn", "web"), ("worker", "worker"), ("kehr.ftp", "ftp"))
    for word, name in words:
        if word in line:
            return name
    return "supervisor"


def _pss(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
    except OSError:
        return False
    return True


def _wait(ready: Callable[[], bool]) -> None:
    ends = time.monotonic() + 120
    while not ready():
        if time.monotonic() > ends:
            raise SystemExit("The stack did not answer.")
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    print(measure(1))
