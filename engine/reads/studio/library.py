"""The pathway as it is in force: its processes, where they run, what was published before, and the drafts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from engine.base.errors import NotFound
from engine.facts.models import in_force
from engine.people.identity import STUDIO, Actor
from engine.people.who_knows import is_open_to
from engine.people.who_may import must_hold
from engine.process.bundle import Model
from engine.process.drawing import Drawing, Element
from engine.reads.authority.administration import PublicationRow, publications
from engine.reads.authority.carry_overs import carry_overs
from engine.reads.authority.people import names_of_accounts
from engine.reads.authority.told_numbers import number_told
from engine.reads.studio.change_list import ChangeSummary, changes
from engine.reads.studio.departure_figures import DepartureFigure, departure_figures
from engine.reads.studio.draft_rights import changes_all, changes_words
from engine.tables import Case, Instance

NOBODY = {"system": "the system"}
MOST_PUBLICATIONS = 20


@dataclass(frozen=True, slots=True)
class Running:
    """How many cases run a process on what is in force, and on earlier models."""

    now: int = 0
    before: int = 0

    @property
    def now_told(self) -> str:
        return number_told(self.now)

    @property
    def before_told(self) -> str:
        return number_told(self.before)


@dataclass(frozen=True, slots=True)
class ProcessShown:
    """A process of the pathway: how many tasks it has, and in how many cases it runs."""

    id: str
    name: str
    tasks: int
    running: Running


@dataclass(frozen=True, slots=True)
class Library:
    """`publications` are the newest first; the first is in force. `names` are of the accounts that they name. `closed`
    are the drafts of which nothing more will come. `may_start` a draft; `may_change` everything, as to go back to what
    was in force before.
    """

    edition: str
    bundle: str
    processes: Sequence[ProcessShown]
    publications: Sequence[PublicationRow]
    names: Mapping[str, str]
    drafts: Sequence[ChangeSummary]
    closed: Sequence[ChangeSummary]
    may_start: bool
    may_change: bool
    carrying_over_waits: bool
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step of a drawing for the table beside it. `who` is empty where nobody does it; `leads_to` are titles."""

    id: str
    title: str
    kind: str
    who: str
    leads_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProcessPage:
    id: str
    name: str
    bundle: str
    steps: Sequence[StepShown]
    departures: Sequence[DepartureFigure]
    may_change: bool
    cases_shown: tuple[str, ...] = ()


def library(connection: Connection, actor: Actor, _now: datetime) -> Library:
    """Raises NotAllowed for whoever neither changes the pathway nor approves that."""
    must_hold(actor, STUDIO)
    model = in_force(connection, actor.within)
    running = _running(connection, actor, model.hash)
    shown = publications(connection, actor.within)[:MOST_PUBLICATIONS]
    found = changes(connection, actor.within)
    named = {one for row in shown for one in (row.published_by, row.approved_by) if one}
    return Library(
        edition=model.edition.name,
        bundle=model.hash,
        processes=[
            ProcessShown(one.process, one.name, len(_tasks(one)), running.get(one.process, Running()))
            for one in sorted(model.drawings.values(), key=lambda one: one.name)
        ],
        publications=shown,
        names={**names_of_accounts(connection, named), **NOBODY},
        drafts=[one for one in found if not one.is_closed],
        closed=[one for one in found if one.is_closed],
        may_start=changes_words(actor),
        may_change=changes_all(actor),
        carrying_over_waits=any(one.waits_for_second for one in carry_overs(connection, actor)),
    )


def process_in_force(connection: Connection, actor: Actor, _now: datetime, process: str) -> ProcessPage:
    """Raises NotAllowed, and NotFound where there is no such process."""
    must_hold(actor, STUDIO)
    model = in_force(connection, actor.within)
    if process not in model.drawings:
        raise NotFound
    drawing = model.drawings[process]
    figures = departure_figures(connection, actor, model, process)
    return ProcessPage(process, drawing.name, model.hash, steps_of(model, drawing), figures, changes_words(actor))


def steps_of(model: Model, drawing: Drawing) -> tuple[StepShown, ...]:
    """Every step, in the order of the drawing; what is only passed through is left out where it has no name."""
    roles = {role.id: role.name for role in model.roles.values()}
    return tuple(
        StepShown(
            id=one.id,
            title=one.name or kind_in_words(one),
            kind=kind_in_words(one),
            who=drawing.lanes.get(one.lane or "", roles.get(one.lane or "", "")) if one.kind == "userTask" else "",
            leads_to=_leads_to(drawing, one.id),
        )
        for one in drawing.elements.values()
        if kind_in_words(one)
    )


KINDS: Mapping[tuple[str, str], str] = {
    ("userTask", ""): "Task: somebody does this",
    ("businessRuleTask", ""): "Decision table",
    ("exclusiveGateway", ""): "Decision: one way is taken",
    ("parallelGateway", ""): "All ways at once, or wait for all",
    ("eventBasedGateway", ""): "Whichever comes first",
    ("intermediateCatchEvent", "message"): "Wait for a message",
    ("intermediateCatchEvent", "signal"): "Wait for a signal",
    ("intermediateCatchEvent", "clock"): "Wait until a time limit",
    ("intermediateThrowEvent", "message"): "Send a message",
    ("intermediateThrowEvent", "signal"): "Send a signal",
    ("boundaryEvent", "message"): "Ends this task when a message comes",
    ("boundaryEvent", "signal"): "Ends this task when a signal comes",
    ("boundaryEvent", "clock"): "Ends this task at a time limit",
    ("endEvent", ""): "End",
    ("endEvent", "message"): "End and send a message",
    ("endEvent", "ends all"): "End everything that is still open",
    ("startEvent", ""): "Start by hand",
    ("startEvent", "message"): "Start by a message",
}
"""What people call a kind of step, by its BPMN name and what it waits for or sends. The editor has the same words
(webapp/assets/drawing/kinds.js).
"""


def kind_in_words(element: Element) -> str:
    """Empty where a drawing may have no such kind."""
    given = {"message": element.message, "signal": element.signal, "clock": element.clock, "ends all": element.ends_all}
    return KINDS.get((element.kind, next((name for name, value in given.items() if value), "")), "")


def _leads_to(drawing: Drawing, element: str) -> tuple[str, ...]:
    found = [drawing.elements[flow.target] for flow in drawing.outgoing(element)]
    return tuple(one.name or kind_in_words(one) for one in found)


def _tasks(drawing: Drawing) -> list[str]:
    return [one.id for one in drawing.elements.values() if one.kind == "userTask"]


def _running(connection: Connection, actor: Actor, bundle: str) -> dict[str, Running]:
    counted = connection.execute(
        select(Instance.process, Instance.bundle_hash, func.count().label("cases"))
        .join(Case, Case.id == Instance.case_id)
        .where(Case.authority_id == actor.within, is_open_to(actor), Instance.status == "running")
        .group_by(Instance.process, Instance.bundle_hash)
    )
    found: dict[str, Running] = {}
    for row in counted:
        before = found.get(row.process, Running())
        is_newest = row.bundle_hash == bundle
        more = (row.cases, 0) if is_newest else (0, row.cases)
        found[row.process] = Running(before.now + more[0], before.before + more[1])
    return found
