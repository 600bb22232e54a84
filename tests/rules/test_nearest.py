"""The nearest setting wins."""

from __future__ import annotations

import pytest

from kehr.rules.terms.messages import Channel, Kind
from kehr.rules.terms.nearest import GatewayChoice, Scoped, applying, choose_gateway

SMS, EMAIL = Channel.SMS, Channel.EMAIL
FIRM = [Scoped(1, Kind.REMINDER, None, None), Scoped(2, Kind.REMINDER, None, None)]
BRANCH = Scoped(3, Kind.REMINDER, 10, None)
CALENDAR = Scoped(4, Kind.REMINDER, None, 20)
OTHERS = [Scoped(5, Kind.REMINDER, 11, None), Scoped(6, Kind.REMINDER, None, 21)]
FIRM_MOVED = Scoped(7, Kind.MOVED, None, None)


# B11
@pytest.mark.parametrize(
    ("rules", "branch", "ids"),
    [
        (FIRM, 10, [1, 2]),
        ([*FIRM, BRANCH], 10, [3]),
        ([*FIRM, BRANCH], None, [1, 2]),
        ([*FIRM, BRANCH, CALENDAR], 10, [4]),
        ([*FIRM, CALENDAR], None, [4]),
        ([*FIRM, *OTHERS], 10, [1, 2]),
        ([*FIRM, BRANCH, FIRM_MOVED], 10, [3, 7]),
        ([*FIRM, Scoped(8, Kind.REMINDER, 10, 20)], 11, [8]),
        ([], 10, []),
    ],
    ids=[
        "firm",
        "branch",
        "no branch",
        "calendar",
        "calendar of no branch",
        "others'",
        "per kind",
        "both",
        "none",
    ],
)
def test_a_calendar_overrides_its_branch_and_that_the_firm(
    rules: list[Scoped], branch: int | None, ids: list[int]
) -> None:
    assert sorted(applying(rules, 20, branch)) == ids


def gateway(number: int, kind: str, *channels: Channel) -> GatewayChoice:
    return GatewayChoice(number, kind, frozenset(channels))


SANDBOX = gateway(1, "sandbox", SMS, EMAIL)
LINK, SECOND = gateway(2, "linkmobility", SMS), gateway(3, "linkmobility", SMS)
MAIL = gateway(4, "smtp", EMAIL)


# A53, A54
@pytest.mark.parametrize(
    ("gateways", "wished", "channel", "chosen"),
    [
        ([SANDBOX], None, SMS, 1),
        ([SANDBOX], None, EMAIL, 1),
        ([SANDBOX, LINK], None, SMS, 2),
        ([SANDBOX, LINK], None, EMAIL, None),
        ([SANDBOX, LINK], 1, SMS, 1),
        ([SECOND, LINK], None, SMS, 2),
        ([LINK, SECOND], 3, SMS, 3),
        ([LINK, MAIL], 4, SMS, 2),
        ([LINK, MAIL], None, EMAIL, 4),
        ([LINK], 99, SMS, 2),
        ([], None, SMS, None),
    ],
)
def test_the_branch_s_gateway_then_the_oldest_real_one_then_the_sandbox_while_alone(
    gateways: list[GatewayChoice], wished: int | None, channel: Channel, chosen: int | None
) -> None:
    assert choose_gateway(gateways, wished, channel) == chosen
