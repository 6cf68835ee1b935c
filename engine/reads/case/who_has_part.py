"""Who has a part in a case beside the agency that has it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.facts.part_decisions import may_add_part, may_end_part
from engine.facts.team_decisions import may_move_case
from engine.people.identity import Actor
from engine.people.who_may import sees_answers_of
from engine.process.bundle import Model
from engine.tables import DEEDS, NamedRow, Organisation, Part


@dataclass(frozen=True, slots=True)
class PartView:
    """`name` is that of the `organisation`, `agency` that of its agency. `is_chosen`: it is known which is meant.
    `why` is the deed by which the part began, `until` when it ended or ends; `may_end`: the reader may end it.
    """

    id: str
    organisation: str
    name: str
    agency: str
    is_chosen: bool
    why: str
    since: datetime
    until: datetime | None
    is_over: bool
    may_end: bool


@dataclass(frozen=True, slots=True)
class PartsView:
    """`held` are not over, `over` have ended. `may_add`: the reader may give an organisation a part.
    `may_move`: the reader may give the case to another team.
    """

    held: tuple[PartView, ...]
    over: tuple[PartView, ...]
    may_add: bool
    may_move: bool

    @property
    def total(self) -> int:
        return len(self.held) + len(self.over)


def parts(connection: Connection, actor: Actor, now: datetime, model: Model, case: NamedRow) -> PartsView:
    """All of them, for those who see all of a case; for others that of their own organisation. `case` has its `id`,
    `team_id`, `lead_account_id` and `closed_at`.
    """
    rows = connection.execute(
        select(Part.__table__, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Part.organisation_id)
        .where(Part.case_id == case.id)
        .order_by(Part.held_from, Part.agency_id, Part.id)
    ).all()
    own = [row for row in rows if sees_answers_of(actor, row.organisation_id)]
    may_end = may_end_part(actor, model, case.team_id, case.lead_account_id)
    found = [_view(row, model, now, may_end=may_end) for row in own]
    return PartsView(
        held=tuple(one for one in found if not one.is_over),
        over=tuple(one for one in found if one.is_over),
        may_add=case.closed_at is None and may_add_part(actor, model, case.team_id),
        may_move=case.closed_at is None and may_move_case(actor, model, case.team_id),
    )


def _view(row: NamedRow, model: Model, now: datetime, *, may_end: bool) -> PartView:
    agency = model.agencies[row.agency_id].name if row.agency_id in model.agencies else row.agency_id
    is_over = row.held_until is not None and row.held_until <= now
    return PartView(
        id=row.id,
        organisation=row.organisation_id or "",
        name=row.name or agency,
        agency=agency,
        is_chosen=row.organisation_id is not None,
        why=DEEDS[row.deed],
        since=row.held_from,
        until=row.held_until,
        is_over=is_over,
        may_end=may_end and not is_over,
    )
