"""Telefon-Codes: what they are made of, how they are typed, and when one may be given again (C05)."""

from __future__ import annotations

from datetime import datetime, timedelta

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
DIGITS = "23456789"
ALPHABET = LETTERS + DIGITS
"""No 0 and O, no 1 and I, which look alike; no other vowels, with which letters become words."""
SHORT, LONG = 3, 4
STAND_IN = "<Code>"
"""What stands in a text until the message leaves: longer than any code, so that no SMS grows by it."""
RESTS = timedelta(days=90)
"""So long after its appointment a code is not given again."""
CROWDED = 4000
"""Of some 13,000 short codes; with more taken than this a longer one is quicker found."""
TRIES = 200


def is_fit(code: str) -> bool:
    """Whether a code mixes letters and digits: then it is no word, no number of a house and no year."""
    return any(c in LETTERS for c in code) and any(c in DIGITS for c in code)


def length_for(taken: int) -> int:
    """How many characters a new code has when so many are taken."""
    return LONG if taken >= CROWDED else SHORT


def read_code(typed: str) -> str:
    """A code as somebody typed it: in any case, with blanks, dashes or `#`; empty when it is none."""
    code = "".join(c for c in typed.upper() if c not in " -.#\t")
    right = SHORT <= len(code) <= LONG and all(c in ALPHABET for c in code)
    return code if right and is_fit(code) else ""


def rests_until(end: datetime) -> datetime:
    """Until when the code of an appointment that ends then is not given again."""
    return end + RESTS
