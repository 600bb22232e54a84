"""Serves the demo's calendars on loopback and keeps them up to the day: `python -m kehr.demo.serve`."""

from __future__ import annotations

import functools
import threading
import time
from datetime import datetime
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from kehr import clock
from kehr.demo.feeds import ZONE, write_feeds
from kehr.settings import read_settings

KEEP_SECONDS = 3600


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Says nothing: the calendars are asked every few minutes."""


def serve(folder: Path) -> ThreadingHTTPServer:
    """A server on the port that the calendars' addresses name since the first start."""
    kept = folder / "port"
    port = int(kept.read_text(encoding="ascii")) if kept.exists() else 0
    server = ThreadingHTTPServer(("127.0.0.1", port), functools.partial(_Quiet, directory=str(folder)))
    kept.write_text(str(server.server_port), encoding="ascii")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def feeds_folder() -> Path:
    """Where the demo's calendars lie."""
    folder = read_settings().data / "calendars"
    folder.mkdir(exist_ok=True)
    return folder


def main() -> None:
    """Serves until told to stop."""
    folder = feeds_folder()
    serve(folder)
    began = (folder / "began").read_text(encoding="ascii")
    while True:
        today = clock.now().astimezone(ZONE).date()
        write_feeds(folder, datetime.fromisoformat(began).date(), today)
        time.sleep(KEEP_SECONDS)


if __name__ == "__main__":
    main()
