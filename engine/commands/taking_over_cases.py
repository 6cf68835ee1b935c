"""What runs in another system goes on here, a child and a transaction at a time."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import insert, or_, select

from engine.base.database import one_at_a_time, undone_if_it_fails
from engine.base.errors import BadAnswers
from engine.base.identifiers import new_id
from engine.base.subject import Subject
from engine.casework.checked_answers import checked, digest
from engine.casework.coming_over import take_over
from engine.casework.effects import child_said
from engine.casework.locked_case import CaseWork
from engine.casework.referring import new_case, open_case
from engine.casework.to_do import Steps
from engine.commands.accounts import folded
from engine.facts.elsewhere_columns import FAMILY, LEAD, TEAM
from engine.facts.elsewhere_files import ChildElsewhere
from engine.facts.models import in_force
from engine.forms.answer_roles import field_with_role
from engine.likeness.children import plain_number
from engine.likeness.keys import identifier_key
from engine.people.command import CommandRight, Work, command
from engine.process.bundle import START, Model
from engine.record.chain import hold_still
from engine.tables import (
    Account,
    Case,
    Family,
    Membership,
    Organisation,
    Person,
    PersonKey,
    PossibleMatch,
    TakenOver,
    Team,
    held_at,
)

Outcome = Literal["taken over", "here already", "changed since"]


@dataclass(frozen=True, slots=True)
class ClockFrom:
    """A clock that runs from now on. `late_before`: it had run out by then, in the other system."""

    title: str
    counted_from: datetime
    due_at: datetime
    late_before: bool


@dataclass(frozen=True, slots=True)
class ChildTaken:
    """What became of one child of the files. `case` is the reference here, which a dry run makes up and gives up again;
    `tasks` and `clocks` are what is open now, where it was taken over by this, and `alike` the references of cases of
    children who may be the same.
    """

    outcome: Outcome
    case: str
    tasks: tuple[str, ...] = ()
    clocks: tuple[ClockFrom, ...] = ()
    alike: tuple[str, ...] = ()


class _DryRun(Exception):
    """All that was done is to be undone."""


@command(may=CommandRight.SYSTEM)
def take_over_child(work: Work, child: ChildElsewhere, *, dry: bool) -> ChildTaken:
    """A child who was taken over is left as it is, whatever the files say by now. A dry run does the very same and
    undoes it.

    Raises BadAnswers, by the paths of the answers, `lead` and `team`, and NotPossible.
    """
    hold_still(work.connection, work.authority)
    one_at_a_time(work.connection, f"taken over {work.authority}")
    about = {FAMILY: child.family, LEAD: child.lead, TEAM: child.team}
    said = digest({"process": child.process, "answers": child.answers, **about})
    if before := _taken_before(work, child, said):
        return before
    taken: ChildTaken | None = None
    try:
        with undone_if_it_fails(work.connection):
            taken = _take(work, child, said)
            if dry:
                raise _DryRun
    except _DryRun:
        pass
    if taken is None:
        raise AssertionError("nothing was taken over, and nothing said so")
    return taken


def _taken_before(work: Work, child: ChildElsewhere, said: str) -> ChildTaken | None:
    row = work.connection.execute(
        select(TakenOver.said, Case.reference)
        .join(Case, Case.id == TakenOver.case_id)
        .where(TakenOver.authority_id == work.authority, TakenOver.old_reference == child.reference)
    ).one_or_none()
    if row is None:
        return None
    return ChildTaken("here already" if row.said == said else "changed since", row.reference)


def _take(work: Work, child: ChildElsewhere, said: str) -> ChildTaken:
    model = in_force(work.connection, work.authority)
    form = model.form(child.process, START) or {}
    lead, team = _lead(work, model, child)
    answers = checked(work, model, Subject(child.process, START), child.answers, None)
    field = field_with_role(form, "children") or ""
    of_child = child_said(form["properties"][field]["items"], answers[field][0])
    _must_be_unknown(work, form["properties"][field]["items"], of_child, f"{field}.0")
    case = new_case(work, of_child, _family(work, child.family), team, lead)
    casework = open_case(work, case, of_child, Steps())
    came = {"old_reference": child.reference, "family": child.family, "said": said}
    take_over(casework, child.process, answers, came)
    alike = _alike(work, case.person)
    return ChildTaken("taken over", case.reference, (*_tasks(casework),), (*_clocks(casework),), alike)


def _alike(work: Work, person: str) -> tuple[str, ...]:
    rows = work.connection.scalars(
        select(Case.reference)
        .join(PossibleMatch, PossibleMatch.known_id == Case.person_id)
        .where(PossibleMatch.person_id == person)
        .order_by(Case.opened_at, Case.reference)
    )
    return tuple(rows)


def _tasks(casework: CaseWork) -> Iterator[str]:
    for item in casework.items.values():
        yield casework.model_in_force.title(item.process, item.element)


def _clocks(casework: CaseWork) -> Iterator[ClockFrom]:
    rules = casework.model_in_force.rules
    for one in sorted(casework.deadlines, key=lambda each: (each.due_at, each.clock)):
        yield ClockFrom(rules[one.clock].title, one.counted_from, one.due_at, one.late_before)


def _lead(work: Work, model: Model, child: ChildElsewhere) -> tuple[str, str]:
    """The account of whoever leads the case, and the team that has it: where they lead cases now."""
    account = work.connection.scalar(
        select(Account.id).where(
            *(Account.authority_id == work.authority, Account.email == folded(child.lead)),
            or_(Account.disabled_at.is_(None), Account.disabled_at > work.now),
        )
    )
    if account is None:
        raise BadAnswers({LEAD: f"Nobody has an account here as {child.lead}, or it is disabled"})
    teams = _teams_of(work, account, model.roles_with("leads"))
    if not teams:
        raise BadAnswers({LEAD: f"{child.lead} leads cases in no team"})
    if child.team:
        teams = {team: name for team, name in teams.items() if name.casefold() == child.team.casefold()}
    if len(teams) != 1:
        words = f"{child.lead} leads cases in no team of this name" if child.team else "Say which of their teams has it"
        raise BadAnswers({TEAM: words})
    return account, next(iter(teams))


def _teams_of(work: Work, account: str, roles: Collection[str]) -> Mapping[str, str]:
    rows = work.connection.execute(
        select(Team.id, Team.name)
        .join(Membership, Membership.team_id == Team.id)
        .join(Organisation, Organisation.id == Team.organisation_id)
        .where(Membership.account_id == account, Membership.role.in_(roles), held_at(work.now), Organisation.leads)
    )
    return {row.id: row.name for row in rows}


def _must_be_unknown(work: Work, item: Mapping[str, Any], of_child: Mapping[str, Any], path: str) -> None:
    """Nobody with an open case here has the number. Who is alike by name alone is shown on the case, as for each."""
    for role, column in (("nhs_number", Person.nhs_number), ("upn", Person.upn)):
        number = plain_number(of_child.get(role, ""))
        if not number:
            continue
        rows = work.connection.execute(
            select(column.label("number"), Case.reference)
            .join(PersonKey, PersonKey.person_id == Person.id)
            .join(Case, or_(Case.person_id == Person.id, Case.same_person_id == Person.id))
            .where(PersonKey.key == identifier_key(work.authority, number), Person.authority_id == work.authority)
            .where(Case.closed_at.is_(None))
            .order_by(Case.opened_at)
        )
        if found := next((row.reference for row in rows if plain_number(row.number) == number), None):
            words = f"This number is that of a child with an open case here, {found}: look whether it is the same child"
            raise BadAnswers({f"{path}.{field_with_role(item, role)}": words})


def _family(work: Work, word: str) -> str:
    """That of brothers and sisters who were taken over before, else a new one."""
    of_word = (TakenOver.authority_id == work.authority, TakenOver.family == word, TakenOver.family != "")
    found = work.connection.scalar(
        select(Case.family_id).join(TakenOver, TakenOver.case_id == Case.id).where(*of_word).limit(1)
    )
    if found:
        return found
    family = new_id()
    work.connection.execute(insert(Family).values(id=family, authority_id=work.authority, created_at=work.now))
    return family
