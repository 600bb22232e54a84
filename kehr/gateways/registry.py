"""Builds the gateway that an account asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from kehr.gateways.account import GatewayAccount, ReleasedSender
from kehr.gateways.android import Android
from kehr.gateways.contract import Abilities, Gateway, Misconfigured, VariesByAccount
from kehr.gateways.gammu import Gammu
from kehr.gateways.http_template import HttpTemplate
from kehr.gateways.linkmobility import LinkMobility
from kehr.gateways.sandbox import Sandbox
from kehr.gateways.seven import Seven
from kehr.gateways.smtp import Smtp
from kehr.sources.allow import Allow

__all__ = ["GATEWAYS", "KINDS", "GatewayAccount", "ReleasedSender", "build_gateway"]

GATEWAYS: tuple[type[Gateway], ...] = (Sandbox, LinkMobility, Android, Seven, Gammu, HttpTemplate, Smtp)
"""Every gateway there is; a new one is one more name here."""

NEEDS_CLOCK = frozenset({"smtp", "gammu", "http_template", "seven"})
"""The kinds whose constructor also takes `now`."""

KINDS: tuple[str, ...] = tuple(gateway.kind for gateway in GATEWAYS)
_BY_KIND = {gateway.kind: gateway for gateway in GATEWAYS}


def build_gateway(
    kind: str,
    account: GatewayAccount,
    *,
    allow: Allow,
    loopback_only: bool,
    now: Callable[[], datetime],
) -> Gateway:
    """A gateway of `kind` for an account.

    `allow` is the settings' `[network] allow`; with `loopback_only` (the simulated clock) every call to
    another machine ends as NotTaken("simulated_clock"). Raises Misconfigured for an unknown kind or a
    timeout that is no number of seconds.
    """
    gateway: Callable[..., Gateway] | None = _BY_KIND.get(kind)
    if gateway is None:
        raise Misconfigured("gateway_unknown", kind)
    if gateway is Sandbox:
        return Sandbox()
    more: dict[str, Any] = {"now": now} if kind in NEEDS_CLOCK else {}
    try:
        return gateway(account, allow=allow, loopback_only=loopback_only, **more)
    except ValueError as error:
        raise Misconfigured("gateway_option", str(error)) from error


def channels_of(kind: str) -> frozenset[str]:
    """The channels that gateways of `kind` send on; none for an unknown kind."""
    return _BY_KIND[kind].channels if kind in _BY_KIND else frozenset()


def abilities_of(kind: str, options: Mapping[str, str] | None = None) -> Abilities:
    """What gateways of `kind` can do beyond sending; nothing for an unknown kind.

    With the `options` of an account what this one can do: some abilities come and go with them.
    """
    gateway = _BY_KIND.get(kind)
    if gateway is None:
        return Abilities()
    if options is not None and issubclass(gateway, VariesByAccount):
        return gateway.abilities_with(options)
    return gateway.abilities
