"""An object with people, and scanned forms on their way in: what tests of the tray share."""

from __future__ import annotations

import io
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from kehr.models import Address, Property, Scan, db
from tests import builders
from tests.scanned_forms import code_text, saved, sheet

FIRST, SECOND, EVA = "+436641000001", "+436641000002", "+436641000003"


def opened_house() -> Property:
    """An owner with two mobiles and an e-mail address, and a party."""
    builders.company()
    house = builders.house()
    builders.person(
        house, first_name="Karl", phones=["0664 1000001", "0664 1000002"], emails=["karl@example.at"]
    )
    builders.person(house, "Šimić", first_name="Eva", unit="Top 1", phones=["0664 1000003"])
    return house


def upload(client: FlaskClient, *files: tuple[str, bytes], **more: Any) -> Any:
    """Uploads these files, each with its name."""
    # The test client itself would leave big bodies behind in open temporary files.
    values = MultiDict([("datei", FileStorage(io.BytesIO(content), name)) for name, content in files])
    boundary, body = encode_multipart(values)
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post("/einwilligungen", data=body, content_type=kind, **more)


def form(number: str = "a110010", unit: str = "", **how: Any) -> bytes:
    """A scanned form of that object and flat."""
    return saved(sheet(code_text(number, unit), dpi=110, **how))


def scans() -> list[Scan]:
    """All rows, the oldest first."""
    db.session.rollback()
    return list(db.session.scalars(select(Scan).order_by(Scan.id)))


def ids(*values: str) -> list[int]:
    """The ids of the rows of these numbers and addresses."""
    rows = {row.value: row.id for row in db.session.scalars(select(Address))}
    return [rows[value] for value in values]
