"""What runs now, held against a draft: where it would stand on it, or why it could not go over."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from engine.base.database import Database
from engine.commands.carrying_over_many import judged_over
from engine.people.identity import Actor
from engine.people.kept_from import nothing_keeps_from_anybody
from engine.process.bundle import Model


@dataclass(slots=True)
class RunningGroup:
    """Processes of which the same is to be said: the tasks at which they would stand on the draft, by their titles, or
    `why` they would be refused. `process` is the id, `cases` are references, once for each that runs.
    """

    process: str
    stands_at: tuple[str, ...]
    why: str
    cases: list[str] = field(default_factory=list[str])

    def in_words(self, draft: Model) -> str:
        drawing = draft.drawings.get(self.process)
        name = f"“{drawing.name if drawing else self.process}”"
        if self.why:
            return f"{name}: {len(self.cases)} could not go over. {self.why}"
        titles = " and ".join(f"“{title}”" for title in self.stands_at) or "no task"
        return f"{name}: {len(self.cases)} could go over, with {titles} open."

    def in_json(self) -> dict[str, object]:
        return asdict(self)


def running_groups(
    database: Database, owner: Actor, now: datetime, draft: Model, meanwhile: Callable[[], None] = lambda: None
) -> list[RunningGroup]:
    """By what is said of them, the most first. Cases that are kept from anybody are left out, since whoever may try a
    draft is told of them all. Nothing is written; each case is locked while it is judged, and `meanwhile` is called
    between two.
    """
    found: dict[tuple[str, tuple[str, ...], str], RunningGroup] = {}
    for one in judged_over(database, owner, now, draft, nothing_keeps_from_anybody()):
        meanwhile()
        stands_at = one.over.open if one.over else ()
        group = RunningGroup(one.process, stands_at, one.why)
        found.setdefault((one.process, stands_at, one.why), group).cases.append(one.case)
    return sorted(found.values(), key=lambda group: (-len(group.cases), group.process, group.why, group.stands_at))


def total_of_running(groups: Sequence[RunningGroup]) -> str:
    """How many of all that run could go over."""
    fit = sum(len(one.cases) for one in groups if not one.why)
    return f"Of {sum(len(one.cases) for one in groups)} processes that run, {fit} could go over to these models."
