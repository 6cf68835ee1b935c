"""Roles: given from one moment until another, ended, and those that take two administrators proposed and agreed to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import insert, or_, select, update

from engine.base.database import one_at_a_time
from engine.base.errors import AlreadyDone, BadAnswers, NotAllowed, NotFound, RefusalCode
from engine.base.identifiers import new_id
from engine.commands.accounts import must_be_ours, must_leave_an_administrator
from engine.commands.ways_in import end_what_one_administrator_made
from engine.facts import models
from engine.facts.people_forms import END_ROLE, AskedRole, asked_role, last_moment, places, role_form
from engine.facts.people_forms import speaks_against_role as against
from engine.forms import check
from engine.people.command import CommandRight, Work, command
from engine.people.identity import ADMINISTRATOR, GIVEN_BY_TWO, STUDIO
from engine.record.chain import authority_chain
from engine.tables import Account, Membership, NamedRow, Organisation, ProposedRole, Team

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()
NO_OWN = "Nobody gives a role to themselves. Ask another administrator."
SECOND = "One administrator alone does not give this role. Propose it, and a second one agrees."


@dataclass(frozen=True, slots=True)
class RoleGiven:
    """What came of what was asked for: a membership, or a proposal that waits for a second administrator."""

    membership: str | None
    proposal: str | None


@command(may=CommandRight.ADMINISTRATOR)
def give_role(
    work: Work,
    account: str,
    role: str,
    organisation: str | None = None,
    team: str | None = None,
    held_from: datetime | None = None,
    held_until: datetime | None = None,
) -> str:
    """As `new_membership`, for whoever may give it alone. What was proposed for the person waits no longer: it would be
    agreed to when the role has ended. What opened the account so far then ends, as where a second agrees.
    """
    asked = AskedRole(role, organisation, team, held_from, held_until)
    _must_be_anothers(work, account)
    if role in GIVEN_BY_TWO and not work.actor.is_system:
        raise NotAllowed(SECOND, code=RefusalCode.SECOND_ADMINISTRATOR)
    return _give(work, account, asked)


def _give(work: Work, account: str, asked: AskedRole) -> str:
    waits = _waiting(work, account, asked.role)
    if waits is None:
        return new_membership(work, account, asked)
    end_what_one_administrator_made(work, account)
    membership = new_membership(work, account, asked, {"proposal": waits.id, "proposed_by": waits.proposed_by})
    _settle(work, waits.id, membership)
    return membership


@command(may=CommandRight.ADMINISTRATOR)
def give_asked_role(work: Work, account: str, answers: Mapping[str, Any]) -> RoleGiven:
    """From answers to `role_form`: given at once, or proposed where it takes two.

    Raises as `new_membership`, NotAllowed for a role for oneself, BadAnswers.
    """
    hold_people(work)
    model, offered = models.in_force(work.connection, work.authority), places(work.connection, work.authority)
    found = partial(against, model, offered, work.now)
    checked = check(role_form(model, offered), answers, _NO_CIRCUMSTANCES, work.now, against=found)
    asked = asked_role(offered, checked, work.now)
    if asked is None:
        raise BadAnswers({"role": "Choose a role"})
    return give_or_propose(work, account, asked)


def give_or_propose(work: Work, account: str, asked: AskedRole) -> RoleGiven:
    _must_be_anothers(work, account)
    if asked.role in GIVEN_BY_TWO and not work.actor.is_system:
        return RoleGiven(None, _propose(work, account, asked))
    return RoleGiven(_give(work, account, asked), None)


def _must_be_anothers(work: Work, account: str) -> None:
    if work.actor.account == account:
        raise NotAllowed(NO_OWN, code=RefusalCode.OWN_RIGHTS)


def new_membership(work: Work, account: str, asked: AskedRole, agreed: Mapping[str, str] | None = None) -> str:
    """The id of the membership, held from now or the moment that was asked for. `agreed` says of which proposal it is.

    Raises NotFound for a role that is not in roles.toml and that the product itself does not need, and for an account,
    organisation or team of another authority; BadAnswers where the person holds it there already.
    """
    if asked.role not in models.in_force(work.connection, work.authority).roles and asked.role not in STUDIO:
        raise NotFound(f"There is no role called “{asked.role}”.", code=RefusalCode.UNKNOWN_NAME)
    for table, key in ((Account, account), (Organisation, asked.organisation), (Team, asked.team)):
        if key is not None:
            must_be_ours(work, table, key)
    since = asked.held_from or work.now
    _must_not_hold(work, account, asked, since)
    membership = new_id()
    held = {"account_id": account, "role": asked.role, "organisation_id": asked.organisation, "team_id": asked.team}
    moments = {"held_from": since, "held_until": asked.held_until}
    work.connection.execute(insert(Membership).values(id=membership, **held, **moments))
    work.record_settled("role_given", {"membership": membership, **held, **_as_said(moments), **(agreed or {})})
    return membership


def _must_not_hold(work: Work, account: str, asked: AskedRole, since: datetime) -> None:
    """Twice at one time: to end it once would not end it."""
    same = (
        Membership.account_id == account,
        Membership.role == asked.role,
        Membership.organisation_id.is_not_distinct_from(asked.organisation),
        Membership.team_id.is_not_distinct_from(asked.team),
        or_(Membership.held_until.is_(None), Membership.held_until > since),
        *([Membership.held_from < asked.held_until] if asked.held_until else []),
    )
    if work.connection.execute(select(Membership.id).where(*same).limit(1)).one_or_none():
        raise BadAnswers({"role": "They hold this role there already, or will in that time"})


@command(may=CommandRight.ADMINISTRATOR)
def end_asked_role(work: Work, membership: str, answers: Mapping[str, Any]) -> datetime:
    """From answers to END_ROLE; as `end_role`."""
    checked = check(END_ROLE, answers, _NO_CIRCUMSTANCES, work.now)
    return _end(work, membership, last_moment(checked))


@command(may=CommandRight.ADMINISTRATOR)
def end_role(work: Work, membership: str, until: datetime | None = None) -> datetime:
    """From that moment on, or from now on, it is not held; gives the moment.

    Raises NotFound, AlreadyDone where it is over, BadAnswers for a moment that has passed, NotPossible where nobody
    would be left who administers.
    """
    return _end(work, membership, until)


def _end(work: Work, membership: str, until: datetime | None) -> datetime:
    hold_people(work)
    row = work.connection.execute(
        select(Membership.__table__)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.id == membership, Account.authority_id == work.authority)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such role.", code=RefusalCode.UNKNOWN_NAME)
    if row.held_until and row.held_until <= work.now:
        raise AlreadyDone("This role is over already.", code=RefusalCode.ROLE_OVER)
    if until and until < work.now:
        raise BadAnswers({"last_day": "Last day must be today or in the future"})
    moment = until or max(work.now, row.held_from)  # one that has not begun never begins
    if row.role == ADMINISTRATOR:
        must_leave_an_administrator(work, row.account_id)
    work.connection.execute(update(Membership).where(Membership.id == membership).values(held_until=moment))
    held = {name: getattr(row, name) for name in ("account_id", "role", "organisation_id", "team_id")}
    moments = _as_said({"held_from": row.held_from, "held_until": moment, "before": row.held_until})
    work.record_settled("role_ended", {"membership": membership, **held, **moments})
    return moment


def _propose(work: Work, account: str, asked: AskedRole) -> str:
    must_be_ours(work, Account, account)
    _must_not_hold(work, account, asked, asked.held_from or work.now)
    proposal = new_id()
    moments = {"held_from": asked.held_from, "held_until": asked.held_until}
    row = {"id": proposal, "authority_id": work.authority, "account_id": account, "role": asked.role, **moments}
    by = {"proposed_at": work.now, "proposed_by": work.actor.signature}
    work.connection.execute(insert(ProposedRole).values(**row, **by))
    said = {"proposal": proposal, "account_id": account, "role": asked.role, **_as_said(moments)}
    work.record_settled("role_proposed", said)
    return proposal


@command(may=CommandRight.ADMINISTRATOR)
def agree_to_role(work: Work, proposal: str) -> str:
    """The second administrator gives what the first proposed; gives the membership. Whatever opened the account so far
    ends: they are let in anew, by two.

    Raises NotFound, AlreadyDone, NotAllowed for who proposed it and for whom it is, and as `new_membership`.
    """
    row = _proposed(work, proposal)
    if work.actor.account in (row.proposed_by, row.account_id):
        words = "You proposed this, or it is for you. A second administrator agrees to it."
        raise NotAllowed(words, code=RefusalCode.SECOND_ADMINISTRATOR)
    if row.held_until and row.held_until <= work.now:
        raise AlreadyDone("Its last day has passed. Propose it anew.", code=RefusalCode.ROLE_OVER)
    since = row.held_from if row.held_from and row.held_from > work.now else None
    asked = AskedRole(row.role, None, None, since, row.held_until)
    end_what_one_administrator_made(work, row.account_id)
    membership = new_membership(work, row.account_id, asked, {"proposal": proposal, "proposed_by": row.proposed_by})
    _settle(work, proposal, membership)
    return membership


@command(may=CommandRight.ADMINISTRATOR)
def drop_proposed_role(work: Work, proposal: str) -> None:
    """Either of the two says no. Raises NotFound, AlreadyDone."""
    row = _proposed(work, proposal)
    _settle(work, proposal, None)
    work.record_settled("role_proposal_dropped", {"proposal": proposal, "account_id": row.account_id, "role": row.role})


def _proposed(work: Work, proposal: str) -> NamedRow:
    hold_people(work)
    ours = (ProposedRole.id == proposal, ProposedRole.authority_id == work.authority)
    row = work.connection.execute(select(ProposedRole.__table__).where(*ours)).one_or_none()
    if row is None:
        raise NotFound("There is no such proposal.", code=RefusalCode.UNKNOWN_NAME)
    if row.settled_at is not None:
        raise AlreadyDone("This proposal is settled already.", code=RefusalCode.ROLE_OVER)
    return row


def _waiting(work: Work, account: str, role: str) -> NamedRow | None:
    """The oldest."""
    hold_people(work)
    same = (ProposedRole.account_id == account, ProposedRole.role == role, ProposedRole.settled_at.is_(None))
    wanted = select(ProposedRole.id, ProposedRole.proposed_by).where(*same, ProposedRole.authority_id == work.authority)
    return work.connection.execute(wanted.order_by(ProposedRole.proposed_at, ProposedRole.id).limit(1)).one_or_none()


def _settle(work: Work, proposal: str, membership: str | None) -> None:
    settled = {"settled_at": work.now, "settled_by": work.actor.signature, "membership_id": membership}
    work.connection.execute(update(ProposedRole).where(ProposedRole.id == proposal).values(settled))


def hold_people(work: Work) -> None:
    """Two who change rights at one time do so one after the other: of two administrators each might else end the other.
    It is what their entries would wait for in the end.
    """
    one_at_a_time(work.connection, authority_chain(work.authority))


def _as_said(moments: Mapping[str, datetime | None]) -> dict[str, str | None]:
    return {name: moment.isoformat() if moment else None for name, moment in moments.items()}
