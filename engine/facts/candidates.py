"""Who or what may be chosen in a form: known only where the case is, so asked for inside the transaction.

A form says of each question where its choices come from (`x-choices`, CHOICES in engine/forms/checks.py).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, and_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from engine.base.direction import by_itself
from engine.base.subject import Subject
from engine.facts.directory import services
from engine.facts.earlier_answers import answers_given
from engine.facts.joining import InInstance, that_hold
from engine.facts.matching import PERSON_COLUMNS, Matches
from engine.facts.models import model as model_of
from engine.facts.open_actions import as_choices, open_actions
from engine.facts.searching import KNOWN_CHILD_COLUMNS, known_cases, known_children, search
from engine.forms import Choice
from engine.forms.action_block import OPEN_ACTIONS, OPEN_ACTIONS_HERE
from engine.forms.answer_roles import answer_with_role
from engine.forms.offering import SUGGESTS, suggestions
from engine.forms.questions import Schema
from engine.likeness.wanted import wanted
from engine.people.identity import Actor
from engine.people.kept_from import is_kept_from
from engine.people.who_knows import knows
from engine.process.bundle import Model
from engine.process.vocabulary import YES
from engine.tables import Account, Answers, Case, Instance, Membership, Person, enabled_at, held_at, models_then
from engine.timescales.calendar import day_of

MOST_OFFERED = 20
_IS_KEPT_FROM_THEM = is_kept_from(Account.id, Case.id)


@dataclass(frozen=True, slots=True)
class Asking:
    """What the choices are for: a form about a subject, as somebody sees it now. `answers` are those typed so far,
    unchecked; `matches` gives who may be the same child. `place` stands behind the name of the source: of
    `invited_to process.task`.
    """

    connection: Connection
    actor: Actor
    model: Model
    subject: Subject
    now: datetime
    answers: Mapping[str, Any]
    matches: Callable[[], Matches]
    place: str = ""

    def typed(self, role: str) -> str:
        form = self.model.form(self.subject.process, self.subject.element) or {}
        answer = answer_with_role(form, role, self.answers)
        return answer if isinstance(answer, str) else ""


def candidates(asking: Asking) -> Mapping[str, tuple[Choice, ...]]:
    """By id of the field, for those that the form asks; agencies by their kind as well. Children are offered to
    those who may know of them.
    """
    model, subject = asking.model, asking.subject
    form = model.form(subject.process, subject.element) or {}
    found: dict[str, tuple[Choice, ...]] = {}
    for field, schema in _questions_of(form):
        if schema.get("x-ui", {}).get("kind") == "agencies":
            found["agencies"] = _agencies(model)
        if schema.get("x-role") == "confirmed_agencies":
            found[field] = _suggested(asking.connection, model, subject)
        if schema.get("x-own-people"):
            found[field] = (*_own_people(model), *_agencies(model))
        if "x-choices" in schema:
            source, _, place = schema["x-choices"].partition(" ")
            found[field] = _SOURCES[source](replace(asking, place=place))
    return found | _suggested_in(asking, form)


def _suggested_in(asking: Asking, form: Schema) -> dict[str, tuple[Choice, ...]]:
    """What the form offers while somebody types (`x-suggests`), by the name of its source."""
    sources = {schema[SUGGESTS] for _, schema in _questions_of(form) if SUGGESTS in schema}
    return {suggestions(source): _SUGGESTED[source](asking) for source in sorted(sources)}


def _questions_of(form: Schema) -> Iterator[tuple[str, Schema]]:
    """Those of the form, and those of the items of its lists that say themselves who can be chosen."""
    for field, schema in form.get("properties", {}).items():
        yield field, schema
        for inner, asked in schema.get("items", {}).get("properties", {}).items():
            if "x-choices" in asked:
                yield inner, asked


def _agencies(model: Model) -> tuple[Choice, ...]:
    """Those that can be asked: the leading agency is never a contributor to its own work."""
    return tuple(Choice(one.id, one.name) for one in model.agencies.values() if not one.leads)


def _suggested(connection: Connection, model: Model, subject: Subject) -> tuple[Choice, ...]:
    """All agencies, and beside those that a referral of this child names that it does: they are no part until somebody
    has decided so.
    """
    where = Answers.case_id == subject.case
    referring = answers_given(connection, "referring_agency", where)
    named = (agency for answer in answers_given(connection, "named_agencies", where) for agency in answer)
    said = {
        **dict.fromkeys(named, "Named in the referral."),
        **dict.fromkeys(referring, "The referral says it is theirs."),
    }
    return tuple(Choice(one.value, one.label, said.get(one.value, "")) for one in _agencies(model))


def _own_people(model: Model) -> tuple[Choice, ...]:
    """Who takes part for the leading agency itself stands beside the agencies."""
    return tuple(Choice(role.id, role.name) for role in model.roles.values() if "own_people" in role.flags)


def colleagues(connection: Connection, model: Model, subject: Subject, now: datetime) -> tuple[Choice, ...]:
    """Of the case's team, those who may be the lead."""
    return _holding(connection, subject, now, Membership.role.in_(model.roles_with("leads")))


def independent_chairs(connection: Connection, model: Model, subject: Subject, now: datetime) -> tuple[Choice, ...]:
    """Those who chair and neither hold a role in the line of the case's team nor have worked on the case (WT2013)."""
    if subject.case is None:
        return ()
    in_line = select(Membership.account_id).where(Membership.role.in_(model.roles_with("line")), held_at(now))
    independent = Account.id.not_in(in_line), Account.id.not_in(_worked_on(connection, subject.case))
    return _holding(connection, subject, now, Membership.role.in_(model.roles_with("chairs")), *independent)


def _worked_on(connection: Connection, case: str) -> frozenset[str]:
    """Who did something in the case that is not for a chair to do: chairing it is no work on it."""
    done = connection.execute(
        select(Answers.account_id, Answers.process, Answers.element, models_then(Answers).label("bundle_hash"))
        .join(Instance, Instance.id == Answers.instance_id)
        .where(Answers.case_id == case, Answers.account_id.is_not(None))
        .distinct()
    ).all()
    return frozenset(
        one.account_id
        for one in done
        if not _is_for_a_chair(model_of(connection, one.bundle_hash), one.process, one.element)
    )


def _is_for_a_chair(model: Model, process: str, element: str) -> bool:
    task = model.drawings[process].elements.get(element)
    return task is not None and task.properties.get("as_chair") == YES


def _holding(
    connection: Connection, subject: Subject, now: datetime, *conditions: ColumnElement[bool]
) -> tuple[Choice, ...]:
    if subject.case is None:
        return ()
    rows = connection.execute(
        select(Account.id, Account.name)
        .join(Membership, Membership.account_id == Account.id)
        .join(Case, Case.team_id == Membership.team_id)
        .where(Case.id == subject.case, held_at(now), enabled_at(now), *conditions)
        .where(~_IS_KEPT_FROM_THEM)
        .order_by(Account.name, Account.id)
        .distinct()
    )
    return tuple(Choice(account, by_itself(name)) for account, name in rows)


def _known_children(asking: Asking) -> tuple[Choice, ...]:
    """Who may be the same child, the likest first; then who was searched for; then who was picked before that."""
    case = asking.subject.case
    if case is None:
        return ()
    found = {
        match.person: Choice(match.person, match.description, "; ".join(match.why), match.case)
        for match in asking.matches().likest(MOST_OFFERED).shown
    }
    looked_for = wanted(asking.typed("known_child_search"), day_of(asking.now))
    searched = search(asking.connection, asking.actor, looked_for, *KNOWN_CHILD_COLUMNS)[:MOST_OFFERED]
    others = [row for row in searched if row.case != case]
    picked = asking.typed("known_person")
    if picked and picked not in found and picked not in {row.id for row in others}:
        others += known_cases(asking.connection, asking.actor, picked)[:1]
    return tuple({**known_children(asking.connection, asking.actor, others), **found}.values())


def _family(asking: Asking) -> tuple[Choice, ...]:
    """The other children of the family whom the actor may know of, those with an open case first."""
    its = aliased(Case)
    rows = asking.connection.execute(
        select(*PERSON_COLUMNS, Case.reference, *KNOWN_CHILD_COLUMNS)
        .join(Case, Case.person_id == Person.id)
        .join(its, and_(its.family_id == Case.family_id, its.person_id != Case.person_id))
        .where(its.id == asking.subject.case, knows(asking.actor))
        .order_by(Case.closed_at.is_not(None), Case.opened_at.desc(), Case.id)
    )
    return tuple(known_children(asking.connection, asking.actor, rows.all()).values())


def _invited_to(asking: Asking) -> tuple[Choice, ...]:
    """The agencies that were invited the last time that `process.task` was done in the case, once each; in both of two
    that have become one since.
    """
    process, _, task = asking.place.partition(".")
    where = Answers.case_id == asking.subject.case, Answers.process == process, Answers.element == task
    done = (
        select(Answers.instance_id.label("instance"), Answers.at, Instance.ended_at)
        .add_columns((Instance.status == "joined").label("went_on"))
        .join(Instance, Instance.id == Answers.instance_id)
        .where(*where)
        .order_by(Answers.at.desc(), Answers.occurrence.desc(), Answers.id.desc())
    )
    rows = cast("Sequence[InInstance]", asking.connection.execute(done).all())
    invited: list[str] = []
    for one in that_hold(rows) if rows else ():
        own = (*where, Answers.instance_id == one.instance)
        invited += next(answers_given(asking.connection, "invited", *own), list[str]())
    return tuple(choice for choice in _agencies(asking.model) if choice.value in invited)


def running_work(connection: Connection, model: Model, subject: Subject) -> tuple[Choice, ...]:
    """What runs in the case beside the process of the subject, each by its name in answers."""
    if subject.case is None:
        return ()
    rows = connection.execute(
        select(Instance.process, Instance.number)
        .where(Instance.case_id == subject.case, Instance.status == "running", Instance.process != subject.process)
        .order_by(Instance.started_at, Instance.process, Instance.number)
    )
    return tuple(Choice(work_name(process, number), _title(model, process, number)) for process, number in rows)


def work_name(process: str, number: int) -> str:
    """How a running process of a case is named in answers: `assessment`, and from the second on `assessment_2`."""
    return process if number == 1 else f"{process}_{number}"


def _title(model: Model, process: str, number: int) -> str:
    name = model.drawings[process].name if process in model.drawings else process
    return name if number == 1 else f"{name} ({number})"


def _open_actions(source: str) -> Callable[[Asking], tuple[Choice, ...]]:
    return lambda asking: as_choices(open_actions(asking.connection, asking.model, source, asking.subject))


_SOURCES: Mapping[str, Callable[[Asking], tuple[Choice, ...]]] = {
    "colleagues": lambda asking: colleagues(asking.connection, asking.model, asking.subject, asking.now),
    "independent_chairs": lambda asking: independent_chairs(
        asking.connection, asking.model, asking.subject, asking.now
    ),
    "invited_to": _invited_to,
    "known_children": _known_children,
    "family": _family,
    "running_work": lambda asking: running_work(asking.connection, asking.model, asking.subject),
    **{source: _open_actions(source) for source in (OPEN_ACTIONS, OPEN_ACTIONS_HERE)},
}


def _services(asking: Asking) -> tuple[Choice, ...]:
    listed = services(asking.connection, asking.actor.within)
    return tuple(Choice(one.name, one.name) for one in listed if one.ended_at is None and one.takes_requests)


_SUGGESTED: Mapping[str, Callable[[Asking], tuple[Choice, ...]]] = {"services": _services}
