"""The office's own words for the kinds of work, beside those that are built in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from kehr.rules.forms.settings_reader import SettingsError, Table
from kehr.rules.terms.appointments import KindWords, WorkKind

KINDS = tuple(kind.value for kind in WorkKind)
MOST = 50
"""So many words of one kind: more would be a sentence, not a word."""
SHORTEST, LONGEST = 2, 60

_BETWEEN = re.compile(r"[\n,;]")


def read_kind_words(table: Table) -> dict[str, list[str]] | None:
    """The words of each kind that has any, as they are stored; None when the table says nothing of them.

    Raises SettingsError.
    """
    inner = table.table("kind_words", KINDS)
    if inner is None:
        return None
    owners: dict[str, str] = {}
    words: dict[str, list[str]] = {}
    for kind in KINDS:
        found = inner.texts(kind) or []
        if len(found) > MOST:
            raise inner.error(kind, f"Höchstens {MOST} Wörter je Art, hier sind es {len(found)}.")
        for path, typed in found:
            word = unicodedata.normalize("NFC", " ".join(typed.split()))
            fault = word_fault(word) or _taken(word, kind, owners)
            if fault:
                raise SettingsError(path, fault)
            if _key(word) not in owners:
                words.setdefault(kind, []).append(word)
            owners[_key(word)] = kind
    return words


@dataclass(frozen=True, slots=True)
class CheckedWords:
    """The words of each kind, and a German sentence for each kind at fault."""

    words: dict[str, list[str]] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


def check_kind_words(typed: Mapping[str, str]) -> CheckedWords:
    """Checks what was typed for each kind: words on lines of their own, or between commas."""
    lists = {kind: [w for w in map(str.strip, _BETWEEN.split(typed.get(kind, ""))) if w] for kind in KINDS}
    checked = CheckedWords()
    sound: dict[str, object] = {}
    for kind, words in lists.items():
        try:
            read = read_kind_words(Table({"kind_words": sound | {kind: words}}, "", ("kind_words",)))
        except SettingsError as error:
            checked.faults[kind] = error.sentence
        else:
            checked.words.update(read or {})
            sound[kind] = words
    return checked


def word_fault(word: str) -> str:
    """What is wrong with a word, or empty."""
    if len(word) < SHORTEST:
        return f"»{word}« ist zu kurz; ein Wort braucht mindestens {SHORTEST} Zeichen."
    if len(word) > LONGEST:
        return f"»{word[:20]}…« ist zu lang; höchstens {LONGEST} Zeichen gehen."
    if not word.isprintable():
        return "Steuerzeichen gehen hier nicht. Tippen Sie das Wort neu."
    if not re.search(r"[^\W\d_]", word):
        return f"»{word}« hat keinen Buchstaben; so stünde es auch in Nummern und Uhrzeiten."
    return ""


def _taken(word: str, kind: str, owners: Mapping[str, str]) -> str:
    other = owners.get(_key(word), kind)
    return "" if other == kind else f"»{word}« steht schon bei {other}. Ein Wort gehört zu einer Art."


def kind_words_of(stored: Mapping[str, Sequence[str]]) -> KindWords:
    """The stored words as recognising wants them; kinds that nobody knows are left out."""
    return tuple((WorkKind(kind), tuple(stored[kind])) for kind in KINDS if stored.get(kind))


def take_words(text: str, extra: KindWords) -> tuple[frozenset[WorkKind], str]:
    """The kinds that the office's words name in a text, and the text with commas in their place.

    So a word of the office goes before a built-in one that it contains or equals.
    """
    if not extra:
        return frozenset(), text
    pattern, kinds = _compiled(extra)
    found = frozenset(kinds[_key(match.group())] for match in pattern.finditer(text))
    return found, pattern.sub(",", text) if found else text


@lru_cache(maxsize=16)
def _compiled(extra: KindWords) -> tuple[re.Pattern[str], dict[str, WorkKind]]:
    kinds = {_key(word): kind for kind, words in extra for word in words}
    return re.compile(rf"(?<!\w)(?:{_either(kinds)})(?!\w)", re.IGNORECASE), kinds


def _either(words: Iterable[str]) -> str:
    """The longest first, so that »Kehrung groß« is not read as »Kehrung«."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(r"\s+".join(re.escape(part) for part in word.split()) for word in ordered)


def _key(word: str) -> str:
    return " ".join(word.lower().split())
