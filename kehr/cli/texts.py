"""Commands about texts: phone numbers in lines, and what a text costs as SMS. They need no database."""

from __future__ import annotations

import json
import sys

import click

from kehr.cli.refuse import refuse
from kehr.rules.terms.phones import find_numbers, pretty
from kehr.rules.terms.sms import cheap_spelling, compose, count


@click.command("phone-numbers")
@click.option("--json", "as_json", is_flag=True, help="one JSON object a line")
def phone_numbers(as_json: bool) -> None:
    """Find the phone numbers in each line of stdin."""
    lines = _stdin().replace("\r\n", "\n").split("\n")
    for line in lines[:-1] if not lines[-1] else lines:
        numbers = find_numbers(line)
        if not as_json:
            click.echo(", ".join(f"{pretty(one.e164)} ({one.type})" for one in numbers) or "keine Nummer")
            continue
        told = [{"e164": one.e164, "type": one.type.value, "country": one.country} for one in numbers]
        click.echo(json.dumps({"input": line, "numbers": told}))


@click.command("sms-parts")
@click.option("--normalise", is_flag=True, help="take the cheap spelling first")
@click.option("--json", "as_json", is_flag=True, help="print only JSON on stdout")
def sms_parts(normalise: bool, as_json: bool) -> None:
    """Count the SMS that the whole of stdin makes as one text."""
    typed = _stdin()
    text = cheap_spelling(typed) if normalise else compose(typed)
    found = count(text)
    if not as_json:
        click.echo(f"{found.encoding}, {found.units} Einheiten, {found.parts} SMS")
        return
    dear = [
        {"character": one.character, "codepoint": one.codepoint, "index": one.index}
        for one in found.expensive
    ]
    told = {"encoding": found.encoding, "units": found.units, "parts": found.parts}
    click.echo(json.dumps(told | {"expensive": dear, "text": text}))


def _stdin() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError:
        refuse("Die Eingabe ist kein Text in UTF-8.")
