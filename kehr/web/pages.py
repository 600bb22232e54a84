"""The links between the pages of a long list."""

from __future__ import annotations

from typing import Any

from flask import url_for


def page_numbers(endpoint: str, page: int, total: int, size: int, **args: Any) -> dict[int, str]:
    """Number -> address of the first, the last and the pages around this one; empty for a single page."""
    pages = max(1, -(-total // size))
    if pages == 1:
        return {}
    shown = sorted({1, pages, *range(max(1, page - 2), min(pages, page + 2) + 1)})
    return {number: url_for(endpoint, seite=number, **args) for number in shown}
