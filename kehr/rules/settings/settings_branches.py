"""Checks `[[branches]]` of a settings file."""

from __future__ import annotations

from kehr.rules.forms.settings_reader import Table
from kehr.rules.forms.settings_values import GATEWAY_CHANNELS, BranchSettings, Known
from kehr.rules.plan.quota import MOST
from kehr.rules.settings.settings_office import read_land
from kehr.rules.settings.settings_senders import sender_address, sender_type
from kehr.rules.terms.messages import Channel
from kehr.rules.terms.nearest import GatewayChoice, choose_gateway

_KEYS = ("name", "sms_gateway", "email_gateway", "sender", "land", "cost_center", "monthly_quota")
LONGEST_COST_CENTER = 40


def read_branch(data: object, path: str, known: Known) -> BranchSettings:
    """A Filiale; `known` has the gateways it may name. Raises SettingsError."""
    table = Table(data, path, _KEYS)
    sms = _gateway(table, "sms_gateway", "sms", known)
    return BranchSettings(
        name=table.text("name", longest=120, required=True) or "",
        sms_gateway=sms,
        email_gateway=_gateway(table, "email_gateway", "email", known),
        sender=_sender(table, sms, known),
        land=read_land(table),
        cost_center=table.text("cost_center", longest=LONGEST_COST_CENTER),
        monthly_quota=table.whole("monthly_quota", 0, MOST),
    )


def usual_gateway(known: Known, channel: Channel) -> str:
    """The gateway through which a branch sends that names none; empty when there is none."""
    names = list(known.gateways)
    choices = [
        GatewayChoice(
            at,
            known.gateways[name].kind,
            frozenset(Channel(one) for one in GATEWAY_CHANNELS.get(known.gateways[name].kind, ())),
            own=bool(known.gateways[name].options.get("branch_only")),
        )
        for at, name in enumerate(names)
    ]
    chosen = choose_gateway(choices, None, channel)
    return names[chosen] if chosen is not None else ""


def _gateway(table: Table, key: str, channel: str, known: Known) -> str | None:
    name = table.text(key, longest=120)
    if not name:
        return name
    gateway = known.gateways.get(name)
    if gateway is None:
        raise table.error(key, f"Ein Gateway »{name}« gibt es nicht.")
    if channel not in GATEWAY_CHANNELS.get(gateway.kind, frozenset()):
        what = "SMS" if channel == "sms" else "E-Mails"
        raise table.error(key, f"Über das Gateway »{name}« ({gateway.kind}) können keine {what} gehen.")
    return name


def _sender(table: Table, gateway: str | None, known: Known) -> str | None:
    """One of the senders that its gateway has released, where that lists any (B10)."""
    typed = table.text("sender")
    if not typed:
        return typed
    sender = sender_address(table, "sender", typed, sender_type(typed))
    through = gateway or usual_gateway(known, Channel.SMS)
    released = known.gateways[through].senders if through else ()
    if released and sender not in released:
        raise table.error(
            "sender",
            f"»{typed}« ist beim Gateway »{through}« nicht freigegeben; möglich: {', '.join(released)}.",
        )
    return sender
