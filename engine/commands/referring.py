"""A referral arrives: it opens a case for each child, or joins the open case that its sender works on."""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from engine.commands.casework import CaseRow, CaseWork, InstanceRow
from engine.commands.command import Work
from engine.commands.instances import begin
from engine.commands.letters import alert_duty_team, notice
from engine.commands.parts import give_part
from engine.commands.settling import settle
from engine.errors import NotPossible
from engine.identifiers import new_id
from engine.matching import folded_name
from engine.tables import Case, Family, Person, Relationship, Team

REFERRAL = "referral"
# Read aloud over a telephone: no letter or digit that sounds or looks like another.
LETTERS = "BCDFGHJKMPQRTVWXY23456789"


def open_cases(work: Work, answers: Mapping[str, Any], submission: str) -> list[tuple[CaseWork, InstanceRow]]:
    """One case a child, linked as a family (WT2013 ch1 para 37). Each holds only what was said of its own child."""
    team = work.connection.execute(select(Team.id).where(Team.duty)).scalar_one_or_none()
    if team is None:
        raise NotPossible("No team takes referrals yet. An administrator names the duty team.")
    family = new_id()
    work.connection.execute(insert(Family).values(id=family, created_at=work.now))
    opened: list[tuple[CaseWork, InstanceRow]] = []
    for child in answers["children"]:
        casework = _open_case(work, child, family, team)
        instance = receive(casework, {**answers, "children": [child]}, submission)
        opened.append((casework, instance))
    return opened


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
