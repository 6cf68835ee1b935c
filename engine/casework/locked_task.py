"""A task that somebody is to work on: read once its case is locked, and whether they may."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import bindparam, or_, select

from engine.base.errors import AlreadyDone, NotAllowed, NotFound, RefusalCode
from engine.base.subject import Subject
from engine.casework import case_rows
from engine.casework.case_rows import LockedTask
from engine.casework.locked_case import CaseWork
from engine.casework.locking import FoundBy, lock_cases
from engine.facts.own_work import why_not_judge
from engine.people.command import Work
from engine.people.shown_names import capitalised, name_of
from engine.people.who_may import may_take
from engine.people.whose_tasks import for_own_organisation
from engine.tables import Case, WorkItem

_OF_TASK = select(WorkItem.case_id).where(WorkItem.id == bindparam("work_item"))
_CHILDREN = Case.person_id.in_(bindparam("children", expanding=True))
_OF_TASK_AND_CHILDREN = select(Case.id).where(or_(Case.id.in_(_OF_TASK), _CHILDREN))
_OF_TASKS = select(WorkItem.case_id).where(WorkItem.id.in_(bindparam("work_items", expanding=True)))
_OF_TASKS_AND_CHILDREN = select(Case.id).where(or_(Case.id.in_(_OF_TASKS), _CHILDREN))


def lock_task(work: Work, work_item: str, named: Collection[str] = ()) -> tuple[LockedTask, CaseWork]:
    """Read once its case is locked: what is decided on is what stands. Raises NotFound as `lock_known_case` does.

    `named` are ids that the answers name: those of children of whom the actor may know a case have their open ones
    locked as well, in one order with this one.
    """
    cases = FoundBy(_OF_TASK, {"work_item": work_item})
    if named:
        cases = FoundBy(_OF_TASK_AND_CHILDREN, {"work_item": work_item, "children": [*named]})
    locked = {one.case.id: one for one in lock_cases(work, cases, known=True)}
    found = case_rows.locked_task(work.connection, work_item) if locked else None
    if found is None or found.case not in locked:
        raise NotFound
    casework = locked.pop(found.case)
    _name_others(casework, locked.values())
    return found, casework


def lock_tasks(work: Work, named: Mapping[str, Collection[str]]) -> list[tuple[LockedTask, CaseWork]]:
    """Tasks of several cases, by their ids, each with the ids that its own answers name: all of their cases are locked
    by one statement, in the one order in which every command locks them, so that two people at work on two children of
    a family wait for each other and never for ever. Raises NotFound as `lock_task` does, whichever it is.
    """
    children = {child for of_one in named.values() for child in of_one}
    cases = FoundBy(_OF_TASKS_AND_CHILDREN, {"work_items": [*named], "children": [*children]})
    locked = {one.case.id: one for one in lock_cases(work, cases, known=True)}
    found = [case_rows.locked_task(work.connection, item) for item in named]
    tasks = [one for one in found if one is not None and one.case in locked]
    if len(tasks) < len(named):
        raise NotFound
    for one in tasks:
        theirs = (other for other in locked.values() if other.case.person in named[one.id])
        _name_others(locked[one.case], [other for other in theirs if other.case.id != one.case])
    return [(one, locked[one.case]) for one in tasks]


def _name_others(casework: CaseWork, named: Iterable[CaseWork]) -> None:
    for one in named:
        those = (other for other in (one, *one.same_child) if other is not casework and not other.closed_at)
        casework.others[one.case.person] = tuple(those)


def require_may_work_on(casework: CaseWork, item: LockedTask, *, hands_back: bool = False) -> None:
    """Raises NotAllowed unless a role of the task is held, in its agency (in social care: in the team of the case), and
    nobody is asked to judge their own work.

    An open task that a colleague has taken is theirs until they hand it back, or is done by whoever acts for them. One
    that was only given to them may be done by others of its role as well. Whoever `hands_back` what is theirs may do so
    also where they would judge their own work. Raises NotFound where it is another organisation's of the same agency.
    """
    require_own_organisation(casework, item)
    if not may_take(casework.work.actor, item.role, item.also, item.agency, casework.case.team):
        raise NotAllowed("This is not part of your role.", code=RefusalCode.ROLE)
    subject = Subject(item.process, item.element, item.case, item.instance)
    its_model, account = casework.model(item.instance_row), casework.work.actor.account
    own_work = "" if hands_back else why_not_judge(casework.connection, its_model, subject, account)
    if own_work:
        raise NotAllowed(own_work, code=RefusalCode.OWN_WORK)
    is_theirs = item.owner not in (None, account, *casework.work.actor.stands_for)
    if item.closed_at is None and is_theirs and (hands_back or not item.is_given):
        holder = capitalised(name_of(casework.connection, casework.work.actor, item.owner))
        words = f"{holder} has taken this task. Ask them to hand it back."
        raise NotAllowed(words, code=RefusalCode.TAKEN_BY_ANOTHER)


def require_own_organisation(casework: CaseWork, item: LockedTask) -> None:
    """Asked only where another organisation of the agency has a part as well. Raises NotFound."""
    actor = casework.work.actor
    if item.agency not in actor.partners.values():
        return
    theirs = [one.organisation for one in casework.parts.values() if one.agency == item.agency]
    if actor.organisations.issuperset(one for one in theirs if one):
        return
    own = select(WorkItem.id).where(WorkItem.id == item.id, for_own_organisation(actor))
    if casework.connection.execute(own).one_or_none() is None:
        raise NotFound


def require_open(casework: CaseWork, item: LockedTask) -> None:
    """Raises AlreadyDone, naming who and when."""
    if item.closed_at is None:
        return
    if item.closed_how == "withdrawn":
        raise AlreadyDone("This task was withdrawn.", code=RefusalCode.WITHDRAWN, at=item.closed_at)
    closer = name_of(casework.connection, casework.work.actor, item.closed_by)
    by = "you" if item.closed_by == casework.work.actor.account else closer or "the system"
    done = f"This task was already completed by {by}."
    raise AlreadyDone(done, code=RefusalCode.COMPLETED, by=closer, at=item.closed_at)
