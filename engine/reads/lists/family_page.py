"""The page of a family: who, where, which case stands where, and what is next for each child."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.people.identity import Actor
from engine.people.who_knows import must_know
from engine.reads.case.children_of_family import ChildOfFamily, cases_of_family
from engine.reads.list_page import OVERVIEW, ListPart
from engine.reads.lists.worklist import InboxRow, same_steps, waiting_in


@dataclass(frozen=True, slots=True)
class FamilyView:
    """`children` are the cases of the family, `next` what waits in each by what runs out first, a few of it. `steps`
    are those of these that wait for several of the children, and that the reader may do.
    """

    case: str
    children: tuple[ChildOfFamily, ...]
    next: Mapping[str, ListPart[InboxRow]]
    steps: tuple[tuple[InboxRow, ...], ...]

    @property
    def cases_shown(self) -> tuple[str, ...]:
        elsewhere = (case for one in self.children for case in one.protection.other_cases)
        return tuple(dict.fromkeys((*(one.case for one in self.children), *elsewhere)))


def family(connection: Connection, actor: Actor, now: datetime, case: str) -> FamilyView:
    """Of any of its cases. Raises NotFound where there is no such case, or the reader may not know of it."""
    must_know(connection, actor, case)
    children = cases_of_family(connection, actor, now, case)
    waiting = waiting_in(connection, actor, now, [one.case for one in children], OVERVIEW)
    steps = same_steps(row for part in waiting.values() for row in part.rows)
    return FamilyView(case, children, waiting, steps)
