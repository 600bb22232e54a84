"""The FTP server as WinChim meets it: a real client, the real process, a folder on the disk."""

from __future__ import annotations

import ftplib
import io
import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kehr.rules.settings.ftp_wish import LARGEST_FILE, PASSIVE_PORTS
from kehr.settings import ROOT
from tests.ftp.served import PASSWORD, USER, Served, served
from tests.stack.commands import environment
from tests.stack.radicale import free_port
from tests.stack.running_stack import wait_for

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("ftp"), pytest.mark.timeout(120)]

LIST = b"Nummer;Datum;Beginn\r\nA110010;10.04.2026;08:00\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("ftp")) as running:
        running.wait_for_state("off")
        running.wish(port=free_port())
        running.wait_for_state("serving")
        yield running


@pytest.fixture(autouse=True)
def empty(server: Served) -> None:
    for file in server.folder.iterdir():
        if file.is_dir():
            for inner in file.iterdir():
                inner.unlink()
            file.rmdir()
        else:
            file.unlink()


def plain(server: Served, password: str = PASSWORD) -> ftplib.FTP:
    state = server.state()
    assert state is not None
    client = ftplib.FTP(timeout=20)
    client.connect("127.0.0.1", state.port)
    try:
        client.login(USER, password)
    except ftplib.Error:
        client.close()
        raise
    return client


def encrypted(server: Served) -> ftplib.FTP_TLS:
    state = server.state()
    assert state is not None
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname = False
    trusting.load_verify_locations(server.data / "ftp.pem")
    client = ftplib.FTP_TLS(context=trusting, timeout=20)
    client.connect("127.0.0.1", state.port)
    client.login(USER, PASSWORD)
    client.prot_p()
    return client


@pytest.mark.parametrize("connect", [plain, encrypted])
def test_a_file_sent_in_lies_there_whole_and_can_be_listed(connect: object, server: Served) -> None:  # A29
    with connect(server) as client:  # type: ignore[operator]
        answer = client.storbinary("STOR Kehrplan Größe.csv", io.BytesIO(LIST))
        assert answer.startswith("226")
        assert server.names() == ["Kehrplan Größe.csv"]
        assert (server.folder / "Kehrplan Größe.csv").read_bytes() == LIST
        assert client.nlst() == ["Kehrplan Größe.csv"]
        client.voidcmd("TYPE I")
        assert client.size("Kehrplan Größe.csv") == len(LIST)
        lines: list[str] = []
        client.dir(lines.append)
        assert "Kehrplan Größe.csv" in lines[0]
    assert stat.S_IMODE((server.folder / "Kehrplan Größe.csv").stat().st_mode) == 0o600


def test_a_file_is_invisible_until_its_last_byte(server: Served) -> None:  # A29
    with plain(server) as client:
        data = client.transfercmd("STOR plan.csv")
        data.sendall(LIST[:20])
        wait_for(lambda: len(server.names()) == 1, 10, "the hidden file")
        assert server.names()[0].startswith(".ftp-")
        with plain(server) as other:
            assert other.nlst() == []
        data.sendall(LIST[20:])
        data.close()
        assert client.voidresp().startswith("226")
        assert server.names() == ["plan.csv"]


def test_who_sends_the_same_name_again_replaces_it(server: Served) -> None:
    with plain(server) as client:
        client.storbinary("STOR plan.csv", io.BytesIO(b"old"))
        client.storbinary("STOR plan.csv", io.BytesIO(LIST))
    assert server.names() == ["plan.csv"]
    assert (server.folder / "plan.csv").read_bytes() == LIST


def test_a_client_that_quits_while_it_sends_is_still_heard(server: Served) -> None:
    client = plain(server)
    data = client.transfercmd("STOR plan.csv")
    data.sendall(LIST)
    client.putcmd("QUIT")
    data.close()
    wait_for(lambda: server.names() == ["plan.csv"], 10, "the file")
    client.close()


KILLED = """
    import ftplib, sys, time
    client = ftplib.{kind}(timeout=20)
    client.connect("127.0.0.1", {port})
    client.login({user!r}, {password!r})
    {more}
    data = client.transfercmd("STOR plan.csv")
    data.sendall({list!r})
    print("half", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize(("kind", "more"), [("FTP", ""), ("FTP_TLS", "client.prot_p()")])
def test_a_client_killed_in_the_middle_leaves_nothing(kind: str, more: str, server: Served) -> None:  # A29
    state = server.state()
    assert state is not None
    text = KILLED.format(kind=kind, port=state.port, user=USER, password=PASSWORD, more=more, list=LIST[:30])
    client = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(text)], stdout=subprocess.PIPE, text=True
    )
    assert client.stdout is not None
    assert client.stdout.readline() == "half\n"
    assert wait_for(server.names, 10, "the hidden file")[0].startswith(".ftp-")
    client.send_signal(signal.SIGKILL)
    client.wait(10)
    client.stdout.close()
    seen = set()
    while names := server.names():
        seen.update(names)
        time.sleep(0.05)
    assert all(name.startswith(".ftp-") for name in seen)


def test_a_connection_that_only_announces_a_file_leaves_nothing(server: Served) -> None:
    client = plain(server)
    client.makepasv()
    client.sendcmd("STOR plan.csv")
    assert server.names()[0].startswith(".ftp-")
    client.close()
    wait_for(lambda: server.names() == [], 10, "an empty folder")


def test_an_aborted_transfer_leaves_nothing(server: Served) -> None:
    with plain(server) as client:
        data = client.transfercmd("STOR plan.csv")
        data.sendall(LIST[:30])
        wait_for(server.names, 10, "the hidden file")
        client.putline("ABOR")
        if client.getmultiline().startswith("426"):  # else the server had seen nothing of it yet
            assert client.getmultiline().startswith("226")
        data.close()
        assert server.names() == []
        client.storbinary("STOR plan.csv", io.BytesIO(LIST))
    assert server.names() == ["plan.csv"]


def test_a_file_above_the_limit_is_refused_and_leaves_nothing(server: Served) -> None:
    # The client may notice the closed connection first and the sentence only when it says goodbye.
    client = plain(server)
    with pytest.raises((OSError, ftplib.Error)), client:
        client.storbinary("STOR riesig.csv", io.BytesIO(b"x" * (LARGEST_FILE + 1024 * 1024)), blocksize=65536)
    wait_for(lambda: server.names() == [], 10, "an empty folder")
    with plain(server) as client:
        client.storbinary("STOR gerade-noch.csv", io.BytesIO(b"x" * LARGEST_FILE), blocksize=65536)
    assert (server.folder / "gerade-noch.csv").stat().st_size == LARGEST_FILE


@pytest.mark.parametrize(
    "command",
    [
        "STOR /etc/fremd.csv",
        "STOR archiv/fremd.csv",
        "STOR .versteckt.csv",
        "STOR " + "x" * 151 + ".csv",
        "STOU",
        "APPE alt.csv",
        "RETR alt.csv",
        "DELE alt.csv",
        "DELE archiv/gestern.csv",
        "MKD neu",
        "RMD archiv",
        "CWD archiv",
        "CWD ..",
        "LIST archiv",
        "LIST verweis",
        "RNFR archiv/gestern.csv",
        "RNFR verweis",
        "SITE CHMOD 777 alt.csv",
        "REST 10",
        "SIZE verweis",
    ],
)
def test_nobody_leaves_the_folder_or_touches_what_is_kept(command: str, server: Served) -> None:
    (server.folder / "archiv").mkdir()
    (server.folder / "archiv" / "gestern.csv").write_bytes(LIST)
    (server.folder / "alt.csv").write_bytes(LIST)
    (server.folder / "verweis").symlink_to("/etc/passwd")
    before = server.names()
    with plain(server) as client:
        client.voidcmd("TYPE I")
        if command == "CWD ..":
            client.cwd("..")
            assert client.pwd() == "/"
        else:
            with pytest.raises(ftplib.Error):
                if command.partition(" ")[0] in ("STOR", "STOU", "APPE", "RETR", "LIST"):
                    client.transfercmd(command).close()
                    client.voidresp()
                else:
                    client.voidcmd(command)
        assert client.nlst() == ["alt.csv"]
    assert server.names() == before
    assert (server.folder / "archiv" / "gestern.csv").read_bytes() == LIST
    assert (server.folder / "alt.csv").read_bytes() == LIST


def test_a_client_may_rename_what_it_sent_but_over_nothing(server: Served) -> None:
    (server.folder / "alt.csv").write_bytes(b"old")
    with plain(server) as client:
        client.storbinary("STOR plan.csv.tmp", io.BytesIO(LIST))
        with pytest.raises(ftplib.error_perm):
            client.rename("plan.csv.tmp", "alt.csv")
        with pytest.raises(ftplib.error_perm):
            client.rename("plan.csv.tmp", "archiv/plan.csv")
        client.rename("plan.csv.tmp", "../plan.csv")
    assert server.names() == ["alt.csv", "plan.csv"]


def test_data_connections_use_the_ports_that_the_screen_names(server: Served) -> None:
    with plain(server) as client:
        for _ in range(5):
            _, port = client.makepasv()
            assert PASSIVE_PORTS[0] <= port <= PASSIVE_PORTS[1]


def test_wish_and_certificate_are_for_the_owner_only_and_the_certificate_stays(server: Served) -> None:
    file = server.data / "ftp.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    server.wish(port=free_port())
    wait_for(lambda: server.state() is not None, 10, "the state")
    assert file.read_bytes() == before


def test_a_change_of_port_password_or_switch_is_followed_within_seconds(server: Served) -> None:
    first, second = free_port(), free_port()
    server.wish(port=first)
    server.wait_for_state("serving", first)
    server.wish(port=second, user="anderer")
    server.wait_for_state("serving", second)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", first)) != 0
    with pytest.raises(ftplib.error_perm):
        plain(server)
    server.wish(active=False)
    server.wait_for_state("off")
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", second)) != 0
    server.wish(port=second)
    server.wait_for_state("serving", second)
    plain(server).close()


def test_a_port_or_folder_that_cannot_be_had_is_told_and_taken_when_it_is_free(server: Served) -> None:
    with socket.socket() as other:
        other.bind(("0.0.0.0", 0))
        other.listen()
        server.wish(port=other.getsockname()[1])
        server.wait_for_state("port_taken", other.getsockname()[1])
    if os.geteuid() != 0:
        server.wish(port=21)
        server.wait_for_state("port_forbidden", 21)
    server.wish(port=free_port(), folder=str(server.data / "fehlt"))
    server.wait_for_state("folder_missing")
    server.wish(port=free_port())
    server.wait_for_state("serving")


def test_wrong_passwords_are_slow_and_then_lock_the_address(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        server.wish(port=free_port())
        server.wait_for_state("serving")
        refused = 0
        for _ in range(3):
            state = server.state()
            assert state is not None
            clients = [ftplib.FTP(timeout=20) for _ in range(3)]
            for client in clients:
                client.connect("127.0.0.1", state.port)
                client.sendcmd(f"USER {USER}")
                client.putcmd("PASS falsch")
            for client in clients:
                with pytest.raises(ftplib.error_perm):
                    client.getresp()
                refused += 1
                client.close()
        assert refused == 9
        state = server.state()
        assert state is not None
        client = ftplib.FTP(timeout=20)
        with pytest.raises(ftplib.error_temp, match="421"):
            client.connect("127.0.0.1", state.port)
        client.close()


def test_unfinished_uploads_of_a_server_that_died_are_cleared(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        (server.folder / ".ftp-0011223344556677").write_bytes(LIST)
        (server.folder / ".anderes").write_bytes(LIST)
        server.wish(port=free_port())
        server.wait_for_state("serving")
        assert server.names() == [".anderes"]


def test_a_broken_wish_turns_the_server_off_and_ends_nothing(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        server.wish(port=free_port())
        server.wait_for_state("serving")
        (server.data / "ftp.json").write_text("{kaputt")
        server.wait_for_state("off")


def test_the_process_loads_neither_pages_nor_database(tmp_path: Path) -> None:
    asked = (
        "import sys, kehr.ftp.__main__ as one; before = set(sys.modules); import kehr.ftp.server;"
        "heavy = {'flask', 'sqlalchemy', 'redis', 'rq', 'jinja2', 'kehr.models'};"
        "print(sorted(heavy & set(sys.modules)), 'pyftpdlib' in before, 'cryptography' in before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("[] False False\n", "")
