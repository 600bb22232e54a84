"""Which page of a long list is asked for, and the links between its pages."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

LAST = 1_000_000
"""No list has more pages; a database cannot count as far as somebody can type."""


def page_asked() -> int:
    """The number of the page in the address; 1 where it is none."""
    return min(max(1, request.args.get("seite", 1, type=int)), LAST)


def page_numbers(endpoint: str, page: int, total: int, size: int, **args: Any) -> dict[int, str]:
    """Number -> address of the first, the last and the pages around this one; empty for a single page."""
    pages = max(1, -(-total // size))
    if pages == 1:
        return {}
    shown = sorted({1, pages, *range(max(1, page - 2), min(pages, page + 2) + 1)})
    return {number: url_for(endpoint, seite=number, **args) for number in shown}
