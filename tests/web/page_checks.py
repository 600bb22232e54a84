"""The house checks that every page passes, whatever it shows."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

from werkzeug.test import TestResponse

TAKES_INPUT = {"input", "select", "textarea"}
NEEDS_NO_LABEL = {"hidden", "submit", "button", "image", "reset"}


class Page(HTMLParser):
    """What a page holds, in the words of the checks."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.title = ""
        self.h1: list[str] = []
        self.ids: Counter[str] = Counter()
        self.labelled: set[str] = set()
        self.inputs: list[dict[str, str]] = []
        self.forms: list[dict[str, str]] = []
        self.tokens: list[bool] = []
        self.inline: list[str] = []
        self._open = ""
        self._in_label = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes ids, labels, inputs, forms and anything that a strict policy would refuse."""
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.ids[values["id"]] += 1
        if "style" in values or any(name.startswith("on") or name.startswith("hx-on") for name in values):
            self.inline.append(f"<{tag} {values}>")
        if tag == "script" and "src" not in values:
            self.inline.append("<script>")
        if tag == "label":
            self.labelled.add(values.get("for", ""))
            self._in_label = True
        if tag == "form":
            self.forms.append(values)
            self.tokens.append(False)
        if tag in TAKES_INPUT:
            if values.get("name") == "csrf_token" and self.tokens:
                self.tokens[-1] = True
            self.inputs.append(values | {"tag": tag, "wrapped": "yes" if self._in_label else ""})
        if tag == "h1":
            self.h1.append("")
        if tag in ("title", "h1"):
            self._open = tag

    def handle_endtag(self, tag: str) -> None:
        """Closes what collects text."""
        if tag == self._open:
            self._open = ""
        if tag == "label":
            self._in_label = False

    def handle_data(self, data: str) -> None:
        """Collects the title and the h1."""
        if self._open == "title":
            self.title += data
        elif self._open == "h1":
            self.h1[-1] += data


def check_page(response: TestResponse, status: int = 200) -> str:
    """Fails unless the answer is a sound page; returns its HTML."""
    assert response.status_code == status, response.get_data(as_text=True)[:2000]
    html = response.get_data(as_text=True)
    page = Page(html)
    assert len(page.h1) == 1, page.h1
    assert page.h1[0].strip(), "the h1 is empty"
    assert page.title.startswith(page.h1[0].strip()), (page.title, page.h1)
    assert not [name for name, count in page.ids.items() if count > 1], page.ids
    assert not page.inline, page.inline
    for form, token in zip(page.forms, page.tokens, strict=True):
        if form.get("method", "get").lower() == "post":
            assert form.get("action"), form
            assert token, f"no csrf field in {form}"
    for field in page.inputs:
        named = field.get("id", "-") in page.labelled or "aria-label" in field or field["wrapped"]
        assert named or field.get("type") in NEEDS_NO_LABEL, f"no label for {field}"
    return html
