"""Runs commands in forks of a process that stands ready: `python -m tests.stack.command_server`.

A command needs most of its time for loading what it is made of; a fork of a process that has it loaded runs
the same command line, in a process, an environment and an app of its own. It reads one JSON object a line on
stdin and answers each with one on stdout when the command has ended:

    {"words": ["poll"], "environment": {...}, "folder": "/..."}  ->  {"status": 0}

In the folder lies what the command reads as `stdin`; there it leaves `stdout` and `stderr`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from flask.cli import main as flask
from sqlalchemy.orm import configure_mappers

from kehr import clock, create_app
from kehr.settings import read_settings


def main() -> None:
    """Serves until stdin ends."""
    with tempfile.TemporaryDirectory() as folder:
        create_app(replace(read_settings({"KEHR_DATA": folder}), data=Path(folder)))
        configure_mappers()
        for line in sys.stdin:
            _, status = os.waitpid(_fork(json.loads(line)), 0)
            sys.stdout.write(json.dumps({"status": os.waitstatus_to_exitcode(status)}) + "\n")
            sys.stdout.flush()


def _fork(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        _child(order)
    return pid


def _child(order: dict[str, Any]) -> NoReturn:
    folder = Path(order["folder"])
    for number, name, mode in ((0, "stdin", os.O_RDONLY), (1, "stdout", os.O_RDWR), (2, "stderr", os.O_RDWR)):
        os.dup2(os.open(folder / name, mode), number)
    os.environ.clear()
    os.environ.update(order["environment"])
    # The simulated clock starts with the process.
    clock._STARTED = time.monotonic()
    sys.argv = ["flask", *order["words"]]
    status = _run()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _run() -> int:
    """The exit status as the interpreter would give it."""
    try:
        flask()
    except SystemExit as ended:
        if isinstance(ended.code, str):
            sys.stderr.write(f"{ended.code}\n")
            return 1
        return ended.code or 0
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    main()
