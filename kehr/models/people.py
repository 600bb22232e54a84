"""Objects, the people who live in, own or manage them, and where they can be told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kehr.models.database import db


class Property(db.Model):  # type: ignore[name-defined, misc]
    """An Objekt: a house that is swept. `number` is kept as typed; `number_key` is what is compared.

    `land` empty means the branch's; `units` is the number of flats, None when unknown.
    """

    __tablename__ = "properties"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40))
    number_key: Mapped[str] = mapped_column(String(40), unique=True)
    street: Mapped[str] = mapped_column(String(200), default="")
    country: Mapped[str] = mapped_column(String(3), default="A")
    postcode: Mapped[str] = mapped_column(String(12), default="")
    town: Mapped[str] = mapped_column(String(120), default="")
    land: Mapped[str] = mapped_column(String(20), default="")
    units: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    people: Mapped[list[Person]] = relationship(
        back_populates="house", order_by="Person.position, Person.id", cascade="all, delete-orphan"
    )


class Person(db.Model):  # type: ignore[name-defined, misc]
    """Somebody at an object. `role` is owner, party or manager.

    `unit` names the flat ("Top 3"); empty is the object's own address, of which there is one.
    `unit_key` is what is compared. `sms_name` is a cheap spelling of `name` for SMS.
    """

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("properties.id", ondelete="CASCADE"))
    unit: Mapped[str] = mapped_column(String(60), default="")
    unit_key: Mapped[str] = mapped_column(String(60), default="")
    role: Mapped[str] = mapped_column(String(20), default="owner")
    position: Mapped[int] = mapped_column(default=0)
    salutation: Mapped[str] = mapped_column(String(40), default="")
    title: Mapped[str] = mapped_column(String(60), default="")
    first_name: Mapped[str] = mapped_column(String(120), default="")
    name: Mapped[str] = mapped_column(String(200), default="")
    name2: Mapped[str] = mapped_column(String(200), default="")
    name3: Mapped[str] = mapped_column(String(200), default="")
    sms_name: Mapped[str] = mapped_column(String(200), default="")
    www: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    house: Mapped[Property] = relationship(back_populates="people")
    addresses: Mapped[list[Address]] = relationship(
        back_populates="person",
        order_by="Address.kind.desc(), Address.position",
        cascade="all, delete-orphan",
    )

    __table_args__ = (UniqueConstraint("property_id", "unit_key"),)

    @property
    def full_name(self) -> str:
        """First name and name, as one says it."""
        return f"{self.first_name} {self.name}".strip()


class Address(db.Model):  # type: ignore[name-defined, misc]
    """A number or e-mail address of a person. `kind` is phone, fax or email, `position` from 1.

    `typed` is what was written; `value` is E.164 or the e-mail address in small letters, empty when it
    is none. `type` of a phone is mobile, landline, voip, other or invalid. `purpose` is all, main (Nur
    HK), and for e-mail also invoice or appointment. Whether it may be told stands in the ledger.
    """

    __tablename__ = "addresses"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    position: Mapped[int] = mapped_column(default=1)
    typed: Mapped[str] = mapped_column(String(200))
    value: Mapped[str] = mapped_column(String(200), default="")
    type: Mapped[str] = mapped_column(String(20), default="")
    country: Mapped[str] = mapped_column(String(3), default="")
    purpose: Mapped[str] = mapped_column(String(20), default="all")
    person: Mapped[Person] = relationship(back_populates="addresses")

    __table_args__ = (
        UniqueConstraint("person_id", "kind", "position"),
        CheckConstraint("position >= 1 AND position <= 3", name="position"),
        Index("ix_addresses_value", "value"),
    )


class SearchLine(db.Model):  # type: ignore[name-defined, misc]
    """What the search looks through: one narrow line a person, or one of an object without people.

    `text` is folded (small letters, no accents): number, names, street, town; `digits` are the phone
    numbers without country code or leading zero, separated by spaces.
    """

    __tablename__ = "search_lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("properties.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    digits: Mapped[str] = mapped_column(String(200), default="")


class Employee(db.Model):  # type: ignore[name-defined, misc]
    """A Mitarbeiter who can be written to from the manual window. Without mobile none is offered."""

    __tablename__ = "employees"
    id: Mapped[int] = mapped_column(primary_key=True)
    salutation: Mapped[str] = mapped_column(String(40), default="")
    first_name: Mapped[str] = mapped_column(String(120), default="")
    name: Mapped[str] = mapped_column(String(200))
    mobile_typed: Mapped[str] = mapped_column(String(60), default="")
    mobile: Mapped[str] = mapped_column(String(30), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    @property
    def full_name(self) -> str:
        """First name and name."""
        return f"{self.first_name} {self.name}".strip()
