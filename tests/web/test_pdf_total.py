"""The number of all sheets, put where the ten digits keep its place."""

from __future__ import annotations

import pytest
from flask import Flask

from kehr.web.pdf_answer import part_of
from kehr.web.pdf_total import with_total
from tests.conftest import NOON

DIGITS = b"0020002100220023002400250026002700280029"
"""The shapes of 0 to 9 in a font that begins them at 20."""


@pytest.mark.parametrize(
    ("shown", "total", "written"),
    [
        (b"[<00070008" + DIGITS + b">] TJ", 580, b"[<00070008002500280020>] TJ"),
        (b"[<0007>-3<0008>12<" + DIGITS + b">] TJ", 7, b"[<0007>-3<0008>12<0027>] TJ"),
        (b"[<0007" + DIGITS[:8] + b">1<" + DIGITS[8:] + b">0.5] TJ", 12, b"[<000700210022>] TJ"),
        (b"[<" + DIGITS + b">] TJ", 1234, b"[<0021002200230024>] TJ"),
    ],
)
def test_the_digits_give_way_to_the_number(shown: bytes, total: int, written: bytes) -> None:
    assert with_total(shown, total) == written


@pytest.mark.parametrize("shown", [b"[<00070008>] TJ", b"[<" + b"0020" * 10 + b">] TJ", b"[] TJ"])
def test_a_sheet_without_the_digits_is_never_finished_with_a_guess(shown: bytes) -> None:
    with pytest.raises(ValueError, match="ten digits"):
        with_total(shown, 3)


def test_a_file_in_which_the_place_is_not_clear_is_never_finished(app: Flask) -> None:
    page = """<!doctype html><title>Teil</title>
    <style>@page { @bottom-right { content: "0123456789" } }</style>
    <p>Erster</p><p style="break-before: page">Zweiter</p>"""
    part = part_of(page, NOON)
    assert part.sheets == 2
    with pytest.raises(ValueError, match="not to be found"):
        part.finish(2)
