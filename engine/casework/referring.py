"""The rows and answers of a new case: a child is referred, or a case comes after one that is closed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, literal, select

from engine.base.errors import NotPossible, RefusalCode
from engine.base.identifiers import new_id
from engine.casework.case_references import new_reference
from engine.casework.case_rows import CaseRow
from engine.casework.effects import child_said
from engine.casework.known_children import details_of, make_findable
from engine.casework.locked_case import CaseWork
from engine.casework.to_do import Queue, Steps
from engine.facts.matching import PERSON_COLUMNS, folded_name
from engine.forms import answers_of_system
from engine.forms.answer_roles import field_with_role, fields_with_role
from engine.forms.questions import Schema
from engine.likeness.children import Described
from engine.people.command import Work
from engine.process.bundle import START, Model
from engine.process.vocabulary import PERSON_DETAILS, YES
from engine.tables import Case, Family, Person, Relationship, RestrictedCase, Team


def cases_for_children(
    work: Work, model: Model, process: str, answers: Mapping[str, Any]
) -> Iterator[tuple[CaseWork, dict[str, Any]]]:
    """One new case a child, linked as a family (WT2013 ch1 para 37), with what was said of its own child alone.

    Raises NotPossible for a process that is about no child yet unknown.
    """
    form = model.form(process, START) or {}
    field = field_with_role(form, "children")
    if field is None:
        raise NotPossible("Choose the case that this is for.", code=RefusalCode.CASE_NEEDED)
    family, team, steps = new_id(), _duty_team(work), Steps()
    work.connection.execute(insert(Family).values(id=family, authority_id=work.authority, created_at=work.now))
    for child in answers[field]:
        steps.allow()
        said = child_said(form["properties"][field]["items"], child)
        yield open_case(work, new_case(work, said, family, team), said, steps), {**answers, field: [child]}


def case_for_other_child(casework: CaseWork, child: Mapping[str, Any]) -> CaseWork:
    """In the family of the case. Never matched by name: who is the same child, a social worker decides."""
    steps = casework.to_do.steps
    steps.allow()
    row = new_case(casework.work, child, casework.case.family, casework.case.team)
    return open_case(casework.work, row, child, steps)


def known_child_said(connection: Connection, person: str) -> dict[str, Any]:
    """What is known of a child, by the roles of the questions, as `child_said` gives it."""
    row = connection.execute(select(*PERSON_COLUMNS).where(Person.id == person)).one()
    dates = {name: day.isoformat() for name in ("born", "expected") if (day := getattr(row, name))}
    texts = {name: text for name in ("given_name", "family_name", "address") if (text := getattr(row, name))}
    details = {role: said for role, column in PERSON_DETAILS.items() if (said := getattr(row, column))}
    return texts | dates | details | ({"address_withheld": YES} if row.address_withheld else {})


def case_after(casework: CaseWork) -> CaseWork:
    """Of the same child, in the same family and team as the one that is closed, and stays so."""
    keys = {"id": new_id(), "reference": new_reference(), "closed_at": None, "plan_since": None, "plan_from": None}
    keys |= {"opened_at": casework.now}
    return open_linked_case(casework.work, replace(casework.case, **keys), casework.case.id, casework.to_do.steps)


def answers_for_other_child(model: Model, child: Mapping[str, Any], reason: str, received_at: str) -> dict[str, Any]:
    """What the system itself answers where it refers a child: as the form of the referral says (`x-by-system`)."""
    form = model.form(next(model.starting_with("refers")), START) or {}
    fields: Schema = form["properties"]
    answers = answers_of_system(form)
    for role, answer in (("concerns", reason), ("received_at", received_at)):
        answers |= dict.fromkeys(fields_with_role(form, role), answer)
    for field in fields_with_role(form, "children"):
        asked = {role: field_with_role(fields[field]["items"], role) for role in child}
        answers[field] = [{name: child[role] for role, name in asked.items() if name}]
    return answers


def _duty_team(work: Work) -> str:
    team = work.connection.execute(
        select(Team.id).where(Team.duty, Team.authority_id == work.authority)
    ).scalar_one_or_none()
    if team is None:
        raise NotPossible(
            "No team takes referrals yet. An administrator names the duty team.", code=RefusalCode.NO_DUTY_TEAM
        )
    return team


def open_linked_case(work: Work, case: CaseRow, after: str, steps: Steps) -> CaseWork:
    """Of the same child, in the same family and team as the one that it comes after: that one stays closed, and what
    restricts it restricts this one.
    """
    _insert_case(work, case)
    restricted = select(RestrictedCase.restriction_id, literal(case.id)).where(RestrictedCase.case_id == after)
    work.connection.execute(insert(RestrictedCase).from_select(["restriction_id", "case_id"], restricted))
    linked = CaseWork(work, case, Queue(steps), is_new=True)
    linked.note("opened_case", payload={**_keys(case), "after": after})
    return linked


def open_case(work: Work, case: CaseRow, child: Mapping[str, Any], steps: Steps) -> CaseWork:
    """`child` is what was said of it, by the roles of the questions."""
    add_child(work, case, child)
    _insert_case(work, case)
    casework = CaseWork(work, case, Queue(steps), is_new=True)
    casework.note("opened_case", payload={**_keys(case), "child": dict(child)})
    return casework


def add_child(work: Work, case: CaseRow, child: Mapping[str, Any]) -> None:
    """The person of a case, in their family, found by whoever looks for them from now on. A name that nobody knows is
    left open.
    """
    given_name, family_name = (child.get(name, "") for name in ("given_name", "family_name"))
    details = details_of(child)
    work.connection.execute(
        insert(Person).values(
            id=case.person,
            authority_id=case.authority,
            given_name=given_name,
            family_name=family_name,
            born=case.born,
            expected=case.expected,
            address=child.get("address", ""),
            match_name=folded_name(given_name, family_name),
            **details,
        )
    )
    work.connection.execute(insert(Relationship).values(family_id=case.family, person_id=case.person, kind="child"))
    said = Described(
        given_name=given_name,
        family_name=family_name,
        born=case.born,
        expected=case.expected,
        address=child.get("address", ""),
        telephone=details.get("telephone", ""),
        email=details.get("email", ""),
        nhs_number=details.get("nhs_number", ""),
        upn=details.get("upn", ""),
        references=(case.reference, details.get("other_reference", "")),
    )
    make_findable(work.connection, case.authority, case.person, said)


def _insert_case(work: Work, case: CaseRow) -> None:
    work.connection.execute(
        insert(Case).values(
            id=case.id,
            authority_id=case.authority,
            reference=case.reference,
            person_id=case.person,
            family_id=case.family,
            team_id=case.team,
            lead_account_id=case.lead,
            opened_at=case.opened_at,
            match_name=select(Person.match_name).where(Person.id == case.person).scalar_subquery(),
        )
    )


def _keys(case: CaseRow) -> dict[str, str | None]:
    """All that the row of a case is made from, so that it can be made again from the record."""
    return {
        "authority": case.authority,
        "reference": case.reference,
        "person": case.person,
        "family": case.family,
        "team": case.team,
        "lead": case.lead,
    }


def new_case(work: Work, child: Mapping[str, Any], family: str, team: str, lead: str | None = None) -> CaseRow:
    """Not written yet. `child` is what was said of it, by roles."""
    born, expected = date_of_birth(child)
    return CaseRow(
        id=new_id(),
        authority=work.authority,
        reference=new_reference(),
        person=new_id(),
        family=family,
        team=team,
        lead=lead,
        closed_at=None,
        born=born,
        expected=expected,
        plan_since=None,
        opened_at=work.now,
    )


def date_of_birth(child: Mapping[str, Any]) -> tuple[date | None, date | None]:
    """The day a child was born, and the day it is expected; `child` is what was said of it, by roles."""
    born, expected = child.get("born"), child.get("expected")
    return date.fromisoformat(born) if born else None, date.fromisoformat(expected) if expected else None
