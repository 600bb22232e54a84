"""Every German text that screens translate: in templates, in Python, and in the catalogues of words."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from kehr import words

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
SIGNS_ONLY = {"sign", "icon", "tone"}
"""Fields of a word that are drawn, not read."""


def texts_in_use() -> set[str | tuple[str, str]]:
    """The msgids, those with a plural as a pair."""
    found: set[str | tuple[str, str]] = set()
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    for _, _, message, _, _ in extract_from_dir(ROOT, methods, options, keywords=KEYWORDS):
        found.add(message)
    return {text for text in found | set(_words()) if text}


def _words() -> Iterator[str]:
    """What kehr.words holds: its values are translated where they are shown."""
    for module in pkgutil.iter_modules(words.__path__):
        content = vars(importlib.import_module(f"kehr.words.{module.name}"))
        for name, value in content.items():
            if name.isupper():
                yield from _readable(value)


def _readable(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if any(character.isalpha() for character in value):
            yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _readable(inner)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from _readable(inner)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            if field.name not in SIGNS_ONLY:
                yield from _readable(getattr(value, field.name))
