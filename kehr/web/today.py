"""The start page: is all well, what waits, what leaves next."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.decide.catch_up import last_outage
from kehr.actions.decide.decide_waiting import decide_waiting
from kehr.actions.run.check_health import Check
from kehr.actions.run.show_today import Departure, Today, show_today
from kehr.rules.terms.office_days import office_day
from kehr.web import filters, open_work
from kehr.web.access import needs
from kehr.web.fragments import wants_fragment
from kehr.web.layout import count_in_menu
from kehr.web.sentences import spelled
from kehr.web.waiting_deeds import WORDS, bar_of, read_entries, said
from kehr.web.waiting_lines import late_line, line_of

screen = Blueprint("today", __name__)
screen.record(lambda state: open_work.register(state.app))
screen.record(lambda state: count_in_menu(state.app, "/heute", open_work.open_work))

STRIP = ("feeds", "gateways", "worker", "selftest")
"""Shown on the start page even while they are well; the other parts only when they are not."""


@screen.get("/")
@needs("reader")
def start() -> Response:
    """To the start page."""
    return redirect(url_for("today.page"))


@screen.get("/heute")
@needs("reader")
def page() -> str:
    """The start page; it refreshes itself by asking for the same address."""
    return _shown()


@screen.get("/wartet")
@needs("reader")
def waiting() -> Response:
    """To the list of what waits, which is on the start page."""
    return redirect(url_for("today.page", _anchor="wartet"))


@screen.get("/menue")
@needs("reader")
def menu_counts() -> str | Response:
    """The numbers in the menu as they are now, for htmx after a deed in a window."""
    if not wants_fragment():
        return redirect(url_for("today.page"))
    return render_template("menu_fresh.html")


@screen.post("/wartet")
@needs("office")
def decide() -> str | Response:
    """Decides one entry, or all that are ticked; each is decided once, however often somebody clicks."""
    one, several = request.form.get("eins", ""), request.form.get("mit", "")
    deed, _bar, entry = one.partition("|")
    entries = read_entries([entry] if one else request.form.getlist("eintrag"))
    deed = deed if one else several
    if not deed:  # Return in a tick box presses the first button, which decides nothing.
        return _shown() if wants_fragment() else redirect(url_for("today.page"))
    if deed not in WORDS:
        abort(400)
    done = decide_waiting(deed, entries, by=current_user.login, now=clock.now()) if entries else 0
    told = said(deed, len(entries), done)
    if wants_fragment():
        return _shown(told)
    flash(told, "success" if done else "info")
    return redirect(url_for("today.page"))


def _shown(told: str = "") -> str:
    today = show_today(clock.now(), filters.office_zone())
    lines = [line_of(waiting) for waiting in today.waiting]
    lines += [late_line(today.late)] if today.late else []
    entries = open_work.open_on(today)
    return render_template(
        "today/_live.html" if wants_fragment() else "today/page.html",
        today=today,
        lines=lines,
        bar_buttons=bar_of(list(today.waiting)),
        told_now=told,
        outage=last_outage(today.now),
        sentence=_sentence(today, entries),
        second=_second(today, entries),
        fragment=wants_fragment(),
        departures=[(part, _time(part.due_at, today.now), _about(part)) for part in today.departures],
        bar=_bar(today),
        strip=_strip(today),
    )


def _sentence(today: Today, waiting: int) -> str:
    if waiting:
        return ngettext("%(num)s Ding wartet auf Sie.", "%(num)s Dinge warten auf Sie.", waiting)
    return _("Die Anlage braucht Sie.") if today.health.red else _("Alles in Ordnung.")


def _second(today: Today, waiting: int) -> str:
    if today.next_due is None:
        leaving = _("es ist nichts geplant.")
    elif today.left_today and today.next_due <= today.now:
        leaving = ngettext(
            "heute geht noch %(num)s Nachricht hinaus, so bald wie möglich.",
            "heute gehen noch %(num)s Nachrichten hinaus, die nächste so bald wie möglich.",
            today.left_today,
        )
    elif today.left_today:
        leaving = ngettext(
            "heute geht noch %(num)s Nachricht hinaus, um %(time)s.",
            "heute gehen noch %(num)s Nachrichten hinaus, die nächste um %(time)s.",
            today.left_today,
            time=filters.clock(today.next_due),
        )
    else:
        leaving = _(
            "heute geht nichts mehr hinaus, das Nächste am %(when)s.", when=filters.when(today.next_due)
        )
    if waiting and not today.health.red:
        return _("Sonst ist alles in Ordnung: %(leaving)s", leaving=leaving)
    return leaving[:1].upper() + leaving[1:]


def _time(due: datetime, now: datetime) -> str:
    """`17:00` today, `Mi 08:00` within a week, `Mi 18.03. 08:00` after that."""
    if due <= now:
        return _("jetzt")
    days = (office_day(due, filters.office_zone()) - office_day(now, filters.office_zone())).days
    if days == 0:
        return filters.clock(due)
    return spelled(due, "ccc HH:mm" if days < 7 else "ccc dd.MM. HH:mm")


def _whom(part: Departure) -> str:
    """One recipient by name, several by the days of their appointments or, without any, by number."""
    zone = filters.office_zone()
    if part.first_start is None or part.last_start is None:
        return part.name if part.count == 1 else _("%(count)s Empfänger", count=part.count)
    first = spelled(part.first_start, "ccc, dd.MM.")
    if part.count == 1:
        return _("%(name)s, Termin am %(day)s", name=part.name, day=first)
    if office_day(part.first_start, zone) == office_day(part.last_start, zone):
        return _("Termine am %(day)s", day=first)
    last = spelled(part.last_start, "ccc, dd.MM.")
    return _("Termine von %(first)s bis %(last)s", first=first, last=last)


def _about(part: Departure) -> str:
    """Whom or which day the departures are about, and by which channel they go."""
    about = _whom(part)
    ways = [f"{part.sms} SMS"] if part.sms else []
    if part.emails:
        ways.append(ngettext("%(num)s E-Mail", "%(num)s E-Mails", part.emails))
    return f"{about} · {', '.join(ways)}"


def _strip(today: Today) -> list[Check]:
    parts = sorted(today.health.checks, key=lambda check: check.name not in STRIP)
    return [check for check in parts if check.name in STRIP or check.level != "ok"]


def _bar(today: Today) -> list[tuple[str, float, float]]:
    """The bar's pieces: tone, where each begins and how wide it is, in hundredths."""
    total = sum(share.count for share in today.so_far)
    pieces, begin = [], 0.0
    for share in today.so_far:
        width = 100 * share.count / total
        tone = "trial" if share.trial else share.state
        pieces.append((tone, round(begin, 3), round(width, 3)))
        begin += width
    return pieces
