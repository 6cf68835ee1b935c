"""A story records who is around a child, and how to communicate with whom."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.base.database import Database
from engine.commands.recording_people import (
    change_personal_fact,
    end_personal_fact,
    record_person_around,
    record_personal_fact,
)
from engine.facts.circumstances import Situation
from engine.facts.people_around import THE_CHILD, KnownFact, facts_around, people_in
from engine.facts.personal_forms import COMMUNICATION, KINDS_OF_PERSON, end_form, fact_form, person_form
from engine.forms.questions import Schema
from engine.people.identity import Actor
from engine.scenario.finding import Unplayable
from engine.scenario.misspelt_words import unknown
from engine.scenario.story import StoryStep, Table
from engine.scenario.story_answers import prepare

OF_WHAT = ("of", "kind")
"""What a step says besides: of whom a fact is, by their name, and which kind of fact."""
_NOTHING = Situation(frozenset(), {})


def record_around(
    database: Database, step: StoryStep, actor: Actor, now: datetime, case: str, *, strict: bool
) -> Callable[[], object]:
    """The target: `person`, `fact`, `changed_fact`, `ended_fact`. Raises Unplayable where nobody is called so, and
    where there is no such kind.
    """
    written = {name: value for name, value in step.answers.items() if name not in OF_WHAT}

    def answers(form: Schema) -> Mapping[str, Any]:
        return _prepared(form, written, now, strict=strict)

    if step.target == "person":
        said = answers(person_form())
        return lambda: record_person_around(database, actor, now, case, said)
    kind = str(step.answers.get("kind", COMMUNICATION))
    if kind not in KINDS_OF_PERSON:
        raise Unplayable(unknown("kind of fact", kind, KINDS_OF_PERSON))
    with database.read() as connection:
        about, known = _found(connection, actor, case, str(step.answers.get("of", "")), kind)
    if step.target == "fact":
        said = answers(fact_form(kind))
        return lambda: record_personal_fact(database, actor, now, case, about, kind, said)
    if step.target == "changed_fact":
        said = answers(fact_form(kind, changes=True))
        return lambda: change_personal_fact(database, actor, now, case, known, said)
    said = answers(end_form(kind))
    return lambda: end_personal_fact(database, actor, now, case, known, said)


def _prepared(form: Schema, written: Table, now: datetime, *, strict: bool) -> Mapping[str, Any]:
    return prepare(form, written, lambda _answers: _NOTHING, str, now, children={}, strict=strict).answers


def _found(connection: Connection, actor: Actor, case: str, of: str, kind: str) -> tuple[str, str]:
    """Of whom it is, and the newest fact of this kind that holds of them; empty where none does."""
    facts = facts_around(connection, actor, case)
    named = {one.name: one.id for one in people_in(facts)}
    if of and of not in named:
        raise Unplayable(unknown("person around the child", of, named))
    about = named.get(of, THE_CHILD)
    return about, next((one.id for one in facts if _is(one, about, kind)), "")


def _is(fact: KnownFact, about: str, kind: str) -> bool:
    return fact.holds and (fact.about, fact.kind) == (about, kind)
