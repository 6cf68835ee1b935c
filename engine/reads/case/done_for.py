"""For whom somebody did something, where that was a colleague who was away: as the record of the case says it."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, exists, select

from engine.people.identity import Actor
from engine.people.shown_names import name_of
from engine.process.bundle import START
from engine.record.chain import RecordedEntry, case_chain, entries_of
from engine.record.entry_kind import ACTING_FOR
from engine.tables import Act, Answers, Cover, NamedRow, Payload


def done_for(act: Iterable[RecordedEntry]) -> str | None:
    """The account of a colleague who was away, by whose right the act was done."""
    return next((said[ACTING_FOR] for entry in act if ACTING_FOR in (said := entry.payload or {})), None)


def acting(name: str, away: str) -> str:
    return f"{name}, acting for {away}" if away else name


def acted_then() -> ColumnElement[bool]:
    """Of `answers`: whoever gave them acted for somebody at that moment, so that the record says whether they did so
    here.
    """
    acts = Cover.covering_id == Answers.account_id
    return exists().where(acts, Cover.held_from <= Answers.at, Cover.held_until > Answers.at)


def absent_names(connection: Connection, actor: Actor, rows: Sequence[NamedRow]) -> Mapping[str, str]:
    """By the ids of such answers, the name of whoever was away; those that were given in one's own right are left
    out. Rows have `id`, `instance_id`, `element`, `at`, `case_id`, and `came_from_id`, where the process began in
    another case.
    """
    if not rows:
        return {}
    chains = {case_chain(case) for row in rows for case in (row.case_id, row.came_from_id) if case}
    acts = connection.execute(
        select(Act.body, Payload.body.label("payload"))
        .outerjoin(Payload, (Payload.chain == Act.chain) & (Payload.number == Act.number))
        .where(Act.chain.in_(chains), Act.at.in_({row.at for row in rows}))
    ).all()
    entries = [entry for act in acts for entry in entries_of(act.body, act.payload)]
    away = {(one.instance, one.element or START, one.at): done_for([one]) for one in entries if done_for([one])}
    found = {row.id: away.get((row.instance_id, row.element, row.at)) for row in rows}
    names = {account: name_of(connection, actor, account) for account in {*found.values()} if account}
    return {answers: names[account] for answers, account in found.items() if account}
