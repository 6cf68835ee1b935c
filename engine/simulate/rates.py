"""What happens how often and how long it takes: the table `rates.toml`, held against the models it is used with."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from engine.base.errors import NotPossible, RefusalCode
from engine.process.bundle import Model

TABLE = Path(__file__).parent / "rates.toml"
HOURS, WORKING_DAYS, DAYS = UNITS = ("hours", "working_days", "days")


@dataclass(frozen=True, slots=True)
class Span:
    """From the least to the most of a unit; of three numbers the middle is the median."""

    unit: str
    between: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class TaskWait:
    """`on` is a question that was answered in the instance, and whose day is waited for; empty for none.

    `share`: of those that open so many are done at all.
    """

    span: Span
    on: str = ""
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class BegunByHand:
    """A process that somebody begins, in such a share of the families (`in_case` False) or of the cases.

    `days` after a case opened; `by` are the roles, in each of which somebody may be drawn.
    """

    process: str
    in_case: bool
    share: float
    days: Span
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleHours:
    """When the holders of a role work: times of the day, on working days or on any."""

    opens: str
    closes: str
    every_day: bool


@dataclass(frozen=True)
class Rates:
    """`chosen` and `planned` are by `process.task.field`, `waits` by `process.task`. `hours` are of the roles that do
    not keep those of the office.
    """

    referrals: Mapping[str, Any]
    office: Mapping[str, str]
    staff: Mapping[str, Any]
    begins: tuple[BegunByHand, ...]
    chosen: Mapping[str, Mapping[str, float | Sequence[float]]]
    planned: Mapping[str, Span]
    waits: Mapping[str, TaskWait]
    otherwise: Mapping[str, Span]
    shares: Mapping[str, float]
    hours: Mapping[str, RoleHours] = field(default_factory=dict[str, RoleHours])

    def share(self, field: str, value: str, time: int) -> float:
        """Of a choice, the `time`-th time that the process runs in its case."""
        found = self.chosen[field].get(value, 0.0)
        return found if isinstance(found, int | float) else found[min(time, len(found)) - 1]

    def wait(self, task: str, *, urgent: bool) -> TaskWait:
        found = self.waits.get(task) or TaskWait(self.otherwise["other"])
        if urgent and found.span.unit != HOURS:
            return TaskWait(self.otherwise["urgent"], found.on, found.share)
        return found


@cache
def rates() -> Rates:
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    waits = table["waits"]
    return Rates(
        referrals=table["referrals"],
        office=table["office"],
        staff=table["staff"],
        begins=tuple(_begun(row) for row in table["begins"]),
        chosen={row["field"]: row["shares"] for row in table["chosen"]},
        planned={row["field"]: _span(row) for row in table["planned"]},
        waits={row["task"]: TaskWait(_span(row), row.get("on", ""), row.get("share", 1.0)) for row in waits["task"]},
        otherwise={name: _span(waits[name]) for name in ("other", "urgent")},
        shares={name: waits[name]["share"] for name in ("taken", "lead_does_it")},
    )


def _span(row: Mapping[str, Any]) -> Span:
    unit = next(one for one in UNITS if one in row)
    return Span(unit, tuple(float(number) for number in row[unit]))


def _begun(row: Mapping[str, Any]) -> BegunByHand:
    days = _span(row) if DAYS in row else Span(DAYS, (0.0, 0.0))
    return BegunByHand(row["process"], row["per"] == "case", row["share"], days, tuple(row.get("by", ())))


def must_fit(table: Rates, model: Model) -> Rates:
    """The table. Raises NotPossible where it names what these models do not have: they would be simulated wrongly."""
    if unknown := sorted({*_unknown(table, model)}):
        raise NotPossible(
            f"A caseload cannot be simulated with these models. They do not have: {', '.join(unknown)}.",
            code=RefusalCode.UNKNOWN_NAME,
        )
    return table


def as_far_as_known(table: Rates, model: Model) -> tuple[Rates, Sequence[str]]:
    """For models that are being changed: without the beginnings and the staff that they do not have, and all names of
    the table that they do not know. Those of tasks and questions make no difference: nobody asks for them.
    """
    begins = [one for one in table.begins if one.process in model.drawings and model.roles.keys() >= {*one.by}]
    each = {role: cases for role, cases in table.staff["each"].items() if role in model.roles}
    known = replace(table, begins=tuple(begins), staff={**table.staff, "each": each})
    return known, sorted({*_unknown(table, model)})


def _unknown(table: Rates, model: Model) -> Iterator[str]:
    yield from _unknown_questions(table, model)
    for path, wait in table.waits.items():
        process, task = path.split(".")
        if process not in model.drawings or task not in model.drawings[process].elements:
            yield path
        asked_there = {field for form in _forms_of(model, process) for field in form.get("properties", {})}
        if wait.on and wait.on not in asked_there:
            yield f"{process}.{wait.on}"
    yield from (one.process for one in table.begins if one.process not in model.drawings)
    roles = {*table.staff["each"], *(role for one in table.begins for role in one.by)}
    yield from roles - model.roles.keys()


def _unknown_questions(table: Rates, model: Model) -> Iterator[str]:
    for path in (*table.chosen, *table.planned):
        process, task, field = path.split(".")
        asked = {question.id: question for question in model.every_question(process, task)}
        if field not in asked:
            yield path
        elif path in table.chosen:
            offered = {choice.value for choice in asked[field].choices or model.who_may_be_named}
            yield from (f"{path}={value}" for value in table.chosen[path].keys() - offered)


def _forms_of(model: Model, process: str) -> Iterator[Mapping[str, Any]]:
    tasks = model.drawings[process].elements if process in model.drawings else ()
    yield from (form for task in tasks if (form := model.form(process, task)))
