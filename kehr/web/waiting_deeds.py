"""The buttons of "Wartet auf Sie": what can be decided at once, its words, its key, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from kehr.actions.decide.decide_waiting import Entry, deeds_for
from kehr.actions.decide.waiting_work import Waiting

WORDS: dict[str, tuple[Any, str, str]] = {
    "release": (lazy_gettext("Freigeben"), "check-lg", "f"),
    "withhold": (lazy_gettext("Zurückhalten"), "slash-circle", "z"),
    "mark_sent": (lazy_gettext("Als gesendet vermerken"), "check", "g"),
    "told": (lazy_gettext("Am Telefon gesagt"), "telephone", "t"),
    "settle": (lazy_gettext("Erledigt"), "check2", "e"),
}
IN_THE_LINE = frozenset({"release", "mark_sent", "settle"})
"""The others are asked for by ticking, or in the window of the message."""
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Button:
    """One decision: `value` is what the form sends, `key` decides while the focus is in its line."""

    deed: str
    value: str
    label: str
    icon: str
    key: str


def entry_of(waiting: Waiting) -> str:
    """How the form names an entry; empty where nothing can be decided without looking."""
    return f"{waiting.what}|{waiting.key}" if deeds_for(waiting.what) else ""


def buttons_of(waiting: Waiting) -> tuple[Button, ...]:
    """The decisions in the line of an entry."""
    entry = entry_of(waiting)
    here = IN_THE_LINE | ({"told"} if waiting.what == "call" else frozenset())
    return tuple(_button(deed, f"{deed}|{entry}") for deed in deeds_for(waiting.what) if deed in here)


def bar_of(waiting: list[Waiting]) -> tuple[Button, ...]:
    """The decisions for all that is ticked."""
    wanted = {deed for one in waiting for deed in deeds_for(one.what)}
    return tuple(_button(deed, deed) for deed in WORDS if deed in wanted)


def _button(deed: str, value: str) -> Button:
    label, icon, key = WORDS[deed]
    return Button(deed, value, str(label), icon, key)


def read_entries(typed: list[str]) -> list[Entry]:
    """What the form sent as entries; anything else is left out."""
    parted = [one.partition("|") for one in typed[:MOST_AT_ONCE]]
    return [(what, key) for what, _bar, key in parted if key and deeds_for(what)]


def said(deed: str, wanted: int, done: int) -> str:
    """One sentence about what came of it."""
    if not wanted:
        return _("Nichts war angehakt. Haken Sie an, was Sie entscheiden wollen.")
    if not done:
        return _("Das war schon entschieden oder passt nicht zu dem, was angehakt ist.")
    words = {
        "release": ngettext("%(num)s Eintrag ist freigegeben.", "%(num)s Einträge sind freigegeben.", done),
        "withhold": ngettext(
            "%(num)s Eintrag wird zurückgehalten.", "%(num)s Einträge werden zurückgehalten.", done
        ),
        "mark_sent": ngettext(
            "%(num)s Nachricht ist als gesendet vermerkt.",
            "%(num)s Nachrichten sind als gesendet vermerkt.",
            done,
        ),
        "told": ngettext(
            "%(num)s Person ist am Telefon verständigt.",
            "%(num)s Personen sind am Telefon verständigt.",
            done,
        ),
        "settle": ngettext("%(num)s Eintrag ist erledigt.", "%(num)s Einträge sind erledigt.", done),
    }[deed]
    rest = wanted - done
    if not rest:
        return words
    left = ngettext(
        "%(num)s war schon entschieden oder braucht eine andere Entscheidung.",
        "%(num)s waren schon entschieden oder brauchen eine andere Entscheidung.",
        rest,
    )
    return f"{words} {left}"
