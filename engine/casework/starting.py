"""Who may start a process by hand, and when a case allows it."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from sqlalchemy import func, select, tuple_

from engine.base.errors import BadAnswers, NotFound, NotPossible, RefusalCode
from engine.casework.alarms import raise_alarm
from engine.casework.case_rows import InstanceRow
from engine.casework.kept_with_child import must_be_possible
from engine.casework.letters import notice, people_of_team, with_who_acts
from engine.casework.locked_case import CaseWork
from engine.casework.moving import keep_submission
from engine.facts.beginnings import ANYONE, GOES_ON_ELSEWHERE, is_open_to, starters, why_not
from engine.facts.joining import is_decided
from engine.facts.life_events import life_event
from engine.forms.answer_roles import answer_with_role, field_with_role
from engine.forms.questions import Schema
from engine.people.identity import Actor
from engine.people.who_may import must_hold
from engine.process.bundle import START, Message, Model
from engine.tables import Answers

IN_OWN_CASE = "A new referral in one of your cases"
IN_CASE_OF_COLLEAGUE = "A new referral in a case of a colleague for whom you act"
JOINED = "joined "
"""Before the name of a process, in the entry of a message that reached one under way."""


def must_start(actor: Actor, model: Model, process: str, team: str | None) -> None:
    """`team` is that of the case. Raises NotFound, or NotAllowed for whom the start event does not name."""
    if process not in model.drawings:
        raise NotFound(f"There is no process called {process}.", code=RefusalCode.UNKNOWN_NAME)
    named = starters(model, process)
    if ANYONE not in named:
        must_hold(actor, named, team=team)


def must_be_startable(casework: CaseWork, model: Model, process: str, answers: object) -> None:
    """`answers` are unchecked, whatever JSON they are. Raises NotPossible, saying what to do instead."""
    if casework.case.is_joined:
        raise NotPossible(GOES_ON_ELSEWHERE, code=RefusalCode.CASE_CLOSED)
    if refusal := why_not(model, process, casework.closed_at, now=casework.now):
        raise refusal
    must_be_possible(casework, life_event(model, process))
    given: Mapping[str, Any] = cast("Mapping[str, Any]", answers) if isinstance(answers, Mapping) else {}
    for choice in _chosen(model.form(process, START) or {}, given):
        if "x-not-by-hand" in choice:
            raise NotPossible(choice["x-not-by-hand"], code=RefusalCode.NOT_BY_HAND)
        if "x-decided-in" in choice and not _is_disputable(casework, model, process, choice["x-decided-in"]):
            raise NotPossible(
                "This was decided too long ago. If you are worried, ask for a strategy discussion.",
                code=RefusalCode.DECIDED_TOO_LONG_AGO,
            )


def _chosen(form: Schema, answers: Mapping[str, Any]) -> Iterator[Schema]:
    for field, schema in form.get("properties", {}).items():
        yield from (choice for choice in schema.get("oneOf", ()) if choice["const"] == answers.get(field))


def _is_disputable(casework: CaseWork, model: Model, process: str, decided_in: str) -> bool:
    """Until some days after the decision, also while the case is open; what nobody has decided yet may be disputed."""
    tasks = [tuple(task.split(".")) for task in decided_in.split()]
    decided_at = casework.connection.execute(
        select(func.max(Answers.at)).where(
            Answers.case_id == casework.case.id, tuple_(Answers.process, Answers.element).in_(tasks)
        )
    ).scalar_one()
    return is_open_to(model, process, decided_at, casework.now)


def join(
    casework: CaseWork, model: Model, process: str, answers: Mapping[str, Any], submission: str | None
) -> InstanceRow | None:
    """The instance that is under way already, where a second call is recorded in it and starts no other."""
    message = next(one for one in model.messages.values() if one.starts == process)
    for instance in casework.running_of(process):
        if not is_decided(casework.connection, casework.model(instance), process, instance.id):
            payload = {"what": f"{JOINED}{process}", "answers": dict(answers), "submission": submission}
            payload |= casework.begun_for(starters(model, process))
            keep_submission(casework, submission, instance)
            casework.note("message", instance, element=message.name, payload=payload)
            return instance
    return None


def one_to_join(casework: CaseWork, message: Message, *, but: str = "") -> InstanceRow | None:
    """The oldest that runs and has not yet decided on what it was called for; `but` is the instance that calls."""
    if message.if_one_runs != "join":
        return None
    others = [one for one in casework.running_of(message.starts) if one.id != but]
    if others:
        casework.write_rows()
    undecided = (one for one in others if not is_decided(casework.connection, casework.model(one), one.process, one.id))
    return next(undecided, None)


def tell_of_referral(casework: CaseWork, model: Model, referral: InstanceRow, answers: Mapping[str, Any]) -> None:
    """Whoever is on duty, where a child may be in danger; whoever leads the case, where it is open already."""
    if in_danger(model, referral.process, answers):
        raise_alarm(casework, referral)
    if casework.case.lead:
        for account in with_who_acts(casework, casework.case.lead):
            notice(casework, account, IN_OWN_CASE if account == casework.case.lead else IN_CASE_OF_COLLEAGUE)


def in_danger(model: Model, process: str, answers: Mapping[str, Any]) -> bool:
    """Whether the answers that began the process say that a child is in immediate danger."""
    return answer_with_role(model.form(process, START) or {}, "immediate_danger", answers) == "yes"


def tell_supervisors(casework: CaseWork, model: Model, process: str, by: Actor) -> None:
    """Whatever a practitioner starts in a case, the manager of its team is told at once (pathway: part in a case)."""
    for account in people_of_team(casework, model.roles_with("supervises")):
        if account != by.account:
            notice(casework, account, f"Started in a case of your team: {model.drawings[process].name.lower()}")


def in_own_name(actor: Actor, model: Model, process: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a start form, with the agency that the step is taken for: that of whoever takes it, unless the
    leading agency writes down what another one said. Raises BadAnswers for another's, and for nobody's.
    """
    field, own = field_with_role(model.form(process, START) or {}, "acts_for"), actor.agencies
    if field is None:
        return dict(answers)
    named = answers.get(field, actor.agency)
    if named is None:
        raise BadAnswers({field: "You belong to no agency, so this cannot be begun in the name of one."})
    if named not in own and model.leading_agency not in own:
        raise BadAnswers({field: "Choose your own agency, or leave this empty."})
    return {**answers, field: named}
