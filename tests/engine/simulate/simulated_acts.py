"""What happened in a simulated caseload, in words that do not hang on identifiers."""

import re
from collections.abc import Mapping
from itertools import groupby
from typing import Any, cast

from sqlalchemy import Connection, select

from engine.base.database import Database
from engine.record.chain import case_chain, lines
from engine.tables import Account, Case, Person

_ID = re.compile(r"\b(?:[0-9a-f]{64}|[a-z2-7]{26}|[A-Z0-9]{4}-[A-Z0-9]{4})\b")


def acts_of(database: Database) -> list[str]:
    """One line for each entry of each case: the child, when, who, what, and what was said, in order of time."""
    with database.read() as connection:
        names = {row.id: row.name for row in connection.execute(select(Account.id, Account.name))}
        rows = connection.execute(
            select(Case.id, Case.authority_id, Person.given_name, Person.family_name, Person.born, Case.opened_at)
            .join(Person, Person.id == Case.person_id)
            .order_by(Case.authority_id, Case.opened_at, Person.given_name)
        ).all()
        return [line for row in rows for line in _of_case(connection, row, names)]


def _of_case(connection: Connection, row: Any, names: Mapping[str, str]) -> list[str]:
    child = f"{row.authority_id} {row.given_name} {row.family_name} {row.born}"
    told: list[str] = []
    # Letters to several people at once are entries in the order of their accounts, which are random.
    for kind, entries in groupby(lines(connection, case_chain(row.id)), lambda one: one.kind):
        alike = [
            f"{child}: {one.at.isoformat()} {names.get(one.actor, one.actor)} {kind} {one.element} {one.occurrence} "
            f"{_plain(one.payload, names)}"
            for one in entries
        ]
        told += sorted(alike) if kind == "queued" else alike
    return told


def _plain(value: Any, names: Mapping[str, str]) -> Any:
    """Names for accounts, and nothing for other identifiers, references and digests. Lists of accounts, which stand in
    the order of their identifiers, stand in that of their names.
    """
    if isinstance(value, Mapping):
        items = sorted(cast("Mapping[str, Any]", value).items())
        return {_plain(key, names): _plain(one, names) for key, one in items}
    if isinstance(value, list):
        listed = [_plain(one, names) for one in cast("list[Any]", value)]
        return sorted(listed) if names.keys() >= {*map(str, cast("list[Any]", value))} else listed
    if isinstance(value, str):
        return _ID.sub(lambda found: names.get(found.group(), "…"), value)
    return value
