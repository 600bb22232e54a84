"""Text from outside, made such that every database can keep it."""

from __future__ import annotations


def keepable(text: str, longest: int | None = None) -> str:
    """The text without null characters and halves of characters, cut to `longest` characters."""
    whole = text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return whole if longest is None else whole[:longest]
