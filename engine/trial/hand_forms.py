"""The pages of a task and of a start form in a try by hand: the product's own, as somebody of the story sees them.

Who may be chosen stands in them by the names of the story, not by identifiers, which are others each time that a try is
played: what was typed then goes into a step as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from sqlalchemy import select

from engine.base.errors import NotAllowed, NotFound, NotPossible, RefusalCode
from engine.commands.cases import says_danger
from engine.facts.beginnings import opens_cases, starters
from engine.forms.questions import Question
from engine.reads.task.form_view import Answering, FormView, nothing_typed
from engine.reads.task.start_page import Start, start, start_questions
from engine.reads.task.task_page import TaskView, task, task_questions
from engine.scenario.finding import find
from engine.scenario.names import person_name, task_name
from engine.scenario.sight import look
from engine.scenario.story_answers import Expansion, expand
from engine.tables import Account, Case
from engine.trial.hand_page import people_of
from engine.trial.hand_scratch import PlayedTry
from engine.trial.hand_story import next_moment, referring

Step = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TaskInTry:
    """An open task of a case, both as the story calls them, and who of it looks at it."""

    case: str
    task: str
    who: str


@dataclass(frozen=True, slots=True)
class StartInTry:
    """`case` is empty for what opens one."""

    process: str
    case: str
    who: str


InTry = TaskInTry | StartInTry


class NotShown(Exception):
    """The product does not show this to whoever looks; `str` says so."""


def page_in_try(played: PlayedTry, at: InTry, typed: Answering = nothing_typed) -> TaskView | Start:
    """Raises NotShown, NotFound for what is not in this try, and NotPossible where it cannot be done now."""
    return _task_page(played, at, typed) if isinstance(at, TaskInTry) else _start_page(played, at, typed)


def step_in_try(played: PlayedTry, at: InTry, typed: Answering) -> tuple[Step, Mapping[str, Any]]:
    """What a story writes of it, with the children whom it names for the first time.

    Raises as `page_in_try`, and BadAnswers for a form that opens cases and is not filled in as it must be.
    """
    return (_task_step(played, at, typed), {}) if isinstance(at, TaskInTry) else _start_step(played, at, typed)


def _task_page(played: PlayedTry, at: TaskInTry, typed: Answering) -> TaskView:
    item, names = _item(played, at), _names(played)
    try:
        seen = played.read(task, at.who, next_moment(played.told), item, _by_id(played, names, typed))
    except NotFound:
        raise NotShown("They are not shown this task: it is for others, and they may not know of it.") from None
    return replace(seen, form=_by_name(seen.form, names))


def _start_page(played: PlayedTry, at: StartInTry, typed: Answering) -> Start:
    names, case = _names(played), _case(played, at.case) if at.case else None
    _must_be_known(played, at.who)
    if at.process not in played.model.drawings or not starters(played.model, at.process):
        raise NotFound
    moment = next_moment(played.told)
    try:
        seen = played.read(start, at.who, moment, at.process, case, _by_id(played, names, typed))
    except NotFound:
        raise NotShown("They may not know of this case, so that they can begin nothing in it.") from None
    except NotAllowed:
        raise NotShown("To begin this is for others to do.") from None
    return replace(seen, form=_by_name(seen.form, names))


def _task_step(played: PlayedTry, at: TaskInTry, typed: Answering) -> Step:
    item, names = _item(played, at), _names(played)
    moment, asking = next_moment(played.told), _by_id(played, names, typed)
    asked = _questions_by_name(played.read(task_questions, at.who, moment, item, asking), names)
    process, element, agency = task_name(at.task)
    called = f"{process}.{element}" if process else element
    return {"as": at.who, "do": called, "case": at.case, "for": agency, "with": typed(asked)}


def _start_step(played: PlayedTry, at: StartInTry, typed: Answering) -> tuple[Step, Mapping[str, Any]]:
    names, case = _names(played), _case(played, at.case) if at.case else None
    _must_be_known(played, at.who)
    moment, asking = next_moment(played.told), _by_id(played, names, typed)
    raw = played.read(start_questions, at.who, moment, at.process, case, asking)
    answers = typed(_questions_by_name(raw, names))
    if case or not opens_cases(played.model, at.process):
        return {"as": at.who, "start": at.process, "case": at.case, "with": answers}, {}
    # Before a child of it has a name in the story: what is wrong is said of the form as it was typed.
    played.read(says_danger, at.who, moment, at.process, asking(raw))
    step, children = referring(played.told, played.model, at.process, answers)
    return {"as": at.who, **step}, children


def _item(played: PlayedTry, at: TaskInTry) -> str:
    case = _case(played, at.case)
    _must_be_known(played, at.who)
    process, element, agency = task_name(at.task)
    called = f"{process}.{element}" if process else element
    opened = next((one for one, name in played.cases.items() if name == at.case), "")
    with played.database.read() as connection:
        sight = look(connection, case, played.now)
        if at.task not in {sight.name(one) for one in sight.tasks}:
            raise NotPossible("This task is not open where your try stands now.", code=RefusalCode.TRY_NOT_SO)
        return find(connection, played.actor(at.who), case, called, agency or None, opened).item


def _case(played: PlayedTry, name: str) -> str:
    """By its id, where it goes on. Raises NotFound."""
    found = next((case for case, called in played.cases.items() if called == name), None)
    if found is None or played.actions is None:
        raise NotFound
    return played.actions.names.goes_on_in(found)


def _must_be_known(played: PlayedTry, who: str) -> None:
    """Raises NotFound for whom a try does not have."""
    if who not in people_of(played.model):
        raise NotFound


def _names(played: PlayedTry) -> Mapping[str, str]:
    """What the story calls each person that a form may offer: those who work here, and children by their case."""
    found: dict[str, str] = {}
    with played.database.read() as connection:
        for row in connection.execute(select(Account.id, Account.email)):
            role, number = person_name(row.email.partition("@")[0])
            found[row.id] = role if number == 1 else f"{role}.{number}"
        for row in connection.execute(select(Case.id, Case.person_id)):
            if row.id in played.cases:
                found.setdefault(row.person_id, played.cases[row.id])
    return found


def _by_id(played: PlayedTry, names: Mapping[str, str], typed: Answering) -> Answering:
    """The same answers as the product takes them."""
    ids = {name: one for one, name in names.items()}

    def person(name: str) -> str:
        return ids.get(name, name)

    expansion = Expansion(person, next_moment(played.told), {})

    def answering(questions: Sequence[Question]) -> Mapping[str, Any]:
        return expand(typed(questions), {one.id: one for one in questions}, expansion)

    return answering


def _by_name(form: FormView, names: Mapping[str, str]) -> FormView:
    filled = {field: _renamed(answer, names) for field, answer in form.filled.items()}
    return replace(form, questions=_questions_by_name(form.questions, names), filled=filled)


def _questions_by_name(questions: Sequence[Question], names: Mapping[str, str]) -> tuple[Question, ...]:
    return tuple(
        replace(
            one,
            choices=tuple(replace(choice, value=names.get(choice.value, choice.value)) for choice in one.choices),
            questions=_questions_by_name(one.questions, names),
        )
        for one in questions
    )


def _renamed(answer: Any, names: Mapping[str, str]) -> Any:
    if isinstance(answer, str):
        return names.get(answer, answer)
    if isinstance(answer, list):
        return [_renamed(one, names) for one in cast("list[Any]", answer)]
    if isinstance(answer, dict):
        return {field: _renamed(one, names) for field, one in cast("dict[str, Any]", answer).items()}
    return answer
