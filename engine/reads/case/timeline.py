"""What happened in a case, from its chain of the record, in words that a practitioner uses."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

from engine.process.bundle import Model
from engine.reads.authority.people import names_of_accounts
from engine.reads.case.case_facts import ProcessRun
from engine.record.chain import RecordedEntry, case_chain, lines
from engine.timescales.calendar import day_of

# What the record holds besides is how the drawing got from one to the next: an auditor's replay shows it.
KINDS = ("opened_case", "started", "completed", "withdrawn", "stuck", "ended", "deadline", "part", "sent", "closed")
NOBODY = {"public": "a member of the public", "system": "the system", "other_authority": "another authority"}
SENT = {
    "acknowledgement": "The referrer was sent word that the referral has arrived",
    "notice": "A colleague was told",
}
ALERTED = {
    "team": "The duty team was alerted: the child may be in immediate danger",
    "role": "The service manager was alerted: another authority does not take on the child",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """What one act did, in order."""

    at: datetime
    by: str
    words: tuple[str, ...]


def timeline(
    connection: Connection, case: str, known: Mapping[str, ProcessRun], newest: Model
) -> tuple[Happening, ...]:
    """Newest first. `newest` is the model in force, for what hangs on no instance."""
    chain = lines(connection, case_chain(case), KINDS)
    names = NOBODY | names_of_accounts(connection, (line.actor for line in chain))
    acts = groupby(chain, key=lambda line: (line.act, line.at, line.actor))
    happenings = [Happening(at, names.get(actor, actor), _words(act, known, newest)) for (_, at, actor), act in acts]
    return tuple(one for one in reversed(happenings) if one.words)


def _words(act: Iterable[RecordedEntry], known: Mapping[str, ProcessRun], newest: Model) -> tuple[str, ...]:
    found = (_SAY[line.kind](line, known.get(line.instance or ""), newest) for line in act)
    return tuple(dict.fromkeys(words for words in found if words))


def _opened_case(_line: RecordedEntry, _instance: ProcessRun | None, _newest: Model) -> str:
    return "The case was opened"


def _started(_line: RecordedEntry, instance: ProcessRun | None, _newest: Model) -> str:
    return f"{instance.name} began" if instance else ""


def _completed(line: RecordedEntry, instance: ProcessRun | None, _newest: Model) -> str:
    how = "completed automatically" if (line.payload or {}).get("automatic") else "completed"
    return f"“{_title(line, instance)}” was {how}"


def _withdrawn(line: RecordedEntry, instance: ProcessRun | None, _newest: Model) -> str:
    if line.element:
        return f"“{_title(line, instance)}” was withdrawn: it is no longer needed"
    return f"{instance.name} was withdrawn" if instance else ""


def _stuck(_line: RecordedEntry, instance: ProcessRun | None, _newest: Model) -> str:
    return f"{instance.name} was set aside: it cannot go on" if instance else ""


def _ended(_line: RecordedEntry, instance: ProcessRun | None, _newest: Model) -> str:
    return f"{instance.name} ended" if instance else ""


def _deadline(line: RecordedEntry, instance: ProcessRun | None, newest: Model) -> str:
    said = line.payload or {}
    rules = instance.model.rules if instance else newest.rules
    rule = rules.get(said.get("clock", ""))
    title = rule.title if rule else "A clock"
    if said.get("what") == "passed":
        return f"Time ran out: {title}"
    if said.get("what") == "recounted":
        return f"{title}: due {_day(said['due_at'])} instead of {_day(said['before'])}, as the working days changed"
    return f"{title}: done late" if said.get("what") == "met" and _is_late(said) else ""


def _is_late(said: Mapping[str, Any]) -> bool:
    return datetime.fromisoformat(said["met_at"]) > datetime.fromisoformat(said["due_at"])


def _day(moment: str) -> str:
    day = day_of(datetime.fromisoformat(moment))
    return f"{day.day} {day:%B %Y}"


def _part(line: RecordedEntry, _instance: ProcessRun | None, newest: Model) -> str:
    agency = (line.payload or {}).get("agency", "")
    name = newest.agencies[agency].name if agency in newest.agencies else agency
    return f"{name} became part of the case" if name else ""


def _sent(line: RecordedEntry, _instance: ProcessRun | None, _newest: Model) -> str:
    """An alert says in its recipient whom it is for: `team:…` or `role:…`."""
    sent = line.payload or {}
    if sent.get("kind") == "alert":
        return ALERTED.get(sent["recipient"].partition(":")[0], "")
    return SENT.get(sent.get("kind", ""), "")


def _closed(_line: RecordedEntry, _instance: ProcessRun | None, _newest: Model) -> str:
    return "The case was closed"


def _title(line: RecordedEntry, instance: ProcessRun | None) -> str:
    if instance is None or line.element is None:
        return "A task"
    return instance.model.title(instance.process, line.element)


_SAY: dict[str, Callable[[RecordedEntry, ProcessRun | None, Model], str]] = {
    "opened_case": _opened_case,
    "started": _started,
    "completed": _completed,
    "withdrawn": _withdrawn,
    "stuck": _stuck,
    "ended": _ended,
    "deadline": _deadline,
    "part": _part,
    "sent": _sent,
    "closed": _closed,
}
