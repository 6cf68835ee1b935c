"""How a process may be begun by hand: what its start event says of it, and whether a case allows it now."""

from datetime import datetime, timedelta

from engine.base.errors import NotFound, NotPossible, RefusalCode
from engine.forms.answer_roles import field_with_role
from engine.process.bundle import START, Model
from engine.process.drawing import Element
from engine.timescales.calendar import day_of

ANYONE = "anyone"
YES = "yes"
GOES_ON_ELSEWHERE = "This case is closed, as its work goes on elsewhere."
IN_THE_MIDDLE = 50
"""The place among what is offered of a process that does not say its own (`offered`): after what protects, before what
ends something.
"""


def start_event(model: Model, process: str) -> Element:
    """The drawing has exactly one; `process` must be one of the model's."""
    return next(one for one in model.drawings[process].elements.values() if one.kind == "startEvent")


def says(model: Model, process: str, name: str) -> bool:
    """Whether the start event has a property that is there or not: `joins_by_hand`, `emergency`, `refers` and so on."""
    return start_event(model, process).properties.get(name) == YES


def processes_that_say(model: Model, name: str) -> frozenset[str]:
    return frozenset(process for process in model.drawings if says(model, process, name))


def starters(model: Model, process: str) -> frozenset[str]:
    """The roles that may begin it, or `anyone`; none where only messages begin it."""
    return frozenset(start_event(model, process).properties.get("started_by", "").split())


def open_to_anyone(model: Model) -> str:
    """The process that opens cases and that anyone may begin: the page for referring a child is its form.

    Raises NotFound where the bundle has none.
    """
    found = (one for one in model.drawings if ANYONE in starters(model, one) and opens_cases(model, one))
    process = next(found, None)
    if process is None:
        raise NotFound("Nobody can refer a child here without an account.", code=RefusalCode.NOT_OPEN_TO_ANYONE)
    return process


def place(model: Model, process: str) -> tuple[int, str]:
    """By which what may be begun is put in order: the number that `offered` gives, then the name."""
    offered = start_event(model, process).properties.get("offered", "")
    return int(offered) if offered.isdecimal() else IN_THE_MIDDLE, model.drawings[process].name


def days_after_closure(model: Model) -> int:
    """For how many days after its closure something may still begin in a case."""
    return max((_days_after_closure(model, process) for process in model.drawings), default=0)


def _days_after_closure(model: Model, process: str) -> int:
    return int(start_event(model, process).properties.get("until_days_after_closure", 0))


def is_open_to(model: Model, process: str, since: datetime | None, now: datetime) -> bool:
    """Whether this process may still begin in a case closed then, or about what was decided then; most may not.

    The days are whole ones: the last lasts until its end in London.
    """
    if since is None:
        return True
    days = _days_after_closure(model, process)
    return days > 0 and day_of(now) <= day_of(since) + timedelta(days=days)


def why_not(model: Model, process: str, closed_at: datetime | None, *, now: datetime) -> NotPossible | None:
    """Why a case does not allow it, whoever asks, with what to do instead; none where it does."""
    if not is_open_to(model, process, closed_at, now):
        return NotPossible("This case is closed. A new referral opens a new case.", code=RefusalCode.CASE_CLOSED)
    return None


def opens_cases(model: Model, process: str) -> bool:
    """Whether its form asks which children it is about: a case opens for each (WT2013 ch1 para 37)."""
    return field_with_role(model.form(process, START) or {}, "children") is not None


def starts_at_once(model: Model, process: str) -> bool:
    """Whether nothing must be said to begin it: what protects a child waits for no form."""
    form = model.form(process, START) or {}
    return not form.get("required")
