"""Restricted cases: of all who would know of one, only those may who are named."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import delete, insert, select, update

from engine.base.database import one_at_a_time
from engine.base.errors import BadAnswers, NotAllowed, NotFound, NotPossible, RefusalCode
from engine.base.identifiers import new_id
from engine.commands.accounts import folded
from engine.commands.barring import NO_CASE
from engine.facts.keeping_forms import END_RESTRICTION, NAME_BY_EMAIL, RESTRICT_BY_REFERENCE, restrict_form
from engine.facts.managing import manages
from engine.facts.models import in_force
from engine.facts.restrictions import case_to_restrict, restrictions_of, who_would_know, who_would_not
from engine.forms import check
from engine.people.command import CommandRight, Work, command
from engine.people.who_knows import is_open_in_emergency, must_know
from engine.tables import Account, Case, Membership, NamedAccount, RestrictedCase, Restriction, enabled_at, held_at

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()
NO_MORE_THAN_BEFORE = (
    "Not restricted, this case would not be known to {names} either. Name people of its team, of an organisation with "
    "a part in it, or who oversee."
)
NOBODY_ABLE = "Name at least one person who can lead the case in its team: else nobody could work on it."


@command(may=CommandRight.TEAM_OF_CASE)
def restrict_case(work: Work, case: str, answers: Mapping[str, Any]) -> None:
    """By who manages the team that has it, from answers to `restrict_form`.

    Raises NotFound, NotAllowed, NotPossible where it is restricted already, BadAnswers.
    """
    _must_manage(work, case)
    people = who_would_know(work.connection, case, work.now)
    said = check(restrict_form(people, asks_reason=True), answers, _NO_CIRCUMSTANCES, work.now)
    _restrict(work, case, said["accounts"], said["reason"], "accounts")


@command(may=CommandRight.TEAM_OF_CASE)
def change_named(work: Work, case: str, answers: Mapping[str, Any]) -> None:
    """As `restrict_case`, of all that restricts a case already. Raises NotPossible where nothing does."""
    _must_manage(work, case)
    restrictions = _must_be_restricted(work, case)
    people = who_would_know(work.connection, case, work.now)
    accounts = check(restrict_form(people, asks_reason=False), answers, _NO_CIRCUMSTANCES, work.now)["accounts"]
    _must_do(work, case, accounts, "accounts")
    for restriction in restrictions:
        _name(work, restriction, case, accounts)


@command(may=CommandRight.TEAM_OF_CASE)
def end_restriction_of_case(work: Work, case: str, answers: Mapping[str, Any]) -> None:
    """By who manages the team and may know of it. Raises as `change_named`."""
    _must_manage(work, case)
    restrictions = _must_be_restricted(work, case)
    reason = check(END_RESTRICTION, answers, _NO_CIRCUMSTANCES, work.now)["reason"]
    for restriction in restrictions:
        _end(work, restriction, case, reason)


@command(may=CommandRight.PRIVACY_OFFICER)
def restrict_by_reference(work: Work, answers: Mapping[str, Any]) -> str:
    """As `restrict_case`, by a privacy officer, who does not know of the case; gives its id."""
    said = check(RESTRICT_BY_REFERENCE, answers, _NO_CIRCUMSTANCES, work.now)
    case = case_to_restrict(work.connection, work.actor, said["reference"])
    if case is None:
        raise BadAnswers({"reference": NO_CASE})
    _restrict(work, case, _accounts(work, said["emails"]), said["reason"], "emails")
    return case


@command(may=CommandRight.PRIVACY_OFFICER)
def change_named_by_email(work: Work, restriction: str, answers: Mapping[str, Any]) -> None:
    """Raises NotFound, also for a case of a child from whom the actor is barred, and BadAnswers."""
    case = _case_of(work, restriction)
    accounts = _accounts(work, check(NAME_BY_EMAIL, answers, _NO_CIRCUMSTANCES, work.now)["emails"])
    _must_do(work, case, accounts, "emails")
    _name(work, restriction, case, accounts)


@command(may=CommandRight.PRIVACY_OFFICER)
def end_restriction(work: Work, restriction: str, answers: Mapping[str, Any]) -> None:
    """Raises as `change_named_by_email`."""
    case = _case_of(work, restriction)
    _end(work, restriction, case, check(END_RESTRICTION, answers, _NO_CIRCUMSTANCES, work.now)["reason"])


def _restrict(work: Work, case: str, accounts: Collection[str], reason: str, field: str) -> None:
    one_at_a_time(work.connection, f"restriction of {case}")
    if restrictions_of(work.connection, case):
        raise NotPossible("This case is restricted already.", code=RefusalCode.CHANGED_MEANWHILE)
    _must_do(work, case, accounts, field)
    new = new_id()
    by = {"reason": reason, "restricted_by": work.actor.signature, "restricted_at": work.now, "ending_reason": ""}
    row = {"id": new, "authority_id": work.authority, "case_id": case}
    work.connection.execute(insert(Restriction).values(**row, **by))
    work.connection.execute(insert(RestrictedCase).values(restriction_id=new, case_id=case))
    _write_names(work, new, accounts)
    said = {"restriction": new, "case": case, "accounts": sorted(accounts), "reason": reason}
    work.record_settled("case_restricted", said)


def _name(work: Work, restriction: str, case: str, accounts: Collection[str]) -> None:
    named = NamedAccount.restriction_id == restriction
    before = sorted(work.connection.scalars(select(NamedAccount.account_id).where(named)))
    work.connection.execute(delete(NamedAccount).where(named))
    _write_names(work, restriction, accounts)
    said = {"restriction": restriction, "case": case, "accounts": sorted(accounts), "before": before}
    work.record_settled("restriction_changed", said)


def _write_names(work: Work, restriction: str, accounts: Collection[str]) -> None:
    rows = [{"restriction_id": restriction, "account_id": account} for account in sorted(accounts)]
    work.connection.execute(insert(NamedAccount), rows)


def _end(work: Work, restriction: str, case: str, reason: str) -> None:
    over = {"ended_by": work.actor.signature, "ended_at": work.now, "ending_reason": reason}
    work.connection.execute(update(Restriction).where(Restriction.id == restriction).values(**over))
    work.record_settled("restriction_ended", {"restriction": restriction, "case": case, "reason": reason})


def _must_manage(work: Work, case: str) -> None:
    must_know(work.connection, work.actor, case)
    team = work.connection.execute(select(Case.team_id).where(Case.id == case)).scalar_one()
    if not manages(work.actor, in_force(work.connection, work.authority), team):
        raise NotAllowed("A manager of the team that has the case decides this.", code=RefusalCode.ROLE)


def _must_be_restricted(work: Work, case: str) -> Collection[str]:
    one_at_a_time(work.connection, f"restriction of {case}")
    found = restrictions_of(work.connection, case)
    if not found:
        raise NotPossible("This case is not restricted.", code=RefusalCode.CHANGED_MEANWHILE)
    return found


def _must_do(work: Work, case: str, accounts: Collection[str], field: str) -> None:
    """Raises BadAnswers for somebody who would not know of the case anyway, and where nobody could work on it."""
    if strangers := who_would_not(work.connection, case, accounts, work.now):
        raise BadAnswers({field: NO_MORE_THAN_BEFORE.format(names=", ".join(strangers))})
    leads = Membership.role.in_(in_force(work.connection, work.authority).roles_with("leads"))
    able = (
        select(Membership.id)
        .join(Case, Case.team_id == Membership.team_id)
        .where(Case.id == case, Membership.account_id.in_(accounts), leads, held_at(work.now))
    )
    if not work.connection.scalar(select(able.exists())):
        raise BadAnswers({field: NOBODY_ABLE})


def _accounts(work: Work, emails: str) -> list[str]:
    """Raises BadAnswers for an address with which nobody signs in here."""
    wanted = dict.fromkeys(folded(one) for one in emails.replace(",", "\n").split("\n") if one.strip())
    ours = Account.authority_id == work.authority, enabled_at(work.now)
    rows = work.connection.execute(select(Account.id, Account.email).where(Account.email.in_(wanted), *ours)).all()
    if unknown := [one for one in wanted if one not in {row.email for row in rows}]:
        raise BadAnswers({"emails": f"Nobody signs in here with {', '.join(unknown)}."})
    return [row.id for row in rows]


def _case_of(work: Work, restriction: str) -> str:
    one_at_a_time(work.connection, f"restriction {restriction}")
    ours = Restriction.id == restriction, Restriction.authority_id == work.authority, Restriction.ended_at.is_(None)
    case = work.connection.scalar(
        select(Restriction.case_id)
        .join(Case, Case.id == Restriction.case_id)
        .where(*ours, is_open_in_emergency(work.actor))
    )
    if case is None:
        raise NotFound
    return case
