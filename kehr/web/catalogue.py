"""Compiles the English catalogue when it is missing or older than its text."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

logger = logging.getLogger(__name__)


def compile_catalogues(folder: Path) -> None:
    """Makes messages.mo beside each messages.po below `folder`; two starts at once do no harm.

    Where the folder cannot be written, screens stay German.
    """
    for text in folder.glob("*/LC_MESSAGES/messages.po"):
        compiled = text.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= text.stat().st_mtime:
            continue
        try:
            _compile(text, compiled)
        except OSError as error:
            logger.warning("%s was not compiled: %s", text, error)


def _compile(text: Path, compiled: Path) -> None:
    with text.open("rb") as source:
        catalogue = read_po(source)
    handle, fresh = tempfile.mkstemp(dir=compiled.parent, suffix=".new")
    with os.fdopen(handle, "wb") as file:
        write_mo(file, catalogue)
    Path(fresh).chmod(0o644)
    Path(fresh).replace(compiled)
