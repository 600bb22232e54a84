"""Rows. Each file holds one noun's tables; this module only gathers them."""

from kehr.models.accounts import Gateway
from kehr.models.alarms import Alarm, Heartbeat
from kehr.models.calendars import Appointment, Calendar, FeedCopy
from kehr.models.consents import Consent, SharedNumber
from kehr.models.database import db, writing
from kehr.models.messages import Message, MessageEvent, MessageRule
from kehr.models.offices import Branch, Company, User

__all__ = [
    "Alarm",
    "Appointment",
    "Branch",
    "Calendar",
    "Company",
    "Consent",
    "FeedCopy",
    "Gateway",
    "Heartbeat",
    "Message",
    "MessageEvent",
    "MessageRule",
    "SharedNumber",
    "User",
    "db",
    "writing",
]
