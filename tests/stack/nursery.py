"""Forks real senders that can be killed at a certain point: `python -m tests.stack.nursery`.

A Flask process needs a second to start; a fork of one that stands ready needs none. Each child runs the
real command line. It reads one JSON object a line on stdin and answers each with one on stdout:

    {"run": ["send-due"], "stop_at": "call", "after": 2, "times": 1}  ->  {"pid": 1}
    {"wait": 1}  ->  {"stopped": true} or {"status": 0}; a signal's number is negative

At `stop_at` a child stops itself with SIGSTOP, all its threads at once: before the gateway is called
(`call`; the claim is committed), when the answer is there and not yet recorded (`record`), when states are
there and not yet applied (`apply`), or when replies are there and not yet kept (`keep`).
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from flask import Flask
from flask.cli import FlaskGroup
from sqlalchemy.orm import configure_mappers

import kehr.actions.hear.read_replies as replies
import kehr.actions.hear.read_states as states
import kehr.actions.send.send_due as sending
import kehr.cli.database_age
import kehr.gateways.linkmobility  # noqa: F401 - loaded before the fork, as the worker does
from kehr import create_app


def main() -> None:
    """Serves until stdin ends."""
    app = create_app()
    # Otherwise each child would work out anew how the tables hang together.
    configure_mappers()
    for line in sys.stdin:
        order = json.loads(line)
        answer = _wait(order["wait"]) if "wait" in order else {"pid": _fork(app, order)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _wait(pid: int) -> dict[str, Any]:
    _, status = os.waitpid(pid, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        return {"stopped": True}
    return {"status": os.waitstatus_to_exitcode(status)}


def _fork(app: Flask, order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        _child(app, order)
    return pid


def _child(app: Flask, order: dict[str, Any]) -> NoReturn:
    status = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDWR), 1)
        _set_trap(order.get("stop_at", ""), order.get("after", 0))
        for _ in range(order.get("times", 1)):
            FlaskGroup(create_app=lambda: app).main(order["run"], prog_name="flask", standalone_mode=False)
        status = 0
    finally:
        sys.stderr.flush()
        os._exit(status)


def _set_trap(stop_at: str, after: int) -> None:
    if stop_at == "call":
        sending.call = _stopping(sending.call, after)
    elif stop_at == "record":
        sending.record_outcome = _stopping(sending.record_outcome, after)
    elif stop_at == "apply":
        states.apply_receipts = _stopping(states.apply_receipts, after)
    elif stop_at == "keep":
        replies.keep_reply = _stopping(replies.keep_reply, after)


def _stopping(deed: Callable[..., Any], after: int) -> Callable[..., Any]:
    """`deed` that lets `after` calls pass and stops the whole process in the place of the next."""
    passed = 0

    def stopping(*args: Any) -> Any:
        nonlocal passed
        if passed >= after:
            os.kill(os.getpid(), signal.SIGSTOP)
        passed += 1
        return deed(*args)

    return stopping


if __name__ == "__main__":
    main()
