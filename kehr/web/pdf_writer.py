"""Turns a print page into a PDF for the archive. Imported only where one is made: it loads Pango.

Nothing is fetched over a network, nor from the disk outside the folders that the pages load from: what
stands in a message must not make this machine open an address.
"""

from __future__ import annotations

import gc
import mimetypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse
from werkzeug.exceptions import HTTPException
from werkzeug.security import safe_join

from kehr.web.pdf_total import Unfinished

BASE = "http://kehrbote.invalid"
"""Where the pages seem to lie; nothing ever answers there."""
VARIANT = "pdf/a-2u"
_ONE_AT_A_TIME = threading.Lock()
"""A long list takes much memory on a small machine: the next one waits."""


class OurFiles(URLFetcher):
    """Opens the style sheets and fonts that the app itself serves, and refuses everything else."""

    def __init__(self, app: Flask) -> None:
        super().__init__(allowed_protocols=["http"])
        self._app = app
        self._paths = app.url_map.bind("kehrbote.invalid")

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The file behind one address of this app."""
        path = self._file(url)
        if path is None:
            raise NotOurs(url)
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": media_type})

    def _file(self, url: str) -> Path | None:
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" != BASE:
            return None
        try:
            endpoint, values = self._paths.match(parts.path, method="GET")
        except HTTPException:
            return None
        name, _dot, what = endpoint.rpartition(".")
        folder = (self._app.blueprints[name] if name else self._app).static_folder
        found = safe_join(folder, values.get("filename", "")) if what == "static" and folder else None
        return Path(found) if found and Path(found).is_file() else None


class NotOurs(FatalURLFetchingError):  # type: ignore[misc]
    """A page wants something from elsewhere: the PDF would not be what was looked at."""


@contextmanager
def _collecting_afterwards() -> Iterator[None]:
    """A layout is millions of objects that live until it is drawn: looking through them again and again
    for what could go takes a quarter of the time, and finds nothing. It all goes at once at the end.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
        gc.collect()


def write_pdf(html: str, now: datetime) -> bytes:
    """The PDF/A of a print page; it carries the office's time as its own."""
    return _written(html, now, None)


def draw_part(html: str, now: datetime) -> Unfinished:
    """The same of a part of a longer list, whose sheets still wait for the number of all sheets."""
    part = Unfinished()
    part.content = _written(html, now, part.set_apart)
    return part


def _written(html: str, now: datetime, finisher: Callable[[object, Any], None] | None) -> bytes:
    with _ONE_AT_A_TIME, _collecting_afterwards():
        page = HTML(string=html, base_url=f"{BASE}/", url_fetcher=OurFiles(current_app))
        document = page.render(pdf_variant=VARIANT)
        document.metadata.created = document.metadata.modified = now.isoformat(timespec="seconds")
        document.metadata.generator = "Kehrbote"
        pdf: bytes = document.write_pdf(finisher=finisher, pdf_variant=VARIANT)
        return pdf
