"""What a reader may begin by hand, so that no page offers it in vain. The command asks again, and decides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.facts.beginnings import ANYONE, opens_cases, place, says, starters, starts_at_once, why_not
from engine.facts.joining import is_decided
from engine.facts.life_events import life_event
from engine.people.identity import Actor, Held
from engine.process.bundle import START, Model
from engine.reads.case.case_facts import ProcessRun

# Of these a case has one at a time: a second call joins the first, and a case closes once.
ONE_AT_A_TIME = ("joins_by_hand", "begins_when_idle")


@dataclass(frozen=True, slots=True)
class Beginning:
    """A process that may be begun, by its `name` and the `title` of its form.

    `at_once`: one press is enough, as its form requires nothing.
    `since`: one is under way already, and a second would only join it. `emergency`: it protects a child now.
    `another_referral`: in a case it refers the same child once more.
    """

    process: str
    name: str
    title: str
    guidance: str
    at_once: bool
    since: datetime | None
    emergency: bool
    another_referral: bool


@dataclass(frozen=True, slots=True)
class Allows:
    """What decides in a case beside the reader's role. `team` has the case; `under_way` is what a second call joins."""

    team: str
    closed_at: datetime | None
    under_way: Mapping[str, datetime]


def beginnings(actor: Actor, now: datetime, model: Model, allows: Allows) -> tuple[Beginning, ...]:
    """In a case that the reader knows."""
    found = [
        _beginning(model, process, allows.under_way.get(process))
        for process in model.drawings
        if may_begin(actor, model, process, allows.team) and _is_for_this_case(model, process, allows, now)
    ]
    return tuple(sorted(found, key=lambda one: place(model, one.process)))


def life_beginnings(actor: Actor, now: datetime, model: Model, allows: Allows) -> tuple[Beginning, ...]:
    """The processes that record what has changed for the child: they have a page of their own."""
    found = [
        _beginning(model, process, None)
        for process in model.drawings
        if life_event(model, process)
        and may_begin(actor, model, process, allows.team)
        and not why_not(model, process, allows.closed_at, now=now)
    ]
    return tuple(sorted(found, key=lambda one: place(model, one.process)))


def new_cases(actor: Actor, model: Model) -> tuple[Beginning, ...]:
    """What opens cases beside a referral, which has a page of its own."""
    processes = (one for one in model.drawings if _only_opens_cases(model, one))
    return tuple(_beginning(model, one, None) for one in processes if may_begin(actor, model, one, None))


def may_begin(actor: Actor, model: Model, process: str, team: str | None) -> bool:
    """`team` has the case; None where it is not in one. Who reads a case for oversight alone begins nothing in it."""
    named = starters(model, process)
    if ANYONE in named:
        return team is None or any(_works_in(held, team) for held in actor.held if held.agency)
    return any(held.role in named and _works_in(held, team) for held in actor.held)


def _works_in(held: Held, team: str | None) -> bool:
    return team is None or not held.leads or held.team == team


def _is_for_this_case(model: Model, process: str, allows: Allows, now: datetime) -> bool:
    if _only_opens_cases(model, process) or life_event(model, process):
        return False
    return not why_not(model, process, allows.closed_at, now=now)


def _only_opens_cases(model: Model, process: str) -> bool:
    """A referral also begins in a case that is open."""
    return opens_cases(model, process) and not says(model, process, "refers")


def _beginning(model: Model, process: str, since: datetime | None) -> Beginning:
    form = model.form(process, START) or {}
    return Beginning(
        process=process,
        name=model.drawings[process].name,
        title=form.get("title", model.drawings[process].name),
        guidance=form.get("description", ""),
        at_once=starts_at_once(model, process),
        since=since,
        emergency=says(model, process, "emergency"),
        another_referral=says(model, process, "refers"),
    )


def under_way(connection: Connection, known: Iterable[ProcessRun]) -> dict[str, datetime]:
    """Since when each process runs that is called for once: until it has come to its decision."""
    return {
        one.process: one.started_at
        for one in known
        if any(says(one.model, one.process, each) for each in ONE_AT_A_TIME)
        and one.status == "running"
        and not is_decided(connection, one.model, one.process, one.id)
    }
