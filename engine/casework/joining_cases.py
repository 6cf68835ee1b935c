"""One child, one open case: once somebody has said that a child is one with an open case, the two are joined.

The case that was opened first goes on. All that the newer one holds goes over into it, and the newer one ends there.
Each instance says from which case it came, and both chains say that it went.
"""

from collections.abc import Collection

from sqlalchemy import Connection, and_, case, exists, func, insert, literal, select, update
from sqlalchemy.orm import aliased

from engine.casework.case_rows import INSTANCE_COLUMNS, instance_of
from engine.casework.joining_lives import make_one_life
from engine.casework.joining_plans import make_one_plan
from engine.casework.joining_work import make_one
from engine.casework.letters import notice, people_of_team, with_who_acts
from engine.casework.locked_case import CaseWork
from engine.casework.moving import complete, withdraw_closures
from engine.casework.to_do import ActOnPassedClocks, GiveToLead, JoinCases, SameChildSaid
from engine.tables import (
    Alarm,
    AnswerCorrection,
    Answers,
    Case,
    CaseAction,
    Deadline,
    Departure,
    DisputeNote,
    Draft,
    Instance,
    Membership,
    Outbox,
    PersonalFact,
    RestingMark,
    RestrictedCase,
    SharedInformation,
    SharingWish,
    Wait,
    WorkItem,
    held_at,
    plan_in_force,
)

GOES_ON = "A case of yours goes on in another one"
TAKES_OVER = "Another case of the same child goes on in one of yours"


def join_cases(casework: CaseWork, joining: JoinCases) -> CaseWork | None:
    """Gives the other case, which is still to be settled; none where this one is re-run by itself."""
    other = casework.joins_with
    here = {one.case.id: one for one in (casework, other) if one}
    for one in here.values():
        one.write_rows()
    newer, older = here.get(joining.newer), here.get(joining.older)
    own = {one.instance for one in older.items.values()} if older and joining.said else set[str]()
    for one in here.values():
        one.same_child = tuple(each for each in one.same_child if each.case.id not in here)
    restrict_both(casework.connection, joining.newer, joining.older)
    if newer:
        _end_as_joined(newer, joining)
    move_rows(casework.connection, joining.newer, joining.older)
    if older:
        _take_over(older, joining, own)
    return other


def _end_as_joined(newer: CaseWork, joining: JoinCases) -> None:
    newer.closed_at, newer.plan_since = newer.now, None
    newer.change_case(closed_at=newer.now, joined_to_id=joining.older)
    newer.note("joined", payload={"into": joining.older})
    # Its parts do not end with it: those who hold one are told what becomes of it where it goes on.
    for left in (newer.running, newer.items, newer.deadlines, newer.parts):
        left.clear()
    tell_lead_and_managers(newer, GOES_ON)


def _take_over(older: CaseWork, joining: JoinCases, own: Collection[str]) -> None:
    """The lead and the team are those of the older case; work for the team is that team's from now on. `own` are the
    instances of which something was open in it before.
    """
    own_plan, before = older.plan_since, {*older.items}
    told = {"case": joining.newer, "team": joining.team, "plan_since": joining.plan_since}
    both = {"own_plan_since": own_plan.isoformat()} if own_plan and joining.plan_since else {}
    unborn = {"expected": older.case.expected.isoformat()} if older.case.expected else {}
    older.note("took_over", payload={**told, **both, **unborn})
    older.took_over = True
    older.read_again()
    for item in older.items.values():
        item.for_lead |= item.id not in before and item.owner is None
    older.to_do.add(GiveToLead())
    if joining.team != older.case.team:
        give_to_team(older)
    if joining.said:
        _answer_for_both(older, joining.said, own)
    withdraw_closures(older, "another case of the same child was joined to this one")
    make_one(older)
    if own_plan and joining.plan_since:
        make_one_plan(older, joining, own_plan)
    make_one_life(older, joining.newer)
    tell_lead_and_managers(older, TAKES_OVER, managers=joining.team != older.case.team)
    older.to_do.add(ActOnPassedClocks())


def _answer_for_both(older: CaseWork, said: SameChildSaid, own: Collection[str]) -> None:
    """The same question of the newer case, who the child is and what the concerns are, is answered with it: whoever
    says it here says it of both. What a drawing of another day asks otherwise stays open.
    """
    for item in [one for one in older.items.values() if one.instance not in own and not one.is_further]:
        asks = (
            item.process,
            item.element,
            older.model(older.running[item.instance].row).form(item.process, item.element),
        )
        if asks == (said.process, said.element, said.form):
            complete(older, item.id, said.answers, by=older.work.actor)


def tell_lead_and_managers(casework: CaseWork, subject: str, *, managers: bool = True) -> None:
    """Its lead, and whoever manages its team."""
    supervise = casework.model_in_force.roles_with("supervises")
    told = people_of_team(casework, supervise) if managers else []
    lead = casework.who_may_know(with_who_acts(casework, casework.case.lead)) if casework.case.lead else []
    for account in dict.fromkeys([*lead, *told]):
        if account != casework.work.actor.account:
            notice(casework, account, subject)


def move_rows(connection: Connection, newer: str, older: str) -> None:
    """One statement a table. What is numbered is numbered on, after what the older case has of its kind."""
    for table, kind in ((Instance, Instance.process), (Deadline, Deadline.clock)):
        counted = select(kind, func.count()).where(table.case_id == older).group_by(kind)
        before = {row[0]: row[1] for row in connection.execute(counted)}
        number = table.number + (case(before, value=kind, else_=0) if before else 0)
        came = {"came_from_id": func.coalesce(Instance.came_from_id, newer)} if table is Instance else {}
        connection.execute(update(table).where(table.case_id == newer).values(case_id=older, number=number, **came))
    for table in (WorkItem, Wait, Answers, Alarm, DisputeNote, AnswerCorrection, RestingMark, Departure):
        connection.execute(update(table).where(table.case_id == newer).values(case_id=older))
    for table in (CaseAction, Outbox, SharedInformation, SharingWish, PersonalFact):
        written_in = func.coalesce(table.came_from_id, newer)
        connection.execute(update(table).where(table.case_id == newer).values(case_id=older, came_from_id=written_in))
    _move_drafts(connection, newer, older)
    _move_plan(connection, newer, older)


def restrict_both(connection: Connection, one: str, other: str) -> None:
    """Whatever restricts one of the two cases restricts both: nobody comes to know of what was kept from them."""
    both, theirs = aliased(RestrictedCase), aliased(RestrictedCase)
    for of, onto in ((one, other), (other, one)):
        has = exists().where(theirs.restriction_id == both.restriction_id, theirs.case_id == onto)
        rows = select(both.restriction_id, literal(onto)).where(both.case_id == of, ~has)
        connection.execute(insert(RestrictedCase).from_select(["restriction_id", "case_id"], rows))


def _move_drafts(connection: Connection, newer: str, older: str) -> None:
    """Of what somebody is about to begin there; a draft of a task stays with the task."""
    other = aliased(Draft)
    there = func.replace(Draft.subject, newer, older)
    taken = exists().where(other.account_id == Draft.account_id, other.subject == there)
    mine = Draft.subject.endswith(f":{newer}", autoescape=True)
    connection.execute(update(Draft).where(mine, ~taken).values(subject=there))
    connection.execute(update(Draft).where(Draft.case_id == newer).values(case_id=older))


def _move_plan(connection: Connection, newer: str, older: str) -> None:
    """The plan in force is one of the case that goes on; of two it is the one that began first."""
    theirs = aliased(Case)
    plan_from = select(theirs.plan_from).where(theirs.id == newer).scalar_subquery()
    in_force = exists().where(theirs.id == newer, theirs.plan_from.is_not(None), theirs.plan_until.is_(None))
    own_began_first = and_(plan_in_force(), Case.plan_from <= plan_from)
    connection.execute(
        update(Case).where(Case.id == older, in_force, ~own_began_first).values(plan_from=plan_from, plan_until=None)
    )
    connection.execute(update(Case).where(Case.id == newer, plan_in_force()).values(plan_from=None))


def give_to_team(older: CaseWork) -> None:
    """What its people have taken who are not of this team is handed back, so that somebody can go on with it."""
    open_here = and_(WorkItem.case_id == older.case.id, WorkItem.closed_at.is_(None), WorkItem.team_id.is_not(None))
    ours = exists().where(
        Membership.account_id == WorkItem.owner_id, Membership.team_id == older.case.team, held_at(older.now)
    )
    held = (
        select(WorkItem.id, WorkItem.element, WorkItem.occurrence, *INSTANCE_COLUMNS)
        .join(Instance, Instance.id == WorkItem.instance_id)
        .where(open_here, WorkItem.team_id != older.case.team, WorkItem.owner_id.is_not(None), ~ours)
        .order_by(Instance.process, Instance.number, WorkItem.element, WorkItem.occurrence)
    )
    for row in older.connection.execute(held).all():
        older.changes.change(WorkItem, row.id, owner_id=None, is_given=False)
        older.note("handed_back", instance_of(row), element=row.element, occurrence=row.occurrence)
    older.connection.execute(update(WorkItem).where(open_here).values(team_id=older.case.team))
