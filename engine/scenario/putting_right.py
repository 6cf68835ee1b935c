"""Steps of a story that put something right: an answer that was found wrong, a case that was closed by mistake."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import func, select

from engine.base.database import Database
from engine.base.errors import NotPossible, RefusalCode
from engine.commands.correcting_answers import correct_answers
from engine.commands.reopening_cases import reopen_case
from engine.commands.separating_cases import separate_case
from engine.facts.corrected_forms import REASON, FormAsGiven
from engine.facts.models import in_force, model
from engine.facts.separating_forms import GOES, was_joined
from engine.facts.separating_forms import REASON as REASON_TO_SEPARATE
from engine.forms.questions import Question
from engine.people.identity import Actor
from engine.people.who_knows import must_know
from engine.scenario.names import task_name
from engine.scenario.stage import StoryWorld
from engine.scenario.story import CORRECT, REOPEN, SEPARATE, Story, StoryStep, Table
from engine.scenario.story_answers import Expansion, expand
from engine.tables import AnswerCorrection, Answers, Case, Instance, NamedRow, corrects_answers, models_then

BY_THE_STORY = "The story says so."
"""Why something is done of which a story does not say why."""


PersonNamed = Callable[[str], str]
"""Gives the id of whom a name stands for."""
PuttingRight = Callable[[StoryWorld, Story, StoryStep, Actor, str, PersonNamed], Callable[[], object]]
"""Gives a command that is ready to be run."""


def _correct(
    stage: StoryWorld, story: Story, step: StoryStep, actor: Actor, case: str, person: PersonNamed
) -> Callable[[], object]:
    """The newest answers to the form that the step names, or those of its `occurrence`; `with` says what is answered
    otherwise. Raises NotFound, NotPossible where it was never answered.
    """
    with stage.database.read() as connection:
        must_know(connection, actor, case)
    row = _answered(stage.database, step, case)
    with stage.database.read() as connection:
        its_model = model(connection, row.bundle)
        form = FormAsGiven(
            connection=connection,
            actor=actor,
            model=its_model,
            process=row.process,
            element=row.element,
            case=case,
            instance=row.instance_id,
            occurrence=row.occurrence,
            given=row.answers,
            at=row.at,
            by=row.account_id,
        )
        asked = {one.id: one for one in form.questions({**row.answers, **step.answers})}
    written = _in_their_item(step.answers, row.answers, asked)
    children = {child.name: child.facts for child in story.children.values()}
    said = expand(written, asked, Expansion(person, row.at, children))
    answers = {name: answer for name, answer in {**row.answers, **said}.items() if answer != ""}
    reason = {REASON: step.reason or BY_THE_STORY}
    return lambda: correct_answers(stage.database, actor, stage.now, case, row.id, row.seen, {**answers, **reason})


def _in_their_item(written: Table, stands: Table, asked: Mapping[str, Question]) -> dict[str, Any]:
    """What the item of a list asks may stand without it, where there is one item: born = 2011-06-04."""
    found: dict[str, Any] = {}
    lists = sorted((one for one in asked.values() if one.questions), key=lambda one: one.role != "children")
    for name, value in written.items():
        holders = [one.id for one in lists if any(inner.id == name for inner in one.questions)]
        items = stands.get(holders[0], ()) if name not in asked and holders else ()
        if len(items) == 1:
            item = (found.get(holders[0]) or items)[0]
            found[holders[0]] = [{**item, name: value}]
        else:
            found[name] = value
    return found


def _answered(database: Database, step: StoryStep, case: str) -> NamedRow:
    process, element, _ = task_name(step.target)
    seen = select(func.coalesce(func.max(AnswerCorrection.number), 0)).where(corrects_answers()).scalar_subquery()
    of_form = select(Answers.__table__, models_then(Answers).label("bundle"), seen.label("seen"))
    of_form = of_form.join(Instance, Instance.id == Answers.instance_id)
    of_form = of_form.where(Answers.case_id == case, Answers.element == element)
    of_form = of_form.where(*([Answers.process == process] if process else []))
    of_form = of_form.where(*([Answers.occurrence == step.occurrence] if step.occurrence else []))
    newest = of_form.order_by(Answers.at.desc(), Answers.occurrence.desc(), Answers.id).limit(1)
    with database.read() as connection:
        row = connection.execute(newest).one_or_none()
    if row is None:
        raise NotPossible(f"{step.target} has not been answered in this case.", code=RefusalCode.NOT_YET_OPEN)
    return row


def _reopen(
    stage: StoryWorld, _story: Story, step: StoryStep, actor: Actor, case: str, _person: PersonNamed
) -> Callable[[], object]:
    return lambda: reopen_case(stage.database, actor, stage.now, case, {"reason": step.reason or BY_THE_STORY})


def _separate(
    stage: StoryWorld, _story: Story, step: StoryStep, actor: Actor, case: str, person: PersonNamed
) -> Callable[[], object]:
    """The case that the step names from the one to which it was joined. What `goes` with it, by processes, may be left
    out.
    """
    of_child = select(Case.id, Case.joined_to_id).where(Case.person_id == person(step.target))
    with stage.database.read() as connection:
        row = connection.execute(of_child.order_by(Case.joined_to_id.is_(None), Case.opened_at.desc())).first()
        newer, older = (row.id, row.joined_to_id or "") if row else (case, "")
        must_know(connection, actor, newer)
        joined = was_joined(connection, in_force(connection, actor.within), older, newer)
    since = joined.since if joined else ()
    goes = [one.id for one in since if one.process in step.answers.get(GOES, ())]
    said = {**({GOES: goes} if since else {}), REASON_TO_SEPARATE: step.reason or BY_THE_STORY}
    return lambda: separate_case(stage.database, actor, stage.now, newer, said)


PUTTING_RIGHT: Mapping[str, PuttingRight] = {CORRECT: _correct, REOPEN: _reopen, SEPARATE: _separate}
