"""What an authority has settled for itself: its closure days, and its limits where the law sets none."""

from dataclasses import replace

from sqlalchemy import Connection, select

from engine.calendar import Calendar
from engine.tables import ClosureDay, LocalTimescale
from engine.timescales import Rule

_CLOSURE_DAYS = select(ClosureDay.day)


def calendar_of(connection: Connection) -> Calendar:
    """The working days of this authority, as they are known now."""
    return Calendar(frozenset(connection.execute(_CLOSURE_DAYS).scalars()))


def local_rule(connection: Connection, rule: Rule) -> Rule:
    """The rule with the authority's own limit; a statutory one is the law's and stays as it is."""
    if rule.kind == "statutory":
        return rule
    limit = connection.execute(select(LocalTimescale.limit).where(LocalTimescale.clock == rule.id)).scalar_one_or_none()
    return rule if limit is None else replace(rule, limit=limit)
