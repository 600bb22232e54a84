"""What the start page says of messages that are overdue: they leave as soon as the send window is open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page
from tests.web.test_today import DAY, HOUR, office, send

__all__ = ["office"]
SUNDAY = datetime(2026, 3, 15, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("dues", "said"),
    [
        ((-HOUR,), "Heute geht noch 1 Nachricht hinaus, so bald wie möglich."),
        ((-HOUR, DAY), "Heute geht noch 1 Nachricht hinaus, so bald wie möglich."),
        ((-HOUR, 5 * HOUR), "Heute gehen noch 2 Nachrichten hinaus, die nächste so bald wie möglich."),
        ((5 * HOUR,), "Heute geht noch 1 Nachricht hinaus, um 17:00."),
        ((DAY,), "Heute geht nichts mehr hinaus, das Nächste am Mi, 11.03. 12:00."),
    ],
)
def test_what_is_overdue_is_never_called_nothing_nor_given_another_time(
    app: Flask, office: dict[str, Any], sign_in: SignIn, dues: tuple[timedelta, ...], said: str
) -> None:
    for due in dues:
        send(office, due_at=NOON + due)
    assert said in check_page(sign_in("reader").get("/heute"))


def test_outside_the_send_window_what_is_overdue_leaves_when_it_opens(  # failures.md 11
    app: Flask, office: dict[str, Any], sign_in: SignIn, at: Clock
) -> None:
    at.moment = SUNDAY
    for number in range(2):
        send(office, due_at=SUNDAY - DAY, ahead=8 * DAY, recipient=f"+43664100000{number}")
    html = check_page(sign_in("reader").get("/heute"))
    assert "Heute geht nichts mehr hinaus, das Nächste am Mo, 16.03. 08:00." in html
    assert '<span class="time">Mo 08:00</span>' in html and ">jetzt<" not in html
