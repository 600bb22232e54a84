"""The child process that opens a scanned file under limits, and how it answers.

It takes nothing from its parent but the bytes of the file, and can reach nothing: no network, no
database. Its answer is a line of JSON for each page, each followed by the page as a grey JPEG.
"""

from __future__ import annotations

import io
import json
import math
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pypdfium2
import zxingcpp
from PIL import Image, ImageFilter, ImageOps

MOST_PAGES = 40
MOST_PIXELS = 50_000_000
"""A4 at 600 dpi has 35 million."""
LONG_SIDE = 2400
"""Of the kept picture, in pixels: about 200 dpi on A4."""
_PDF_DPI = 200
_LEAST_DPI = 50
_READ_SIDE = 3600
_DARKER = 50
"""So much darker than the paper is ink; shine-through and dust are lighter or fewer."""
_BLANK_SHARE = 0.0003
_MEGABYTE = 1 << 20
_QUALITY = 82
_CODES = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_MEDIA = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "TIFF": "image/tiff"}


class Fault(Exception):
    """A file that cannot be taken; `code` is one of `kehr.words.consent.UPLOAD`."""

    def __init__(self, code: str, **args: int) -> None:
        super().__init__(code)
        self.code, self.args_of_code = code, args


def limit(seconds: float, memory_mb: int) -> None:
    """Bounds this process: CPU seconds from now, and megabytes on top of what it holds already."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    whole = math.ceil(seconds + time.process_time()) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (whole, whole + 1))
    statm = Path("/proc/self/statm")
    if statm.exists():
        most = int(statm.read_text().split()[0]) * resource.getpagesize() + memory_mb * _MEGABYTE
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def pages_of(data: bytes) -> tuple[str, int, Iterator[Image.Image]]:
    """The media type of a file, how many pages it has, and its pages in grey. Raises Fault."""
    if b"%PDF-" in data[:1024]:
        return _pdf(data)
    try:
        picture = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "TIFF"))
    except Image.DecompressionBombError as error:
        raise Fault("too_many_pixels", limit=MOST_PIXELS // 1_000_000) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise Fault("damaged" if _begins_as_picture(data) else "not_a_scan") from error
    count = int(getattr(picture, "n_frames", 1)) if picture.format == "TIFF" else 1
    _few_enough(count)
    return _MEDIA[picture.format or ""], count, _frames(picture, count)


def _begins_as_picture(data: bytes) -> bool:
    return data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n", b"II*\0", b"MM\0*"))


def _few_enough(count: int) -> None:
    if count > MOST_PAGES:
        raise Fault("too_many_pages", count=count, limit=MOST_PAGES)


def _pdf(data: bytes) -> tuple[str, int, Iterator[Image.Image]]:
    try:
        document = pypdfium2.PdfDocument(data)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        raise Fault("encrypted" if "password" in str(error).lower() else "damaged") from error
    if not count:
        raise Fault("damaged")
    _few_enough(count)
    return "application/pdf", count, _sheets(document, count)


def _sheets(document: pypdfium2.PdfDocument, count: int) -> Iterator[Image.Image]:
    for number in range(count):
        try:
            page = document[number]
            width, height = page.get_size()
            area = max(width * height / 72**2, 0.01)
            dpi = min(_PDF_DPI, math.sqrt(MOST_PIXELS / 4 / area))
            if dpi < _LEAST_DPI:
                raise Fault("too_many_pixels", limit=MOST_PIXELS // 1_000_000)
            yield page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
        except pypdfium2.PdfiumError as error:
            raise Fault("damaged") from error


def _frames(picture: Image.Image, count: int) -> Iterator[Image.Image]:
    for number in range(count):
        try:
            picture.seek(number)
            if picture.width * picture.height > MOST_PIXELS:
                raise Fault("too_many_pixels", limit=MOST_PIXELS // 1_000_000)
            if picture.format == "JPEG":
                picture.draft("L", (_READ_SIDE, _READ_SIDE))
            picture.load()
            yield _on_white(ImageOps.exif_transpose(picture))
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise Fault("damaged") from error


def _on_white(picture: Image.Image) -> Image.Image:
    """In grey; what shines through is white, as paper is."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        sheet = Image.new("RGBA", picture.size, "white")
        sheet.alpha_composite(picture)
        picture = sheet
    return picture.convert("L")


def codes_on(page: Image.Image) -> tuple[list[str], int]:
    """The texts of the QR codes on a page, and by how many degrees to the left it must be turned."""
    for attempt in _attempts(page):
        found = zxingcpp.read_barcodes(attempt, formats=_CODES)
        if found:
            texts = list(dict.fromkeys(code.text for code in found if code.text))
            return texts, round(found[0].orientation / 90) * 90 % 360
    return [], 0


def _attempts(page: Image.Image) -> Iterator[Image.Image]:
    """The page as it is, then made easier: smaller, smoother, larger, of more contrast."""
    yield _within(page, _READ_SIDE)
    middle, small = _within(page, LONG_SIDE), _within(page, LONG_SIDE * 2 // 3)
    yield ImageOps.autocontrast(middle.filter(ImageFilter.GaussianBlur(1.2)), cutoff=2)
    yield small
    yield ImageOps.autocontrast(small.filter(ImageFilter.BoxBlur(1)), cutoff=5)
    yield ImageOps.autocontrast(middle.filter(ImageFilter.MedianFilter(5)), cutoff=5)
    yield small.resize((small.width * 2, small.height * 2), Image.Resampling.BICUBIC)


def _within(page: Image.Image, side: int) -> Image.Image:
    small = page.copy()
    small.thumbnail((side, side))
    return small


def is_blank(page: Image.Image) -> bool:
    """Whether next to nothing is written on it."""
    counts = _within(page, LONG_SIDE).histogram()
    paper = counts.index(max(counts))
    return sum(counts[: max(paper - _DARKER, 0)]) < sum(counts) * _BLANK_SHARE


def kept_picture(page: Image.Image, turn: int) -> bytes:
    """The page upright, in grey, as a JPEG of moderate size."""
    upright = page.rotate(turn, expand=True) if turn else page
    upright.thumbnail((LONG_SIDE, LONG_SIDE))
    target = io.BytesIO()
    upright.save(target, "JPEG", quality=_QUALITY, optimize=True)
    return target.getvalue()


def answer(data: bytes, out: BinaryIO) -> None:
    """Writes what is on each page; the first fault ends it."""
    try:
        media_type, count, pages = pages_of(data)
        _line(out, {"media_type": media_type, "pages": count})
        for page in pages:
            blank = is_blank(page)
            texts, turn = ([], 0) if blank else codes_on(page)
            picture = kept_picture(page, turn)
            _line(out, {"texts": texts, "blank": blank, "size": len(picture)})
            out.write(picture)
        _line(out, {"end": True})
    except Fault as fault:
        _line(out, {"fault": fault.code, "args": fault.args_of_code})
    except MemoryError:
        _line(out, {"fault": "too_hungry", "args": {}})


def _line(out: BinaryIO, value: dict[str, object]) -> None:
    out.write(json.dumps(value).encode() + b"\n")


def main() -> None:
    """Reads the limits from the command line and the file from standard input."""
    seconds, memory_mb = float(sys.argv[1]), int(sys.argv[2])
    limit(seconds, memory_mb)
    answer(sys.stdin.buffer.read(), sys.stdout.buffer)


if __name__ == "__main__":
    main()
