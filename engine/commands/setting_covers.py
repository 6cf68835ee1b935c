"""Somebody acts for a colleague who is away, between two days: set, and ended before its day."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import insert, select, update

from engine.base.errors import AlreadyDone, NotFound, RefusalCode
from engine.base.identifiers import new_id
from engine.commands.giving_roles import hold_people
from engine.facts.covers import chosen_team, cover_form, moments, speaks_against_cover, teams_to_cover
from engine.forms import check
from engine.people.command import CommandRight, Work, command
from engine.tables import Account, Cover, NamedRow

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.SIGNED_IN)
def set_cover(work: Work, absent: str, answers: Mapping[str, Any]) -> str:
    """From answers to `cover_form`; gives the cover's id.

    Raises NotFound for who is neither the person, nor manages a team of theirs, nor administers; BadAnswers.
    """
    hold_people(work)
    teams = teams_to_cover(work.connection, work.actor, work.now, absent)
    if not teams:
        raise NotFound
    against = partial(speaks_against_cover, work.connection, teams, absent, work.now)
    found = check(cover_form(teams), answers, _NO_CIRCUMSTANCES, work.now, against=against)
    team, span = chosen_team(teams, found), moments(found, work.now)
    if team is None or span is None:  # the form has refused what is neither
        raise NotFound
    cover = new_id()
    row = {"absent_id": absent, "covering_id": found["covering"], "team_id": team.team}
    held = {"held_from": span[0], "held_until": span[1]}
    work.connection.execute(insert(Cover).values(id=cover, authority_id=work.authority, **row, **held))
    work.record_settled("cover_set", _said(cover, {**row, **held}))
    return cover


@command(may=CommandRight.SIGNED_IN)
def end_cover(work: Work, cover: str) -> None:
    """Now: whoever acted holds what is their own alone.

    Raises NotFound as `set_cover`, AlreadyDone where it is over.
    """
    hold_people(work)
    row = work.connection.execute(
        select(Cover.__table__)
        .join(Account, Account.id == Cover.absent_id)
        .where(Cover.id == cover, Account.authority_id == work.authority)
    ).one_or_none()
    if row is None:
        raise NotFound
    theirs = {one.team for one in teams_to_cover(work.connection, work.actor, work.now, row.absent_id)}
    if row.team_id not in theirs and work.actor.account != row.covering_id:
        raise NotFound
    if row.held_until <= max(work.now, row.held_from):
        raise AlreadyDone("Nobody acts for them by this any more.", code=RefusalCode.ROLE_OVER)
    end_at(work, row, max(work.now, row.held_from))


def end_at(work: Work, row: NamedRow, until: datetime) -> None:
    """With its entry; `row` is of Cover."""
    work.connection.execute(update(Cover).where(Cover.id == row.id).values(held_until=until))
    names = ("absent_id", "covering_id", "team_id", "held_from", "held_until")
    said = _said(row.id, {**{name: getattr(row, name) for name in names}, "held_until": until})
    work.record_settled("cover_ended", {**said, "before": row.held_until.isoformat()})


def _said(cover: str, values: Mapping[str, Any]) -> dict[str, Any]:
    times = {name: values[name].isoformat() for name in ("held_from", "held_until")}
    who = {"absent": values["absent_id"], "covering": values["covering_id"], "team": values["team_id"]}
    return {"cover": cover, **who, **times}
