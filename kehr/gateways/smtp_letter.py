"""Composes an e-mail: plain text first, a simple HTML copy of it, attachments, headers nobody can break."""

from __future__ import annotations

import html
import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import quote

from kehr.gateways.contract import Attachment, OutgoingMessage

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_DOMAIN = (
    r"(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
_ADDRESS = re.compile(rf"({_LOCAL})@({_DOMAIN})")
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")
_POLICY = SMTP.clone(max_line_length=78)


def plain_address(typed: str) -> str | None:
    """An address as the wire takes it, its domain in ASCII, or None when it is no plain address.

    Quoted and non-ASCII local parts are no plain addresses: too many servers refuse them.
    """
    local, _, domain = typed.strip().rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii") if not domain.isascii() else domain
    except UnicodeError:
        return None
    address = f"{local}@{ascii_domain}"
    return address if _ADDRESS.fullmatch(address) and len(local) <= 64 else None


def compose(
    message: OutgoingMessage,
    *,
    sender: str,
    recipient: str,
    reply_to: str,
    moment: datetime,
    with_html: bool = True,
) -> tuple[str, bytes]:
    """The Message-ID and the bytes; addresses have passed `plain_address`, `moment` is aware."""
    letter = EmailMessage(policy=_POLICY)
    message_id = f"<{quote(message.id, safe='')}@{sender.rpartition('@')[2]}>"
    letter["From"] = Address(display_name=_one_line(message.sender_name), addr_spec=sender)
    letter["To"] = Address(addr_spec=recipient)
    letter["Subject"] = _one_line(message.subject)
    letter["Date"] = format_datetime(moment)
    letter["Message-ID"] = message_id
    if reply_to:
        letter["Reply-To"] = Address(addr_spec=reply_to)
    letter["Auto-Submitted"] = "auto-generated"
    text = "\n".join(message.text.splitlines()) + "\n"
    letter.set_content(text, charset="utf-8", cte="quoted-printable")
    if with_html:
        letter.add_alternative(as_html(message.text), subtype="html", charset="utf-8", cte="quoted-printable")
    for attachment in message.attachments:
        _attach(letter, attachment)
    return message_id, letter.as_bytes()


def as_html(text: str) -> str:
    """The same words as a page: paragraphs at blank lines, links that can be clicked, nothing loaded."""
    paragraphs = re.split(r"\n\s*\n", "\n".join(text.strip().splitlines()))
    body = "\n".join(f"<p>{_linked(paragraph)}</p>" for paragraph in paragraphs)
    head = '<!DOCTYPE html>\n<html lang="de"><head><meta charset="utf-8"></head>'
    return f"{head}<body>\n{body}\n</body></html>\n"


def _linked(paragraph: str) -> str:
    pieces: list[str] = []
    end = 0
    for found in _LINK.finditer(paragraph):
        url = html.escape(found.group())
        pieces += [html.escape(paragraph[end : found.start()]), f'<a href="{url}">{url}</a>']
        end = found.end()
    pieces.append(html.escape(paragraph[end:]))
    return "".join(pieces).replace("\n", "<br>\n")


def _attach(letter: EmailMessage, attachment: Attachment) -> None:
    kind, *parameters = (piece.strip() for piece in attachment.content_type.split(";"))
    main, _, sub = kind.partition("/")
    if not re.fullmatch(r"[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+", kind) or main in ("multipart", "message"):
        main, sub = "application", "octet-stream"
    found = (re.fullmatch(r"([A-Za-z0-9-]+)=\"?([A-Za-z0-9._/+-]+)\"?", piece) for piece in parameters)
    name = _one_line(attachment.filename).replace("/", "-").replace("\\", "-") or "Anhang"
    letter.add_attachment(
        attachment.content,
        maintype=main,
        subtype=sub,
        filename=name,
        params={pair.group(1): pair.group(2) for pair in found if pair is not None},
    )


def _one_line(text: str) -> str:
    """A header's value: whatever could begin another header becomes a space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
