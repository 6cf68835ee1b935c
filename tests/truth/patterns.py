"""A kind of sentence: how it is written, and the statement that finds the rows which make it true.

Outside of braces it stands as people read it. `{task}` is whatever stands there, `{at:moment}` a moment,
`{count:number}` a number; what is between `<` and `>` may be missing, and `<late=...>` tells the statement whether it
is there. A moment is given to the statement for its function `during`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.base.clock import LONDON
from tests.truth.rows import written

DAY = r"(?:[A-Z][a-z]+day )?(?:today|yesterday|tomorrow|\d{1,2} [A-Z][a-z]+(?: \d{4})?)"
MOMENT = rf"(?:the end of )?(?:{DAY}(?: at \d\d:\d\d)?|\d\d:\d\d (?:on )?{DAY})"
SPENT = r"(?:\d+ days? and \d+ hours?|\d+ hours?(?: and \d+ minutes?)?|\d+ minutes?|less than a minute)"
NUMBER = r"\d[\d,]*|one|One|once|twice"
SHAPES = {"": ".+?", "moment": MOMENT, "number": NUMBER, "day": DAY, "rest": ".*", "spent": SPENT, "tags": r"\[[^|]+"}
COUNTS = {"one": 1, "once": 1, "twice": 2}
MARK = re.compile(r"\{(?P<name>\w+)(?::(?P<shape>\w+))?\}|<(?P<flag>\w+)=|(?P<open><)|(?P<close>>)")


@dataclass(frozen=True)
class Kind:
    """`where` are the pages on which it is said. `rows` finds at least one row wherever it is true."""

    name: str
    where: str
    written: str
    rows: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile("".join(self._pieces()), re.DOTALL)

    @cached_property
    def whole(self) -> str:
        """With all that may be missing, as if everything were said."""
        return MARK.sub(lambda mark: "\0" if mark["name"] else "", self.written)

    @cached_property
    def _longest(self) -> str:
        """Of what must stand in it: looked for first, as that is quick."""
        return max(re.split(MARK, re.sub(r"<.*>", "{x}", self.written))[::6], key=len)

    def _pieces(self) -> Iterator[str]:
        at = 0
        for mark in MARK.finditer(self.written):
            yield re.escape(self.written[at : mark.start()])
            at = mark.end()
            if name := mark["name"]:
                yield f"(?P<{name}>{SHAPES[mark['shape'] or '']})"
            elif flag := mark["flag"]:
                yield f"(?P<{flag}>"
            else:
                yield "(?:" if mark["open"] else ")?"
        yield re.escape(self.written[at:])

    def said_in(self, text: str, now: datetime) -> dict[str, Any] | None:
        """What its parts say, as the statement takes it; None where the text is none of this kind."""
        found = self.pattern.fullmatch(text) if self._longest in text else None
        return None if found is None else dict(self._values(found.groupdict(), now))

    def _values(self, groups: Mapping[str, str | None], now: datetime) -> Iterator[tuple[str, Any]]:
        shapes = {mark["name"]: mark["shape"] for mark in MARK.finditer(self.written) if mark["name"]}
        for name, text in groups.items():
            shape = shapes.get(name)
            if shape in ("moment", "day"):
                yield name, span(text, now) if text else None
            elif shape == "number":
                yield name, None if text is None else COUNTS.get(text.lower()) or int(text.replace(",", ""))
            else:
                yield name, text


def kinds_in(file: Path) -> Iterator[Kind]:
    """Of a file of statements: above each stand its name with where it is said, and the sentence."""
    for block in file.read_text(encoding="utf-8").split("\n\n")[1:]:
        head, sentence, rows = block.split("\n", 2)
        name, where = head.removeprefix("-- ").split(" @ ")
        yield Kind(name, where, sentence.removeprefix("-- "), rows.strip().removesuffix(";"))


def span(text: str, now: datetime) -> str:
    """What a moment in words may mean, as `during` takes it: a minute, or a day where it says no more; where the
    clocks go back either minute.
    """
    found = re.search(r"\d\d:\d\d", text)
    day = _day(re.sub(r"the end of |at \d\d:\d\d|\d\d:\d\d( on)?|[A-Z][a-z]+day ", "", text).strip(), now)
    clock = time.fromisoformat(found[0]) if found else time.min
    begin = datetime.combine(day, clock, LONDON)
    end = begin + timedelta(minutes=1) if found else datetime.combine(day + timedelta(days=1), time.min, LONDON)
    spans = [(begin, end)]
    if found and begin.utcoffset() != begin.replace(fold=1).utcoffset():
        again = begin.replace(fold=1).astimezone(UTC)
        spans.append((again, again + timedelta(minutes=1)))
    return ";".join(f"{written(one)}/{written(until)}" for one, until in spans)


def _day(text: str, now: datetime) -> date:
    today = now.astimezone(LONDON).date()
    near = {"today": 0, "yesterday": -1, "tomorrow": 1}
    if text in near:
        return today + timedelta(days=near[text])
    return datetime.strptime(text if text[-4:].isdigit() else f"{text} {today.year}", "%d %B %Y").date()  # noqa: DTZ007
