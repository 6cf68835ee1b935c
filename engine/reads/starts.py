"""What a reader may begin by hand, so that no page offers it in vain. The command asks again, and decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.access import SOCIAL_CARE, Actor, Held
from engine.beginnings import ANYONE, CALLED_FOR, opens_cases, starters, starts_at_once, why_not
from engine.process.bundle import START, Model
from engine.reads.case_facts import Item, Running

EMERGENCY = "immediate_protection"
REFERRAL = "referral"
CLOSURE = "case_closure"
# In this order they are offered: what protects a child first, what ends something last.
FIRST = (EMERGENCY, "strategy_discussion", REFERRAL, "professional_disagreement")
LAST = ("discontinuation", CLOSURE)
ONE_AT_A_TIME = (*CALLED_FOR, CLOSURE)


@dataclass(frozen=True, slots=True)
class Beginning:
    """A process that may be begun. `at_once`: one press is enough, as its form requires nothing.

    `since`: one is under way already, and a second would only join it.
    """

    process: str
    title: str
    guidance: str
    at_once: bool
    since: datetime | None

    @property
    def emergency(self) -> bool:
        return self.process == EMERGENCY


@dataclass(frozen=True, slots=True)
class Allows:
    """What decides in a case beside the reader's role. `team` has the case."""

    team: str
    closed_at: datetime | None
    in_plan: bool
    known: Mapping[str, Running]
    items: tuple[Item, ...]


def beginnings(actor: Actor, now: datetime, model: Model, allows: Allows) -> tuple[Beginning, ...]:
    """In a case that the reader knows."""
    found = [
        _beginning(model, process, _under_way(model, process, allows))
        for process in model.drawings
        if may_begin(actor, model, process, allows.team) and _is_for_this_case(model, process, allows, now)
    ]
    return tuple(sorted(found, key=lambda one: _place(one.process)))


def new_cases(actor: Actor, model: Model) -> tuple[Beginning, ...]:
    """What opens cases beside a referral, which has a page of its own."""
    processes = (process for process in model.drawings if process != REFERRAL and opens_cases(model, process))
    return tuple(_beginning(model, one, None) for one in processes if may_begin(actor, model, one, None))


def may_begin(actor: Actor, model: Model, process: str, team: str | None) -> bool:
    """`team` has the case; None where it is not in one. Who reads a case for oversight alone begins nothing in it."""
    named = starters(model, process)
    if ANYONE in named:
        return team is None or any(_works_in(held, team) for held in actor.held if held.agency)
    return any(held.role in named and _works_in(held, team) for held in actor.held)


def _works_in(held: Held, team: str | None) -> bool:
    return team is None or held.agency != SOCIAL_CARE or held.team == team


def _is_for_this_case(model: Model, process: str, allows: Allows, now: datetime) -> bool:
    if process != REFERRAL and opens_cases(model, process):
        return False
    return not why_not(model, process, allows.closed_at, in_plan=allows.in_plan, now=now)


def _beginning(model: Model, process: str, since: datetime | None) -> Beginning:
    form = model.form(process, START) or {}
    return Beginning(
        process=process,
        title=form.get("title", model.drawings[process].name),
        guidance=form.get("description", ""),
        at_once=starts_at_once(model, process),
        since=since,
    )


def _under_way(model: Model, process: str, allows: Allows) -> datetime | None:
    if process not in ONE_AT_A_TIME:
        return None
    decisions = _decisions(model, process)
    decided = {item.instance for item in allows.items if item.element in decisions and item.closed_how == "completed"}
    running = (one for one in allows.known.values() if one.process == process and one.status == "running")
    return next((one.started_at for one in running if one.id not in decided), None)


def _decisions(model: Model, process: str) -> frozenset[str]:
    """The tasks after which a running one is no longer joined (`until` in messages.csv)."""
    starting = (message for message in model.messages.values() if message.starts == process)
    return frozenset(event.task for message in starting for event in message.until)


def _place(process: str) -> tuple[int, str]:
    if process in FIRST:
        return FIRST.index(process), process
    return (len(FIRST), process) if process not in LAST else (len(FIRST) + 1 + LAST.index(process), process)
