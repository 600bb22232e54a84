"""What a client sees of the watched folder: its files and nothing else, and each only when it is whole."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path
from typing import Any, BinaryIO

from pyftpdlib.exceptions import FilesystemError
from pyftpdlib.filesystems import AbstractedFS

from kehr.rules.imports.drop_names import UPLOADING, is_sendable
from kehr.rules.settings.ftp_wish import MOST_FILES


class DropFiles(AbstractedFS):  # type: ignore[misc]
    """The folder without its subfolders, hidden files and links; names of what comes in are checked."""

    def validpath(self, path: str) -> bool:
        """The folder itself, or a plain file directly in it."""
        found, root = Path(path), Path(self.root)
        if found == root:
            return True
        if found.parent != root or not is_sendable(found.name):
            return False
        return not os.path.lexists(found) or stat.S_ISREG(os.lstat(found).st_mode)

    def listdir(self, path: str) -> list[str]:
        """The names of plain files; nothing of folders, links and what is hidden."""
        with os.scandir(path) as entries:
            return [
                one.name for one in entries if is_sendable(one.name) and one.is_file(follow_symlinks=False)
            ]

    listdirinfo = listdir

    def open(self, filename: str, mode: str) -> Incoming:
        """A new hidden file to write into, whatever the name; only whole files are given their name."""
        if mode != "wb":
            raise FilesystemError("Only whole files can be sent")
        if Path(filename) == Path(self.root):
            raise FilesystemError("This is a folder")
        if len(self.listdir(self.root)) >= MOST_FILES:
            raise FilesystemError(f"{MOST_FILES} files are waiting already")
        hidden = Path(self.root) / f"{UPLOADING}{secrets.token_hex(8)}"
        file = os.fdopen(os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb")
        incoming = Incoming(file, hidden, Path(filename))
        self.cmd_channel.uploads[incoming.name] = incoming
        return incoming

    def mkstemp(self, *_args: Any, **_more: Any) -> Any:
        """Names that the server chooses would say nothing to the office."""
        raise FilesystemError("Send the file under its own name")

    def rename(self, src: str, dst: str) -> None:
        """Another name inside the folder, for clients that send under a temporary one; never over a file."""
        if not stat.S_ISREG(os.lstat(src).st_mode):
            raise FilesystemError("Only files can be renamed")
        if Path(dst) == Path(self.root) or os.path.lexists(dst):
            raise FilesystemError("This name is taken")
        os.rename(src, dst)


class Incoming:
    """A file that is being received; the server writes into it and asks for `name` when it is done.

    `fault` is what the disk said when it could not be kept.
    """

    def __init__(self, file: BinaryIO, hidden: Path, final: Path) -> None:
        self._file = file
        self._final = final
        self.name = str(hidden)
        self.fault = ""

    @property
    def closed(self) -> bool:
        """Whether it is closed."""
        return self._file.closed

    def write(self, chunk: bytes) -> int:
        """Takes what has come."""
        return self._file.write(chunk)

    def close(self) -> None:
        """Closes it after everything has reached the disk."""
        try:
            if not self._file.closed:
                self._file.flush()
                os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            self.fault = error.strerror or "disk error"

    def keep(self) -> str:
        """Gives the file its name; what the disk said when that could not be done, else nothing."""
        self.close()
        if not self.fault:
            try:
                os.replace(self.name, self._final)
            except OSError as error:
                self.fault = error.strerror or "disk error"
        if self.fault:
            self.drop()
        return self.fault

    def drop(self) -> None:
        """Forgets what has come."""
        self.close()
        Path(self.name).unlink(missing_ok=True)


def clear_unfinished(folder: Path) -> None:
    """Removes what was left of uploads when the server ended in their middle."""
    for left in folder.glob(f"{UPLOADING}*"):
        left.unlink(missing_ok=True)
