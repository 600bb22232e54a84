"""Writes the number of all sheets on the sheets of a PDF that was drawn before anybody knew it.

A long list is laid out in parts, because all of it at once takes too much memory. What a part draws is
small; it is held back until the last part tells how many sheets there are. Where the number belongs, each
sheet shows the ten digits for the time being, as the last of its text: so the file holds their shapes, and
this module knows which of its shapes are which digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

DIGITS = 10
_PIECE = re.compile(rb"<([0-9a-f]*)>|([-+.0-9]+)")


class Unfinished:
    """A PDF of some sheets of a longer one; `sheets` is how many it has."""

    def __init__(self) -> None:
        self.sheets = 0
        self._numbers: list[list[Any]] = []
        self._write: Callable[[BytesIO], None] | None = None

    def hold_back(self, _document: object, pdf: Any) -> None:
        """WeasyPrint calls it when everything is drawn, just before the file is written."""
        pages = [one for one in pdf.objects if _kind(one) == "/Page"]
        self.sheets = len(pages)
        for page in pages:
            stream = pdf.objects[int(page["Contents"].split()[0])].stream
            at = max(number for number, line in enumerate(stream) if _bytes(line).endswith(b"] TJ"))
            # Thousands of small pieces take ten times the memory of one.
            stream[:] = [_joined(stream[:at]), _bytes(stream[at]), _joined(stream[at + 1 :])]
            self._numbers.append(stream)
        write = pdf.write

        def later(_output: object, version: Any, identifier: Any, compress: bool) -> None:
            self._write = lambda output: write(output, version, identifier, compress)

        pdf.write = later

    def finish(self, total: int) -> bytes:
        """The file, with `total` on each sheet in place of the digits; to be called once."""
        if self._write is None:
            raise ValueError("nothing was drawn yet")
        for stream in self._numbers:
            stream[1] = with_total(stream[1], total)
        output = BytesIO()
        self._write(output)
        return output.getvalue()


def with_total(shown: bytes, total: int) -> bytes:
    """The operator that shows a text which ends with the digits 0 to 9, with `total` in their place."""
    pieces: list[bytes | float] = []
    for shapes, gap in _PIECE.findall(shown):
        pieces += [float(gap)] if gap else [shapes[at : at + 4] for at in range(0, len(shapes), 4)]
    places = [at for at, piece in enumerate(pieces) if isinstance(piece, bytes)][-DIGITS:]
    digits = [pieces[at] for at in places]
    if len(set(digits)) != DIGITS:
        raise ValueError("the sheet does not end with the ten digits")
    wanted = [*pieces[: places[0]], *(digits[int(digit)] for digit in str(total))]
    written = b"".join(b"<%b>" % one if isinstance(one, bytes) else b"%g" % one for one in wanted)
    return b"[" + written.replace(b"><", b"") + b"] TJ"


def _kind(one: Any) -> str:
    kind = one.get("Type", "") if isinstance(one, dict) else ""
    return kind.decode() if isinstance(kind, bytes) else str(kind)


def _joined(lines: list[Any]) -> bytes:
    return b"\n".join(_bytes(line) for line in lines)


def _bytes(line: Any) -> bytes:
    if isinstance(line, bytes):
        return line
    data = getattr(line, "data", None)
    return data if isinstance(data, bytes) else str(line).encode("ascii")
