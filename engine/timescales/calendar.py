"""Which days are working days in England and Wales, and where a day begins and ends in London.

Bank holidays come from the `holidays` library, which knows the proclaimed ones too (19 September 2022) and computes
those of years that are not yet published. An authority adds its own closure days, and with them a holiday that is
proclaimed after the library was released.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from types import MappingProxyType

import holidays

from engine.base.clock import LONDON

# GOV.UK lists the bank holidays of the present year and the two after it; read in November 2026. Later ones are
# computed by rule, and a proclamation may still move them (May 2020) or add to them (June 2022): raise this each year.
LAST_PUBLISHED_YEAR = 2028

_LIBRARY = f"holidays {version('holidays')}"
_ONE_DAY = timedelta(days=1)
_FRIDAY = 4


@cache
def bank_holidays(year: int) -> Mapping[date, str]:
    """Those of England and Wales by day, with their names; substitute days included. Empty before 1872 and after 2100.

    The library's object fills itself when it is looked into, which threads must not share; each call makes its own
    and keeps only what it found.
    """
    found = holidays.country_holidays("GB", subdiv="ENG", years=year, expand=False)
    return MappingProxyType({day: _in_british(found[day]) for day in sorted(found)})


def _in_british(name: str) -> str:
    return name.replace("(observed)", "(substitute day)").replace("'", "’")


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of one authority: Monday to Friday, no bank holiday, no closure day of its own."""

    closure_days: frozenset[date] = frozenset()

    @property
    def version(self) -> str:
        """Stored with a deadline: another version may count another day, so that open deadlines are recalculated."""
        days = " ".join(sorted(day.isoformat() for day in self.closure_days))
        closures = sha256(days.encode()).hexdigest()[:12] if days else "none"
        return f"{_LIBRARY}, closures {closures}"

    def is_working_day(self, day: date) -> bool:
        if isinstance(day, datetime):
            raise TypeError("An instant is no day: take day_of(instant) first.")  # it equals no date in the sets below
        return day.weekday() <= _FRIDAY and day not in bank_holidays(day.year) and day not in self.closure_days

    def why_closed(self, day: date) -> str:
        """“a Saturday”, “a bank holiday (Good Friday)”; empty for a working day."""
        if day in self.closure_days:
            return "a closure day"
        name = bank_holidays(day.year).get(day)
        if name:
            return f"a bank holiday ({name})"
        return "" if self.is_working_day(day) else f"a {day:%A}"

    def add_working_days(self, day: date, count: int) -> date:
        """The count-th working day after `day`, or before it where count is negative; `day` itself where it is 0."""
        step = _ONE_DAY if count > 0 else -_ONE_DAY
        left = abs(count)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def last_working_day_before(self, day: date) -> date:
        """Never `day` itself."""
        return self.add_working_days(day, -1)

    def working_days_left(self, today: date, until: date) -> int:
        """The working days after `today`, up to and with `until`; 0 where `until` is not after it."""
        days = ((today + timedelta(days=n)) for n in range(1, (until - today).days + 1))
        return sum(self.is_working_day(day) for day in days)

    def is_provisional(self, day: date) -> bool:
        """Counted with computed bank holidays, as those of its year are not published yet."""
        return day.year > LAST_PUBLISHED_YEAR


def in_months(day: date, count: int) -> date:
    """The same day of another month, or the last of it where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def of_age(born: date) -> date:
    """The eighteenth birthday; of somebody born on 29 February, 1 March."""
    try:
        return born.replace(year=born.year + 18)
    except ValueError:
        return date(born.year + 18, 3, 1)


def in_utc(instant: datetime) -> datetime:
    """Refuses (ValueError) an instant without a zone, which Python would take for the server's own time."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone.")
    return instant.astimezone(UTC)


def day_of(instant: datetime) -> date:
    """The day in London."""
    return in_utc(instant).astimezone(LONDON).date()


def typed_day(answer: object) -> date | None:
    """Of an answer that may be no date at all: what is wrong with it is said by its form."""
    try:
        return date.fromisoformat(answer) if isinstance(answer, str) and answer else None
    except ValueError:
        return None


def start_of(day: date) -> datetime:
    """Midnight in London, as UTC."""
    return datetime.combine(day, time.min, LONDON).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The last microsecond of the day in London, as UTC."""
    return datetime.combine(day, time.max, LONDON).astimezone(UTC)
