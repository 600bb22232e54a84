"""PDF files from print pages: for the archive, and without opening anything from elsewhere."""

from __future__ import annotations

import sys

import pytest
from flask import Flask

from kehr.web.pdf_answer import NoPdf, pdf_of
from tests.conftest import NOON
from tests.web.pdf_reading import about_itself, pages_of

PAGE = """<!doctype html><html lang="de"><head><title>Probe</title>
<link rel="stylesheet" href="/static/print.css">{head}</head>
<body class="paper"><h1>Probe</h1>{body}</body></html>"""


def test_a_print_page_becomes_a_file_for_the_archive(app: Flask) -> None:
    pdf = pdf_of(PAGE.format(head="", body="<p>Größe: Šimić ✓✓ ▤</p>"), NOON)
    assert pdf.startswith(b"%PDF-1.7")
    said = about_itself(pdf)
    assert 'pdfaid:part="2" pdfaid:conformance="U"' in said and "2026-03-10T11:00:00" in said
    (text,) = pages_of(pdf)
    assert "Größe: Šimić ✓✓ ▤" in text and "Seite 1 von 1" in text


@pytest.mark.parametrize(
    "address",
    [
        "http://192.168.1.1/admin.css",
        "https://example.at/x.css",
        "file:///etc/passwd",
        "data:text/css,h1{color:red}",
        "//example.at/x.css",
        "/static/../../app.py",
        "/static/nowhere.css",
        "/protokoll",
        "ftp://example.at/x.css",
    ],
)
def test_nothing_is_opened_but_our_own_styles(app: Flask, address: str) -> None:
    from weasyprint.urls import FatalURLFetchingError

    with pytest.raises(FatalURLFetchingError):
        pdf_of(PAGE.format(head=f'<link rel="stylesheet" href="{address}">', body=""), NOON)


def test_fonts_of_the_icons_are_our_own_too(app: Flask) -> None:
    icons = '<link rel="stylesheet" href="/bootstrap/static/css/font/bootstrap-icons.min.css">'
    assert pdf_of(PAGE.format(head=icons, body='<i class="bi bi-check"></i>'), NOON)


def test_without_pango_the_reason_is_told(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def find_spec(self, name: str, *_more: object) -> None:
            if name == "kehr.web.pdf_writer":
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.delitem(sys.modules, "kehr.web.pdf_writer", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    with pytest.raises(NoPdf, match="libpango"):
        pdf_of(PAGE.format(head="", body=""), NOON)
