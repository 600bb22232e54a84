"""Sheets as a scanner hands them over: the form's real code on paper, turned, blurred and noisy."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from typing import Any

import segno
from PIL import Image, ImageDraw, ImageFilter

from kehr.rules.visits.consent_form import WORDING, FormMark, encode_mark

CODE_MM, EDGE_MM, TOP_MM = 36, 16, 14
"""Where the printed form has its code, as in consent-print.css."""


def code_text(number: str = "a110010", unit: str = "", wording: str = WORDING) -> str:
    """What the code of a form says."""
    return encode_mark(FormMark(wording, number, unit))


def sheet(
    text: str = "",
    dpi: int = 150,
    turn: float = 0,
    blur: float = 0,
    noise: int = 0,
    paper: int = 255,
) -> Image.Image:
    """An A4 sheet in grey with the code of `text` (none when empty) at the top right, and lines of text."""
    width, height = round(8.27 * dpi), round(11.69 * dpi)
    page = Image.new("L", (width, height), paper)
    draw = ImageDraw.Draw(page)
    for line in range(24):
        draw.text(
            (dpi * 0.7, dpi * (3 + 0.3 * line)), "Ich bin einverstanden, dass mich die Firma. " * 2, fill=40
        )
    if text:
        side = round(CODE_MM / 25.4 * dpi)
        page.paste(
            _code(text, side), (width - side - round(EDGE_MM / 25.4 * dpi), round(TOP_MM / 25.4 * dpi))
        )
    if turn:
        page = page.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=paper)
    if blur:
        page = page.filter(ImageFilter.GaussianBlur(blur * dpi / 150))
    return Image.blend(page, Image.effect_noise(page.size, noise), 0.25) if noise else page


def _code(text: str, side: int) -> Image.Image:
    drawn = io.BytesIO()
    segno.make_qr(text, error="q").save(drawn, kind="png", border=4, scale=12)
    return Image.open(drawn).convert("L").resize((side, side), Image.Resampling.BICUBIC)


def saved(page: Image.Image, kind: str = "JPEG", more: Sequence[Image.Image] = (), **options: Any) -> bytes:
    """The page as a file; `more` pages follow in a PDF or TIFF."""
    target = io.BytesIO()
    if more:
        options |= {"save_all": True, "append_images": list(more)}
    page.save(target, kind, **options)
    return target.getvalue()


def bomb(side: int = 30_000) -> bytes:
    """A PNG of a few kilobytes that unpacks to `side` x `side` grey pixels."""
    packer = zlib.compressobj(9)
    line = bytes(side + 1)
    packed = b"".join(packer.compress(line) for _ in range(side)) + packer.flush()
    head = side.to_bytes(4, "big") * 2 + bytes((8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(*part) for part in ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b""))
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def pdf(pages: int = 1, size: str = "595 842", encrypt: bool = False) -> bytes:
    """A PDF of so many empty pages; `encrypt` makes it ask for a password that nobody has."""
    kids = " ".join(f"{number + 3} 0 R" for number in range(pages))
    parts = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>"]
    parts += [f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size}] >>"] * pages
    body, places = b"%PDF-1.4\n", []
    if encrypt:
        key = "41" * 32
        parts.append(f"<< /Filter /Standard /V 1 /R 2 /O <{key}> /U <{key}> /P -4 >>")
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{part}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    secret = f" /Encrypt {len(parts)} 0 R /ID [<{'42' * 16}> <{'42' * 16}>]" if encrypt else ""
    trailer = f"trailer\n<< /Size {len(parts) + 1} /Root 1 0 R{secret} >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()
