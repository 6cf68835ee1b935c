"""The right thing today is not the next box: somebody goes on without a step, repeats one, or opens one early."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from engine import forms
from engine.base.errors import AlreadyDone, NotAllowed, NotFound, NotPossible, RefusalCode
from engine.base.identifiers import new_id
from engine.base.subject import Subject
from engine.casework import case_rows
from engine.casework.case_rows import LockedTask
from engine.casework.departing import Departing, ask_first, proceed, refuse
from engine.casework.locked_case import CaseWork
from engine.casework.locked_task import lock_task, require_open, require_own_organisation
from engine.casework.locking import lock_known_case
from engine.facts.beginnings import GOES_ON_ELSEWHERE
from engine.facts.circumstances import situation
from engine.facts.departure_forms import (
    AGENCY,
    ANOTHER_DECIDES,
    CLOSED,
    DECIDE,
    DECIDED_ALREADY,
    DECISION,
    DONE_ALREADY,
    MANAGER_DECIDES,
    NOT_DONE_YET,
    NOT_FOR_YOU,
    OPEN_ALREADY,
    REASON,
    STEP_SETTLED,
    VERDICT,
    WAITS_ALREADY,
    agencies_named,
    asked_to_depart,
    form_of_skip,
    may_open,
    may_skip,
    must_be_possible,
    takes_manager,
    whose,
)
from engine.facts.managing import manages
from engine.facts.models import in_force
from engine.forms.departure_rules import How
from engine.people.command import CommandRight, Work, command
from engine.people.identity import Actor
from engine.people.who_knows import must_take_part
from engine.process.bundle import Model
from engine.tables import Case, Departure, Instance, WorkItem
from engine.tables.departure_tables import FURTHER

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.DEPARTS)
def skip_step(work: Work, work_item: str, answers: Mapping[str, Any]) -> bool:
    """Goes on without an open task, by what is stated; from answers to `asked_to_depart` of `form_of_skip`. Gives
    whether it was done: else it waits for a manager. Whoever may leaves a further step undone.

    Raises NotFound, NotAllowed, AlreadyDone, NotPossible where the models never allow it, BadAnswers.
    """
    item, casework = lock_task(work, work_item, ())
    must_take_part(work.connection, work.actor, item.case)
    model = casework.model(item.instance_row)
    require_own_organisation(casework, item)
    if not may_skip(work.actor, model, item, casework.case.team):
        raise NotAllowed(NOT_FOR_YOU, code=RefusalCode.ROLE)
    _must_not_be_held(casework, model, item)
    if item.closed_at is not None and _is_sent_again(casework, item, answers):
        return True
    require_open(casework, item)
    if item.occurrence < FURTHER:
        must_be_possible(model, item.process, item.element, "skip")
    subject = Subject(item.process, item.element, item.case, item.instance)
    said = _stated(casework, model, subject, answers, further=item.occurrence >= FURTHER)
    departing = Departing(
        id=new_id(),
        how="skip",
        instance=item.instance_row,
        element=item.element,
        occurrence=item.occurrence,
        agency=item.agency,
        reason=said.pop(REASON),
        stated=said,
        asked_by=work.actor.account,
        asked_at=work.now,
    )
    return _depart(casework, model, departing)


@command(may=CommandRight.DEPARTS)
def take_further_step(work: Work, case: str, instance: str, element: str, how: How, answers: Mapping[str, Any]) -> bool:
    """Opens a work item outside the state of a process of the case, from answers to `asked_to_depart`: of a step that
    was done (`repeat`), or that the process has not come to (`open`). Gives whether it is open: else it waits for a
    manager.

    Raises NotFound, NotAllowed, AlreadyDone where it is open already, NotPossible, BadAnswers.
    """
    casework = lock_known_case(work, case)
    must_take_part(work.connection, work.actor, case)
    found = work.connection.execute(select(Instance.id).filter_by(id=instance, case_id=case)).one_or_none()
    its = case_rows.instance(work.connection, instance) if found else None
    model = casework.model(its) if its else None
    task = model.drawings[its.process].elements.get(element) if its and model else None
    if its is None or model is None or task is None or task.kind != "userTask":
        raise NotFound
    options = {one: row for one, row in whose(model, task).items() if may_open(work.actor, row, casework.case.team)}
    if not options:
        raise NotAllowed(NOT_FOR_YOU, code=RefusalCode.ROLE)
    if casework.closed_at:
        words = GOES_ON_ELSEWHERE if casework.case.is_joined else CLOSED
        raise NotPossible(words, code=RefusalCode.CASE_CLOSED)
    must_be_possible(model, its.process, element, how)
    said = forms.check(asked_to_depart(how, {}, agencies_named(model, options)), answers, _NO_CIRCUMSTANCES, work.now)
    departing = Departing(
        id=new_id(),
        how=how,
        instance=its,
        element=element,
        occurrence=0,
        agency=said.get(AGENCY),
        reason=said[REASON],
        stated={},
        asked_by=work.actor.account,
        asked_at=work.now,
    )
    if _is_opened_again(casework, departing):
        return True
    _must_stand_so(casework, departing)
    return _depart(casework, model, departing)


@command(may=CommandRight.MANAGES_CASE)
def decide_departure(work: Work, case: str, departure: str, answers: Mapping[str, Any]) -> None:
    """A manager agrees to what somebody else asked for, which then takes effect, or refuses it; from answers to
    `DECIDE`. Raises NotFound, NotAllowed, AlreadyDone, NotPossible, BadAnswers.
    """
    casework = lock_known_case(work, case)
    must_take_part(work.connection, work.actor, case)
    asked = select(Departure.__table__).where(Departure.id == departure, Departure.case_id == case)
    row = work.connection.execute(asked).one_or_none()
    if row is None:
        raise NotFound
    _must_manage(work.actor, casework.model_in_force, casework.case.team, row.asked_by)
    instance = case_rows.instance(work.connection, row.instance_id)
    departing = Departing(
        id=row.id,
        how=row.how,
        instance=instance,
        element=row.element,
        occurrence=row.occurrence,
        agency=row.agency_id,
        reason=row.reason,
        stated=row.stated,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
    )
    if row.stands != "waits":
        raise AlreadyDone(DECIDED_ALREADY, code=RefusalCode.CHANGED_MEANWHILE, at=row.decided_at)
    said = forms.check(DECIDE, answers, _NO_CIRCUMSTANCES, work.now)
    if said[VERDICT] == "refused":
        refuse(casework, departing, said[DECISION])
        return
    must_be_possible(casework.model(instance), instance.process, row.element, row.how)
    _must_still_stand(casework, departing)
    proceed(casework, departing, agreed=said[DECISION])


def must_decide(connection: Connection, actor: Actor, case: str, asked_by: str | None) -> None:
    """Raises NotFound, NotAllowed, as `decide_departure` would of what this account asked for."""
    must_take_part(connection, actor, case)
    team = connection.execute(select(Case.team_id).where(Case.id == case)).scalar_one()
    _must_manage(actor, in_force(connection, actor.within), team, asked_by)


def _must_manage(actor: Actor, model: Model, team: str, asked_by: str | None) -> None:
    """Two people: nobody agrees to what they asked for."""
    if not manages(actor, model, team):
        raise NotAllowed(MANAGER_DECIDES, code=RefusalCode.ROLE)
    if asked_by is not None and asked_by in (actor.account, *actor.stands_for):
        raise NotAllowed(ANOTHER_DECIDES, code=RefusalCode.SECOND_PERSON)


def _depart(casework: CaseWork, model: Model, departing: Departing) -> bool:
    waits = takes_manager(model, departing.instance.process, departing.element, departing.how)
    if departing.occurrence >= FURTHER or not waits:
        proceed(casework, departing)
        return True
    if not _is_asked_again(casework, departing):
        ask_first(casework, departing)
    return False


def _must_not_be_held(casework: CaseWork, model: Model, item: LockedTask) -> None:
    """What a colleague has taken is theirs to do or to leave; a manager of the team may go on without it."""
    actor = casework.work.actor
    theirs = item.owner not in (None, actor.account, *actor.stands_for) and not item.is_given
    if item.closed_at is None and theirs and not manages(actor, model, casework.case.team):
        words = "Somebody else has taken this task. Ask them to hand it back."
        raise NotAllowed(words, code=RefusalCode.TAKEN_BY_ANOTHER)


def _stated(
    casework: CaseWork, model: Model, subject: Subject, answers: Mapping[str, Any], *, further: bool
) -> dict[str, Any]:
    """Nothing goes on by a further step. Raises BadAnswers."""
    work = casework.work
    stands = situation(work.connection, work.actor, model, subject, answers, work.now, casework)
    asked = asked_to_depart("skip", {} if further else form_of_skip(model, subject.process, subject.element), {})
    return forms.check(asked, answers, stands.holding, work.now, stands.choices)


def _is_sent_again(casework: CaseWork, item: LockedTask, answers: Mapping[str, Any]) -> bool:
    its = {"instance_id": item.instance, "element": item.element, "occurrence": item.occurrence, "how": "skip"}
    found = select(Departure.reason).filter_by(**its, asked_by=casework.work.actor.account, stands="taken")
    return answers.get(REASON) in casework.connection.scalars(found).all()


def _is_asked_again(casework: CaseWork, departing: Departing) -> bool:
    """By the same person, for the same reason. Raises AlreadyDone where somebody else's request waits."""
    its = {"instance_id": departing.instance.id, "element": departing.element, "how": departing.how}
    rows = select(Departure.asked_by, Departure.reason).filter_by(
        **its, agency_id=departing.agency, occurrence=departing.occurrence, stands="waits"
    )
    waiting = casework.connection.execute(rows).all()
    if any((row.asked_by, row.reason) == (departing.asked_by, departing.reason) for row in waiting):
        return True
    if waiting:
        raise AlreadyDone(WAITS_ALREADY, code=RefusalCode.CHANGED_MEANWHILE)
    return False


def _is_opened_again(casework: CaseWork, departing: Departing) -> bool:
    """The same was sent twice: it is open, by the same person and for the same reason."""
    still_open = [(item.instance, item.element, item.occurrence) for item in casework.items.values() if item.is_further]
    its = {"instance_id": departing.instance.id, "element": departing.element, "how": departing.how}
    rows = select(Departure.instance_id, Departure.element, Departure.occurrence).filter_by(
        **its, reason=departing.reason, asked_by=departing.asked_by, stands="taken"
    )
    return any(
        (row.instance_id, row.element, row.occurrence) in still_open for row in casework.connection.execute(rows)
    )


def _must_stand_so(casework: CaseWork, departing: Departing) -> None:
    """Raises AlreadyDone where the step is open, NotPossible where it was done, or was not."""
    its, agency = (departing.instance.id, departing.element), departing.agency
    here = [item.agency for item in casework.items.values() if (item.instance, item.element) == its]
    if agency in here or (here and agency is None):
        raise AlreadyDone(OPEN_ALREADY, code=RefusalCode.STEP_OPEN)
    done = select(WorkItem.id).where(WorkItem.instance_id == its[0], WorkItem.element == its[1])
    done = done.where(WorkItem.closed_how == "completed", *([WorkItem.agency_id == agency] if agency else []))
    was_done = casework.connection.execute(done.limit(1)).one_or_none() is not None
    if departing.how == "repeat" and not was_done:
        raise NotPossible(NOT_DONE_YET, code=RefusalCode.NOT_YET_OPEN)
    if departing.how == "open" and was_done:
        raise NotPossible(DONE_ALREADY, code=RefusalCode.DONE_BEFORE)


def _must_still_stand(casework: CaseWork, departing: Departing) -> None:
    """What was asked may not be there any more when it is agreed to."""
    if departing.how != "skip":
        if casework.closed_at:
            raise NotPossible(CLOSED, code=RefusalCode.CASE_CLOSED)
        _must_stand_so(casework, departing)
        return
    place = (departing.instance.id, departing.element, departing.occurrence)
    if place not in [(item.instance, item.element, item.occurrence) for item in casework.items.values()]:
        raise AlreadyDone(STEP_SETTLED, code=RefusalCode.WITHDRAWN)
