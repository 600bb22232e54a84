"""What the worker runs. A job takes ids only, and calls one action in the worker's app.

Nothing heavy is imported here: the scheduler process imports this module to name the jobs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

ROUND_SECONDS = 15
"""A round of sending stops claiming after this time, so that a stop of the machine is soon obeyed."""


FILES_SECONDS = 1800
"""How long one import of a long list may take on a small machine."""

log = logging.getLogger(__name__)


@cache
def worker_app() -> Flask:
    """The app of this process; the worker builds it once and its forked jobs share it."""
    from kehr import create_app

    return create_app(screens=False)


def tick() -> None:
    """Plans, sends what is due, and tells the office of new troubles."""
    from kehr import clock
    from kehr.actions.run.run_round import beat, send_round_at_ease

    with worker_app().app_context():
        send_round_at_ease(clock.now, ROUND_SECONDS)
        beat("worker", clock.now())


def poll_all() -> None:
    """Puts each calendar whose time has come into the queue on its own."""
    from rq import Queue

    from kehr import clock
    from kehr.actions.feeds.poll_calendars import due_calendars
    from kehr.actions.run.run_round import beat

    with worker_app().app_context():
        ids = due_calendars(clock.now())
        beat("poll", clock.now())
    queue = Queue("poll", connection=broker())
    for calendar_id in ids:
        _enqueue(queue, poll_one, calendar_id)


def poll_one(calendar_id: int) -> None:
    """Polls one calendar if nobody else has begun, and plans what it changed."""
    from kehr import clock
    from kehr.actions.feeds.poll_calendars import poll_calendar
    from kehr.actions.plan.plan_messages import plan_messages

    with worker_app().app_context():
        result = poll_calendar(calendar_id, clock.now(), due=True)
        if result is not None and result.outcome == "changed":
            plan_messages(clock.now())


def receipts() -> None:
    """Asks gateways for delivery states and replies, and about what is unclear."""
    from kehr import clock
    from kehr.actions.hear.read_receipts import read_receipts

    with worker_app().app_context():
        read_receipts(clock.now)


def seal() -> None:
    """Seals what happened since the last round."""
    from kehr import clock
    from kehr.actions.log.seal_events import seal_events

    with worker_app().app_context():
        seal_events(clock.now, ROUND_SECONDS)


def verify() -> None:
    """Goes through the whole log once a night; what is due meanwhile is sent."""
    from kehr import clock
    from kehr.actions.log.watch_chain import verify_nightly
    from kehr.actions.run.run_round import sends_meanwhile

    with worker_app().app_context():
        verify_nightly(clock.now, sends_meanwhile(clock.now))


def balances() -> None:
    """Asks gateways how much credit is left."""
    from kehr import clock
    from kehr.actions.hear.read_balances import read_balances

    with worker_app().app_context():
        read_balances(clock.now)


def take_files() -> None:
    """Goes on with imported files and looks into the watched folder."""
    from kehr import clock
    from kehr.actions.imports import take_files as files
    from kehr.actions.run.run_round import sends_meanwhile

    with worker_app().app_context():
        files.take_files(clock.now, sends_meanwhile(clock.now))


def evening_logs() -> None:
    """Mails and files the day's log when its time has come; what is due meanwhile is sent.

    Only then is the app with its screens built: the log on paper is one of them.
    """
    from kehr import clock
    from kehr.actions.log.evening_log import anything_due
    from kehr.actions.run.run_round import sends_meanwhile

    with worker_app().app_context():
        if not anything_due(clock.now()):
            return
        between = sends_meanwhile(clock.now)
    from kehr import create_app

    screens = create_app(worker_app().config["KEHR"])
    screens.extensions["kehr_evening_log"](clock.now, between)


def ask_take_files(redis_url: str) -> None:
    """Puts `take_files` into the queue at once, so that a click need not wait for the schedule.

    Without a broker nothing happens: the next round does it.
    """
    from redis import Redis
    from redis.exceptions import RedisError
    from rq import Queue

    try:
        with Redis.from_url(redis_url, socket_timeout=1, socket_connect_timeout=1) as connection:
            queue = Queue("house", connection=connection)
            queue.enqueue(take_files, job_timeout=FILES_SECONDS, ttl=60, result_ttl=0, failure_ttl=3600)
    except (RedisError, OSError):
        log.info("no broker; the next round goes on with the file")


def _enqueue(queue: object, job: Callable[[int], None], calendar_id: int) -> None:
    queue.enqueue(job, calendar_id, job_timeout=180, ttl=120, result_ttl=0, failure_ttl=3600)  # type: ignore[attr-defined]


def broker() -> object:
    """A connection to the broker."""
    from redis import Redis

    return Redis.from_url(worker_app().config["KEHR"].redis_url)
