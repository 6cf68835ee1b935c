"""Which authorities there are, and which one is meant where no account says it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from engine.base.errors import NotFound, NotPossible, RefusalCode
from engine.tables import Authority, Case


def authorities(connection: Connection) -> dict[str, str]:
    """Id -> name, in order of id."""
    rows = connection.execute(select(Authority.id, Authority.name).order_by(Authority.id))
    return {row.id: row.name for row in rows}


def authority_named(connection: Connection, named: str | None) -> str:
    """The id of the authority that is named, or of the only one.

    Raises NotFound where it is not there, NotPossible where there is none or it must be named.
    """
    known = list(authorities(connection))
    if named is not None:
        if named not in known:
            raise NotFound(
                f"There is no authority “{named}”. There is: {', '.join(known) or 'none yet'}.",
                code=RefusalCode.UNKNOWN_NAME,
            )
        return named
    if not known:
        raise NotPossible(
            "There is no authority yet. Add one: throughline authority add ID NAME.", code=RefusalCode.NO_AUTHORITY
        )
    if len(known) > 1:
        raise NotPossible(
            f"There are several authorities. Say which, --authority ID: {', '.join(known)}.",
            code=RefusalCode.WHICH_AUTHORITY,
        )
    return known[0]


def authority_at(connection: Connection, host: str) -> str | None:
    """The authority that a browser asks for by this host name, or the only one; None where neither says which."""
    return _at(reached(connection), host)


@dataclass(frozen=True, slots=True)
class Reached:
    """How an authority is reached: the host name of its site, and its telephone, empty where it has not been said."""

    authority: str
    host: str | None
    telephone: str


def reached(connection: Connection) -> tuple[Reached, ...]:
    rows = connection.execute(select(Authority.id, Authority.host, Authority.telephone).order_by(Authority.id))
    return tuple(Reached(row.id, row.host, row.telephone) for row in rows)


def telephone_of(known: Sequence[Reached], authority: str | None, host: str) -> str:
    """Of the authority, else of the one that is meant by the host name; empty where there is none."""
    meant = authority or _at(known, host)
    return next((one.telephone for one in known if one.authority == meant), "")


def _at(known: Sequence[Reached], host: str) -> str | None:
    if len(known) == 1:
        return known[0].authority
    return next((one.authority for one in known if one.host == host.casefold()), None)


def authority_of(connection: Connection, case: str) -> str:
    """Whose case it is. Raises NotFound where there is no such case."""
    found = connection.execute(select(Case.authority_id).where(Case.id == case)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found
