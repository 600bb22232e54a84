"""A gateway described by an office: a request with gaps, each filled with the escaping of its place."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, quote_plus

PLACEHOLDERS = ("recipient", "recipient_digits", "text", "sender", "id", "user", "secret", "basic")
"""What may stand in braces. `basic` is user and secret as HTTP's Basic authentication writes them."""

METHODS = ("GET", "POST", "PUT")
CONTENT_TYPES: Mapping[str, str] = {
    "form": "application/x-www-form-urlencoded",
    "json": "application/json",
    "xml": "text/xml; charset=utf-8",
    "raw": "text/plain; charset=utf-8",
}
BODY_TYPES = tuple(CONTENT_TYPES)
MASK = "VERDECKT"
"""Stands in for a secret wherever a request is shown; it looks the same in every escaping."""

GAP = re.compile(r"\{([A-Za-z_]+)\}")
_KEPT_IN_URL = ":/?#[]@!$&'()*+,;=-._~%"
_LOOSE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_XML_SIGNS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}


@dataclass(frozen=True, slots=True)
class Template:
    """How a gateway is called and how its answer is read; the checks are in settings_template.

    `headers` are pairs, `body` is empty for a request without one. Of the tests of the answer an empty
    one does not count; all others of success must hold, one of refusal is enough.
    """

    url: str
    method: str = "POST"
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    body_type: str = "form"
    success_status: str = "200-299"
    success_path: str = ""
    success_equals: str = ""
    success_regex: str = ""
    refused_status: str = ""
    refused_path: str = ""
    refused_equals: str = ""
    refused_regex: str = ""
    id_path: str = ""
    id_regex: str = ""


@dataclass(frozen=True, slots=True)
class Values:
    """What fills the gaps. `recipient` is E.164 with +."""

    recipient: str
    text: str
    sender: str = ""
    id: str = ""
    user: str = ""
    secret: str = field(default="", repr=False)

    def named(self) -> dict[str, str]:
        """Every placeholder with its value."""
        basic = base64.b64encode(f"{self.user}:{self.secret}".encode()).decode()
        return {
            "recipient": self.recipient,
            "recipient_digits": self.recipient.removeprefix("+"),
            "text": self.text,
            "sender": self.sender,
            "id": self.id,
            "user": self.user,
            "secret": self.secret,
            "basic": basic,
        }

    def covered(self) -> dict[str, str]:
        """The same, the secret covered."""
        return self.named() | {"secret": MASK, "basic": MASK}


@dataclass(frozen=True, slots=True)
class Request:
    """A request ready to go."""

    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes | None


def fill(template: Template, named: Mapping[str, str]) -> Request:
    """The request for one message, from Values.named(), or from Values.covered() to be shown.

    Raises ValueError where a header would not be plain ASCII.
    """
    headers = {name: fill_header(value, named) for name, value in template.headers}
    content = None
    if template.body:
        content = _BODIES[template.body_type](template.body, named).encode()
        if not any(name.lower() == "content-type" for name in headers):
            headers["Content-Type"] = CONTENT_TYPES[template.body_type]
    return Request(template.method, fill_url(template.url, named), headers, content)


def gaps(text: str) -> list[str]:
    """The words in braces, in order."""
    return GAP.findall(text)


def read_headers(lines: str) -> tuple[tuple[str, str], ...]:
    """`Name: value`, one a line; a line without a colon has no value."""
    pairs = (line.partition(":") for line in lines.splitlines() if line.strip())
    return tuple((name.strip(), value.strip()) for name, _, value in pairs)


def fill_url(template: str, named: Mapping[str, str]) -> str:
    """Values are percent-encoded wholly, so that none begins another part of the address."""
    return _filled(template, named, lambda value: quote(value, safe=""), _literal_url)


def fill_form(template: str, named: Mapping[str, str]) -> str:
    """`name=value` pairs, parted by & or line breaks."""
    pairs = [pair for pair in re.split(r"[&\r\n]+", template.strip()) if pair.strip()]
    parts = []
    for pair in pairs:
        name, equals, value = pair.partition("=")
        parts.append(
            _filled(name.strip(), named, quote_plus, _literal_form)
            + equals
            + _filled(value.strip(), named, quote_plus, _literal_form)
        )
    return "&".join(parts)


def fill_json(template: str, named: Mapping[str, str]) -> str:
    """The values stand inside the strings of the JSON and nowhere else."""
    return json.dumps(_in_strings(json.loads(template), named), ensure_ascii=False)


def fill_xml(template: str, named: Mapping[str, str]) -> str:
    """Escapes what XML reads, in text and in attributes; signs that XML does not know vanish."""
    return _filled(template, named, _xml, str)


def fill_header(template: str, named: Mapping[str, str]) -> str:
    """Raises ValueError for what is not plain ASCII; line breaks and control signs become spaces."""
    filled = _filled(
        template, named, lambda value: "".join(c if c.isprintable() else " " for c in value), str
    )
    if not filled.isascii():
        raise ValueError(template)
    return filled.strip()


def _raw(template: str, named: Mapping[str, str]) -> str:
    return _filled(template, named, str, str)


_BODIES: Mapping[str, Callable[[str, Mapping[str, str]], str]] = {
    "form": fill_form,
    "json": fill_json,
    "xml": fill_xml,
    "raw": _raw,
}


def _filled(
    template: str, named: Mapping[str, str], escape: Callable[[str], str], literal: Callable[[str], str]
) -> str:
    return "".join(
        escape(named[piece]) if is_gap else literal(piece) for is_gap, piece in _pieces(template, named)
    )


def _pieces(template: str, named: Mapping[str, str]) -> Iterator[tuple[bool, str]]:
    """What is typed and what is filled, in one pass: a value that looks like a gap is never filled again."""
    end = 0
    for found in GAP.finditer(template):
        if found[1] in named:
            yield False, template[end : found.start()]
            yield True, found[1]
            end = found.end()
    yield False, template[end:]


def _literal_url(text: str) -> str:
    return quote(_LOOSE_PERCENT.sub("%25", text), safe=_KEPT_IN_URL)


def _literal_form(text: str) -> str:
    return quote(_LOOSE_PERCENT.sub("%25", text), safe="%+-._~*").replace("%20", "+")


def _in_strings(value: Any, named: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _filled(value, named, str, str)
    if isinstance(value, list):
        return [_in_strings(item, named) for item in value]
    if isinstance(value, dict):
        return {key: _in_strings(item, named) for key, item in value.items()}
    return value


def _one_line(value: str) -> str:
    return "".join(c if c.isprintable() else " " for c in value)


def _xml(value: str) -> str:
    return "".join(_XML_SIGNS.get(c, c) for c in value if c in "\t\n\r" or c >= " ").translate(
        {0xFFFE: None, 0xFFFF: None}
    )
