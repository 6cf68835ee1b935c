"""What was put right in an answer, for whoever may read the answer: from the rows, and from the record."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.people.identity import Actor
from engine.people.shown_names import shown_name
from engine.record.chain import RecordedEntry
from engine.tables import Account, AnswerCorrection, Answers, corrects_answers

Place = tuple[str, str, int]
"""Run, task or `start`, and which time it was done."""


@dataclass(frozen=True, slots=True)
class Correction:
    """`before` and `after` are as they are kept, None where there is no answer; `by` is the name of whoever did it.
    `number` is the entry of the record, 0 where that was not read.
    """

    field: str
    before: Any
    after: Any
    reason: str
    by: str
    at: datetime
    number: int = 0


@dataclass(frozen=True, slots=True)
class CorrectionTold:
    """A correction in words, which are empty where there was no answer, or is none. Not `is_whole`: the reader sees a
    part of the answers alone, and is told that one was corrected and when, but not from what, why or by whom.
    """

    before: str
    after: str
    reason: str
    by: str
    at: datetime
    number: int
    is_whole: bool = True


def corrected_in(
    connection: Connection, actor: Actor, answers: Collection[str]
) -> Mapping[str, tuple[Correction, ...]]:
    """By the id of the answers to a form, oldest first, for this reader; one statement at most."""
    if not answers:
        return {}
    rows = connection.execute(
        select(AnswerCorrection.__table__, Answers.id.label("answers"), shown_name(actor).label("by"))
        .join(Answers, corrects_answers())
        .outerjoin(Account, Account.id == AnswerCorrection.account_id)
        .where(Answers.id.in_(answers))
        .order_by(AnswerCorrection.number, AnswerCorrection.field)
    )
    found: dict[str, tuple[Correction, ...]] = {}
    for row in rows:
        one = Correction(row.field, row.before, row.after, row.reason, row.by or "", row.corrected_at)
        found[row.answers] = (*found.get(row.answers, ()), one)
    return found


def corrected_by_place(
    lines: Iterable[RecordedEntry], name: Callable[[str], str]
) -> Mapping[Place, tuple[Correction, ...]]:
    """As the record says; of what has been erased there is none."""
    found: dict[Place, tuple[Correction, ...]] = {}
    for line in lines:
        said = line.payload
        if line.kind != "answers_corrected" or not said:
            continue
        place = (line.instance or "", line.element or "", line.occurrence or 1)
        before, after = said["before"], said["after"]
        found[place] = (
            *found.get(place, ()),
            *(
                Correction(one, before.get(one), after.get(one), said["reason"], name(line.actor), line.at, line.number)
                for one in sorted({*before, *after})
            ),
        )
    return found
