"""Sentences about messages and the machine, in the reader's language and the office's zone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date, format_datetime, format_timedelta
from flask import Blueprint
from flask_babel import get_locale, gettext
from flask_babel import gettext as _

from kehr import words
from kehr.actions.run.check_health import Check
from kehr.models import Message, MessageEvent
from kehr.web.filters import office_zone, when

_SYLLABLES = re.compile(r"(?<=\w{4})(?=(?:gung|rung|bung)(?:en)?\b|back\b|fragen\b|schoben\b)")
_SENTENCE_END = re.compile(r"(?<=[^\W\d]{2})[.:] ")


def kind_word(kind: str, count: int = 1) -> str:
    """`Erinnerung`, or `Erinnerungen` for more than one."""
    return gettext((words.KINDS if count == 1 else words.KINDS_MANY)[kind])


def syllables(word: str) -> str:
    """The word with places at which a narrow column may break it."""
    return _SYLLABLES.sub("\N{SOFT HYPHEN}", word)


def channel_word(channel: str) -> str:
    """`SMS` or `E-Mail`."""
    return gettext(words.CHANNELS[channel])


def sort_word(sort: str) -> str:
    """`Probe` or `Zettel`: what the log keeps apart."""
    return gettext(words.SORTS[sort])


def work_word(kind: str) -> str:
    """`Hauptkehrung`, `Kehrung` or `Sonderarbeit`; empty for what is about no work."""
    return gettext(words.WORK_KINDS[kind]) if kind in words.WORK_KINDS else kind


def state_text(state: str, trial: bool = False) -> str:
    """The word of a state."""
    return gettext(words.state_word(state, trial=trial).word)


def state_short(state: str, trial: bool = False, channel: str = "", recipient: str = "") -> str:
    """The word of a state where there is little room."""
    return gettext(words.state_word(state, trial=trial, channel=channel, recipient=recipient).short)


def state_sign(state: str, trial: bool = False, channel: str = "", recipient: str = "") -> str:
    """The sign that stands for a state on black and white paper."""
    return words.state_word(state, trial=trial, channel=channel, recipient=recipient).sign


def told(code: str, args: Mapping[str, Any]) -> str:
    """The sentence of a code."""
    return words.told(code, args, office_zone(), gettext)


def why(message: Message) -> str:
    """The one sentence of a message: why it stands where it stands."""
    due = when(message.next_try_at or message.due_at)
    return words.explain(
        message.state, message.kind, due, message.reason, message.reason_args, office_zone(), gettext
    )


def event_why(event: MessageEvent) -> str:
    """Why a message came to where it stood then."""
    return words.why(event.new_state, event.reason, event.reason_args, office_zone(), gettext)


def what_happened(message: Message) -> str:
    """The first sentence of the reason, without what to do: for paper that shows the state beside it."""
    return first_sentence(told(message.reason, message.reason_args)) if message.reason else ""


def first_sentence(said: str) -> str:
    """What happened, of a sentence that goes on with what to do."""
    return _SENTENCE_END.split(said)[0].removesuffix(".")


def alarm(code: str, args: Mapping[str, Any]) -> str:
    """What an alarm says."""
    return words.alarm_sentence(code, args, office_zone(), gettext)


def check_name(check: Check) -> str:
    """The office's word for a part of the machine."""
    return gettext(words.CHECKS[check.name])


def ago(moment: datetime, now: datetime) -> str:
    """`vor 4 Minuten`; the clocks of two processes may differ by a moment."""
    if abs(moment - now) < timedelta(seconds=2):
        return _("gerade eben")
    return format_timedelta(moment - now, add_direction=True, locale=get_locale() or "de")


def spelled_args(text: str, args: Mapping[str, Any]) -> str:
    """A translated text with the stored arguments of a reason in it, as the office reads them."""
    return text % words.readable(
        args, office_zone(), lambda code, inner: words.sentence(code, inner, gettext)
    )


def spelled(moment: datetime, pattern: str) -> str:
    """A moment in the office's zone by a CLDR pattern, in the reader's language."""
    return format_datetime(moment, pattern, tzinfo=office_zone(), locale=get_locale() or "de")


def spelled_day(day: date) -> str:
    """`Dienstag, 10.03.2026`."""
    return format_date(day, "EEEE, dd.MM.yyyy", locale=get_locale() or "de")


def weekday_short(day: date) -> str:
    """`Di`."""
    return format_date(day, "ccc", locale=get_locale() or "de").removesuffix(".")


def to_the_second(moment: datetime) -> str:
    """`Di 10.03. 09:00:02`."""
    return spelled(moment, "ccc dd.MM. HH:mm:ss")


def time_of_day(moment: datetime, exact: object = False) -> str:
    """`17:00`, or `17:00:02` where the second is known."""
    return spelled(moment, "HH:mm:ss" if exact else "HH:mm")


def short_day(moment: datetime) -> str:
    """`Di 10.03.`"""
    return spelled(moment, "ccc dd.MM.")


def register(screen: Blueprint) -> None:
    """Makes these known to all templates."""
    filters: tuple[Callable[..., str], ...] = (
        kind_word,
        syllables,
        channel_word,
        sort_word,
        work_word,
        state_text,
        state_short,
        state_sign,
        why,
        event_why,
        what_happened,
        check_name,
        spelled_day,
        weekday_short,
        to_the_second,
        time_of_day,
        short_day,
    )
    for function in filters:
        screen.add_app_template_filter(function, function.__name__)
    screen.add_app_template_global(told, "told")
    screen.add_app_template_global(ago, "ago")
