"""Tables of the models for paper and spreadsheets: who may do what, and every question of the forms."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.export.pack_tables import table
from engine.facts.beginnings import ANYONE, starters
from engine.facts.models import in_force
from engine.forms.questions import Question
from engine.people.identity import ADMINISTRATOR, Actor
from engine.people.who_may import must_hold
from engine.process.bundle import START, Model
from engine.process.drawing import Element

MATRIX = ("Process", "What", "Begins or does", "Where it is said")
DICTIONARY = (
    *("Process", "Form", "Field", "Question", "Kind", "Required", "Answers to choose from", "Asked only if"),
    *("Hint", "Longest", "Source", "Where it is said"),
)


def matrix_of_roles(model: Model) -> bytes:
    """A row for each beginning and each task of the pathway, a column for each role: who begins it, who does it.

    A role of an agency does so where the agency has a part, and in the leading agency in the team of the case.
    """
    roles = [*model.roles]
    names = [model.roles[role].name for role in roles]
    rows = (
        (process, what, verb, place, *("yes" if role in allowed else "" for role in roles))
        for process, what, verb, place, allowed in _rights(model)
    )
    return table((*MATRIX, *names), rows)


def _rights(model: Model) -> Iterator[tuple[str, str, str, str, frozenset[str]]]:
    for process, drawing in model.drawings.items():
        if begun_by := starters(model, process):
            allowed = frozenset(model.roles) if ANYONE in begun_by else begun_by
            yield drawing.name, model.start_event(process).name, "begins", f"{process}.{START}", allowed
        for element in drawing.elements.values():
            if element.kind == "userTask":
                yield drawing.name, element.name, "does", f"{process}.{element.id}", _doers(model, element)


def _doers(model: Model, element: Element) -> frozenset[str]:
    """Of the lane `agency` it is the role of whichever agency is asked."""
    lane = element.lane or ""
    own = (agency.role for agency in model.agencies.values()) if lane == "agency" else (lane,)
    return frozenset((*own, *element.properties.get("also", "").split()))


def dictionary_of_forms(model: Model) -> bytes:
    """A row for each question that a form may ask, in the order of the pathway."""
    return table(DICTIONARY, (row for process in model.drawings for row in _questions(model, process)))


def _questions(model: Model, process: str) -> Iterator[Sequence[object]]:
    drawing = model.drawings[process]
    tasks = [element for element in drawing.elements.values() if element.kind == "userTask"]
    for task, title in ((START, model.start_event(process).name), *((one.id, one.name) for one in tasks)):
        for path, question in _within("", model.every_question(process, task)):
            yield (drawing.name, title, path, *_told(question), f"forms/{process}/{task}.json")


def _within(before: str, asked: Iterable[Question]) -> Iterator[tuple[str, Question]]:
    for question in asked:
        path = f"{before}{question.id}"
        yield path, question
        yield from _within(f"{path}.", question.questions)


def _told(question: Question) -> Sequence[object]:
    shown = question.show_if
    return (
        question.title,
        question.kind.replace("_", " "),
        "yes" if question.required else "sometimes" if question.may_be_required else "no",
        "; ".join(choice.label for choice in question.choices),
        f"{shown[0]} is {' or '.join(shown[1])}" if shown else "",
        question.hint,
        question.max_length or "",
        question.source,
    )


@dataclass(frozen=True, slots=True)
class Printed:
    """A table as a CSV file, which names nobody."""

    content: bytes
    cases_shown: tuple[str, ...] = ()


def printed_matrix(connection: Connection, actor: Actor, _now: datetime) -> Printed:
    """Of the models in force. Raises NotAllowed for who does not administer."""
    must_hold(actor, [ADMINISTRATOR])
    return Printed(matrix_of_roles(in_force(connection, actor.within)))


def printed_dictionary(connection: Connection, actor: Actor, _now: datetime) -> Printed:
    """Of the models in force. Raises NotAllowed for who does not administer."""
    must_hold(actor, [ADMINISTRATOR])
    return Printed(dictionary_of_forms(in_force(connection, actor.within)))
