"""What a settings file says, once checked. None means: not in the file, leave as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

from kehr.rules.law.deadlines import LandRule
from kehr.rules.terms.messages import RULE_KINDS

LANDS = ("Wien", "NÖ", "OÖ", "Sbg", "Tirol", "Vbg", "Stmk", "Ktn", "Bgld")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ROLES = ("admin", "office", "reader")
FIELDS = ("summary", "description", "location", "contact")
SECURITY = ("starttls", "tls", "none")
SENDER_TYPES = ("national", "international", "alphanumeric", "shortcode", "email")
MASTER_FIELDS = ("name", "street", "postcode", "town", "phone", "email")
"""What the firm must say of itself before anything real is sent, and before calendar links."""
KINDS = tuple(kind.value for kind in RULE_KINDS)

GATEWAY_CHANNELS: Mapping[str, frozenset[str]] = {
    "sandbox": frozenset({"sms", "email"}),
    "linkmobility": frozenset({"sms"}),
    "seven": frozenset({"sms"}),
    "android": frozenset({"sms"}),
    "gammu": frozenset({"sms"}),
    "http_template": frozenset({"sms"}),
    "smtp": frozenset({"email"}),
}
"""The kinds of gateway, and what each can carry."""

REGISTERED = ("yes", "no", "unknown")
"""Whether a sender stands in the regulator's list."""


@dataclass(frozen=True, slots=True)
class CompanySettings:
    """`[company]`; the names are those of the company's row, times are office wall time.

    `monthly_quota` 0 means no limit.
    """

    name: str | None = None
    street: str | None = None
    postcode: str | None = None
    town: str | None = None
    phone: str | None = None
    email: str | None = None
    zone: str | None = None
    land: str | None = None
    trial: bool | None = None
    own_numbers: tuple[str, ...] | None = None
    own_emails: tuple[str, ...] | None = None
    window_from: time | None = None
    window_to: time | None = None
    window_days: tuple[str, ...] | None = None
    window_holidays: bool | None = None
    settle_minutes: int | None = None
    release: str | None = None
    self_test_sms: str | None = None
    self_test_email: str | None = None
    kind_words: dict[str, list[str]] | None = None
    monthly_quota: int | None = None
    evening_log_email: str | None = None
    evening_log_file: bool | None = None
    evening_log_at: time | None = None


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """`[network]`; the entries of `network_allow` are checked where the network lives."""

    network_allow: tuple[str, ...] | None = None
    public_url: str | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """A sender that a gateway has released: a number, a name of at most 11 characters, or an address.

    `registered` says whether the regulator's list has it; `registered_on` since when, ISO or empty.
    """

    address: str
    type: str
    registered: str = "unknown"
    registered_on: str = ""


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """One of `[[gateways]]`. `secret` is the token or password, `secret_file` where it is written.

    `base_url` of a mail server is `smtp://host:587` (STARTTLS), `smtps://` (TLS) or `smtp+plain://`; of a
    described gateway its `url`. `options` are the kind's own, as they are stored. `price` of a part is in
    ten-thousandths of a euro, `counter` how many SMS are left; -1 means: unknown, not counted.
    A `branch_only` account belongs to a branch: nobody else sends through it unasked.
    """

    name: str
    kind: str | None = None
    base_url: str | None = None
    user: str | None = None
    secret: str | None = None
    secret_file: str | None = None
    secret_key: str = "token"  # noqa: S105 - the name of a key, not a secret
    senders: tuple[Sender, ...] | None = None
    max_per_minute: int | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    price: int | None = None
    counter: int | None = None
    branch_only: bool | None = None


@dataclass(frozen=True, slots=True)
class BranchSettings:
    """One of `[[branches]]`; an empty gateway name means none, an empty `land` the firm's.

    `monthly_quota` 0 means no limit.
    """

    name: str
    sms_gateway: str | None = None
    email_gateway: str | None = None
    sender: str | None = None
    land: str | None = None
    cost_center: str | None = None
    monthly_quota: int | None = None


@dataclass(frozen=True, slots=True)
class CalendarSettings:
    """One of `[[calendars]]`; `url` as it is stored, an empty `branch` means none.

    `kind` is ics, or file for a list that is imported and has no address.
    """

    name: str
    kind: str | None = None
    url: str | None = None
    branch: str | None = None
    color: str | None = None
    active: bool | None = None
    poll_minutes: int | None = None
    phone_field: str | None = None
    name_field: str | None = None
    location_field: str | None = None
    fallback_name: str | None = None
    fallback_location: str | None = None
    consent: str | None = None


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """One of `[[rules]]`, complete: what the file leaves out has its default."""

    kind: str
    branch: str = ""
    calendar: str = ""
    active: bool = False
    channel: str = "sms"
    days: int = 0
    at: time = time(17)
    text: str = ""
    subject: str = ""
    ical_link: bool = False
    second_channel: bool = False

    @property
    def scope(self) -> tuple[str, str, str]:
        """What is replaced together: (branch, calendar, kind)."""
        return (self.branch, self.calendar, self.kind)


@dataclass(frozen=True, slots=True)
class UserSettings:
    """One of `[[users]]`; the password only counts for a login that does not exist yet."""

    login: str
    role: str
    active: bool | None = None
    password_file: str | None = None
    password_hash: str | None = None


@dataclass(frozen=True, slots=True)
class ProfileSettings:
    """One of `[[import.profiles]]`: how the columns of a list are read, heading -> field.

    `calendar` names the list that appointments go to, empty for the usual one.
    """

    name: str
    kind: str
    columns: Mapping[str, str]
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class ImportSettings:
    """`[import]`: the watched folder and the FTP server that fills it; `at` is office wall time.

    An empty `folder` is the one in KEHR_DATA; `minutes` 0 means once a day at `at`.
    """

    active: bool | None = None
    folder: str | None = None
    at: time | None = None
    minutes: int | None = None
    customers_profile: str | None = None
    appointments_profile: str | None = None
    ftp_active: bool | None = None
    ftp_port: int | None = None
    ftp_user: str | None = None
    ftp_password: str | None = None
    ftp_password_file: str | None = None
    profiles: tuple[ProfileSettings, ...] = ()


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A whole settings file; a section that is not in it is None or empty."""

    company: CompanySettings | None = None
    network: NetworkSettings | None = None
    gateways: tuple[GatewaySettings, ...] = ()
    branches: tuple[BranchSettings, ...] = ()
    calendars: tuple[CalendarSettings, ...] = ()
    rules: tuple[RuleSettings, ...] = ()
    users: tuple[UserSettings, ...] = ()
    imports: ImportSettings | None = None
    deadlines: tuple[LandRule, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownGateway:
    """A gateway that may be referred to: its kind, its released senders' addresses, where it is, and the
    options it has.
    """

    kind: str
    senders: tuple[str, ...] = ()
    base_url: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KnownFtp:
    """What the FTP server has already; a user and a password are needed before it can be switched on."""

    active: bool = False
    user: str = ""
    has_password: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is there already, so that a file with some sections only can refer to it.

    `missing` are the master data of the firm that are not filled.
    """

    gateways: Mapping[str, KnownGateway] = field(default_factory=dict)
    branches: frozenset[str] = frozenset()
    calendars: Mapping[str, str] = field(default_factory=dict)
    public_url: str = ""
    missing: frozenset[str] = frozenset()
    window: tuple[time | None, time | None] = (None, None)
    profiles: Mapping[str, str] = field(default_factory=dict)
    ftp: KnownFtp = field(default_factory=lambda: KnownFtp())
