"""`make bench` asks every page of an old office: a page that it does not know would never be looked at."""

from __future__ import annotations

import pytest
from flask import Flask

from bench.pages_table import check_all_asked


def test_every_page_is_measured_or_says_why_not(app: Flask) -> None:
    check_all_asked(app)


def test_a_page_that_nobody_put_into_the_table_ends_the_measurement() -> None:
    other = Flask("other")
    other.add_url_rule("/neu-hier", "new_here", lambda: "")
    with pytest.raises(SystemExit, match="new_here nor why not"):
        check_all_asked(other)
