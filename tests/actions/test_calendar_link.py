"""Tokens as strangers type them, on both databases."""

from __future__ import annotations

import pytest
from flask import Flask

from kehr.actions.texts.calendar_link import open_link
from tests import builders
from tests.conftest import NOON


@pytest.mark.parametrize("token", ["", "a\0b", "\0", "ä", "a b", "%00", "x" * 500, "\ud800", "."])
def test_a_token_that_none_can_be_opens_nothing(token: str, app: Flask) -> None:  # B33
    builders.company(public_url="https://k.example.at")
    assert open_link(token, NOON) is None
