"""The FTP server: one user, one folder, only from the own network, and only whole files."""

from __future__ import annotations

import logging
import socket
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from pyftpdlib.authorizers import AuthenticationFailed
from pyftpdlib.handlers import TLS_DTPHandler, TLS_FTPHandler
from pyftpdlib.servers import FTPServer

from kehr.ftp.files import DropFiles, Incoming
from kehr.rules.settings.ftp_wish import LARGEST_FILE, PASSIVE_PORTS, FtpWish
from kehr.rules.terms.near import is_near

MOST_CONNECTIONS = 10
IDLE_SECONDS = 120
"""A connection that says nothing, and a transfer that does not move, end after this time."""
WRONG_TRIES, WITHIN_SECONDS = 9, 600
"""So many wrong passwords from one address within this time, then it has to wait as long."""
PROOF_SECONDS = 1.0
"""After the data the client must still be there for so long. One that is killed in the middle closes the
data connection just like one that is done; only its control connection tells them apart.
"""
RIGHTS = "elwfT"
"""Enter, list, send, rename, set the time; nothing can be read back, deleted or made."""

log = logging.getLogger("pyftpdlib")


class OneUser:
    """Knows the one user; what pyftpdlib calls an authorizer."""

    def __init__(self, wish: FtpWish) -> None:
        self._wish = wish
        self._wrong: dict[str, list[float]] = defaultdict(list)

    def validate_authentication(self, username: str, password: str, handler: Any) -> None:
        """Raises AuthenticationFailed unless name and password are right."""
        if not self._wish.fits(username, password):
            self._wrong[handler.remote_ip].append(time.monotonic())
            raise AuthenticationFailed("Authentication failed.")
        self._wrong.pop(handler.remote_ip, None)

    def has_to_wait(self, address: str) -> bool:
        """Whether there were too many wrong passwords from this address lately."""
        since = time.monotonic() - WITHIN_SECONDS
        lately = [at for at in self._wrong.pop(address, []) if at > since]
        if lately:
            self._wrong[address] = lately
        return len(lately) >= WRONG_TRIES

    def get_home_dir(self, _username: str) -> str:
        """The watched folder."""
        return self._wish.folder

    def get_msg_login(self, _username: str) -> str:
        """The greeting."""
        return "Welcome."

    def get_msg_quit(self, _username: str) -> str:
        """The farewell."""
        return "Goodbye."

    def has_perm(self, _username: str, perm: str, _path: str | None = None) -> bool:
        """Whether the one user may do this."""
        return perm in RIGHTS

    def get_perms(self, _username: str) -> str:
        """What the one user may do."""
        return RIGHTS

    def impersonate_user(self, _username: str, _password: str) -> None:
        """The process is always itself."""

    def terminate_impersonation(self, _username: str) -> None:
        """The process is always itself."""


class Receiver(TLS_DTPHandler):  # type: ignore[misc]
    """Takes one file in, up to the limit, and leaves it to the connection to say that it has arrived."""

    timeout = IDLE_SECONDS

    def handle_read_event(self) -> None:
        """Takes the next piece, or ends the transfer when the file has become too large."""
        super().handle_read_event()
        if self.tot_bytes_received > LARGEST_FILE and not self._closed:
            self._resp = (f"552 Larger than {LARGEST_FILE // 1024 // 1024} MB.", log.info)
            self.close()

    def close(self) -> None:
        """Ends the transfer; of a file that seems whole nothing is said yet."""
        if self.receive and self.transfer_finished:
            self._resp = ()
        super().close()


class Desk(TLS_FTPHandler):  # type: ignore[misc]
    """One client's connection. `uploads` holds what is being received, by its hidden name."""

    banner = "Kehrbote"
    timeout = IDLE_SECONDS
    max_login_attempts = 3
    dtp_handler = Receiver
    abstracted_fs = DropFiles
    passive_ports = range(PASSIVE_PORTS[0], PASSIVE_PORTS[1] + 1)
    permit_foreign_addresses = False
    permit_privileged_ports = False
    use_sendfile = False

    def __init__(self, *args: Any, **more: Any) -> None:
        self.uploads: dict[str, Incoming] = {}
        self._arrived = ""
        self._proof: Any = None
        super().__init__(*args, **more)

    def on_connect(self) -> None:
        """Turns away who is not in the own network, and who has guessed too often."""
        if not is_near(self.remote_ip) or self.authorizer.has_to_wait(self.remote_ip):
            self.respond("421 Not from here, or too many wrong passwords.")
            self.close_when_done()

    def on_file_received(self, file: str) -> None:
        """The data are there; waits whether the client is, too."""
        self._arrived = file
        if self._quit_pending:
            self._keep()
        else:
            self._proof = self.ioloop.call_later(PROOF_SECONDS, self._keep, _errback=self.handle_error)

    def on_incomplete_file_received(self, file: str) -> None:
        """A transfer that broke off leaves nothing."""
        self.uploads.pop(file).drop()

    def pre_process_command(self, line: str, cmd: str, arg: str) -> None:
        """Whoever goes on talking is still there."""
        if self._arrived:
            self._keep()
        super().pre_process_command(line, cmd, arg)

    def close(self) -> None:
        """Ends the connection; a file that nobody waited for is dropped."""
        super().close()
        if self._closed:
            self._arrived = ""
            self._cancel_proof()
            while self.uploads:
                self.uploads.popitem()[1].drop()

    def ftp_REST(self, _line: str) -> None:
        """Parts of files are not put together."""
        self.respond("502 Only whole files can be sent.")

    def _keep(self) -> None:
        """Gives the file its name, and only then says that it has arrived."""
        arrived, self._arrived = self._arrived, ""
        self._cancel_proof()
        fault = self.uploads.pop(arrived).keep()
        self.respond(f"451 {fault}." if fault else "226 Transfer complete.")

    def _cancel_proof(self) -> None:
        proof, self._proof = self._proof, None
        if proof is not None and not proof.cancelled:
            proof.cancel()


def open_server(wish: FtpWish, certificate: Path) -> FTPServer:
    """Listens as wished. Raises OSError with its number when the port cannot be had."""

    class Handler(Desk):
        authorizer = OneUser(wish)
        certfile = str(certificate)

    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("0.0.0.0", wish.port))  # noqa: S104 - WinChim sends from the LAN; others are turned away
        server = FTPServer(listener, Handler, backlog=20)
    except BaseException:
        listener.close()
        raise
    server.max_cons = MOST_CONNECTIONS
    server.max_cons_per_ip = MOST_CONNECTIONS // 2
    return server
