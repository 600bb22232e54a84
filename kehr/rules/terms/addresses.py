"""Calendar addresses as people type them, as they are stored, and as they may be shown."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

LONGEST = 2000
DOTS = "•••"

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?!\d{1,5}(?:[/?#]|$))", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"
_STORED_AS = {"webcal": "https", "webcals": "https", "https": "https", "http": "http"}


class BadAddress(ValueError):
    """A typed address that cannot be a calendar's; `code` names the reason, `detail` what was wrong."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


def feed_address(typed: str) -> str:
    """The address under which a typed calendar address is stored.

    `webcal://x`, `webcals://x`, `https://x` and a bare `x` become `https://x`; an explicit `http://x`
    stays, because a server in the office's own network may have nothing else. User and password are
    kept (a private calendar may need them), the fragment is dropped. Raises BadAddress.
    """
    text = typed.strip().strip(_INVISIBLE).strip().removeprefix("<").removesuffix(">")
    if not text:
        raise BadAddress("address_empty")
    if len(text) > LONGEST:
        raise BadAddress("address_long", str(len(text)))
    if any(character.isspace() or not character.isprintable() for character in text):
        raise BadAddress("address_space")
    if "\\" in text:
        raise BadAddress("address_character", "\\")
    scheme, rest = _without_scheme(text)
    try:
        parts = urlsplit(f"{scheme}://{rest}")
        location = _location(parts)
    except ValueError as error:
        if isinstance(error, BadAddress):
            raise
        raise BadAddress("address_host") from error
    return urlunsplit((scheme, location, parts.path, parts.query, ""))


def _without_scheme(text: str) -> tuple[str, str]:
    found = _SCHEME.match(text)
    if found is None or "@" in text[found.end() :].partition("/")[0]:
        return "https", text.removeprefix("//")
    scheme = found.group(1).lower()
    if scheme not in _STORED_AS:
        raise BadAddress("address_scheme", scheme)
    rest = text[found.end() :]
    if not rest.startswith("//"):
        raise BadAddress("address_host")
    return _STORED_AS[scheme], rest.removeprefix("//")


def _location(parts: SplitResult) -> str:
    host = _host(parts.hostname or "")
    try:
        port = parts.port
    except ValueError as error:
        raise BadAddress("address_port") from error
    if port == 0:
        raise BadAddress("address_port")
    user, at, _ = parts.netloc.rpartition("@")
    return f"{user}{at}{host}" + (f":{port}" if port else "")


def _host(host: str) -> str:
    if not host:
        raise BadAddress("address_host")
    if ":" in host:
        return f"[{IPv6Address(host)}]"
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    labels = host.removesuffix(".").split(".")
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise BadAddress("address_host", host)
    return host.lower()


def address_is_secret(url: str) -> bool:
    """Whether whoever knows this address can read a private calendar.

    A user, a query, a path segment that begins with "private" or one of 20 characters and more says so.
    """
    parts = urlsplit(url)
    return (
        "@" in parts.netloc or bool(parts.query) or any(_looks_secret(s, 20) for s in parts.path.split("/"))
    )


def masked(url: str) -> str:
    """The address for lists: the host stays, what could be a secret becomes dots.

    Masks more than `address_is_secret` calls secret: short tokens (12 characters and more) too.
    """
    parts = urlsplit(url)
    _, at, host = parts.netloc.rpartition("@")
    path = "/".join(DOTS if _looks_secret(segment, 12) else segment for segment in parts.path.split("/"))
    return urlunsplit((parts.scheme, (DOTS + at if at else "") + host, path, DOTS if parts.query else "", ""))


def _looks_secret(segment: str, length: int) -> bool:
    plain = unquote(segment)
    return plain.lower().startswith("private") or len(plain) >= length
