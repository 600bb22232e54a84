"""Makes one kind of text of whatever bytes a server sends: unfolded, in UTF-8, with single newlines.

Bodies come folded inside characters, in UTF-16, with lone carriage returns, NULs or in lower case.
"""

from __future__ import annotations

import codecs
import re

_RARE = re.compile(rb"\n[\n\t]")
_BLANK = re.compile(rb"\n(?:[ \t]*\n)+")
_LOWER_NAME = re.compile(rb"\n[A-Z-]*[a-z]")
_KNOWN_NAME = re.compile(
    rb"\n(uid|dtstart|dtend|dtstamp|duration|rrule|rdate|exdate|recurrence-id|sequence|status|"
    rb"summary|description|location|contact|categories|attendee|organizer|method|tzid|"
    rb"tzoffsetfrom|tzoffsetto|tzname|x-wr-timezone)[ \t]*(?=[:;])",
    re.IGNORECASE,
)
_FRAME = re.compile(rb"\n(begin|end)[ \t]*:[ \t]*([a-z-]+)[^\n]*", re.IGNORECASE)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_HEAD_BYTES = 20_000


class NotACalendar(ValueError):
    """The body is no complete calendar; `code` is "empty", "html", "not_ics" or "cut"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def whole_calendar(body: bytes) -> bytes:
    """The unfolded text of a complete ICS body: every line led by one newline, none blank.

    Bytes that are no UTF-8 stay as they are; `decode_block` reads them event by event.
    Raises NotACalendar.
    """
    text = _unfolded(_as_utf8(body))
    if _is_oddly_spelled(text):
        text = _upper_names(text)
    begins = text.count(b"\nBEGIN:VCALENDAR\n")
    if not begins:
        raise NotACalendar(_what_else(text))
    if text.count(b"\nEND:VCALENDAR\n") < begins:
        raise NotACalendar("cut")
    return text


def decode_block(block: bytes) -> str:
    """A block as text: UTF-8, and each line that is none as Windows-1252, the other habit of our region."""
    try:
        return block.decode()
    except UnicodeDecodeError:
        return "\n".join(_decode_line(line) for line in block.split(b"\n"))


def _decode_line(line: bytes) -> str:
    for encoding in ("utf-8", "cp1252"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")


def _as_utf8(body: bytes) -> bytes:
    encoding = _wide_encoding(body)
    if not encoding:
        return body.removeprefix(codecs.BOM_UTF8)
    try:
        return body.decode(encoding).removeprefix("\ufeff").encode()
    except UnicodeDecodeError as error:
        raise NotACalendar("cut") from error


def _wide_encoding(body: bytes) -> str:
    if body.startswith(codecs.BOM_UTF16_LE) or (body[:1] != b"\0" and body[1:4:2] == b"\0\0"):
        return "utf-16-le"
    if body.startswith(codecs.BOM_UTF16_BE) or (body[:3:2] == b"\0\0" and body[1:2] != b"\0"):
        return "utf-16-be"
    return ""


def _unfolded(body: bytes) -> bytes:
    text = b"".join((b"\n", body.replace(b"\r\n", b"\n"), b"\n"))
    if b"\r" in text:
        text = text.replace(b"\r", b"\n")
    if b"\0" in text:
        text = text.replace(b"\0", b"")
    if _RARE.search(text):
        text = _BLANK.sub(b"\n", text).replace(b"\n\t", b"")
    return text.replace(b"\n ", b"")


def _is_oddly_spelled(text: bytes) -> bool:
    """Whether names are in lower case, told from the first lines, or any event begins in another spelling."""
    if _LOWER_NAME.search(text, 0, _HEAD_BYTES):
        return True
    frames = text.upper()
    exact = text.count(b"\nBEGIN:VEVENT\n")
    if frames.count(b"\nBEGIN:VEVENT") != exact:
        return True
    ends = (b"\nBEGIN:VCALENDAR", b"\nEND:VCALENDAR")
    return any(frames.count(name) != text.count(name + b"\n") for name in ends)


def _upper_names(text: bytes) -> bytes:
    text = _FRAME.sub(lambda found: b"\n%b:%b" % (found[1].upper(), found[2].upper()), text)
    return _KNOWN_NAME.sub(lambda found: b"\n" + found[1].upper(), text)


def _what_else(text: bytes) -> str:
    if not text.strip():
        return "empty"
    return "html" if _HTML.search(text[:_HEAD_BYTES]) else "not_ics"
