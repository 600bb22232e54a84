"""Rows. Each file holds one noun's tables; this module only gathers them."""

from kehr.models.accounts import Gateway, TopUp
from kehr.models.alarms import Alarm, Heartbeat
from kehr.models.answers import CalendarLink, DeliveryReport, Reply
from kehr.models.calendars import Appointment, Calendar, FeedCopy
from kehr.models.consents import Consent, Scan, SharedNumber
from kehr.models.database import db, writing
from kehr.models.deadlines import DeadlineRule
from kehr.models.imports import DropFolder, DroppedFile, ImportProfile, ImportRow, ImportRun
from kehr.models.manual import ManualEntry, ManualList, ManualSend
from kehr.models.matches import MatchCorrection
from kehr.models.messages import Message, MessageEvent, MessageRule
from kehr.models.offices import Branch, Company, User
from kehr.models.people import Address, Employee, Person, Property, SearchLine
from kehr.models.proof import ChainHead, ChainNote, EveningLog, EventSeal, SelfTest
from kehr.models.visits import PhoneCode, VisitNote

__all__ = [
    "Address",
    "Alarm",
    "Appointment",
    "Branch",
    "Calendar",
    "CalendarLink",
    "ChainHead",
    "ChainNote",
    "Company",
    "Consent",
    "DeadlineRule",
    "DeliveryReport",
    "DropFolder",
    "DroppedFile",
    "Employee",
    "EveningLog",
    "EventSeal",
    "FeedCopy",
    "Gateway",
    "Heartbeat",
    "ImportProfile",
    "ImportRow",
    "ImportRun",
    "ManualEntry",
    "ManualList",
    "ManualSend",
    "MatchCorrection",
    "Message",
    "MessageEvent",
    "MessageRule",
    "Person",
    "PhoneCode",
    "Property",
    "Reply",
    "Scan",
    "SearchLine",
    "SelfTest",
    "SharedNumber",
    "TopUp",
    "User",
    "VisitNote",
    "db",
    "writing",
]
