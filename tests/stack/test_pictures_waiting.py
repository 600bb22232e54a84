"""»Wartet auf Sie« and the Nachholliste at the desk, on a tablet and on the phone; and by keys alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from selenium.webdriver.common.keys import Keys

from kehr.actions.run.run_round import beat
from kehr.models import Message, Property, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.stack.browser import Page
from tests.stack.seen import THREE_SIZES, picture

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NAMES = (
    "Eva Šimić",
    "Karl Mustermann",
    "Maximilian Donaudampfschifffahrtsgesellschaft-Baumgartner",
    "Ida Huber",
)


@pytest.fixture
def house(app: Flask, at: Clock) -> Property:
    """A Monday after a weekend without power: something of every sort waits."""
    builders.company()
    builders.gateway("LINK", stopped_code="refused_in_row", stopped_at=NOON - HOUR)
    calendar = builders.calendar()
    new, old = builders.rule(text_new_since=NOON), builders.rule("announcement", days=14)

    def send(number: int, rule: object, state: str, ahead: timedelta = 3 * DAY, **values: object) -> None:
        address, hold = f"+43664100{number:04}", values.pop("hold_key", "")
        phone = {"e164": address, "type": "mobile", "country": "AT", "typed": address}
        row = builders.appointment(
            calendar, NOON + ahead, phones=[phone], name=NAMES[number % 4], hold_key=hold
        )
        due = values.pop("due_at", NOON + HOUR)
        builders.message(row, rule, recipient=address, state=state, due_at=due, **values)

    args = {"count": 14, "day": "2026-03-12"}
    for number in range(14):
        send(number, old, "held", reason="bundle_moved", reason_args=args, hold_key="14@2026-03-12|1")
    for number in range(20, 26):
        send(number, new, "held", reason="text_new", reason_args={"kind": "reminder"})
    send(30, old, "unclear", reason="stuck_sending", claimed_at=NOON - HOUR)
    send(31, old, "unclear", reason="stuck_sending", claimed_at=NOON - HOUR)
    send(32, old, "undelivered", reason="undelivered", sent_at=NOON - HOUR)
    for number, ahead in enumerate((DAY, 2 * DAY, -HOUR, -DAY), 40):
        send(number, old, "missed", ahead, reason="too_late", due_at=NOON - DAY)
    builders.calendar("Linz", faulty_code="not_found", faulty_detail="404", faulty_since=NOON - DAY)
    beat("tick", NOON - 4 * DAY + 4 * HOUR)
    beat("tick", NOON)
    return builders.house()


def test_what_waits_fits_every_width(page: Page, house: Property) -> None:
    page.open("/heute")
    picture(page, "wartet", sizes=THREE_SIZES)
    page.open("/nachholen")
    picture(page, "nachholen", sizes=THREE_SIZES)
    page.open("/wartet/14@2026-03-12%7C1")
    picture(page, "buendel", sizes=THREE_SIZES)
    assert page.complaints() == []


def test_everything_is_decided_by_keys_alone_and_the_list_stays_in_place(  # C06
    page: Page,
    house: Property,
) -> None:
    page.open("/heute")

    def count(state: str) -> int:
        db.session.rollback()
        return db.session.query(Message).filter_by(state=state).count()

    def in_menu() -> int:
        return int(page.one("#zahl-heute .count").text)

    def in_heading() -> int:
        return int(page.one("#heute h1").text.split()[0])

    waiting = in_menu()
    assert waiting == in_heading()
    page.one("#inhalt").send_keys("g")
    page.one("#knopf-feed-2").send_keys("g")
    first = page.one("#wartet-liste input[value^='unclear|']")
    first.send_keys(Keys.ENTER)
    assert count("unclear") == 2, "a letter elsewhere and Enter in a tick box decide nothing"
    first.send_keys(Keys.SPACE)
    name = first.get_attribute("id")
    first.send_keys(Keys.ARROW_DOWN)
    page.press("g")
    page.wait("1 Nachricht ist als gesendet vermerkt.")
    page.until(lambda: page.focused.tag_name != "body", "the focus in the list")
    assert count("unclear") == 1
    assert in_menu() == in_heading() < waiting, "the number in the menu follows"
    assert page.one(f"[id='{name}']").is_selected(), "what was ticked stays ticked"
    page.one("#alle-mark_sent").send_keys(Keys.ENTER)
    page.until(lambda: count("unclear") == 0, "the ticked message")
    page.until(lambda: in_menu() == in_heading() == waiting - 3, "the number in the menu follows")
    assert page.complaints() == []
