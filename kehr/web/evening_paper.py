"""The day's log as it leaves every evening: the same print page, laid out without anybody asking."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from flask import Flask
from flask_babel import force_locale
from flask_babel import gettext as _

from kehr.actions.facts.log_filter import LogFilter
from kehr.actions.log.evening_log import Paper, bring_evening_logs
from kehr.actions.log.list_log import list_log
from kehr.web import log_filters, sentences
from kehr.web.filters import office_zone
from kehr.web.log_paper import log_pdf
from kehr.web.log_sums import sum_word
from kehr.web.pdf_answer import NoPdf


def bring_with(app: Flask, now: Callable[[], datetime], between: Callable[[], None]) -> int:
    """Mails and files what is due, laid out by `app`; how many left or were written."""
    with app.app_context():
        return bring_evening_logs(now, lambda day: paper_of(app, day, now(), between))


def paper_of(
    app: Flask, day: date, now: datetime, between: Callable[[], None] = lambda: None
) -> Paper | None:
    """The whole log of a day, and its sums for the letter; None without the libraries for PDF files.

    A day on which nothing left is told too: that nothing left is what the office may have to prove.
    """
    with app.test_request_context("/protokoll/druck"), force_locale("de"):
        wanted = LogFilter(day, day)
        try:
            pdf = log_pdf(wanted, now, between=between)
        except NoPdf:
            return None
        log = list_log(wanted, now, office_zone(), size=1)
        days = log_filters.days_in_words(wanted)
        sums = ", ".join(f"{part.count} {sum_word(part)}" for part in log.sums)
        text = (
            _("An diesem Tag ging nichts hinaus, und nichts war fällig. Das Blatt im Anhang hält das fest.")
            if not log.total
            else _(
                "Im Anhang: %(sums)s. Stand: %(when)s.",
                sums=sums,
                when=sentences.spelled(now, "ccc, dd.MM. HH:mm"),
            )
        )
        return Paper(_("Sendeprotokoll %(day)s", day=days), text, pdf)
