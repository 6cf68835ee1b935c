"""From a step to the command that the web pages would give: whose case, which task, with what answers."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import select

from engine.base.identifiers import new_id
from engine.base.subject import Subject
from engine.commands.assigning_tasks import give_task
from engine.commands.cases import claim, complete_task, release, start_process
from engine.commands.looks import look
from engine.commands.several_children import complete_for_children
from engine.commands.starting_for_children import start_for_children
from engine.facts.beginnings import opens_cases
from engine.facts.circumstances import Situation, situation
from engine.facts.models import in_force, model
from engine.forms.answer_roles import field_with_role
from engine.people.identity import Actor
from engine.process.bundle import START, Model
from engine.reads.case.case_page import case as case_page
from engine.scenario.departing_in_stories import depart
from engine.scenario.fields import as_asked, children_of, revealing, roles_in
from engine.scenario.finding import find
from engine.scenario.kept_by_hand import record, tell
from engine.scenario.life_steps import as_start
from engine.scenario.mail_server import send
from engine.scenario.naming import CaseNames
from engine.scenario.of_the_authority import add_holiday, put_on_duty
from engine.scenario.opened_beside import name_opened
from engine.scenario.other_models import migrate, publish
from engine.scenario.putting_right import BY_THE_STORY, PUTTING_RIGHT, PuttingRight
from engine.scenario.ringing_up import confirm, knows
from engine.scenario.sight import SeenTask
from engine.scenario.stage import StoryWorld
from engine.scenario.story import (
    DEPART,
    DUTY,
    HOLIDAY,
    LIFE,
    LOOK,
    MIGRATE,
    PUBLISH,
    REASSIGN,
    SEND,
    TEAM,
    Story,
    StoryStep,
    Table,
)
from engine.scenario.story_answers import prepare
from engine.scenario.story_cases import OTHER
from engine.scenario.story_words import ACT, RECORD, TAKE_OVER
from engine.scenario.taking_over_in_stories import come_over, naming_reference
from engine.tables import Case, Instance, WorkItem

Command = Callable[[], object]


class Filled(NamedTuple):
    """What the story left out of a step's answers, with what stands there instead."""

    step: int
    target: str
    answers: Table


class Actions:
    """The verbs of a story. Each gives a command that is ready to be run, with its people and answers prepared."""

    def __init__(self, stage: StoryWorld, story: Story) -> None:
        self.stage = stage
        self.story = story
        self.names = CaseNames(story)
        self.filled: list[Filled] = []
        self._started: dict[int, dict[str, str]] = {}
        self._submitted: dict[tuple[str, str, str], dict[str, Any]] = {}
        self._verbs: dict[str, Callable[[StoryStep, Actor], Command]] = {
            "start": self._start,
            "do": self._do,
            "claim": self._claim,
            "release": self._release,
            REASSIGN: self._reassign,
            DUTY: partial(put_on_duty, stage),
            LOOK: self._look,
            HOLIDAY: partial(add_holiday, stage),
            MIGRATE: self._migrate,
            RECORD: partial(self._put_right, record),
            ACT: partial(self._put_right, tell),
            DEPART: partial(self._put_right, depart),
            LIFE: self._start,
            TAKE_OVER: self._take_over,
            **{verb: partial(self._put_right, put) for verb, put in PUTTING_RIGHT.items()},
        }

    def command(self, step: StoryStep) -> Command:
        """Raises a Refusal where the product would before it has anything to work on; Unplayable."""
        if step.verb == SEND:
            return lambda: send(self.stage.database, self.stage.now, step.target)
        if step.verb == PUBLISH:
            return lambda: publish(self.stage, step)
        return self._verbs[step.verb](step, self.stage.cast.actor(step.person, self.stage.now))

    def cases_of(self, step: StoryStep) -> list[str]:
        """The cases that a step is about: those it started something in, else the one it names."""
        started = self._started.get(step.number)
        if not started:
            return [self.names.of(one) for one in step.of_each]
        named = started.get(step.case.partition(".")[0])
        return [named] if named else list(started.values())

    def _start(self, step: StoryStep, actor: Actor) -> Command:
        with self.stage.database.read() as connection:
            now_in_force = in_force(connection, actor.within)
        step = as_start(step, now_in_force)
        if step.target in now_in_force.drawings and opens_cases(now_in_force, step.target):
            return self._refer(step, actor, now_in_force)
        answers: dict[str, dict[str, Any]] = {}
        for one in step.of_each:
            about = Subject(step.target, START, self.names.of(one), by_anyone=actor.account is None)
            answers[self.names.of(one)] = self._answers(one, one.answers, now_in_force, about, actor)
        if step.cases:
            database, now = self.stage.database, self.stage.now
            return lambda: start_for_children(database, actor, now, step.target, answers, submission=new_id())
        ((case, said),) = answers.items()
        return lambda: self._begin(step, actor, said, case)

    def _refer(self, step: StoryStep, actor: Actor, now_in_force: Model) -> Command:
        """Children with an open case join it, each with its own referral; the others get a case each, as a family."""
        children = self.names.children(step, children_of(now_in_force.form(step.target, START) or {})[0])
        joined = {child: case for child in children if (case := self._case_to_join(step, child))}
        opened = [child for child in children if child not in joined]
        groups: list[tuple[list[str], str | None]] = [([child], case) for child, case in joined.items()]
        if opened or not children:
            groups.append((opened, None))
        commands = [self._refer_group(step, actor, now_in_force, group, case) for group, case in groups]

        def give() -> None:
            for command in commands:
                command()

        return give

    def _refer_group(
        self, step: StoryStep, actor: Actor, its_model: Model, group: list[str], case: str | None
    ) -> Command:
        written = self._naming(step, group, its_model)
        caller = actor if case and not knows(self.stage, actor, case) else None
        if caller:
            actor, written = self._taken_down(caller, written, step.target, its_model)
        about = Subject(step.target, START, case, by_anyone=actor.account is None)
        answers = self._answers(step, written, its_model, about, actor)

        def give() -> None:
            self._begin(step, actor, answers, case, group)
            if caller and case:
                confirm(self.stage, actor, caller, case)

        return give

    def _naming(self, step: StoryStep, children: list[str], its_model: Model) -> dict[str, Any]:
        field, item = children_of(its_model.form(step.target, START) or {})
        roles = roles_in(item)
        return {**step.answers, field: [as_asked(self.story.children[child].facts, roles) for child in children]}

    def _begin(
        self, step: StoryStep, actor: Actor, answers: Table, case: str | None, children: Sequence[str] = ()
    ) -> None:
        database, now = self.stage.database, self.stage.now
        started = start_process(database, actor, now, step.target, answers, case=case, submission=new_id())
        for child, opened in zip(children, started.cases, strict=bool(children)):
            self.names.add(child, opened)
            self._started.setdefault(step.number, {})[child] = opened

    def _take_over(self, step: StoryStep, lead: Actor) -> Command:
        child = step.case or next(iter(self.story.children))
        with self.stage.database.read() as connection:
            now_in_force = in_force(connection, lead.within)
        written = naming_reference(self._naming(step, [child], now_in_force), child, step.target, now_in_force)
        answers = self._answers(step, written, now_in_force, Subject(step.target, START), lead)

        def give() -> None:
            opened = come_over(self.stage, step, lead, answers)
            self.names.add(child, opened)
            self._started.setdefault(step.number, {})[child] = opened

        return give

    def _case_to_join(self, step: StoryStep, child: str) -> str | None:
        newest = self.names.newest(child)
        if newest is None or self.names.opens_next(step, child):
            return None
        with self.stage.database.read() as connection:
            closed_at = connection.execute(select(Case.closed_at).where(Case.id == newest)).scalar_one()
        return newest if closed_at is None else None

    def _taken_down(
        self, sender: Actor, written: dict[str, Any], process: str, its_model: Model
    ) -> tuple[Actor, dict[str, Any]]:
        """Whoever may not know of the case rings up, and a duty worker, who sees it, records the call there."""
        form, agency = its_model.form(process, START) or {}, min(sender.agencies, default="")
        field = field_with_role(form, "referring_agency") if agency else None
        said = {**revealing(form, field), field: agency} if field else {}
        worker = next(role.id for role in its_model.roles.values() if "leads" in role.flags)
        return self.stage.cast.actor(worker, self.stage.now), {**said, **written}

    def _do(self, step: StoryStep, actor: Actor) -> Command:
        """Of several children all at once, each with what it is answered itself."""
        tasks = [(self._find(one, actor), one) for one in step.of_each]
        answers = {task.item: self._submission(one, actor, task) for task, one in tasks}

        def give() -> None:
            database, now = self.stage.database, self.stage.now
            if step.cases:
                complete_for_children(database, actor, now, answers)
            for item, said in answers.items():
                if not step.cases:
                    complete_task(database, actor, now, item, said)
                name_opened(database, self.story, self.names, said)

        return give

    def _claim(self, step: StoryStep, actor: Actor) -> Command:
        task = self._find(step, actor)
        return lambda: claim(self.stage.database, actor, self.stage.now, task.item)

    def _release(self, step: StoryStep, actor: Actor) -> Command:
        task = self._find(step, actor)
        said = {"reason": step.answers.get("reason", BY_THE_STORY)}
        return lambda: release(self.stage.database, actor, self.stage.now, task.item, said)

    def _reassign(self, step: StoryStep, actor: Actor) -> Command:
        task = self._find(step, actor)
        to = step.to if step.to == TEAM else self.stage.cast.account(step.to, self.stage.now)
        said = {"to": to, "reason": step.answers.get("reason", BY_THE_STORY)}
        return lambda: give_task(self.stage.database, actor, self.stage.now, task.item, said)

    def _look(self, step: StoryStep, actor: Actor) -> Command:
        case = self.names.of(step)
        return lambda: look(self.stage.database, actor, self.stage.now, "case", case_page, case)

    def _migrate(self, step: StoryStep, actor: Actor) -> Command:
        case = self.names.of(step)
        return lambda: migrate(self.stage, step, actor, case)

    def _put_right(self, put: PuttingRight, step: StoryStep, actor: Actor) -> Command:
        give = put(self.stage, self.story, step, actor, self.names.of(step), self.person)
        return lambda: (give(), name_opened(self.stage.database, self.story, self.names, {}))

    def _find(self, step: StoryStep, actor: Actor) -> SeenTask:
        opened = self.names.called(step.case) if step.case else ""
        with self.stage.database.read() as connection:
            return find(connection, actor, self.names.of(step), step.target, step.agency, opened)

    def _submission(self, step: StoryStep, actor: Actor, task: SeenTask) -> dict[str, Any]:
        """The same person writing the same again sends the same again, whatever time has passed."""
        key = (task.item, actor.account or "", repr(step.answers))
        if key not in self._submitted:
            with self.stage.database.read() as connection:
                row = connection.execute(
                    select(WorkItem.instance_id, WorkItem.case_id, Instance.bundle_hash)
                    .join(Instance, Instance.id == WorkItem.instance_id)
                    .where(WorkItem.id == task.item)
                ).one()
                its_model = model(connection, row.bundle_hash)
            subject = Subject(task.process, task.element, row.case_id, row.instance_id)
            self._submitted[key] = self._answers(step, step.answers, its_model, subject, actor)
        return self._submitted[key]

    def _answers(
        self, step: StoryStep, written: Table, its_model: Model, subject: Subject, actor: Actor
    ) -> dict[str, Any]:
        def stands(answers: Table) -> Situation:
            with self.stage.database.read() as connection:
                return situation(connection, actor, its_model, subject, answers, self.stage.now)

        form = its_model.form(subject.process, subject.element)
        if form is None:
            return dict(written)
        children = {child.name: child.facts for child in self.story.children.values()}
        prepared = prepare(
            form, written, stands, self.person, self.stage.now, children=children, strict=self.story.strict
        )
        if prepared.filled:
            values = {path: prepared.value(path) for path in prepared.filled}
            self.filled.append(Filled(step.number, step.target, values))
        return prepared.answers

    def person(self, written: str) -> str:
        """The account of a role, or the child itself where a case is named: known_person = "ada"."""
        if written.partition(".")[0] not in (*self.story.children, OTHER):
            return self.stage.cast.account(written, self.stage.now)
        with self.stage.database.read() as connection:
            statement = select(Case.person_id).where(Case.id == self.names.called(written))
            return connection.execute(statement).scalar_one()
