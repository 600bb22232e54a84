"""A real browser without a window, and what it noticed: script errors, refusals by policy, what it loaded."""

from __future__ import annotations

import base64
import contextlib
import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

from selenium.common.exceptions import StaleElementReferenceException, TimeoutException
from selenium.webdriver import ActionChains, Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

DRIVER = "/usr/bin/chromedriver"
BROWSER = "/usr/bin/chromium"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1360,900",
    "--hide-scrollbars",
    "--lang=de-AT",
)
DESKTOP, TABLET, PHONE = (1360, 900), (820, 1180), (390, 844)
PATIENCE = 30.0
"""How long a test waits for what a page should show, in seconds: other tests may have the machine busy."""
Answer = TypeVar("Answer")
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
"""Which of axe's rules count: all that WCAG 2.2 AA asks for."""


def _axe() -> Path:
    """The script that looks for barriers; its package is only a box for it here."""
    spec = find_spec("axe_playwright_python")
    assert spec is not None and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "axe.min.js"


AXE = _axe()


def settled(ask: Callable[[], Answer]) -> Answer:
    """An answer about a page that may be swapped for another while it is asked."""
    for _ in range(20):
        with contextlib.suppress(StaleElementReferenceException):
            return ask()
    return ask()


@dataclass
class Page:
    """The browser in the hands of somebody at the desk."""

    chrome: Chrome
    address: str

    def open(self, path: str) -> None:
        """Types an address of the office's pages."""
        self.chrome.get(self.address + path)

    @property
    def path(self) -> str:
        """Where the browser is."""
        return str(self.chrome.current_url).removeprefix(self.address)

    @property
    def text(self) -> str:
        """Everything that can be read on the page; read again when the page changes meanwhile."""
        return settled(lambda: self.one("body").text)

    @property
    def heading(self) -> str:
        """The page's one h1."""
        (heading,) = self.chrome.find_elements(By.CSS_SELECTOR, "h1")
        return heading.text

    def one(self, css: str) -> WebElement:
        """The first element that fits, as soon as there is one."""
        found: list[WebElement] = []
        self.until(lambda: self._all(css, found), f"nothing fits {css}")
        return found[0]

    def _all(self, css: str, found: list[WebElement]) -> bool:
        found[:] = self.chrome.find_elements(By.CSS_SELECTOR, css)
        return bool(found)

    def named(self, words: str, within: str = "body") -> WebElement:
        """The visible button, link or summary with these words, as soon as there is one."""
        found: list[WebElement] = []
        with contextlib.suppress(TimeoutException):
            self.until(lambda: self._named(words, within, found), f"no »{words}«")
        assert found, f"no »{words}« to click on {self.path}: {self.text[:1500]}"
        return found[0]

    def _named(self, words: str, within: str, found: list[WebElement]) -> bool:
        for place in self.chrome.find_elements(By.CSS_SELECTOR, within)[:1]:
            for one in place.find_elements(By.CSS_SELECTOR, "button, a, summary"):
                if one.is_displayed() and words in one.text:
                    found[:] = [one]
                    return True
        return False

    def click(self, words: str, within: str = "body") -> None:
        """Clicks what has these words; a click that leads to another page waits for it."""
        settled(lambda: self.into_view(self.named(words, within)).click())

    def into_view(self, element: WebElement) -> WebElement:
        """Scrolls to an element as somebody would."""
        script = "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})"
        self.chrome.execute_script(script, element)
        return element

    def fill(self, **values: str | bool) -> None:
        """Types into fields by their names: text is replaced, choices are chosen, ticks set."""
        for name, value in values.items():
            settled(partial(self._fill, name, value))

    def _fill(self, name: str, value: str | bool) -> None:
        field = self.into_view(self.one(f"main [name='{name}'], .gate [name='{name}'], form [name='{name}']"))
        if field.tag_name == "select":
            Select(field).select_by_value(str(value))
        elif isinstance(value, bool):
            if field.is_selected() != value:
                field.click()
        else:
            field.clear()
            field.send_keys(value)

    def press(self, *keys: str) -> None:
        """Types where the focus is."""
        for key in keys:
            ActionChains(self.chrome).send_keys(key).perform()

    @property
    def focused(self) -> WebElement:
        """What has the focus."""
        return self.chrome.switch_to.active_element

    def wait(self, words: str, seconds: float = PATIENCE) -> None:
        """Waits until these words can be read."""
        with contextlib.suppress(Exception):
            WebDriverWait(self.chrome, seconds, 0.1).until(lambda _: words in self.text)
        assert words in self.text, f"»{words}« is not on {self.path}: {self.text[:1500]}"

    def until(self, ask: Callable[[], object], what: str) -> None:
        """Waits until this holds of the page, which may be swapped while it is asked; fails with `what`."""
        waiting = WebDriverWait(self.chrome, PATIENCE, 0.1, [StaleElementReferenceException])
        waiting.until(lambda _: ask(), f"{what}, at {self.path}")

    def wait_at(self, path: str) -> None:
        """Waits until the browser is there."""
        with contextlib.suppress(Exception):
            WebDriverWait(self.chrome, PATIENCE, 0.1).until(lambda _: self.path.partition("?")[0] == path)
        assert self.path.partition("?")[0] == path, f"at {self.path}, not {path}: {self.text[:1500]}"

    def resize(self, size: tuple[int, int]) -> None:
        """A window, or a phone, of exactly this size in CSS pixels."""
        width, height = size
        self.chrome.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600},
        )

    def media(self, kind: str, *, dark: bool) -> None:
        """Shows the page as on this medium, perhaps on a system that wishes for dark pages."""
        features = [{"name": "prefers-color-scheme", "value": "dark"}] if dark else []
        self.chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": kind, "features": features})

    def dark(self, wish: bool = True) -> None:
        """A system that wishes for dark pages, or no longer."""
        self.media("", dark=wish)

    def sideways(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(
            self.chrome.execute_script(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
        )

    def picture(self, file: Path, *, whole: bool = True) -> None:
        """The page as a picture: `whole` as far down as it goes, else what the window shows."""
        file.parent.mkdir(exist_ok=True)
        if not whole:
            file.write_bytes(self.chrome.get_screenshot_as_png())
            return
        size = self.chrome.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 3000), "scale": 1}
        shot = self.chrome.execute_cdp_cmd(
            "Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True, "clip": clip}
        )
        file.write_bytes(base64.b64decode(shot["data"]))

    def barriers(self, only: str = "", without: str = "") -> list[str]:
        """What axe finds against WCAG 2.2 AA on the page as it stands: rule, element, what is wrong.
        `only` names one rule to look at, `without` one to leave out.
        """
        if not self.chrome.execute_script("return typeof window.axe === 'object'"):
            self.chrome.execute_script(AXE.read_text(encoding="utf-8"))
        found = self.chrome.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "const rules = arguments[1] ? {[arguments[1]]: {enabled: false}} : {};"
            "axe.run(document, {runOnly: arguments[0], rules, resultTypes: ['violations']})"
            ".then(all => done(all.violations), error => done([{id: String(error), nodes: []}]));",
            [only] if only else WCAG,
            without,
        )
        return [
            f"{self.path}: {rule['id']}: {node['target']}: {node['failureSummary']}"
            for rule in found
            for node in rule["nodes"] or [{"target": "", "failureSummary": ""}]
        ]

    def on_paper(self, file: Path) -> Path:
        """The page as it is printed: a PDF, and its first sheet as a picture."""
        file.parent.mkdir(exist_ok=True)
        printed = self.chrome.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
        pdf = file.with_suffix(".pdf")
        pdf.write_bytes(base64.b64decode(printed["data"]))
        subprocess.run(
            [
                "pdftoppm",
                "-png",
                "-r",
                "70",
                "-f",
                "1",
                "-l",
                "1",
                "-singlefile",
                str(pdf),
                str(file.with_suffix("")),
            ],
            check=True,
        )
        return pdf

    def complaints(self) -> list[str]:
        """What the console says since the last call: script errors, refused by policy, missing files.

        An answer of 4xx to a form is the page's own and no fault.
        """
        return [
            entry["message"]
            for entry in self.chrome.get_log("browser")
            if entry["level"] in ("SEVERE", "WARNING") and "status of 4" not in entry["message"]
        ]

    def loaded_from_outside(self) -> list[str]:
        """Every address loaded since the last call that is not the office's own."""
        found = []
        for entry in self.chrome.get_log("performance"):
            told = json.loads(entry["message"])["message"]
            if told["method"] == "Network.requestWillBeSent":
                url = told["params"]["request"]["url"]
                if not url.startswith((f"{self.address}/", "data:", "chrome:", "about:")):
                    found.append(url)
        return found


@contextlib.contextmanager
def browser(address: str) -> Iterator[Page]:
    """A fresh browser that has never seen these pages."""
    with tempfile.TemporaryDirectory(prefix="kb-browser-", ignore_cleanup_errors=True) as profile:
        options = ChromeOptions()
        options.binary_location = BROWSER
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        chrome = Chrome(options=options, service=Service(DRIVER))
        try:
            page = Page(chrome, address)
            page.resize(DESKTOP)
            yield page
        finally:
            chrome.quit()
