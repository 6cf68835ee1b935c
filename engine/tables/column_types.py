"""What every table shares: the names of constraints, moments in UTC, and how Python's types are stored."""

from datetime import UTC, date, datetime
from typing import Any, TypeAlias

from sqlalchemy import JSON, Date, DateTime, Dialect, LargeBinary, MetaData, Row, TypeDecorator
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no zone, so a naive value is refused going in and marked UTC coming out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


NamedRow: TypeAlias = Row[*tuple[Any, ...]]
"""A row of a statement, whose columns are read by their names and never by their places."""


# On SQLite the rows lie together in the order of their key: a chain is read from one end to the other, and those who
# share a key are found side by side.
TOGETHER: dict[str, Any] = {"sqlite_with_rowid": False}


class Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Instant, date: Date, bytes: LargeBinary, Any: JSON}
