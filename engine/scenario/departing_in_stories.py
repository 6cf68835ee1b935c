"""Steps of a story in which somebody proceeds differently from the drawing."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from engine.base.errors import NotPossible, RefusalCode
from engine.base.subject import Subject
from engine.commands.proceeding_differently import decide_departure, must_decide, skip_step, take_further_step
from engine.facts.circumstances import situation
from engine.facts.departure_forms import (
    AGENCY,
    DECISION,
    REASON,
    VERDICT,
    asked_to_depart,
    form_of_skip,
)
from engine.facts.models import model
from engine.forms.questions import Schema
from engine.people.identity import Actor
from engine.people.who_knows import must_know
from engine.scenario.finding import find
from engine.scenario.names import task_name
from engine.scenario.putting_right import BY_THE_STORY, PersonNamed
from engine.scenario.stage import StoryWorld
from engine.scenario.story import Story, StoryStep
from engine.scenario.story_answers import prepare
from engine.tables import Departure, Instance, NamedRow, WorkItem
from engine.tables.departure_tables import FURTHER

Command = Callable[[], object]


def depart(stage: StoryWorld, story: Story, step: StoryStep, actor: Actor, case: str, person: PersonNamed) -> Command:
    """What takes a manager is agreed to by whoever the step names; without one it waits for a manager."""
    give = _skip(stage, story, step, actor, case, person) if step.how == "skip" else _further(stage, step, actor, case)
    if not step.approved_by:
        return give
    manager = stage.cast.actor(step.approved_by, stage.now)

    def give_and_agree() -> None:
        with stage.database.read() as connection:
            must_decide(connection, manager, case, actor.account)
        if not give():
            _agree(stage, manager, case)

    return give_and_agree


def _agree(stage: StoryWorld, manager: Actor, case: str) -> None:
    waits = select(Departure.id).where(Departure.case_id == case, Departure.stands == "waits")
    with stage.database.read() as connection:
        newest = connection.execute(waits.order_by(Departure.asked_at.desc()).limit(1)).scalar_one()
    said = {VERDICT: "agreed", DECISION: BY_THE_STORY}
    decide_departure(stage.database, manager, stage.now, case, newest, said)


def _skip(
    stage: StoryWorld, story: Story, step: StoryStep, actor: Actor, case: str, person: PersonNamed
) -> Callable[[], bool]:
    """`with` is what the process goes on by."""
    with stage.database.read() as connection:
        item = find(connection, actor, case, step.target, step.agency).item
        row = connection.execute(
            select(WorkItem.__table__, Instance.bundle_hash)
            .join(Instance, Instance.id == WorkItem.instance_id)
            .where(WorkItem.id == item)
        ).one()
        its_model = model(connection, row.bundle_hash)
        subject = Subject(row.process, row.element, case, row.instance_id)

        def stands(answers: Any) -> Any:
            return situation(connection, actor, its_model, subject, answers, stage.now)

        stated: Schema = form_of_skip(its_model, row.process, row.element) if row.occurrence < FURTHER else {}
        form = asked_to_depart("skip", stated, {})
        written = {**step.answers, REASON: step.reason or BY_THE_STORY}
        children = {child.name: child.facts for child in story.children.values()}
        prepared = prepare(form, written, stands, person, stage.now, children=children, strict=story.strict)
    return lambda: skip_step(stage.database, actor, stage.now, item, prepared.answers)


def _further(stage: StoryWorld, step: StoryStep, actor: Actor, case: str) -> Callable[[], bool]:
    """In the newest run of a process of the case that has the step; of those in which it was done, where it is
    repeated. Raises NotFound, NotPossible where no process of the case has it.
    """
    process, element, _ = task_name(step.target)
    with stage.database.read() as connection:
        must_know(connection, actor, case)
        of_case = select(Instance.id, Instance.process, Instance.bundle_hash).where(Instance.case_id == case)
        of_case = of_case.where(*([Instance.process == process] if process else []))
        rows = connection.execute(of_case.order_by(Instance.started_at.desc(), Instance.number.desc())).all()
        runs = [(row, model(connection, row.bundle_hash)) for row in rows]
        done = select(WorkItem.instance_id).where(WorkItem.case_id == case, WorkItem.element == element)
        was_done = {*connection.scalars(done.where(WorkItem.closed_how == "completed"))}
    having = [(row, its) for row, its in runs if element in its.drawings[row.process].elements]
    if step.how == "repeat":
        having.sort(key=lambda one: one[0].id not in was_done)
    if not having:
        raise NotPossible(f"No process of this case has the step {step.target}.", code=RefusalCode.NOT_YET_OPEN)
    run: NamedRow
    run, _ = having[0]
    said: dict[str, Any] = {REASON: step.reason or BY_THE_STORY}
    if step.agency:
        said[AGENCY] = step.agency
    how = "repeat" if step.how == "repeat" else "open"
    return lambda: take_further_step(stage.database, actor, stage.now, case, run.id, element, how, said)
