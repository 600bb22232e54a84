"""Tells apart, where messages are counted, what was said on paper or by telephone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case

from kehr.rules.terms.messages import IN_PERSON


def how_in_person(channel: Any) -> ColumnElement[str]:
    """The channel where somebody was told in person, else empty: gateways' channels count together."""
    return case((channel.in_(IN_PERSON), channel), else_="")
