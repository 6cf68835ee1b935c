"""A case goes to another team: who had it works in it no longer, and the other team finds it as it stands."""

from dataclasses import replace

from sqlalchemy import and_, exists, select

from engine.casework import case_rows
from engine.casework.keeping_out import ask_for_lead
from engine.casework.letters import notice, people_of_team
from engine.casework.locked_case import CaseWork
from engine.casework.settling import settle
from engine.tables import Instance, Membership, WorkItem, held_at


def move_to_team(casework: CaseWork, team: str, reason: str) -> None:
    """What waits for the team waits for the other one. What people had taken who do not work there is handed back. The
    lead social worker stays only if they work there; else the models say what asks for a new one
    (`begins_without_lead`).
    """
    before, lead = casework.case.team, casework.case.lead
    stays = lead if lead and _works_in(casework, lead, team) else None
    casework.note("team_changed", payload={"team": team, "before": before, "reason": reason, "lead": stays})
    casework.case = replace(casework.case, team=team, lead=stays)
    casework.change_case(team_id=team, lead_account_id=stays)
    _move_tasks(casework, before, team)
    if lead and not stays:
        ask_for_lead(casework)
    for account in people_of_team(casework, casework.model_in_force.roles_with("supervises")):
        notice(casework, account, "A case has come to your team")
    settle(casework)


def _move_tasks(casework: CaseWork, before: str, team: str) -> None:
    there = exists().where(
        Membership.account_id == WorkItem.owner_id, Membership.team_id == team, held_at(casework.now)
    )
    rows = casework.connection.execute(
        select(WorkItem.id, WorkItem.instance_id, WorkItem.element, WorkItem.occurrence)
        .add_columns(and_(WorkItem.owner_id.is_not(None), ~there).label("leaves"))
        .join(Instance, Instance.id == WorkItem.instance_id)
        .where(WorkItem.case_id == casework.case.id, WorkItem.closed_at.is_(None), WorkItem.team_id == before)
        .order_by(Instance.process, Instance.number, WorkItem.element, WorkItem.occurrence)
    ).all()
    for row in rows:
        casework.changes.change(WorkItem, row.id, team_id=team)
        if row.leaves:
            casework.changes.change(WorkItem, row.id, owner_id=None, is_given=False)
            instance = case_rows.instance(casework.connection, row.instance_id)
            casework.note("handed_back", instance, element=row.element, occurrence=row.occurrence)


def _works_in(casework: CaseWork, account: str, team: str) -> bool:
    held = select(Membership.id).where(Membership.account_id == account, Membership.team_id == team)
    return casework.connection.execute(held.where(held_at(casework.now)).limit(1)).one_or_none() is not None
