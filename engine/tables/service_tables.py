"""The services of which people may be asked to help a child, as the authority keeps them in its directory."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.column_types import Table


class Service(Table):
    """`agency` is the one, of roles.toml, whose people answer for it here; empty where nobody does. A service that is
    there no longer ends, with the reason why, and stays: requests were made to it.
    """

    __tablename__ = "service"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"))
    name: Mapped[str]
    run_by: Mapped[str]
    agency: Mapped[str]
    contact: Mapped[str]
    for_whom: Mapped[str]
    offers: Mapped[str]
    waiting_time: Mapped[str]
    takes_requests: Mapped[bool]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    # Why it is there no longer; empty while it is.
    ended_because: Mapped[str]
    __table_args__ = (Index("ix_service_name", "authority_id", "name"),)
