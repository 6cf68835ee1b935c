"""Who may start a process by hand, and when a case allows it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine.access import Actor, must_hold
from engine.commands.casework import CaseWork
from engine.errors import NotFound, NotPossible
from engine.process.bundle import Model
from engine.process.drawing import Element

# A plan that is no longer needed, or a child come of age, is for a review to say (WT2013, discontinuing).
FOR_A_REVIEW = ("no_longer_at_risk", "reached_18")


def start_event(model: Model, process: str) -> Element:
    """Raises NotFound where there is no such process."""
    if process not in model.drawings:
        raise NotFound(f"There is no process called {process}.")
    return next(one for one in model.drawings[process].elements.values() if one.kind == "startEvent")


def must_start(actor: Actor, model: Model, process: str) -> None:
    """Raises NotFound, or NotAllowed for whom the start event does not name."""
    starters = start_event(model, process).properties.get("started_by", "").split()
    if "anyone" not in starters:
        must_hold(actor, starters)


def must_be_startable(casework: CaseWork, model: Model, process: str, answers: Mapping[str, Any]) -> None:
    """Raises NotPossible, saying what to do instead."""
    if casework.closed_at:
        days = int(start_event(model, process).properties.get("until_days_after_closure", 0))
        if not days or casework.now > casework.closed_at + timedelta(days=days):
            raise NotPossible("This case is closed. A new referral opens a new case.")
    if process == "discontinuation":
        if not casework.in_plan:
            raise NotPossible("No child protection plan is in force, so there is none to end.")
        if answers.get("ground") in FOR_A_REVIEW:
            raise NotPossible("Only a review conference ends a plan for this reason. Bring the review forward.")
