"""Writes the number of all sheets on the sheets of a PDF that was made before anybody knew it.

A long list is laid out in parts, because all of it at once takes too much memory. Where the number belongs,
each sheet of a part shows the ten digits for the time being, as the last of its text: so the file holds their
shapes, and this module knows which of its shapes are which digits. That one line of each sheet is kept apart
and uncompressed; another line of the same length can take its place in the finished file.
"""

from __future__ import annotations

import re
from typing import Any

from pydyf import Stream

DIGITS = 10
_PIECE = re.compile(rb"<([0-9a-f]*)>|([-+.0-9]+)")


class Unfinished:
    """A PDF of some sheets of a longer one; `sheets` is how many it has, `content` the file so far."""

    def __init__(self) -> None:
        self.content = b""
        self._lines: list[bytes] = []

    @property
    def sheets(self) -> int:
        """How many sheets it has."""
        return len(self._lines)

    def set_apart(self, _document: object, pdf: Any) -> None:
        """WeasyPrint calls it when everything is drawn, just before the file is written."""
        for page in [one for one in pdf.objects if _text(one, "Type") == "/Page"]:
            whole = pdf.objects[int(_text(page, "Contents").split()[0])]
            lines = whole.stream
            at = max(number for number, line in enumerate(lines) if _bytes(line).endswith(b"] TJ"))
            self._lines.append(_bytes(lines[at]))
            number, rest = Stream([lines[at]]), Stream(lines[at + 1 :], compress=whole.compress)
            whole.stream = lines[:at]
            for one in (number, rest):
                pdf.add_object(one)
            page["Contents"] = f"[{' '.join(f'{one.number} 0 R' for one in (whole, number, rest))}]"

    def finish(self, total: int) -> bytes:
        """The file, with `total` on each sheet in place of the digits."""
        content = self.content
        for line in self._lines:
            if content.count(line) != 1:
                raise ValueError("the place of the number is not to be found")
            content = content.replace(line, with_total(line, total).ljust(len(line)))
        return content


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


def _text(one: Any, key: str) -> str:
    value = one.get(key, "") if isinstance(one, dict) else ""
    return value.decode() if isinstance(value, bytes) else str(value)


def _bytes(line: Any) -> bytes:
    return line if isinstance(line, bytes) else str(line).encode("ascii")
