"""The log: what went out and what did not, with filters, sums, a print view, PDF and CSV."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from kehr import clock, words
from kehr.actions.facts.log_filter import LogFilter
from kehr.actions.log.list_log import MOST_PRINTED, LogSum, filter_choices, list_log
from kehr.actions.log.proof_sheet import chain_end
from kehr.actions.manual.show_manual_send import Recent, cancelled_by_hand
from kehr.actions.visits.deadline_signs import signs_of_messages
from kehr.rules.terms.messages import Channel
from kehr.rules.terms.office_days import day_span
from kehr.web import log_filters, log_paper
from kehr.web.access import needs
from kehr.web.csv_file import csv_answer
from kehr.web.filters import office_zone
from kehr.web.fragments import wants_fragment
from kehr.web.log_sums import sum_word
from kehr.web.log_table import HEADING, MOST_ROWS, table_rows
from kehr.web.pdf_answer import file_answer

screen = Blueprint("log", __name__)
screen.add_app_template_filter(sum_word, "sum_word")


@screen.get("/protokoll")
@needs("reader")
def page() -> str:
    """One page of the log."""
    now = clock.now()
    wanted = log_filters.wanted_of(now)
    log = list_log(wanted, now, office_zone(), request.args.get("seite", 1, type=int))
    kept = log_filters.kept(wanted)
    fragment = wants_fragment()
    return render_template(
        "log/_results.html" if fragment else "log/page.html",
        wanted=wanted,
        log=log,
        choices=None if fragment else filter_choices(wanted, now, office_zone(), log),
        states=list(words.STATES),
        kinds=list(words.KINDS),
        channels=list(words.CHANNELS),
        sorts=list(words.SORTS),
        who=log_filters.who(wanted),
        quick_days=log_filters.quick_days(wanted, now),
        print_path=url_for("log.paper", **kept),
        pdf_path=url_for("log.pdf", **kept),
        csv_path=url_for("log.table", **kept),
        pages={
            number: url_for("log.page", seite=number, **kept) for number in _neighbours(log.page, log.pages)
        },
        sum_path=lambda part: url_for("log.page", **kept | _alike(part)),
        cancelled=_cancelled(wanted),
        deadlines=signs_of_messages(log.messages, now, office_zone()),
    )


@screen.get("/protokoll/druck")
@needs("reader")
def paper() -> str:
    """The selection on A4 across, black on white."""
    now = clock.now()
    wanted = log_filters.wanted_of(now)
    log = list_log(wanted, now, office_zone(), size=MOST_PRINTED)
    return render_template(
        "log/print.html",
        wanted=wanted,
        log=log,
        messages=log.messages,
        deadlines=signs_of_messages(log.messages, now, office_zone()),
        left_out=log.total - len(log.messages),
        at_part=1,
        of_parts=1,
        first_sheet=1,
        filters=log_filters.in_words(wanted, filter_choices(wanted, now, office_zone(), log)),
        end=chain_end(),
        pdf=url_for("log.pdf", **log_filters.kept(wanted)),
    )


@screen.get("/protokoll.pdf")
@needs("reader")
def pdf() -> Response:
    """The same as a file."""
    now = clock.now()
    wanted = log_filters.wanted_of(now)
    return file_answer(
        f"sendeprotokoll-{_span(wanted)}.pdf",
        lambda: log_paper.log_pdf(wanted, now, MOST_PRINTED),
        url_for("log.page", **log_filters.kept(wanted)),
    )


@screen.get("/protokoll.csv")
@needs("reader")
def table() -> Response:
    """The selection for a table program."""
    now = clock.now()
    wanted = log_filters.wanted_of(now)
    rows = table_rows(wanted, now, office_zone(), MOST_ROWS)
    return csv_answer(f"sendeprotokoll-{_span(wanted)}.csv", [str(word) for word in HEADING], rows)


def _span(wanted: LogFilter) -> str:
    days = dict.fromkeys((wanted.first.isoformat(), wanted.last.isoformat()))
    return "-bis-".join(days)


def _alike(part: LogSum) -> dict[str, str]:
    """The filter that shows exactly what a sum counts."""
    if part.test or part.channel != Channel.PAPER:
        sort = "tests" if part.test else "trial" if part.trial else "customers"
        told = {"weg": part.channel} if part.channel else {"sorte": sort}
        return told | {"zustand": part.state}
    return {"sorte": "notices" if part.recipient else "slips", "zustand": part.state}


def _cancelled(wanted: LogFilter) -> list[Recent]:
    """What was opened by hand on these days and not sent; any other filter is about messages (A49)."""
    if wanted != LogFilter(wanted.first, wanted.last):
        return []
    return cancelled_by_hand(*day_span(wanted.first, wanted.last, office_zone()))


def _neighbours(page: int, pages: int) -> list[int]:
    """The first, the last and the pages around this one."""
    return sorted({1, pages, *range(max(1, page - 2), min(pages, page + 2) + 1)})
