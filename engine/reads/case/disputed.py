"""What somebody says is wrong in an answer, for whoever may read the answer: from the rows, and from the record."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, select

from engine.people.identity import Actor
from engine.people.shown_names import shown_name
from engine.record.chain import RecordedEntry
from engine.tables import Account, Answers, DisputeNote


@dataclass(frozen=True, slots=True)
class Disputed:
    """`by` is the name of whoever wrote it down; `number` the entry of the record, 0 where that was not read."""

    field: str
    said_by: str
    words: str
    said_on: date
    by: str
    at: datetime
    number: int = 0


def disputed_in(connection: Connection, actor: Actor, answers: Collection[str]) -> Mapping[str, tuple[Disputed, ...]]:
    """By the id of the answers to a form, oldest first, for this reader; one statement at most."""
    if not answers:
        return {}
    its = and_(
        *(DisputeNote.instance_id == Answers.instance_id, DisputeNote.element == Answers.element),
        DisputeNote.occurrence == Answers.occurrence,
    )
    rows = connection.execute(
        select(DisputeNote.__table__, Answers.id.label("answers"), shown_name(actor).label("by"))
        .join(Answers, its)
        .outerjoin(Account, Account.id == DisputeNote.account_id)
        .where(Answers.id.in_(answers))
        .order_by(DisputeNote.written_at, DisputeNote.id)
    )
    found: dict[str, tuple[Disputed, ...]] = {}
    for row in rows:
        one = Disputed(row.field, row.said_by, row.words, row.said_on, row.by or "", row.written_at)
        found[row.answers] = (*found.get(row.answers, ()), one)
    return found


def disputed_by_place(
    lines: Iterable[RecordedEntry], name: Callable[[str], str]
) -> Mapping[tuple[str, str, int], tuple[Disputed, ...]]:
    """By run, task and which time it was done, as the record says; of what has been erased there is none."""
    found: dict[tuple[str, str, int], tuple[Disputed, ...]] = {}
    for line in lines:
        said = line.payload
        if line.kind != "disputed" or not said:
            continue
        place = (line.instance or "", line.element or "", line.occurrence or 1)
        day = date.fromisoformat(said["said_on"])
        one = Disputed(said["field"], said["said_by"], said["words"], day, name(line.actor), line.at, line.number)
        found[place] = (*found.get(place, ()), one)
    return found
