"""Finds out in which encoding a text was written, as far as its bytes tell."""

from __future__ import annotations

import codecs
import re

_UTF16 = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DOS_LETTERS = re.compile(rb"[A-Za-z][\x84\x94\x81\xe1]|[\x8e\x99\x9a][a-z]")
_WINDOWS_LETTERS = re.compile(rb"[A-Za-z][\xe4\xf6\xfc\xdf\xe9]|[\xc4\xd6\xdc][a-z]|[\xe4\xf6\xfc][a-z]")
_LOOKED_AT = 2_000_000


def decode(content: bytes) -> tuple[str, str]:
    """The text and its encoding: utf-8, utf-8-sig, utf-16, cp1252 or cp850. Never raises.

    A character that a cut file has lost half of is left out.
    """
    if content.startswith(codecs.BOM_UTF8):
        return content[3:].decode("utf-8", "replace"), "utf-8-sig"
    for mark, name in _UTF16:
        if content.startswith(mark):
            return content[2:].decode(name, "replace"), "utf-16"
    if name := _utf16_without_mark(content):
        return content.decode(name, "replace"), "utf-16"
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if error.start >= len(content) - 3 and error.start > 0 and not content[: error.start].isascii():
            return content[: error.start].decode("utf-8"), "utf-8"
    start = content[:_LOOKED_AT]
    if len(_DOS_LETTERS.findall(start)) > len(_WINDOWS_LETTERS.findall(start)):
        return content.decode("cp850"), "cp850"
    return content.decode("cp1252", "replace"), "cp1252"


def _utf16_without_mark(content: bytes) -> str:
    """Text in western letters has a zero in every other byte."""
    start = content[:2000]
    if len(start) < 4:
        return ""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and odd < 0.05 * half else ""
