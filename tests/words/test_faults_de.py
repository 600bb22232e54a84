"""Every fault's word has a German sentence that says what happened and what to do."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from kehr.gateways.linkmobility_codes import VERDICTS, Verdict, word
from kehr.gateways.seven_codes import VERDICTS as SEVEN_VERDICTS
from kehr.gateways.seven_codes import word as seven_word
from kehr.gateways.web_api import MISCONFIGURED
from kehr.sources.ics_feed import _STATUS_CODES
from kehr.words.faults_de import SENTENCES

KEHR = Path(__file__).parents[2] / "kehr"
SPEAKERS = [
    "gateways/android.py",
    "gateways/senders.py",
    "gateways/seven.py",
    "gateways/seven_answers.py",
    "gateways/web_api.py",
    "rules/terms/addresses.py",
    "sources/allow.py",
    "sources/ics_feed.py",
    "sources/network.py",
    "sources/stream.py",
    "sources/wire.py",
    "gateways/gammu.py",
    "gateways/gammu_file.py",
    "gateways/gammu_modem.py",
    "gateways/linkmobility.py",
    "gateways/smtp.py",
]
FAULTS = {
    "BadAddress", "NothingSent", "MaybeArrived", "FeedFault", "Refused", "NotTaken", "Misconfigured",
    "Unclear", "blame",
}  # fmt: skip


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _raised(path: Path) -> set[str]:
    """The words that stand as literals in the first argument of a fault, both arms of a choice included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _name(node) in FAULTS and node.args:
            first = node.args[0]
            arms = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
            found |= {
                arm.value for arm in arms if isinstance(arm, ast.Constant) and isinstance(arm.value, str)
            }
    return found


@pytest.mark.parametrize("module", SPEAKERS)
def test_failure_15_every_word_a_module_says_has_its_sentence(module: str) -> None:
    assert _raised(KEHR / module) <= set(SENTENCES)


def test_the_modules_do_say_words() -> None:
    assert {
        "timeout",
        "too_large",
        "smtp_login",
        "redirect_loop",
        "address_scheme",
        "cut_answer",
    } <= set().union(*(_raised(KEHR / module) for module in SPEAKERS))


def test_failure_15_every_gateway_code_has_its_sentence() -> None:
    words = {word(code) for code, meaning in VERDICTS.items() if meaning is not Verdict.ACCEPTED}
    words |= {seven_word(code) for code in (*SEVEN_VERDICTS, 999)} | set(MISCONFIGURED.values())
    words |= {word(4999), word(5999)} | set(_STATUS_CODES.values())
    assert words <= set(SENTENCES)


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_says_what_happened_and_what_to_do(code: str) -> None:
    text = SENTENCES[code]
    fields = {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}
    assert fields <= {"detail"}
    assert text.endswith(".")
    assert len(text.replace("z. B.", "").split(". ")) >= 2 or ";" in text or "oder" in text
    assert "  " not in text
