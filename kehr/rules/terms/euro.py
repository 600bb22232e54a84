"""Money as offices write it and as it is kept: in ten-thousandths of a euro."""

from __future__ import annotations

import re
from decimal import Decimal

_TYPED = re.compile(r"(\d{1,7})(?:[.,](\d{1,4}))?\s*(?:€|EUR|Euro)?", re.IGNORECASE)


def read_euro(typed: str) -> int | None:
    """`0,077`, `0.077` or `1 €` in ten-thousandths; None for what is no amount of at most four decimals."""
    found = _TYPED.fullmatch(typed.strip().removeprefix("€").strip())
    if found is None:
        return None
    return int(Decimal(f"{found[1]}.{found[2] or 0}") * 10_000)


def spell_euro(amount: int) -> str:
    """Ten-thousandths as an office writes them: `0,077`, `12,50`, at least two decimals."""
    whole, rest = divmod(abs(amount), 10_000)
    decimals = f"{rest:04}".rstrip("0").ljust(2, "0")
    return f"{'-' if amount < 0 else ''}{whole},{decimals}"
