"""Who may start a process by hand, and when a case allows it."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import func, or_, select

from engine.base.errors import BadAnswers, NotFound, NotPossible
from engine.casework.letters import notice
from engine.casework.locked_case import CaseWork, InstanceRow, running
from engine.facts.beginnings import ANYONE, is_open_to, says, starters, why_not
from engine.facts.joining import is_decided
from engine.people.identity import SOCIAL_CARE, Actor
from engine.people.who_may import must_hold
from engine.process.bundle import Model
from engine.tables import Answers, Membership

# A plan that is no longer needed, or a child come of age, is for a review to say (WT2013, discontinuing).
FOR_A_REVIEW = ("no_longer_at_risk", "reached_18")
# Where each thing is decided that an agency may disagree with. A plan may be disputed as long as it lasts.
DECIDED_IN = {
    "response": ("decide_response",),
    "assessment": ("authorise_assessment", "authorise_section_47_outcome"),
    "strategy_decision": ("hold_strategy_discussion",),
    "no_conference": ("authorise_section_47_outcome",),
    "conference_decision": ("hold_conference",),
}
# Whose step it is: of the agency of whoever takes it, unless social care writes down what another agency said.
OWN_AGENCY = {"professional_disagreement": "raised_by"}


def must_start(actor: Actor, model: Model, process: str, team: str | None) -> None:
    """`team` is that of the case. Raises NotFound, or NotAllowed for whom the start event does not name."""
    if process not in model.drawings:
        raise NotFound(f"There is no process called {process}.")
    named = starters(model, process)
    if ANYONE not in named:
        must_hold(actor, named, team=team)


def must_be_startable(casework: CaseWork, model: Model, process: str, answers: object) -> None:
    """`answers` are unchecked, whatever JSON they are. Raises NotPossible, saying what to do instead."""
    if reason := why_not(
        model, process, casework.closed_at, holds=lambda fact: casework.case_facts()[fact], now=casework.now
    ):
        raise NotPossible(reason)
    given: Mapping[str, Any] = cast("Mapping[str, Any]", answers) if isinstance(answers, Mapping) else {}
    if process == "discontinuation" and given.get("ground") in FOR_A_REVIEW:
        raise NotPossible("Only a review conference ends a plan for this reason. Bring the review forward.")
    if process == "professional_disagreement" and not _is_disputable(casework, model, process, given.get("about")):
        raise NotPossible("This was decided too long ago. If you are worried, ask for a strategy discussion.")


def _is_disputable(casework: CaseWork, model: Model, process: str, about: object) -> bool:
    """Until 28 days after the decision, also while the case is open; what nobody has decided yet may be disputed."""
    decided_in = DECIDED_IN.get(about, ()) if isinstance(about, str) else ()
    statement = select(func.max(Answers.at)).where(Answers.case_id == casework.case.id, Answers.element.in_(decided_in))
    decided_at = casework.connection.execute(statement).scalar_one()
    return is_open_to(model, process, decided_at, casework.now)


def join(casework: CaseWork, model: Model, process: str, answers: Mapping[str, Any]) -> InstanceRow | None:
    """The instance that is under way already, where a second call is recorded in it and starts no other."""
    if not says(model, process, "joins_by_hand"):
        return None
    message = next(one for one in model.messages.values() if one.starts == process)
    for instance in running(casework, process):
        if not is_decided(casework.connection, casework.model(instance), process, instance.id):
            payload = {"what": f"joined {process}", "answers": dict(answers)}
            casework.note("message", instance, element=message.name, payload=payload)
            return instance
    return None


def tell_managers(casework: CaseWork, model: Model, process: str) -> None:
    """Whatever a practitioner starts in a case, its team manager is told at once (pathway: part in a case)."""
    managers = casework.connection.scalars(
        select(Membership.account_id).where(
            *(Membership.role == "team_manager", Membership.team_id == casework.case.team),
            # Who becomes one at this very moment may have come after it.
            Membership.held_from < casework.now,
            or_(Membership.held_until.is_(None), Membership.held_until > casework.now),
        )
    )
    for account in sorted(set(managers) - {casework.work.actor.account}):
        notice(casework, account, f"Started in a case of your team: {model.drawings[process].name.lower()}")


def in_own_name(actor: Actor, process: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a start form, with the agency that the step is taken for. Raises BadAnswers for another's."""
    field, own = OWN_AGENCY.get(process), sorted(actor.agencies)
    if field is None:
        return dict(answers)
    named = answers.get(field, own[0])
    if named not in own and SOCIAL_CARE not in own:
        raise BadAnswers({field: "Choose your own agency, or leave this empty."})
    return {**answers, field: named}
