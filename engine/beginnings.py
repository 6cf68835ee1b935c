"""How a process may be begun by hand: whom its start event names, and for how long after a case has closed."""

from datetime import datetime, timedelta

from engine.process.bundle import START, Model
from engine.process.drawing import Element

ANYONE = "anyone"


def start_event(model: Model, process: str) -> Element:
    """The drawing has exactly one; `process` must be one of the model's."""
    return next(one for one in model.drawings[process].elements.values() if one.kind == "startEvent")


def starters(model: Model, process: str) -> frozenset[str]:
    """The roles that may begin it, or `anyone`; none where only messages begin it."""
    return frozenset(start_event(model, process).properties.get("started_by", "").split())


def is_open_to(model: Model, process: str, closed_at: datetime | None, now: datetime) -> bool:
    """Whether a case that was closed then is still open to this process: most end with the case itself."""
    if closed_at is None:
        return True
    days = int(start_event(model, process).properties.get("until_days_after_closure", 0))
    return days > 0 and now <= closed_at + timedelta(days=days)


def opens_cases(model: Model, process: str) -> bool:
    """Whether its form asks which children it is about: a case opens for each (WT2013 ch1 para 37)."""
    form = model.form(process, START) or {}
    return "children" in form.get("properties", {})


def starts_at_once(model: Model, process: str) -> bool:
    """Whether nothing must be said to begin it: what protects a child waits for no form."""
    form = model.form(process, START) or {}
    return not form.get("required")
