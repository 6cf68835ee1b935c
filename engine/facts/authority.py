"""What an authority has settled for itself: its closure days, and its limits where the law sets none."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection, bindparam, select

from engine.base.errors import NotFound, NotPossible, RefusalCode
from engine.forms.questions import Schema
from engine.tables import ClosureDay, LocalTimescale
from engine.timescales.calendar import Calendar
from engine.timescales.rules import UNIT_WORDS, Clock
from engine.timescales.timescale_table import LARGEST_LIMIT

NOT_YOURS = "This day is not among your closure days."
# What an administrator is asked for a closure day.
CLOSURE_DAY: Schema = {
    "title": "Add a closure day",
    "properties": {
        "day": {"type": "string", "format": "date", "title": "Date"},
        "name": {
            "type": "string",
            "title": "Name",
            "description": "What the day is, for example: Christmas closure.",
            "maxLength": 100,
        },
    },
    "required": ["day", "name"],
}


def limit_form(rule: Clock) -> Schema:
    """What an administrator is asked for a local limit; a limit that counts back is asked without its sign."""
    unit = UNIT_WORDS[rule.unit]
    title = f"Number of {unit}s{' before' if rule.limit < 0 else ''}"
    asked = {"type": "integer", "title": title, "minimum": 1, "maximum": LARGEST_LIMIT}
    return {"title": "Change the limit", "properties": {"limit": asked}, "required": ["limit"]}


def may_be_set(rule: Clock) -> bool:
    """Not a limit of the law, and none where somebody chooses the day each time."""
    return rule.kind == "local" and rule.limit != 0


def rule_to_set(rules: Mapping[str, Clock], clock: str) -> Clock:
    """The rule of the table whose limit is the authority's to set. Raises NotFound, and NotPossible for another's."""
    rule = rules.get(clock)
    if rule is None:
        raise NotFound
    if rule.kind == "statutory":
        raise NotPossible(
            "The law or the guidance sets this limit, so it cannot be changed here.", code=RefusalCode.SHARED_LIMIT
        )
    if not may_be_set(rule):
        raise NotPossible("This day is chosen each time, so there is no limit to set.", code=RefusalCode.NO_LIMIT)
    return rule


_CLOSURE_DAYS = select(ClosureDay.day).where(ClosureDay.authority_id == bindparam("authority"))


def calendar_of(connection: Connection, authority: str) -> Calendar:
    """The working days of this authority, as they are known now."""
    return Calendar(frozenset(connection.execute(_CLOSURE_DAYS, {"authority": authority}).scalars()))


def local_rule(connection: Connection, authority: str, rule: Clock) -> Clock:
    """The rule with the authority's own limit; a statutory one is the law's and stays as it is."""
    if rule.kind == "statutory":
        return rule
    own = (LocalTimescale.authority_id == authority, LocalTimescale.clock == rule.id)
    limit = connection.execute(select(LocalTimescale.limit).where(*own)).scalar_one_or_none()
    return rule if limit is None else replace(rule, limit=limit)
