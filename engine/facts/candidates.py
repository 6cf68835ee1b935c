"""Who or what may be chosen in a form: known only where the case is, so asked for inside the transaction.

A form says of each question where its choices come from (`x-choices`, CHOICES in engine/forms/checks.py).
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from engine.base.subject import Subject
from engine.facts.earlier_answers import answers_given
from engine.facts.matching import possible_matches
from engine.facts.models import model as model_of
from engine.forms import Choice
from engine.forms.questions import Schema
from engine.process.bundle import Model
from engine.process.vocabulary import YES
from engine.tables import Account, Answers, Case, Instance, Membership, NamedRow, Person, enabled_at, held_at


def candidates(
    connection: Connection, model: Model, subject: Subject, now: datetime
) -> Mapping[str, tuple[Choice, ...]]:
    """By id of the field, for those that the form asks; agencies by their kind as well."""
    form = model.form(subject.process, subject.element) or {}
    found: dict[str, tuple[Choice, ...]] = {}
    for field, schema in _questions_of(form):
        if schema.get("x-ui", {}).get("kind") == "agencies":
            found["agencies"] = _agencies(model)
        if schema.get("x-own-people"):
            found[field] = (*_own_people(model), *_agencies(model))
        if "x-choices" in schema:
            source, _, place = schema["x-choices"].partition(" ")
            found[field] = _SOURCES[source](connection, model, subject, now, place)
    return found


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


def _own_people(model: Model) -> tuple[Choice, ...]:
    """Who takes part for the leading agency itself stands beside the agencies."""
    return tuple(Choice(role.id, role.name) for role in model.roles.values() if "own_people" in role.flags)


def _colleagues(
    connection: Connection, model: Model, subject: Subject, now: datetime, _place: str
) -> tuple[Choice, ...]:
    """Of the case's team, those who may be the lead."""
    return _holding(connection, subject, now, Membership.role.in_(model.roles_with("leads")))


def independent_chairs(
    connection: Connection, model: Model, subject: Subject, now: datetime, _place: str = ""
) -> tuple[Choice, ...]:
    """Those who chair and neither hold a role in the line of the case's team nor have worked on the case (WT2013)."""
    if subject.case is None:
        return ()
    in_line = select(Membership.account_id).where(Membership.role.in_(model.roles_with("line")), held_at(now))
    independent = Account.id.not_in(in_line), Account.id.not_in(_worked_on(connection, subject.case))
    return _holding(connection, subject, now, Membership.role.in_(model.roles_with("chairs")), *independent)


def _worked_on(connection: Connection, case: str) -> frozenset[str]:
    """Who did something in the case that is not for a chair to do: chairing it is no work on it."""
    done = connection.execute(
        select(Answers.account_id, Answers.process, Answers.element, Instance.bundle_hash)
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
        .order_by(Account.name, Account.id)
        .distinct()
    )
    return tuple(Choice(account, name) for account, name in rows)


def _matches(
    connection: Connection, _model: Model, subject: Subject, _now: datetime, _place: str
) -> tuple[Choice, ...]:
    matches = possible_matches(connection, subject.case) if subject.case else ()
    return tuple(Choice(match.person, match.description) for match in matches)


def _family(connection: Connection, _model: Model, subject: Subject, _now: datetime, _place: str) -> tuple[Choice, ...]:
    """The other children of the family, of cases in the same team: whoever works on this case may know of them."""
    its, other = aliased(Case), aliased(Case)
    rows = connection.execute(
        select(Person.id, Person.given_name, Person.family_name, Person.born, Person.expected, other.closed_at)
        .select_from(its)
        .join(other, and_(other.family_id == its.family_id, other.person_id != its.person_id))
        .join(Person, Person.id == other.person_id)
        .where(its.id == subject.case, other.team_id == its.team_id)
        .order_by(other.opened_at, other.id)
    )
    open_last = {row.id: row for row in sorted(rows, key=lambda row: row.closed_at is None)}
    return tuple(Choice(person, _child(row)) for person, row in open_last.items())


def _child(row: NamedRow) -> str:
    name = f"{row.given_name} {row.family_name}".strip()
    unborn = "not yet born" if row.expected else "date of birth not known"
    born = f"born {row.born.day} {row.born:%B %Y}" if row.born else unborn
    return f"{name}, {born}" + ("" if row.closed_at is None else " (case closed)")


def _invited_to(
    connection: Connection, model: Model, subject: Subject, _now: datetime, place: str
) -> tuple[Choice, ...]:
    """The agencies that were invited the last time that `process.task` was done in the case, once each."""
    process, _, task = place.partition(".")
    where = Answers.case_id == subject.case, Answers.process == process, Answers.element == task
    invited: list[str] = next(answers_given(connection, "invited", *where), list[str]())
    return tuple(choice for choice in _agencies(model) if choice.value in invited)


def _running_work(
    connection: Connection, model: Model, subject: Subject, _now: datetime, _place: str
) -> tuple[Choice, ...]:
    return running_work(connection, model, subject)


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


_SOURCES: Mapping[str, Callable[[Connection, Model, Subject, datetime, str], tuple[Choice, ...]]] = {
    "colleagues": _colleagues,
    "independent_chairs": independent_chairs,
    "invited_to": _invited_to,
    "possible_matches": _matches,
    "family": _family,
    "running_work": _running_work,
}
"""Each takes what stands behind its name: the place of `invited_to process.task`."""
