"""Who or what may be chosen in a form: known only where the case is, so asked for inside the transaction."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select
from sqlalchemy.sql.elements import ColumnElement

from engine.base.subject import Subject
from engine.facts.matching import possible_matches
from engine.forms import Choice
from engine.process.bundle import START, Model
from engine.tables import Account, Answers, Case, Instance, Membership

# People who take part for social care itself stand beside the agencies (pathway: roles).
OWN_PEOPLE = ("social_worker", "team_manager")
REFERRING_AGENCY = "referring_agency"
# Who works on, manages or supervises a case of the team (WT2013: the chair is independent of all three).
LINE = ("social_worker", "team_manager", "service_manager")


def candidates(
    connection: Connection, model: Model, subject: Subject, now: datetime
) -> Mapping[str, tuple[Choice, ...]]:
    """By id of the field or kind of question, for those that the form asks."""
    form = model.form(subject.process, subject.element) or {}
    fields = form.get("properties", {})
    kinds = {field.get("x-ui", {}).get("kind") for field in fields.values()}
    found: dict[str, tuple[Choice, ...]] = {}
    if "agencies" in kinds:
        found |= _taking_part(model, subject)
    if kinds & {"person", "people"}:
        found["person"] = found["people"] = _colleagues(connection, subject, now)
    if "chair" in fields:
        found["chair"] = independent_chairs(connection, subject, now)
    return found | {field: offer(connection, model, subject) for field, offer in _OFFERS.items() if field in fields}


def _taking_part(model: Model, subject: Subject) -> dict[str, tuple[Choice, ...]]:
    """Social care's own people are invited and take part too; only agencies are asked to write or to contribute."""
    agencies = _agencies(model)
    everybody = (*_own_people(model, subject), *agencies)
    return {"agencies": agencies, "took_part": everybody, "invited": everybody}


def _agencies(model: Model) -> tuple[Choice, ...]:
    """Those that can be asked: the leading agency is never a contributor to its own work."""
    return tuple(Choice(one.id, one.name) for one in model.agencies.values() if not one.leads)


def _own_people(model: Model, subject: Subject) -> tuple[Choice, ...]:
    own = tuple(Choice(role, model.roles[role].name) for role in OWN_PEOPLE)
    if subject.process != "strategy_discussion":
        return own
    return (*own, Choice(REFERRING_AGENCY, "The agency that referred"))


def _colleagues(connection: Connection, subject: Subject, now: datetime) -> tuple[Choice, ...]:
    """The social workers of the case's team."""
    return _holding(connection, subject, now, Membership.role == "social_worker")


def independent_chairs(connection: Connection, subject: Subject, now: datetime) -> tuple[Choice, ...]:
    """Conference chairs who neither hold a role in the line of the case's team nor have worked on the case."""
    in_line = select(Membership.account_id).where(Membership.role.in_(LINE), *_held(now))
    worked = (
        select(Answers.account_id)
        .join(Instance, Instance.id == Answers.instance_id)
        .where(Answers.case_id == subject.case, Answers.account_id.is_not(None))
        .where(Answers.element.not_in(("hold_conference", "hold_review_conference", "meet_family")))
        .where(Answers.element.not_in(("bring_forward_review",)))
    )
    chairs = (Membership.role == "conference_chair", Account.id.not_in(in_line), Account.id.not_in(worked))
    return _holding(connection, subject, now, *chairs)


def _holding(
    connection: Connection, subject: Subject, now: datetime, *conditions: ColumnElement[bool]
) -> tuple[Choice, ...]:
    if subject.case is None:
        return ()
    rows = connection.execute(
        select(Account.id, Account.name)
        .join(Membership, Membership.account_id == Account.id)
        .join(Case, Case.team_id == Membership.team_id)
        .where(Case.id == subject.case, *_held(now), Account.disabled_at.is_(None), *conditions)
        .order_by(Account.name, Account.id)
        .distinct()
    )
    return tuple(Choice(account, name) for account, name in rows)


def _held(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Membership.held_from <= now, or_(Membership.held_until.is_(None), Membership.held_until > now)


def _matches(connection: Connection, _model: Model, subject: Subject) -> tuple[Choice, ...]:
    matches = possible_matches(connection, subject.case) if subject.case else ()
    return tuple(Choice(match.person, match.description) for match in matches)


def _invited_to_the_first_conference(connection: Connection, model: Model, subject: Subject) -> tuple[Choice, ...]:
    """The least who hear that a plan has ended (WT2013, discontinuing), once each."""
    statement = (
        select(Answers.answers)
        .where(Answers.case_id == subject.case, Answers.element == "arrange_conference")
        .order_by(Answers.at.desc(), Answers.id)
        .limit(1)
    )
    arranged: Mapping[str, Any] = connection.execute(statement).scalar_one_or_none() or {}
    return tuple(choice for choice in _agencies(model) if choice.value in arranged.get("invited", ()))


def running_work(connection: Connection, model: Model, subject: Subject) -> tuple[Choice, ...]:
    """What a manager who closes the case would withdraw, each with its own reason."""
    if (subject.process, subject.element) != ("case_closure", START):
        return ()
    rows = connection.execute(
        select(Instance.process, Instance.number)
        .where(Instance.case_id == subject.case, Instance.status == "running", Instance.process != "case_closure")
        .order_by(Instance.started_at, Instance.process, Instance.number)
    )
    return tuple(Choice(work_name(process, number), _title(model, process, number)) for process, number in rows)


def work_name(process: str, number: int) -> str:
    """How a running process of a case is named in answers: `assessment`, and from the second on `assessment_2`."""
    return process if number == 1 else f"{process}_{number}"


def _title(model: Model, process: str, number: int) -> str:
    name = model.drawings[process].name if process in model.drawings else process
    return name if number == 1 else f"{name} ({number})"


_OFFERS: Mapping[str, Callable[[Connection, Model, Subject], tuple[Choice, ...]]] = {
    "known_person": _matches,
    "withdrawn": running_work,
    "notified": _invited_to_the_first_conference,
}
