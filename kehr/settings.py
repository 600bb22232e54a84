"""Environment -> one frozen value; a wrong value stops the start with a sentence."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kehr import clock

ROOT = Path(__file__).resolve().parent.parent
SOCKET_LIMIT = 100
"""Unix socket paths end at 107 bytes on Linux; the socket's own name is part of them."""


class WrongSetting(ValueError):
    """A value in the environment that cannot be used; its text is one sentence."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a process needs to know before it can open the database. `public_port` 0 means no public app."""

    data: Path
    port: int
    database_url: str
    redis_url: str
    secret_key: str
    public_port: int = 0

    @property
    def socket(self) -> Path:
        """Where the embedded broker listens."""
        return self.data / "run" / "valkey.sock"

    @property
    def embedded_broker(self) -> bool:
        """Whether the broker is ours to start."""
        return self.redis_url.startswith("unix://") and str(self.socket) in self.redis_url


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Reads the environment. Raises WrongSetting with one sentence naming the variable."""
    env = os.environ if environment is None else environment
    try:
        clock.simulated_start()
    except ValueError as error:
        raise WrongSetting(str(error)) from error
    data = Path(env.get("KEHR_DATA") or ROOT / "instance").expanduser().absolute()
    _private_folder(data)
    _private_folder(data / "run")
    socket = data / "run" / "valkey.sock"
    redis_url = _value(env, "REDIS_URL") or f"unix://{socket}?db=0"
    if redis_url.startswith("unix://") and len(os.fsencode(str(socket))) > SOCKET_LIMIT:
        raise WrongSetting(
            f"KEHR_DATA={data} is too long a path for a socket; choose one under 80 characters."
        )
    port, public_port = _port(env, "KEHR_PORT", 8080), _port(env, "KEHR_PUBLIC_PORT", 0)
    if port == public_port:
        raise WrongSetting(f"KEHR_PUBLIC_PORT={port} is the port of the pages; choose another.")
    return Settings(
        data=data,
        port=port,
        public_port=public_port,
        database_url=_database(env, data),
        redis_url=redis_url,
        secret_key=_value(env, "KEHR_SECRET_KEY") or _kept_secret(data / "secret_key"),
    )


def _value(env: Mapping[str, str], name: str) -> str:
    """The variable, or the content of the file that NAME_FILE names."""
    path = env.get(f"{name}_FILE", "").strip()
    if not path:
        return env.get(name, "").strip()
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise WrongSetting(f"{name}_FILE={path} cannot be read: {error.strerror}.") from error


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    """The port that the variable names; 0 stands for none."""
    raw = env.get(name, "").strip()
    if not raw:
        return default
    if not raw.isascii() or not raw.isdigit() or not 1 <= int(raw) <= 65535:
        raise WrongSetting(f"{name}={raw!r} is no port; use a number from 1 to 65535.")
    return int(raw)


def _database(env: Mapping[str, str], data: Path) -> str:
    url = _value(env, "DATABASE_URL")
    if not url:
        return f"sqlite:///{data / 'kehrbote.db'}"
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise WrongSetting("DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://.")
    return url


def _private_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)
    except OSError as error:
        raise WrongSetting(f"KEHR_DATA={path} cannot be used: {error.strerror}.") from error


def _kept_secret(path: Path) -> str:
    """The key in KEHR_DATA, made at the first start; two starts at once agree on one key."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_text(encoding="ascii").strip()
        if not key:
            raise WrongSetting(f"{path} is empty; delete it or put a key into it.") from None
        return key
    key = secrets.token_hex(32)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key)
    return key
