"""Every sentence that Kehrbote says about states, reasons, faults and alarms, in German.

The German text is the key of the translation catalogues; the edges translate it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from kehr.words.alarms import ALARMS
from kehr.words.android_de import UNSENT as UNSENT_BY_PHONE
from kehr.words.arguments import readable, spell_address, spell_day, spell_moment
from kehr.words.catch_up import CATCH_UP
from kehr.words.chain import CHAIN
from kehr.words.deadlines import DEADLINES
from kehr.words.faults_de import SENTENCES as FAULTS
from kehr.words.health import CHECKS, HEALTH
from kehr.words.imports import SENTENCES as IMPORTS
from kehr.words.own_visits import OWN_VISITS
from kehr.words.reasons import REASONS, SAYS_WHO_KNOWS, WHO_KNOWS
from kehr.words.seven_de import UNSENT as UNSENT_BY_SEVEN
from kehr.words.slips import SLIPS
from kehr.words.states import (
    CHANNELS,
    KINDS,
    KINDS_MANY,
    NOTICE_TO,
    SORTS,
    STATES,
    TRIAL,
    WORK_KINDS,
    StateWord,
    state_word,
)
from kehr.words.untold import NOT_TOLD

__all__ = [
    "ALARMS",
    "CHANNELS",
    "CHECKS",
    "HEALTH",
    "KINDS",
    "KINDS_MANY",
    "NOTICE_TO",
    "REASONS",
    "SORTS",
    "STATES",
    "TRIAL",
    "WORK_KINDS",
    "StateWord",
    "alarm_sentence",
    "all_sentences",
    "explain",
    "readable",
    "sentence",
    "spell_address",
    "spell_day",
    "spell_moment",
    "state_word",
    "template",
    "told",
    "why",
]

LEAVES = "Geht am {due} hinaus: {kind}, {why}"
UNKNOWN = "Dafür gibt es noch keinen Satz ({unknown_code}). Bitte melden Sie das."

UNSENT = UNSENT_BY_PHONE | UNSENT_BY_SEVEN
"""The variants of "undelivered" by what the gateway said."""

_SENTENCES: dict[str, str] = (
    FAULTS
    | ALARMS
    | HEALTH
    | REASONS
    | NOT_TOLD
    | IMPORTS
    | UNSENT
    | CHAIN
    | CATCH_UP
    | SLIPS
    | DEADLINES
    | OWN_VISITS
)


class _Gaps(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def all_sentences() -> dict[str, str]:
    """Code -> German template, from every catalogue; the reasons of messages come first."""
    return dict(_SENTENCES)


def template(code: str, args: Mapping[str, Any] | None = None) -> str:
    """The German template of a code; unknown codes say so.

    Its variant is chosen for its count, or for what a gateway said: of several words the last one known.
    """
    for word in reversed(str((args or {}).get("detail", "")).split(", ")):
        if f"{code}/{word}" in _SENTENCES:
            return _SENTENCES[f"{code}/{word}"]
    for value in (args or {}).values():
        if isinstance(value, int) and not isinstance(value, bool) and f"{code}/{value}" in _SENTENCES:
            return _SENTENCES[f"{code}/{value}"]
    return _SENTENCES.get(code, UNKNOWN)


def sentence(code: str, args: Mapping[str, Any] | None = None, translate: Callable[[str], str] = str) -> str:
    """The sentence of a code; arguments stand in it as given (see `readable` for moments).

    Brackets around a detail that is empty vanish. `translate` turns the German template into the reader's
    language.
    """
    filled = translate(template(code, args)).format_map(_Gaps(args or {}, unknown_code=code))
    return " ".join(filled.replace(" ()", "").split())


def told(code: str, args: Mapping[str, Any], zone: ZoneInfo, translate: Callable[[str], str] = str) -> str:
    """The sentence of a code with its stored arguments as a person in `zone` reads them."""
    return sentence(code, _spelled(args, zone, translate), translate)


def alarm_sentence(
    code: str, args: Mapping[str, Any], zone: ZoneInfo, translate: Callable[[str], str] = str
) -> str:
    """What an alarm says; a code that alarms have not is looked up among all others."""
    if code not in ALARMS:
        return told(code, args, zone, translate)
    return " ".join(translate(ALARMS[code]).format_map(_Gaps(_spelled(args, zone, translate))).split())


def why(
    state: str,
    code: str,
    args: Mapping[str, Any],
    zone: ZoneInfo,
    translate: Callable[[str], str] = str,
) -> str:
    """One sentence: the state's word, and the reason with its arguments as a person reads them.

    Empty when nothing is known beyond the state. A planned message's sentence says only why; the edge
    puts kind and time before it.
    """
    if not code:
        return ""
    reason = told(code, args, zone, translate)
    if state in ("planned", "accepted", "delivered", "sending"):
        return reason[:1].upper() + reason[1:]
    spoken = f"{translate(STATES[state].beginning)}: {reason}"
    if state == "unclear" and code not in SAYS_WHO_KNOWS:
        spoken += f" {translate(WHO_KNOWS)}"
    return spoken


def explain(
    state: str,
    kind: str,
    due: str,
    code: str,
    args: Mapping[str, Any],
    zone: ZoneInfo,
    translate: Callable[[str], str] = str,
) -> str:
    """The one sentence of a message (C13): `why`, and for a planned one what leaves when.

    `due` is the moment as the reader writes it.
    """
    if state != "planned" or not code:
        return why(state, code, args, zone, translate)
    reason = told(code, args, zone, translate)
    return translate(LEAVES).format(due=due, kind=translate(KINDS[kind]), why=reason)


def _spelled(args: Mapping[str, Any], zone: ZoneInfo, translate: Callable[[str], str]) -> dict[str, Any]:
    spelled = readable(args, zone, lambda code, inner: sentence(code, inner, translate))
    return spelled | {"month": translate(spelled["month"])} if "month" in spelled else spelled
