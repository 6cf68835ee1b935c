"""One page that serves several children of a family: what is asked once, and what of each, with the child's name."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from engine.base.direction import by_itself
from engine.forms.questions import Question
from engine.people.identity import Actor
from engine.reads.task.form_view import Answering, FormView, nothing_typed
from engine.reads.task.same_step import SameStep, chosen_of_step, same_step
from engine.reads.task.task_page import TaskView, known_row, task_alone


@dataclass(frozen=True, slots=True)
class ChildrenView:
    """`tasks` are those of the chosen children, the one that was opened first; `left_out` those that can be done no
    more, or not by the reader. `form` asks of all: a question of one child is called `<task>.<question>` and bears the
    child's name, one that is asked once keeps its own. `others` are children of whom the reader has not said that they
    are meant.
    """

    tasks: tuple[TaskView, ...]
    left_out: tuple[TaskView, ...]
    form: FormView
    others: tuple[SameStep, ...]

    @property
    def first(self) -> TaskView:
        return self.tasks[0]

    @property
    def children(self) -> tuple[TaskView, ...]:
        return self.tasks

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(one.item for one in self.tasks)

    @property
    def cases_shown(self) -> tuple[str, ...]:
        """Where the first can be done no more, or not by the reader, it stands alone."""
        alone = self.first.closed or self.first.obstacle
        shown = (self.first,) if alone else (*self.tasks, *self.left_out)
        return tuple(dict.fromkeys(case for one in shown for case in one.cases_shown))


def children(
    connection: Connection,
    actor: Actor,
    now: datetime,
    item: str,
    chosen: Collection[str] | None,
    typed: Answering = nothing_typed,
) -> ChildrenView:
    """`chosen` are tasks of other children; None for all for whom the step waits. `typed` reads answers to questions by
    the names that they have on the page. Raises NotFound as `task` does: other children of whom the reader may not know
    are none.
    """
    row = known_row(connection, actor, item)
    step = () if row.closed_at else same_step(connection, actor, now, row)
    others = tuple(one.item for one in step) if chosen is None else chosen_of_step(connection, actor, row, chosen)
    rows = {item: row, **{one: known_row(connection, actor, one) for one in others}}
    views = [task_alone(connection, actor, now, one, rows[one], of_child(one, typed)) for one in rows]
    tasks = tuple(one for one in views if one.item == item or not (one.closed or one.obstacle))
    left_out = tuple(one for one in views if one not in tasks)
    return ChildrenView(tasks, left_out, as_one(tasks), tuple(one for one in step if one.item not in rows))


def of_child(item: str, typed: Answering) -> Answering:
    """What was typed for this child: what is asked of it alone, and what was asked of all."""

    def read(questions: Sequence[Question]) -> Mapping[str, Any]:
        own = typed([replace(one, id=f"{item}.{one.id}") for one in questions])
        return {**typed(questions), **{name.removeprefix(f"{item}."): said for name, said in own.items()}}

    return read


def answers_of_each(items: Sequence[str], answers: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """From the answers to the form of all, what each child is answered: by the task that stands in the name of the
    question, never by its place.
    """
    once = {name: said for name, said in answers.items() if "." not in name}
    return {
        item: {
            **once,
            **{name.removeprefix(f"{item}."): said for name, said in answers.items() if name.startswith(f"{item}.")},
        }
        for item in items
    }


class OfChild(Protocol):
    """What is asked of one child: `item` is the key by which its answers are filed."""

    @property
    def item(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def form(self) -> FormView: ...
    @property
    def asked_once(self) -> frozenset[str]: ...


def as_one(tasks: Sequence[OfChild]) -> FormView:
    """Asked once is what may be and is the same question for every one of them, with the same filled in. Where it is
    not, as where one of them alone is late, each is asked.
    """
    first, forms = tasks[0].form, [(one.item, one.form) for one in tasks]
    once = _the_same([form for _, form in forms], tasks[0].asked_once) if len(tasks) > 1 else ()
    names = {one.id for one in once}
    filled = {name: first.filled[name] for name in names if name in first.filled}
    earlier = {name: first.earlier[name] for name in names if name in first.earlier}
    for item, form in forms:
        filled |= {f"{item}.{name}": said for name, said in form.filled.items() if name not in names}
        earlier |= {f"{item}.{name}": said for name, said in form.earlier.items() if name not in names}
    return replace(
        first,
        questions=(*once, *(question for one in tasks for question in _of_child(one, names))),
        duties={name: words for _, form in forms for name, words in form.duties.items()},
        filled=filled,
        earlier=earlier,
        draft={},
        drafted_at=min((form.drafted_at for _, form in forms if form.drafted_at), default=None),
        cases_named=tuple(dict.fromkeys(case for _, form in forms for case in form.cases_named)),
    )


def _the_same(forms: Sequence[FormView], together: Collection[str]) -> tuple[Question, ...]:
    """In the order of the form; what another question reveals only where that one is asked once as well. Where other
    answers are filled in for one of them, each is asked: else what stands of the first would be sent for the others.
    """
    asked = [{one.id: one for one in form.questions} for form in forms]
    same = {
        one.id: one
        for one in forms[0].questions
        if one.id in together and all(of_one.get(one.id) == one for of_one in asked) and _filled_alike(forms, one.id)
    }
    while hidden := [one.id for one in same.values() if one.show_if and one.show_if[0] not in same]:
        same = {name: one for name, one in same.items() if name not in hidden}
    return (*same.values(),)


def _filled_alike(forms: Sequence[FormView], name: str) -> bool:
    return all(one.filled.get(name) == forms[0].filled.get(name) for one in forms)


def _of_child(of: OfChild, once: Collection[str]) -> Iterator[Question]:
    item, name = of.item, by_itself(of.name)
    for one in of.form.questions:
        if one.id not in once:
            shown_if = one.show_if
            if shown_if and shown_if[0] not in once:
                shown_if = (f"{item}.{shown_if[0]}", shown_if[1])
            excludes = f"{item}.{one.excludes}" if one.excludes and one.excludes not in once else one.excludes
            yield replace(one, id=f"{item}.{one.id}", title=f"{name}: {one.title}", show_if=shown_if, excludes=excludes)
