"""Calendars from files of this machine, for the preview."""

from __future__ import annotations

from pathlib import Path

import pytest

from kehr.sources.ics_feed import FeedFault, FeedLimits, read_file
from tests.fakes.calendar_server import CALENDAR

PAGE = b"\n<!DOCTYPE html>\n<html><head><title>Anmelden</title></head></html>"


def test_a_file_is_read_within_the_same_bounds(tmp_path: Path) -> None:
    path = tmp_path / "a.ics"
    path.write_bytes(CALENDAR)
    assert read_file(path) == CALENDAR
    assert read_file(path, FeedLimits(max_bytes=len(CALENDAR))) == CALENDAR


@pytest.mark.parametrize(
    ("content", "code"), [(None, "file_missing"), (b"x" * 201, "too_large"), (PAGE, "html")]
)
def test_a_file_that_is_no_calendar_is_told_by_its_word(
    tmp_path: Path, content: bytes | None, code: str
) -> None:
    path = tmp_path / "a.ics"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FeedFault) as caught:
        read_file(path, FeedLimits(max_bytes=200))
    assert caught.value.code == code


def test_a_folder_is_no_calendar(tmp_path: Path) -> None:
    with pytest.raises(FeedFault) as caught:
        read_file(tmp_path)
    assert caught.value.code == "file_missing"
