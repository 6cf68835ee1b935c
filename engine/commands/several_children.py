"""One step for several children of a family at once: each has an answer of its own, in its own case."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import delete, select

from engine.base.direction import by_itself
from engine.base.errors import (
    AlreadyDone,
    BadAnswers,
    BadAnswersOfEach,
    NotAllowed,
    NotPossible,
    RefusalCode,
)
from engine.base.identifiers import ids_in
from engine.base.subject import Subject
from engine.casework.case_rows import LockedTask
from engine.casework.checked_answers import checked, digest
from engine.casework.locked_case import CaseWork
from engine.casework.locked_task import lock_tasks, require_may_work_on, require_open
from engine.casework.moving import complete
from engine.casework.settling import settle
from engine.commands.drafts import keep_answers_of_task
from engine.facts.child_names import child_name
from engine.facts.family import MOST_CHILDREN, of_other_children
from engine.people.command import CommandRight, Work, command, keeping
from engine.tables import Case, Draft, Person


@dataclass(frozen=True, slots=True)
class CompletedTogether:
    """The cases in the order of the tasks that were given, and the title of the task."""

    cases: tuple[str, ...]
    title: str


class OfChild(NamedTuple):
    """The task of one child, with its case, what the child is called, and what was answered for it."""

    task: LockedTask
    casework: CaseWork
    name: str
    answers: Mapping[str, Any]


def _keep_answers_of_tasks(work: Work, answers: Mapping[str, Mapping[str, Any]]) -> None:
    for task, of_child in answers.items():
        keep_answers_of_task(work, task, of_child)


@keeping(_keep_answers_of_tasks)
@command(may=CommandRight.HOLDS_TASK)
def complete_for_children(work: Work, answers: Mapping[str, Mapping[str, Any]]) -> CompletedTogether:
    """All or none. `answers` are by the task of each child, whole: what was asked of all stands with every one of them.

    What is refused for one child is refused for all, and the sentence names the child. The same person repeating the
    same answers gets the first result again. Raises NotFound, NotAllowed, AlreadyDone, NotPossible, BadAnswersOfEach.
    """
    must_be_served_at_once(len(answers))
    children = [*_of_children(work, answers)]
    for one in children:
        with naming(one.name):
            require_may_work_on(one.casework, one.task)
    done = CompletedTogether(tuple(one.task.case for one in children), children[0].task.title)
    if all(_is_repeated(work, one) for one in children):
        return done
    for one in children:
        with naming(one.name):
            require_open(one.casework, one.task)
    _must_be_one_step(work, children)
    for one, said in _checked(work, children):
        with naming(one.name):
            _require_still_open(one)
            complete(one.casework, one.task.id, said, by=work.actor, submission=digest(one.answers))
            settle(one.casework)
    drafts = [one.task.id for one in children if one.task.has_draft]
    work.connection.execute(delete(Draft).where(Draft.subject.in_(drafts), Draft.account_id == work.actor.account))
    return done


def _of_children(work: Work, answers: Mapping[str, Mapping[str, Any]]) -> Iterator[OfChild]:
    locked = lock_tasks(work, {task: {*ids_in(said)} for task, said in answers.items()})
    names = names_of_children(work, [casework for _, casework in locked])
    for task, casework in locked:
        yield OfChild(task, casework, names[casework.case.id], answers[task.id])


def names_of_children(work: Work, cases: Sequence[CaseWork]) -> dict[str, str]:
    """By case."""
    persons = [one.case.person for one in cases]
    rows = work.connection.execute(
        select(Person.id, Person.given_name, Person.family_name).where(Person.id.in_(persons))
    )
    names = {row.id: by_itself(child_name(row.given_name, row.family_name)) for row in rows}
    return {one.case.id: names[one.case.person] for one in cases}


def _is_repeated(work: Work, one: OfChild) -> bool:
    return one.task.closed_by == work.actor.account and one.task.submission == digest(one.answers)


@contextmanager
def naming(child: str) -> Generator[None]:
    """Whatever is refused meanwhile says for which child."""
    try:
        yield
    except (AlreadyDone, NotAllowed, NotPossible) as refusal:
        refusal.args = (f"{child}: {refusal.message}",)
        raise


def _require_still_open(one: OfChild) -> None:
    """What was answered for a child before may end this task: of two who are found to be one, one case goes on."""
    if one.task.id not in one.casework.items:
        raise NotPossible(
            "What you answer for another child ends this task. Do it for each alone.", code=RefusalCode.NOT_TOGETHER
        )


def _must_be_one_step(work: Work, children: Sequence[OfChild]) -> None:
    """The same form, though each child may have it from models of its own day; different children of one family."""
    first, *others = children
    form = _form_of(first)
    for one in others:
        if _step_of(one) != _step_of(first) or _form_of(one) != form:
            raise _not_together(f"{one.name}: this is another step, or its form asks something else.")
    must_be_one_family(work, [(one.name, one.casework) for one in children])


def must_be_served_at_once(children: int) -> None:
    if not 0 < children <= MOST_CHILDREN:
        raise _not_together(f"One page serves between one child and {MOST_CHILDREN} children.")


def must_be_one_family(work: Work, children: Sequence[tuple[str, CaseWork]]) -> None:
    """Each of another child than every other; `children` are what each is called, with its case."""
    (_, first), *others = children
    family = select(Case.id).where(of_other_children(work.connection, work.actor, first.case.id))
    known = {*work.connection.scalars(family)} if others else set[str]()
    for name, casework in others:
        if casework.case.id not in known:
            raise _not_together(f"{name}: this is not another child of the same family.")
    cases = {casework.case.id for _, casework in children}
    if any(other.case.id in cases for _, casework in children for other in casework.same_child):
        raise _not_together("Two of these are one child. Do one after the other.")


def _step_of(one: OfChild) -> tuple[str, str, str | None]:
    return one.task.process, one.task.element, one.task.agency


def _form_of(one: OfChild) -> Mapping[str, Any] | None:
    return one.casework.model(one.task.instance_row).form(one.task.process, one.task.element)


def _not_together(words: str) -> NotPossible:
    return NotPossible(words, code=RefusalCode.NOT_TOGETHER)


def _checked(work: Work, children: Sequence[OfChild]) -> list[tuple[OfChild, dict[str, Any]]]:
    """All problems of all children at once. Raises BadAnswersOfEach."""
    found: list[tuple[OfChild, dict[str, Any]]] = []
    problems: dict[str, Mapping[str, str]] = {}
    for one in children:
        task, case = one.task, one.casework
        subject = Subject(task.process, task.element, task.case, task.instance)
        try:
            found.append((one, checked(work, case.model(task.instance_row), subject, one.answers, case)))
        except BadAnswers as bad:
            problems[task.id] = bad.problems
    if problems:
        raise BadAnswersOfEach(problems, {one.task.id: one.name for one in children})
    return found
