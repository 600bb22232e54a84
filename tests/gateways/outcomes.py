"""What may happen to a message at each gateway, and what each of it means."""

from __future__ import annotations

from kehr.gateways.contract import GatewayError, Misconfigured, NotTaken, Refused, Unclear
from tests.gateways.stages import STAGES

OUTER = ("linkmobility", "android", "seven", "http_template", "smtp", "mail2sms")
"""The gateways that speak to somebody over the network, and so can be left without an answer."""

OUTCOMES: dict[str, type[GatewayError]] = {
    "refuse": Refused,
    "later": NotTaken,
    "misconfigured": Misconfigured,
    "drop_after": Unclear,
    "slow": Unclear,
    "cut": Unclear,
    "html": Unclear,
    "wrong_json": Unclear,
    "with_error": Unclear,
}
"""What the other side may do, and what that means: no, not now, not so; then what may have arrived."""
OTHERWISE: dict[tuple[str, str], type[GatewayError]] = {("gammu", "slow"): NotTaken}
"""The daemon's file is no network: what waits for it too long was surely not written."""
NEVER: dict[str, frozenset[str]] = {
    "sandbox": frozenset(OUTCOMES),
    "gammu": frozenset({"cut", "html", "wrong_json", "with_error"}),
    "smtp": frozenset({"wrong_json"}),
    "mail2sms": frozenset({"wrong_json"}),
}
"""What cannot happen: the sandbox speaks to nobody, the modem's file gives no answer, mail knows no JSON."""
MATRIX = [
    (kind, act, OTHERWISE.get((kind, act), outcome))
    for kind in STAGES
    for act, outcome in OUTCOMES.items()
    if act not in NEVER.get(kind, ())
]

UNREADABLE = [
    *(("linkmobility", act) for act in ("no_code", "other_id", "not_json_type", "http:500")),
    *(("android", act) for act in ("other_id", "not_json_type", "http:500")),
    *(("seven", act) for act in ("other_id", "not_json_type", "http:500")),
    ("http_template", "http:500"),
]
"""More answers that say neither yes nor no, by gateway."""
