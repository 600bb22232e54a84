"""What tests read out of a PDF file: its text, what it says of itself, and how it looks."""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from pathlib import Path

import pypdfium2


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, in lines without trailing blanks."""
    with pypdfium2.PdfDocument(BytesIO(pdf)) as document:
        return [document[number].get_textpage().get_text_range() for number in range(len(document))]


def height_of(pdf: bytes, words: str) -> tuple[float, float]:
    """Bottom and top, in points from the foot of its page, of the first place where these words stand."""
    with pypdfium2.PdfDocument(BytesIO(pdf)) as document:
        for number in range(len(document)):
            text = document[number].get_textpage()
            found = text.search(words).get_next()
            if found is not None:
                boxes = [text.get_charbox(at) for at in range(found[0], found[0] + found[1])]
                return min(box[1] for box in boxes), max(box[3] for box in boxes)
    raise AssertionError(f"»{words}« stands nowhere")


def about_itself(pdf: bytes) -> str:
    """The XMP metadata, in which a PDF/A says that it is one."""
    for match in re.finditer(rb"stream\r?\n(.*?)\nendstream", pdf, re.DOTALL):
        try:
            content = zlib.decompress(match[1])
        except zlib.error:
            continue
        if b"<?xpacket" in content:
            return content.decode()
    return ""


def pictures_of(pdf: bytes, folder: Path, name: str, scale: float = 1.6) -> list[Path]:
    """Each page as a picture `name-1.png` …, to be looked at."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    with pypdfium2.PdfDocument(BytesIO(pdf)) as document:
        for number in range(len(document)):
            paths.append(folder / f"{name}-{number + 1}.png")
            document[number].render(scale=scale).to_pil().save(paths[-1])
    return paths
