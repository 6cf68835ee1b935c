"""What happens in a simulated authority, each by a command of the product at a moment of the simulation."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from random import Random
from typing import Any

import structlog
from sqlalchemy import Connection

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotSaved, Refusal
from engine.base.mail import Fate, Outcome
from engine.base.subject import Subject
from engine.commands.cases import claim, complete_task, start_process
from engine.commands.handing_over import claim_letter, record_outcome
from engine.commands.timers import pass_clocks
from engine.commands.watching_alarms import look_after_alarm
from engine.facts.beginnings import ANYONE, open_to_anyone, starters
from engine.facts.models import in_force
from engine.facts.models import model as model_of
from engine.forms.answer_roles import answer_with_role, field_with_role
from engine.people.identity import PUBLIC, SYSTEM, Actor
from engine.process.bundle import START, Model
from engine.scenario.fields import as_asked, children_of, roles_in
from engine.simulate.chance import stream
from engine.simulate.drawn_answers import Answering
from engine.simulate.families import FamilyReferred
from engine.simulate.open_work import Due, WaitingCase, WaitingTask, letters
from engine.simulate.rates import BegunByHand, Rates
from engine.simulate.workforce import Workforce
from engine.timescales.calendar import day_of

DONE, REFUSED, FAULT = "done", "refused", "fault"
log = structlog.get_logger()


class Acts:
    """`tally` counts what was done, and by what what was refused: `done`, `refused <what> <code>`, `fault <what>`."""

    def __init__(self, database: Database, authority: str, seed: int, rates: Rates) -> None:
        self.database, self.authority, self.rates = database, authority, rates
        self.tally = Counter[str]()
        self.workforce = Workforce(database, authority)
        self._seed = seed
        self._system = SYSTEM.at(authority)

    def chance(self, *names: object) -> Random:
        return stream(self._seed, self.authority, *names)

    def refer(self, family: FamilyReferred, now: datetime) -> None:
        """By anybody; where the form says that an agency refers, by somebody of it."""
        with self.database.read() as connection:
            model = in_force(connection, self.authority)
            process = family.begins.process if family.begins else open_to_anyone(model)
            given, subject = self._told_of(model, process, family, now), Subject(process, START)
            who = self._starter(model, process, (), self.chance(family.name, "who"), now)
            answers = self._answers(connection, model, who, subject, (family.name,), now, given)
            agency = answer_with_role(model.form(process, START) or {}, "referring_agency", answers)
            if agency in model.agencies:
                role = model.roles[model.agencies[agency].role]
                who = self.workforce.of_role(self.chance(family.name, "agency"), role, now)
                answers = self._answers(connection, model, who, subject, (family.name,), now, given)
        begin = partial(start_process, self.database, who, now, process, answers, submission=family.name)
        self._give(f"{process}.{START}", begin)

    def begin(self, case: WaitingCase, begun: BegunByHand, now: datetime) -> None:
        names = (case.name, begun.process)
        with self.database.read() as connection:
            model = in_force(connection, self.authority)
            who = self._starter(model, begun.process, begun.by, self.chance(*names, "who"), now)
            subject = Subject(begun.process, START, case.id)
            answers = self._answers(connection, model, who, subject, names, now, {})
        submission = f"{case.name} {begun.process}"
        begin = partial(
            start_process, self.database, who, now, begun.process, answers, case=case.id, submission=submission
        )
        self._give(f"{begun.process}.{START}", begin)

    def take(self, task: WaitingTask, now: datetime) -> None:
        with self.database.read() as connection:
            who = self._doing(connection, model_of(connection, task.bundle), task, now)
        if who:
            self._give(_what(task), partial(claim, self.database, who, now, task.id))

    def complete(self, task: WaitingTask, now: datetime) -> None:
        with self.database.read() as connection:
            model = model_of(connection, task.bundle)
            who = self._doing(connection, model, task, now)
            if who is None:
                self.tally[f"{FAULT} nobody can do {_what(task)}"] += 1
                return
            names = (task.case_name, task.name, now)
            answers = self._answers(connection, model, who, task.subject, names, now, {}, task.time)
        self._give(_what(task), partial(complete_task, self.database, who, now, task.id, answers))

    def act_on(self, due: Due, now: datetime) -> None:
        """All clocks of a case that have run out are acted on at once."""
        command, of = (look_after_alarm, due.id) if due.is_alarm else (pass_clocks, due.case)
        self._give(due.what, partial(command, self.database, self._system, now, of))

    def send_letters(self, now: datetime) -> None:
        """The mail server takes each, also those that it was being given when the simulation was cut."""
        with self.database.read() as connection:
            under_way, waiting = letters(connection, self.authority)
        for letter, attempt in under_way:
            record_outcome(self.database, self._system, now, letter, attempt, Outcome(Fate.TAKEN))
        while waiting and (claimed := claim_letter(self.database, self._system, now, ())):
            record_outcome(self.database, self._system, now, claimed.letter.id, claimed.attempt, Outcome(Fate.TAKEN))

    def _starter(self, model: Model, process: str, by: tuple[str, ...], random: Random, now: datetime) -> Actor:
        named = sorted(role for role in starters(model, process) if role in self.workforce.by_role)
        if not by and ANYONE in starters(model, process):
            return PUBLIC.at(self.authority)
        return self.workforce.of_role(random, model.roles[random.choice(by or named)], now)

    def _told_of(self, model: Model, process: str, family: FamilyReferred, now: datetime) -> dict[str, Any]:
        """Which children, and whether they are in danger, under the ids that the form has."""
        form = model.form(process, START) or {}
        children, item = children_of(form)
        told = {children: [as_asked(child.told(day_of(now)), roles_in(item)) for child in family.children]}
        danger = field_with_role(form, "immediate_danger")
        return {**told, danger: "yes" if family.in_danger else "no"} if danger else told

    def _doing(self, connection: Connection, model: Model, task: WaitingTask, now: datetime) -> Actor | None:
        random = self.chance(task.case_name, task.name, "who", now)
        lead = random.random() < self.rates.shares["lead_does_it"]
        return self.workforce.doing(connection, model, random, task, now, lead=lead)

    def _answers(
        self,
        connection: Connection,
        model: Model,
        who: Actor,
        subject: Subject,
        names: tuple[object, ...],
        now: datetime,
        given: Mapping[str, Any],
        number: int = 1,
    ) -> dict[str, Any]:
        about = replace(subject, by_anyone=who.account is None)
        random = self.chance(*names, "answers")
        return Answering(connection, who, model, self.rates, random, now).answers(about, given, number)

    def _give(self, what: str, command: Callable[[], object]) -> None:
        """A refusal is what happens to people as well; any other error is a fault of the product, and so is a form that
        takes no valid answers. Either is told, and the rest goes on.
        """
        try:
            command()
        except BadAnswers as refusal:
            self.tally[f"{FAULT} {what} takes no answers"] += 1
            log.error("a form refused what it allows", what=what, why=refusal.problems)
        except NotSaved as refusal:
            self.tally[f"{FAULT} {what} {refusal}"] += 1
        except Refusal as refusal:
            self.tally[f"{REFUSED} {what} {refusal.code}"] += 1
        except Exception as fault:  # whatever is wrong with one case, the others go on
            self.tally[f"{FAULT} {what} {type(fault).__name__}"] += 1
            log.exception("a command failed", what=what)
        else:
            self.tally[DONE] += 1


def _what(task: WaitingTask) -> str:
    return f"{task.process}.{task.element}"
