"""Dates and times as people write them: a wall time without an offset is London's."""

import re
from datetime import UTC, date, datetime

from engine.base.clock import LONDON
from engine.forms import problem_sentences
from engine.timescales.calendar import day_of

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Outside these a year is a slip of the pen ("0213"), whatever the question."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)


def read_date(text: str) -> tuple[str, str]:
    """The answer as it is kept, and what is wrong with it: a sentence to be completed with the question, or "".

    Whether the day exists is left to the schema's `format`.
    """
    return text, _year_problem(int(text[:4])) if _DATE.fullmatch(text) else ""


def read_date_time(text: str) -> tuple[str, str]:
    """As `read_date`. Kept as ISO 8601 with London's offset; of an hour that came twice the first is meant."""
    moment = _real_time(text)
    if moment is None:
        return text, problem_sentences.NOT_A_TIME
    problem = _year_problem(moment.year)
    if problem:
        return text, problem
    in_london = moment.replace(tzinfo=LONDON) if moment.tzinfo is None else moment.astimezone(LONDON)
    if in_london.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != in_london.replace(tzinfo=None):
        return text, problem_sentences.NO_SUCH_TIME
    return in_london.isoformat(), ""


def read_moment(answer: object) -> str | None:
    """A date or a time as it is kept, where the answer is one; what was typed may be anything."""
    if not isinstance(answer, str):
        return None
    text = answer.strip()
    value, problem = read_date(text) if _DATE.fullmatch(text) else read_date_time(text)
    return None if problem else value


def day_in(answer: object) -> date | None:
    """The day in London of a date or time that was typed; None for what is neither."""
    moment = read_moment(answer)
    if moment is None:
        return None
    try:
        return day_of(datetime.fromisoformat(moment)) if "T" in moment else date.fromisoformat(moment)
    except ValueError:
        return None


def _real_time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if _DATE_TIME.fullmatch(text) else None
    except ValueError:
        return None


def _year_problem(year: int) -> str:
    return "" if FIRST_YEAR <= year <= LAST_YEAR else problem_sentences.FAR_YEAR
