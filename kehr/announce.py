"""Prints the address once it answers: `python -m kehr.announce PORT LINK`."""

from __future__ import annotations

import socket
import sys
import time
import urllib.error
import urllib.request

PATIENCE_SECONDS = 120
WELL_SECONDS = 20
"""The pages answer before worker and scheduler have done their first round; so long they are given."""


def main(port: str, link: str) -> None:
    """Waits until everything runs, or the pages at least, then says where they are."""
    address = f"http://localhost:{port}"
    ends, answered = time.monotonic() + PATIENCE_SECONDS, False
    while time.monotonic() < ends and (status := _status(address)) != 200:
        if status and not answered:
            ends, answered = time.monotonic() + WELL_SECONDS, True
        time.sleep(0.2)
    lines = [f"Kehrbote: {address}/  (from the LAN: http://{socket.gethostname()}:{port}/)"]
    if link:
        lines.append(f"First login, valid once: {address}{link}")
    sys.stdout.write("\n" + "\n".join(lines) + "\n\n")


def _status(address: str) -> int:
    """What the health check answers, 0 while nothing does."""
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:  # noqa: S310 - our own address
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


if __name__ == "__main__":
    main(*sys.argv[1:3])
