"""A bundle that nobody has seen before, played by chance: every command is done or refused, and every page is shown.

Nothing here knows an id of a bundle: who refers, what is open and what may be answered comes from the models.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from random import Random
from typing import Any

from flask import Flask
from sqlalchemy import Row, select

from engine import forms
from engine.base.database import Database
from engine.base.errors import Refusal
from engine.base.subject import Subject
from engine.commands.cases import complete_task, start_process
from engine.commands.timers import tick
from engine.facts.beginnings import ANYONE, starters
from engine.facts.circumstances import situation
from engine.facts.models import in_force
from engine.people.identity import SYSTEM
from engine.process.bundle import START, Model, read_bundle
from engine.tables import Case, Instance, WorkItem
from tests.builders import DAY, HERE, HOUR, MONDAY, Authority, account, authority, filled, who_sees_all
from tests.webapp.visitor import Visitor

ROUNDS = 25
PAGES = 10  # of each role


class AnyBundle:
    """`closed`: how many cases came to their end. Whatever is not a Refusal goes on to the test."""

    def __init__(self, database: Database, files: Mapping[str, bytes], seed: int = 0) -> None:
        self.model: Model = read_bundle(files)
        self.at: Authority = authority(database=database, files=files)
        self.now: datetime = MONDAY
        self.random = Random(seed)  # noqa: S311 (a walk, not a secret)
        self.done = 0
        self.refused: list[str] = []

    def play(self, rounds: int = ROUNDS) -> None:
        self.refer()
        for number in range(rounds):
            if number % 8 == 5:
                self.start_something()
            self.complete_something()
            if number % 3 == 2:
                self.now += self.random.choice((HOUR, DAY, 3 * DAY, 12 * DAY))
                tick(self.at.database, SYSTEM, self.now)

    def refer(self) -> None:
        for process in self.model.drawings:
            if ANYONE in starters(self.model, process):
                self._begin(process, None)

    def start_something(self) -> None:
        for process in self.model.drawings:
            for case in self.cases():
                if starters(self.model, process):
                    self._begin(process, case)

    def _begin(self, process: str, case: str | None) -> None:
        role = self.random.choice(sorted(starters(self.model, process) - {ANYONE} or self._staff()))
        by, subject = self.at.actor(role, now=self.now), Subject(process, START, case)
        self._try(lambda: start_process(self.at.database, by, self.now, process, self._answers(subject), case=case))

    def complete_something(self) -> None:
        if items := self.items():
            item = self.random.choice(items)
            by = self.at.actor(item.role, number=self.random.choice((1, 2)), now=self.now)
            subject = Subject(item.process, item.element, item.case_id, item.instance_id)
            self._try(lambda: complete_task(self.at.database, by, self.now, item.id, self._answers(subject)))

    def _try(self, command: Any) -> None:
        try:
            command()
        except Refusal as refusal:
            self.refused.append(f"{type(refusal).__name__}: {refusal}")
        else:
            self.done += 1

    def _staff(self) -> set[str]:
        return {role.id for role in self.model.roles.values() if role.agency}

    def _answers(self, subject: Subject) -> dict[str, Any]:
        with self.at.database.read() as connection:
            stands = situation(connection, who_sees_all(HERE), in_force(connection, HERE), subject, {}, self.now)
        form = self.model.form(subject.process, subject.element) or {}
        asked = forms.questions(form, stands.holding, stands.choices) if form else ()
        chosen = {
            one.id: self.random.choice([choice.value for choice in one.choices])
            for one in asked
            if one.kind in ("one_of", "yes_no", "person") and one.choices
        }
        return filled(database=self.at.database, subject=subject, given=chosen, now=self.now)

    def cases(self) -> list[str]:
        with self.at.database.read() as connection:
            return list(connection.scalars(select(Case.id).order_by(Case.reference)))

    def closed(self) -> int:
        with self.at.database.read() as connection:
            return len(connection.scalars(select(Case.id).where(Case.closed_at.is_not(None))).all())

    def items(self) -> list[Row[Any]]:
        with self.at.database.read() as connection:
            return list(
                connection.execute(
                    select(WorkItem.__table__)
                    .join(Instance, Instance.id == WorkItem.instance_id)
                    .where(WorkItem.closed_at.is_(None))
                    .order_by(WorkItem.process, Instance.number, WorkItem.element, WorkItem.occurrence)
                )
            )

    def look(self, app: Flask) -> int:
        """The first pages that lead on from the lists, as one person of each role; gives how many were shown."""
        return sum(1 for role in self.model.roles.values() if role.account for _ in self._pages(app, role.id))

    def _pages(self, app: Flask, role: str) -> Iterator[str]:
        visitor = Visitor(app.test_client())
        seen, waiting = set[str](), [visitor.sign_in(account(role=role)), "/cases", "/refer", "/tasks"]
        while waiting:
            path = waiting.pop().split("#")[0]
            ours = path.startswith(("/tasks", "/cases", "/team", "/refer"))
            if path in seen or not ours or "?" in path or "." in path or len(seen) == PAGES:
                continue
            seen.add(path)
            yield path
            waiting += visitor.get(path).tree.xpath("//main//a/@href | //nav//a/@href")
