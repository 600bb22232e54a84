"""What the gateways that are asked over HTTP share: where may be called, and what a bare status means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, NoReturn
from urllib.parse import urlencode, urlsplit

from kehr.gateways.contract import Misconfigured, NotTaken, Unclear
from kehr.rules.gateways.http_template import MASK
from kehr.sources.network import Allow, Answer, Door, Limits, MaybeArrived, NothingSent

MISCONFIGURED = {
    401: "gateway_credentials",
    403: "gateway_forbidden",
    404: "gateway_wrong_address",
    405: "gateway_wrong_address",
    301: "gateway_wrong_address",
    307: "gateway_wrong_address",
    308: "gateway_wrong_address",
}
"""Statuses that say no to every message until somebody mends the account."""

SHORTEST_SECRET = 6
"""A shorter word may stand in an answer by chance, and covering it would spoil the answer."""
LONGEST_LIST = 4_000_000
"""The longest answer to a question that is read, in bytes: a page of a list with all its texts."""


class WebApi:
    """One gateway's address. `unlisted` is the word for plain HTTP to a host the settings do not list.

    Where an answer repeats the `secret`, it is covered before anybody reads it: pages, mails and the log
    quote answers.
    """

    def __init__(
        self,
        base_url: str,
        *,
        allow: Allow,
        loopback_only: bool,
        timeout: str,
        secret: str,
        unlisted: str = "gateway_needs_https",
    ) -> None:
        self._base = base_url.rstrip("/")
        self._unlisted = unlisted
        self._secret = secret.strip()
        self._door = Door(allow, loopback_only=loopback_only)
        self._limits = Limits(connect=10.0, total=float(timeout))
        self._list_limits = Limits(connect=10.0, total=float(timeout), max_bytes=LONGEST_LIST)

    def host(self) -> str:
        """The host with its port; raises Misconfigured for an address that is none or may not be called."""
        try:
            parts = urlsplit(self._base)
            host, port = parts.hostname or "", parts.port or 80
        except ValueError as error:
            raise Misconfigured("bad_address") from error
        if not host or parts.scheme not in ("http", "https"):
            raise Misconfigured("bad_address")
        if parts.scheme == "http" and not self._door.listed(host, port):
            raise Misconfigured(self._unlisted, host)
        return parts.netloc.rpartition("@")[2]

    def send(self, path: str, headers: Mapping[str, str], content: bytes) -> Answer:
        """Posts a message. Raises NotTaken when surely nothing left, Unclear when it may have arrived."""
        try:
            return self._call("POST", path, headers, content, self._limits)
        except NothingSent as fault:
            raise NotTaken(fault.code, fault.detail) from fault
        except MaybeArrived as fault:
            raise Unclear(fault.code, fault.detail) from fault

    def ask(
        self,
        path: str,
        headers: Mapping[str, str],
        query: Mapping[str, str | int] | None = None,
        *,
        method: str = "GET",
        content: bytes | None = None,
    ) -> Answer:
        """A request that sends no message: every fault is NotTaken, for nothing can have been sent."""
        question = f"?{urlencode(query)}" if query else ""
        try:
            return self._call(method, path + question, headers, content, self._list_limits)
        except (NothingSent, MaybeArrived) as fault:
            raise NotTaken(fault.code, fault.detail) from fault

    def close(self) -> None:
        """Closes the connections."""
        self._door.close()

    def _call(
        self, method: str, path: str, headers: Mapping[str, str], content: bytes | None, limits: Limits
    ) -> Answer:
        self.host()
        own = {"Accept": "application/json", "User-Agent": "Kehrbote", **headers}
        answer = self._door.call(method, self._base + path, headers=own, content=content, limits=limits)
        return replace(answer, body=self._covered(answer.body, headers))

    def _covered(self, body: bytes, headers: Mapping[str, str]) -> bytes:
        login = headers.get("Authorization", "").rpartition(" ")[2]
        for word in (self._secret, login):
            if len(word) >= SHORTEST_SECRET:
                body = body.replace(word.encode(), MASK.encode())
        return body


def read_json(answer: Answer) -> Any:
    """The JSON of an answer, numbers with a point as Decimal; None for what is none."""
    if "json" not in answer.headers.get("content-type", "").lower():
        return None
    try:
        return json.loads(answer.body, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None


def excerpt(answer: Answer) -> str:
    """How an answer that nobody understands began."""
    return f"HTTP {answer.status}: " + " ".join(answer.body[:120].decode("utf-8", "replace").split())


def judge_status(answer: Answer) -> NoReturn:
    """Raises what a status other than success means after a message was posted."""
    if answer.status in MISCONFIGURED:
        raise Misconfigured(MISCONFIGURED[answer.status], f"HTTP {answer.status}")
    if answer.status in (429, 503):
        raise NotTaken("gateway_busy", f"HTTP {answer.status}")
    if 200 <= answer.status <= 299:
        raise Unclear("answer_not_understood", excerpt(answer))
    raise Unclear("gateway_http_error", f"HTTP {answer.status}")


def judge_question(answer: Answer) -> NoReturn:
    """Raises what an answer that cannot be used means after a mere question."""
    if answer.status in MISCONFIGURED:
        raise Misconfigured(MISCONFIGURED[answer.status], f"HTTP {answer.status}")
    if answer.status in (429, 503):
        raise NotTaken("gateway_busy", f"HTTP {answer.status}")
    raise NotTaken("gateway_answer_unreadable", excerpt(answer))
