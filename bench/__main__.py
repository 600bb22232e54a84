"""`python -m bench`: measures all in one go; `python -m bench people imports` what is named of MEASURES.

Everything is a median of several runs on this machine, ours and what it is compared with alternating.
Ratios are ours by theirs; for sending more is better, for all else less.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from bench.table import keep, show

MEASURES = {
    "feed": 5,
    "sending": 5,
    "limits": 3,
    "receipts": 3,
    "planning": 7,
    "people": 5,
    "imports": 5,
    "log_pdf": 3,
    "pages": 2,
    "memory": 3,
}
"""The module of each measure, and how often it runs."""


def main(*names: str) -> None:
    """Measures all or what is named, prints one table and writes results.json."""
    wrong = [name for name in names if name not in MEASURES]
    if wrong:
        raise SystemExit(f"There is no measure {wrong[0]!r}; there are {', '.join(MEASURES)}.")
    rows: list[dict[str, Any]] = []
    try:
        for name in names or MEASURES:
            print(f"{name}: {MEASURES[name]} runs ...", file=sys.stderr, flush=True)
            measure: Callable[[int], list[dict[str, Any]]] = import_module(f"bench.{name}").measure
            rows += measure(MEASURES[name])
    finally:
        # What took minutes is not lost when the next measure fails.
        print(show(rows))
    keep(rows, whole=not names)


if __name__ == "__main__":
    main(*sys.argv[1:])
