"""Fetches calendars over HTTP, bounded in time and size, and says in one word why one did not come."""

from __future__ import annotations

import re
import ssl
import time
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from kehr.sources.network import Allow, Answer, Door, Limits, NetworkFault

USER_AGENT = "Mozilla/5.0 (X11; Linux) AppleWebKit/537.36 (KHTML, like Gecko) Kehrbote/0.1"
"""Exchange answers 500 to whatever does not look like a browser; the product's name is told all the same."""

_STATUS_CODES = {
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    410: "gone",
    429: "too_many_requests",
}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LOGIN = re.compile(
    r"log[-_]?in|sign[-_]?in|saml|oauth|accounts\.google\.|login\.microsoftonline\.|adfs|/sso/", re.IGNORECASE
)
_HEADER_VALUE = re.compile(r"[\x20-\x7e]{1,500}")


@dataclass(frozen=True, slots=True)
class FeedLimits:
    """Bounds of one fetch over all its redirects: seconds, bytes (packed and unpacked), hops."""

    connect: float = 10.0
    total: float = 60.0
    max_bytes: int = 32 * 1024 * 1024
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Fetched:
    """A calendar as it came: `status` is "new" with its bytes, or "unchanged" with none.

    `etag` and `last_modified` go into the next fetch; `final_url` is where redirects ended.
    """

    status: str
    body: bytes
    etag: str
    last_modified: str
    final_url: str


class FeedFault(Exception):
    """No calendar came. `code` names the reason, `detail` never holds more of the address than its host."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


def fetch_feed(
    url: str,
    *,
    etag: str,
    last_modified: str,
    allow: Allow,
    loopback_only: bool = False,
    limits: FeedLimits | None = None,
    tls: ssl.SSLContext | None = None,
) -> Fetched:
    """Fetches a calendar, following redirects, each hop checked like the first.

    Empty `etag` and `last_modified` fetch without conditions. `tls` replaces the process's TLS context.
    Whether the body is a whole calendar is for the reader to say; only pages made for a browser are
    turned away here. Raises FeedFault.
    """
    headers = _request_headers(etag, last_modified)
    try:
        with Door(allow, loopback_only=loopback_only, tls=tls, keep_alive=False) as door:
            answer = _follow(door, url, headers, limits or FeedLimits())
    except NetworkFault as fault:
        raise FeedFault(fault.code, fault.detail) from fault
    redirected = answer.url != url
    if answer.status == 304:
        if not ({"If-None-Match", "If-Modified-Since"} & headers.keys()):
            raise FeedFault("bad_answer", "304")
        return Fetched("unchanged", b"", etag, last_modified, answer.url)
    _check_status(answer, redirected)
    _check_page(answer, redirected)
    found = answer.headers
    return Fetched("new", answer.body, found.get("etag", ""), found.get("last-modified", ""), answer.url)


def read_file(path: Path, limits: FeedLimits | None = None) -> bytes:
    """A calendar from a file of this machine, bounded like a fetched one; raises FeedFault."""
    most = (limits or FeedLimits()).max_bytes
    if not path.is_file():
        raise FeedFault("file_missing", path.name)
    try:
        with path.open("rb") as file:
            body = file.read(most + 1)
    except OSError as error:
        raise FeedFault("file_unreadable", f"{path.name} ({error.strerror})") from error
    if len(body) > most:
        raise FeedFault("too_large", f"> {most}")
    if _is_page(body):
        raise FeedFault("html", path.name)
    return body


def _request_headers(etag: str, last_modified: str) -> dict[str, str]:
    headers = {
        "User-Agent": USER_AGENT,
        "Accept": "text/calendar, text/plain;q=0.5, */*;q=0.1",
        "Accept-Language": "de-AT, de;q=0.8",
    }
    for name, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified)):
        if _HEADER_VALUE.fullmatch(value):
            headers[name] = value
    return headers


def _follow(door: Door, url: str, headers: dict[str, str], limits: FeedLimits) -> Answer:
    end = time.monotonic() + limits.total
    seen = {url}
    while True:
        bounds = Limits(limits.connect, max(0.0, end - time.monotonic()), limits.max_bytes)
        answer = door.call("GET", url, headers=headers, limits=bounds)
        if answer.status not in _REDIRECTS:
            return replace(answer, url=url)
        url = _next_hop(url, answer.headers.get("location", ""))
        if url in seen:
            raise FeedFault("redirect_loop", _host(url))
        if len(seen) > limits.redirects:
            raise FeedFault("too_many_redirects", _host(url))
        seen.add(url)


def _next_hop(url: str, location: str) -> str:
    try:
        target = urljoin(url, location.strip()).partition("#")[0]
        parts = urlsplit(target)
    except ValueError as error:
        raise FeedFault("bad_redirect", _host(url)) from error
    if not location.strip() or parts.scheme not in ("http", "https") or not parts.hostname:
        raise FeedFault("bad_redirect", _host(url))
    if parts.scheme == "http" and urlsplit(url).scheme == "https":
        raise FeedFault("https_downgrade", _host(target))
    return target


def _check_status(answer: Answer, redirected: bool) -> None:
    status = answer.status
    if status == 200:
        return
    if redirected and status in (401, 403) and _LOGIN.search(answer.url):
        raise FeedFault("redirect_login", _host(answer.url))
    if status >= 500:
        raise FeedFault("server_error", str(status))
    raise FeedFault(_STATUS_CODES.get(status, "http_error"), str(status))


def _check_page(answer: Answer, redirected: bool) -> None:
    if not _is_page(answer.body):
        return
    if redirected and _LOGIN.search(answer.url):
        raise FeedFault("redirect_login", _host(answer.url))
    raise FeedFault("html", _host(answer.url))


def _is_page(body: bytes) -> bool:
    """Judges by the bytes: servers send calendars as text/html and pages as text/calendar."""
    start = body[:2048].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return start.startswith(b"<") and any(mark in start for mark in (b"<html", b"<!doctype html", b"<head"))


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
