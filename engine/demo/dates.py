"""The times of the demonstration, which its stories tell as they look from today: `{ ago = "9 working days" }`.

Whatever the day and hour, what happened lies in the past, and what people do in offices on a working day.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from engine.base.clock import LONDON
from engine.timescales.calendar import Calendar, day_of, in_utc


def resolved(value: Any, now: datetime) -> Any:
    """A story's tables with each relative time in them made a date, or a date-time with its offset."""
    if isinstance(value, list):
        return [resolved(one, now) for one in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    table = cast("Mapping[str, Any]", value)
    if "ago" in table:
        return _moment(in_utc(now), table["ago"], -1, table.get("time"))
    if "in" in table:
        return _moment(in_utc(now), table["in"], 1, table.get("time"))
    return {key: resolved(one, now) for key, one in table.items()}


def _moment(now: datetime, span: str, direction: int, time_of_day: str | None) -> date:
    number, _, unit = span.partition(" ")
    count = direction * int(number)
    if unit == "minutes":
        return (now + timedelta(minutes=count)).replace(second=0, microsecond=0)
    day = _day(day_of(now), count, unit.removesuffix("s"))
    return datetime.combine(day, time.fromisoformat(time_of_day), LONDON) if time_of_day else day


def _day(today: date, count: int, unit: str) -> date:
    if unit == "working day":
        return Calendar(frozenset()).add_working_days(today, count)
    if unit == "day":
        return today + timedelta(days=count)
    raise ValueError(f"the demonstration counts in minutes, days or working days, not in {unit!r}")
