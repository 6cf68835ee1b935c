"""Days that a form names without knowing them: what a date may not lie before or after, and from when it is explained.

A bound is a day that the engine knows (BOUNDS), or that many days or months from it: `today, 12 months later`. The
engine computes it in engine/facts/known_days.py; docs/forms.md explains the words to process owners.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from engine.timescales.calendar import Calendar, in_months
from engine.timescales.rules import Event
from engine.timescales.timescale_table import read_events

BOUNDS: Mapping[str, str] = {
    "today": "today",
    "born": "the day on which the child was born",
    "expected": "the day on which the child was expected, while it is not yet born",
    "plan": "the day of the conference that made the child protection plan",
    "received.case": "the day on which the first concern of this case was received",
    "received.process": "the day on which the concern that led to this was received",
    "answers.<field>": "the day that is the answer to another question of this form",
    "started <process>": "the day on which it began: of this very process, or the last before it",
    "completed <process>.<task>": "the day on which it was done: in this very process, or the last before it",
}
"""What a bound may name. After the last two, `where` adds a condition on the decisions, and `;` another event."""

_ANSWER = "answers."
_EVENTS = ("started ", "completed ")
_SHIFT = re.compile(
    r"(?P<what>.+?)(, (?P<count>[1-9][0-9]{0,2}) (?P<unit>day|working day|month)s? (?P<way>earlier|later))?", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Bound:
    """`what` is a name of BOUNDS, empty for an answer (`field`) or what happened (`events`: the newest of them counts).

    `count` is negative for what lies earlier.
    """

    what: str
    field: str = ""
    events: tuple[Event, ...] = ()
    count: int = 0
    unit: str = "day"

    def moved(self, day: date, calendar: Calendar) -> date:
        """Raises OverflowError or ValueError outside the years 1 to 9999."""
        if self.unit == "month":
            return in_months(day, self.count)
        if self.unit == "working day":
            return calendar.add_working_days(day, self.count)
        return day + timedelta(days=self.count)

    def in_words(self, named: str) -> str:
        """“7 days before the day on which …”; `named` says what it counts from."""
        if not self.count:
            return named
        counted = f"{abs(self.count)} {self.unit}{'' if abs(self.count) == 1 else 's'}"
        return f"{counted} {'before' if self.count < 0 else 'after'} {named}"


@lru_cache(maxsize=1024)
def read_bound(text: str) -> Bound:
    """Raises ValueError, of which BadExpression is one. Whether what it names exists is for the linter."""
    found = _SHIFT.fullmatch(text.strip())
    if found is None:
        raise ValueError("It names no day.")
    count = int(found["count"] or 0) * (-1 if found["way"] == "earlier" else 1)
    what, unit = found["what"], found["unit"] or "day"
    if what.startswith(_ANSWER):
        return Bound("", field=what.removeprefix(_ANSWER), count=count, unit=unit)
    if what.startswith(_EVENTS):
        return Bound("", events=_happened(what), count=count, unit=unit)
    if what not in BOUNDS:
        raise ValueError(f"{what} is no day that the engine knows.")
    return Bound(what, count=count, unit=unit)


def _happened(text: str) -> tuple[Event, ...]:
    events = read_events(text)
    if any(event.happening not in ("started", "completed") for event in events):
        raise ValueError("Of what happened a form names what was started or completed.")
    return events


def bounds_in(value: str | list[str] | None) -> tuple[Bound, ...]:
    """The bounds of an annotation, which is one of them or a list."""
    texts = [value] if isinstance(value, str) else value or []
    return tuple(read_bound(text) for text in texts)
