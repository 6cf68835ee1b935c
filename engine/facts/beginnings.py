"""How a process may be begun by hand: whom its start event names, and for how long after a case has closed."""

from datetime import datetime, timedelta

from engine.process.bundle import START, Model
from engine.process.drawing import Element
from engine.timescales.calendar import day_of

ANYONE = "anyone"
# A person calls for these as a message does (messages.csv): while one has not come to its decision, it is joined.
CALLED_FOR = ("immediate_protection", "strategy_discussion")


def start_event(model: Model, process: str) -> Element:
    """The drawing has exactly one; `process` must be one of the model's."""
    return next(one for one in model.drawings[process].elements.values() if one.kind == "startEvent")


def starters(model: Model, process: str) -> frozenset[str]:
    """The roles that may begin it, or `anyone`; none where only messages begin it."""
    return frozenset(start_event(model, process).properties.get("started_by", "").split())


def is_open_to(model: Model, process: str, since: datetime | None, now: datetime) -> bool:
    """Whether this process may still begin in a case closed then, or about what was decided then; most may not.

    The days are whole ones: the last lasts until its end in London.
    """
    if since is None:
        return True
    days = int(start_event(model, process).properties.get("until_days_after_closure", 0))
    return days > 0 and day_of(now) <= day_of(since) + timedelta(days=days)


def why_not(model: Model, process: str, closed_at: datetime | None, *, in_plan: bool, now: datetime) -> str:
    """Why a case does not allow it, whoever asks, and what to do instead; empty where it does."""
    if not is_open_to(model, process, closed_at, now):
        return "This case is closed. A new referral opens a new case."
    if process == "discontinuation" and not in_plan:
        return "No child protection plan is in force, so there is none to end."
    return ""


def opens_cases(model: Model, process: str) -> bool:
    """Whether its form asks which children it is about: a case opens for each (WT2013 ch1 para 37)."""
    form = model.form(process, START) or {}
    return "children" in form.get("properties", {})


def starts_at_once(model: Model, process: str) -> bool:
    """Whether nothing must be said to begin it: what protects a child waits for no form."""
    form = model.form(process, START) or {}
    return not form.get("required")
