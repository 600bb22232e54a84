"""seven (seven.io, once sms77): SMS over HTTPS, and everything that comes of it by asking.

Our id travels as `foreign_id`, which is no guard against doubles; but the journal of what was sent holds
it, and so an unclear outcome can be resolved by looking it up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kehr.gateways.account import GatewayAccount
from kehr.gateways.contract import (
    Abilities,
    Accepted,
    Account,
    GatewayError,
    IncomingReply,
    Misconfigured,
    NotTaken,
    OutgoingMessage,
    Receipt,
    Refused,
    Sent,
    Unclear,
)
from kehr.gateways.senders import is_number, plain_sender, released_sender, sms_recipient
from kehr.gateways.seven_answers import (
    bare_code,
    credit,
    entries,
    judge_send,
    raise_question,
    receipt,
    reply,
    same_number,
    ten_thousandths,
    whole,
)
from kehr.gateways.seven_codes import NO_SUCH_MESSAGE, RELOAD_LOCK, word
from kehr.gateways.web_api import WebApi, judge_question, read_json
from kehr.sources.network import Allow

BASE_URL = "https://gateway.seven.io/api"
LONGEST_TEXT = 1520
LONGEST_NAME = 11
"""Letters and digits in a sender that is a name."""

LONGEST_NUMBER = 16
AT_ONCE = 100
"""So many states are asked for in one request: as many as a page of the journal holds at most. seven names
no limit; the option `states_at_once` changes it."""

PAGE = 100
SETTLED = timedelta(minutes=10)
"""So long after a send the journal may be trusted not to know it."""

_MOST_PAGES = 200


class Seven:
    """Sends SMS through seven. Options: `timeout` in seconds, `states_at_once`, and `zone`, in which the
    journal's times are written where they have no offset (Europe/Berlin).
    """

    kind: ClassVar[str] = "seven"
    channels: ClassVar[frozenset[str]] = frozenset({"sms"})
    abilities: ClassVar[Abilities] = Abilities(can_reconcile=True, polls_states=True, polls_replies=True)

    def __init__(
        self,
        account: GatewayAccount,
        *,
        allow: Allow,
        now: Callable[[], datetime],
        loopback_only: bool = False,
    ) -> None:
        self._account = account
        self._now = now
        self._zone = _zone(account.options.get("zone") or "Europe/Berlin")
        self._at_once = max(1, int(account.options.get("states_at_once") or AT_ONCE))
        self._api = WebApi(
            account.base_url or BASE_URL,
            allow=allow,
            loopback_only=loopback_only,
            timeout=account.options.get("timeout") or "30",
            secret=account.secret,
        )

    @staticmethod
    def abilities_with(options: Mapping[str, str]) -> Abilities:
        """With the key by which its calls are known, seven also calls of itself."""
        called = bool(options.get("hook_key") and options.get("callback_url"))
        return replace(Seven.abilities, pushes_states=called, pushes_replies=called)

    def send(self, message: OutgoingMessage) -> Accepted:
        """Sends one SMS; our id travels as foreign_id.

        A reload lock (the same text went to the same number within 180 seconds) may mean this very
        message: the journal is asked for our id before it counts as not taken.
        """
        recipient = sms_recipient(message)
        if len(message.text) > LONGEST_TEXT:
            raise Refused("seven_401", f"{len(message.text)} > {LONGEST_TEXT}")
        form = {"to": recipient.removeprefix("+"), "text": message.text, "foreign_id": message.id}
        headers = {**self._headers(), "Content-Type": "application/x-www-form-urlencoded"}
        content = urlencode({**form, **self._sender(message.sender)}).encode()
        answer = self._api.send("/sms", headers, content)
        try:
            return judge_send(answer, recipient)
        except NotTaken as fault:
            if fault.code != word(RELOAD_LOCK):
                raise
            return self._locked(message, fault)

    def check(self) -> Account:
        """Asks for the balance, which needs the key and sends nothing."""
        answer = self._api.ask("/balance", self._headers())
        said = read_json(answer)
        code = bare_code(answer.body) if not isinstance(said, dict) else None
        if answer.status == 200 and code is not None:
            raise_question(code)
        amount = credit(answer.body, said) if answer.status == 200 else None
        if amount is None:
            judge_question(answer)
        currency = str(said.get("currency") or "EUR") if isinstance(said, dict) else "EUR"
        euros = f"{amount / 10_000:.2f}".replace(".", ",")
        return Account(self._account.name, f"{euros} {currency}", amount if currency == "EUR" else None)

    def close(self) -> None:
        """Closes the connections."""
        self._api.close()

    def read_states(self, sent: Sequence[Sent]) -> list[Receipt]:
        """What seven says of these messages, as many in a request as it takes."""
        references = list(dict.fromkeys(one.reference for one in sent if one.reference))
        batches = range(0, len(references), self._at_once)
        found = [one for at in batches for one in self._states(references[at : at + self._at_once])]
        return list({one.event_key: one for one in found}.values())

    def read_replies(self, since: datetime, until: datetime, *, after_outage: bool) -> list[IncomingReply]:
        """The SMS in the journal of what came in; seven keeps it, so an outage needs nothing more.

        The journal is asked by days, a day more on either side: its days may be of another zone.
        """
        found = (reply(one, self._zone) for one in self._journal("inbound", since, until, {}))
        wanted = [one for one in found if one is not None and one.at >= since]
        return list({one.event_key: one for one in wanted}.values())

    def look_up(self, sent: Sequence[Sent]) -> Mapping[str, Accepted | None]:
        """Looks for our ids in the journal of what was sent.

        One that is missing there was never had, unless it is too fresh for the journal or an entry with
        its text and number carries no id at all.
        """
        found: dict[str, Accepted | None] = {}
        for recipient in dict.fromkeys(one.recipient for one in sent):
            asked = [one for one in sent if one.recipient == recipient]
            found.update(self._looked_up(recipient, asked))
        return found

    def _looked_up(self, recipient: str, asked: Sequence[Sent]) -> Iterator[tuple[str, Accepted | None]]:
        now = self._now()
        journal = self._sent_to(recipient, min(one.claimed_at for one in asked))
        by_id = {str(entry["foreign_id"]): entry for entry in journal if entry.get("foreign_id")}
        nameless = {str(entry.get("text")) for entry in journal if not entry.get("foreign_id")}
        for one in asked:
            if one.message_id in by_id:
                yield one.message_id, _taken(by_id[one.message_id])
            elif one.text not in nameless and now - one.claimed_at >= SETTLED:
                yield one.message_id, None

    def _locked(self, message: OutgoingMessage, fault: NotTaken) -> Accepted:
        """What the lock is about: this message itself, another one with the same text, or nobody knows."""
        try:
            journal = self._sent_to(message.recipient, self._now())
        except GatewayError as error:
            raise Unclear(fault.code, fault.detail) from error
        for entry in journal:
            if entry.get("foreign_id") == message.id:
                return _taken(entry)
        if any(entry.get("foreign_id") and entry.get("text") == message.text for entry in journal):
            raise fault
        raise Unclear(fault.code, fault.detail)

    def _sent_to(self, recipient: str, since: datetime) -> list[dict[str, Any]]:
        journal = self._journal("outbound", since, self._now(), {"to": recipient.removeprefix("+")})
        return [entry for entry in journal if same_number(entry.get("to"), recipient)]

    def _states(self, references: Sequence[str]) -> list[Receipt]:
        said, code = self._asked("/status", {"msg_id": ",".join(references)})
        if code == NO_SUCH_MESSAGE:
            half = len(references) // 2
            return [*self._states(references[:half]), *self._states(references[half:])] if half else []
        if code is not None:
            raise_question(code)
        receipts = (receipt(one, self._zone) for one in entries(said))
        return [one for one in receipts if one is not None and one.reference in references]

    def _journal(
        self, name: str, since: datetime, until: datetime, query: Mapping[str, str]
    ) -> Iterator[dict[str, Any]]:
        days = {
            "date_from": f"{since.astimezone(self._zone) - timedelta(days=1):%Y-%m-%d}",
            "date_to": f"{until.astimezone(self._zone) + timedelta(days=1):%Y-%m-%d}",
        }
        for page in range(_MOST_PAGES):
            asked: dict[str, str | int] = {**days, **query, "limit": PAGE, "offset": page * PAGE}
            said, code = self._asked(f"/journal/{name}", asked)
            if code is not None:
                raise_question(code)
            found = list(entries(said))
            yield from found
            if len(found) < PAGE:
                return

    def _asked(self, path: str, query: Mapping[str, str | int]) -> tuple[list[Any], int | None]:
        """The list that answers a question, or the code that stands in its place."""
        answer = self._api.ask(path, self._headers(), query)
        said = read_json(answer)
        code = bare_code(answer.body)
        if isinstance(said, dict) and "id" in said:
            return [said], None
        if isinstance(said, dict):
            code = whole(said.get("success"))
        if code is None and (answer.status != 200 or not isinstance(said, list)):
            judge_question(answer)
        return (said if isinstance(said, list) else []), code

    def _headers(self) -> dict[str, str]:
        key = self._account.secret.strip()
        if not key:
            raise Misconfigured("gateway_no_credentials")
        if not (key.isascii() and key.isprintable()):
            raise Misconfigured("gateway_credentials")
        return {"X-Api-Key": key}

    def _sender(self, typed: str) -> dict[str, str]:
        if not typed.strip():
            return {}
        address = plain_sender(released_sender(self._account, typed).address)
        longest = LONGEST_NUMBER if is_number(address) else LONGEST_NAME
        if is_number(address):
            address = address.removeprefix("+").removeprefix("00")
        if not 1 <= len(address) <= longest:
            raise Misconfigured("sender_invalid", typed)
        return {"from": address}


def _taken(entry: Mapping[str, Any]) -> Accepted:
    return Accepted(str(entry.get("id") or ""), price=ten_thousandths(entry.get("price")))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError as error:
        raise ValueError(name) from error
