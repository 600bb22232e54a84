"""Long lists in parts that one statement may name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

Value = TypeVar("Value")


def chunks(values: Sequence[Value], size: int = 500) -> Iterator[Sequence[Value]]:
    """The values in their order, at most `size` at a time."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
