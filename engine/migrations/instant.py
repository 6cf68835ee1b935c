"""The type of a moment, for the migrations alone: a migration says what the tables were, whatever the code says now."""

from datetime import datetime

from sqlalchemy import DateTime, TypeDecorator


class InstantColumn(TypeDecorator[datetime]):
    """A moment in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True
