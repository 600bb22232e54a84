"""Puts work on files into the queue right after a click."""

from __future__ import annotations

from flask import current_app

from kehr import jobs


def begin_now() -> None:
    """The worker goes on at once; without a broker the next round does."""
    jobs.ask_take_files(current_app.config["KEHR"].redis_url)
