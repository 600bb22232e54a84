"""What a feed said last time, small enough to keep: one digest for each UID, one for its zones."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

DIGEST_BYTES = 16
_MAGIC = b"kehr-feed-index-1\n"
_COUNT_BYTES = 4


class UnreadableIndex(ValueError):
    """The bytes are no index written by this version: treat everything as changed."""


def digest(data: bytes) -> bytes:
    """16 bytes that stand for `data`."""
    return blake2b(data, digest_size=DIGEST_BYTES).digest()


@dataclass(frozen=True, slots=True)
class FeedChanges:
    """What differs between two indexes; `header_changed` means that every group may read differently."""

    changed_uids: frozenset[str]
    vanished_uids: frozenset[str]
    header_changed: bool


@dataclass(frozen=True, slots=True)
class FeedIndex:
    """Digests of a feed without its DTSTAMP lines: by UID, and of its zone definitions."""

    hashes: dict[str, bytes]
    header_hash: bytes

    def changed(self, old: FeedIndex | None) -> FeedChanges:
        """New or different UIDs since `old`, those that are gone, and whether the zones changed."""
        if old is None:
            return FeedChanges(frozenset(self.hashes), frozenset(), True)
        before = old.hashes
        return FeedChanges(
            frozenset(uid for uid, value in self.hashes.items() if before.get(uid) != value),
            frozenset(before.keys() - self.hashes.keys()),
            old.header_hash != self.header_hash,
        )

    def content_hash(self) -> bytes:
        """16 bytes that change when any event or zone does, and not with DTSTAMP or the order of events."""
        return digest(self.header_hash + b"".join(sorted(self.hashes.values())))

    def dump(self) -> bytes:
        """The index as bytes, for `load`."""
        names = "\n".join(self.hashes).encode("utf-8", "surrogatepass")
        count = len(self.hashes).to_bytes(_COUNT_BYTES, "big")
        return b"".join((_MAGIC, count, self.header_hash, *self.hashes.values(), names))

    @classmethod
    def load(cls, data: bytes) -> FeedIndex:
        """The index that `dump` wrote. Raises UnreadableIndex on anything else."""
        at = len(_MAGIC) + _COUNT_BYTES
        count = int.from_bytes(data[len(_MAGIC) : at], "big")
        stop = at + (count + 1) * DIGEST_BYTES
        if not data.startswith(_MAGIC) or len(data) < stop:
            raise UnreadableIndex("no feed index of this version")
        try:
            names = data[stop:].decode("utf-8", "surrogatepass").split("\n") if count else []
        except UnicodeDecodeError as error:
            raise UnreadableIndex("the names in the feed index are damaged") from error
        if len(names) != count:
            raise UnreadableIndex(f"{len(names)} names for {count} digests")
        digests = (data[i : i + DIGEST_BYTES] for i in range(at + DIGEST_BYTES, stop, DIGEST_BYTES))
        return cls(dict(zip(names, digests, strict=True)), data[at : at + DIGEST_BYTES])
