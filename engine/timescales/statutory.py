"""The limits that the law and the guidance set, as the program knows them: `statutory.csv` beside this file.

They are no part of a bundle, so that no bundle can change them. They name no id of one: a limit is known by where it is
written, how long it is, what begins it and from what it is counted.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.timescales.rules import Clock, DateRule

_FROM = {"an answer": "a date that is answered", "command time": "the moment at which that happens"}
_BEGUN = {
    "started": ("a process that starts", "{} processes that start"),
    "completed": ("a task that is done", "{} tasks that are done"),
    "reached": ("a message that comes to a process", "{} messages that come to processes"),
    "ended": ("a process that ends", "{} processes that end"),
    "thrown": ("a message", "{} messages"),
    "set": ("another limit that begins", "{} other limits that begin"),
    "passed": ("another limit that is over", "{} other limits that are over"),
}
TABLE = Path(__file__).parent / "statutory.csv"
FILE_NAME = TABLE.name


@dataclass(frozen=True, slots=True)
class Limit:
    """`starts_on`: the kinds of event that start the clock, in their order; `counts_from`: `command time`, `an answer`,
    or what the engine itself knows.
    """

    limit: int
    unit: str
    starts_on: tuple[str, ...]
    counts_from: str

    def __str__(self) -> str:
        """“45 working days from a date that is answered, begun by 2 processes that start”."""
        unit = self.unit.replace("_", " ")
        length = f"{self.limit} {unit.removesuffix('s') if self.limit == 1 else unit}" if self.limit else unit
        begun = (_BEGUN[one][times > 1].format(times) for one, times in Counter(self.starts_on).items())
        return f"{length} from {_FROM.get(self.counts_from, self.counts_from)}, begun by {' and '.join(begun)}"


@dataclass(frozen=True, slots=True)
class StatutoryLimit:
    """A row of the program's copy. `edition` is the name of the edition of the guidance that it belongs to."""

    title: str
    edition: str
    source: str
    limit: Limit


def statutory_limits() -> Iterator[StatutoryLimit]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            starts_on = tuple(one.strip() for one in row["starts_on"].split(";"))
            limit = Limit(int(row["limit"]), row["unit"], starts_on, row["counts_from"])
            yield StatutoryLimit(row["title"], row["edition"], row["source"], limit)


def limit_of(rule: Clock) -> Limit:
    """What a row of timescales.csv says of its limit, in the same words."""
    return Limit(rule.limit, rule.unit, tuple(event.happening for event in rule.starts_on), _from(rule.counts_from))


def _from(moment: DateRule) -> str:
    return moment.named or ("an answer" if moment.field else "command time")
