"""How money and counts are written on screens."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_currency, format_decimal
from flask import Blueprint
from flask_babel import get_locale
from flask_babel import gettext as _

from kehr.models import Gateway

CENT = Decimal("0.01")
ORDER_PAGES = {
    "linkmobility": "https://app.websms.com",
    "seven": "https://app.seven.io",
}
"""Where one signs in at a provider to buy more; of other kinds nobody but the office knows."""


def number(value: int) -> str:
    """`1.204`."""
    return str(format_decimal(value, locale=_locale()))


def euro(amount: int | None) -> str:
    """Ten-thousandths of a euro as `1,23 €`, rounded to the cent; unknown is a dash."""
    if amount is None:
        return "–"
    cents = (Decimal(amount) / 10_000).quantize(CENT, ROUND_HALF_UP)
    return str(format_currency(cents, "EUR", locale=_locale()))


def euro_roughly(amount: int) -> str:
    """The same in whole euros from ten on, as one says it: `46 €`."""
    if amount < 10 * 10_000:
        return euro(amount)
    whole = (Decimal(amount) / 10_000).quantize(Decimal(1), ROUND_HALF_UP)
    pattern = "#,##0\xa0¤" if _locale().startswith("de") else "¤#,##0"
    return str(format_currency(whole, "EUR", pattern, locale=_locale(), currency_digits=False))


def euro_exactly(amount: int) -> str:
    """The same with up to four decimals, as prices of a single SMS have them: `0,0745 €`."""
    pattern = "#,##0.00##\xa0¤" if _locale().startswith("de") else "¤#,##0.00##"
    value = Decimal(amount) / 10_000
    return str(format_currency(value, "EUR", pattern, locale=_locale(), currency_digits=False))


def credit(gateway: Gateway) -> str:
    """`Guthaben 1.204 SMS` as counted, or `Guthaben 46,75 €` as the gateway said; empty when neither is."""
    if gateway.counter is not None:
        return _("Guthaben %(count)s SMS", count=number(gateway.counter))
    return _("Guthaben %(money)s", money=euro(gateway.balance)) if gateway.balance is not None else ""


def register(screen: Blueprint) -> None:
    """Makes these known to all templates."""
    for name, function in (("number", number), ("euro", euro), ("euro_exactly", euro_exactly)):
        screen.add_app_template_filter(function, name)


def _locale() -> str:
    return str(get_locale() or "de")
