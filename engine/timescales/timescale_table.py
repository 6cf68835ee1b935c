"""Reads `processes/timescales.csv`, one clock a row; process owners edit it, docs/timescales.md explains it to them.

starts_on, met_on, stopped_on   events, several separated by `;` (so no `;` inside a condition)
    started referral                                            an instance of the process began
    started referral where start.immediate_danger == "yes"      ... and the condition holds
    completed assessment.see_child where child_seen == "yes"    a task was completed with these answers
    reached assessment.child_born                               in starts_on: a message came to an instance that waited
                                                                for it
    ended assessment                                            an instance ended, in whatever way
    thrown plan_ended                                           a message went out in the case
    set first_review                                            a clock of the case was started (of a row before this)
    passed disagreement_acceptance                              a clock of the case ran out
    started assessment unless running                           in starts_on: not while a clock of this row runs in
                                                                its scope
    completed conference.rearrange while running                in starts_on: only where one does, which begins anew
    started transfer_in unless transfer_in_conference runs      in starts_on: not while that clock runs in the case
    completed initial_conference.hold_conference since called   in met_on: only by what happened at or after the moment
                                                                at which the instance took the message that called
    A condition is an expression (engine/expressions/evaluation.py) that is true or false. It reads the decision fields
    of the completed task by their bare names, and process data: `task.field`, `start.field`, `case.fact`.
scope                  `instance`: events of the process instance that started it meet or stop it; `case`: of any;
                       `origin`: of that instance and of all that followed from it, message by message; `person`: of
                       any in any case of the child
counts_from, met_at    `command time`, or the field that says when it happened, of the form of the event (for `started`
                       the start form). counts_from also `received_at of referral`: of the start form of the referral
                       that led here. `held_at or seen_at`: the first that was answered. `its due date`: of the clock
                       that was set, the earliest where several run. `the eighteenth birthday`: the last working day
                       before it, and only where the child comes of age before another clock set by the same event is
                       due. `coming of age`: that birthday itself. `what called for it`: what was done that led to the
                       process. `the newest held_at`: of meetings held again and again the newest counts, whatever was
                       typed last. Where it was not answered, the command's time
warn_before            `4 hours`, `10 working days`, several separated by `;`
protects               `police` (police protection) or `order` (an emergency protection order) where the child is held
                       safe by law while the clock runs; otherwise empty

What the engine stops by itself (a task or instance withdrawn, a case closed) stands in no row.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from typing import TypeVar, get_args

from engine.base.errors import BadModel, Problem
from engine.expressions.evaluation import check
from engine.timescales.rules import Clock, DateRule, Event, Happening, Kind, Named, Notice, Protects, Scope, Unit

LARGEST_LIMIT = 1000
LONGEST_CELL = 2000
COLUMNS = tuple(field.name for field in fields(Clock))
_NAME = "[a-z][a-z0-9_]*"
EVENT = re.compile(
    rf"(?P<happening>started|completed|reached|ended|thrown|set|passed)\s+(?P<process>{_NAME})(\.(?P<task>{_NAME}))?"
    r"(\s+where\s+(?P<condition>.*?))?"
    rf"(?P<running>\s+(unless|while)\s+running)?(\s+unless\s+(?P<clock>{_NAME})\s+runs)?(?P<since>\s+since\s+called)?",
    re.DOTALL,
)
_MOMENT = re.compile(
    rf"(?P<newest>the newest\s+)?(?P<field>{_NAME})(\s+of\s+(?P<process>{_NAME})|(?P<otherwise>(\s+or\s+{_NAME})+))?"
)
_NOTICE = re.compile(r"(?P<count>[1-9][0-9]{0,2})\s+(?P<unit>hour|working day)s?")
Cell = TypeVar("Cell")
Choice = TypeVar("Choice", bound=str)


def parse_timescales(content: bytes, file: str) -> dict[str, Clock]:
    """The rules by id, in the order of the file. Raises BadModel with every problem and its line.

    Whether the processes, tasks and fields named exist is for the linter, which has the drawings and forms.
    """
    rules: dict[str, Clock] = {}
    problems: list[Problem] = []
    for line, cells in _rows(content, file):
        row = _Row(cells)
        rule = row.rule()
        if cells[0] in rules:
            row.faults.append("id: an earlier row has this id.")
        problems += [Problem(file, cells[0], line, fault) for fault in row.faults]
        rules[cells[0]] = rule
    if problems:
        raise BadModel(problems)
    return rules


def _rows(content: bytes, file: str) -> Iterator[tuple[int, list[str]]]:
    """The rows below the names of the columns, with the line each begins on; blank lines are passed over."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadModel([Problem(file, "", line, "The file is not UTF-8 text.")]) from None
    rows = [(line, row) for line, row in _records(text, file) if any(row)]
    if not rows or tuple(rows[0][1]) != COLUMNS:
        raise BadModel([Problem(file, "", 1, f"The first row must name the columns: {','.join(COLUMNS)}")])
    yield from rows[1:]


def _records(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadModel([Problem(file, "", line, f"The row is not comma-separated values: {error}.")]) from None


class _Row:
    """Reads the cells of one row and gathers what is wrong with them; `rule` stands in for a bad cell meanwhile."""

    def __init__(self, cells: list[str]) -> None:
        self.faults: list[str] = []
        if len(cells) != len(COLUMNS):
            self.faults.append(f"The row has {len(cells)} cells, the columns are {len(COLUMNS)}.")
        self.cells = dict(zip(COLUMNS, cells, strict=False))

    def rule(self) -> Clock:
        rule = Clock(
            id=self.read("id", _identifier, ""),
            title=self.read("title", _text, ""),
            limit=self.read("limit", _limit, 1),
            unit=self.read("unit", _unit, "hours"),
            kind=self.read("kind", _kind, "local"),
            scope=self.read("scope", _scope, "instance"),
            starts_on=self.read("starts_on", _starts, ()),
            counts_from=self.read("counts_from", _moment, DateRule()),
            met_on=self.read("met_on", _ends, ()),
            met_at=self.read("met_at", _own_moment, DateRule()),
            stopped_on=self.read("stopped_on", _may_end, ()),
            warn_before=self.read("warn_before", read_notices, ()),
            protects=self.read("protects", _protects, ""),
            source=self.read("source", _text, ""),
        )
        if not self.faults and rule.unit != "days" and (rule.limit == 0) != (rule.unit == "instant"):
            self.faults.append("limit: it is 0 for an instant, may be 0 for days, and is never 0 for another unit.")
        return rule

    def read(self, column: str, reader: Callable[[str], Cell], instead: Cell) -> Cell:
        """The cell's value; where the row ends before it or it cannot be read, `instead`, and the fault is noted."""
        cell = self.cells.get(column)
        if cell is None:
            return instead
        try:
            if len(cell) > LONGEST_CELL:
                raise ValueError(f"It is longer than {LONGEST_CELL} characters.")
            return reader(cell)
        except ValueError as error:
            self.faults.append(f"{column}: {error}")
            return instead


def _one_of(choices: Iterable[Choice]) -> Callable[[str], Choice]:
    def read(cell: str) -> Choice:
        for choice in choices:
            if choice == cell:
                return choice
        known = ", ".join(choice for choice in choices if choice)
        raise ValueError(f'"{cell}" means nothing here: write {known}{" or nothing" if "" in [*choices] else ""}.')

    return read


_unit: Callable[[str], Unit] = _one_of(get_args(Unit))
_kind: Callable[[str], Kind] = _one_of(get_args(Kind))
_scope: Callable[[str], Scope] = _one_of(get_args(Scope))
_happening: Callable[[str], Happening] = _one_of(get_args(Happening))
_protects: Callable[[str], Protects] = _one_of(get_args(Protects))


def _text(cell: str) -> str:
    if not cell:
        raise ValueError("It is empty.")
    return cell


def _identifier(cell: str) -> str:
    if re.fullmatch(_NAME, cell) is None:
        raise ValueError(f'"{cell}" is not a name in small letters, digits and underscores.')
    return cell


def _limit(cell: str) -> int:
    if re.fullmatch("-?[0-9]{1,4}", cell) is None or abs(int(cell)) > LARGEST_LIMIT:
        raise ValueError(f'"{cell}" is not a whole number between -{LARGEST_LIMIT} and {LARGEST_LIMIT}.')
    return int(cell)


def read_events(cell: str) -> tuple[Event, ...]:
    """Events in the words of starts_on, separated by `;`; none for an empty cell. Raises ValueError."""
    return _may_end(cell)


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _starts(cell: str) -> tuple[Event, ...]:
    events = _events(cell)
    if any(event.since_called for event in events):
        raise ValueError('"since called" is for met_on.')
    return events


def _events(cell: str) -> tuple[Event, ...]:
    events = tuple(_event(part) for part in _parts(cell))
    if not events:
        raise ValueError("It names no event.")
    return events


def _may_end(cell: str) -> tuple[Event, ...]:
    return _ends(cell) if cell else ()


def _ends(cell: str) -> tuple[Event, ...]:
    events = _events(cell)
    if any(event.unless_running or event.while_running or event.unless_clock for event in events):
        raise ValueError('"unless ..." and "while ..." are for starts_on.')
    if any(event.happening == "reached" for event in events):
        raise ValueError('"reached ..." is for starts_on.')
    return events


def _event(text: str) -> Event:
    """Raises ValueError, of which BadExpression is one."""
    found = EVENT.fullmatch(text)
    if found is None:
        raise ValueError(f'"{text}" is not "started process", "completed process.task", "ended process" or the like.')
    if (found["task"] is None) is (found["happening"] in ("completed", "reached")):
        raise ValueError(f'"{text}": a task is completed, a message reaches a process, a process is started or ended.')
    if found["condition"] is not None:
        check(found["condition"])
    happening = _happening(found["happening"])
    return Event(
        happening,
        found["process"],
        found["task"] or "",
        found["condition"] or "",
        unless_running="unless" in (found["running"] or ""),
        while_running="while" in (found["running"] or ""),
        unless_clock=found["clock"] or "",
        since_called=found["since"] is not None,
    )


def _moment(cell: str) -> DateRule:
    if cell == "command time":
        return DateRule()
    for named in get_args(Named):
        if named and cell == named:
            return DateRule(named=named)
    found = _MOMENT.fullmatch(cell)
    if found is None:
        raise ValueError(f'"{cell}" is not "command time", a field, or "field of process".')
    otherwise = tuple(name for name in (found["otherwise"] or "").split() if name != "or")
    return DateRule(found["field"], found["process"] or "", otherwise, newest=found["newest"] is not None)


def _own_moment(cell: str) -> DateRule:
    moment = _moment(cell)
    if moment.process or moment.named or moment.newest:
        raise ValueError(f'"{cell}" is for counts_from.')
    return moment


def read_notices(cell: str) -> tuple[Notice, ...]:
    """When to warn, in the words of warn_before. Raises ValueError."""
    return tuple(_notice(part) for part in _parts(cell))


def _notice(text: str) -> Notice:
    found = _NOTICE.fullmatch(text)
    if found is None:
        raise ValueError(f'"{text}" is not a number of hours or working days.')
    return Notice(int(found["count"]), "hours" if found["unit"] == "hour" else "working_days")
