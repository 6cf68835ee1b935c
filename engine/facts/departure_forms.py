"""What is asked when somebody proceeds differently from the drawing, who may, and when it is not possible."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, exists, select

from engine.base.errors import NotPossible, RefusalCode
from engine.expressions.evaluation import names_read
from engine.forms.departure_rules import How, is_approved, is_never, skip_form, why_never
from engine.forms.questions import Schema
from engine.people.identity import Actor
from engine.people.who_may import may_take
from engine.process.bundle import Model
from engine.process.drawing import Element
from engine.process.role_table import ANY_AGENCY
from engine.tables import Departure

REASON, AGENCY = "departure_reason", "departure_agency"
VERDICT, DECISION = "verdict", "decision"
TITLES: Mapping[How, str] = {
    "skip": "Go on without this step",
    "repeat": "Do this step once more",
    "open": "Do this step now",
}
WHY_ASKED: Mapping[How, str] = {
    "skip": "Why is this step not done as it is drawn?",
    "repeat": "Why is this step done once more?",
    "open": "Why is this step done before the process comes to it?",
}
DECIDE: Schema = {
    "title": "Decide whether this may be done differently",
    "properties": {
        VERDICT: {
            "type": "string",
            "title": "May it be done as they ask?",
            "oneOf": [{"const": "agreed", "title": "Yes"}, {"const": "refused", "title": "No"}],
            "x-ui": {"kind": "one_of"},
        },
        DECISION: {
            "type": "string",
            "title": "Why?",
            "description": "This is kept with the case.",
            "maxLength": 2000,
            "x-ui": {"kind": "long_text", "rows": 3},
        },
    },
    "required": [VERDICT, DECISION],
}
NOT_FOR_YOU = "Only whoever may do this step, or works in the team that has the case, decides to proceed differently."
MANAGER_DECIDES = "A manager of the team that has the case decides this."
ANOTHER_DECIDES = "You asked for this yourself, so another manager of the team decides it."
DECIDED_ALREADY = "This was decided already."
STEP_SETTLED = "The step was done or withdrawn meanwhile, so there is nothing left to decide."
WAITS_ALREADY = "Somebody has asked for this already, and a manager of the team decides it."
OPEN_ALREADY = "This step is open already: do it there, or go on without it there."
NOT_DONE_YET = "This step has not been done yet in this process, so it cannot be repeated. Open it instead."
DONE_ALREADY = "This step was done in this process already. Repeat it instead."
CLOSED = "This case is closed. If something has to happen, refer the child again."


JUDGES = "It judges the work of others: nobody passes it over, and nobody does it a second time."


class ForWhom(Protocol):
    """Whose a step is: its roles and its agency."""

    @property
    def role(self) -> str: ...
    @property
    def also(self) -> Collection[str]: ...
    @property
    def agency(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Whose:
    role: str
    also: tuple[str, ...]
    agency: str | None


def may_skip(actor: Actor, model: Model, item: ForWhom, team: str) -> bool:
    """Whoever may do the step, and, of those of the agency that has the case, whoever works in the team that has it:
    what another agency is to do, it goes without itself.
    """
    of_team = team in actor.teams and item.agency in (None, model.leading_agency)
    return of_team or may_take(actor, item.role, item.also, item.agency, team)


def may_open(actor: Actor, item: ForWhom, team: str) -> bool:
    """Whoever may do the step, and whoever works in the team that has the case: they may ask anybody for it."""
    return team in actor.teams or may_take(actor, item.role, item.also, item.agency, team)


def must_be_possible(model: Model, process: str, element: str, how: How) -> None:
    """Raises NotPossible, with why the models never allow it."""
    if why := why_never_there(model, process, element, how):
        raise NotPossible(why, code=RefusalCode.NEVER_DIFFERENTLY)


def why_never_there(model: Model, process: str, element: str, how: How) -> str:
    """In words; empty where the models allow it. Whoever judges the work of others (`not_by`) is not passed over, nor
    done a second time, also where the form says nothing.
    """
    form = model.form(process, element) or {}
    if is_never(form, how):
        return why_never(form)
    return JUDGES if "not_by" in model.drawings[process].elements[element].properties else ""


def takes_manager(model: Model, process: str, element: str, how: How) -> bool:
    """Whether a manager agrees first."""
    role = model.drawings[process].elements[element].lane or ""
    decides = role in model.roles_with("manages_team")
    return is_approved(model.form(process, element) or {}, how, decided_by_manager=decides)


def form_of_skip(model: Model, process: str, element: str) -> Schema:
    """The questions by which the process, its messages and its clocks go on: they are asked, all else is not."""
    return skip_form(model.form(process, element) or {}, _goes_on_by(model, process, element))


def asked_to_depart(how: How, stated: Schema, agencies: Mapping[str, str]) -> Schema:
    """`stated` are the questions of the step itself that are asked; `agencies` by id, of a step that one of several
    does, if it is to be said for which.
    """
    fields: dict[str, Any] = {**stated.get("properties", {})}
    if agencies:
        choices = [{"const": one, "title": name} for one, name in agencies.items()]
        fields[AGENCY] = {
            "type": "string",
            "title": "Who is to do it?",
            "oneOf": choices,
            "x-ui": {"kind": "one_of"},
        }
    fields[REASON] = {
        "type": "string",
        "title": WHY_ASKED[how],
        "description": "This is kept with the case.",
        "maxLength": 2000,
        "x-ui": {"kind": "long_text", "rows": 3},
    }
    needed = [*stated.get("required", ()), *([AGENCY] if agencies else []), REASON]
    return {**stated, "title": TITLES[how], "properties": fields, "required": needed}


def whose(model: Model, task: Element) -> Mapping[str, Whose]:
    """Whose a step would be, by the agency where it is to be said which; one alone, by nothing, where it is drawn."""
    also = tuple(task.properties.get("also", "").split())
    if task.lane != ANY_AGENCY[0]:
        role = model.roles.get(task.lane or "")
        return {"": Whose(task.lane or "", also, role.agency if role else None)}
    asked = [one for one in model.agencies.values() if not ("for_each" in task.properties and one.leads)]
    return {one.id: Whose(one.role, also, one.id) for one in asked}


def agencies_named(model: Model, options: Iterable[str]) -> Mapping[str, str]:
    """Those of `whose`, with the names that people read."""
    return {one: model.agencies[one].name for one in options if one}


def was_skipped(connection: Connection, instance: str, element: str, occurrence: int) -> bool:
    its = (Departure.instance_id == instance, Departure.element == element, Departure.occurrence == occurrence)
    skipped = exists().where(*its, Departure.how == "skip", Departure.stands == "taken")
    return connection.execute(select(skipped)).scalar_one()


def _goes_on_by(model: Model, process: str, element: str) -> frozenset[str]:
    """Of the form's own questions those that a condition reads: of the drawing, a message, or a clock that begins."""
    form = model.form(process, element) or {}
    fields: Schema = form.get("properties", {})
    read = {path for source in _conditions(model, process, element) for path in names_read(source)}
    asked = {name for name in fields if name in read or f"{element}.{name}" in read}
    return frozenset(asked)


def _conditions(model: Model, process: str, element: str) -> Iterator[str]:
    drawing = model.drawings[process]
    for one in drawing.elements:
        yield from drawing.evaluated_at(one)
    if resumes := drawing.elements[element].properties.get("resumes_when"):
        yield resumes
    begins = (event for rule in model.rules.values() for event in rule.starts_on)
    decides = (event for message in model.messages.values() for event in message.until)
    for event in (*begins, *decides):
        if (event.process, event.task) == (process, element) and event.condition:
            yield event.condition
