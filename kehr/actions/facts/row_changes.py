"""Sets values of a row and tells which of them were different before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def assign(row: Any, values: Mapping[str, object]) -> list[str]:
    """Sets what differs; None leaves a value as it is. Answers the names of what changed, in order."""
    changed: list[str] = []
    for name, value in values.items():
        if value is None:
            continue
        new = list(value) if isinstance(value, tuple) else value
        if getattr(row, name) != new:
            setattr(row, name, new)
            changed.append(name)
    return changed


def set_quota(row: Any, wanted: int | None) -> list[str]:
    """Sets a monthly quota; 0 means no limit, None leaves it as it is."""
    if wanted is None or row.monthly_quota == (wanted or None):
        return []
    row.monthly_quota = wanted or None
    return ["monthly_quota"]


def told(what: str, changed: list[str], *, new: bool) -> list[str]:
    """The line that tells about one row, or none when nothing changed."""
    if new:
        return [f"{what}: angelegt"]
    return [f"{what}: {', '.join(changed)} geändert"] if changed else []
