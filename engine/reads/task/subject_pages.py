"""Requests for what is held of a child, for privacy officers: the list, one request, and one sheet of its items."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from engine.base.errors import NotFound
from engine.facts.subject_requests import CLOSE, EXTEND, RECORD, due_on, request_row
from engine.people.identity import PRIVACY_OFFICER, Actor
from engine.people.who_knows import is_open_in_emergency
from engine.people.who_may import must_hold
from engine.reads.authority.people import names_of_accounts
from engine.reads.case.subject_decisions import (
    DecidedItem,
    RequestAtWork,
    decision_form,
    request_at_work,
    typed_before,
)
from engine.reads.case.subject_items import ItemSheet
from engine.reads.list_page import ListPart, Wanted, listed, part_of
from engine.reads.task.form_view import FormView, asked_plainly
from engine.tables import Case, NamedRow, SubjectRequest
from engine.timescales.calendar import day_of

ASKED_BY = {"child": "the child", "parent": "a parent", "for_child": "somebody for the child"}


@dataclass(frozen=True, slots=True)
class SubjectRequestShown:
    """`by` is the name of whoever recorded it."""

    id: str
    case: str
    reference: str
    asked_by: str
    proof: str
    received_on: date
    due_on: date
    days_left: int
    by: str
    extension_reason: str
    is_extended: bool
    may_extend: bool
    made_at: datetime | None
    sha256: str
    closed_at: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class SubjectRequests:
    part: ListPart[SubjectRequestShown]
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.case for one in self.part.rows))


@dataclass(frozen=True, slots=True)
class SheetShown:
    """`left` is how many of its items are to be decided yet."""

    sheet: ItemSheet
    left: int


@dataclass(frozen=True, slots=True)
class SubjectRequestPage:
    """`left` is how many items are to be decided yet, of `total`; `kept` how many cases of the child are restricted
    and kept from the reader. Of one that is closed nothing more is shown.
    """

    request: SubjectRequestShown
    sheets: ListPart[SheetShown]
    left: int
    total: int
    kept: int
    cases_shown: tuple[str, ...]
    form: FormView


@dataclass(frozen=True, slots=True)
class SubjectSheetPage:
    """`next_sheet` is another one in which something is to be decided, if there is one. `decided` by item."""

    request: SubjectRequestShown
    sheet: ItemSheet
    decided: dict[str, DecidedItem]
    next_sheet: str
    as_shown: str
    form: FormView
    cases_shown: tuple[str, ...]


def subject_requests(connection: Connection, actor: Actor, now: datetime, page: int = 1) -> SubjectRequests:
    """Those that are open first, the oldest first. Raises NotAllowed."""
    must_hold(actor, (PRIVACY_OFFICER,))
    statement = (
        select(SubjectRequest.__table__, Case.reference)
        .join(Case, Case.id == SubjectRequest.case_id)
        .where(SubjectRequest.authority_id == actor.within, is_open_in_emergency(actor))
        .order_by(SubjectRequest.closed_at.is_not(None), SubjectRequest.received_on, SubjectRequest.id)
    )
    part = listed(connection, statement, Wanted("requests", page))
    names = names_of_accounts(connection, (row.recorded_by for row in part.rows))
    shown = part.showing(_shown(row, now, names.get(row.recorded_by, "")) for row in part.rows)
    return SubjectRequests(shown, asked_plainly(RECORD, {}))


def subject_request(
    connection: Connection, actor: Actor, now: datetime, request: str, page: int = 1
) -> SubjectRequestPage:
    """Raises NotAllowed, NotFound: also for a child from whom the actor is barred."""
    must_hold(actor, (PRIVACY_OFFICER,))
    row = request_row(connection, actor, request)
    told = _told(connection, now, row)
    form = asked_plainly(CLOSE, {})
    if told.closed_at:
        return SubjectRequestPage(told, ListPart(), 0, 0, 0, (row.case_id,), form)
    work = request_at_work(connection, actor, request)
    sheets = part_of(work.held.sheets, Wanted("sheets", page))
    shown = sheets.showing(SheetShown(one, work.left_in(one)) for one in sheets.rows)
    left, total = len(work.undecided), len(work.held.items)
    return SubjectRequestPage(told, shown, left, total, work.held.kept, _cases(work), form)


def request_to_extend(connection: Connection, actor: Actor, now: datetime, request: str) -> SubjectRequestPage:
    """Raises NotAllowed, NotFound."""
    must_hold(actor, (PRIVACY_OFFICER,))
    row = request_row(connection, actor, request)
    told = _told(connection, now, row)
    return SubjectRequestPage(told, ListPart(), 0, 0, 0, (row.case_id,), asked_plainly(EXTEND, {}))


def subject_sheet(connection: Connection, actor: Actor, now: datetime, request: str, sheet: str) -> SubjectSheetPage:
    """Raises NotAllowed, NotFound, NotPossible where the request is closed."""
    must_hold(actor, (PRIVACY_OFFICER,))
    work = request_at_work(connection, actor, request)
    found = work.held.sheet(sheet)
    if found is None:
        raise NotFound
    others = (one.id for one in work.held.sheets if one.id != sheet and work.left_in(one))
    decided = {item.id: work.decided[item.id] for item in found.items if item.id in work.decided}
    form = asked_plainly(decision_form(found), typed_before(work, found))
    told = _told(connection, now, work.row)
    shown = (found.case,) if found.case else (work.row.case_id,)
    return SubjectSheetPage(told, found, decided, next(others, ""), work.as_shown(found), form, shown)


def _cases(work: RequestAtWork) -> tuple[str, ...]:
    return tuple(dict.fromkeys((work.row.case_id, *work.held.cases)))


def _told(connection: Connection, now: datetime, row: NamedRow) -> SubjectRequestShown:
    names = names_of_accounts(connection, [row.recorded_by])
    return _shown(row, now, names.get(row.recorded_by, ""))


def _shown(row: NamedRow, now: datetime, by: str) -> SubjectRequestShown:
    due = due_on(row.received_on, extended=row.extended_at is not None)
    today = day_of(now)
    return SubjectRequestShown(
        id=row.id,
        case=row.case_id,
        reference=row.reference,
        asked_by=ASKED_BY[row.asked_by],
        proof=row.proof,
        received_on=row.received_on,
        due_on=due,
        days_left=(due - today).days,
        by=by,
        extension_reason=row.extension_reason,
        is_extended=row.extended_at is not None,
        may_extend=row.extended_at is None and row.closed_at is None and today <= due,
        made_at=row.made_at,
        sha256=row.sha256,
        closed_at=row.closed_at,
        outcome=row.outcome or "",
    )
