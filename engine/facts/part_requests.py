"""Asking for a part in a case: what is asked, who may ask, who decides, and by when.

Whoever asks is told the same whether or not there is a case: nothing is looked for when they ask.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, select

from engine.base.errors import NotAllowed, RefusalCode
from engine.facts.child_names import child_name
from engine.facts.managing import teams_managed
from engine.facts.searching import KNOWN_CHILD_COLUMNS, search
from engine.forms.questions import Schema
from engine.likeness.wanted import wanted
from engine.people.identity import Actor
from engine.tables import NamedRow, Organisation, PartRequest, Team
from engine.timescales.calendar import Calendar, day_of, end_of

WITHIN = 1
"""Working days in which it is decided, as a referral is (WT2013 ch1 para 55)."""
GIVEN, REFUSED = "given", "refused"
MOST_FOUND = 10
_LONG: Schema = {"type": "string", "maxLength": 2000, "x-ui": {"kind": "long_text", "rows": 3}}
ASK_FOR_PART: Schema = {
    "title": "Ask for a part in a case",
    "properties": {
        "given_name": {"type": "string", "title": "First name of the child", "maxLength": 100},
        "family_name": {"type": "string", "title": "Last name of the child", "maxLength": 100},
        "born": {"type": "string", "format": "date", "title": "Date of birth", "x-check": "not_in_future"},
        "how": {**_LONG, "title": "How do you work with this child?"},
        "why": {**_LONG, "title": "Why do you need to take part?"},
    },
    "required": ["given_name", "family_name", "how", "why"],
}


@dataclass(frozen=True, slots=True)
class CaseFound:
    """A case whose child may be the one who was meant, which whoever decides may know of."""

    case: str
    words: str


def asking_organisation(actor: Actor) -> str:
    """The one that the actor asks for: of several the first held. Raises NotAllowed for who works for none that could
    have a part.
    """
    partners = actor.partners
    if actor.organisation in partners:
        return str(actor.organisation)
    if not partners:
        words = "This is for organisations that work with children beside social care."
        raise NotAllowed(words, code=RefusalCode.ROLE)
    return next(iter(partners))


def must_decide_requests(connection: Connection, actor: Actor) -> None:
    """Raises NotAllowed for who does not manage the duty team: it is where whatever comes in is looked at first."""
    managed = teams_managed(connection, actor)
    of_duty = select(Team.id).where(Team.authority_id == actor.within, Team.duty)
    if not managed & {*connection.scalars(of_duty)}:
        raise NotAllowed("A manager of the duty team decides this.", code=RefusalCode.ROLE)


def due_at(calendar: Calendar, asked_at: datetime) -> datetime:
    return end_of(calendar.add_working_days(day_of(asked_at), WITHIN))


def waiting(authority: str) -> ColumnElement[bool]:
    """Of `part_request`."""
    return and_(PartRequest.authority_id == authority, PartRequest.decided_at.is_(None))


def request_row(connection: Connection, authority: str, request: str) -> NamedRow | None:
    return connection.execute(
        select(PartRequest.__table__, Organisation.name.label("organisation"), Organisation.agency)
        .join(Organisation, Organisation.id == PartRequest.organisation_id)
        .where(PartRequest.authority_id == authority, PartRequest.id == request)
    ).one_or_none()


def cases_like(connection: Connection, actor: Actor, row: NamedRow, now: datetime) -> tuple[CaseFound, ...]:
    """The open cases that the actor may know of whose child may be the one that `row` names, the likest first."""
    born = f" {row.born:%d %m %Y}" if row.born else ""
    looked_for = wanted(f"{row.given_name} {row.family_name}{born}", day_of(now))
    found = search(connection, actor, looked_for, *KNOWN_CHILD_COLUMNS)
    return tuple(CaseFound(one.case, _called(one)) for one in found if one.closed_at is None)[:MOST_FOUND]


def _called(row: NamedRow) -> str:
    born: date | None = row.born
    said = f", born {born.day} {born:%B %Y}" if born else ""
    return f"{child_name(row.given_name, row.family_name)}{said}, case {row.reference}"


def decide_form(found: Iterable[CaseFound]) -> Schema:
    """What whoever decides is asked. `reference`: of a case that is not among those that were found."""
    listed = [{"const": one.case, "title": one.words} for one in found]
    decision = [
        {"const": GIVEN, "title": "Give the organisation a part in a case"},
        {"const": REFUSED, "title": "Refuse", "description": "Also where no case is known."},
    ]
    which = {
        "type": "string",
        "title": "In which case?",
        "oneOf": listed,
        "x-ui": {"kind": "one_of", "show_if": {"decision": GIVEN}},
    }
    by_reference = {
        "type": "string",
        "title": "Or the reference of the case",
        "description": "If it is not listed.",
        "maxLength": 20,
        "x-ui": {"width": "10", "show_if": {"decision": GIVEN}},
    }
    reason = {**_LONG, "title": "What are the reasons?", "description": "This is kept, and not told to whoever asked."}
    return {
        "title": "Decide on a request for a part",
        "properties": {
            "decision": {"type": "string", "title": "What do you decide?", "oneOf": decision},
            **({"case": which} if listed else {}),
            "reference": by_reference,
            "reason": reason,
        },
        "required": ["decision", "reason"],
    }
