"""What a gateway may be told beside its account: how long it waits, in which zone, how much at once."""

from __future__ import annotations

import pytest

from kehr.rules.forms.settings_reader import SettingsError
from tests.rules.test_settings_gateways import ANDROID, GAMMU, SEVEN, read, with_line

OPTIONS = [
    (ANDROID, "ttl", "900", {"ttl": "900"}),
    (ANDROID, "timeout", "120", {"timeout": "120"}),
    (SEVEN, "states_at_once", "1", {"states_at_once": "1"}),
    (SEVEN, "zone", "'Europe/Vienna'", {"zone": "Europe/Vienna"}),
    (GAMMU, "validity_hours", "720", {"validity_hours": "720"}),
    (GAMMU, "zone", "''", {"zone": ""}),
    (GAMMU, "timeout", "60", {"timeout": "60"}),
    ("kind = 'linkmobility'\n", "timeout", "1", {"timeout": "1"}),
    ("kind = 'smtp'\nhost = 'mail.example.at'\n", "timeout", "90", {"timeout": "90"}),
]


@pytest.mark.parametrize(("text", "key", "value", "options"), OPTIONS)
def test_every_kind_is_told_how_patient_it_is(
    text: str, key: str, value: str, options: dict[str, str]
) -> None:
    settings = read(with_line(text, key, value))
    assert {**settings.options, **options} == settings.options


@pytest.mark.parametrize(
    ("text", "key", "value", "words"),
    [
        (ANDROID, "ttl", "59", "zwischen 60 und 14400"),
        (ANDROID, "ttl", "14401", "zwischen 60 und 14400"),
        (ANDROID, "timeout", "0", "zwischen 1 und 120"),
        (ANDROID, "zone", "'Europe/Vienna'", "gehört nicht zur Art"),
        (SEVEN, "states_at_once", "0", "zwischen 1 und 1000"),
        (SEVEN, "zone", "'Europe/Steyr'", "Europe/Vienna"),
        (SEVEN, "zone", "'../x'", "Europe/Vienna"),
        (SEVEN, "ttl", "60", "gehört nicht zur Art"),
        (GAMMU, "validity_hours", "721", "zwischen 1 und 720"),
        (GAMMU, "timeout", "61", "zwischen 1 und 60"),
        (GAMMU, "zone", "'Steyr'", "Die Zeitzone »Steyr« gibt es nicht"),
        ("kind = 'sandbox'\n", "timeout", "5", "gehört nicht zur Art"),
    ],
)
def test_an_option_beyond_its_limits_is_refused(text: str, key: str, value: str, words: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(with_line(text, key, value))
    assert refused.value.key == f"gateways[0].{key}"
    assert words in refused.value.sentence
