"""Placeholders: checked, rendered, and never left empty."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehr.rules.terms import german
from kehr.rules.terms.appointments import WorkKind
from kehr.rules.terms.placeholders import ALL, describe_placeholders
from kehr.rules.terms.sms import GSM_7, count
from kehr.rules.texts.text import Complaint, TextFacts, check_template, lacking, render, used, values_for

VIENNA = ZoneInfo("Europe/Vienna")
NAMES = [
    *("Anrede", "Titel", "Vorname", "Name", "Objektnummer", "Ort", "Adresse", "Datum", "AltesDatum"),
    *("Wochentag", "Tagwort", "Uhrzeit", "AlteUhrzeit", "Zeitfenster", "Art", "Firma", "Filiale"),
    *("Telefon", "Kalenderlink", "Code"),
]


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIENNA).astimezone(UTC)


NOW = _local("2026-03-10T17:00")
FULL = TextFacts(
    start=_local("2026-03-12T10:00"),
    end=_local("2026-03-12T12:00"),
    old_start=_local("2026-03-11T08:30"),
    kind=WorkKind.MAIN_SWEEP,
    name="Eva Šimić",
    salutation="Frau",
    title="Ing.",
    first_name="Eva",
    object_number="A110010",
    place="Steyr",
    address="Redtenbachergasse 3, 4400 Steyr",
    company="Rauchfangkehrer Probe",
    branch="Steyr",
    phone="+43 7252 12345",
    calendar_link="https://k.example.at/t/7Fq2mKx9",
    code="K7M",
)


def _with(**changes: object) -> dict[str, str | None]:
    fields = {name: getattr(FULL, name) for name in TextFacts.__dataclass_fields__}
    return values_for(TextFacts(**{**fields, **changes}), NOW, VIENNA)  # type: ignore[arg-type]


def test_every_promised_placeholder_is_known_and_has_a_value() -> None:  # A44
    assert [one.name for one in ALL] == NAMES
    assert list(values_for(FULL, NOW, VIENNA).keys() ^ set(NAMES)) == []
    assert lacking(values_for(FULL, NOW, VIENNA)) == frozenset()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Anrede", "Frau"),
        ("Titel", "Ing."),
        ("Vorname", "Eva"),
        ("Name", "Eva Šimić"),
        ("Objektnummer", "A110010"),
        ("Ort", "Steyr"),
        ("Adresse", "Redtenbachergasse 3, 4400 Steyr"),
        ("Datum", "12.03.2026"),
        ("AltesDatum", "11.03.2026"),
        ("Wochentag", "Donnerstag"),
        ("Tagwort", "übermorgen"),
        ("Uhrzeit", "10:00"),
        ("AlteUhrzeit", "08:30"),
        ("Zeitfenster", "10:00-12:00"),
        ("Art", "Hauptkehrung"),
        ("Firma", "Rauchfangkehrer Probe"),
        ("Filiale", "Steyr"),
        ("Telefon", "+43 7252 12345"),
        ("Kalenderlink", "https://k.example.at/t/7Fq2mKx9"),
        ("Code", "K7M"),
    ],
)
@pytest.mark.parametrize("spell", [str, str.upper, str.lower])
def test_placeholder_tells_its_fact_in_any_case(name: str, value: str, spell: object) -> None:  # A43 B32
    template = f"»#{spell(name)}«"  # type: ignore[operator]
    assert render(template, values_for(FULL, NOW, VIENNA)).text == f"»{value}«"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        (
            "#Anrede #Name, am #Wochentag, #Datum um #Uhrzeit kommen wir. #Ort. #Firma #Telefon",
            "Frau Eva Šimić, am Donnerstag, 12.03.2026 um 10:00 kommen wir. Steyr. "
            "Rauchfangkehrer Probe +43 7252 12345",
        ),
        ("Erinnerung: #Tagwort, #Datum um #Uhrzeit.", "Erinnerung: übermorgen, 12.03.2026 um 10:00."),
        ("Ihr Termin vom #AltesDatum ist am #Datum", "Ihr Termin vom 11.03.2026 ist am 12.03.2026"),
        ("Top #1, #keinsms, 5 # 6, #Datum", "Top #1, #keinsms, 5 # 6, 12.03.2026"),
        ("#  kein Platzhalter", "#  kein Platzhalter"),
        ("# Datum", "12.03.2026"),
        ("#Datum#Uhrzeit", "12.03.202610:00"),
        ("kein  Wert,  nur  Text", "kein  Wert,  nur  Text"),
        ("", ""),
    ],
)
def test_template_is_filled_and_plain_text_stays_as_typed(template: str, text: str) -> None:  # A46 B32
    rendered = render(template, values_for(FULL, NOW, VIENNA))
    assert (rendered.text, rendered.missing) == (text, ())


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("#Anrede #Titel #Name", "Herr Ing. Karl Mustermann"),
    ],
)
def test_salutation_title_and_name_stand_in_one_line(template: str, text: str) -> None:  # A05
    values = _with(salutation="Herr", title="Ing.", name="Karl Mustermann")
    assert render(template, values).text == text


@pytest.mark.parametrize("name", ["Herr Ing. Karl Mustermann", "Hr. Ing. Karl Mustermann", "Karl Mustermann"])
def test_salutation_written_into_the_name_is_not_told_twice(name: str) -> None:  # A05
    values = _with(salutation="Herr", title="Ing.", name=name)
    assert render("#Anrede #Titel #Name", values).text == "Herr Ing. Karl Mustermann"
    only_salutation = _with(salutation="Herr", title="", name="Herr Ing. Karl Mustermann")
    assert render("#Anrede #Titel #Name", only_salutation).text == "Herr Ing. Karl Mustermann"
    neither = _with(salutation="", title="", name="Herr Karl Mustermann")
    assert render("#Anrede #Titel #Name", neither).text == "Herr Karl Mustermann"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Sehr geehrte #Anrede #Titel #Name, am", "Sehr geehrte Huber, am"),
        ("#Anrede #Titel #Name", "Huber"),
        ("Hallo #Vorname, wir kommen", "Hallo, wir kommen"),
        ("Hallo #Vorname , wir kommen", "Hallo, wir kommen"),
        ("Guten Tag #Anrede #Titel!", "Guten Tag!"),
        ("Guten Tag #Anrede #Titel #Vorname", "Guten Tag"),
        ("#Vorname, wir kommen", "Wir kommen"),
        ("Achtung:\n#Vorname, öffnen Sie", "Achtung:\nÖffnen Sie"),
        ("An #Name (#Titel), bitte", "An Huber, bitte"),
        ("An #Name (#Titel #Name)", "An Huber (Huber)"),
        ("#Name, #Titel, bitte", "Huber, bitte"),
        ("Guten Tag, #Anrede, #Titel.", "Guten Tag."),
        ("#Anrede, #Titel, #Vorname.", ""),
        ("#Anrede #Name\n#Titel\nbitte", "Huber\n\nbitte"),
        ("kein  Wert #Titel hier", "kein  Wert hier"),
    ],
)
def test_failure_16_empty_salutation_leaves_no_gap(template: str, text: str) -> None:  # A05
    values = _with(salutation="", title=" ", first_name="", name="Huber")
    rendered = render(template, values)
    assert (rendered.text, rendered.missing) == (text, ())


@given(
    st.lists(st.sampled_from(["#Anrede", "#Titel", "#Vorname", "#Name", "#Ort", "Termin", "am"]), min_size=1),
    st.sampled_from([" ", ", "]),
)
def test_failure_16_no_combination_leaves_double_spaces_or_stray_commas(words: list[str], joint: str) -> None:
    text = render(joint.join(words) + ".", _with(salutation="", title="", first_name="")).text
    assert "  " not in text
    assert not any(stray in text for stray in (" ,", ",,", ", ,", " ."))
    assert not text.startswith((" ", ","))


@pytest.mark.parametrize(
    ("template", "changes", "missing"),
    [
        ("Sehr geehrter #Name , am", {"name": "", "fallback_name": ""}, ("Name",)),
        ("am #Datum", {"start": None}, ("Datum",)),
        ("um #uhrzeit", {"all_day": True}, ("Uhrzeit",)),
        ("vom #AltesDatum um #AlteUhrzeit", {"old_start": None}, ("AltesDatum", "AlteUhrzeit")),
        ("von #AlteUhrzeit", {"old_all_day": True}, ("AlteUhrzeit",)),
        ("#Kalenderlink", {"calendar_link": None}, ("Kalenderlink",)),
        ("#Code #Code", {"code": None}, ("Code",)),
        ("#Firma", {"company": "  "}, ("Firma",)),
        ("#Dtaum", {}, ("Dtaum",)),
        ("#Namen", {}, ("Namen",)),
        ("#Name2", {}, ("Name2",)),
    ],
)
def test_failure_16_placeholder_without_value_withholds_the_text(
    template: str, changes: dict[str, object], missing: tuple[str, ...]
) -> None:  # A45
    assert render(template, _with(**changes)).missing == missing


def test_lacking_names_what_would_withhold_a_text_and_nothing_optional() -> None:
    assert lacking(_with(all_day=True, code=None, title="", salutation="")) == {"Uhrzeit", "Code"}
    assert lacking({}) == set(NAMES) - {"Anrede", "Titel", "Vorname"}


def test_value_is_never_read_as_a_placeholder() -> None:
    rendered = render("#Name am #Datum", _with(name="#Code #Foo"))
    assert (rendered.text, rendered.missing) == ("#Code #Foo am 12.03.2026", ())


def test_fallbacks_stand_in_for_name_and_place() -> None:  # B23
    values = _with(name="", place="", address="", fallback_name="Kundin/Kunde", fallback_location="bei Ihnen")
    assert render("#Name #Ort #Adresse", values).text == "Kundin/Kunde bei Ihnen bei Ihnen"


def test_place_and_address_stand_in_for_each_other_before_the_fallback_does() -> None:  # B22 B23
    assert _with(place="", fallback_location="bei Ihnen")["Ort"] == FULL.address
    assert _with(address="", fallback_location="bei Ihnen")["Adresse"] == "Steyr"


@pytest.mark.parametrize(
    ("now", "word"),
    [
        ("2026-03-12T00:00", "heute"),
        ("2026-03-12T23:59", "heute"),
        ("2026-03-11T23:59", "morgen"),
        ("2026-03-11T00:00", "morgen"),
        ("2026-03-10T23:59", "übermorgen"),
        ("2026-03-10T00:00", "übermorgen"),
        ("2026-03-09T23:59", "12.03.2026"),
        ("2026-03-13T00:00", "12.03.2026"),
    ],
)
def test_day_word_is_true_at_the_moment_of_sending(now: str, word: str) -> None:  # C11
    assert values_for(FULL, _local(now), VIENNA)["Tagwort"] == word


def test_day_word_counts_days_of_the_office_not_of_utc() -> None:  # C11
    late = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # already 2 July in Vienna
    facts = TextFacts(start=_local("2026-07-02T10:00"))
    assert values_for(facts, late, VIENNA)["Tagwort"] == "heute"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Erinnerung: #Tagwort, #Datum um #Uhrzeit", "Erinnerung: 12.03.2026 um 10:00"),
        ("#Tagwort #Datum", "12.03.2026"),
        ("#Tagwort kommen wir, am #Datum", "12.03.2026 kommen wir, am 12.03.2026"),
        ("#Datum, #Tagwort", "12.03.2026, 12.03.2026"),
    ],
)
def test_day_word_that_is_the_date_does_not_repeat_it(template: str, text: str) -> None:  # C11
    assert render(template, values_for(FULL, _local("2026-03-01T08:00"), VIENNA)).text == text


@pytest.mark.parametrize(
    ("start", "end", "all_day", "span"),
    [
        ("2026-03-12T10:00", "2026-03-12T12:30", False, "10:00-12:30"),
        ("2026-03-12T10:00", "2026-03-12T10:00", False, "10:00"),
        ("2026-03-12T10:00", "2026-03-12T09:00", False, "10:00"),
        ("2026-03-12T22:00", "2026-03-13T02:00", False, "ab 22:00"),
        ("2026-03-12T00:00", "2026-03-13T00:00", True, "ganztägig"),
        ("2026-03-29T01:30", "2026-03-29T04:00", False, "01:30-04:00"),
    ],
)
def test_time_window_reads_as_spoken(start: str, end: str, all_day: bool, span: str) -> None:
    assert _with(start=_local(start), end=_local(end), all_day=all_day)["Zeitfenster"] == span


def test_failure_08_all_day_appointment_never_tells_midnight() -> None:
    values = _with(start=_local("2026-03-12T00:00"), end=_local("2026-03-13T00:00"), all_day=True)
    assert not any("00:00" in (value or "") for value in values.values())
    assert (values["Datum"], values["Wochentag"]) == ("12.03.2026", "Donnerstag")


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        (WorkKind.MAIN_SWEEP, "Hauptkehrung"),
        (WorkKind.SWEEP, "Kehrung"),
        (WorkKind.SPECIAL, "Sonderarbeit"),
        (None, None),
    ],
)
def test_kind_of_work_is_spelled_out(kind: WorkKind | None, word: str | None) -> None:  # A01
    assert _with(kind=kind)["Art"] == word


def test_values_of_our_own_making_never_make_a_text_dear() -> None:  # C18
    values = _with(name="Huber")
    for name in NAMES:
        assert count(values[name] or "").encoding == GSM_7
    assert count(_with(all_day=True)["Zeitfenster"] or "").encoding == GSM_7


@pytest.mark.parametrize(
    ("template", "complaints"),
    [
        ("#Anrede #Name, am #DATUM um #uhrzeit", ()),
        ("Top #1, #keinsms und #keinenachricht", ()),
        ("#Foo", (Complaint("unknown_placeholder", "#Foo"),)),
        ("#Dtaum", (Complaint("unknown_placeholder", "#Dtaum", "#Datum"),)),
        ("#Wochentga, #Namen", (
            Complaint("unknown_placeholder", "#Wochentga", "#Wochentag"),
            Complaint("unknown_placeholder", "#Namen", "#Name"),
        )),
        ("#Foo #Foo", (Complaint("unknown_placeholder", "#Foo"),)),
        ("Wir kommen morgen", (Complaint("typed_day_word", "morgen", "#Tagwort"),)),
        ("Heute!", (Complaint("typed_day_word", "Heute", "#Tagwort"),)),
        ("u\u0308bermorgen", (Complaint("typed_day_word", "übermorgen", "#Tagwort"),)),
        ("Guten Morgen, #Name", ()),
        ("Wir kommen morgens", ()),
        ("#Tagwort", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_template_is_checked_when_it_is_saved(
    template: str, complaints: tuple[Complaint, ...]
) -> None:  # C11
    assert check_template(template) == complaints


def test_typed_day_word_warns_and_unknown_placeholder_refuses() -> None:  # C11
    assert [one.is_warning for one in check_template("morgen #Foo")] == [False, True]


def test_used_names_each_placeholder_once_in_its_usual_spelling() -> None:
    assert used("#DATUM #datum #Name #Foo #1 #keinsms") == ("Datum", "Name")


def test_legend_describes_every_placeholder_in_german() -> None:  # A44
    legend = describe_placeholders()
    assert [name for name, _, _ in legend] == NAMES
    assert all(description and example for _, description, example in legend)


@pytest.mark.parametrize(
    ("day", "weekday", "short"),
    [
        (date(2026, 3, 10), "Dienstag", "Di, 10.03."),
        (date(2026, 3, 15), "Sonntag", "So, 15.03."),
        (date(2026, 12, 31), "Donnerstag", "Do, 31.12."),
    ],
)
def test_days_are_written_as_in_austria(day: date, weekday: str, short: str) -> None:  # B32
    assert (german.weekday(day), german.short_day(day)) == (weekday, short)
    assert german.full_date(day) == day.strftime("%d.%m.%Y")


def test_clock_is_that_of_the_office_on_both_sides_of_the_change() -> None:
    noon_utc = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert german.clock(noon_utc, VIENNA) == "13:00"
    assert german.clock(noon_utc + timedelta(days=1), VIENNA) == "14:00"
