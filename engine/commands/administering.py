"""What an administrator does about people, organisations and teams, beside their roles: add, rename, let in again."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.exc import IntegrityError

from engine.base.database import undone_if_it_fails
from engine.base.errors import AlreadyDone, BadAnswers, NotFound, NotPossible, RefusalCode
from engine.commands.accounts import (
    folded,
    must_be_ours,
    new_account,
    new_organisation,
    new_team,
)
from engine.commands.giving_roles import RoleGiven, give_or_propose, hold_people
from engine.commands.who_opens_much import must_not_open_much
from engine.facts import models
from engine.facts.people_forms import (
    CHANGE_PERSON,
    asked_role,
    name_form,
    organisation_form,
    person_form,
    places,
    speaks_against_role,
)
from engine.forms import check
from engine.people.command import CommandRight, Work, command
from engine.tables import Account, Organisation, Team

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()
TAKEN = "Somebody has an account with this email address already"
NAME_TAKEN = "There is one of this name already"


@command(may=CommandRight.ADMINISTRATOR)
def add_person(work: Work, answers: Mapping[str, Any]) -> tuple[str, RoleGiven | None]:
    """From answers to `person_form`: the account, and what came of its first role where one was asked for.

    Raises BadAnswers.
    """
    hold_people(work)
    model, offered = models.in_force(work.connection, work.authority), places(work.connection, work.authority)
    against = partial(speaks_against_role, model, offered, work.now)
    found = check(person_form(model, offered), answers, _NO_CIRCUMSTANCES, work.now, against=against)
    try:
        account = new_account(work, found["name"], found["email_address"])
    except NotPossible:
        raise BadAnswers({"email_address": TAKEN}) from None
    asked = asked_role(offered, found, work.now)
    return account, give_or_propose(work, account, asked) if asked else None


@command(may=CommandRight.ADMINISTRATOR)
def change_person(work: Work, account: str, answers: Mapping[str, Any]) -> None:
    """From answers to CHANGE_PERSON. Who did what stays in the record, under the account. By an address letters and
    single sign-on find somebody: that of others is changed as a link to their password is made.

    Raises NotFound, BadAnswers, NotAllowed as `must_not_open_much`.
    """
    must_be_ours(work, Account, account)
    found = check(CHANGE_PERSON, answers, _NO_CIRCUMSTANCES, work.now)
    now_so = {"name": found["name"], "email": folded(found["email_address"])}
    row = work.connection.execute(select(Account.name, Account.email).where(Account.id == account)).one()
    before = {"name": row.name, "email": row.email}
    if before == now_so:
        return
    if row.email != now_so["email"] and account != work.actor.account:
        must_not_open_much(work, account)
    try:
        with undone_if_it_fails(work.connection):
            work.connection.execute(update(Account).where(Account.id == account).values(now_so))
    except IntegrityError:
        raise BadAnswers({"email_address": TAKEN}) from None
    work.record_settled("account_changed", {"account": account, **now_so, "before": before})


@command(may=CommandRight.ADMINISTRATOR)
def enable_account(work: Work, account: str) -> None:
    """They may sign in again, and hold what they held where it has not ended. Raises NotFound, AlreadyDone."""
    must_be_ours(work, Account, account)
    disabled = (Account.id == account, Account.disabled_at.is_not(None))
    if not work.connection.execute(update(Account).where(*disabled).values(disabled_at=None)).rowcount:
        raise AlreadyDone("This account is not disabled.", code=RefusalCode.ACCOUNT_SO)
    work.record_settled("account_enabled", {"account": account})


@command(may=CommandRight.ADMINISTRATOR)
def add_named_organisation(work: Work, answers: Mapping[str, Any]) -> str:
    """From answers to `organisation_form`. Raises BadAnswers."""
    model = models.in_force(work.connection, work.authority)
    found = check(organisation_form(model), answers, _NO_CIRCUMSTANCES, work.now)
    hold_people(work)
    same = (Organisation.authority_id == work.authority, Organisation.agency == found["agency"])
    _must_be_free(work, exists().where(*same, Organisation.name == found["name"]))
    return new_organisation(work, found["agency"], found["name"])


@command(may=CommandRight.ADMINISTRATOR)
def rename_organisation(work: Work, organisation: str, answers: Mapping[str, Any]) -> None:
    """From answers to `name_form`. Raises NotFound, BadAnswers."""
    ours = (Organisation.authority_id == work.authority, Organisation.id == organisation)
    hold_people(work)
    row = work.connection.execute(select(Organisation.agency, Organisation.name).where(*ours)).one_or_none()
    if row is None:
        raise NotFound("There is no such organisation.", code=RefusalCode.UNKNOWN_NAME)
    name = _name(work, answers)
    same = (Organisation.authority_id == work.authority, Organisation.agency == row.agency)
    _must_be_free(work, exists().where(*same, Organisation.name == name, Organisation.id != organisation))
    if name == row.name:
        return
    work.connection.execute(update(Organisation).where(*ours).values(name=name))
    work.record_settled("organisation_renamed", {"organisation": organisation, "name": name, "before": row.name})


@command(may=CommandRight.ADMINISTRATOR)
def add_named_team(work: Work, organisation: str, answers: Mapping[str, Any]) -> str:
    """From answers to `name_form`. The first team of the organisation that has the cases is the duty team.

    Raises NotFound, BadAnswers.
    """
    must_be_ours(work, Organisation, organisation)
    name = _name(work, answers)
    hold_people(work)
    _must_be_free(work, exists().where(Team.organisation_id == organisation, Team.name == name))
    leads = work.connection.scalar(select(Organisation.leads).where(Organisation.id == organisation))
    of_duty = exists().where(Team.authority_id == work.authority, Team.duty)
    return new_team(work, organisation, name, bool(leads) and not work.connection.scalar(select(of_duty)))


@command(may=CommandRight.ADMINISTRATOR)
def rename_team(work: Work, team: str, answers: Mapping[str, Any]) -> None:
    """From answers to `name_form`. Raises NotFound, BadAnswers."""
    ours = (Team.authority_id == work.authority, Team.id == team)
    hold_people(work)
    row = work.connection.execute(select(Team.organisation_id, Team.name).where(*ours)).one_or_none()
    if row is None:
        raise NotFound("There is no such team.", code=RefusalCode.UNKNOWN_NAME)
    name = _name(work, answers)
    _must_be_free(work, exists().where(Team.organisation_id == row.organisation_id, Team.name == name, Team.id != team))
    if name == row.name:
        return
    work.connection.execute(update(Team).where(*ours).values(name=name))
    work.record_settled("team_renamed", {"team": team, "name": name, "before": row.name})


@command(may=CommandRight.ADMINISTRATOR)
def choose_duty_team(work: Work, team: str) -> None:
    """Referrals reach it first from now on; cases that are open stay where they are.

    Raises NotFound, NotPossible for a team of an organisation that has no cases, AlreadyDone.
    """
    hold_people(work)
    found = select(Team.duty, Organisation.leads).join(Organisation, Organisation.id == Team.organisation_id)
    row = work.connection.execute(found.where(Team.authority_id == work.authority, Team.id == team)).one_or_none()
    if row is None:
        raise NotFound("There is no such team.", code=RefusalCode.UNKNOWN_NAME)
    if not row.leads:
        raise NotPossible("Only a team that has cases takes referrals.", code=RefusalCode.NO_DUTY_TEAM)
    if row.duty:
        raise AlreadyDone("It is the duty team already.", code=RefusalCode.ROLE_OVER)
    ours = Team.authority_id == work.authority
    before = work.connection.scalar(select(Team.id).where(ours, Team.duty))
    work.connection.execute(update(Team).where(ours, Team.duty).values(duty=False))
    work.connection.execute(update(Team).where(Team.id == team).values(duty=True))
    work.record_settled("duty_team_chosen", {"team": team, "before": before})


def _name(work: Work, answers: Mapping[str, Any]) -> str:
    return str(check(name_form(""), answers, _NO_CIRCUMSTANCES, work.now)["name"])


def _must_be_free(work: Work, taken: Any) -> None:
    if work.connection.scalar(select(taken)):
        raise BadAnswers({"name": NAME_TAKEN})
