"""Who may start a process by hand, and when a case allows it."""

from collections.abc import Mapping
from typing import Any

from engine.access import SOCIAL_CARE, Actor, must_hold
from engine.beginnings import ANYONE, is_open_to, starters
from engine.commands.casework import CaseWork
from engine.errors import BadAnswers, NotFound, NotPossible
from engine.process.bundle import Model

# A plan that is no longer needed, or a child come of age, is for a review to say (WT2013, discontinuing).
FOR_A_REVIEW = ("no_longer_at_risk", "reached_18")
# Whose step it is: of the agency of whoever takes it, unless social care writes down what another agency said.
OWN_AGENCY = {"professional_disagreement": "raised_by"}


def must_start(actor: Actor, model: Model, process: str, team: str | None) -> None:
    """`team` is that of the case. Raises NotFound, or NotAllowed for whom the start event does not name."""
    if process not in model.drawings:
        raise NotFound(f"There is no process called {process}.")
    named = starters(model, process)
    if ANYONE not in named:
        must_hold(actor, named, team=team)


def must_be_startable(casework: CaseWork, model: Model, process: str, answers: Mapping[str, Any]) -> None:
    """Raises NotPossible, saying what to do instead."""
    if not is_open_to(model, process, casework.closed_at, casework.now):
        raise NotPossible("This case is closed. A new referral opens a new case.")
    if process == "discontinuation":
        if not casework.in_plan:
            raise NotPossible("No child protection plan is in force, so there is none to end.")
        if answers.get("ground") in FOR_A_REVIEW:
            raise NotPossible("Only a review conference ends a plan for this reason. Bring the review forward.")


def in_own_name(actor: Actor, process: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a start form, with the agency that the step is taken for. Raises BadAnswers for another's."""
    field, own = OWN_AGENCY.get(process), sorted(actor.agencies)
    if field is None:
        return dict(answers)
    named = answers.get(field, own[0])
    if named not in own and SOCIAL_CARE not in own:
        raise BadAnswers({field: "Choose your own agency, or leave this empty."})
    return {**answers, field: named}
