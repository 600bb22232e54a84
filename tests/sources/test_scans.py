"""Scanned sheets are read however they lie, and a hostile file costs only the child that opens it."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from kehr.rules.visits.consent_form import WORDING, FormMark, read_marks
from kehr.sources import scans
from kehr.sources.scans import MOST_BYTES, ScanRefused, read_scan
from tests.scanned_forms import bomb, code_text, pdf, saved, sheet

TEXT = code_text("a110010", "top3")
MARK = FormMark(WORDING, "a110010", "top3")


# C09: grey, skewed and turned scans of 150 to 300 dpi
@pytest.mark.parametrize("dpi", [150, 200, 300])
@pytest.mark.parametrize("turn", [0, 4, -9, 90, 180, 270])
def test_a_scan_is_read_however_it_lies(dpi: int, turn: float) -> None:
    page = sheet(TEXT, dpi=dpi, turn=turn, blur=1, noise=50, paper=225)
    (found,) = read_scan(saved(page, quality=60)).pages
    assert read_marks(found.texts) == MARK
    upright = Image.open(io.BytesIO(found.picture))
    assert upright.mode == "L" and upright.height > upright.width
    corner = upright.crop((upright.width * 3 // 5, 0, upright.width, upright.height // 3)).resize((1, 1))
    opposite = upright.crop((0, upright.height * 4 // 5, upright.width // 2, upright.height)).resize((1, 1))
    assert corner.getpixel((0, 0)) < opposite.getpixel((0, 0)), "the code is not at the top right"


@pytest.mark.parametrize(
    ("kind", "media_type", "mode", "options"),
    [
        ("PNG", "image/png", "RGB", {}),
        ("PNG", "image/png", "RGBA", {}),
        ("PNG", "image/png", "1", {}),
        ("TIFF", "image/tiff", "1", {"compression": "group4"}),
        ("TIFF", "image/tiff", "L", {"compression": "tiff_lzw"}),
        ("JPEG", "image/jpeg", "RGB", {}),
        ("JPEG", "image/jpeg", "CMYK", {}),
        ("PDF", "application/pdf", "L", {"resolution": 150}),
    ],
)
def test_every_kind_of_file_that_scanners_write_is_read(
    kind: str, media_type: str, mode: str, options: dict[str, Any]
) -> None:
    found = read_scan(saved(sheet(TEXT).convert(mode), kind, **options))
    assert found.media_type == media_type
    assert [read_marks(page.texts) for page in found.pages] == [MARK]


def test_a_photograph_is_turned_as_its_camera_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    (page,) = read_scan(saved(sheet(TEXT).rotate(90, expand=True), exif=exif)).pages
    assert read_marks(page.texts) == MARK


@pytest.mark.parametrize("kind", ["PDF", "TIFF"])
def test_each_page_of_a_file_is_a_form_of_its_own_and_blank_ones_are_known(kind: str) -> None:
    pages = [
        sheet(code_text("a1")),
        Image.new("L", (1240, 1754), 250),
        sheet(code_text("b2"), turn=180),
        sheet(),
    ]
    found = read_scan(saved(pages[0], kind, pages[1:]))
    assert [page.blank for page in found.pages] == [False, True, False, False]
    assert [read_marks(page.texts) for page in found.pages] == [
        FormMark(WORDING, "a1"),
        "unreadable",
        FormMark(WORDING, "b2"),
        "unreadable",
    ]


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


# Bad inputs: each file is refused with its own reason
@pytest.mark.parametrize(
    ("data", "code", "args"),
    [
        (b"", "empty", {}),
        (b"x" * (MOST_BYTES + 1), "too_big", {"limit": 12}),
        (b"Sehr geehrte Damen und Herren", "not_a_scan", {}),
        (b"<html>%PD</html>", "not_a_scan", {}),
        (b"PK\x03\x04" + bytes(400), "not_a_scan", {}),
        (b"GIF89a" + bytes(100), "not_a_scan", {}),
        (b"%PDF-1.4\nnur Text\n", "damaged", {}),
        (b"\xff\xd8\xff\xe0" + bytes(50), "damaged", {}),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "damaged", {}),
        (_cut(saved(sheet(TEXT))), "damaged", {}),
        (_cut(saved(sheet(TEXT), "PNG")), "damaged", {}),
        (_cut(saved(sheet(TEXT), "TIFF")), "damaged", {}),
        (pdf(encrypt=True), "encrypted", {}),
        (pdf(pages=0), "damaged", {}),
        (pdf(pages=300), "too_many_pages", {"count": 300, "limit": 40}),
        (pdf(size="14400 14400"), "too_many_pixels", {"limit": 50}),
        (bomb(), "too_many_pixels", {"limit": 50}),
        (bomb(9000), "too_many_pixels", {"limit": 50}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_no_scan_is_refused_with_its_reason(
    data: bytes, code: str, args: dict[str, int]
) -> None:
    with pytest.raises(ScanRefused) as refused:
        read_scan(data)
    assert (refused.value.code, refused.value.args_of_code) == (code, args)


def test_a_picture_of_nearly_the_allowed_size_is_read_within_the_memory() -> None:
    big = sheet(TEXT, dpi=600)
    (page,) = read_scan(saved(big, "PNG")).pages
    assert read_marks(page.texts) == MARK


def test_little_memory_is_a_refusal_and_no_crash() -> None:
    with pytest.raises(ScanRefused) as refused:
        read_scan(saved(sheet(TEXT, dpi=600).convert("RGB"), "PNG"), memory_mb=24)
    assert refused.value.code in ("too_hungry", "damaged")


def test_a_child_that_hangs_is_ended_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "_COMMAND", (sys.executable, "-c", "import time; time.sleep(600)"))
    with pytest.raises(ScanRefused) as refused:
        read_scan(b"anything", seconds=1)
    assert refused.value.code == "too_slow"


@pytest.mark.parametrize(
    "answer", ["", "{}", "nonsense", '{"media_type": "image/png", "pages": 1}', '{"end": true}']
)
def test_a_child_that_breaks_off_means_a_damaged_file(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = (
        f"import sys; sys.stdin.buffer.read(); print({answer!r}); sys.stdout.flush(); import os; os.abort()"
    )
    monkeypatch.setattr(scans, "_COMMAND", (sys.executable, "-c", program))
    with pytest.raises(ScanRefused) as refused:
        read_scan(b"anything")
    assert refused.value.code == "damaged"


def test_the_child_can_write_no_file_and_knows_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEHR_SECRET_KEY", "geheim")
    program = (
        "import os, sys; from kehr.sources.scan_child import limit; limit(5, 100)\n"
        "sys.stdin.buffer.read(); told = 'KEHR_SECRET_KEY' in os.environ\n"
        f"handle = os.open({str(tmp_path / 'x')!r}, os.O_WRONLY | os.O_CREAT)\n"
        "try:\n os.write(handle, b'x'); wrote = True\n"
        "except OSError:\n wrote = False\n"
        'print(\'{"fault": "%s", "args": {}}\' % ((told, wrote),))\n'
    )
    monkeypatch.setattr(scans, "_COMMAND", (sys.executable, "-c", program))
    with pytest.raises(ScanRefused) as refused:
        read_scan(b"anything")
    assert refused.value.code == "(False, False)"
    assert (tmp_path / "x").read_bytes() == b""
