"""One page on which somebody begins a process for several children of a family, in the open case of each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.people.identity import Actor
from engine.reads.task.children_page import as_one, of_child
from engine.reads.task.form_view import Answering, FormView, nothing_typed
from engine.reads.task.same_start import OtherChild, same_start
from engine.reads.task.start_page import Start, start_alone


@dataclass(frozen=True, slots=True)
class StartsView:
    """`children` are those who were chosen, the one from whom the page was opened first. `form` asks of all, as
    that of `ChildrenView` does; the key of each child is its case. `others` are children who were not chosen.
    """

    children: tuple[Start, ...]
    form: FormView
    others: tuple[OtherChild, ...]

    @property
    def first(self) -> Start:
        return self.children[0]

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(one.item for one in self.children)

    @property
    def cases_shown(self) -> tuple[str, ...]:
        named = (*(case for one in self.children for case in one.cases_shown), *(one.case for one in self.others))
        return tuple(dict.fromkeys(named))


def starts_of_children(
    connection: Connection,
    actor: Actor,
    now: datetime,
    process: str,
    case: str,
    chosen: Collection[str] | None,
    typed: Answering = nothing_typed,
) -> StartsView:
    """`chosen` are cases of other children, None for all; of whom it cannot be begun any more, or the reader may not
    know, is not on the page. `typed` reads answers to questions by the names that they have on the page. Raises as
    `start`.
    """
    first = start_alone(connection, actor, now, process, case, of_child(case, typed))
    others = () if first.obstacle else same_start(connection, actor, now, process, case)
    meant = [one.case for one in others if chosen is None or one.case in chosen]
    also = (start_alone(connection, actor, now, process, one, of_child(one, typed)) for one in meant)
    found = (first, *also)
    return StartsView(found, as_one(found), tuple(one for one in others if one.case not in meant))
