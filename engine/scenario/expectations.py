"""Whether what a step expects is so: each expectation that is not gives what was expected and what was found."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection

from engine.base.clock import LONDON
from engine.facts.people_around import all_facts_around, described
from engine.scenario.misspelt_words import shown
from engine.scenario.names import task_name
from engine.scenario.sight import SeenDeadline, SeenTask, Sight, decision, duties, look
from engine.scenario.story import NOBODY, Table, instant

NOT_STARTED = "this clock never started"


class Mismatch(NamedTuple):
    what: str
    expected: str
    found: str


def check(
    connection: Connection, case: str, now: datetime, expect: Mapping[str, Any], person: Callable[[str], str]
) -> Iterator[Mismatch]:
    """`expect` is a step's, whose names and values have been checked; `person` gives the id of whom a name means."""
    sight = look(connection, case, now)
    for key, value in expect.items():
        if key == "data":
            yield from _data(connection, case, value, person)
        elif key == "lead":
            yield from _lead(sight, value, person)
        elif key == "around":
            yield from _around(connection, case, value)
        elif key == "duty":
            yield from _duty(connection, case, value)
        else:
            yield from CHECKS[key](sight, value)


def _open(sight: Sight, expected: list[str]) -> Iterator[Mismatch]:
    left, missing = list(sight.tasks), False
    for name in sorted(expected, key=_vagueness):
        found = next((task for task in left if task.is_called(name)), None)
        if found:
            left.remove(found)
        else:
            missing = True
    if missing or left:
        yield Mismatch("open", _listed(expected), _names(sight))


def _vagueness(written: str) -> int:
    """A name with more parts leaves less choice, and chooses first."""
    return sum(not part for part in task_name(written))


def _has(sight: Sight, expected: list[str]) -> Iterator[Mismatch]:
    for name in expected:
        if not _called(sight, name):
            yield Mismatch("has", name, _names(sight))


def _not_open(sight: Sight, expected: list[str]) -> Iterator[Mismatch]:
    for name in expected:
        if _called(sight, name):
            yield Mismatch("not_open", f"no {name}", _names(sight))


def _called(sight: Sight, name: str) -> list[SeenTask]:
    return [task for task in sight.tasks if task.is_called(name)]


def _due(sight: Sight, expected: Mapping[str, date]) -> Iterator[Mismatch]:
    for name, moment in expected.items():
        clock = sight.clocks.get(name)
        if clock is None or not _is_at(clock.due_at, moment):
            yield Mismatch(f"due.{name}", shown(moment), in_london(clock.due_at) if clock else NOT_STARTED)


def _met(sight: Sight, expected: Mapping[str, date] | list[str]) -> Iterator[Mismatch]:
    moments = expected if isinstance(expected, Mapping) else dict.fromkeys(expected)
    for name, moment in moments.items():
        clock = sight.clocks.get(name)
        if clock and clock.met_at and (moment is None or _is_at(clock.met_at, moment)):
            continue
        yield Mismatch(f"met.{name}", "met" if moment is None else shown(moment), _said(sight, clock))


def _late(sight: Sight, expected: list[str]) -> Iterator[Mismatch]:
    for name in expected:
        clock = sight.clocks.get(name)
        if clock is None or not clock.is_late(sight.now):
            yield Mismatch("late", name, _said(sight, clock))


def _not_late(sight: Sight, expected: list[str]) -> Iterator[Mismatch]:
    for name in expected:
        clock = sight.clocks.get(name)
        if clock is not None and clock.is_late(sight.now):
            yield Mismatch("not_late", f"no {name}", _said(sight, clock))


def _stopped(sight: Sight, expected: list[str]) -> Iterator[Mismatch]:
    for name in expected:
        if name not in sight.stopped:
            yield Mismatch("stopped", name, _said(sight, sight.clocks.get(name)))


def _said(sight: Sight, clock: SeenDeadline | None) -> str:
    if clock is None:
        return NOT_STARTED
    due = f"due {in_london(clock.due_at)}"
    if clock.met_at:
        return f"met {in_london(clock.met_at)}, {due}"
    if clock.stopped_at:
        return f"stopped {in_london(clock.stopped_at)}, {due}"
    return f"{'late' if clock.is_late(sight.now) else 'running'}, {due}"


def _data(
    connection: Connection, case: str, expected: Mapping[str, Any], person: Callable[[str], str]
) -> Iterator[Mismatch]:
    for name, value in expected.items():
        found, names_person = decision(connection, case, name)
        if not _decided(name.rpartition(".")[2], found, person(value) if names_person else value):
            yield Mismatch(f"data.{name}", shown(value), "not decided" if found is None else shown(found))


def _duty(connection: Connection, case: str, expected: Mapping[str, str]) -> Iterator[Mismatch]:
    found = duties(connection, case)
    for name, state in expected.items():
        if found.get(name) != state:
            yield Mismatch(f"duty.{name}", state, found.get(name, "not delivered"))


def _lead(sight: Sight, expected: str, person: Callable[[str], str]) -> Iterator[Mismatch]:
    wanted = None if expected == NOBODY else person(expected)
    if sight.lead != wanted:
        yield Mismatch("lead", expected, sight.lead_name or NOBODY)


def _decided(field: str, found: Any, expected: Any) -> bool:
    """`inform_family.told = "yes"`: so in every item of the list `told`. Of several choices the order says nothing."""
    if not isinstance(found, list):
        return found == expected
    items = cast("list[Any]", found)
    if isinstance(expected, list):
        return items == expected or sorted(map(str, items)) == sorted(map(str, cast("list[Any]", expected)))
    return bool(items) and all(isinstance(item, dict) and cast(Table, item).get(field) == expected for item in items)


def _running(sight: Sight, expected: list[str]) -> Iterator[Mismatch]:
    for process in expected:
        if (process, "running") not in sight.processes:
            yield Mismatch("running", process, _processes(sight))


def _ended(sight: Sight, expected: list[str]) -> Iterator[Mismatch]:
    over = {process for process, status in sight.processes if status not in ("running", "stuck")}
    for process in expected:
        if process not in over:
            yield Mismatch("ended", process, _processes(sight))


def _not_running(sight: Sight, expected: list[str]) -> Iterator[Mismatch]:
    for process in expected:
        if (process, "running") in sight.processes:
            yield Mismatch("not_running", f"no {process}", _processes(sight))


def _processes(sight: Sight) -> str:
    return _listed(f"{process} ({status})" for process, status in sight.processes)


def _departures(sight: Sight, expected: int) -> Iterator[Mismatch]:
    if sight.departures != expected:
        yield Mismatch("departures", str(expected), str(sight.departures))


def _alarm(sight: Sight, expected: str) -> Iterator[Mismatch]:
    if sight.alarm != expected:
        yield Mismatch("alarm", expected, sight.alarm)


def _case(sight: Sight, expected: str) -> Iterator[Mismatch]:
    found = "closed" if sight.closed else "open"
    if found != expected:
        yield Mismatch("case", expected, found)


def _actions(sight: Sight, expected: Mapping[str, int]) -> Iterator[Mismatch]:
    for state, number in expected.items():
        if sight.actions.get(state, 0) != number:
            yield Mismatch(f"actions.{state}", str(number), str(sight.actions.get(state, 0)))


def _around(connection: Connection, case: str, expected: Mapping[str, str]) -> Iterator[Mismatch]:
    holds = dict(described(all_facts_around(connection, case)))
    for what, value in expected.items():
        if holds.get(what, "") != value:
            yield Mismatch(f"around.{what}", value or "nothing", holds.get(what) or "nothing")


def _family_cases(sight: Sight, expected: int) -> Iterator[Mismatch]:
    if sight.family_cases != expected:
        yield Mismatch("family_cases", str(expected), str(sight.family_cases))


def _is_at(moment: datetime, written: date) -> bool:
    """A date compares with the day in London, a date-time with the minute."""
    if isinstance(written, datetime):
        return _minute(moment) == _minute(instant(written))
    return moment.astimezone(LONDON).date() == written


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def in_london(moment: datetime) -> str:
    """To the minute, as a story would write it."""
    return moment.astimezone(LONDON).replace(tzinfo=None).isoformat(timespec="minutes")


def _names(sight: Sight) -> str:
    return _listed(sight.name(task) for task in sight.tasks)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"


CHECKS = cast(
    "Mapping[str, Callable[[Sight, Any], Iterator[Mismatch]]]",
    {
        "open": _open,
        "has": _has,
        "not_open": _not_open,
        "due": _due,
        "met": _met,
        "late": _late,
        "not_late": _not_late,
        "stopped": _stopped,
        "running": _running,
        "ended": _ended,
        "not_running": _not_running,
        "alarm": _alarm,
        "departures": _departures,
        "case": _case,
        "family_cases": _family_cases,
        "actions": _actions,
    },
)
