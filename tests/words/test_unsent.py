"""Why an SMS did not arrive: what a gateway said has its own sentence, all else the common one."""

from __future__ import annotations

import pytest

from kehr import words
from kehr.gateways.android_lists import FATES as PHONE_FATES
from kehr.gateways.contract import Fate
from kehr.gateways.seven_codes import FATES as SEVEN_FATES
from kehr.words.reasons import REASONS


def said(detail: str) -> str:
    return words.sentence("undelivered", {"detail": detail})


@pytest.mark.parametrize(
    ("detail", "begins"),
    [
        ("Failed, RESULT_ERROR_LIMIT_EXCEEDED", "Das Telefon hat die SMS nicht gesendet: Android lässt nur"),
        ("Failed, RESULT_ERROR_NO_SERVICE", "Das Telefon hatte keinen Empfang"),
        ("Failed, RESULT_ERROR_RADIO_OFF", "Das Telefon ist im Flugmodus"),
        ("Failed, RESULT_RIL_SIM_ABSENT", "Im Telefon steckt keine SIM-Karte"),
        ("Failed, RESULT_NETWORK_REJECT", "Das Mobilfunknetz hat die SMS abgelehnt"),
        ("Cancelled", "Das Senden wurde am Telefon abgebrochen"),
        ("NOTDELIVERED", "Das Mobilfunknetz konnte die SMS nicht zustellen"),
        ("EXPIRED", "Das Handy war so lange nicht erreichbar"),
    ],
)
def test_failure_15_a_known_reason_has_its_sentence(detail: str, begins: str) -> None:
    assert said(detail).startswith(begins)


@pytest.mark.parametrize(
    "detail", ["Failed", "Failed, SIM 2 not found", "Failed, RESULT_ERROR_NEW", "expired"]
)
def test_any_other_reason_stands_in_the_common_sentence(detail: str) -> None:
    assert said(detail) == REASONS["undelivered"].format(detail=detail)


def test_each_says_what_to_do() -> None:
    for text in words.UNSENT.values():
        assert text.endswith("Verständigen Sie auf anderem Weg.")
        assert "{" not in text


def test_every_last_word_of_seven_is_known_and_the_common_sentence_is_there() -> None:
    unsent = {f"undelivered/{word}" for word, fate in SEVEN_FATES.items() if fate is Fate.UNDELIVERED}
    assert unsent <= set(words.UNSENT)
    assert set(PHONE_FATES) == {"Delivered", "Failed", "Cancelled"}
    assert "{detail}" in REASONS["undelivered"]
