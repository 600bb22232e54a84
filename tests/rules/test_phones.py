"""Phone numbers in running text and in single fields."""

from __future__ import annotations

import pytest

from kehr.rules.terms.appointments import NumberType
from kehr.rules.terms.phones import BadNumber, find_numbers, locate_numbers, normalise, pretty


def _e164(text: str) -> list[str]:
    return [number.e164 for number in find_numbers(text)]


@pytest.mark.parametrize(
    ("text", "e164", "kind", "country"),
    [
        ("0662 843210", "+43662843210", NumberType.LANDLINE, "AT"),
        ("0664 1234567", "+436641234567", NumberType.MOBILE, "AT"),
        ("06542 72345", "+43654272345", NumberType.LANDLINE, "AT"),
        ("0720 111222", "+43720111222", NumberType.VOIP, "AT"),
        ("+43 (0)664 1234567", "+436641234567", NumberType.MOBILE, "AT"),
        ("0043664 1234567", "+436641234567", NumberType.MOBILE, "AT"),
        ("+49 171 1234567", "+491711234567", NumberType.MOBILE, "DE"),
        ("+1 650 253 0000", "+16502530000", NumberType.MOBILE, "US"),
        ("0800 123456", "+43800123456", NumberType.OTHER, "AT"),
        ("0900 123456", "+43900123456", NumberType.OTHER, "AT"),
        ("0664 1000001", "+436641000001", NumberType.MOBILE, "AT"),
        ("0666 / 15651324", "+4366615651324", NumberType.MOBILE, "AT"),
        ("0665 1234567", "+436651234567", NumberType.MOBILE, "AT"),
        ("01 5123456", "+4315123456", NumberType.LANDLINE, "AT"),
    ],
)
def test_failure_09_number_has_its_type_and_country(
    text: str, e164: str, kind: NumberType, country: str
) -> None:  # A36
    (number,) = find_numbers(text)
    assert (number.e164, number.type, number.country) == (e164, kind, country)
    assert number.typed == text


@pytest.mark.parametrize(
    "text",
    [
        "06641234567",
        "0664/1234567",
        "0664-123 45 67",
        "0664.123.45.67",
        "(0664) 12 34 567",
        "+43 664 / 12 34 567",
        "+43(0)664/1234567",
        "+43 0664 1234567",
        "0043 (0) 664 1234567",
        "\uff0b43 664 1234567",
        "0664\u00a01234567",
        "0664\u20131234567",
        "0664\u200b1234567",
        "0664   /   1234567",
        "+43 [0] 664 1234567",
        "+43-(0)-664-1234567",
        "0664 1234567 / 4400 Steyr",
        "A110010/0664 1234567",
        "Tel.:0664 1234567",
        "tel:+436641234567",
        "Maria +436641234567",
        "Maria+436641234567",
        "Maria0664 1234567",
        "0664 1234567 (Frau)",
        "0664 1234567Frau",
        "0664 1234567.",
        "0664 1234567 2 Personen",
        "0664 12 34 567 2 Personen",
        "0664 1234567 14 Uhr",
        "0664 1234567 12.03.2026",
        "12.03.2026 0664 1234567",
        "12.3. 10:00-12:00 0664 1234567",
        "10:00 06641234567",
        "8-10 Uhr 0664 1234567",
        "4400 Steyr 0664 1234567",
        "4400 0664 1234567",
        "A110010 0664 1234567",
        "Kunde: 06641234567",
        "T0664 1234567",
        "HK+436641234567",
        "HK0664 1234567",
        "maria@example.at,06641234567",
        "06641234567;maria@example.at",
        "06641234567/maria@example.at",
        "https://example.at/a,06641234567",
        "0664 123 45 67 Top 14",
    ],
)
def test_failure_09_every_spelling_gives_the_same_mobile(text: str) -> None:  # B25
    assert _e164(text) == ["+436641234567"]


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("07252 53123-14", "+43725253123"),
        ("07252 53123 - 0", "+43725253123"),
        ("07252/53123/14", "+43725253123"),
        ("07252 53123 DW 14", "+43725253123"),
        ("07252 53123 DW14", "+43725253123"),
        ("07252 53123 (DW 14)", "+43725253123"),
        ("07252 53123 Kl. 14", "+43725253123"),
        ("07252 53123 Klappe 14", "+43725253123"),
        ("07252 53123, Durchwahl: 14", "+43725253123"),
        ("07252 53123 14", "+43725253123"),
        ("+43(0)7252/53123-0", "+43725253123"),
        ("01 71100-1234", "+43171100"),
        ("01 514 50-0", "+43151450"),
        ("07252-53123", "+43725253123"),
        ("07252 53 123", "+43725253123"),
        ("0732-771122", "+43732771122"),
        ("0732/7711 22", "+43732771122"),
        ("01 512 34-56", "+4315123456"),
        ("07252 531 23-14", "+43725253123"),
        ("0732 77 11-22", "+43732771122"),
        ("0664-123-4567", "+436641234567"),
    ],
)
def test_failure_09_extension_is_never_glued_on_and_nothing_else_is_cut_off(text: str, e164: str) -> None:
    assert _e164(text) == [e164]


@pytest.mark.parametrize(
    ("text", "e164s"),
    [
        ("0650 12 34 567 od 07252 81234", ["+436501234567", "+43725281234"]),
        ("0676/1234567, 0699/7654321", ["+436761234567", "+436997654321"]),
        ("0664 1234567 / 07252 81234-0", ["+436641234567", "+43725281234"]),
        ("0664 1234567/0676 1234567", ["+436641234567", "+436761234567"]),
        ("0664 1234567 0664 7654321", ["+436641234567", "+436647654321"]),
        ("0664 12 34 567 0676 12 34 567", ["+436641234567", "+436761234567"]),
        ("0664 12 34 567 01 5123456", ["+436641234567", "+4315123456"]),
        ("0650 12 04 567", ["+436501204567"]),
        ("0664 1234567-0676 7654321", ["+436641234567", "+436767654321"]),
        ("+43 664 1234567+43 676 1234567", ["+436641234567", "+436761234567"]),
        ("0664 1234567\n0676 1234567", ["+436641234567", "+436761234567"]),
        ("0676 84 123 45 67", ["+43676841234567"]),
        ("0699 12 34 56 78", ["+4369912345678"]),
        ("+49 30 1234 5678", ["+493012345678"]),
        ("+39 06 6982 1234", ["+390669821234"]),
        ("+43 664 1234567 oder 0664 1234567", ["+436641234567"]),
    ],
)
def test_failure_09_several_numbers_come_each_once_and_in_order(text: str, e164s: list[str]) -> None:  # A07
    assert _e164(text) == e164s


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Rechnung 4366412345678",
        "Rechnung 06641234567",
        "Rechnungsnr. 0725281234",
        "Kundennummer: 0725281234",
        "6641234567",
        "A110010",
        "A0110010",
        "B00725281234",
        "A - 4400 Steyr",
        "12.03.2026 10:00",
        "12.3.2026, 07:30-08:15",
        "07.30-08.15",
        "01.04.-05.04.2026",
        "2026-03-12",
        "01/04/2026",
        "05042026",
        "UID 0012345",
        "ATU12345678",
        "AT48 3200 0000 1234 5864",
        "karl06641234567@example.at",
        "https://example.at/06641234567",
        "112",
        "0664",
        "0664 123",
        "+4366412345678901",
        "3728",
    ],
)
def test_failure_09_other_digits_are_no_number(text: str) -> None:
    assert _e164(text) == []


def test_without_a_country_code_the_region_decides() -> None:
    (number,) = find_numbers("0171 1234567", region="DE")
    assert (number.e164, number.country) == ("+491711234567", "DE")


def test_found_span_takes_brackets_and_extension_along_so_that_it_can_be_cut_out() -> None:
    text = "Maria (0664) 1234567, Büro 07252 53123 DW 14 Steyr"
    kept, last = "", 0
    for found in locate_numbers(text):
        kept, last = kept + text[last : found.start], found.end
    assert kept + text[last:] == "Maria , Büro  Steyr"


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        (" 0664 1000001 ", "+436641000001"),
        ("+436641112223", "+436641112223"),
        ("+43720111222", "+43720111222"),
        ("07252 53123-14", "+43725253123"),
        ("0664 1234567 (Frau)", "+436641234567"),
    ],
)
def test_field_with_one_number_is_normalised_and_keeps_its_spelling(typed: str, e164: str) -> None:  # A07
    number = normalise(typed)
    assert (number.e164, number.typed) == (e164, typed.strip())


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "number_empty"),
        ("   ", "number_empty"),
        ("Maria", "number_unreadable"),
        ("43664123456", "number_without_prefix"),
        ("664 1234567", "number_without_prefix"),
        ("0664 12", "number_too_short"),
        ("0664 12345678901234", "number_too_long"),
        ("+43 664 1234567 0676 1234567", "number_several"),
        ("0664 1234567 Top 3", "number_unreadable"),
        ("+999 1234567890", "number_unreadable"),
    ],
)
def test_field_without_one_clear_number_is_refused_with_its_reason(typed: str, code: str) -> None:
    with pytest.raises(BadNumber) as caught:
        normalise(typed)
    assert (caught.value.code, caught.value.typed) == (code, typed)


@pytest.mark.parametrize(
    ("e164", "shown"),
    [
        ("+436641000001", "0664 1000001"),
        ("+4366615651324", "0666 15651324"),
        ("+43725281234", "07252 81234"),
        ("+4315123456", "01 5123456"),
        ("+491711234567", "+49 171 1234567"),
        ("Rauchfang", "Rauchfang"),
        ("", ""),
    ],
)
def test_screens_show_austrian_numbers_as_dialled_at_home(e164: str, shown: str) -> None:
    assert pretty(e164) == shown


@pytest.mark.timeout(5)
def test_failure_17_endless_digits_cost_little_time() -> None:
    assert len(_e164("0664 1234567 " + "0 1 " * 20_000 + "+" * 20_000 + "a" * 100_000)) == 1


@pytest.mark.parametrize(
    "text",
    ["Kunde072 0664 2000072", "Top 072 0664 2000072", "Tür 01 0664 20 000 72", "Stiege 02/0664 2000072"],
)
def test_failure_09_door_number_before_a_number_is_no_part_of_it(text: str) -> None:
    assert [number.e164 for number in find_numbers(text)] == ["+436642000072"]
