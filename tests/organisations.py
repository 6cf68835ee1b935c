"""An authority at work: its organisations, its people and the models that are in force there."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from engine.base.database import Database
from engine.commands import accounts
from engine.facts import models
from engine.people import identity
from engine.people.identity import SYSTEM, Actor
from engine.process.bundle import Model, bundle_hash, read_bundle
from engine.record.chain import NewEntry, append, authority_chain
from engine.tables import Account, Bundle, BundleFile, Membership, Organisation, Publication, Team
from engine.tables import Authority as AuthorityTable
from tests.saving import is_untouched, step

ROOT = Path(__file__).parent.parent
# A working day in winter time, with no bank holiday near.
MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
LONG_BEFORE = datetime(2000, 1, 1, tzinfo=UTC)  # time goes on in a record, whatever the day of a story
HOUR = timedelta(hours=1)
# The authority of most tests. What belongs to another one has its id in front of its own.
HERE = "here"
SYSTEM_HERE = SYSTEM.at(HERE)
DAY = timedelta(days=1)


@cache
def shipped() -> dict[str, bytes]:
    """The files of the repository's own bundle."""
    return models.files_under(ROOT)


@cache
def shipped_model() -> Model:
    return read_bundle(shipped())


def publish(
    *,
    database: Database,
    files: Mapping[str, bytes] | None = None,
    now: datetime = MONDAY,
    authority: str = HERE,
    words: Sequence[Mapping[str, Any]] | None = None,
) -> str:
    """Puts a bundle in force as it is; whether it is a good one is for the linter's own tests. `words` are what it
    changes, as the table has them.
    """
    files = shipped() if files is None else files
    name = bundle_hash(files)
    add_authority_row(database=database, authority=authority)
    with database.transaction() as connection:
        ours = Publication.authority_id == authority
        number = (connection.execute(select(func.max(Publication.number)).where(ours)).scalar_one() or 0) + 1
        if connection.execute(select(Bundle.hash).where(Bundle.hash == name)).one_or_none() is None:
            connection.execute(insert(Bundle).values(hash=name, added_at=now))
            rows = [{"bundle_hash": name, "path": path, "content": content} for path, content in files.items()]
            connection.execute(insert(BundleFile), rows)
        said = {"number": number, "reason": "", "shipped": True}
        row = {
            "authority_id": authority,
            "bundle_hash": name,
            "published_by": "system",
            "in_force_from": now,
            "words": words,
        }
        connection.execute(insert(Publication).values(**row, **said, published_at=now))
        digests = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
        entry = NewEntry("published", bundle=name, payload={**said, "before": None, "files": digests})
        append(connection, authority_chain(authority), "system", now, [entry])
    return name


def add_authority_row(*, database: Database, authority: str = HERE, host: str | None = None) -> str:
    """Unless it is there already."""
    with database.transaction() as connection:
        known = select(AuthorityTable.id).where(AuthorityTable.id == authority)
        if connection.execute(known).one_or_none() is None:
            row = {"id": authority, "name": authority.title(), "host": host, "created_at": MONDAY - 365 * DAY}
            connection.execute(insert(AuthorityTable).values(row))
    return authority


@dataclass(frozen=True)
class Authority:
    """An authority at work: `team` takes referrals, `other_team` is social care's as well and has no case yet."""

    database: Database
    id: str
    team: str
    other_team: str

    @property
    def system(self) -> Actor:
        """The product itself, acting in this authority."""
        return SYSTEM.at(self.id)

    def actor(self, role: str, *, number: int = 1, now: datetime = MONDAY) -> Actor:
        """Two people hold each role in the team: `number` says which."""
        with self.database.read() as connection:
            return identity.actor(connection, account(role=role, number=number, authority=self.id), now)


def account(*, role: str, number: int = 1, authority: str = HERE) -> str:
    return own_id(f"{role}.{number}", authority)


def own_id(name: str, authority: str) -> str:
    """Ids are unique in the installation, and bare in the authority of most tests."""
    return name if authority == HERE else f"{authority}.{name}"


def authority(
    *,
    database: Database,
    files: Mapping[str, bytes] | None = None,
    now: datetime = MONDAY,
    id: str = HERE,  # noqa: A002 (what it is called in its own table)
    host: str | None = None,
) -> Authority:
    """With the bundle in force (the shipped one unless `files` are given), an organisation of every agency, and two
    people of each role, there for a year already. An organisation has the id of its agency.
    """
    untouched = files is None and is_untouched(database)
    add_authority_row(database=database, authority=id, host=host)
    publish(database=database, files=files, now=now, authority=id)
    made = Authority(database, id, own_id("duty_team", id), own_id("other_team", id))
    rows = _rows(made, shipped_model() if files is None else read_bundle(files), now)
    with database.transaction() as connection:
        for table in (Organisation, Team, Account, Membership):
            connection.execute(insert(table), rows[table])
    if untouched:
        step(database, f"authority {id} {host} {now}")
    return made


def _rows(made: Authority, model: Model, now: datetime) -> dict[Any, list[dict[str, Any]]]:
    own = {"authority_id": made.id}
    people = [(role, number) for role in model.roles.values() for number in (1, 2)]
    ids = {(role.id, number): account(role=role.id, number=number, authority=made.id) for role, number in people}
    leading = {"organisation_id": own_id(model.leading_agency, made.id), **own}
    return {
        Organisation: [
            {"id": own_id(one.id, made.id), "agency": one.id, "name": one.name, "leads": one.leads, **own}
            for one in model.agencies.values()
        ],
        Team: [
            {"id": made.team, "name": "Duty team", "duty": True, **leading},
            {"id": made.other_team, "name": "Other team", "duty": False, **leading},
        ],
        Account: [_account_row(role.name, ids[role.id, number], now, made.id) for role, number in people],
        Membership: [
            membership(
                account=ids[role.id, number],
                role=role.id,
                agency=role.agency,
                team=made.team if role.agency == model.leading_agency else None,
                now=now,
                authority=made.id,
            )
            for role, number in people
        ],
    }


def membership(
    *,
    account: str,
    role: str,
    agency: str | None = None,
    team: str | None = None,
    now: datetime = MONDAY,
    held_until: datetime | None = None,
    authority: str = HERE,
) -> dict[str, Any]:
    """A row of `membership`, held for a year already; in social care it is of the duty team unless another is named."""
    team = own_id("duty_team", authority) if agency == "social_care" and team is None else team
    organisation = own_id(agency, authority) if agency else None
    held = {"held_from": now - 365 * DAY, "held_until": held_until}
    key = f"{account}:{role}:{team}"
    return {"id": key, "account_id": account, "organisation_id": organisation, "team_id": team, "role": role, **held}


def new_account(*, database: Database, account: str, now: datetime = MONDAY) -> str:
    with database.transaction() as connection:
        connection.execute(insert(Account), [_account_row(account, account, now, HERE)])
    return account


def _account_row(name: str, account: str, now: datetime, authority: str) -> dict[str, Any]:
    number = account.rpartition(".")[2]
    named = {"id": account, "authority_id": authority, "name": f"{name} {number}", "email": f"{account}@example.org"}
    return {**named, "password_hash": None, "created_at": now - 365 * DAY, "disabled_at": None}


def lose_administrators(*, authority: Authority, now: datetime = MONDAY) -> None:
    """Both have left, so that there is a first one to make."""
    for number in (1, 2):
        left = account(role="administrator", number=number, authority=authority.id)
        accounts.disable_account(authority.database, authority.system, now, left)
