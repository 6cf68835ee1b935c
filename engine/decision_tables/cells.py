"""The cells of a decision table: the plain part of S-FEEL (DMN 1.3, clauses 7.3.3 and 9.1), read by a grammar of ours.

A cell takes texts in double quotation marks, numbers, `true`, `false` and `date("2013-04-15")`; several of them with
commas between; `< <= > >=` before a number or date; ranges `[1..5]`, `(1..5]`, `]1..5[`; all of these in `not(...)`;
and `-`, or nothing, where any value will do. A result is one value. Nothing is evaluated to read a cell.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import cast

from engine.expressions.syntax import BadExpression

TEXT, NUMBER, TRUTH, DATE = "a text", "a number", "true or false", "a date"
Value = str | int | float | bool | date
LONGEST_CELL = 500
MOST_PARTS = 200
LARGEST_NUMBER = 10**12


class BadCell(ValueError):
    """A cell that is not in the language; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The values from `low` to `high`, or without an end where that is None; one value is a span of itself."""

    low: Value | None
    high: Value | None
    with_low: bool = True
    with_high: bool = True

    def holds(self, value: Value) -> bool:
        at, low, high = (cast(float, one) for one in (value, self.low, self.high))  # all of one kind, in order
        above = self.low is None or low < at or (self.with_low and low == at)
        return above and (self.high is None or at < high or (self.with_high and at == high))


@dataclass(frozen=True, slots=True)
class Cell:
    """What a row takes of one input: any of the spans, or with `negated` any value in none of them.

    `kind` is that of the values, empty where the cell names none.
    """

    source: str
    spans: tuple[Interval, ...]
    negated: bool
    kind: str

    @property
    def takes_all(self) -> bool:
        return self.negated and not self.spans

    def takes(self, value: Value) -> bool:
        """The value is of the kind of the cell."""
        return any(span.holds(value) for span in self.spans) is not self.negated

    def may_take(self, value: Value, *, other: bool = False) -> bool:
        """`other` stands for any text that no cell of its column names: it is in no span, whatever the text."""
        return self.takes_all or (self.negated if other else self.takes(value))

    def values(self) -> Iterator[Value]:
        """All that it names."""
        for span in self.spans:
            yield from (end for end in dict.fromkeys((span.low, span.high)) if end is not None)


def kind_of_value(value: Value) -> str:
    if isinstance(value, bool):
        return TRUTH
    return DATE if isinstance(value, date) else TEXT if isinstance(value, str) else NUMBER


def as_value(given: object, kind: str, path: str) -> Value:
    """What process data hold as a value of this kind; there a date is a text. Raises BadExpression for another one."""
    if kind == DATE and isinstance(given, str) and _DAY.fullmatch(given):
        try:
            return date.fromisoformat(given)
        except ValueError:
            pass
    elif isinstance(given, bool | int | float | str) and kind in ("", kind_of_value(given)) and given == given:
        return given
    raise BadExpression(f"{path} is not {kind or 'one value'}.")


@lru_cache(maxsize=4096)
def read_cell(source: str) -> Cell:
    """Raises BadCell."""
    tokens = _Tokens(source)
    if tokens.is_at_end or tokens.all_is("-"):
        return Cell(source, (), negated=True, kind="")
    negated = tokens.takes("not")
    if negated:
        tokens.must_take("(")
    spans = _spans(tokens)
    if negated:
        tokens.must_take(")")
    tokens.must_end()
    kinds = {kind_of_value(end) for span in spans for end in (span.low, span.high) if end is not None}
    if len(kinds) > 1:
        raise BadCell(f"It puts together {' and '.join(sorted(kinds))}: one input is of one kind.")
    return Cell(source, tuple(spans), negated, kinds.pop())


@lru_cache(maxsize=4096)
def read_result(source: str) -> Value:
    """The one value of a result. Raises BadCell."""
    tokens = _Tokens(source)
    if tokens.is_at_end or tokens.all_is("-"):
        raise BadCell('Write what the row decides: one value, such as "yes", 5 or true.')
    value = _value(tokens)
    tokens.must_end()
    return value


def _spans(tokens: "_Tokens") -> list[Interval]:
    found = [_span(tokens)]
    while tokens.takes(","):
        found.append(_span(tokens))
    return found


def _span(tokens: "_Tokens") -> Interval:
    for sign, made in _COMPARISONS.items():
        if tokens.takes(sign):
            return made(_in_order(tokens))
    for sign in ("[", "(", "]"):
        if tokens.takes(sign):
            return _range(tokens, with_low=sign == "[")
    value = _value(tokens)
    if tokens.next == "..":
        raise BadCell("Write a range in brackets: [1..5] with both ends, (1..5) without them.")
    return Interval(value, value)


def _range(tokens: "_Tokens", *, with_low: bool) -> Interval:
    low = _in_order(tokens)
    tokens.must_take("..")
    high = _in_order(tokens)
    with_high = tokens.takes("]")
    if not with_high and not tokens.takes(")") and not tokens.takes("["):
        raise BadCell("A range ends with a bracket: [1..5] or [1..5).")
    if kind_of_value(low) != kind_of_value(high):
        raise BadCell("Both ends of a range are numbers, or both are dates.")
    return Interval(low, high, with_low, with_high)


def _in_order(tokens: "_Tokens") -> Value:
    value = _value(tokens)
    if kind_of_value(value) not in (NUMBER, DATE):
        raise BadCell("Only numbers and dates are less or more: name the values, with commas between.")
    return value


def _value(tokens: "_Tokens") -> Value:
    part = tokens.take()
    if part.startswith('"'):
        return part[1:-1]
    if part in ("true", "false"):
        return part == "true"
    if part == "date":
        return _day(tokens)
    if part.removeprefix("-")[:1].isdigit():
        return _number(part)
    raise BadCell(tokens.refused(part))


def _number(token: str) -> Value:
    number = float(token) if "." in token else int(token)
    if abs(number) > LARGEST_NUMBER:
        raise BadCell(f"No number is larger than {LARGEST_NUMBER}.")
    return number


def _day(tokens: "_Tokens") -> Value:
    tokens.must_take("(")
    written = tokens.take()[1:-1]
    tokens.must_take(")")
    try:
        return date.fromisoformat(written if _DAY.fullmatch(written) else "")
    except ValueError:
        raise BadCell('Write a date as year, month and day: date("2013-04-15").') from None


_COMPARISONS: dict[str, Callable[[Value], Interval]] = {
    "<=": lambda end: Interval(None, end),
    ">=": lambda end: Interval(end, None),
    "<": lambda end: Interval(None, end, with_high=False),
    ">": lambda end: Interval(end, None, with_low=False),
}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TOKEN = re.compile(
    r"""\s*(?P<token>"[^"\\\x00-\x1f]*"(?!["\w])
          |-?[0-9]{1,16}(?:\.[0-9]{1,16})?(?![\w])
          |[A-Za-z_][A-Za-z0-9_]*(?!["'.])
          |<=|>=|<|>|\.\.|[-\[\](),])""",
    re.VERBOSE | re.ASCII,
)
_QUOTED = 'Put texts in straight double quotation marks: "yes".'
_ONE_INPUT = "A cell says which values of its input the row takes, and reads nothing else."
_ELSEWHERE = (
    (("“", "”", "„", "‘", "’", "«", "»", "'", "`"), _QUOTED),
    (("!=", "<>", "!"), 'Write not("yes") for any other value.'),
    ("=", "Write the value by itself, without =."),
    (("|", ";", "/"), "Put a comma between values of which any will do."),
    ("&", "Write a range where both are to hold: [1..5]."),
    (("$", "#", "{", "?", "@"), _ONE_INPUT),
    ('"', "A text ends with a quotation mark, and holds no other one and no backslash."),
)
_WORDS = {
    "or": "Put a comma between values of which any will do.",
    "and": "Write a range where both are to hold: [1..5].",
    "null": "A table cannot ask whether something was answered: only ask it where it was.",
    "True": "Write true in small letters.",
    "False": "Write false in small letters.",
    "in": _ONE_INPUT,
    "to": "Write a range in brackets: [1..5].",
    "not": "Write not(...) around all that is not to hold.",
}
"""What other languages and people write, with what to write here."""


class _Tokens:
    """The parts of one cell, taken one after the other."""

    def __init__(self, source: str) -> None:
        if len(source) > LONGEST_CELL:
            raise BadCell(f"The cell is longer than {LONGEST_CELL} characters: use more rows.")
        self._tokens = list(_tokens(source))
        self._at = 0
        if len(self._tokens) > MOST_PARTS:
            raise BadCell(f"The cell has more than {MOST_PARTS} parts: use more rows.")

    @property
    def next(self) -> str:
        return "" if self.is_at_end else self._tokens[self._at]

    @property
    def is_at_end(self) -> bool:
        return self._at == len(self._tokens)

    def all_is(self, token: str) -> bool:
        return self._tokens == [token]

    def take(self) -> str:
        if self.is_at_end:
            raise BadCell("Something is missing at the end of the cell.")
        self._at += 1
        return self._tokens[self._at - 1]

    def takes(self, token: str) -> bool:
        found = self.next == token
        self._at += found
        return found

    def must_take(self, token: str) -> None:
        if not self.takes(token):
            raise BadCell(f"{token} is missing{f' before {self.next}' if self.next else ' at the end'}.")

    def must_end(self) -> None:
        if not self.is_at_end:
            raise BadCell(self.refused(self.next))

    def refused(self, token: str) -> str:
        if token in _WORDS:
            return _WORDS[token]
        if token[:1].isalpha() or token[:1] == "_":
            return f'{token} is no value. A text stands in quotation marks: "{token}".'
        if token.startswith('"') or token[-1:].isdigit():
            return f"Put a comma before {token}; a range is written [1..5]."
        return f"{token} is not understood here."


def _tokens(source: str) -> Iterator[str]:
    text, at = source.strip(), 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            left = text[at:].strip()
            instead = next((said for start, said in _ELSEWHERE if left.startswith(start)), _ONE_INPUT)
            raise BadCell(f"It cannot be read at {left[:20]!r}. {instead}")
        yield found["token"]
        at = found.end()
