"""Reads the content lines of one event: name, parameters, value, and text with its escapes undone."""

from __future__ import annotations

import re
from typing import NamedTuple

_NAME = re.compile(r"([A-Z][A-Z0-9-]*)[ \t]*([;:])")
_PARAMETERS = re.compile(r'((?:[^":]|"[^"]*")*):')
_PARAMETER = re.compile(r';([^=;]+)=((?:[^";]|"[^"]*"?)*)')
_ESCAPE = re.compile(r"\\([\\;,nN])")
_COMMA = re.compile(r"((?:[^,\\]|\\.?)*)(?:,|$)", re.DOTALL)


class Property(NamedTuple):
    """One content line: the raw value, and its parameters still as text (led by a semicolon, or empty)."""

    value: str
    parameters: str = ""

    def parameter(self, name: str) -> str:
        """The value of a parameter without quotes, or empty."""
        if not self.parameters:
            return ""
        for key, value in _PARAMETER.findall(self.parameters):
            if key.strip().upper() == name:
                return str(value).replace('"', "").strip()
        return ""

    def text(self) -> str:
        """The value as text a person wrote, escapes undone."""
        return unescape(self.value)


def read_lines(block: str) -> dict[str, list[Property]]:
    """The properties of one unfolded event by name, in their order.

    A line that starts like no property belongs to the one before it: some servers send raw newlines.
    """
    found: dict[str, list[Property]] = {}
    last: list[Property] = []
    for line in block.split("\n"):
        match = _NAME.match(line)
        if match:
            last = found.setdefault(match[1], [])
            last.append(_property(line, match.end(1), match.end(), match[2]))
        elif last and line:
            last[-1] = last[-1]._replace(value=last[-1].value + "\n" + line)
    return found


def _property(line: str, name_end: int, value_start: int, separator: str) -> Property:
    if separator == ":":
        return Property(line[value_start:])
    match = _PARAMETERS.match(line, name_end)
    # A quote that is opened and never closed would swallow the value: then the first colon counts.
    end = match.end(1) if match else line.find(":", name_end)
    while end >= 0 and line.startswith("//", end + 1):  # an address as a parameter, without quotes
        end = line.find(":", end + 1)
    if end < 0:
        return Property("", line[name_end:].strip())
    return Property(line[end + 1 :], line[name_end:end].strip())


def unescape(value: str) -> str:
    r"""The value of a TEXT property as written: `\n` is a newline, `\,` a comma."""
    if "\\" not in value:
        return value.strip()
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value).strip()


def split_texts(value: str) -> list[str]:
    """The texts of a list such as CATEGORIES, split at commas that are not escaped."""
    return [text for text in map(unescape, _COMMA.findall(value)) if text]
