"""What seven's codes and words mean for a message."""

from __future__ import annotations

from kehr.gateways.contract import Fate
from kehr.gateways.verdict import Verdict

VERDICTS: dict[int, Verdict] = {
    100: Verdict.ACCEPTED,  # sent
    101: Verdict.UNCLEAR,  # sent to some; of one recipient the message's own word decides
    201: Verdict.REFUSED,  # country code of the recipient
    202: Verdict.REFUSED,  # recipient invalid
    300: Verdict.MISCONFIGURED,  # credentials are missing
    301: Verdict.BUG,  # "to" is missing
    304: Verdict.BUG,  # "type" is missing
    305: Verdict.REFUSED,  # text is missing or invalid
    306: Verdict.MISCONFIGURED,  # sender invalid
    307: Verdict.BUG,  # "url" is missing
    400: Verdict.BUG,  # "type" is invalid
    401: Verdict.REFUSED,  # text too long
    402: Verdict.LATER,  # reload lock: the same text to the same number within 180 s
    403: Verdict.REFUSED,  # daily limit of this number
    500: Verdict.MISCONFIGURED,  # no credit
    600: Verdict.UNCLEAR,  # the carrier
    700: Verdict.UNCLEAR,  # unknown error
    900: Verdict.MISCONFIGURED,  # API key
    901: Verdict.BUG,  # message id
    902: Verdict.MISCONFIGURED,  # API disabled
    903: Verdict.MISCONFIGURED,  # this box's address is not allowed
}
"""Every code known. Those called BUG find fault with our request, not with the office's account or text."""

RELOAD_LOCK = 402
NO_SUCH_MESSAGE = 901

FATES = {
    "DELIVERED": Fate.DELIVERED,
    "NOTDELIVERED": Fate.UNDELIVERED,
    "EXPIRED": Fate.UNDELIVERED,
    "REJECTED": Fate.UNDELIVERED,
    "FAILED": Fate.UNDELIVERED,
}
"""The last words about a message; BUFFERED, TRANSMITTED, ACCEPTED, UNKNOWN and any other are none."""


def verdict(code: int) -> Verdict:
    """The verdict on any code: one that nobody knows tells nothing."""
    return VERDICTS.get(code, Verdict.UNCLEAR)


def word(code: int) -> str:
    """The stable word for a code that is not accepted; its sentence stands in `kehr.words`."""
    if code not in VERDICTS:
        return "seven_unknown_code"
    return "seven_bug" if VERDICTS[code] is Verdict.BUG else f"seven_{code}"
