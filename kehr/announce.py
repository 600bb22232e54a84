"""Prints the address once it answers: `python -m kehr.announce PORT LINK`."""

from __future__ import annotations

import socket
import sys
import time
import urllib.error
import urllib.request

PATIENCE_SECONDS = 120


def main(port: str, link: str) -> None:
    """Waits for the pages, then says where they are."""
    address = f"http://localhost:{port}"
    ends = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ends and not _answers(address):
        time.sleep(0.2)
    lines = [f"Kehrbote: {address}/  (from the LAN: http://{socket.gethostname()}:{port}/)"]
    if link:
        lines.append(f"First login, valid once: {address}{link}")
    sys.stdout.write("\n" + "\n".join(lines) + "\n\n")


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(f"{address}/healthz", timeout=2).close()  # noqa: S310 - our own address
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main(*sys.argv[1:3])
