"""What is asked where a task goes to somebody, to somebody else, or back to the team; and who can have it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from engine.base.subject import Subject
from engine.facts.own_work import who_is_judged
from engine.forms.questions import Schema
from engine.people.kept_from import is_kept_from
from engine.process.bundle import Model
from engine.tables import Account, Case, Membership, WorkItem, enabled_at, held_at

TEAM = "team"
"""As an answer: nobody has it, it waits for the team."""
NO_HINTS: Mapping[str, str] = {}
WHY: Schema = {
    "type": "string",
    "title": "Why?",
    "description": "This is kept with the case.",
    "maxLength": 500,
    "x-ui": {"kind": "long_text", "rows": 3},
}
_IS_KEPT_FROM_THEM = is_kept_from(Account.id, Case.id)


def who_can_have(connection: Connection, model: Model, item: str, now: datetime) -> Mapping[str, str]:
    """Names by account of whoever could do this task: they hold a role of it in the team of its case, the case is not
    kept from them, and they would not judge their own work. Who is left out for one of these is left out without a
    word. `model` is that of its process. Nobody, where it is another agency's.
    """
    row = connection.execute(
        select(WorkItem.case_id, WorkItem.instance_id, WorkItem.process, WorkItem.element, WorkItem.role)
        .add_columns(WorkItem.also, WorkItem.agency_id)
        .where(WorkItem.id == item)
    ).one()
    if row.agency_id not in (None, model.leading_agency):
        return {}
    judged = who_is_judged(connection, model, Subject(row.process, row.element, row.case_id, row.instance_id))
    found = connection.execute(
        select(Account.id, Account.name)
        .join(Membership, Membership.account_id == Account.id)
        .join(Case, Case.team_id == Membership.team_id)
        .where(Case.id == row.case_id, Membership.role.in_((row.role, *row.also)))
        .where(held_at(now), enabled_at(now), ~_IS_KEPT_FROM_THEM)
        .order_by(Account.name, Account.id)
        .distinct()
    )
    return {one.id: one.name for one in found if one.id not in judged}


def hand_back_form(title: str) -> Schema:
    return {"title": f"Hand back: {title}", "properties": {"reason": WHY}, "required": ["reason"]}


def give_form(people: Mapping[str, str], holder: str | None, hints: Mapping[str, str] = NO_HINTS) -> Schema:
    """Why must be said where somebody has it (`holder`, an account). `hints` say what each has to do already."""
    offered = {account: name for account, name in people.items() if account != holder}
    choices = [_choice(account, name, hints.get(account, "")) for account, name in offered.items()]
    if holder:
        choices.append(_choice(TEAM, "Nobody: it goes back to the team"))
    to: Schema = {"type": "string", "title": "Who is to do it?", "oneOf": choices}
    required = ["to", "reason"] if holder else ["to"]
    return {"title": "Give this task to somebody", "properties": {"to": to, "reason": WHY}, "required": required}


def share_form(
    people: Mapping[str, str],
    tasks: Mapping[str, str],
    hints: Mapping[str, str] = NO_HINTS,
    about: Mapping[str, str] = NO_HINTS,
    *,
    is_somebodys: bool,
) -> Schema:
    """Several tasks to one colleague. `hints` are of people, `about` of tasks; `is_somebodys`: somebody has them."""
    offered = [_choice(item, title, about.get(item, "")) for item, title in tasks.items()]
    to = [_choice(account, name, hints.get(account, "")) for account, name in people.items()]
    if is_somebodys:
        to.append(_choice(TEAM, "Nobody: they go back to the team"))
    asked: dict[str, Schema] = {
        "tasks": {"type": "array", "title": "Which tasks?", "items": {"type": "string", "oneOf": offered}},
        "to": {"type": "string", "title": "Who is to do them?", "oneOf": to},
        "reason": WHY,
    }
    required = ["tasks", "to", "reason"] if is_somebodys else ["tasks", "to"]
    return {"title": "Share out tasks", "properties": asked, "required": required}


def _choice(value: str, title: str, hint: str = "") -> Schema:
    return {"const": value, "title": title, **({"description": hint} if hint else {})}
