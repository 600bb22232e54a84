"""The plain account data a gateway is built from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ReleasedSender:
    """A sender the account may use. `type` is empty (derived from its form) or the gateway's word for it.

    The words are LINK's: `national`, `international`, `alphanumeric`, `shortcode`.
    """

    address: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class GatewayAccount:
    """A branch's account. `base_url` empty means the gateway's own; `secret` is a token or a password.

    `options` are the gateway's own settings; each gateway's module names those it reads.
    """

    name: str
    base_url: str = ""
    secret: str = field(default="", repr=False)
    senders: tuple[ReleasedSender, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
