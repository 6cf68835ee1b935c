"""The actions of a case that are open, and how each is named where a form asks what became of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, or_, select

from engine.base.subject import Subject
from engine.facts.managing import manages
from engine.forms import Choice
from engine.forms.action_block import OPEN, OPEN_ACTIONS_HERE
from engine.people.identity import Actor
from engine.process.bundle import Model
from engine.tables import CaseAction

MOST_ASKED = 40
"""Of which one form asks: those to be done first. The others stand on the case, and are asked for the next time."""
CASE_IS_CLOSED = "The case is closed: nothing more is agreed in it."
NOT_YOURS_TO_TELL = (
    "What became of this action is said by whoever it is for, by the lead of the case, or by who manages its team."
)
AS_AGREED = (
    *(CaseAction.agreed_at, CaseAction.element, CaseAction.field, CaseAction.what, CaseAction.who, CaseAction.agency),
    *(CaseAction.person_id, CaseAction.id),
)
"""One order wherever the case is done: ids are others where it is re-run."""
_LONGEST_WHAT, _LONGEST_WHO = 300, 80


@dataclass(frozen=True, slots=True)
class OpenAction:
    """`row` names it among the others that are open."""

    id: str
    row: str


def open_actions(connection: Connection, model: Model, source: str, subject: Subject) -> tuple[OpenAction, ...]:
    """As a list of outcomes has them as its rows, from this source of choices. Where answers are put right: as they
    were when it was answered.
    """
    if subject.case is None:
        return ()
    then, here = CaseAction.state == OPEN, list[ColumnElement[bool]]()
    if subject.given_at:
        here = [CaseAction.agreed_at < subject.given_at]
        then = or_(then, CaseAction.told_at >= subject.given_at)
    if source == OPEN_ACTIONS_HERE:
        here.append(CaseAction.instance_id == subject.instance)
    rows = connection.execute(
        select(CaseAction.id, CaseAction.what, CaseAction.who, CaseAction.agency, CaseAction.by_when)
        .where(CaseAction.case_id == subject.case, then, *here)
        .order_by(CaseAction.by_when, *AS_AGREED)
        .limit(MOST_ASKED)
    ).all()
    names = [(row.id, row_of(model, row.what, row.who, row.agency, row.by_when)) for row in rows]
    return tuple(_told_apart(names))


def row_of(model: Model, what: str, who: str, agency: str, by_when: date) -> str:
    """The words by which an answer names an action: they go on saying what was meant, whatever becomes of it."""
    named = who or (model.agencies[agency].name if agency in model.agencies else agency)
    day = f"by {by_when.day} {by_when:%B %Y}"
    whom = f"{_shortened(named, _LONGEST_WHO)}, {day}" if named else day
    return f"{_shortened(what, _LONGEST_WHAT)} ({whom})"


def as_choices(found: Iterable[OpenAction]) -> tuple[Choice, ...]:
    return tuple(Choice(one.row, one.row) for one in found)


def may_tell(actor: Actor, model: Model, team: str, lead: str | None, person: str | None, agency: str) -> bool:
    """Whether the actor, who knows of the case and of the action, says what became of it: whoever it is for, the lead
    of the case, and who manages the team that has it.
    """
    theirs = {one for one in (actor.account, *actor.stands_for) if one}
    is_for_them = person in theirs or agency in actor.partners.values()
    return is_for_them or lead in theirs or manages(actor, model, team)


def _told_apart(names: Iterable[tuple[str, str]]) -> Iterator[OpenAction]:
    times: dict[str, int] = {}
    for action, name in names:
        times[name] = times.get(name, 0) + 1
        yield OpenAction(action, name if times[name] == 1 else f"{name} ({times[name]})")


def _shortened(text: str, longest: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else f"{plain[: longest - 1].rstrip()}…"
