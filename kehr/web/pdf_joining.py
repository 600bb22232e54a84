"""Puts PDF files one after the other into one file."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

_OTHER_PRODUCER = b"/Producer(PDFium)"
"""What joins the files names itself as their producer. The metadata in them name another, and PDF/A wants
both to say the same or one of them nothing.
"""


def joined(files: Iterable[bytes]) -> bytes:
    """One file of the pages of all; a single file stays as it is. It says of itself what the first says."""
    import pypdfium2  # loads a large library, and only where a log is long

    rest = iter(files)
    first = next(rest)
    whole = None
    for content in rest:
        whole = whole or pypdfium2.PdfDocument(first)
        with pypdfium2.PdfDocument(content) as part:
            whole.import_pages(part)
    if whole is None:
        return first
    try:
        out = BytesIO()
        whole.save(out)
        return out.getvalue().replace(_OTHER_PRODUCER, b" " * len(_OTHER_PRODUCER), 1)
    finally:
        whole.close()
