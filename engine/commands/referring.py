"""A referral arrives: it opens a case for each child, or joins the open case that its sender works on."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from engine.commands.casework import CaseRow, CaseWork, InstanceRow
from engine.commands.clocks import carry_clock
from engine.commands.command import Work
from engine.commands.instances import begin
from engine.commands.letters import alert_duty_team, notice
from engine.commands.parts import give_part
from engine.commands.settling import settle
from engine.errors import NotPossible
from engine.identifiers import new_id
from engine.matching import folded_name
from engine.process.bundle import START
from engine.tables import Answers, Case, Family, Person, Relationship, Team

REFERRAL = "referral"
CONFERENCE = "initial_conference"
"""The process, and the statutory clock of the same name."""
# Read aloud over a telephone: no letter or digit that sounds or looks like another.
LETTERS = "BCDFGHJKMPQRTVWXY23456789"


def open_cases(
    work: Work, process: str, answers: Mapping[str, Any], submission: str
) -> list[tuple[CaseWork, InstanceRow]]:
    """One case a child, linked as a family (WT2013 ch1 para 37). Each holds only what was said of its own child.

    Raises NotPossible for a process that is about no child yet unknown.
    """
    if "children" not in answers:
        raise NotPossible("Choose the case that this is for.")
    family = new_id()
    work.connection.execute(insert(Family).values(id=family, created_at=work.now))
    opened: list[tuple[CaseWork, InstanceRow]] = []
    for child in answers["children"]:
        casework = _open_case(work, child, family, _duty_team(work))
        own = {**answers, "children": [child]}
        instance = (
            receive(casework, own, submission) if process == REFERRAL else begin_in(casework, process, own, submission)
        )
        opened.append((casework, instance))
    return opened


def begin_in(casework: CaseWork, process: str, answers: Mapping[str, Any], submission: str = "") -> InstanceRow:
    """Starts a process in a case that is locked, and carries the case on."""
    instance = begin(casework, process, answers, submission=submission or None)
    settle(casework)
    return instance


def follow_up(done: list[tuple[CaseWork, InstanceRow]]) -> None:
    """What a command in one case calls for in others: other children at risk, and a new case where this is closed."""
    for casework, instance in done:
        for child in casework.other_children:
            _refer_other_child(casework, child)
        for process, thrown in casework.reopened:
            linked = _open_linked_case(casework)
            give_part(linked, _raised_by(casework, instance), "disagreed with the closed case")
            begun = begin(linked, process, {}, payload=thrown.payload)
            if process == CONFERENCE:
                carry_clock(casework, linked, begun, CONFERENCE)
            settle(linked)


def receive(casework: CaseWork, answers: Mapping[str, Any], submission: str) -> InstanceRow:
    """Starts the referral in a case that is locked, new or already open."""
    for agency in sorted(casework.work.actor.agencies):
        give_part(casework, agency, "referred")
    if answers.get("referrer_agency"):
        give_part(casework, answers["referrer_agency"], "referred")
    for agency in answers.get("services_involved", []):
        give_part(casework, agency, "named in the referral")
    instance = begin(casework, REFERRAL, answers, submission=submission or None)
    if answers.get("immediate_danger") == "yes":
        alert_duty_team(casework)
    if casework.case.lead:
        notice(casework, casework.case.lead, "A new referral in one of your cases")
    settle(casework)
    return instance


def _duty_team(work: Work) -> str:
    team = work.connection.execute(select(Team.id).where(Team.duty)).scalar_one_or_none()
    if team is None:
        raise NotPossible("No team takes referrals yet. An administrator names the duty team.")
    return team


def _refer_other_child(casework: CaseWork, child: Mapping[str, Any]) -> None:
    """Unless a child of that name and family has an open case, one opens with a referral of its own."""
    name = folded_name(child["given_name"], child["family_name"])
    known = casework.connection.execute(
        select(Case.id)
        .join(Person, Person.id == Case.person_id)
        .where(Person.match_name == name, Case.family_id == casework.case.family, Case.closed_at.is_(None))
    ).first()
    if known is None:
        opened = _open_case(casework.work, child, casework.case.family, casework.case.team)
        person = {field: child[field] for field in ("given_name", "family_name", "born") if child.get(field)}
        reason = f"Named in an immediate strategy discussion of case {casework.case.reference}."
        said = {"immediate_danger": "no", "reply_by": "none", "source": "agency", "concerns": reason}
        receive(opened, {**said, "children": [person], "received_at": casework.now.isoformat()}, "")


def _raised_by(casework: CaseWork, instance: InstanceRow) -> str:
    """The agency whose disagreement it was."""
    started: dict[str, Any] = casework.connection.execute(
        select(Answers.answers).where(Answers.instance_id == instance.id, Answers.element == START)
    ).scalar_one()
    return started["raised_by"]


def _open_linked_case(casework: CaseWork) -> CaseWork:
    """Of the same child, in the same family and team: the closed one stays closed."""
    case, reference = new_id(), _new_reference()
    closed, work = casework.case, casework.work
    values = {"person_id": closed.person, "family_id": closed.family, "team_id": closed.team}
    work.connection.execute(
        insert(Case).values(id=case, reference=reference, opened_at=work.now, lead_account_id=closed.lead, **values)
    )
    linked = CaseWork(work, replace(closed, id=case, reference=reference, closed_at=None, in_plan=False))
    linked.note("opened_case", payload={"reference": reference, "after": closed.id})
    return linked


def _open_case(work: Work, child: Mapping[str, Any], family: str, team: str) -> CaseWork:
    person, case, reference = new_id(), new_id(), _new_reference()
    born, expected = _date(child.get("born")), _date(child.get("expected"))
    work.connection.execute(
        insert(Person).values(
            id=person,
            given_name=child["given_name"],
            family_name=child["family_name"],
            born=born,
            expected=expected,
            address=child.get("address", ""),
            match_name=folded_name(child["given_name"], child["family_name"]),
        )
    )
    work.connection.execute(insert(Relationship).values(family_id=family, person_id=person, kind="child"))
    work.connection.execute(
        insert(Case).values(
            id=case, reference=reference, person_id=person, family_id=family, team_id=team, opened_at=work.now
        )
    )
    row = CaseRow(case, reference, person, family, team, None, None, born, expected, in_plan=False)
    casework = CaseWork(work, row)
    casework.note("opened_case", payload={"reference": reference, "child": dict(child), "family": family})
    return casework


def _new_reference() -> str:
    """Random, so that one reference says nothing of another or of how many there are."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(2))


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
