"""How a command says no: one sentence on stderr, exit status 1."""

from __future__ import annotations

import sys
from typing import NoReturn

import click


def refuse(sentence: str) -> NoReturn:
    """Ends the command with one sentence."""
    click.echo(" ".join(sentence.split()), err=True)
    sys.exit(1)
