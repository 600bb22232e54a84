"""Lists as offices export them are read, whatever made them; anything else is refused with a code."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kehr.sources import table_values, tables, xlsx_table
from kehr.sources.tables import UnreadableTable, read_table
from kehr.words import sentence, template
from tests.sources.golden import FOLDER, told
from tests.sources.workbook import Styled, packed, sheet_xml, workbook

GOLDEN = sorted(path for path in FOLDER.iterdir() if path.suffix in {".csv", ".txt", ".xlsx"})


def test_failure_07_there_are_at_least_twelve_golden_files() -> None:
    assert len(GOLDEN) >= 12


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.name)
def test_failure_07_golden_file_reads_as_written_down_beside_it(path: Path) -> None:
    expected = json.loads((FOLDER / f"{path.name}.json").read_text(encoding="utf-8"))
    assert told(path) == expected


@pytest.mark.parametrize(
    ("encoding", "told_as"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16"),
        ("cp1252", "cp1252"),
        ("latin-1", "cp1252"),
        ("cp850", "cp850"),
    ],
)
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_encoding_separator_and_line_ends_are_found(
    encoding: str, told_as: str, separator: str, ending: str
) -> None:
    lines = [["Nummer", "Name", "Straße", "Ort"], ["A1", "Müller-Jäger", "Große Höll 3", "Weißkirchen"]]
    content = ending.join(separator.join(line) for line in [*lines, lines[1]]).encode(encoding)
    table = read_table(content, "liste.csv")
    assert (table.encoding, table.separator) == (told_as, separator)
    assert table.headings == tuple(lines[0])
    assert [row.cells for row in table.rows] == [tuple(lines[1])] * 2


def test_windows_quotes_and_euro_are_no_dos_letters() -> None:
    table = read_table("Nummer;Name\nA1;„Zum Ochsen“ – 5 €\n".encode("cp1252"), "x.csv")
    assert table.rows[0].cells == ("A1", "„Zum Ochsen“ – 5 €")


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;", "sep=;;;"])
def test_excels_first_line_names_the_separator(first: str) -> None:
    table = read_table(f"{first}\r\nNummer;Name, Vorname, Titel, Zusatz\r\nA1;Mayr\r\n".encode(), "x.csv")
    assert table.separator == ";"
    assert table.headings == ("Nummer", "Name, Vorname, Titel, Zusatz")
    assert table.rows[0].line == 3


def test_titles_above_the_headings_are_passed_over() -> None:
    table = read_table(b"Kundenliste;;\nStand 1.3.2026;;\n;;\nNummer;Name;Ort\nA1;Mayr;Steyr\n", "x.csv")
    assert table.headings == ("Nummer", "Name", "Ort")
    assert [(row.line, row.cells) for row in table.rows] == [(5, ("A1", "Mayr", "Steyr"))]


def test_unknown_headings_are_those_of_the_first_row() -> None:
    table = read_table(b"Foo;Bar\n1;2\n3;4\n", "x.csv")
    assert table.headings == ("Foo", "Bar")
    assert len(table.rows) == 2


def test_headings_become_unique_and_empty_ones_get_a_name() -> None:
    table = read_table(b"Nummer;Name;;Name;Name (2);;\nA;B;C;D;E;;\n", "x.csv")
    assert table.headings == ("Nummer", "Name", "Spalte 3", "Name (3)", "Name (2)")


def test_lines_in_cells_count_so_that_each_row_is_found_in_the_file() -> None:
    table = read_table(b'Nummer;Name\nA1;"Mayr\nTop 3"\n\nA2;Huber\n', "x.csv")
    assert [(row.line, row.cells) for row in table.rows] == [(2, ("A1", "Mayr\nTop 3")), (5, ("A2", "Huber"))]


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b"Nummer;Name;Ort\nA1;Mayr;Steyr\nA2;Hu", ["", "row_cut"]),
        (b"Nummer;Name;Ort\nA1;Mayr;Steyr\nA2;Huber;", ["", ""]),
        (b"Nummer;Name;Ort\nA1;Mayr;Steyr\nA2;Huber;Linz", ["", ""]),
        (b'Nummer;Name;Ort\nA1;Mayr;Steyr\nA2;Huber;"Lin', ["", "row_cut"]),
        (b'Nummer;Name;Ort\nA1;Mayr;Steyr\nA2;"Hu', ["", "row_cut"]),
        (b"Nummer;Name;Ort\nA1;Mayr\nA2;Huber", ["", ""]),
        (b"Nummer;Name;Ort\nA1;Mayr;Steyr\nA2;Huber\n", ["", ""]),
        (b"Nummer;Name;Ort\nA1;Mayr;Gasse; Top 3\n", ["row_long"]),
        (b"Nummer;Name;Ort\nA1;Mayr;Steyr;;;\n", [""]),
    ],
    ids=str,
)
def test_failure_07_rows_that_are_cut_or_shifted_are_marked(content: bytes, faults: list[str]) -> None:
    assert [row.fault for row in read_table(content, "x.csv").rows] == faults


def test_letter_cut_in_half_at_the_end_keeps_the_encoding() -> None:
    table = read_table("Nummer;Name\nA1;Müller\nA2;Jäger".encode()[:-4], "x.csv")
    assert table.encoding == "utf-8"
    assert table.rows[0].cells == ("A1", "Müller")


def test_sheet_gives_values_and_its_own_row_numbers() -> None:
    content = workbook(
        [],
        [
            [None],
            ["Nummer", "Datum", "Beginn", "Ja", "Zahl"],
            ["A1", Styled(46093, "day"), Styled(1 / 3, "clock"), True, 12],
            [None],
            [None, Styled(46093.5, "day and clock"), None, False, 0.25],
        ],
    )
    table = read_table(content, "x.xlsx")
    assert (table.encoding, table.separator) == ("xlsx", "")
    noon = datetime.fromisoformat("2026-03-12T12:00")
    assert [(row.line, row.cells) for row in table.rows] == [
        (3, ("A1", noon.replace(hour=0), "08:00", "ja", 12.0)),
        (5, (None, noon, None, "nein", 0.25)),
    ]


def test_hidden_sheet_is_read_only_when_no_other_has_data() -> None:
    def hidden(content: bytes) -> bytes:
        entries = {}
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = {name: archive.read(name) for name in archive.namelist()}
        book = entries["xl/workbook.xml"]
        entries["xl/workbook.xml"] = book.replace(
            b'<sheet name="Tabelle1"', b'<sheet state="hidden" name="Tabelle1"'
        )
        return _entries(entries)

    help_sheet, list_sheet = [["Nummer", "Name"], ["X", "alt"]], [["Nummer", "Name"], ["A1", "Mayr"]]
    assert read_table(hidden(workbook(help_sheet, list_sheet)), "x").rows[0].cells == ("A1", "Mayr")
    assert read_table(hidden(workbook(help_sheet, [])), "x").rows[0].cells == ("X", "alt")


def test_error_of_a_formula_is_no_empty_cell() -> None:
    """Read as empty it would take away what is known."""
    xml = sheet_xml([["Nummer", "Name", "Ort"], ["A1", "Mayr"]])
    xml = xml.replace('<c r="B2"', '<c r="A9" t="e"><v>#REF!</v></c><c r="B2"', 1).replace('r="A9"', 'r="C2"')
    content = packed({1: sheet_xml([[None]]), 2: xml})
    assert [row.cells for row in read_table(content, "x.xlsx").rows] == [("A1", "Mayr", "#REF!")]


def test_list_that_libreoffice_ends_with_an_empty_last_row_is_read() -> None:
    xml = sheet_xml([["Nummer", "Name"], ["A1", "Mayr"]])
    xml = xml.replace("</sheetData>", '<row r="1048576" ht="12.8"></row></sheetData>')
    assert len(read_table(packed({1: xml}), "x.xlsx").rows) == 1


def _huge_string() -> bytes:
    """A string of a megabyte, a thousand times: a workbook of a few kilobytes."""
    return workbook([["Nummer", "Name"], *[["A1", "x" * 1_000_000]] * 1000])


def _entries(names: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return held.getvalue()


_FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
_SOUND = workbook([["Nummer", "Name"], ["A1", "Mayr"]])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "table_empty"),
        (b"\r\n\r\n", "table_empty"),
        (b";;;\n;;;\n", "table_empty"),
        (b"\xef\xbb\xbf", "table_empty"),
        (b"\xff\xfe", "table_empty"),
        (b"\x00\x01\x02\x03" * 100, "table_not_text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "table_not_text"),
        (b"%PDF-1.7 x", "table_not_text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "table_old_excel"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "table_is_calendar"),
        (b"<!DOCTYPE html><title>Anmelden</title>", "table_is_html"),
        (b"x" * (tables.MOST_BYTES + 1), "table_too_large"),
        (b"Nummer;Name\n" + b"A;B\n" * (table_values.MOST_ROWS + 1), "table_too_long"),
        (";".join(f"S{n}" for n in range(201)).encode() + b"\nA\n", "table_too_wide"),
        (b'Nummer;Name\nA1;"Mayr\n' + b"A2;Huber\n" * 50, "table_quotes"),
        (b"Nummer;Name\nA1;" + b"x" * 200_000 + b"\n", "table_broken_line"),
        (b"PK\x03\x04", "table_damaged"),
        (_SOUND[: len(_SOUND) // 2], "table_damaged"),
        (_SOUND[:-30], "table_damaged"),
        (_entries({"brief.docx": b"x"}), "table_damaged"),
        (_entries({"xl/workbook.xml": b"<workbook/>"}), "table_damaged"),
        (workbook([], [[None]]), "table_empty"),
        (packed({1: sheet_xml([["Nummer"]]).replace("</sheetData>", _FAR)}), "table_bomb"),
        (_huge_string(), "table_bomb"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_what_is_no_list_is_refused_with_what_to_do(
    content: bytes, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_table, "MEMORY_MB", 400)
    with pytest.raises(UnreadableTable) as refused:
        read_table(content, "liste.csv")
    assert refused.value.code == code
    said = sentence(code, {"detail": refused.value.detail})
    assert said != template("never_heard_of") and said.endswith(".")


_PIECES = st.sampled_from(
    [
        "Nummer",
        "Name",
        ";",
        ",",
        "\t",
        "|",
        "\n",
        "\r",
        '"',
        "sep=",
        "\ufeff",
        "\x1f",
        "\x00",
        "ä",
        "€",
        "1E+5",
    ]
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        st.binary(max_size=400),
        st.lists(_PIECES, max_size=60).map(lambda pieces: "".join(pieces).encode()),
        st.lists(_PIECES, max_size=60).map(lambda pieces: "".join(pieces).encode("utf-16")),
    )
)
@example(b'"')
@example(b"\x1f")
@example(b'Nummer;"\x1f')
@example(b"sep=")
@example(b'sep="\n"')
def test_any_bytes_are_a_table_or_refused(content: bytes) -> None:
    try:
        table = read_table(content, "x")
    except UnreadableTable:
        return
    assert len(set(table.headings)) == len(table.headings)
    assert all(len(row.cells) == len(table.headings) for row in table.rows)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, len(_SOUND) - 1), st.binary(min_size=1, max_size=20))
def test_any_damaged_workbook_is_a_table_or_refused(at: int, damage: bytes) -> None:
    content = _SOUND[:at] + damage + _SOUND[at + len(damage) :]
    with suppress(UnreadableTable):
        read_table(content, "x.xlsx")
