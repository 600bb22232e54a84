"""The bare stack: `python -m bench.bare_stack` starts what Kehrbote starts, without Kehrbote in it.

KEHR_DATA and KEHR_PORT are read from the environment. BARE_WEB and BARE_WORKER name the modules, by
commas, that web and worker import besides; with `python -m bench.bare_stack worker` this is the worker.
"""

from __future__ import annotations

import importlib
import os
import shlex
import sys
from collections.abc import Iterator

from honcho import manager
from honcho.printer import Printer

from kehr import supervise
from kehr.settings import ROOT, read_settings


def import_all(variable: str) -> None:
    """Imports the modules that a variable of the environment names."""
    for name in filter(None, os.environ.get(variable, "").split(",")):
        importlib.import_module(name)


def _commands() -> Iterator[tuple[str, str]]:
    """Ours with the program exchanged."""
    settings = read_settings()
    for name, command in supervise.commands(settings).items():
        if name == "web":
            python, port = shlex.quote(sys.executable), settings.port
            options = (
                f"--bind 0.0.0.0:{port} --worker-class gthread --workers 1 --threads 4 --no-control-socket"
            )
            yield name, f"exec {python} -m gunicorn {options} bench.bare_app:app"
        else:
            yield (
                name,
                command.replace("-m kehr.worker", "-m bench.bare_stack worker").replace(
                    "kehr.cron", "bench.bare_cron"
                ),
            )


def main() -> None:
    """Runs until interrupted."""
    parts = manager.Manager(Printer(sys.stdout, colour=False))
    for name, command in _commands():
        parts.add_process(name, command, cwd=str(ROOT))
    parts.loop()


def work() -> None:
    """The worker: ours without its app."""
    from redis import Redis
    from rq import Queue, Worker

    import_all("BARE_WORKER")
    connection = Redis.from_url(read_settings().redis_url)
    queues = [Queue(name, connection=connection) for name in ("send", "poll", "house")]
    Worker(queues, connection=connection).work(logging_level="WARNING")


if __name__ == "__main__":
    if sys.argv[1:] == ["worker"]:
        work()
    else:
        main()
