"""Organisations and staff from a CSV file: what is not there is added, all of it or nothing."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import or_, select

from engine.base.database import undone_if_it_fails
from engine.base.errors import BadAnswers, Refusal
from engine.commands.accounts import folded, new_account, new_organisation, new_team
from engine.commands.giving_roles import give_or_propose, hold_people
from engine.facts import models
from engine.facts.csv_lines import LineFault
from engine.facts.people_file import PeopleLine, read_lines
from engine.facts.people_forms import CHANGE_PERSON, AskedRole, name_form, roles_to_give
from engine.forms import check
from engine.people.command import CommandRight, Work, command
from engine.tables import Account, Membership, Organisation, ProposedRole, Team
from engine.timescales.calendar import day_of, end_of, start_of

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LineDone:
    """What is done by a line of the file, in words."""

    line: int
    said: str


@dataclass(frozen=True, slots=True)
class PeopleBroughtIn:
    """`is_written` is false for a dry run, and where any line has a fault: then nothing of it is there."""

    done: tuple[LineDone, ...]
    faults: tuple[LineFault, ...]
    is_written: bool


class _NotNow(Exception):
    """All that was done is to be undone: it was a dry run, or a line has a fault."""


@command(may=CommandRight.ADMINISTRATOR)
def bring_in_people(work: Work, content: bytes, *, dry: bool) -> PeopleBroughtIn:
    """The file may be brought in any number of times: what is there already is left as it is. A dry run does the very
    same and undoes it.
    """
    hold_people(work)
    model = models.in_force(work.connection, work.authority)
    lines, found = read_lines(content, model, roles_to_give(model))
    done, faults = list[LineDone](), [*found]
    try:
        with undone_if_it_fails(work.connection):
            for line in lines:
                _bring_in(work, line, done, faults)
            if dry or faults:
                raise _NotNow
    except _NotNow:
        pass
    faults.sort(key=lambda one: one.line)
    return PeopleBroughtIn(tuple(done), tuple(faults), is_written=not (dry or faults))


def _bring_in(work: Work, line: PeopleLine, done: list[LineDone], faults: list[LineFault]) -> None:
    try:
        with undone_if_it_fails(work.connection):
            done.extend([LineDone(line.line, said) for said in _done_by(work, line)])
    except BadAnswers as bad:
        faults.extend(LineFault(line.line, said) for said in bad.problems.values())
    except Refusal as refusal:
        faults.append(LineFault(line.line, str(refusal)))


Adding: TypeAlias = Generator[str, None, str]
"""What is added is said, and its id is given, as that of what is there already."""


def _done_by(work: Work, line: PeopleLine) -> Generator[str, None, None]:
    organisation = team = None
    if line.organisation:
        organisation = yield from _organisation(work, line)
    if line.team and organisation:
        team = yield from _team(work, line, organisation)
    if line.email:
        account = yield from _account(work, line)
        if line.role:
            yield from _role(work, line, account, organisation, team)


def _organisation(work: Work, line: PeopleLine) -> Adding:
    name = _name(work, line.organisation)
    same = (Organisation.authority_id == work.authority, Organisation.agency == line.agency, Organisation.name == name)
    if found := work.connection.scalar(select(Organisation.id).where(*same)):
        return found
    yield f"The organisation “{name}” is added"
    return new_organisation(work, line.agency, name)


def _team(work: Work, line: PeopleLine, organisation: str) -> Adding:
    """The first team of the organisation that has the cases is the duty team."""
    name = _name(work, line.team)
    same = (Team.organisation_id == organisation, Team.name == name)
    if found := work.connection.scalar(select(Team.id).where(*same)):
        return found
    leads = work.connection.scalar(select(Organisation.leads).where(Organisation.id == organisation))
    of_duty = select(Team.id).where(Team.authority_id == work.authority, Team.duty)
    is_duty = bool(leads) and work.connection.scalar(of_duty) is None
    yield f"The team “{name}” of “{line.organisation}” is added{', as the duty team' if is_duty else ''}"
    return new_team(work, organisation, name, is_duty)


def _name(work: Work, text: str) -> str:
    return str(check(name_form(""), {"name": text}, _NO_CIRCUMSTANCES, work.now)["name"])


def _account(work: Work, line: PeopleLine) -> Adding:
    wanted = (Account.id, Account.name, Account.authority_id, Account.disabled_at)
    row = work.connection.execute(select(*wanted).where(Account.email == folded(line.email))).one_or_none()
    if row is None:
        answers = {"name": line.name, "email_address": line.email}
        found = check(CHANGE_PERSON, answers, _NO_CIRCUMSTANCES, work.now)
        yield f"{found['name']} is added as {folded(found['email_address'])}"
        return new_account(work, found["name"], found["email_address"])
    if row.authority_id != work.authority:
        raise BadAnswers({"email": f"{line.email} has an account already"})
    if line.name and line.name != row.name:
        words = f"{line.email} has an account under another name, {row.name}: change that on their page first"
        raise BadAnswers({"name": words})
    if row.disabled_at is not None and row.disabled_at <= work.now:
        raise BadAnswers({"email": f"The account of {line.email} is disabled: enable it first"})
    return row.id


def _role(
    work: Work, line: PeopleLine, account: str, organisation: str | None, team: str | None
) -> Generator[str, None, None]:
    since = start_of(line.first_day) if line.first_day and line.first_day > day_of(work.now) else None
    until = end_of(line.last_day) if line.last_day else None
    if until and until <= (since or work.now):
        raise BadAnswers({"last_day": "“last_day” is over, or before “first_day”"})
    asked = AskedRole(line.role, organisation, team, since, until)
    if _is_so(work, account, asked):
        return
    given = give_or_propose(work, account, asked)
    named = roles_to_give(models.in_force(work.connection, work.authority))[line.role]
    where = ", ".join(one for one in (line.organisation, line.team) if one)
    what = "is given the role" if given.membership else "is proposed for the role, to which a second agrees:"
    yield f"{folded(line.email)} {what} {named}{f' at {where}' if where else ''}"


def _is_so(work: Work, account: str, asked: AskedRole) -> bool:
    """Whether the person holds the role there, or it is proposed already."""
    held = select(Membership.id).where(
        *(Membership.account_id == account, Membership.role == asked.role),
        Membership.organisation_id.is_not_distinct_from(asked.organisation),
        Membership.team_id.is_not_distinct_from(asked.team),
        or_(Membership.held_until.is_(None), Membership.held_until > (asked.held_from or work.now)),
    )
    waits = (ProposedRole.account_id == account, ProposedRole.role == asked.role, ProposedRole.settled_at.is_(None))
    proposed = select(ProposedRole.id).where(*waits)
    return any(work.connection.execute(one.limit(1)).one_or_none() for one in (held, proposed))
