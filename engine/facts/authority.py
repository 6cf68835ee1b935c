"""What an authority has settled for itself: its closure days, and its limits where the law sets none."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, Date, Integer, String, bindparam, cast, literal, null, select, union_all

from engine.base.errors import NotFound, NotPossible, RefusalCode
from engine.forms.questions import Schema
from engine.tables import ClosureDay, LocalTimescale, Publication
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


@dataclass(frozen=True, slots=True)
class Settled:
    """What holds in an authority now. `limits` are its own, by clock; `bundle` is None before one is published."""

    calendar: Calendar
    limits: Mapping[str, int]
    bundle: str | None

    def rule(self, rule: Clock) -> Clock:
        """With the authority's own limit, where one may be set: under another bundle it may have been."""
        if not may_be_set(rule) or rule.id not in self.limits:
            return rule
        return replace(rule, limit=self.limits[rule.id])


_IN_FORCE = (
    select(Publication.bundle_hash)
    .where(Publication.authority_id == bindparam("authority"))
    .order_by(Publication.number.desc())
    .limit(1)
    .subquery()
)
_NO_DAY, _NO_NAME, _NO_LIMIT = cast(null(), Date), cast(null(), String), cast(null(), Integer)
_SETTLED = union_all(
    select(literal("closed"), ClosureDay.day, _NO_NAME, _NO_LIMIT).where(
        ClosureDay.authority_id == bindparam("authority")
    ),
    select(literal("limit"), _NO_DAY, LocalTimescale.clock, LocalTimescale.limit).where(
        LocalTimescale.authority_id == bindparam("authority")
    ),
    select(literal("bundle"), _NO_DAY, _IN_FORCE.c.bundle_hash, _NO_LIMIT),
)


def settled(connection: Connection, authority: str) -> Settled:
    """In one statement: each row is a closure day, a limit or the bundle in force."""
    days: set[date] = set()
    limits: dict[str, int] = {}
    bundle: str | None = None
    for what, day, name, limit in connection.execute(_SETTLED, {"authority": authority}):
        match what:
            case "closed":
                days.add(day)
            case "limit":
                limits[name] = limit
            case _:
                bundle = name
    return Settled(Calendar(frozenset(days)), limits, bundle)
