"""What the reader of a case may do about what is wrong in it, and what waits because something was."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.facts.corrected_forms import may_correct
from engine.facts.managing import manages
from engine.facts.reopening_forms import is_in_time
from engine.people.identity import Actor
from engine.people.who_may import sees_answers_of
from engine.process.bundle import Model
from engine.reads.case.looked_at_again import RestingView, resting_in
from engine.tables import NamedRow


@dataclass(frozen=True, slots=True)
class WhatIsWrong:
    """`may_dispute`: they may keep what somebody says is wrong. `may_correct` all answers, `may_correct_own` those that
    they gave. `may_reopen`: it was closed today, and they may open it again.
    `may_separate`: it was joined to another, and they may take the two apart. `resting` rests on a corrected answer.
    """

    may_dispute: bool
    may_correct: bool
    may_correct_own: bool
    may_reopen: bool
    may_separate: bool
    resting: tuple[RestingView, ...]


def what_is_wrong(
    connection: Connection, actor: Actor, now: datetime, model: Model, case: NamedRow, *, by_glass: bool
) -> WhatIsWrong:
    """`by_glass`: the reader reads it by break glass alone, and does nothing in it."""
    closed_today = case.joined_to_id is None and is_in_time(case.closed_at, now)
    return WhatIsWrong(
        may_dispute=not by_glass and sees_answers_of(actor, None) and not actor.in_oversight,
        may_correct=not by_glass and may_correct(actor, model, case.team_id, None),
        may_correct_own=not by_glass,
        may_reopen=not by_glass and closed_today and manages(actor, model, case.team_id),
        may_separate=not by_glass and case.joined_to_id is not None and manages(actor, model, case.team_id),
        resting=resting_in(connection, actor, now, case.id),
    )
