"""Whether somebody who answers an SMS is heard: what its sender is, and what its gateway brings back."""

from __future__ import annotations

DEAF_NAME, DEAF_GATEWAY, NO_GATEWAY = "deaf_name", "deaf_gateway", "no_gateway"
"""A name cannot be answered; the gateway brings no replies; there is none."""


def why_deaf(sender: str, sender_type: str, *, hears: bool) -> str:
    """Why nobody hears an answer, empty when somebody does.

    `sender_type` is that of the released sender, empty when unknown; an empty `sender` lets the gateway
    choose, which takes a number. `hears` tells whether the gateway polls or pushes replies.
    """
    if sender_type == "alphanumeric" or any(letter.isalpha() for letter in sender):
        return DEAF_NAME
    return "" if hears else DEAF_GATEWAY
