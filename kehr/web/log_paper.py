"""The log as a PDF: the print page in parts, so that a long one takes no more memory than a short one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from flask import render_template

from kehr.actions.deadline_signs import signs_of_messages
from kehr.actions.list_log import Log, filter_choices, list_log, log_ids, messages_in_parts
from kehr.actions.log_filter import LogFilter
from kehr.actions.proof_sheet import ChainEnd, chain_end
from kehr.models import Message
from kehr.web import log_filters
from kehr.web.filters import office_zone
from kehr.web.pdf_answer import pdf_of
from kehr.web.pdf_joining import joined

PART = 250
"""So many messages are laid out at a time. Each part is some thirty sheets with their own numbers."""


def log_pdf(
    wanted: LogFilter,
    now: datetime,
    most: int | None = None,
    between: Callable[[], None] = lambda: None,
) -> bytes:
    """The PDF/A of a selection, of its first `most` messages at most. Raises NoPdf.

    `between` is called after each part: laying out thousands of rows takes minutes on a small machine.
    """

    def files() -> Iterator[bytes]:
        for html in log_pages(wanted, now, most):
            yield pdf_of(html, now)
            between()

    return joined(files())


def log_pages(wanted: LogFilter, now: datetime, most: int | None = None) -> Iterator[str]:
    """The print page of each part; sums, branches and the chain's end stand on the last."""
    zone = office_zone()
    log = list_log(wanted, now, zone, size=1)
    ids = log_ids(wanted, now, zone, log.total if most is None else most)
    filters = log_filters.in_words(wanted, filter_choices(wanted, now, zone, log))
    end = chain_end()
    parts = max(1, -(-len(ids) // PART))
    left_out = log.total - len(ids)
    if not ids:
        yield _part(wanted, log, [], filters, end, 1, 1, 0, now)
    for number, messages in enumerate(messages_in_parts(ids, PART), 1):
        yield _part(wanted, log, messages, filters, end, number, parts, left_out, now)


def _part(
    wanted: LogFilter,
    log: Log,
    messages: list[Message],
    filters: str,
    end: ChainEnd | None,
    part: int,
    parts: int,
    left_out: int,
    now: datetime,
) -> str:
    return render_template(
        "log/print.html",
        wanted=wanted,
        log=log,
        messages=messages,
        deadlines=signs_of_messages(messages, now, office_zone()),
        filters=filters,
        end=end,
        at_part=part,
        of_parts=parts,
        left_out=left_out,
        pdf="",
    )
