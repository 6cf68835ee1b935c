"""Who acts for whom: of the reader, of the teams that they manage, and the question who is to act."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.base.errors import NotFound
from engine.facts.covers import cover_form, people_of, teams_to_cover
from engine.people.identity import Actor
from engine.reads.authority.people_rows import CoverShown, covers
from engine.reads.task.form_view import FormView, asked_plainly
from engine.tables import Account


@dataclass(frozen=True, slots=True)
class Covers:
    """`may_be_away`: the reader works in a team, so that somebody can act for them. `others` are names by account of
    those in the teams that the reader manages. `shown` are the covers of all of these.
    """

    shown: tuple[CoverShown, ...]
    may_be_away: bool
    others: dict[str, str]
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CoverToSet:
    """`is_self`: the reader is the one who will be away. `nobody`: there is no colleague to choose."""

    absent: str
    name: str
    is_self: bool
    nobody: bool
    form: FormView
    cases_shown: tuple[str, ...] = ()


def covers_of(connection: Connection, actor: Actor, now: datetime) -> Covers:
    others = people_of(connection, actor, now)
    those = [actor.account or "", *others]
    found = {one.cover: one for account in those for one in covers(connection, actor, now, account)}
    in_order = sorted(found.values(), key=lambda one: (one.held_from, one.cover))
    return Covers(tuple(in_order), bool(teams_to_cover(connection, actor, now, actor.account or "")), others)


def cover_to_set(connection: Connection, actor: Actor, now: datetime, absent: str) -> CoverToSet:
    """Raises NotFound for who may not say so, and for who works in no team."""
    teams = teams_to_cover(connection, actor, now, absent)
    if not teams:
        raise NotFound
    return CoverToSet(
        absent=absent,
        name=connection.scalar(select(Account.name).where(Account.id == absent)) or "",
        is_self=actor.account == absent,
        nobody=not any(one.colleagues for one in teams),
        form=asked_plainly(cover_form(teams), {}),
    )
