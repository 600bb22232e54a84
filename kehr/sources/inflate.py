"""Unpacks a compressed answer without ever holding more than its limit."""

from __future__ import annotations

import zlib


class TooLarge(Exception):
    """The unpacked body is larger than its limit."""


class BadEncoding(Exception):
    """The body is packed in a way that was not asked for, or is no such packing at all."""


class Inflater:
    """Unpacks `Content-Encoding` identity, gzip and deflate piece by piece, `limit` bytes at most."""

    def __init__(self, encoding: str, limit: int) -> None:
        name = encoding.strip().lower().removeprefix("x-")
        if name not in ("", "identity", "gzip", "deflate"):
            raise BadEncoding(name)
        self._packed = name in ("gzip", "deflate")
        # 16 tells zlib to expect a gzip head, 32 to accept a zlib head or a gzip head.
        self._engine = zlib.decompressobj(zlib.MAX_WBITS | (16 if name == "gzip" else 32))
        self._deflate = name == "deflate"
        self._fed = 0
        self._limit = limit
        self._got = bytearray()

    def feed(self, data: bytes) -> None:
        """Takes the next piece; raises TooLarge or BadEncoding."""
        if not self._packed:
            self._keep(data)
            return
        while data:
            data = self._unpack(data)

    def body(self) -> bytes:
        """All that was unpacked; raises BadEncoding when the packed body was cut."""
        if self._packed and self._fed and not self._engine.eof:
            raise BadEncoding("cut")
        return bytes(self._got)

    def _unpack(self, data: bytes) -> bytes:
        if self._engine.eof:  # Some servers join several gzip bodies; RFC 1952 allows it.
            self._engine = zlib.decompressobj(zlib.MAX_WBITS | 16)
        room = self._limit - len(self._got) + 1
        first = self._fed == 0
        self._fed += len(data)
        try:
            self._keep(self._engine.decompress(data, room))
        except zlib.error as error:
            if not (first and self._deflate):
                raise BadEncoding(str(error)) from error
            # Some servers send deflate without the zlib head that RFC 9110 asks for.
            self._engine = zlib.decompressobj(-zlib.MAX_WBITS)
            return data
        return self._engine.unconsumed_tail or self._engine.unused_data

    def _keep(self, data: bytes) -> None:
        if len(self._got) + len(data) > self._limit:
            raise TooLarge
        self._got += data
