"""What no page may do, asked of the page that the browser shows: each answer is a list of what is wrong."""

from __future__ import annotations

from pathlib import Path

from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.stack.browser import DESKTOP, PHONE, TABLET, Page

SCRIPT = Path(__file__).with_name("walls.js")
WINDOWS = {"desktop": DESKTOP, "tablet": TABLET, "phone": PHONE}
A4, A4_HIGH, MARGIN = 794, 1123, 53
"""An A4 sheet and the usual margin, in CSS pixels."""
COLOURS = "color-contrast"
ARROWS = {"ArrowRight": Keys.ARROW_RIGHT, "ArrowDown": Keys.ARROW_DOWN}


def _ask(page: Page, name: str) -> list[str]:
    if not page.chrome.execute_script("return typeof window.kehrWalls === 'object'"):
        page.chrome.execute_script(SCRIPT.read_text(encoding="utf-8"))
    answer: list[str] = page.chrome.execute_script(f"return window.kehrWalls.{name}()")
    return answer


def status_of(page: Page) -> int:
    """With which status the page was answered."""
    return int(
        page.chrome.execute_script("return performance.getEntriesByType('navigation')[0].responseStatus")
    )


def unfold(page: Page) -> None:
    """Opens what is folded, but for questions: they lie over the page on purpose."""
    script = "document.querySelectorAll('details:not(.confirm)').forEach((one) => { one.open = true; })"
    page.chrome.execute_script(script)


def cut_anywhere(page: Page) -> list[str]:
    """What is wider than a window, cut, or lies over something else, at three widths."""
    wrong = []
    for name, size in WINDOWS.items():
        page.resize(size)
        if page.sideways() > 0:
            wrong.append(f"{name}: {page.sideways()} pixels wider than the window")
        wrong += [f"{name}: {said}" for said in (*_ask(page, "cut"), *_ask(page, "overlapping"))]
    page.resize(DESKTOP)
    return wrong


def only_colour(page: Page) -> list[str]:
    """Patches of colour that no word goes with."""
    return _ask(page, "speechless")


def barriers(page: Page) -> list[str]:
    """What axe finds: everything at the desk, on the phone all but the colours, which are the same there, and
    in the dark the colours, which are all that differs. Looking at colours takes longest.
    """
    wrong = [f"desktop: {said}" for said in page.barriers()]
    page.resize(PHONE)
    wrong += [f"phone: {said}" for said in page.barriers(without=COLOURS)]
    page.resize(DESKTOP)
    page.dark()
    wrong += [f"dark: {said}" for said in page.barriers(only=COLOURS)]
    page.dark(False)
    return wrong


def on_paper(page: Page) -> list[str]:
    """What a sheet of A4 would not hold, should not show or does not say, and what is not black on it, even
    where the system wishes for dark pages.
    """
    page.media("print", dark=True)
    try:
        box = page.chrome.execute_script(
            f"{SCRIPT.read_text(encoding='utf-8')}; return window.kehrWalls.pageBox()"
        )
        sides = [_pixels(side) for side in box["sides"]] or [MARGIN, MARGIN]
        wide = A4_HIGH if box["across"] else A4
        page.resize((round(wide - sum(sides)), 1000))
        wrong = [f"{page.sideways()} pixels wider than the sheet"] if page.sideways() > 0 else []
        return wrong + _ask(page, "cut") + _ask(page, "overlapping") + _ask(page, "printed")
    finally:
        page.media("", dark=False)
        page.resize(DESKTOP)


def _pixels(length: str) -> float:
    return (
        float(length.removesuffix("mm")) * 96 / 25.4 if length.endswith("mm") else float(length.strip("px"))
    )


def beyond_the_keys(page: Page) -> list[str]:
    """What Tab does not reach, where it cannot be seen, and where it does not go on."""
    count = int(str(_ask(page, "watchKeys")))
    ActionChains(page.chrome, duration=0).send_keys(Keys.TAB * (count + 3)).perform()
    for group in page.chrome.execute_script("return window.kehrWalls.watchArrows()"):
        page.chrome.execute_script("arguments[0].focus()", group["entry"])
        ActionChains(page.chrome, duration=0).send_keys(ARROWS[group["key"]] * group["times"]).perform()
    return _ask(page, "unreached")
