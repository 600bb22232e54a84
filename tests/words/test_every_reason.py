"""Every reason that the code can give has its sentence, and every state that waits says why (C13)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kehr import words
from kehr.rules.terms.messages import State
from kehr.words import reasons
from tests.words.test_words import REASON_ARGS

CODE = Path(words.__file__).parent.parent
VIENNA = ZoneInfo("Europe/Vienna")
GROUPS = {
    State.PLANNED: reasons.PLANNED,
    State.WITHHELD: reasons.WITHHELD,
    State.HELD: reasons.HELD,
    State.WITHDRAWN: reasons.WITHDRAWN,
    State.MISSED: {
        "too_late": reasons.LEFT["too_late"],
        "manual_too_late": reasons.BY_HAND["manual_too_late"],
    },
}


def given() -> Iterator[tuple[str, str]]:
    """Each literal code of a `Reason(...)` in the rules and actions, with its file."""
    for path in sorted([*CODE.glob("rules/*/*.py"), *CODE.glob("actions/*/*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args
            if called and node.func.id == "Reason" and isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value), path.name


def test_every_reason_in_the_code_has_a_sentence() -> None:  # C13
    found = list(given())
    assert len(found) > 30
    lacking = [(code, name) for code, name in found if words.template(code) == words.UNKNOWN]
    assert lacking == []


@pytest.mark.parametrize(
    ("state", "code"),
    [(state, code) for state, group in GROUPS.items() for code in sorted(group) if "/" not in code],
)
def test_each_state_says_why_in_whole_sentences(state: State, code: str) -> None:  # C13
    said = words.explain(state, "reminder", "Di, 10.03. um 17:00", code, REASON_ARGS[code], VIENNA)
    assert said.endswith((".", "?")), said
    assert "{" not in said, said
    assert said[0].isupper(), said
    if state == State.PLANNED:
        assert "Di, 10.03. um 17:00" in said
