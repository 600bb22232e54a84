"""Builds small XLSX workbooks by hand, sound ones and hostile ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_STYLES = (("0", "General"), ("14", "day"), ("20", "clock"), ("22", "day and clock"))


class Styled(NamedTuple):
    """A number that Excel shows as a date (`day`), a time (`clock`) or both."""

    value: float
    look: str


def workbook(*sheets: Sequence[Sequence[object]]) -> bytes:
    """A workbook of sheets of rows; None is an empty cell."""
    return packed({n: sheet_xml(rows) for n, rows in enumerate(sheets, 1)})


def packed(sheets: dict[int, str]) -> bytes:
    """A workbook around the XML of its sheets."""
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for n in sheets
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in sheets
    )
    names = "".join(f'<sheet name="Tabelle{n}" sheetId="{n}" r:id="rId{n}"/>' for n in sheets)
    styles = "".join(f'<xf numFmtId="{number}"/>' for number, _ in _STYLES)
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{parts}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<sheets>{names}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}'
        f'<Relationship Id="rIdS" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs>{styles}</cellXfs></styleSheet>',
    }
    files |= {f"xl/worksheets/sheet{n}.xml": xml for n, xml in sheets.items()}
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, xml in files.items():
            # A fixed date makes the same workbook the same bytes.
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 1, 0, 0, 0)), _HEAD + xml, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def sheet_xml(rows: Sequence[Sequence[object]]) -> str:
    """The XML of one sheet."""
    body = "".join(
        f'<row r="{n}">' + "".join(_cell(n, column, value) for column, value in enumerate(row)) + "</row>"
        for n, row in enumerate(rows, 1)
    )
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData></worksheet>'


def _cell(row: int, column: int, value: object) -> str:
    place = f'r="{_letters(column)}{row}"'
    if value is None:
        return ""
    if isinstance(value, Styled):
        style = [look for _, look in _STYLES].index(value.look)
        return f'<c {place} s="{style}"><v>{value.value!r}</v></c>'
    if isinstance(value, bool):
        return f'<c {place} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float)):
        return f"<c {place}><v>{value!r}</v></c>"
    return f'<c {place} t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
