"""What LINK Mobility's status codes mean for a message (SMS Messaging API 1.0.0, old and new lists)."""

from __future__ import annotations

from kehr.gateways.verdict import Verdict

VERDICTS: dict[int, Verdict] = {
    2000: Verdict.ACCEPTED,  # sent
    2001: Verdict.ACCEPTED,  # queued
    2002: Verdict.ACCEPTED,  # simulated
    4000: Verdict.BUG,  # malformed request
    4001: Verdict.MISCONFIGURED,  # invalid credentials, inactive account
    4002: Verdict.REFUSED,  # invalid recipient
    4003: Verdict.MISCONFIGURED,  # invalid sender
    4004: Verdict.BUG,  # invalid messageType
    4005: Verdict.BUG,  # invalid alphabet
    4006: Verdict.BUG,  # invalid class
    4007: Verdict.BUG,  # invalid data
    4008: Verdict.BUG,  # invalid clientMessageId
    4009: Verdict.REFUSED,  # invalid text
    4010: Verdict.BUG,  # autosegment
    4011: Verdict.BUG,  # COD
    4012: Verdict.LATER,  # throttling
    4013: Verdict.MISCONFIGURED,  # message limit of the contract
    4014: Verdict.MISCONFIGURED,  # this box's address is not authorised
    4015: Verdict.BUG,  # invalid priority
    4016: Verdict.MISCONFIGURED,  # invalid notificationCallbackUrl
    4017: Verdict.BUG,  # multisegments
    4018: Verdict.BUG,  # method not allowed
    4019: Verdict.BUG,  # a required parameter is missing
    4020: Verdict.MISCONFIGURED,  # invalid API key
    4021: Verdict.MISCONFIGURED,  # invalid account or token
    4022: Verdict.MISCONFIGURED,  # access to the API denied
    4023: Verdict.LATER,  # request limit of this address
    4024: Verdict.LATER,  # too many requests
    4025: Verdict.BUG,  # too many recipients
    4026: Verdict.REFUSED,  # more parts than allowed
    4027: Verdict.BUG,  # invalid binary segment
    4029: Verdict.REFUSED,  # recipient not allowed
    4030: Verdict.REFUSED,  # recipient blacklisted, in one list of codes
    4031: Verdict.REFUSED,  # recipient blacklisted, in the other
    4035: Verdict.MISCONFIGURED,  # account may not send SMS
    4040: Verdict.BUG,  # invalid contentCategory
    4041: Verdict.BUG,  # invalid validityPeriode
    4042: Verdict.REFUSED,  # blocked by quality rating
    4043: Verdict.REFUSED,  # blocked by spam check
    4120: Verdict.BUG,  # no data
    5000: Verdict.UNCLEAR,  # internal error
    5003: Verdict.LATER,  # service unavailable
}
"""Every code known. Those called BUG find fault with our request, not with the office's account or text."""


def verdict(code: int) -> Verdict:
    """The verdict on any code: an unknown 4xxx says no, everything else unknown tells nothing."""
    known = VERDICTS.get(code)
    if known is not None:
        return known
    return Verdict.REFUSED if 4000 <= code <= 4999 else Verdict.UNCLEAR


def word(code: int) -> str:
    """The stable word for a code that is not accepted; its sentence stands in `kehr.words`."""
    if code not in VERDICTS:
        return "link_unknown_refusal" if 4000 <= code <= 4999 else "link_unknown_code"
    return "link_bug" if VERDICTS[code] is Verdict.BUG else f"link_{code}"
