"""How the lines of waiting work read: a badge, what it is, what to do, and the button that leads there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext, lazy_gettext, ngettext
from flask_babel import gettext as _

from kehr.actions.decide.waiting_work import Waiting
from kehr.models import Message
from kehr.web import filters, sentences
from kehr.web.waiting_deeds import Button, buttons_of, entry_of
from kehr.words import STATES

TOLD_WITHIN = timedelta(days=60)
MOST_WORDS = 120
"""So many characters of a reply stand on the start page."""
SECOND: dict[str, Any] = {
    "both": lazy_gettext("Nicht erreicht: Weder die SMS noch die E-Mail kam an."),
    "gone": lazy_gettext("Nicht erreicht: Auch die E-Mail an ihrer Stelle ging nicht hinaus."),
    "none": lazy_gettext("Nicht erreicht: Auch eine E-Mail, die gehen darf, gibt es nicht."),
}
"""What is said of the second channel of a message that failed (C20)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of work as it is shown; `path` empty means that there is nothing to look at.

    `entry` is how the form names it, empty where a decision needs a look first.
    """

    id: str
    tone: str
    icon: str
    badge: str
    title: str
    text: str
    path: str = ""
    button: str = ""
    entry: str = ""
    buttons: tuple[Button, ...] = ()

    @property
    def mark(self) -> str:
        """A name of the entry in letters and digits alone: htmx keeps what is ticked by it."""
        return hashlib.sha256(self.entry.encode()).hexdigest()[:12]


def line_of(waiting: Waiting) -> Line:
    """The line for one thing that waits, with what can be decided about it at once."""
    line = _LINES[waiting.what](waiting)
    return replace(line, entry=entry_of(waiting), buttons=buttons_of(waiting))


def _state_line(waiting: Waiting, state: str, title: str, text: str, path: str, button: str) -> Line:
    look = STATES[state]
    badge = gettext(look.short)
    return Line(f"{waiting.what}-{waiting.key}", look.tone, look.icon, badge, title, text, path, button)


def _held(waiting: Waiting) -> Line:
    count = waiting.count
    titles: dict[str, Callable[[], str]] = {
        "number_shared": lambda: _("Eine Nummer, mehrere Namen"),
        "volume_high": lambda: sentences.spelled_args(
            _("%(count)s Nachrichten am %(day)s, weit mehr als üblich"), waiting.args
        ),
        "text_new": lambda: ngettext(
            "Neuer Text: %(num)s Nachricht wartet", "Neuer Text: %(num)s Nachrichten warten", count
        ),
        "calendar_new": lambda: ngettext(
            "Neuer Kalender: %(num)s Nachricht wartet", "Neuer Kalender: %(num)s Nachrichten warten", count
        ),
        "bundle_moved": lambda: _moved_title(waiting.args),
        "mass_moved": lambda: _(
            "%(num)s Termine auf einmal verschoben", num=waiting.args.get("count", count)
        ),
        "mass_cancelled": lambda: _(
            "%(num)s Termine auf einmal verschwunden", num=waiting.args.get("count", count)
        ),
    }
    title = titles.get(
        waiting.code,
        lambda: ngettext(
            "%(num)s Nachricht wartet auf Freigabe", "%(num)s Nachrichten warten auf Freigabe", count
        ),
    )()
    text = sentences.told(waiting.code, waiting.args)
    path = url_for("bundle.page", key=waiting.key)
    return _state_line(waiting, "held", title, f"{waiting.name}: {text}", path, _("Ansehen"))


def _moved_title(args: dict[str, Any]) -> str:
    if "day" not in args or "count" not in args:
        return _("Termine gemeinsam verschoben")
    return sentences.spelled_args(_("%(count)s Termine am %(day)s verschoben"), args)


def _about(message: Message) -> str:
    return _(
        "%(kind)s an %(name)s, %(address)s",
        kind=sentences.kind_word(message.kind),
        name=message.recipient_name or _("unbekannt"),
        address=filters.phone(message.recipient),
    )


def _single(waiting: Waiting) -> Line:
    message = waiting.message
    assert message is not None  # noqa: S101 - these lines are always about one message
    path = url_for("message.page", message_id=message.id)
    text = sentences.told(waiting.code, waiting.args) if waiting.code else ""
    if waiting.second:
        text = f"{SECOND[waiting.second]} {text}".strip()
    line = _state_line(waiting, message.state, _about(message), text, path, _("Entscheiden"))
    return replace(line, badge=_("Zustellung")) if message.state == "undelivered" else line


def _more(waiting: Waiting) -> Line:
    if waiting.key == "alarm":
        text = ngettext("und %(num)s weiterer Hinweis", "und %(num)s weitere Hinweise", waiting.count)
        return Line("more-alarm", "red", "three-dots", _("mehr"), text, _("Erledigen Sie zuerst die oberen."))
    text = ngettext("und %(num)s weitere Nachricht", "und %(num)s weitere Nachrichten", waiting.count)
    day = sentences.spelled(waiting.since, "yyyy-MM-dd") if waiting.since else None
    path = url_for("planned.page", zustand="offen", tag=day)
    return Line(f"more-{waiting.key}", "amber", "three-dots", _("mehr"), text, "", path, _("Ansehen"))


def _replies(waiting: Waiting) -> Line:
    words = " ".join(str(waiting.args["text"]).split()) or _("(leer)")
    since = _("Seit %(when)s.", when=filters.when(waiting.since))
    quoted = _("»%(text)s«", text=words if len(words) <= MOST_WORDS else f"{words[:MOST_WORDS]} …")
    if waiting.count == 1:
        title = _("%(name)s hat geantwortet", name=filters.phone(waiting.name))
        path = url_for("inbox.one", reply_id=waiting.args["reply"])
    else:
        title = _("%(num)s Personen warten auf eine Antwort", num=waiting.count)
        quoted = f"{filters.phone(waiting.name)}: {quoted}"
        path = url_for("inbox.page", gruppe="offen")
    badge, text = _("Antwort"), f"{quoted} {since}"
    return Line("replies", "amber", "envelope", badge, title, text, path, _("Ansehen"))


def _missed(waiting: Waiting) -> Line:
    title = ngettext("%(num)s Nachricht ist verfallen", "%(num)s Nachrichten sind verfallen", waiting.count)
    text = ngettext(
        "Sie wäre zu spät angekommen. Stimmt sie noch, können Sie sie nachholen.",
        "Sie wären zu spät angekommen. Was noch stimmt, können Sie nachholen.",
        waiting.count,
    )
    return _state_line(waiting, "missed", title, text, url_for("catch_up.page"), _("Nachholen"))


def _feed(waiting: Waiting) -> Line:
    title = _("Kalender »%(name)s« ist nicht abrufbar", name=waiting.name)
    return Line(
        f"feed-{waiting.key}",
        "red",
        "calendar-x",
        _("Kalender"),
        title,
        _since(waiting),
        f"/kalender/{waiting.key}",
        _("Ansehen"),
    )


def _gateway(waiting: Waiting) -> Line:
    title = _("Gateway »%(name)s« steht", name=waiting.name)
    return Line(
        f"gateway-{waiting.key}",
        "red",
        "sign-stop",
        _("Gateway"),
        title,
        _since(waiting),
        "/gateways",
        _("Ansehen"),
    )


def _since(waiting: Waiting) -> str:
    text = sentences.told(waiting.code, waiting.args)
    return f"{_('Seit %(when)s.', when=filters.when(waiting.since))} {text}" if waiting.since else text


def _alarm(waiting: Waiting) -> Line:
    text = sentences.alarm(waiting.code, waiting.args)
    if waiting.key.startswith("vanished:"):
        path = f"/kalender/{waiting.key.partition(':')[2]}"
        return Line(
            f"alarm-{waiting.key}",
            "red",
            "calendar-x",
            _("Kalender"),
            _("Termine verschwunden"),
            text,
            path,
            _("Ansehen"),
        )
    if waiting.code in {"needs_call", "needs_call_cancelled"}:
        return Line(
            f"alarm-{waiting.key}",
            "red",
            "telephone",
            _("Anrufen"),
            _("Bitte anrufen"),
            text,
            _told_before(waiting),
            _("Ansehen"),
        )
    if waiting.key.startswith("drop:"):
        return Line(
            f"alarm-{waiting.key}",
            "red",
            "folder-x",
            _("Einlesen"),
            _("Beim Einlesen braucht es Sie"),
            text,
            url_for("imports.page"),
            _("Ansehen"),
        )
    if waiting.code == "gateway_unreachable":
        title = _("Gateway antwortet nicht")
        return Line(
            f"alarm-{waiting.key}", "red", "wifi-off", _("Gateway"), title, text, "/gateways", _("Ansehen")
        )
    if waiting.key.startswith(("quota", "counter", "balance")):
        return _money(waiting, text)
    if waiting.code == "chain_broken":
        ident = f"alarm-{waiting.key}"
        title, path = _("Das Protokoll wurde verändert"), url_for("proof.chain")
        return Line(ident, "red", "shield-exclamation", _("Prüfkette"), title, text, path, _("Ansehen"))
    path = url_for("health.page")
    return Line(
        f"alarm-{waiting.key}", "red", "flag", _("Hinweis"), _("Die Anlage meldet"), text, path, _("Ansehen")
    )


def _money(waiting: Waiting, text: str) -> Line:
    """A quota or a counter that is, or soon will be, at its end."""
    ident = f"alarm-{waiting.key}"
    if not waiting.key.startswith("quota"):
        path = url_for("money.one", gateway_id=waiting.key.partition(":")[2])
        title, tone = {
            "counter_empty": (_("SMS warten: Guthaben aufgebraucht"), "red"),
            "balance_empty": (_("Guthaben aufgebraucht"), "red"),
            "balance_unread": (_("Guthaben nicht bekannt"), "amber"),
        }.get(waiting.code, (_("Das Guthaben geht zur Neige"), "amber"))
        button = _("Ansehen") if waiting.code == "balance_unread" else _("Nachbestellen")
        return Line(ident, tone, "wallet2", _("Guthaben"), title, text, path, button)
    path = url_for("money.costs")
    if waiting.code.startswith("quota_warning"):
        title = _("Das Kontingent ist bald aufgebraucht")
        return Line(ident, "amber", "speedometer2", _("Kontingent"), title, text, path, _("Ansehen"))
    title = _("SMS warten: Kontingent aufgebraucht")
    return Line(ident, "red", "speedometer2", _("Kontingent"), title, text, path, _("Ansehen"))


def late_line(count: int) -> Line:
    """Appointments that were not announced in time (C03)."""
    title = ngettext(
        "%(num)s Termin ohne fristgerechte Ankündigung",
        "%(num)s Termine ohne fristgerechte Ankündigung",
        count,
    )
    text = _("Die Frist des Landes ist vorbei. Sehen Sie nach, wen Sie noch verständigen können.")
    path = url_for("deadlines.page", ampel="rot")
    return Line("late", "red", "calendar-x", _("Frist"), title, text, path, _("Ansehen"))


def _told_before(waiting: Waiting) -> str:
    """The log of what this person was told in the weeks before."""
    assert waiting.since is not None  # noqa: S101 - every alarm has its beginning
    since = sentences.spelled(waiting.since - TOLD_WITHIN, "yyyy-MM-dd")
    return url_for("log.page", von=since, suche=waiting.args.get("recipient"))


_LINES: dict[str, Callable[[Waiting], Line]] = {
    "held": _held,
    "unclear": _single,
    "failed": _single,
    "more": _more,
    "replies": _replies,
    "missed": _missed,
    "feed": _feed,
    "gateway": _gateway,
    "call": _alarm,
    "alarm": _alarm,
}
