"""People as an administrator sees them: everybody with an account, one of them, and what waits for a second person."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from engine.base.errors import NotFound
from engine.facts.covers import teams_to_cover
from engine.facts.models import in_force
from engine.facts.people_file import RoleToWrite, example, roles_to_write
from engine.facts.people_forms import CHANGE_PERSON, END_ROLE, person_form, places, role_form, roles_to_give
from engine.likeness.folding import fold
from engine.people.identity import ADMINISTRATOR, Actor
from engine.people.who_may import must_hold
from engine.reads.authority.people_rows import (
    SHOWN,
    CoverShown,
    HeldRole,
    PersonRow,
    Proposal,
    accounts_of,
    away_now,
    covers,
    is_found,
    is_shown,
    person_row,
    proposals,
    roles_of,
)
from engine.reads.list_page import ListPart, Wanted, part_of
from engine.reads.task.form_view import FormView, asked_plainly
from engine.tables import Membership, ProviderLink


@dataclass(frozen=True, slots=True)
class PeopleListed:
    """A page of those that were looked for; `numbers` says how many there are of each of SHOWN, in all. `without_code`
    are those for whom a link waits to which a second administrator gives a code.
    """

    rows: ListPart[PersonRow]
    numbers: Mapping[str, int]
    show: str
    proposals: tuple[Proposal, ...]
    without_code: tuple[PersonRow, ...]
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonPage:
    """`is_self`: the reader's own. `works_in_team`: somebody can act for them. `form` is for what is asked on the page
    that shows it.
    """

    person: PersonRow
    created_at: datetime
    roles: tuple[HeldRole, ...]
    over: tuple[HeldRole, ...]
    proposals: tuple[Proposal, ...]
    covers: tuple[CoverShown, ...]
    is_self: bool
    works_in_team: bool
    form: FormView
    role: HeldRole | None = None
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewPerson:
    form: FormView
    cases_shown: tuple[str, ...] = ()


def people(
    connection: Connection, actor: Actor, now: datetime, text: str = "", show: str = "all", page: int = 1
) -> PeopleListed:
    """Everybody of the authority by name; `text` is what was typed to find somebody, by name or email address.

    Raises NotAllowed for who does not administer.
    """
    must_hold(actor, [ADMINISTRATOR])
    roles, away = roles_of(connection, actor, now), away_now(connection, actor, now)
    proposed = proposals(connection, actor, now)
    everybody = [person_row(row, roles, away, proposed, now) for row in accounts_of(connection, actor)]
    words = fold(text).split()
    found = [one for one in everybody if is_shown(one, show) and is_found(one, words)]
    return PeopleListed(
        rows=part_of(found, Wanted("people", page)),
        numbers={name: sum(is_shown(one, name) for one in everybody) for name in SHOWN},
        show=show,
        proposals=proposed,
        without_code=tuple(one for one in everybody if one.code_waits),
    )


def person(connection: Connection, actor: Actor, now: datetime, account: str) -> PersonPage:
    """With the form that gives a role. Raises NotAllowed, NotFound."""
    seen = _person(connection, actor, now, account)
    model, offered = in_force(connection, actor.within), places(connection, actor.within)
    return replace(seen, form=asked_plainly(role_form(model, offered), {}))


def person_to_change(connection: Connection, actor: Actor, now: datetime, account: str) -> PersonPage:
    """Raises NotAllowed, NotFound."""
    seen = _person(connection, actor, now, account)
    return replace(
        seen, form=asked_plainly(CHANGE_PERSON, {"name": seen.person.name, "email_address": seen.person.email})
    )


def person_to_let_in(connection: Connection, actor: Actor, now: datetime, account: str) -> PersonPage:
    """Somebody else whose account is open. Raises NotAllowed, NotFound."""
    seen = _person(connection, actor, now, account)
    if seen.is_self or seen.person.disabled_at:
        raise NotFound
    return seen


@dataclass(frozen=True, slots=True)
class LinkedPerson:
    """By what the provider of single sign-on knows them, and since when; both None where they are not linked."""

    person: PersonRow
    subject: str | None
    since: datetime | None
    cases_shown: tuple[str, ...] = ()


def person_linked(connection: Connection, actor: Actor, now: datetime, account: str, issuer: str) -> LinkedPerson:
    """Raises as `person_to_let_in`."""
    seen = person_to_let_in(connection, actor, now, account)
    there = (ProviderLink.account_id == account, ProviderLink.issuer == issuer)
    row = connection.execute(select(ProviderLink.subject, ProviderLink.linked_at).where(*there)).one_or_none()
    return LinkedPerson(seen.person, row.subject if row else None, row.linked_at if row else None)


def role_to_end(connection: Connection, actor: Actor, now: datetime, membership: str) -> PersonPage:
    """Raises NotAllowed, NotFound where there is none, or it is over."""
    must_hold(actor, [ADMINISTRATOR])
    account = connection.scalar(select(Membership.account_id).where(Membership.id == membership))
    seen = _person(connection, actor, now, account or "")
    role = next((one for one in seen.roles if one.membership == membership), None)
    if role is None:
        raise NotFound
    return replace(seen, form=asked_plainly(END_ROLE, {}), role=role)


def new_person(connection: Connection, actor: Actor, _now: datetime) -> NewPerson:
    """Raises NotAllowed."""
    must_hold(actor, [ADMINISTRATOR])
    model, offered = in_force(connection, actor.within), places(connection, actor.within)
    return NewPerson(asked_plainly(person_form(model, offered), {}))


@dataclass(frozen=True, slots=True)
class FileOfPeople:
    """What may stand in it, and one that could be brought in."""

    roles: tuple[RoleToWrite, ...]
    agencies: tuple[str, ...]
    example: str
    cases_shown: tuple[str, ...] = ()


def file_of_people(connection: Connection, actor: Actor, _now: datetime) -> FileOfPeople:
    """Raises NotAllowed."""
    must_hold(actor, [ADMINISTRATOR])
    model = in_force(connection, actor.within)
    roles = roles_to_write(model, roles_to_give(model))
    return FileOfPeople(roles, tuple(one.name for one in model.agencies.values()), example(roles))


def proposal(connection: Connection, actor: Actor, now: datetime, proposal: str) -> PersonPage:
    """The person for whom it is, with this proposal alone. Raises NotAllowed, NotFound where it is settled."""
    must_hold(actor, [ADMINISTRATOR])
    found = next((one for one in proposals(connection, actor, now) if one.proposal == proposal), None)
    if found is None:
        raise NotFound
    seen = _person(connection, actor, now, found.account)
    return replace(seen, proposals=(found,))


def _person(connection: Connection, actor: Actor, now: datetime, account: str) -> PersonPage:
    must_hold(actor, [ADMINISTRATOR])
    row = next(iter(accounts_of(connection, actor, account)), None)
    if row is None:
        raise NotFound
    every = roles_of(connection, actor, now, account)
    proposed = tuple(one for one in proposals(connection, actor, now) if one.account == account)
    seen = person_row(row, every, away_now(connection, actor, now), proposed, now)
    return PersonPage(
        person=seen,
        created_at=row.created_at,
        roles=seen.roles,
        over=tuple(one for one in every[account] if one.state == "over"),
        proposals=proposed,
        covers=covers(connection, actor, now, account),
        is_self=actor.account == account,
        works_in_team=bool(teams_to_cover(connection, actor, now, account)),
        form=asked_plainly({"title": "", "properties": {}}, {}),
    )
