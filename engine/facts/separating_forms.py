"""Two cases that were joined as those of one child, where it turns out that these are two: what goes back by itself,
what whoever separates them decides, and what they are asked.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
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
    """A process that began in the case that went on, after the other had been joined to it. `follows` from what came
    from there.
    """

    id: str
    process: str
    title: str
    started_at: datetime
    follows: bool


@dataclass(frozen=True, slots=True)
class Call:
    """A process called for by a message of an instance, where one was under way and took it up."""

    instance: str
    message: str
    process: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WasJoined:
    """`newer` went over into `older` at `joined_at`. `came` are the processes that came with it, and `since` began
    later. `told` is what the record of the older case says of the join. `processes` are of all that is in it now, by
    instance, and `calls` those that something under way took up since.
    """

    newer: str
    older: str
    joined_at: datetime
    came: tuple[str, ...]
    since: tuple[BegunSince, ...]
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

    @property
    def suggested(self) -> list[str]:
        """What came of the processes that go back goes with them, unless somebody says otherwise."""
        return [one.id for one in self.since if one.follows]


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
    came = tuple(row.id for row in rows if row.came_from_id in origins)
    later = [row for row in rows if row.came_from_id is None and row.started_at >= joined_at]
    followed = _following(record, came, joined_at)
    since = tuple(
        BegunSince(row.id, row.process, _title(model, row), row.started_at, row.id in followed)
        for row in later
        if not _begins_with_two_plans(model, row)
    )
    processes = {row.id: row.process for row in rows}
    return WasJoined(
        newer=newer,
        older=older,
        joined_at=joined_at,
        came=came,
        since=since,
        told=told.payload or {},
        unheard=_unheard(model, record, told),
        processes=processes,
        calls=tuple(_calls(record, joined_at)),
    )


_COLUMNS = (Instance.id, Instance.process, Instance.number, Instance.came_from_id, Instance.started_at)


def _of(entry: RecordedEntry) -> str:
    return (entry.payload or {}).get("case", "")


def _title(model: Model, row: NamedRow) -> str:
    title = model.title(row.process, START) if row.process in model.drawings else row.process
    return title if row.number == 1 else f"{title} ({row.number})"


def _begins_with_two_plans(model: Model, row: NamedRow) -> bool:
    drawn = row.process in model.drawings
    return drawn and "begins_with_two_plans" in model.start_event(row.process).properties


def _following(record: Sequence[RecordedEntry], came: Sequence[str], joined_at: datetime) -> set[str]:
    """The processes that messages of those began, and of these in turn."""
    found = {*came}
    for entry in record:
        begun_by = (entry.payload or {}).get("by") if entry.kind == "started" else None
        if entry.at >= joined_at and entry.instance and begun_by in found:
            found.add(entry.instance)
    return found - {*came}


def _calls(record: Sequence[RecordedEntry], joined_at: datetime) -> Iterator[Call]:
    for entry in record:
        said = entry.payload or {}
        what = str(said.get("what", ""))
        if entry.kind == "message" and entry.at >= joined_at and entry.instance and what.startswith(JOINED):
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
    return tuple(column for effect, column in _DAYS.items() if effect in effects)


_DAYS = {"records_death": "died_on", "records_departure": "abroad_since"}
"""A birth stays: the day on which the other child was expected is not kept."""
