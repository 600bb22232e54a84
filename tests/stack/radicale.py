"""A real calendar server (Radicale) on loopback, written to as an office's calendar program does."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import caldav
import icalendar
import pytest
import trustme

USER = "office"
STARTS_WITHIN = 20.0
_CONFIG = """[server]
hosts = 127.0.0.1:{port}
{tls}
[auth]
type = none
[rights]
type = from_file
file = {folder}/rights
[storage]
filesystem_folder = {folder}/storage
[logging]
level = warning
"""
_RIGHTS = """[open]
user: .*
collection: .*
permissions: RrWw
"""


def free_port() -> int:
    """A port on which nobody listens at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class OfficeCalendar:
    """One calendar on the server: `url` is what the office pastes, the rest is what its program does."""

    url: str
    collection: caldav.Calendar

    def add(self, uid: str, summary: str, start: datetime, location: str = "", minutes: int = 60) -> None:
        """Writes an entry; `start` is aware, and stands in the feed with its zone."""
        event = icalendar.Event()
        event.add("uid", f"{uid}@office.test")
        event.add("dtstamp", start - timedelta(days=30))
        event.add("dtstart", start)
        event.add("dtend", start + timedelta(minutes=minutes))
        event.add("summary", summary)
        if location:
            event.add("location", location)
        whole = icalendar.Calendar()
        whole.add("prodid", "-//Office//DE")
        whole.add("version", "2.0")
        whole.add_component(event)
        self.collection.save_event(whole.to_ical().decode())

    def move(self, uid: str, start: datetime) -> None:
        """Drags an entry to another start; it keeps its length and its key."""
        found, event = self._entry(uid)
        length = event.end - event.start
        for name, moment in (("DTSTART", start), ("DTEND", start + length)):
            del event[name]
            event.add(name, moment)
        self._save(found, event)

    def cancel(self, uid: str) -> None:
        """Marks an entry as cancelled."""
        found, event = self._entry(uid)
        event["STATUS"] = icalendar.vText("CANCELLED")
        self._save(found, event)

    def delete(self, uid: str) -> None:
        """Removes an entry."""
        self._entry(uid)[0].delete()

    def _entry(self, uid: str) -> tuple[caldav.Event, icalendar.Event]:
        found = self.collection.event_by_uid(f"{uid}@office.test")
        return found, found.icalendar_component

    def _save(self, found: caldav.Event, event: icalendar.Event) -> None:
        event["SEQUENCE"] = int(event.get("SEQUENCE", 0)) + 1
        found.save()


class CalendarServer:
    """The running server: makes calendars for the tests."""

    def __init__(self, port: int, authority: Path | None = None) -> None:
        self.port = port
        self.address = f"{'https' if authority else 'http'}://127.0.0.1:{port}"
        self._authority = authority
        trust = str(authority) if authority else True
        self._client = caldav.DAVClient(url=self.address, username=USER, password="", ssl_verify_cert=trust)

    def calendar(self, name: str) -> OfficeCalendar:
        """A new, empty calendar. Its collection answers GET with all entries as one ICS."""
        path = f"/{USER}/{name}/"
        self._send("MKCALENDAR", path)
        url = f"{self.address}{path}"
        return OfficeCalendar(url, self._client.calendar(url=url))

    def make_home(self) -> None:
        """The collection in which the office's calendars lie."""
        self._send("MKCOL", f"/{USER}/")

    def _send(self, method: str, path: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        if self._authority:
            trust = ssl.create_default_context(cafile=str(self._authority))
            connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=10, context=trust)
        try:
            connection.request(method, path)
            status = connection.getresponse().status
        finally:
            connection.close()
        assert status == 201, f"{method} {path} -> {status}"

    def close(self) -> None:
        """Closes the client's connections."""
        self._client.close()


@contextlib.contextmanager
def calendar_server(folder: Path, *, tls: bool = False) -> Iterator[CalendarServer]:
    """Runs Radicale in `folder` on a free port; with `tls`, `folder/authority.pem` vouches for it."""
    port = free_port()
    authority = _certificates(folder) if tls else None
    secured = f"ssl = True\ncertificate = {folder}/server.pem\nkey = {folder}/server.key" if tls else ""
    (folder / "rights").write_text(_RIGHTS, encoding="utf-8")
    (folder / "config").write_text(_CONFIG.format(port=port, folder=folder, tls=secured), encoding="utf-8")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "radicale", "--config", str(folder / "config")], stdout=log, stderr=log
        )
    try:
        _wait(port, process, folder / "log")
        server = CalendarServer(port, authority)
        server.make_home()
        yield server
        server.close()
    finally:
        process.terminate()
        process.wait(10)


def _certificates(folder: Path) -> Path:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    issued.private_key_pem.write_to_path(str(folder / "server.key"))
    with (folder / "server.pem").open("wb") as file:
        file.write(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    return folder / "authority.pem"


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < ends and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(f"Radicale did not answer: {log.read_text(errors='replace')}")


@pytest.fixture(scope="module")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CalendarServer]:
    """A calendar server of its own for each test file."""
    with calendar_server(tmp_path_factory.mktemp("radicale")) as server:
        yield server
