"""What a gateway's code means for a message, and what is raised for it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from kehr.gateways.contract import GatewayError, Misconfigured, NotTaken, Refused, Unclear


class Verdict(StrEnum):
    """What follows from a code. BUG finds fault with our request, not with the office's account or text."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    BUG = "bug"
    MISCONFIGURED = "misconfigured"
    LATER = "later"
    UNCLEAR = "unclear"


RAISED: Mapping[Verdict, type[GatewayError]] = {
    Verdict.REFUSED: Refused,
    Verdict.BUG: Refused,
    Verdict.MISCONFIGURED: Misconfigured,
    Verdict.LATER: NotTaken,
    Verdict.UNCLEAR: Unclear,
}
