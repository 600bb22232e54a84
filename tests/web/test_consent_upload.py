"""Files that are uploaded as consent forms: kept once, served safely, or refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from kehr.models import Property
from tests.conftest import Clock
from tests.scanned_forms import bomb, code_text, pdf, saved, sheet
from tests.web.conftest import SignIn
from tests.web.consent_desk import form, opened_house, scans, upload
from tests.web.page_checks import check_page


@pytest.fixture
def house(app: Flask, at: Clock) -> Property:
    """An owner and a party."""
    return opened_house()


def test_the_same_file_twice_is_recognised(house: Property, sign_in: SignIn) -> None:
    client, data = sign_in("office"), form()
    upload(client, ("a.jpg", data))
    html = check_page(upload(client, ("b.jpg", data)), 422)
    assert "b.jpg: Diese Datei ist schon da, geladen am Di, 10.03.2026 als »a.jpg«." in html
    pages = [sheet(code_text(), dpi=110), sheet(code_text("b7"), dpi=110)]
    pile = saved(pages[0], "PDF", pages[1:], resolution=110)
    upload(client, ("c.pdf", pile))
    assert "ist schon da" in check_page(upload(client, ("d.pdf", pile)), 422)
    assert len(scans()) == 4


def test_a_page_that_comes_twice_in_one_file_is_kept_once(house: Property, sign_in: SignIn) -> None:
    page = sheet(code_text(), dpi=110)
    client = sign_in("office")
    upload(client, ("doppelt.pdf", saved(page, "PDF", [page], resolution=110)))
    assert "1 Formular zugeordnet, 1 Blatt war schon da." in check_page(client.get("/einwilligungen"))
    assert len(scans()) == 2


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


BIG = 12 * 1024 * 1024


# Bad inputs of the upload: nothing is kept, the reason stands at the field
NO_FORMS = [
    ("leer.jpg", b"", "Die Datei ist leer"),
    ("gross.pdf", b"%PDF-" + bytes(BIG), "mehr als 12 MB"),
    ("brief.pdf", b"Sehr geehrte Damen und Herren", "kein Bild und kein PDF"),
    ("tabelle.jpg", b"Nummer;Name\nA1;Huber\n", "kein Bild und kein PDF"),
    ("bild.gif", b"GIF89a" + bytes(60), "kein Bild und kein PDF"),
    ("seite.html", b"<html><script>alert(1)</script></html>", "kein Bild und kein PDF"),
    ("halb.pdf", b"%PDF-1.7\n%%EOF", "abgeschnitten oder beschädigt"),
    ("halb.jpg", _cut(saved(sheet(dpi=110))), "abgeschnitten oder beschädigt"),
    ("halb.png", _cut(saved(sheet(dpi=110), "PNG")), "abgeschnitten oder beschädigt"),
    ("geheim.pdf", pdf(encrypt=True), "mit einem Kennwort geschützt"),
    ("ohne.pdf", pdf(pages=0), "abgeschnitten oder beschädigt"),
    ("buch.pdf", pdf(pages=300), "hat 300 Seiten, höchstens 40"),
    ("plan.pdf", pdf(size="14400 14400"), "mehr als 50 Millionen Bildpunkte"),
    ("bombe.png", bomb(12_000), "mehr als 50 Millionen Bildpunkte"),
    ("weiss.pdf", pdf(pages=2), "Alle Seiten sind leer"),
]


@pytest.mark.parametrize(("name", "content", "words"), NO_FORMS, ids=[name for name, _, _ in NO_FORMS])
def test_a_file_that_is_no_form_is_refused_with_a_sentence(
    name: str, content: bytes, words: str, house: Property, sign_in: SignIn, tmp_path: Path
) -> None:
    html = check_page(upload(sign_in("office"), (name, content)), 422)
    assert f"{name}: " in html and words in html and 'aria-invalid="true"' in html
    assert scans() == [] and not (tmp_path / "scans").exists()


def test_good_files_are_kept_beside_refused_ones(house: Property, sign_in: SignIn) -> None:
    html = check_page(
        upload(sign_in("office"), ("leer.jpg", b""), ("a.jpg", form()), ("b.txt", b"Hallo")), 422
    )
    assert "a.jpg: 1 Formular zugeordnet." in html and "leer.jpg: " in html and "b.txt: " in html
    assert [row.file_name for row in scans()] == ["a.jpg"]


def test_no_file_and_too_many_files_are_refused(house: Property, sign_in: SignIn) -> None:
    client = sign_in("office")
    assert "mindestens eine Datei" in check_page(client.post("/einwilligungen", data={}), 422)
    files = [(f"{number}.jpg", b"x") for number in range(21)]
    assert "21 Dateien. Höchstens 20" in check_page(upload(client, *files), 422)
    assert scans() == []


def test_more_than_a_request_may_hold_is_refused(house: Property, sign_in: SignIn) -> None:
    html = check_page(upload(sign_in("office"), *[(f"{n}.jpg", bytes(9_000_000)) for n in range(2)]), 413)
    assert "Die Datei ist zu groß" in html and scans() == []


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\Scans\\blatt.jpg", "blatt\u202egpj.exe", "<b>.jpg"]
)
def test_a_file_name_leads_nowhere(name: str, house: Property, sign_in: SignIn, tmp_path: Path) -> None:
    client = sign_in("office")
    upload(client, (name, form()))
    (row,) = scans()
    assert "/" not in row.file_name and "\\" not in row.file_name and row.file_name.isprintable()
    assert sorted(path.name for path in (tmp_path / "scans").iterdir()) == [row.sha256, f"{row.sha256}.jpg"]
    answer = client.get(f"/einwilligungen/{row.id}/datei")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=formular-{row.id}.jpg"
    assert "<b>" not in client.get(f"/einwilligungen/{row.id}").get_data(as_text=True)


def test_files_are_served_safely_and_only_to_who_is_signed_in(
    app: Flask, house: Property, sign_in: SignIn, tmp_path: Path
) -> None:
    client = sign_in("office")
    content = saved(sheet(code_text(), dpi=110), "PDF", resolution=110)
    path = upload(client, ("a.pdf", content)).headers["Location"]
    picture, original = client.get(f"{path}/bild"), client.get(f"{path}/datei")
    assert picture.mimetype == "image/jpeg" and picture.get_data().startswith(b"\xff\xd8\xff")
    assert original.mimetype == "application/pdf" and original.get_data() == content
    for answer, kind in ((picture, "inline"), (original, "attachment")):
        assert answer.headers["Content-Disposition"].startswith(f"{kind}; filename=")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        answer.close()
    stranger = app.test_client()
    for part in ("", "/bild", "/datei"):
        assert stranger.get(path + part).status_code == 302
    assert sign_in("reader").get(f"{path}/bild").status_code == 200
    for left in (tmp_path / "scans").iterdir():
        left.unlink()
    assert client.get(f"{path}/bild").status_code == 404
    assert client.get("/einwilligungen/99/datei").status_code == 404
