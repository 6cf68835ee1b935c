"""What the page of a try by hand shows: where each case stands, who would do what, what came last, what was done."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.base.clock import LONDON
from engine.base.errors import Problem
from engine.base.subject import Subject
from engine.commands.timers import next_due
from engine.facts.authority import calendar_of
from engine.facts.beginnings import ANYONE, opens_cases, place, starters, why_not
from engine.facts.change_files import ChangedFiles, ChangeRow, change_row, files_of_change
from engine.facts.own_work import why_not_judge
from engine.forms.checks import KNOWN_CHECKS
from engine.lint.linted import linted
from engine.people.identity import CHANGES_PATHWAY, THE_PUBLIC, Actor
from engine.people.who_may import must_hold
from engine.process.bundle import START, Model, bundle_hash
from engine.reads.case.case_page import CaseView
from engine.reads.case.case_page import case as case_page
from engine.reads.case.timeline import Happening
from engine.reads.list_page import FEW, Wanted
from engine.scenario.names import task_name
from engine.scenario.sight import look
from engine.scenario.story import SEND
from engine.tables import Account, TryByHand, WorkItem
from engine.trial.hand_scratch import PlayedTry
from engine.trial.hand_story import A_MINUTE, Told, moment_of


@dataclass(frozen=True, slots=True)
class KeptTry:
    """`change_hash` is of the files on which it was last seen to go."""

    told: Told
    version: int
    change_hash: str
    began_at: datetime


@dataclass(frozen=True, slots=True)
class DraftToTry:
    """A draft, and how far its reader has come in trying it; `faults` are why it cannot be tried."""

    row: ChangeRow
    files: ChangedFiles
    faults: Sequence[Problem]
    kept: KeptTry | None
    cases_shown: tuple[str, ...] = ()

    @property
    def hash(self) -> str:
        return bundle_hash(self.files.models)

    @property
    def was_changed(self) -> bool:
        """Since it was last seen to go."""
        return self.kept is not None and self.kept.change_hash != self.hash


@dataclass(frozen=True, slots=True)
class OfferedTask:
    """How a story calls an open task, and who of it would do it."""

    name: str
    who: str
    role: str
    process: str
    element: str


@dataclass(frozen=True, slots=True)
class OfferedStart:
    """`who` may begin the process, as a story writes them."""

    process: str
    title: str
    who: str


@dataclass(frozen=True, slots=True)
class TriedCase:
    """`name` is how the story calls it, `view` as somebody who sees all of it is shown it. `tasks` are by the id of
    their item. `came` is what the last step brought, newest first. `letters` wait to leave.
    """

    name: str
    view: CaseView
    tasks: Mapping[str, OfferedTask]
    starts: Sequence[OfferedStart]
    came: Sequence[Happening]
    letters: int


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step in words. `who` is empty where only time passed."""

    number: int
    at: datetime
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class NextDue:
    """The next moment at which something happens by itself: the time of these `clocks` runs out, if any."""

    at: datetime
    clocks: Sequence[str]


@dataclass(frozen=True, slots=True)
class TryShown:
    now: datetime
    cases: Sequence[TriedCase]
    starts: Sequence[OfferedStart]
    steps: Sequence[StepDone]
    next_due: NextDue | None


def draft_to_try(connection: Connection, actor: Actor, _now: datetime, change: str) -> DraftToTry:
    """Raises NotAllowed for who does not change the pathway, and NotFound."""
    must_hold(actor, CHANGES_PATHWAY)
    row = change_row(connection, actor.within, change)
    files = files_of_change(connection, actor.within, row)
    faults = [one for one in linted(files.models, KNOWN_CHECKS) if one.level == "fault"]
    own = (TryByHand.change_id == change, TryByHand.account_id == actor.account)
    columns = (TryByHand.told, TryByHand.version, TryByHand.change_hash, TryByHand.began_at)
    found = connection.execute(select(*columns).where(*own)).mappings().one_or_none()
    return DraftToTry(row, files, faults, KeptTry(**found) if found else None)


def people_of(model: Model) -> Mapping[str, str]:
    """Whom somebody may be in a try, as a story writes them, with their names: two of each role."""
    found: dict[str, str] = {}
    for role in sorted(model.roles.values(), key=lambda one: one.name):
        found[role.id] = role.name
        if role.account:
            found[f"{role.id}.2"] = f"{role.name} 2"
    return found


def named(model: Model, who: str) -> str:
    return people_of(model).get(who, who)


def who_sees_all(model: Model) -> str:
    """A role of the team that has the case."""
    return min(role.id for role in model.roles.values() if "leads" in role.flags)


def standing(played: PlayedTry, told: Told) -> TryShown:
    """`told` is what was played; it may be empty."""
    model = played.model
    cases = [_case(played, model, case, name) for case, name in played.cases.items()]
    return TryShown(
        now=played.now,
        cases=cases,
        starts=_starts(model, played.now),
        steps=[*_steps(model, told)],
        next_due=_next_due(played, cases),
    )


def _case(played: PlayedTry, model: Model, case: str, name: str) -> TriedCase:
    reader = who_sees_all(model)
    view = played.read(case_page, reader, played.now, case)
    with played.database.read() as connection:
        tasks = dict(offered_tasks(connection, model, case, played.now))
    return TriedCase(
        name=name,
        view=view,
        tasks=tasks,
        starts=() if view.is_joined else _starts(model, played.now, view),
        came=_came(played, view, reader),
        letters=view.letters.total or 0,
    )


def _came(played: PlayedTry, view: CaseView, reader: str) -> Sequence[Happening]:
    since = moment_of(played.told, -1) if played.told["step"] else played.now
    rows = [one for one in view.happened.rows if one.at > since]
    if len(rows) < FEW:
        return rows
    all_of_it = played.read(case_page, reader, played.now, view.id, "", Wanted("happened"))
    return [one for one in all_of_it.happened.rows if one.at > since]


def offered_tasks(connection: Connection, model: Model, case: str, now: datetime) -> Iterator[tuple[str, OfferedTask]]:
    """Of several that are called alike a story means the one opened first: the others come after it."""
    sight = look(connection, case, now)
    seen: set[str] = set()
    items = [task.item for task in sight.tasks]
    rows = connection.execute(
        select(WorkItem.id, WorkItem.role, WorkItem.instance_id).where(WorkItem.id.in_(items))
    ).all()
    by_item = {row.id: row for row in rows}
    for task in sight.tasks:
        name, row = sight.name(task), by_item[task.item]
        if name in seen:
            continue
        seen.add(name)
        about = Subject(task.process, task.element, case, row.instance_id)
        who = row.role if _may_judge(connection, model, about, row.role) else f"{row.role}.2"
        yield task.item, OfferedTask(name, who, named(model, who), task.process, task.element)


def _may_judge(connection: Connection, model: Model, about: Subject, role: str) -> bool:
    """Whether the first person of a role may: nobody judges their own work."""
    account = connection.scalar(select(Account.id).where(Account.email.startswith(f"{role}.1@")))
    return not why_not_judge(connection, model, about, account)


def _starts(model: Model, now: datetime, view: CaseView | None = None) -> list[OfferedStart]:
    """In a case what does not open one; else what does."""
    found: list[OfferedStart] = []
    for process in sorted(model.drawings, key=lambda one: place(model, one)):
        by = starters(model, process)
        opens = opens_cases(model, process)
        if not by or opens is (view is not None) or (view and why_not(model, process, view.closed_at, now=now)):
            continue
        found.append(OfferedStart(process, model.title(process, START), _starter(model, by, opens=opens)))
    return found


def _starter(model: Model, by: Collection[str], *, opens: bool) -> str:
    """Who is offered first: whoever knows of the case, where they may."""
    if ANYONE in by:
        return THE_PUBLIC if opens and THE_PUBLIC in model.roles else who_sees_all(model)
    return min(by, key=lambda role: (role != who_sees_all(model), not model.roles[role].flags, role))


def _next_due(played: PlayedTry, cases: Sequence[TriedCase]) -> NextDue | None:
    with played.database.read() as connection:
        moment = next_due(connection, played.now)
    if moment is None:
        return None
    titles = {clock.title for one in cases for clock in one.view.clocks.rows if clock.due_at == moment}
    return NextDue(moment, sorted(titles))


def after_working_days(played: PlayedTry, days: int) -> datetime:
    """The same time of day, so many working days later."""
    local = played.now.astimezone(LONDON)
    with played.database.read() as connection:
        calendar = calendar_of(connection, played.stage.cast.authority)
    day = calendar.add_working_days(local.date(), days)
    return datetime.combine(day, local.time(), LONDON)


def after_next_due(played: PlayedTry) -> datetime | None:
    """The minute after the next thing has happened by itself; None where nothing is to."""
    with played.database.read() as connection:
        moment = next_due(connection, played.now)
    return moment and moment.replace(second=0, microsecond=0) + A_MINUTE


def step_in_words(model: Model, told: Told, number: int) -> str:
    """The first is 1."""
    step = [*_steps(model, told)][number - 1]
    return f"{step.what} ({step.who})" if step.who else step.what


def _steps(model: Model, told: Told) -> Iterator[StepDone]:
    for number, step in enumerate(told["step"], 1):
        at = moment_of(told, number)
        if "start" in step:
            yield StepDone(number, at, named(model, step["as"]), _title(model, step["start"], START))
        elif "do" in step:
            process, task, _ = task_name(step["do"])
            process = process or next((one for one, drawn in model.drawings.items() if task in drawn.elements), "")
            yield StepDone(number, at, named(model, step["as"]), _title(model, process, task))
        else:
            yield StepDone(number, at, "", "Letters left" if SEND in step else "Time passed until then")


def _title(model: Model, process: str, element: str) -> str:
    """A step of a draft that was changed since may name what is there no longer."""
    drawing = model.drawings.get(process)
    if drawing is None or element not in {*drawing.elements, START}:
        return element if element != START else process
    return model.title(process, element)
