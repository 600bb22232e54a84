"""Builds the gateway that an account asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from kehr.gateways.account import GatewayAccount, ReleasedSender
from kehr.gateways.contract import Abilities, Gateway, Misconfigured
from kehr.gateways.linkmobility import LinkMobility
from kehr.gateways.sandbox import Sandbox
from kehr.gateways.smtp import Smtp
from kehr.sources.allow import Allow

__all__ = ["KINDS", "GatewayAccount", "ReleasedSender", "build_gateway"]

KINDS: tuple[str, ...] = (Sandbox.kind, LinkMobility.kind, Smtp.kind)


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
    try:
        if kind == Sandbox.kind:
            return Sandbox()
        if kind == LinkMobility.kind:
            return LinkMobility(account, allow=allow, loopback_only=loopback_only)
        if kind == Smtp.kind:
            return Smtp(account, allow=allow, loopback_only=loopback_only, now=now)
    except ValueError as error:
        raise Misconfigured("gateway_option", str(error)) from error
    raise Misconfigured("gateway_unknown", kind)


def channels_of(kind: str) -> frozenset[str]:
    """The channels that gateways of `kind` send on; none for an unknown kind."""
    for gateway in (Sandbox, LinkMobility, Smtp):
        if gateway.kind == kind:
            return gateway.channels
    return frozenset()


def abilities_of(kind: str) -> Abilities:
    """What gateways of `kind` can do beyond sending; nothing for an unknown kind."""
    for gateway in (Sandbox, LinkMobility, Smtp):
        if gateway.kind == kind:
            return gateway.abilities
    return Abilities()
