"""A gateway on loopback that answers every SMS after a fixed time: `python -m bench.gateway SECONDS`.

One process, one event loop: it is never what the measurement waits for. Prints its port; on a GET it
tells how many messages it has accepted.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

_ANSWER = (
    '{{"statusCode":2000,"statusMessage":"OK","clientMessageId":"{0}","transferId":"{1:020x}","smsCount":1}}'
)


class Gateway:
    """Counts what it accepted."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.ids: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, kept open."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                writer.write(await self._answer(head, reader))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _answer(self, head: str, reader: asyncio.StreamReader) -> bytes:
        if head.startswith("get"):
            return _http(json.dumps({"accepted": len(self.ids), "different": len(set(self.ids))}))
        length = int(head.split("content-length:")[1].split("\r\n")[0])
        message = json.loads(await reader.readexactly(length))
        self.ids.append(message["clientMessageId"])
        await asyncio.sleep(self.seconds)
        return _http(_ANSWER.format(message["clientMessageId"], len(self.ids)))


def _http(body: str) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return (head + body).encode()


@contextmanager
def running_gateway(seconds: float) -> Iterator[str]:
    """The base URL of a gateway in a process of its own."""
    command = [sys.executable, "-m", "bench.gateway", str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/rest"
        finally:
            process.kill()


def accepted_at(base_url: str) -> tuple[int, int]:
    """How many messages the gateway accepted, and how many different ones."""
    with urllib.request.urlopen(base_url, timeout=5) as answer:
        told = json.loads(answer.read())
    return told["accepted"], told["different"]


async def main(seconds: float) -> None:
    """Serves until killed."""
    server = await asyncio.start_server(Gateway(seconds).serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
