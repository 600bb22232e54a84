"""Regular expressions that cannot run away: searching takes time in proportion to the text, whatever the
pattern. What a gateway answers comes from outside, and the pattern is typed by an office.

Known: letters as they are, `.` (any character), `[…]`, `\\d \\w \\s` and their capitals, `( )`, `(?: )`, `|`,
`* + ? {2} {2,5}` (a `?` behind them takes as little as possible), `^` and `$` (begin and end of the text).
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field

LONGEST_PATTERN = 200
LONGEST_TEXT = 65_536
_MOST_STEPS = 250
_QUANTIFIER = re.compile(r"(\*|\+|\?|\{(\d{1,3})(?:(,)(\d{0,3}))?\})(\??)")
_SETS = "dDwWsS"
_SIGNS = {"n": "\n", "r": "\r", "t": "\t"}


class PatternError(ValueError):
    """A pattern that is not understood; the text is a German sentence."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a pattern found: the whole of it, and its first group (the whole when it has none)."""

    whole: str
    group: str


@dataclass(slots=True)
class _One:
    """Takes one character; what `re` says of a character is asked once."""

    test: re.Pattern[str]
    asked: dict[str, bool] = field(default_factory=dict)

    def takes(self, character: str) -> bool:
        known = self.asked.get(character)
        if known is None:
            known = self.asked[character] = self.test.fullmatch(character) is not None
        return known


@dataclass(frozen=True, slots=True)
class _Fork:
    """Goes on at both steps, told from its own place, the first one preferred."""

    first: int
    second: int


@dataclass(frozen=True, slots=True)
class _Mark:
    """Notes where the group begins (1) or ends (2)."""

    slot: int


@dataclass(frozen=True, slots=True)
class _Edge:
    """Holds at the begin (`^`) or at the end (`$`) of the text."""

    sign: str


_Step = _One | _Fork | _Mark | _Edge | None
_Marks = tuple[int, int, int]


class Pattern:
    """A pattern ready to search with."""

    def __init__(self, pattern: str) -> None:
        """Raises PatternError for what is not understood or too long."""
        if len(pattern) > LONGEST_PATTERN:
            raise PatternError(
                f"Das Suchmuster hat {len(pattern)} Zeichen, höchstens {LONGEST_PATTERN} gehen."
            )
        self._steps = _Reader(pattern).steps()

    def search(self, text: str) -> Found | None:
        """The first place where the pattern fits; only the first 65536 characters are looked at."""
        text = text[:LONGEST_TEXT]
        best: _Marks | None = None
        whole = ""
        now: dict[int, _Marks] = {}
        for place in range(len(text) + 1):
            if best is None:
                self._follow(now, 0, place, len(text), (place, -1, -1))
            if not now:
                break
            after: dict[int, _Marks] = {}
            for number, marks in now.items():
                step = self._steps[number]
                if step is None:
                    whole = text[marks[0] : place]
                    best = marks if marks[1] >= 0 else (marks[0], marks[0], place)
                    break
                if isinstance(step, _One) and place < len(text) and step.takes(text[place]):
                    self._follow(after, number + 1, place + 1, len(text), marks)
            now = after
        return None if best is None else Found(whole, text[best[1] : best[2]])

    def _follow(self, into: dict[int, _Marks], start: int, place: int, end: int, marks: _Marks) -> None:
        """Adds every step that can be reached from `start` without taking a character, in order."""
        waiting = [(start, marks)]
        while waiting:
            number, marks = waiting.pop()
            if number in into:
                continue
            into[number] = marks
            step = self._steps[number]
            if isinstance(step, _Fork):
                waiting += [(number + step.second, marks), (number + step.first, marks)]
            elif isinstance(step, _Mark):
                noted = (marks[0], place, -1) if step.slot == 1 else (marks[0], marks[1], place)
                waiting.append((number + 1, noted))
            elif isinstance(step, _Edge) and place == (0 if step.sign == "^" else end):
                waiting.append((number + 1, marks))


class _Reader:
    """Turns a pattern into steps, by recursive descent."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.groups = 0

    def steps(self) -> list[_Step]:
        found = self._choice()
        if self.at < len(self.pattern):
            raise PatternError("Im Suchmuster ist eine Klammer ) zu viel. Ein Zeichen selbst: \\).")
        return [*found, None]

    def _choice(self) -> list[_Step]:
        options = [self._row()]
        while self._next("|"):
            options.append(self._row())
        joined = options.pop()
        while options:
            joined = _either(options.pop(), joined)
        return joined

    def _row(self) -> list[_Step]:
        row: list[_Step] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            row += self._times(self._piece())
            if len(row) > _MOST_STEPS:
                raise PatternError("Das Suchmuster ist zu groß. Nehmen Sie kleinere Wiederholungen.")
        return row

    def _piece(self) -> list[_Step]:
        sign = self.pattern[self.at]
        self.at += 1
        if sign == "(":
            return self._group()
        if sign in "^$":
            return [_Edge(sign)]
        if sign in "*+?":
            raise PatternError(f"Im Suchmuster steht vor {sign} nichts, das sich wiederholt.")
        if sign == "[":
            return [_One(self._set())]
        if sign == "\\":
            return [_One(self._escaped())]
        return [_One(re.compile("." if sign == "." else re.escape(sign), re.DOTALL))]

    def _group(self) -> list[_Step]:
        counts = not self._next("?:")
        if counts and self.pattern[self.at : self.at + 1] == "?":
            raise PatternError("Im Suchmuster gibt es von den Gruppen mit ? nur (?: … ).")
        self.groups += counts
        first = counts and self.groups == 1
        inner = self._choice()
        if not self._next(")"):
            raise PatternError("Im Suchmuster fehlt eine Klammer ). Ein Zeichen selbst: \\(.")
        return [_Mark(1), *inner, _Mark(2)] if first else inner

    def _set(self) -> re.Pattern[str]:
        found = re.compile(r"\^?\]?(?:\\.|[^\]\\])*\]").match(self.pattern, self.at)
        if found is None:
            raise PatternError("Im Suchmuster fehlt eine Klammer ]. Ein Zeichen selbst: \\[.")
        self.at = found.end()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                return re.compile("[" + found.group(), re.DOTALL)
        except (re.error, FutureWarning) as error:
            raise PatternError(f"»[{found.group()}« ist im Suchmuster nicht zu verstehen.") from error

    def _escaped(self) -> re.Pattern[str]:
        sign = self.pattern[self.at : self.at + 1]
        self.at += 1
        if sign in _SIGNS:
            return re.compile(_SIGNS[sign])
        if not sign or (sign.isalnum() and sign not in _SETS):
            raise PatternError(f"\\{sign} gibt es im Suchmuster nicht; möglich sind \\d, \\w, \\s, \\n, \\t.")
        return re.compile("\\" + sign)

    def _times(self, piece: list[_Step]) -> list[_Step]:
        found = _QUANTIFIER.match(self.pattern, self.at)
        if found is None:
            return piece
        self.at = found.end()
        if _QUANTIFIER.match(self.pattern, self.at):
            raise PatternError("Im Suchmuster stehen zwei Wiederholungen hintereinander.")
        sign, low, comma, high, lazy = found.groups()
        least = int(low) if low else int(sign == "+")
        most = None if sign in "*+" or (comma and not high) else int(high or low or 1)
        if most is not None and most < least:
            raise PatternError(f"{sign} geht im Suchmuster nicht: die zweite Zahl ist die größere.")
        if len(piece) * max(least, most or 0) > _MOST_STEPS:
            raise PatternError("Das Suchmuster ist zu groß. Nehmen Sie kleinere Wiederholungen.")
        row = piece * least
        if most is None:
            return [*row, *_again(piece, lazy=bool(lazy))]
        for _ in range(most - least):
            row += _perhaps(piece, lazy=bool(lazy))
        return row

    def _next(self, words: str) -> bool:
        if not self.pattern.startswith(words, self.at):
            return False
        self.at += len(words)
        return True


def _either(one: list[_Step], other: list[_Step]) -> list[_Step]:
    return [_Fork(1, len(one) + 2), *one, _jump(len(other) + 1), *other]


def _again(piece: list[_Step], *, lazy: bool) -> list[_Step]:
    into, past = 1, len(piece) + 2
    return [_Fork(past, into) if lazy else _Fork(into, past), *piece, _jump(-len(piece) - 1)]


def _perhaps(piece: list[_Step], *, lazy: bool) -> list[_Step]:
    into, past = 1, len(piece) + 1
    return [_Fork(past, into) if lazy else _Fork(into, past), *piece]


def _jump(by: int) -> _Fork:
    return _Fork(by, by)
