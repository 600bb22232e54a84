"""`[[branches]]` and the quotas in the settings file, at their borders (B08, B10, B12, A24)."""

from __future__ import annotations

from typing import Any

import pytest

from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.forms.settings_values import Known, KnownGateway
from kehr.rules.settings.settings_branches import read_branch
from kehr.rules.settings.settings_gateways import read_gateway
from kehr.rules.settings.settings_office import read_company

KNOWN = Known(
    gateways={
        "eigen": KnownGateway("seven", ("Kehrer",), options={"branch_only": "yes"}),
        "link": KnownGateway("linkmobility", ("+43720111222", "Rauchfang")),
        "offen": KnownGateway("android"),
        "mail": KnownGateway("smtp"),
    }
)


@pytest.mark.parametrize(  # B10
    ("gateway", "sender", "stored"),
    [
        ("link", "0720 111222", "+43720111222"),
        ("link", "Rauchfang", "Rauchfang"),
        ("", "Rauchfang", "Rauchfang"),
        (None, "+43720111222", "+43720111222"),
        ("eigen", "Kehrer", "Kehrer"),
        ("offen", "0664 1000001", "+436641000001"),
        ("link", "", ""),
    ],
)
def test_a_sender_that_its_gateway_has_released_is_taken(
    gateway: str | None, sender: str, stored: str
) -> None:
    data = {"name": "Linz", "sms_gateway": gateway, "sender": sender}
    assert read_branch(data, "branches[0]", KNOWN).sender == stored


@pytest.mark.parametrize(
    ("data", "key", "words"),
    [
        ({"sender": "Kehrer"}, "sender", "beim Gateway »link« nicht freigegeben"),
        ({"sms_gateway": "eigen", "sender": "Rauchfang"}, "sender", "beim Gateway »eigen« nicht freigegeben"),
        ({"sender": "Rauchfang!"}, "sender", "geht als Absender nicht"),
        ({"sender": "12 Zeichen lan"}, "sender", "höchstens 11 Zeichen"),
        ({"cost_center": "x" * 41}, "cost_center", "Höchstens 40 Zeichen"),
        ({"cost_center": 4711}, "cost_center", "ein Text in Anführungszeichen"),
        ({"monthly_quota": -1}, "monthly_quota", "zwischen 0 und 1000000"),
        ({"monthly_quota": 1_000_001}, "monthly_quota", "zwischen 0 und 1000000"),
        ({"monthly_quota": "500"}, "monthly_quota", "eine ganze Zahl"),
        ({"monthly_quota": True}, "monthly_quota", "eine ganze Zahl"),
        ({"token": "x"}, "token", "Diese Angabe gibt es nicht"),
        ({"archived": True}, "archived", "Diese Angabe gibt es nicht"),
    ],
)
def test_bad_values_are_refused_under_their_key(data: dict[str, Any], key: str, words: str) -> None:
    with pytest.raises(SettingsError) as error:
        read_branch({"name": "Linz"} | data, "branches[0]", KNOWN)
    assert error.value.key == f"branches[0].{key}" and words in error.value.sentence


@pytest.mark.parametrize(("quota", "stored"), [(0, 0), (1, 1), (1_000_000, 1_000_000)])  # A24
def test_a_quota_is_a_whole_number(quota: int, stored: int) -> None:
    assert read_company({"monthly_quota": quota}, Known()).monthly_quota == stored
    assert read_branch({"name": "Linz", "monthly_quota": quota}, "", Known()).monthly_quota == stored


@pytest.mark.parametrize("quota", [-1, 1_000_001, "5", 1.5, True])
def test_the_firm_s_quota_is_checked_as_well(quota: Any) -> None:
    with pytest.raises(SettingsError) as error:
        read_company({"monthly_quota": quota}, Known())
    assert error.value.key == "company.monthly_quota"


@pytest.mark.parametrize("value", [True, False])
def test_an_account_can_be_one_branch_s_only(value: bool) -> None:
    data = {"name": "Linz", "kind": "seven", "branch_only": value}
    assert read_gateway(data, "", Known()).branch_only is value
