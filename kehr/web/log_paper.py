"""The log as a PDF: the print page in parts, so that a long one takes no more memory than a short one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import render_template

from kehr.actions.facts.log_filter import LogFilter
from kehr.actions.log.list_log import Log, filter_choices, list_log, log_ids, messages_in_parts
from kehr.actions.log.proof_sheet import ChainEnd, chain_end
from kehr.actions.visits.deadline_signs import signs_of_messages
from kehr.models import Message
from kehr.web import log_filters
from kehr.web.filters import office_zone
from kehr.web.pdf_answer import part_of, pdf_of
from kehr.web.pdf_joining import joined
from kehr.web.pdf_total import Unfinished

PART = 250
"""So many messages are laid out at a time; they fill some thirty sheets."""


@dataclass(frozen=True, slots=True)
class Part:
    """The print page of some messages of a log; `of` is how many parts there are."""

    html: str
    of: int


def log_pdf(
    wanted: LogFilter,
    now: datetime,
    most: int | None = None,
    between: Callable[[], None] = lambda: None,
) -> bytes:
    """The PDF/A of a selection, of its first `most` messages at most. Raises NoPdf.

    `between` is called after each part: laying out thousands of rows takes a minute on a small machine. A
    part is numbered from where the one before ended; how many sheets there are is only known at the end, and
    then written on all of them.
    """
    drawn: list[Unfinished] = []
    for part in log_pages(wanted, now, most, lambda: _sheets(drawn)):
        if part.of == 1:
            pdf = pdf_of(part.html, now)
            between()
            return pdf
        drawn.append(part_of(part.html, now))
        between()
    total = _sheets(drawn)
    return joined(part.finish(total) for part in drawn)


def _sheets(drawn: list[Unfinished]) -> int:
    return sum(part.sheets for part in drawn)


def log_pages(
    wanted: LogFilter, now: datetime, most: int | None = None, sheets: Callable[[], int] = lambda: 0
) -> Iterator[Part]:
    """The print page of each part; sums, branches and the chain's end stand on the last. `sheets` tells how
    many sheets the parts before have, once a part is asked for.
    """
    zone = office_zone()
    log = list_log(wanted, now, zone, size=1)
    ids = log_ids(wanted, now, zone, log.total if most is None else most)
    filters = log_filters.in_words(wanted, filter_choices(wanted, now, zone, log))
    end = chain_end()
    parts = max(1, -(-len(ids) // PART))
    left_out = log.total - len(ids)
    if not ids:
        yield _part(wanted, log, [], filters, end, 1, 1, 0, 0, now)
    for number, messages in enumerate(messages_in_parts(ids, PART), 1):
        yield _part(wanted, log, messages, filters, end, number, parts, sheets(), left_out, now)


def _part(
    wanted: LogFilter,
    log: Log,
    messages: list[Message],
    filters: str,
    end: ChainEnd | None,
    part: int,
    parts: int,
    sheets_before: int,
    left_out: int,
    now: datetime,
) -> Part:
    html = render_template(
        "log/print.html",
        wanted=wanted,
        log=log,
        messages=messages,
        deadlines=signs_of_messages(messages, now, office_zone()),
        filters=filters,
        end=end,
        at_part=part,
        of_parts=parts,
        first_sheet=sheets_before + 1,
        left_out=left_out,
        pdf="",
    )
    return Part(html, parts)
