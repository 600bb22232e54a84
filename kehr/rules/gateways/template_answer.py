"""What the answer of a gateway means that an office described: accepted, refused, or not to be told."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from kehr.rules.gateways.http_template import Template
from kehr.rules.gateways.small_regex import LONGEST_TEXT, Pattern

LONGEST_PATH = 200
_STEP = re.compile(r"\.?([^.\[\]\s]+)|\[(\d{1,4})\]")
_ALTERNATIVE = re.compile(r"\s*\|\s*")
_PAGE = re.compile(r"\ufeff?\s{0,20}<(?:!doctype\s+html|html|head)\b", re.IGNORECASE)
"""A page for people: a login or a notice that answers 200 to anything, and says nothing of the SMS."""
_RANGE = re.compile(r"([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?")


@dataclass(frozen=True, slots=True)
class Judgement:
    """`accepted`, `refused` or `unclear`; `reference` is the gateway's id where it was found."""

    verdict: str
    reference: str = ""


class _Nothing:
    """Stands for a value that is not there; None is a value of JSON."""


NOTHING = _Nothing()


def judge(template: Template, status: int, body: str) -> Judgement:
    """The first test of refusal that holds decides; else all tests of success must hold."""
    body = body[:LONGEST_TEXT]
    told = _json(body)
    if _is_refused(template, status, body, told):
        return Judgement("refused")
    if _is_success(template, status, body, told):
        return Judgement("accepted", _reference(template, body, told))
    return Judgement("unclear")


def read_path(path: str) -> tuple[str | int, ...] | None:
    """The steps of `messages[0].id`, also written `$.messages.0.id`; None for what is no path."""
    rest = path.strip().removeprefix("$")
    steps: list[str | int] = []
    while rest:
        found = _STEP.match(rest)
        if found is None or (not steps and rest.startswith(".") and not path.strip().startswith("$")):
            return None
        steps.append(found[1] if found[1] is not None else int(found[2]))
        rest = rest[found.end() :]
    return tuple(steps) if 0 < len(steps) <= 20 and len(path) <= LONGEST_PATH else None


def at_path(told: Any, path: str) -> Any:
    """The value at a path, or NOTHING."""
    for step in read_path(path) or ():
        if isinstance(told, dict) and str(step) in told:
            told = told[str(step)]
        elif isinstance(told, list) and str(step).isdecimal() and int(step) < len(told):
            told = told[int(step)]
        else:
            return NOTHING
    return told


def statuses(typed: str) -> list[tuple[int, int]] | None:
    """`200-299, 302` as ranges with both ends; None for what is none."""
    ranges: list[tuple[int, int]] = []
    for piece in typed.split(","):
        found = _RANGE.fullmatch(piece.strip())
        if found is None:
            return None
        low, high = int(found[1]), int(found[2] or found[1])
        if low > high:
            return None
        ranges.append((low, high))
    return ranges


def _is_refused(template: Template, status: int, body: str, told: Any) -> bool:
    if template.refused_status and _is_one_of(status, template.refused_status):
        return True
    if template.refused_path and _equals(at_path(told, template.refused_path), template.refused_equals):
        return True
    return bool(template.refused_regex) and Pattern(template.refused_regex).search(body) is not None


def _is_success(template: Template, status: int, body: str, told: Any) -> bool:
    if not _is_one_of(status, template.success_status or "200-299"):
        return False
    if not (template.success_path or template.success_regex) and _PAGE.match(body):
        return False
    if template.success_path and not _equals(at_path(told, template.success_path), template.success_equals):
        return False
    return not template.success_regex or Pattern(template.success_regex).search(body) is not None


def _reference(template: Template, body: str, told: Any) -> str:
    if template.id_path:
        value = at_path(told, template.id_path)
        return _word(value)[:200] if isinstance(value, str | int | float) else ""
    found = Pattern(template.id_regex).search(body) if template.id_regex else None
    return found.group.strip()[:200] if found is not None else ""


def _is_one_of(status: int, typed: str) -> bool:
    return any(low <= status <= high for low, high in statuses(typed) or ())


def _equals(value: Any, wanted: str) -> bool:
    return not isinstance(value, _Nothing | dict | list) and _word(value) in _ALTERNATIVE.split(
        wanted.strip()
    )


def _word(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return str(value)


def _json(body: str) -> Any:
    try:
        return json.loads(body.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return NOTHING
