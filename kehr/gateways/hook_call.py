"""One call of a gateway at our address, as it arrived."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class BadHook(ValueError):
    """The body is not what this gateway sends."""


class Forged(ValueError):
    """The signature is missing or wrong."""


@dataclass(frozen=True, slots=True)
class HookCall:
    """A POST: its body, and the headers by their names in small letters."""

    body: bytes
    headers: Mapping[str, str]


def json_object(body: bytes) -> dict[str, Any]:
    """The object in the body. Raises BadHook."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadHook("no JSON") from error
    if not isinstance(told, dict):
        raise BadHook("no object")
    return told


def text_of(told: Mapping[str, Any], name: str) -> str:
    """A field as text: numbers as they are written, everything else that is no text as nothing."""
    value = told.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else ""
