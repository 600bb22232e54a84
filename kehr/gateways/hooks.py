"""What gateways report by calling us: which kinds do, and how each says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from kehr.gateways import linkmobility_hook, seven_hook
from kehr.gateways.contract import IncomingReply, Receipt
from kehr.gateways.hook_call import HookCall

Reader = Callable[[HookCall, Mapping[str, str], datetime], Receipt | IncomingReply | None]

HOOKS: Mapping[str, Reader] = {
    "linkmobility": linkmobility_hook.read,
    "seven": seven_hook.read,
}
"""By kind of gateway, what reads its calls: a report, a reply, or None for what concerns nobody here.

Raises BadHook for what is not such a call, and Forged for one that the gateway did not sign.
"""

SIGNED = frozenset({"seven"})
"""The kinds that sign what they say; of them nothing unsigned is believed."""
