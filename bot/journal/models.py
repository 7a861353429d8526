"""The journal's tables. Everything but keys, times and due dates is encrypted."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import Column, Date, DateTime, ForeignKey, Integer, MetaData, String
from sqlalchemy.orm import declarative_base, declarative_mixin, declared_attr, relationship

from bot.journal.encrypted import Encrypted

#: Names for every constraint, so that a migration can find what it changes.
NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
Base: Any = declarative_base(metadata=MetaData(naming_convention=NAMES))


def now() -> datetime:
    """The current time in UTC, without a zone, as it is stored."""
    return datetime.now(timezone.utc).replace(tzinfo=None)


class Person(Base):
    """Somebody who talked to Mend on one channel; `key` is an HMAC, never a platform's id."""

    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    key = Column(String(64), nullable=False, unique=True)
    created_at = Column(DateTime, nullable=False, default=now)


@declarative_mixin
class Logged:
    """One thing a person logged, and when; it goes when the person goes."""

    id = Column(Integer, primary_key=True)
    logged_at = Column(DateTime, nullable=False, default=now)

    @declared_attr
    def person_id(cls) -> Column:
        """The person whose entry this is."""
        return Column(Integer, ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True)

    @declared_attr
    def person(cls) -> object:
        """The person whose entry this is."""
        return relationship(Person)


class Breach(Logged, Base):
    """What broke the trust: its kinds, who broke it, and whether its weight was spoken about."""

    __tablename__ = "breach"
    kinds = Column(Encrypted, nullable=False)
    role = Column(Encrypted, nullable=False)
    impact = Column(Encrypted)


class CheckIn(Logged, Base):
    """How heavy it was on that day, 0 (light) to 10."""

    __tablename__ = "check_in"
    heaviness = Column(Encrypted, nullable=False)


class StepTaken(Logged, Base):
    """One of the three steps and where it stands: yes, no, unsure, or skipped."""

    __tablename__ = "step_taken"
    step = Column(Encrypted, nullable=False)
    state = Column(Encrypted, nullable=False)


class Commitment(Logged, Base):
    """A next step the person said yes to, and the day they meant to have begun it."""

    __tablename__ = "commitment"
    step = Column(Encrypted, nullable=False)
    due_on = Column(Date, nullable=False)


class Assessment(Logged, Base):
    """Whether both are willing, and which way the person leans."""

    __tablename__ = "assessment"
    willing_self = Column(Encrypted)
    willing_partner = Column(Encrypted)
    direction = Column(Encrypted, nullable=False)


class Suggestion(Logged, Base):
    """A suggestion that was made, with the reasons given for it."""

    __tablename__ = "suggestion"
    kind = Column(Encrypted, nullable=False)
    reasons = Column(Encrypted, nullable=False)


class SafetyEvent(Logged, Base):
    """A message that named a danger: which, and how urgent the first one is (bot/safety/assessment.py), never its words."""

    __tablename__ = "safety_event"
    dangers = Column(Encrypted, nullable=False)
    level = Column(Encrypted)


#: Every table of entries, by the name the export uses.
ENTRIES: dict[str, Any] = {
    "breaches": Breach,
    "check_ins": CheckIn,
    "steps": StepTaken,
    "commitments": Commitment,
    "assessments": Assessment,
    "suggestions": Suggestion,
    "safety_events": SafetyEvent,
}
