"""Who gets a task without taking it: the lead of a case, and whomever a manager gives it to.

What is given is theirs, and stands among their tasks. Whoever else may do it can still take it over, or do it: at three
in the morning it is for whoever is on duty. The one who had it is told.
"""

from dataclasses import replace
from functools import cache

from sqlalchemy import Select, String, bindparam, select

from engine.base.subject import Subject
from engine.casework import case_rows
from engine.casework.case_rows import InstanceRow
from engine.casework.letters import notice, with_who_acts
from engine.casework.locked_case import CaseWork
from engine.casework.to_do import GiveToLead
from engine.facts.case_now import OpenItem
from engine.facts.own_work import why_not_judge
from engine.people.identity import Actor
from engine.people.kept_from import is_kept_from
from engine.tables import Account, Instant, Membership, WorkItem, enabled_at, held_at

NOT_YOURS_ANY_MORE = "A colleague does a task that was yours"
TAKEN_FROM_YOU = "A task of yours was given to somebody else, or back to your team"
IS_YOURS = "You have been given a task"


def set_lead(casework: CaseWork, account: str | None) -> None:
    casework.case = replace(casework.case, lead=account)
    casework.change_case(lead_account_id=account)


def change_lead(casework: CaseWork, lead: str) -> None:
    """What nobody has taken that is for the lead to do is theirs from now on, and what the one before had."""
    before = casework.case.lead
    set_lead(casework, lead)
    for item in casework.items.values():
        item.for_lead |= item.owner is None or item.owner == before
    casework.to_do.add(GiveToLead())


def give_to_lead(casework: CaseWork) -> None:
    """The tasks that came up, or came to the case, and are for a role by which the lead leads cases: not those of
    another role of theirs, nor what they must not do as they would judge their own work. Nothing where they do not work
    in the team of the case any more, or it is kept from them.
    """
    lead, leads = casework.case.lead, casework.model_in_force.roles_with("leads")
    found = [one for one in casework.items.values() if one.for_lead and one.owner != lead and one.role in leads]
    for item in casework.items.values():
        item.for_lead = False
    roles = _roles_of(casework, lead) if lead and found else frozenset[str]()
    ours = [one for one in found if one.role in roles and one.agency in (None, casework.model_in_force.leading_agency)]
    for item in sorted(ours, key=lambda one: (one.process, one.element, one.occurrence, _number(casework, one))):
        if lead and not _judges_own(casework, item, lead):
            give(casework, item, lead)


def give(casework: CaseWork, item: OpenItem, account: str, reason: str = "") -> None:
    row = row_of(casework, item)
    said = {"account": account, "role": item.role, "before": item.owner, **({"reason": reason} if reason else {})}
    casework.note("given", row, element=item.element, occurrence=item.occurrence, payload=said)
    item.owner, item.is_given = account, True
    casework.changes.change(WorkItem, item.id, owner_id=account, is_given=True)


def give_by_hand(casework: CaseWork, item: OpenItem, account: str, reason: str) -> None:
    """By a manager."""
    before, by = item.owner, casework.work.actor
    give(casework, item, account, reason)
    tell(casework, before, by, TAKEN_FROM_YOU)
    tell(casework, account, by, IS_YOURS)
    casework.write_record()


def tell(casework: CaseWork, owner: str | None, by: Actor, subject: str = NOT_YOURS_ANY_MORE) -> None:
    """Of a task that is or was theirs, and whoever acts for them. Where they do it themselves, or the product does it,
    nobody is told.
    """
    if owner is None or by.is_system or owner in (by.account, *by.stands_for):
        return
    for account in casework.who_may_know(with_who_acts(casework, owner)):
        if account != by.account:
            notice(casework, account, subject)


def row_of(casework: CaseWork, item: OpenItem) -> InstanceRow:
    """Of the run in which it is to be done, which may have ended before a further step (docs/departures.md)."""
    running = casework.running.get(item.instance)
    return running.row if running else case_rows.instance(casework.connection, item.instance)


def _number(casework: CaseWork, item: OpenItem) -> tuple[int, str]:
    """Of several runs of one process, in the order in which they began."""
    row = row_of(casework, item)
    return row.number, row.started_at.isoformat()


def _judges_own(casework: CaseWork, item: OpenItem, account: str) -> bool:
    row = row_of(casework, item)
    model = casework.model(row)
    if "not_by" not in model.drawings[item.process].elements[item.element].properties:
        return False
    casework.write_rows()
    subject = Subject(item.process, item.element, casework.case.id, item.instance)
    return bool(why_not_judge(casework.connection, model, subject, account))


def _roles_of(casework: CaseWork, account: str) -> frozenset[str]:
    """By which they work in the team of the case now. In re-running, which knows nobody's roles, as it was recorded."""
    if casework.work.alone:
        return casework.recorded_roles_of_lead
    given = {"of_case": casework.case.id, "account": account, "team": casework.case.team, "moment": casework.now}
    return frozenset(casework.connection.scalars(_roles_in_team(), given))


@cache
def _roles_in_team() -> Select[str]:
    """Of somebody whose account is enabled, and from whom the case is not kept."""
    account, case = bindparam("account", type_=String()), bindparam("of_case", type_=String())
    moment = bindparam("moment", type_=Instant)
    return (
        select(Membership.role)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.account_id == account, Membership.team_id == bindparam("team", type_=String()))
        .where(held_at(moment), enabled_at(moment), ~is_kept_from(account, case))
    )
