"""Two cases that were joined as those of one child, where it turns out that these are two: what goes back by itself,
what whoever separates them decides, and what they are asked.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.facts.child import ASK_OVERSIGHT, joined_to
from engine.forms.questions import Schema
from engine.process.bundle import START, Model
from engine.record.chain import RecordedEntry, case_chain, lines
from engine.tables import Case, Instance, NamedRow
from engine.timescales.calendar import day_of

JOINED = "joined "
TITLE = "Separate two cases"
REASON, GOES = "reason", "goes"
NOT_JOINED = "This case was not joined to another one, or was separated from it already."
A_MANAGER = "A manager of the team that had this case decides this."
IS_HIDDEN = f"This case cannot be separated by you. {ASK_OVERSIGHT}"
"""It goes on in one of which they may not know."""
IS_CLOSED = (
    "The case in which this one goes on is closed. Open that again first, on the day on which it was closed; later, "
    "make a new referral for the child who was taken for another."
)
STILL_LINKED = (
    "Another case says as well that these two are one child. Correct it there first: answer No to the question whether "
    "it is a child we already know."
)
_REASON: Schema = {
    "type": "string",
    "title": "How do you know that these are two children?",
    "description": "This is kept in both cases. Say nothing of the one child that should not stand in the case of the "
    "other.",
    "maxLength": 2000,
    "x-ui": {"kind": "long_text", "rows": 3},
}


NOT_ASKED: Schema = {"title": TITLE, "properties": {}}
"""Where it cannot be done."""


@dataclass(frozen=True, slots=True)
class BegunSince:
    """A process that somebody began in the case that went on, after the other had been joined to it."""

    id: str
    process: str
    title: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """A process called for by a message of an instance, where one was under way and took it up."""

    instance: str
    message: str
    process: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WasJoined:
    """`newer` went over into `older` at `joined_at`. `came` are the processes that came with it, and `since` those that
    people began later; `followed` leads from each that a message began later to the one that sent it. `told` is what
    the record of the older case says of the join. `processes` are of all that is in it now, by instance, and `calls`
    those that something under way took up since.
    """

    newer: str
    older: str
    joined_at: datetime
    came: tuple[str, ...]
    since: tuple[BegunSince, ...]
    followed: Mapping[str, str]
    told: Mapping[str, Any]
    unheard: tuple[str, ...]
    processes: Mapping[str, str]
    calls: tuple[Call, ...]

    def called_anew(self, goes: Collection[str]) -> Iterator[Call]:
        """Of the calls those that were taken up by what is the other child's: each child has what was called for."""
        for here in (True, False):
            has = {process for one, process in self.processes.items() if (one in goes) is here}
            for call in self.calls:
                if (call.instance in goes) is here and call.process not in has:
                    has.add(call.process)
                    yield call

    @property
    def form(self) -> Schema:
        if not self.since:
            return {"title": TITLE, "properties": {REASON: _REASON}, "required": [REASON]}
        offered = [
            {"const": one.id, "title": one.title, "description": f"Began on {_day(one.started_at)}"}
            for one in self.since
        ]
        goes: Schema = {
            "type": "array",
            "title": "Which of these are about the child of this case?",
            "description": "They began after it had been joined. Those that you do not tick stay in the other case.",
            "items": {"type": "string", "oneOf": offered},
        }
        return {
            "title": TITLE,
            "properties": {GOES: goes, REASON: _REASON},
            "required": [REASON],
        }

    def going(self, chosen: Collection[str]) -> frozenset[str]:
        """What goes back: what came, what is `chosen` of what began since, and all that followed from any of these."""
        found = {*self.came, *chosen}
        for one, caller in self.followed.items():
            if caller in found:
                found.add(one)
        return frozenset(found)


def _day(moment: datetime) -> str:
    day = day_of(moment)
    return f"{day.day} {day:%B %Y}"


def was_joined(connection: Connection, model: Model, older: str, newer: str) -> WasJoined | None:
    """None where the newer case did not go over into the older one itself. `model` is the one in force."""
    joined = select(Case.closed_at).where(Case.id == newer, Case.joined_to_id == older)
    joined_at = connection.execute(joined).scalar_one_or_none()
    if joined_at is None:
        return None
    record = lines(connection, case_chain(older), ("took_over", "message", "started", "heard"))
    told = next(one for one in reversed(record) if one.kind == "took_over" and _of(one) == newer)
    origins = joined_to(connection, newer)
    of_case = select(*_COLUMNS).where(Instance.case_id == older).order_by(Instance.started_at, Instance.number)
    rows = connection.execute(of_case).all()
    later = {one.instance: one for one in record if one.kind == "started" and one.number > told.number}
    by_people = [row for row in rows if row.id in later and not _caller(later[row.id]) and not _by_itself(model, row)]
    return WasJoined(
        newer=newer,
        older=older,
        joined_at=joined_at,
        came=tuple(row.id for row in rows if row.came_from_id in origins),
        since=tuple(BegunSince(row.id, row.process, _title(model, row), row.started_at) for row in by_people),
        followed={one: caller for one, entry in later.items() if one and (caller := _caller(entry))},
        told=told.payload or {},
        unheard=_unheard(model, record, told),
        processes={row.id: row.process for row in rows},
        calls=tuple(_calls(one for one in record if one.number > told.number)),
    )


_COLUMNS = (Instance.id, Instance.process, Instance.number, Instance.came_from_id, Instance.started_at)


def _of(entry: RecordedEntry) -> str:
    return (entry.payload or {}).get("case", "")


def _title(model: Model, row: NamedRow) -> str:
    title = model.title(row.process, START) if row.process in model.drawings else row.process
    return title if row.number == 1 else f"{title} ({row.number})"


def _by_itself(model: Model, row: NamedRow) -> bool:
    if row.process not in model.drawings:
        return False
    start = model.start_event(row.process).properties
    return "begins_with_two_plans" in start or "begins_when_idle" in start


def _caller(started: RecordedEntry) -> str | None:
    """The process whose message began it."""
    return (started.payload or {}).get("by")


def _calls(later: Iterable[RecordedEntry]) -> Iterator[Call]:
    for entry in later:
        said = entry.payload or {}
        what = str(said.get("what", ""))
        if entry.kind == "message" and entry.instance and what.startswith(JOINED):
            yield Call(entry.instance, entry.element or "", what.removeprefix(JOINED), said.get("payload", {}))


def _unheard(model: Model, record: Sequence[RecordedEntry], told: RecordedEntry) -> tuple[str, ...]:
    """What the older case heard of the other child when it took the case over."""
    heard = [one.payload or {} for one in record if one.kind == "heard" and one.act == told.act]
    effects = {
        effect
        for one in heard
        if one.get("message") in model.messages
        for effect in model.messages[one["message"]].effects
    }
    days = tuple(column for effect, column in _DAYS.items() if effect in effects)
    return (*days, "born") if "records_birth" in effects and (told.payload or {}).get("expected") else days


_DAYS = {"records_death": "died_on", "records_departure": "abroad_since"}
