"""The duty list as it stands: whoever is signed in may read who is on duty, and some may change it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from engine.base.errors import NotFound
from engine.facts.duty_list import (
    MINUTES,
    Turn,
    keeps_duty_list,
    may_be_on_duty,
    must_keep_duty_list,
    turn_form,
    turns,
    uncovered,
)
from engine.facts.on_duty import alarm_minutes
from engine.people.identity import Actor
from engine.reads.task.form_view import FormView, asked_plainly
from engine.tables.alarm_tables import ON_DUTY

LOOKS_AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody stands in the place; `now`: at this moment."""

    place: str
    since: datetime
    until: datetime
    now: bool


@dataclass(frozen=True, slots=True)
class DutyList:
    """`turns` are those that have not ended. Those whose ids are in `void` count for nothing: the person could open no
    case. `gaps` are those of the next days. `keeps`: the reader may change it. `form` is for a new turn.
    """

    turns: tuple[Turn, ...]
    void: frozenset[str]
    gaps: tuple[Gap, ...]
    minutes: int
    keeps: bool
    form: FormView
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TurnToChange:
    turn: Turn
    form: FormView
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MinutesToSet:
    form: FormView
    cases_shown: tuple[str, ...] = ()


def duty_list(connection: Connection, actor: Actor, now: datetime) -> DutyList:
    listed, people = turns(connection, actor.within, now), may_be_on_duty(connection, actor.within, now)
    counting = [one for one in listed if one.account in people]
    gaps = (
        Gap(place, since, until, now=since <= now)
        for place in ON_DUTY
        for since, until in uncovered(counting, place, now, now + LOOKS_AHEAD)
    )
    return DutyList(
        turns=listed,
        void=frozenset(one.id for one in listed if one.account not in people),
        gaps=tuple(gaps),
        minutes=alarm_minutes(connection, actor.within),
        keeps=keeps_duty_list(connection, actor),
        form=asked_plainly(turn_form(people, "Put somebody on duty"), {"starts_at": now.isoformat()}),
    )


def turn_to_change(connection: Connection, actor: Actor, now: datetime, turn: str) -> TurnToChange:
    """Raises NotAllowed for who does not keep the list, NotFound where the turn is not on it or is over."""
    must_keep_duty_list(connection, actor)
    found = next((one for one in turns(connection, actor.within, now) if one.id == turn), None)
    if found is None:
        raise NotFound
    filled = {
        "person": found.account,
        "place": found.place,
        "starts_at": found.starts_at.isoformat(),
        "ends_at": found.ends_at.isoformat(),
        "address": found.address,
    }
    people = may_be_on_duty(connection, actor.within, now)
    return TurnToChange(found, asked_plainly(turn_form(people, "Change the duty list"), filled))


def minutes_to_set(connection: Connection, actor: Actor, _now: datetime) -> MinutesToSet:
    """Raises NotAllowed for who does not keep the list."""
    must_keep_duty_list(connection, actor)
    return MinutesToSet(asked_plainly(MINUTES, {"minutes": alarm_minutes(connection, actor.within)}))


@dataclass(frozen=True, slots=True)
class KeepsDutyList:
    """Whether the page is offered to the reader in the menu; it shows no case."""

    answer: bool
    cases_shown: tuple[str, ...] = ()


def keeps_list(connection: Connection, actor: Actor, _now: datetime) -> KeepsDutyList:
    return KeepsDutyList(keeps_duty_list(connection, actor))
