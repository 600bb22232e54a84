"""Print pages as PDF files: the same template, the same look, for archive and mail."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Any

from flask import flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kehr.web.pdf_total import Unfinished

PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"

log = logging.getLogger(__name__)


class NoPdf(RuntimeError):
    """The libraries that make PDF files are not on this machine."""


def pdf_of(html: str, now: datetime) -> bytes:
    """The PDF/A of a rendered print page, made without any network. Raises NoPdf."""
    pdf: bytes = _writer().write_pdf(html, now)
    return pdf


def part_of(html: str, now: datetime) -> Unfinished:
    """The same of a part of a longer list, to be finished when all parts are drawn. Raises NoPdf."""
    part: Unfinished = _writer().draw_part(html, now)
    return part


def _writer() -> Any:
    try:
        return import_module("kehr.web.pdf_writer")
    except OSError as error:
        log.warning("no PDF without Pango: %s", error)
        raise NoPdf(PACKAGES) from error


def pdf_answer(name: str, html: str, now: datetime, page_path: str) -> Response:
    """The file `name`, shown or saved as the browser likes; without the libraries back to the page."""
    return file_answer(name, lambda: pdf_of(html, now), page_path)


def file_answer(name: str, make: Callable[[], bytes], page_path: str) -> Response:
    """The same for what `make` returns, in which it may call `pdf_of` several times."""
    try:
        pdf = make()
    except NoPdf:
        flash(
            _(
                "Für PDF-Dateien fehlen auf der Anlage Pakete: apt-get install %(packages)s. Bis dahin "
                "drucken Sie die Seite im Browser als PDF.",
                packages=PACKAGES,
            ),
            "warning",
        )
        return redirect(page_path)
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
