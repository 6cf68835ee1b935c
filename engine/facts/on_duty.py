"""Who is on duty at a moment, by the authority's list, and how long an alarm waits for them."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, exists, select

from engine.facts.covers import who_acts
from engine.tables import Account, Authority, DutyTurn, Membership, enabled_at, held_at
from engine.tables.alarm_tables import ON_DUTY

USUAL_MINUTES = 15


def on_duty(connection: Connection, authority: str, team: str, now: datetime) -> Mapping[str, dict[str, str]]:
    """By place: the accounts with the address at which each is reached, empty for that of the account.

    Whoever has left the team could not open the case, so their turns count for nothing. A turn ends with its last
    moment: two that follow each other leave no gap and do not overlap. Whoever acts for somebody who is away stands
    beside them.
    """
    works_there = exists().where(Membership.account_id == DutyTurn.account_id, Membership.team_id == team, held_at(now))
    rows = connection.execute(
        select(DutyTurn.place, DutyTurn.account_id, DutyTurn.address)
        .join(Account, and_(Account.id == DutyTurn.account_id, enabled_at(now)))
        .where(DutyTurn.authority_id == authority, DutyTurn.starts_at <= now, DutyTurn.ends_at > now, works_there)
        .order_by(DutyTurn.account_id)
    )
    found: dict[str, dict[str, str]] = {place: {} for place in ON_DUTY}
    for row in rows:
        found[row.place][row.account_id] = row.address
    acting = who_acts(connection, team, now)
    for listed in found.values():
        for account in [by for away in listed for by in acting.get(away, ())]:
            listed.setdefault(account, "")
    return found


def alarm_minutes(connection: Connection, authority: str) -> int:
    found = connection.scalar(select(Authority.alarm_minutes).where(Authority.id == authority))
    return found or USUAL_MINUTES


def waits_for(connection: Connection, authority: str) -> timedelta:
    """How long after it was told an alarm that nobody has opened goes on."""
    return timedelta(minutes=alarm_minutes(connection, authority))
