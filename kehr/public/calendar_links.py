"""GET /t/<token>: one appointment as a file for the customer's calendar, as it is now."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, current_app, request

from kehr import clock
from kehr.actions.texts.calendar_link import open_link
from kehr.public.throttle import Throttle, who_asks

door = Blueprint("calendar_links", __name__)

UNKNOWN = (
    "Diesen Kalendereintrag gibt es nicht oder nicht mehr. Bitte fragen Sie bei Ihrem Rauchfangkehrer nach."
)
TOO_MANY = "Das waren zu viele Aufrufe auf einmal. Bitte versuchen Sie es in einer Minute noch einmal."
MOST, SPAN = 30, timedelta(minutes=1)


@door.record_once
def _prepare(state: object) -> None:
    state.app.extensions["link_throttle"] = Throttle(MOST, SPAN)  # type: ignore[attr-defined]


@door.get("/t/<token>")
def calendar_entry(token: str) -> Response:
    """The .ics file; 404 with a sentence for what is unknown or over.

    Only misses count against an address: thousands of customers share that of their mobile network.
    """
    now, throttle, asking = clock.now(), current_app.extensions["link_throttle"], who_asks(request)
    if throttle.is_full(asking, now):
        return _told(TOO_MANY, 429, {"Retry-After": str(int(SPAN.total_seconds()))})
    opened = open_link(token, now)
    if opened is None:
        throttle.count(asking, now)
        return _told(UNKNOWN, 404)
    method = "CANCEL" if opened.cancelled else "PUBLISH"
    return Response(
        opened.content,
        content_type=f"text/calendar; charset=utf-8; method={method}",
        headers={
            "Content-Disposition": 'inline; filename="termin.ics"',
            "Cache-Control": "private, no-cache",
        },
    )


def _told(sentence: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(f"{sentence}\n", status, headers=headers, content_type="text/plain; charset=utf-8")
