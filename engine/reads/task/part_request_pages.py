"""Requests for a part: the form and what came of it for whoever asked, and what waits for those who decide.

Whoever asked is told no more than that it was received and looked at, until a part is given: nothing here tells whether
there is a case.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from engine.base.errors import AlreadyDone, NotAllowed, NotFound, RefusalCode
from engine.facts.authority import calendar_of
from engine.facts.child_names import child_name
from engine.facts.part_requests import (
    ASK_FOR_PART,
    CaseFound,
    asking_organisation,
    cases_like,
    decide_form,
    due_at,
    must_decide_requests,
    request_row,
    waiting,
)
from engine.people.identity import Actor
from engine.people.who_knows import knows
from engine.reads.list_page import ListPart, Wanted, listed
from engine.reads.task.form_view import FormView, asked_plainly
from engine.tables import Account, Case, NamedRow, Organisation, PartRequest


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """`child` as it was typed. `given`: the asker knows of the case now. Else nothing is told but that it was received
    and looked at, as where there is none.
    """

    child: str
    asked_at: datetime
    due_at: datetime
    is_decided: bool
    given: bool


@dataclass(frozen=True, slots=True)
class AskingForPart:
    own: ListPart[OwnRequest]
    form: FormView
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WaitingRequest:
    """`by` and `organisation` are names."""

    id: str
    child: str
    born: date | None
    organisation: str
    by: str
    asked_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingRequests:
    part: ListPart[WaitingRequest]
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestsCount:
    """`decides`: they are for the reader to decide; `first_due` is None where none waits."""

    decides: bool = False
    number: int = 0
    first_due: datetime | None = None
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestToDecide:
    request: WaitingRequest
    how: str
    why: str
    found: tuple[CaseFound, ...]
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(one.case for one in self.found)


def asking(connection: Connection, actor: Actor, _now: datetime, page: int = 1) -> AskingForPart:
    """With a page of what they have asked, newest first. Raises NotAllowed for who works for no organisation that could
    have a part.
    """
    asking_organisation(actor)
    calendar = calendar_of(connection, actor.within)
    theirs = select(PartRequest.__table__).where(PartRequest.account_id == actor.account)
    newest = theirs.order_by(PartRequest.asked_at.desc(), PartRequest.id)
    part = listed(connection, newest, Wanted("own", page))
    given = {row.case_id for row in part.rows if row.case_id}
    known = {*connection.scalars(select(Case.id).where(Case.id.in_(given), knows(actor)))} if given else set[str]()
    own = (
        OwnRequest(
            child=child_name(row.given_name, row.family_name),
            asked_at=row.asked_at,
            due_at=due_at(calendar, row.asked_at),
            is_decided=row.decided_at is not None,
            given=row.case_id in known,
        )
        for row in part.rows
    )
    return AskingForPart(part.showing(own), asked_plainly(ASK_FOR_PART, {}))


def waiting_requests(connection: Connection, actor: Actor, _now: datetime, page: int = 1) -> WaitingRequests:
    """Oldest first. Raises NotAllowed for who does not manage the duty team."""
    must_decide_requests(connection, actor)
    calendar = calendar_of(connection, actor.within)
    statement = (
        select(PartRequest.__table__, Organisation.name.label("organisation"), Account.name.label("by"))
        .join(Organisation, Organisation.id == PartRequest.organisation_id)
        .join(Account, Account.id == PartRequest.account_id)
        .where(waiting(actor.within))
        .order_by(PartRequest.asked_at, PartRequest.id)
    )
    part = listed(connection, statement, Wanted("requests", page))
    return WaitingRequests(part.showing(_waiting(row, row.by, due_at(calendar, row.asked_at)) for row in part.rows))


def requests_count(connection: Connection, actor: Actor, _now: datetime) -> RequestsCount:
    """For the page of a team: nothing for whoever does not decide."""
    try:
        must_decide_requests(connection, actor)
    except NotAllowed:
        return RequestsCount()
    counted = select(func.count(), func.min(PartRequest.asked_at)).where(waiting(actor.within))
    number, first = connection.execute(counted).one()
    due = due_at(calendar_of(connection, actor.within), first) if first else None
    return RequestsCount(decides=True, number=number, first_due=due)


def request_to_decide(connection: Connection, actor: Actor, now: datetime, request: str) -> RequestToDecide:
    """Raises NotAllowed for who does not manage the duty team, NotFound, AlreadyDone where it was decided."""
    must_decide_requests(connection, actor)
    row = request_row(connection, actor.within, request)
    if row is None:
        raise NotFound
    if row.decided_at:
        raise AlreadyDone("This request was decided already.", code=RefusalCode.REQUEST_DECIDED)
    found = cases_like(connection, actor, row, now)
    by = connection.scalar(select(Account.name).where(Account.id == row.account_id)) or ""
    told = _waiting(row, by, due_at(calendar_of(connection, actor.within), row.asked_at))
    return RequestToDecide(told, row.how, row.why, found, asked_plainly(decide_form(found), {}))


def _waiting(row: NamedRow, by: str, due: datetime) -> WaitingRequest:
    return WaitingRequest(
        id=row.id,
        child=child_name(row.given_name, row.family_name),
        born=row.born,
        organisation=row.organisation,
        by=by,
        asked_at=row.asked_at,
        due_at=due,
    )
