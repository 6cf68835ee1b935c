"""How the whole installation stands, for whoever runs it: numbers and ids, and nothing about anybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from engine.facts.right_time import Doubt
from engine.record.chain import INSTALLATION, newest_acts
from engine.tables import Act, Case, Checkpoint, Instance, LastTick, Outbox, StalledCase

UNSETTLED = ("waiting", "handing_over", "refused", "unknown")


@dataclass(frozen=True, slots=True)
class ProcessSetAside:
    """A process that cannot go on, until somebody begins another (docs/decisions/set_aside.md)."""

    case: str
    instance: str
    process: str


@dataclass(frozen=True, slots=True)
class StepStalled:
    """A step of the ticking clock that fails in a case: since when, how often in a row, and when it is tried again."""

    case: str
    step: str
    since: datetime
    failures: int
    next_try_at: datetime


@dataclass(frozen=True, slots=True)
class InstallationStatus:
    """`doubt` is why nothing is acted on, as the clock of the machine may be wrong; empty for no doubt. `outbox` counts
    the letters that are not settled, by state; `waiting_since` is when the oldest was asked for that waits. The moments
    are None where there is none yet.
    """

    set_aside: tuple[ProcessSetAside, ...]
    stalled: tuple[StepStalled, ...]
    doubt: str
    outbox: Mapping[str, int]
    waiting_since: datetime | None
    newest_entry_at: datetime | None
    ticked_at: datetime | None
    checkpoint: int
    checkpoint_at: datetime | None
    backed_up_at: datetime | None


def installation_status(connection: Connection) -> InstallationStatus:
    stuck = select(Instance.case_id, Instance.id, Instance.process).join(Case, Case.id == Instance.case_id)
    stuck = stuck.where(Instance.status == "stuck", Case.closed_at.is_(None)).order_by(Instance.id)
    unsettled = select(Outbox.state, func.count().label("letters"), func.min(Outbox.asked_at).label("since"))
    by_state = connection.execute(unsettled.where(Outbox.settled_at.is_(None)).group_by(Outbox.state)).all()
    letters = {row.state: row for row in by_state}
    newest = connection.execute(
        select(Checkpoint.number, Checkpoint.at).order_by(Checkpoint.number.desc()).limit(1)
    ).one_or_none()
    backup = next(newest_acts(connection, INSTALLATION, "backed_up", at_once=1), None)
    steps = select(StalledCase.case_id, StalledCase.step, StalledCase.since, StalledCase.failures)
    steps = steps.add_columns(StalledCase.next_try_at).order_by(StalledCase.since, StalledCase.case_id)
    tick = connection.execute(select(LastTick.at, LastTick.doubt)).one_or_none()
    return InstallationStatus(
        set_aside=tuple(ProcessSetAside(row.case_id, row.id, row.process) for row in connection.execute(stuck)),
        stalled=tuple(
            StepStalled(row.case_id, row.step, row.since, row.failures, row.next_try_at)
            for row in connection.execute(steps)
        ),
        doubt=Doubt[tick.doubt].value if tick and tick.doubt else "",
        outbox={state: letters[state].letters if state in letters else 0 for state in UNSETTLED},
        waiting_since=letters["waiting"].since if "waiting" in letters else None,
        newest_entry_at=connection.execute(select(func.max(Act.at))).scalar_one(),
        ticked_at=tick.at if tick else None,
        checkpoint=newest.number if newest else 0,
        checkpoint_at=newest.at if newest else None,
        backed_up_at=backup[0].at if backup else None,
    )
