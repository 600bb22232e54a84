"""What a calendar entry says about person, place, object and work."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kehr.rules.entries.recognise import is_busy_only, object_number, recognise, work_kind
from kehr.rules.terms.appointments import EntryStatus, FieldMap, NumberType, Occurrence, WorkKind
from kehr.rules.terms.names import NameParts, split_name

START = datetime(2026, 3, 12, 9, tzinfo=UTC)


def an_entry(
    summary: str = "",
    description: str = "",
    location: str = "",
    contact: str = "",
    categories: tuple[str, ...] = (),
) -> Occurrence:
    return Occurrence(
        uid="1@example.at",
        recurrence_id="",
        start=START,
        end=START,
        all_day=False,
        status=EntryStatus.CONFIRMED,
        summary=summary,
        description=description,
        location=location,
        contact=contact,
        categories=categories,
    )


@pytest.mark.parametrize(
    ("summary", "name"),
    [
        ("Maria Mayr, +436641234567", "Maria Mayr"),
        ("Maria +436641234567", "Maria"),
        ("Maria+436641234567", "Maria"),
        ("Maria Mayr; +436641234567", "Maria Mayr"),
        ("+436641234567", ""),
        ("Maria Mayr 0664 1234567", "Maria Mayr"),
        ("Maria Mayr/0664 1234567", "Maria Mayr"),
        ("Maria Mayr - 0664/1234567 - Top 3", "Maria Mayr"),
        ("0664 1234567 Maria Mayr", "Maria Mayr"),
        ("0664 1234567 (Maria Mayr)", "Maria Mayr"),
        ("0664 1234567 (Frau)", ""),
        ("Maria Mayr (Top 3), Tel.: 0664 1234567", "Maria Mayr"),
        ("Maria Mayr Handy 0664 1234567", "Maria Mayr"),
        ("Maria Mayr, Redtenbachergasse 3, 0664 1234567", "Maria Mayr"),
        ("Maria Mayr +436641234567 Hund im Hof", "Maria Mayr"),
        ("A110010 Hauptkehrung Maria Mayr 0664 1234567", "Maria Mayr"),
        ("Maria Mayr Hauptkehrung A110010 0664 1234567", "Maria Mayr"),
        ("A110010 - HK - Maria Mayr - 0664/1234567", "Maria Mayr"),
        ("Objekt B7: Maria Mayr, 0664 1234567", "Maria Mayr"),
        ("Kehrung bei Maria Mayr, 0664 1234567", "Maria Mayr"),
        ("Kehrung und Überprüfung Maria Mayr 0664 1234567", "Maria Mayr"),
        ("10:00 Uhr Maria Mayr 0664 1234567", "Maria Mayr"),
        ("Abgesagt: Maria Mayr 0664 1234567", "Maria Mayr"),
        ("Canceled: Maria Mayr 0664 1234567", "Maria Mayr"),
        ("WG: Abgesagt: Maria Mayr 0664 1234567", "Maria Mayr"),
        ("Maria Mayr #keinSMS 0664 1234567", "Maria Mayr"),
        ("Maria Mayr maria@example.at 0664 1234567", "Maria Mayr"),
        ("Eva S\u030cimic\u0301, 0664 1234567", "Eva Šimić"),
        ("Mayr-Huber Eva 0664 1234567", "Mayr-Huber Eva"),
        ("Herr Ing. Karl Mustermann 0664 1234567", "Herr Ing. Karl Mustermann"),
        ("Fam. Huber 0664 1234567", "Fam. Huber"),
    ],
)
def test_title_gives_the_right_name_and_number(summary: str, name: str) -> None:  # B20 B21 B25
    recognised = recognise(an_entry(summary), FieldMap())
    assert recognised.name == name
    assert [number.e164 for number in recognised.phones] == ["+436641234567"]


@pytest.mark.parametrize(
    "summary", ["", "Kehrung", "A110010 Hauptkehrung", "Busy", "(Kein Titel)", "#keinsms", "3"]
)
def test_title_without_a_person_has_no_name(summary: str) -> None:  # B23
    assert recognise(an_entry(summary), FieldMap()).name == ""


@pytest.mark.parametrize("field", ["summary", "description", "location", "contact"])
def test_number_and_name_come_from_the_chosen_field(field: str) -> None:  # B20 B21
    entry = an_entry(**{field: "Maria Mayr, 0664 1234567"})
    recognised = recognise(entry, FieldMap(phone_field=field, name_field=field))
    assert (recognised.name, [one.e164 for one in recognised.phones]) == ("Maria Mayr", ["+436641234567"])
    others = {"summary", "description", "location", "contact"} - {field}
    for other in others:
        recognised = recognise(entry, FieldMap(phone_field=other, name_field=other))
        assert (recognised.name, recognised.phones) == ("", ())


def test_name_and_number_may_stand_in_different_fields() -> None:  # B20 B21
    entry = an_entry("Hauptkehrung Maria Mayr", description="Bitte läuten\n0662 843210 oder 0664 1234567")
    recognised = recognise(entry, FieldMap(phone_field="description", name_field="summary"))
    assert recognised.name == "Maria Mayr"
    assert [number.type for number in recognised.phones] == [NumberType.LANDLINE, NumberType.MOBILE]


def test_labels_in_a_text_tell_name_and_place() -> None:  # B21 B22
    text = "Schlüssel liegt auf\nName: Maria Mayr\nTel: 0664 1234567\nAdresse: Weg 1, 4400 Steyr"
    recognised = recognise(an_entry(description=text), FieldMap("description", "description", "description"))
    assert (recognised.name, recognised.place) == ("Maria Mayr", "Weg 1, 4400 Steyr")


@pytest.mark.parametrize(
    ("entry", "field", "place"),
    [
        (an_entry(location="Redtenbachergasse 3, 4400 Steyr"), "location", "Redtenbachergasse 3, 4400 Steyr"),
        (an_entry(location="Weg 1\n4400  Steyr\n"), "location", "Weg 1, 4400 Steyr"),
        (an_entry(location="Weg 1, Tel. 0664 1234567"), "location", "Weg 1"),
        (an_entry(location="A - 4400 Steyr"), "location", "A - 4400 Steyr"),
        (an_entry(location=""), "location", ""),
        (an_entry(description="Weg 1 #keinsms"), "description", "Weg 1"),
        (an_entry("Maria Mayr, Weg 1, 4400 Steyr, 0664 1234567"), "summary", "Weg 1, 4400 Steyr"),
        (an_entry("Maria Mayr, 0664 1234567"), "summary", ""),
    ],
)
def test_place_comes_from_the_chosen_field(entry: Occurrence, field: str, place: str) -> None:  # B22
    assert recognise(entry, FieldMap(location_field=field)).place == place


@pytest.mark.parametrize(
    ("summary", "description", "number"),
    [
        ("A110010 Hauptkehrung", "", "A110010"),
        ("Hauptkehrung A110010", "", "A110010"),
        ("Hauptkehrung (A110010)", "", "A110010"),
        ("Hauptkehrung", "Objekt A001001, Hof links", "A001001"),
        ("AB1234567 Mayr", "", "AB1234567"),
        ("Nummer: A110010", "", "A110010"),
        ("Objekt B7 Mayr", "", "B7"),
        ("Mayr", "Objektnummer: 4711", "4711"),
        ("B7 Mayr", "", "B7"),
        ("Abgesagt: B7 Mayr", "", "B7"),
        ("Mayr B7", "", ""),
        ("Mayr Top 3", "", ""),
        ("HK1 Mayr", "", ""),
        ("Mayr", "A4400 Steyr", ""),
        ("Mayr ATU12345678", "", ""),
        ("Mayr A11001000", "", ""),
        ("0664 1234567", "", ""),
        ("A4 Blatt", "", "A4"),
    ],
)
def test_object_number_is_found_as_written(summary: str, description: str, number: str) -> None:  # A04
    assert object_number(summary, description) == number
    assert recognise(an_entry(summary, description), FieldMap()).object_number == number


@pytest.mark.parametrize(
    ("summary", "categories", "kind"),
    [
        ("Hauptkehrung Mayr", (), WorkKind.MAIN_SWEEP),
        ("HAUPTKEHRUNG Mayr", (), WorkKind.MAIN_SWEEP),
        ("HK Mayr", (), WorkKind.MAIN_SWEEP),
        ("Mayr", ("Hauptkehrung",), WorkKind.MAIN_SWEEP),
        ("Hauptkehrung und Überprüfung", (), WorkKind.MAIN_SWEEP),
        ("Kehrung Mayr", (), WorkKind.SWEEP),
        ("Mayr", (), WorkKind.SWEEP),
        ("hk Mayr", (), WorkKind.SWEEP),
        ("Schinko Mayr", (), WorkKind.SWEEP),
        ("Sonderarbeit Mayr", (), WorkKind.SPECIAL),
        ("Kaminreparatur Mayr", (), WorkKind.SPECIAL),
        ("Überprüfung Gasgerät", (), WorkKind.SPECIAL),
        ("Ausbrennen", (), WorkKind.SPECIAL),
        ("Abgasmessung", (), WorkKind.SPECIAL),
        ("Feuerstättenbeschau", (), WorkKind.SPECIAL),
        ("Mayr", ("privat", "Sonderarbeit"), WorkKind.SPECIAL),
        ("Kehrung mit Ausschlagen", (), WorkKind.SPECIAL),
    ],
)
def test_kind_of_work_is_told_by_its_words(
    summary: str, categories: tuple[str, ...], kind: WorkKind
) -> None:  # A01
    assert work_kind(summary, categories) is kind
    assert recognise(an_entry(summary, categories=categories), FieldMap()).kind is kind


@pytest.mark.parametrize(
    ("text", "no_sms", "no_email"),
    [
        ("#keinsms", True, False),
        ("#KeinSMS", True, False),
        ("Hund im Hof #keinemail!", False, True),
        ("#keine-mail", False, True),
        ("#KEINENACHRICHT", True, True),
        ("#keinsms #keinemail", True, True),
        ("keinsms", False, False),
        ("#keinsmsbitte", False, False),
        ("# keinsms", False, False),
        ("", False, False),
    ],
)
@pytest.mark.parametrize("field", ["summary", "description", "location", "contact"])
def test_tags_hold_back_exactly_what_they_name(
    field: str, text: str, no_sms: bool, no_email: bool
) -> None:  # C17
    recognised = recognise(an_entry(**{field: text}), FieldMap())
    assert (recognised.no_sms, recognised.no_email) == (no_sms, no_email)


@pytest.mark.parametrize(
    ("entry", "emails"),
    [
        (an_entry("eva@example.at 0664 1234567"), ("eva@example.at",)),
        (an_entry("Eva", "Mail: eva.huber+kehr@mail.example.at."), ("eva.huber+kehr@mail.example.at",)),
        (an_entry("a@example.at", "b@example.at"), ("b@example.at",)),
        (an_entry("a@example.at", contact="b@example.at"), ("a@example.at",)),
        (an_entry(contact="b@example.at", location="c@example.at"), ("b@example.at",)),
        (an_entry(description="a@example.at, b@example.at; A@example.at"), ("a@example.at", "b@example.at")),
        (an_entry("eva@example und @eva"), ()),
    ],
)
def test_addresses_come_from_the_first_field_that_has_any(
    entry: Occurrence, emails: tuple[str, ...]
) -> None:  # A02
    assert recognise(entry, FieldMap(phone_field="description")).emails == emails


@pytest.mark.parametrize(
    ("summary", "busy"),
    [
        ("Busy", True),
        ("Beschäftigt", True),
        (" beschäftigt. ", True),
        ("Privater Termin", True),
        ("Busy Bee GmbH", False),
        ("Maria Mayr", False),
        ("", False),
    ],
)
def test_calendar_published_without_details_is_noticed(summary: str, busy: bool) -> None:  # B27
    assert is_busy_only(summary) is busy


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Herr Ing. Karl Mustermann", NameParts("Herr", "Ing.", "Karl Mustermann")),
        ("Fr. Dr. Mag. Eva Huber", NameParts("Frau", "Dr. Mag.", "Eva Huber")),
        ("Fam. Huber", NameParts("Familie", "", "Huber")),
        ("DI Karl Huber", NameParts("", "DI", "Karl Huber")),
        ("Univ.-Prof. Dr. Huber", NameParts("", "Univ.-Prof. Dr.", "Huber")),
        ("Diana Huber", NameParts("", "", "Diana Huber")),
        ("Ingrid Frau", NameParts("", "", "Ingrid Frau")),
        ("Frau", NameParts("Frau", "", "")),
        ("", NameParts("", "", "")),
    ],
)
def test_salutation_and_title_are_told_apart_from_the_name(name: str, parts: NameParts) -> None:  # A05
    assert split_name(name) == parts


def test_recognised_entry_tells_salutation_and_title_on_their_own_too() -> None:  # A05
    recognised = recognise(an_entry("Herr Ing. Karl Mustermann 0664 1234567"), FieldMap())
    assert (recognised.salutation, recognised.title) == ("Herr", "Ing.")


@pytest.mark.timeout(5)
def test_failure_17_hostile_entry_costs_little_time() -> None:
    long = "a" * 200_000 + "0664 " * 20_000 + "(" * 50_000 + "@" * 50_000 + " " * 50_000
    recognised = recognise(an_entry(long, long, long, long), FieldMap(location_field="summary"))
    assert recognised.phones == ()
