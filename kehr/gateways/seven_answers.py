"""Reads what seven answers: prices, codes, states and journals, in each form it has been seen in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from kehr.gateways.contract import (
    Accepted,
    Fate,
    IncomingReply,
    Misconfigured,
    NotTaken,
    Receipt,
    Unclear,
)
from kehr.gateways.seven_codes import FATES, VERDICTS, verdict, word
from kehr.gateways.verdict import RAISED, Verdict
from kehr.gateways.web_api import judge_status, read_json
from kehr.sources.network import Answer

_DIGITS = re.compile(r"\d+")
_MOST_EUROS = 1_000_000
_MOST_PARTS = 255
_CODE = re.compile(r"\d{3}")


def judge_send(answer: Answer, recipient: str) -> Accepted:
    """The outcome of a send to `recipient`; raises every other one.

    HTTP says 200 to refusals too, and of the one message its own word decides.
    """
    said = read_json(answer)
    if not isinstance(said, dict):
        code = bare_code(answer.body)
        if code is None or verdict(code) is Verdict.ACCEPTED:
            judge_status(answer)
        raise_code(code)
    one = _only_message(said)
    code = whole(said.get("success"))
    error = whole(one.get("error")) if one.get("success") is not True else None
    told = code if error is None else error
    if one.get("success") is True and answer.status == 200 and told in (100, 101):
        return _accepted(one, recipient)
    if told is None or told not in VERDICTS or verdict(told) is Verdict.ACCEPTED:
        judge_status(answer)
    raise_code(told, str(one.get("error_text") or ""))


def raise_code(code: int, text: str = "") -> NoReturn:
    """Raises what a code means for a message that was sent."""
    raise RAISED[verdict(code)](word(code), f"{code} {text[:200]}".strip())


def raise_question(code: int) -> NoReturn:
    """Raises what a code means that answered a mere question."""
    kind = Misconfigured if verdict(code) is Verdict.MISCONFIGURED else NotTaken
    raise kind(word(code), str(code))


def ten_thousandths(value: object) -> int | None:
    """An amount of euros, number or text, in ten-thousandths; None for what is none."""
    if value is None or isinstance(value, bool):
        return None
    try:
        amount = Decimal(str(value).strip().replace(",", "."))
        if not amount.is_finite() or abs(amount) > _MOST_EUROS:
            return None
        return int((amount * 10_000).to_integral_value())
    except InvalidOperation:
        return None


def whole(value: object) -> int | None:
    """A code, which may be written as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    return int(value) if isinstance(value, int) or _CODE.fullmatch(value.strip()) else None


def bare_code(body: bytes) -> int | None:
    """The code where the whole answer is nothing but a known one, as of old."""
    text = body[:20].decode("ascii", "replace").strip().strip('"')
    return int(text) if _CODE.fullmatch(text) and int(text) in VERDICTS else None


def credit(body: bytes, said: object) -> int | None:
    """The balance: `{"amount": 290.67, "currency": "EUR"}` or nothing but `290.67`."""
    if isinstance(said, Mapping):
        return ten_thousandths(said.get("amount"))
    if said is not None and not isinstance(said, (int, str, Decimal)):
        return None
    return ten_thousandths(said if said is not None else body[:40].decode("ascii", "replace"))


def entries(said: object) -> Iterator[dict[str, Any]]:
    """The objects of a list, however deep the list is nested, or of the only object there is."""
    if isinstance(said, dict):
        yield said
    elif isinstance(said, list):
        for one in said:
            yield from entries(one)


def moment(value: object, zone: ZoneInfo) -> datetime | None:
    """A time: ISO with offset, seconds since 1970, or wall time in `zone`; None for anything else."""
    text = str(value or "").strip()
    try:
        if _DIGITS.fullmatch(text) and len(text) in (10, 13):
            return datetime.fromtimestamp(int(text[:10]), UTC)
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def receipt(entry: Mapping[str, Any], zone: ZoneInfo) -> Receipt | None:
    """One state; None without id or word."""
    reference, state = str(entry.get("id") or ""), str(entry.get("status") or "").strip().upper()
    if not reference or not state:
        return None
    at = moment(entry.get("status_time") or entry.get("statusTime"), zone)
    fate = FATES.get(state, Fate.UNDERWAY)
    return Receipt(fate, f"{reference}:{state}", state, reference=reference, at=at)


def reply(entry: Mapping[str, Any], zone: ZoneInfo) -> IncomingReply | None:
    """One entry of the journal of what came in; None without id or time."""
    at = moment(entry.get("timestamp") or entry.get("time"), zone)
    if at is None or not entry.get("id"):
        return None
    sender = str(entry.get("from") or "")
    return IncomingReply(
        event_key=str(entry["id"]),
        sender=f"+{sender}" if _DIGITS.fullmatch(sender) and not sender.startswith("0") else sender,
        recipient=str(entry.get("to") or ""),
        text=str(entry.get("text") or ""),
        at=at,
    )


def same_number(one: object, other: str) -> bool:
    """Whether two spellings, with or without + or 00, are one number."""
    return _plain(str(one or "")) == _plain(other)


def _only_message(said: Mapping[str, Any]) -> Mapping[str, Any]:
    messages = said.get("messages")
    if isinstance(messages, list) and len(messages) == 1 and isinstance(messages[0], dict):
        return messages[0]
    return {}


def _accepted(one: Mapping[str, Any], recipient: str) -> Accepted:
    to = one.get("recipient")
    if to and not same_number(to, recipient):
        raise Unclear("answer_of_another", str(to)[:80])
    parts = one.get("parts")
    return Accepted(
        reference=str(one.get("id") or ""),
        parts=parts if type(parts) is int and 0 < parts <= _MOST_PARTS else None,
        price=ten_thousandths(one.get("price")),
    )


def _plain(number: str) -> str:
    return re.sub(r"\D", "", number).removeprefix("00")
