"""Somebody asks for what is held of a child (UK GDPR article 15): who may ask, by when, and what may be kept back.

Sources: UK GDPR articles 12 and 15; Data Protection Act 2018, schedule 2 part 3 (other people), schedule 3 part 3
(serious harm by social work data) and part 5 (child-abuse data).
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from engine.base.errors import NotFound
from engine.forms.questions import Schema
from engine.people.identity import Actor
from engine.people.who_knows import is_open_in_emergency
from engine.record.chain import canonical
from engine.tables import Case, NamedRow, SubjectRequest
from engine.timescales.calendar import Calendar, in_months

MONTHS, MONTHS_EXTENDED = 1, 3
GIVEN, BLACKED_OUT, WITHHELD = "given", "blacked_out", "withheld"
CHILD_ABUSE, OTHER = "child_abuse", "other"
BLACK = "█████"
"""Stands for words that are blacked out: as long whatever they were."""
_LONG: Schema = {"type": "string", "maxLength": 2000, "x-ui": {"kind": "long_text", "rows": 3}}


@dataclass(frozen=True, slots=True)
class Ground:
    """Why something is withheld. `told` is what the pack says of it; empty where saying so could tell what it is."""

    name: str
    words: str
    source: str
    told: str = ""


GROUNDS: Mapping[str, Ground] = {
    one.name: one
    for one in (
        Ground(
            "third_party",
            "It is about somebody else, or would show who said it",
            "Data Protection Act 2018, schedule 2, paragraph 16",
            "It is about other people, or would show who told us.",
        ),
        Ground(
            "serious_harm",
            "It would be likely to cause serious harm to somebody’s health or condition",
            "Data Protection Act 2018, schedule 3, part 3",
        ),
        Ground(
            CHILD_ABUSE,
            "A parent or somebody for the child asks, it is child-abuse data, and giving it is not best for the child",
            "Data Protection Act 2018, schedule 3, paragraph 21",
        ),
        Ground(
            "privilege",
            "It is legal advice, or was written for a court",
            "Data Protection Act 2018, schedule 2, paragraph 19",
            "It is legal advice, or was written for a court.",
        ),
        Ground(OTHER, "Another reason", "Write it below, with the paragraph of the law"),
    )
}
BASES: Mapping[str, str] = {
    "agreed": "They agreed",
    "reasonable": "It is reasonable without their agreement: the person knows it already, or it was said at work",
}
"""Why what has somebody else in it may be given all the same (schedule 2, paragraph 16)."""
RECORD: Schema = {
    "title": "Record a request",
    "properties": {
        "reference": {
            "type": "string",
            "title": "Reference of a case of the child",
            "description": "Any one: the request is for all cases of this child.",
            "maxLength": 20,
            "x-ui": {"width": "10"},
        },
        "asked_by": {
            "type": "string",
            "title": "Who asks?",
            "oneOf": [
                {"const": "child", "title": "The child, or the grown person that the child has become"},
                {"const": "parent", "title": "A parent"},
                {"const": "for_child", "title": "Somebody else for the child"},
            ],
        },
        "proof": {
            **_LONG,
            "title": "How do you know who asks, and that they may?",
            "description": "For a parent or somebody else: that it is best for the child, or that the child agrees.",
        },
        "received_on": {
            "type": "string",
            "format": "date",
            "title": "When did the request come?",
            "x-check": "not_in_future",
        },
    },
    "required": ["reference", "asked_by", "proof", "received_on"],
}
EXTEND: Schema = {
    "title": "Take two months longer",
    "properties": {
        "reason": {
            **_LONG,
            "title": "Why does it take longer?",
            "description": "Because it is complex, or they have asked for much. Tell them within the first month.",
        }
    },
    "required": ["reason"],
}
CLOSE: Schema = {
    "title": "Close the request",
    "properties": {
        "outcome": {
            "type": "string",
            "title": "What came of it?",
            "oneOf": [
                {"const": "given", "title": "They were given the pack"},
                {"const": "refused", "title": "It was refused"},
                {"const": "withdrawn", "title": "They do not want it any more"},
            ],
        },
        "reason": {**_LONG, "title": "How, or why?", "description": "For example: handed over in person."},
    },
    "required": ["outcome", "reason"],
}


def due_on(received_on: date, *, extended: bool) -> date:
    """One calendar month after it came, or three; the next day that is no Saturday, Sunday or bank holiday where that
    is one. Days on which the authority alone is closed give it no more time.
    """
    due, calendar = in_months(received_on, MONTHS_EXTENDED if extended else MONTHS), Calendar()
    return due if calendar.is_working_day(due) else calendar.add_working_days(due, 1)


def request_row(connection: Connection, actor: Actor, request: str) -> NamedRow:
    """Raises NotFound, also for a child from whom the actor is barred."""
    row = connection.execute(
        select(SubjectRequest.__table__, Case.reference)
        .join(Case, Case.id == SubjectRequest.case_id)
        .where(SubjectRequest.id == request, SubjectRequest.authority_id == actor.within, is_open_in_emergency(actor))
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def phrases(typed: str) -> tuple[str, ...]:
    """What is to be blacked out: one on each line."""
    return tuple(dict.fromkeys(line.strip() for line in typed.splitlines() if line.strip()))


def is_in(phrase: str, words: str) -> bool:
    return re.search(re.escape(phrase), words, re.IGNORECASE) is not None


def blacked_out(words: str, hidden: Iterable[str]) -> str:
    """The longest first, so that no part of a longer one is left."""
    longest = sorted(hidden, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest)), BLACK, words, flags=re.IGNORECASE) if longest else words


def digest_of(said: Sequence[object]) -> str:
    return hashlib.sha256(canonical(said)).hexdigest()
