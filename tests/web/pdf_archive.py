"""What can be read of a PDF file of the demands that PDF/A-2u (ISO 19005-2) makes of it.

No validator is at hand that would not need a Java of its own; this reads the objects of a file and says
which demands it does not meet. It knows the files that Kehrbote writes, not any PDF.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from tests.web.pdf_reading import about_itself

FORBIDDEN = (
    *("/JavaScript", "/JS", "/Launch", "/AA", "/OpenAction", "/XFA", "/EmbeddedFiles", "/Movie", "/Sound"),
    *("/LZWDecode", "/Crypt", "/PostScript", "/Alternates", "/OPI", "/Ref ", "/NeedAppearances"),
)
_OBJECT = re.compile(rb"(?:^|[\r\n])(\d+) 0 obj\b(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"(.*?)\bstream\r?\n(.*)\r?\nendstream", re.DOTALL)


@dataclass(frozen=True)
class Thing:
    """One object: its dictionary as text, and what its stream holds."""

    said: str
    stream: bytes = b""

    def number(self, key: str) -> int:
        """The object to which a key points; 0 for none."""
        found = re.search(rf"{key}\s*\[?\s*(\d+) 0 R", self.said)
        return int(found[1]) if found else 0


def things_of(pdf: bytes) -> dict[int, Thing]:
    """All objects of a file by number, those inside of object streams too."""
    found: dict[int, Thing] = {}
    for number, body in _OBJECT.findall(pdf):
        parts = _STREAM.match(body)
        said = (parts[1] if parts else body).decode("latin-1").strip()
        stream = parts[2] if parts else b""
        if "/FlateDecode" in said:
            stream = zlib.decompressobj().decompress(stream)
        found[int(number)] = Thing(said, stream)
        if re.search(r"/Type\s*/ObjStm", said):
            found |= _inside(said, stream)
    return found


def _inside(said: str, stream: bytes) -> dict[int, Thing]:
    count, first = (int(re.search(rf"/{key} (\d+)", said)[1]) for key in ("N", "First"))  # type: ignore[index]
    head = [int(number) for number in stream[:first].split()][: 2 * count]
    places = [*head[1::2], len(stream) - first]
    texts = [stream[first + at : first + to].decode("latin-1") for at, to in pairwise(places)]
    return {number: Thing(text.strip()) for number, text in zip(head[::2], texts, strict=True)}


def faults_of(pdf: bytes) -> list[str]:
    """The demands that a file does not meet, in words."""
    things = things_of(pdf)
    return [
        *_file_faults(pdf, things),
        *_intent_faults(things),
        *_font_faults(things),
        *_other_faults(things),
    ]


def _file_faults(pdf: bytes, things: dict[int, Thing]) -> Iterator[str]:
    head = pdf.splitlines()[:2]
    if not re.fullmatch(rb"%PDF-1\.[0-7]", head[0]):
        yield f"the file begins with {head[0]!r}"
    if not (head[1].startswith(b"%") and sum(byte > 127 for byte in head[1]) >= 4):
        yield "the second line does not mark the file as binary"
    trailer = pdf.rpartition(b"trailer")[2].decode("latin-1") if b"trailer" in pdf else ""
    trailer += "".join(one.said for one in things.values() if "/XRef" in one.said)
    if not re.search(r"/ID\s*\[\s*[(<].+?[)>]\s*[(<].+?[)>]\s*\]", trailer, re.DOTALL):
        yield "the trailer has no ID"
    if "/Encrypt" in trailer:
        yield "the file is encrypted"
    about = about_itself(pdf)
    if 'pdfaid:part="2"' not in about or 'pdfaid:conformance="U"' not in about:
        yield "the XMP metadata do not say PDF/A-2u"
    producers = {one.said for one in things.values() if "/Producer" in one.said}
    named = {name for said in producers for name in re.findall(r"/Producer\s*\(([^)]*)\)", said)}
    if any(f">{name}</pdf:Producer>" not in about and f'Producer="{name}"' not in about for name in named):
        yield f"the metadata do not name the producer {named}"
    catalogs = [one for one in things.values() if re.search(r"/Type\s*/Catalog", one.said)]
    if len(catalogs) != 1 or not things.get(catalogs[0].number("/Metadata"), Thing("")).stream:
        yield "the catalog has no metadata"


def _intent_faults(things: dict[int, Thing]) -> Iterator[str]:
    intents = [one for one in things.values() if "/GTS_PDFA1" in one.said]
    if len(intents) != 1:
        yield f"{len(intents)} output intents"
        return
    profile = things.get(intents[0].number("/DestOutputProfile"), Thing(""))
    if profile.stream[36:40] != b"acsp" or profile.stream[16:20] != b"RGB " or "/N 3" not in profile.said:
        yield "the output intent has no RGB profile"
    if not any("/OutputIntents" in one.said for one in things.values() if "/Catalog" in one.said):
        yield "the catalog does not name the output intent"
    if any("/DeviceCMYK" in one.said for one in things.values()):
        yield "CMYK without a profile"


def _font_faults(things: dict[int, Thing]) -> Iterator[str]:
    fonts = [one for one in things.values() if re.search(r"/Type\s*/Font\b(?!D)", one.said)]
    if not fonts:
        yield "no fonts at all"
    for font in fonts:
        if re.search(r"/Subtype\s*/Type0", font.said):
            if not things.get(font.number("/ToUnicode"), Thing("")).stream:
                yield f"a font does not say which letters it shows: {font.said[:80]}"
            if not font.number("/DescendantFonts") and "/DescendantFonts" not in font.said:
                yield "a font has nothing behind it"
            continue
        descriptor = things.get(font.number("/FontDescriptor"), Thing(""))
        if not things.get(descriptor.number("/FontFile[23]?"), Thing("")).stream:
            yield f"a font is not in the file: {font.said[:80]}"
        if re.search(r"/Subtype\s*/CIDFontType2", font.said) and "/CIDToGIDMap" not in font.said:
            yield "a font does not say where its shapes are"


def _other_faults(things: dict[int, Thing]) -> Iterator[str]:
    for one in things.values():
        yield from (f"{name} is not allowed" for name in FORBIDDEN if re.search(rf"{name}\b", one.said))
        if re.search(r"/Subtype\s*/Link", one.said):
            flags = re.search(r"/F (\d+)", one.said)
            if flags is None or not int(flags[1]) & 4:
                yield "a link that is not printed"
        if re.search(r"/Interpolate\s+true", one.said):
            yield "a picture is smoothed"
