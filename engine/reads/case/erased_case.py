"""What is told of a case that was erased, to those who would know of it if it were not: that it was, when, and by which
rule.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, false, select, true

from engine.base.errors import NotFound
from engine.facts.retention import Rule
from engine.people.identity import PRIVACY_OFFICER, Actor
from engine.people.kept_from import nothing_keeps_from
from engine.people.who_knows import is_open_in_emergency
from engine.reads.case.case_page import CaseView, case
from engine.reads.list_page import OVERVIEW, Wanted
from engine.record.chain import case_chain
from engine.tables import Case, ErasedSpan, Erasure, RetentionRule


@dataclass(frozen=True, slots=True)
class ErasedCase:
    """`rule` in words; empty where it is not known any more, as a backup from before it was put back."""

    id: str
    reference: str
    opened_at: datetime
    closed_at: datetime
    erased_at: datetime
    rule: str

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return (self.id,)


def case_or_what_is_left(
    connection: Connection, actor: Actor, now: datetime, case_id: str, done: str = "", wanted: Wanted = OVERVIEW
) -> CaseView | ErasedCase:
    """Raises NotFound as `case`, also for one that was erased and of which the actor would not know."""
    try:
        return case(connection, actor, now, case_id, done, wanted)
    except NotFound:
        return _erased(connection, actor, case_id)


def _erased(connection: Connection, actor: Actor, case_id: str) -> ErasedCase:
    columns = (RetentionRule.id.label("rule"), RetentionRule.years, RetentionRule.counts_from, RetentionRule.process)
    row = connection.execute(
        select(Case.id, Case.reference, Case.opened_at, Case.closed_at, Case.erased_at, *columns)
        .add_columns(RetentionRule.process_title, RetentionRule.set_at, RetentionRule.set_by)
        .select_from(Case)
        .outerjoin(ErasedSpan, and_(ErasedSpan.chain == case_chain(case_id), ErasedSpan.first_number == 1))
        .outerjoin(Erasure, Erasure.id == ErasedSpan.erasure_id)
        .outerjoin(RetentionRule, RetentionRule.id == Erasure.rule_id)
        .where(Case.id == case_id, _would_be_known_by(actor))
    ).one_or_none()
    if row is None:
        raise NotFound
    of_rule = ("years", "counts_from", "process", "process_title", "set_at", "set_by")
    rule = Rule(id=row.rule, **{name: getattr(row, name) for name in of_rule}) if row.rule else None
    return ErasedCase(
        id=row.id,
        reference=row.reference,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        erased_at=row.erased_at,
        rule=rule.whole if rule else "",
    )


def _would_be_known_by(actor: Actor) -> ColumnElement[bool]:
    """Parts in it went with it: who works in the team that had it, oversees, or keeps what is kept."""
    ours = and_(Case.authority_id == actor.authority, Case.erased_at.is_not(None))
    if PRIVACY_OFFICER in actor.roles:
        return and_(ours, is_open_in_emergency(actor))
    teams = Case.team_id.in_(actor.teams) if actor.in_leading_agency else false()
    return and_(ours, true() if actor.in_oversight else teams, nothing_keeps_from(actor.account))
