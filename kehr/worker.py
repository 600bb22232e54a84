"""The one RQ worker: builds the app once, so that each forked job starts warm."""

from __future__ import annotations

import gc

from rq import Queue, Worker

from kehr import jobs

QUEUES = ("send", "poll", "house")
"""In order of precedence: what is due leaves before anything is fetched."""


def main() -> None:
    """Works until told to stop; a running job is finished first."""
    prepare()
    connection = jobs.broker()
    queues = [Queue(name, connection=connection) for name in QUEUES]
    Worker(queues, connection=connection).work(logging_level="WARNING")


def prepare() -> None:
    """Loads before the fork what every job needs after it, so that the jobs share it."""
    app = jobs.worker_app()
    with app.app_context():
        pass
    settle_memory()


def settle_memory() -> None:
    """Leaves what is loaded out of the collector's rounds: walking it costs a job time, and the memory
    that it shares with the worker.
    """
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    main()
