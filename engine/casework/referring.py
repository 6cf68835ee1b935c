"""A referral arrives: it opens a case for each child, or joins the open case that its sender works on."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from engine.base.errors import NotPossible
from engine.base.identifiers import new_id
from engine.casework.clocks import StoppedDeadline, carry_clock, stopped_clock
from engine.casework.instances import begin
from engine.casework.letters import alert_duty_team, notice
from engine.casework.locked_case import CaseRow, CaseWork, InstanceRow
from engine.casework.parts import give_part
from engine.casework.settling import settle
from engine.facts.matching import folded_name
from engine.people.command import Work
from engine.process.bundle import START
from engine.tables import Answers, Case, Family, Person, Relationship, Team

REFERRAL = "referral"
CONFERENCE = "initial_conference"
"""The process, and the statutory clock of the same name."""
DISAGREED = "disagreed with the closed case"
# Read aloud over a telephone: no letter or digit that sounds or looks like another.
LETTERS = "BCDFGHJKMPQRTVWXY23456789"


def open_cases(work: Work, process: str, answers: Mapping[str, Any], key: str) -> list[tuple[CaseWork, InstanceRow]]:
    """One case a child, linked as a family (WT2013 ch1 para 37). Each holds only what was said of its own child.

    Raises NotPossible for a process that is about no child yet unknown.
    """
    if "children" not in answers:
        raise NotPossible("Choose the case that this is for.")
    family, team = new_id(), _duty_team(work)
    work.connection.execute(insert(Family).values(id=family, authority_id=work.authority, created_at=work.now))
    opened: list[tuple[CaseWork, InstanceRow]] = []
    for number, child in enumerate(answers["children"]):
        casework = open_case(work, _new_row(child, work.authority, family, team), child)
        own = {**answers, "children": [child]}
        opened.append((casework, begin_in(casework, process, own, numbered(key, number))))
    return opened


def begin_in(casework: CaseWork, process: str, answers: Mapping[str, Any], submission: str | None) -> InstanceRow:
    """Starts the process that opened a case, and carries the case on."""
    if process == REFERRAL:
        return receive(casework, answers, submission)
    instance = begin(casework, process, answers, submission=submission)
    settle(casework)
    return instance


def follow_up(done: list[tuple[CaseWork, InstanceRow]]) -> None:
    """What a command in one case calls for in others: other children at risk, and a new case where this is closed."""
    for casework, instance in done:
        for child in casework.other_children:
            _refer_other_child(casework, child)
        for process, thrown in casework.reopened:
            stopped = stopped_clock(casework, CONFERENCE) if process == CONFERENCE else None
            keys = {"id": new_id(), "reference": _new_reference(), "closed_at": None, "in_plan": False}
            linked = open_linked_case(casework.work, replace(casework.case, **keys), casework.case.id)
            go_on_after(linked, _raised_by(casework, instance), process, thrown.payload, stopped)


def go_on_after(
    linked: CaseWork, raised_by: str, process: str, payload: Mapping[str, Any], stopped: StoppedDeadline | None
) -> None:
    """What a disagreement with a closed case called for. `stopped` is the clock of the closed case that runs on."""
    give_part(linked, raised_by, DISAGREED)
    begun = begin(linked, process, {}, payload=payload)
    if stopped:
        carry_clock(linked, begun, CONFERENCE, stopped)
    settle(linked)


def numbered(key: str, number: int = 0) -> str | None:
    """What an instance keeps of its form's key; nothing where the sender gave none."""
    return f"{key}.{number:04}" if key else None


def receive(casework: CaseWork, answers: Mapping[str, Any], submission: str | None) -> InstanceRow:
    """Starts the referral in a case that is locked, new or already open."""
    for agency in sorted(casework.work.actor.agencies):
        give_part(casework, agency, "referred")
    if answers.get("referrer_agency"):
        give_part(casework, answers["referrer_agency"], "referred")
    for agency in answers.get("services_involved", []):
        give_part(casework, agency, "named in the referral")
    instance = begin(casework, REFERRAL, answers, submission=submission)
    if answers.get("immediate_danger") == "yes":
        alert_duty_team(casework)
    if casework.case.lead:
        notice(casework, casework.case.lead, "A new referral in one of your cases")
    settle(casework)
    return instance


def _duty_team(work: Work) -> str:
    team = work.connection.execute(
        select(Team.id).where(Team.duty, Team.authority_id == work.authority)
    ).scalar_one_or_none()
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
        opened = open_case(
            casework.work, _new_row(child, casework.case.authority, casework.case.family, casework.case.team), child
        )
        person = {field: child[field] for field in ("given_name", "family_name", "born") if child.get(field)}
        reason = f"Named in an immediate strategy discussion of case {casework.case.reference}."
        said = {"immediate_danger": "no", "reply_by": "none", "source": "agency", "concerns": reason}
        receive(opened, {**said, "children": [person], "received_at": casework.now.isoformat()}, None)


def _raised_by(casework: CaseWork, instance: InstanceRow) -> str:
    """The agency whose disagreement it was."""
    started: dict[str, Any] = casework.connection.execute(
        select(Answers.answers).where(Answers.instance_id == instance.id, Answers.element == START)
    ).scalar_one()
    return started["raised_by"]


def open_linked_case(work: Work, case: CaseRow, after: str) -> CaseWork:
    """Of the same child, in the same family and team as the one that it comes after: that one stays closed."""
    _insert_case(work, case)
    linked = CaseWork(work, case)
    linked.note("opened_case", payload={**_keys(case), "after": after})
    return linked


def open_case(work: Work, case: CaseRow, child: Mapping[str, Any]) -> CaseWork:
    add_child(work, case, child)
    _insert_case(work, case)
    casework = CaseWork(work, case)
    casework.note("opened_case", payload={**_keys(case), "child": dict(child)})
    return casework


def add_child(work: Work, case: CaseRow, child: Mapping[str, Any]) -> None:
    """The person of a case, in their family."""
    work.connection.execute(
        insert(Person).values(
            id=case.person,
            authority_id=case.authority,
            given_name=child["given_name"],
            family_name=child["family_name"],
            born=case.born,
            expected=case.expected,
            address=child.get("address", ""),
            match_name=folded_name(child["given_name"], child["family_name"]),
        )
    )
    work.connection.execute(insert(Relationship).values(family_id=case.family, person_id=case.person, kind="child"))


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
            opened_at=work.now,
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


def _new_row(child: Mapping[str, Any], authority: str, family: str, team: str) -> CaseRow:
    born, expected = date_of_birth(child)
    keys = (new_id(), authority, _new_reference(), new_id(), family, team)
    return CaseRow(*keys, lead=None, closed_at=None, born=born, expected=expected, in_plan=False)


def _new_reference() -> str:
    """Random, so that one reference says nothing of another or of how many there are."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(2))


def date_of_birth(child: Mapping[str, Any]) -> tuple[date | None, date | None]:
    """Of a child of the form: the day it was born, and the day it is expected."""
    born, expected = child.get("born"), child.get("expected")
    return date.fromisoformat(born) if born else None, date.fromisoformat(expected) if expected else None
