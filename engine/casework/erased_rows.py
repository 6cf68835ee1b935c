"""What goes when a case is erased: every row that holds something of it, and what its entries carried.

What stays is that there was a case, its reference, when it was opened, closed and erased, and by ids alone which child
it was of, so that a bar goes on holding; that acts were done, without what they carried; and who looked.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, exists, func, insert, or_, select, update

from engine.record.chain import authority_chain, case_chain, lines
from engine.tables import (
    Account,
    Act,
    Alarm,
    AnswerCorrection,
    Answers,
    CarryOverItem,
    Case,
    CaseAction,
    Deadline,
    Departure,
    DisputeNote,
    Draft,
    ErasedSpan,
    Instance,
    KeptSearch,
    Outbox,
    Part,
    PartRequest,
    Payload,
    Person,
    PersonalFact,
    PersonKey,
    PossibleMatch,
    Relationship,
    RestingMark,
    SharedInformation,
    SharingWish,
    StalledCase,
    SubjectDecision,
    SubjectRequest,
    Submission,
    Table,
    TakenOver,
    Wait,
    WorkItem,
)

ABOUT_REQUESTS = (
    *("part_asked_for", "part_request_decided"),
    *("subject_access_asked", "subject_access_extended", "subject_items_decided", "subject_pack_made"),
    "subject_access_closed",
)
"""Kinds of entry in the chain of an authority that say something of a child, by the request that they are about."""
NOTHING_LEFT: Mapping[str, Any] = {
    "given_name": "",
    "family_name": "",
    "born": None,
    "expected": None,
    "died_on": None,
    "abroad_since": None,
    "address": "",
    "address_withheld": False,
    "telephone": "",
    "email": "",
    "nhs_number": "",
    "upn": "",
    "other_reference": "",
    "match_name": "",
}
"""Of a person of whom no other case is left."""
Spans = list[tuple[str, int, int]]
"""Of a chain, from one number to another."""


def _instances(cases: Collection[str]) -> Select[str]:
    return select(Instance.id).where(or_(Instance.case_id.in_(cases), Instance.came_from_id.in_(cases)))


_BESIDE_STEPS = (SharedInformation, SharingWish, PersonalFact, CaseAction, Departure)


def content_of(cases: Collection[str]) -> Iterator[tuple[type[Table], ColumnElement[bool]]]:
    """What holds something of these cases, whatever names others before them."""
    tasks = select(WorkItem.id).where(WorkItem.case_id.in_(cases))
    asked = select(SubjectRequest.id).where(SubjectRequest.case_id.in_(cases))
    yield Draft, or_(Draft.subject.in_(tasks), Draft.case_id.in_(cases))
    yield SubjectDecision, or_(SubjectDecision.case_id.in_(cases), SubjectDecision.request_id.in_(asked))
    yield SubjectRequest, SubjectRequest.case_id.in_(cases)
    for beside in (DisputeNote, AnswerCorrection, RestingMark, *_BESIDE_STEPS):
        yield beside, beside.case_id.in_(cases)
    yield TakenOver, TakenOver.case_id.in_(cases)
    yield CarryOverItem, CarryOverItem.instance_id.in_(_instances(cases))
    for table in (Outbox, Alarm):
        yield table, table.case_id.in_(cases)
    yield Wait, Wait.case_id.in_(cases)
    yield Answers, Answers.case_id.in_(cases)
    yield Submission, Submission.instance_id.in_(_instances(cases))
    yield WorkItem, WorkItem.case_id.in_(cases)
    yield Deadline, Deadline.case_id.in_(cases)
    yield Instance, Instance.case_id.in_(cases)
    yield Part, Part.case_id.in_(cases)
    yield StalledCase, StalledCase.case_id.in_(cases)
    yield PartRequest, PartRequest.case_id.in_(cases)


def spans(connection: Connection, authority: str, cases: Collection[str]) -> Spans:
    """The whole chains of these cases; and of the authority's the acts that carry who asked for a part in one of them,
    or for what is held of its child; and what was decided of what it holds, for a request that named another case.
    """
    ends = select(Act.chain, func.max(Act.number)).where(Act.chain.in_([case_chain(one) for one in cases]))
    whole = [(chain, 1, last) for chain, last in connection.execute(ends.group_by(Act.chain).order_by(Act.chain))]
    asked = {
        *connection.scalars(select(PartRequest.id).where(PartRequest.case_id.in_(cases))),
        *connection.scalars(select(SubjectRequest.id).where(SubjectRequest.case_id.in_(cases))),
    }
    decided = select(SubjectDecision.item).where(SubjectDecision.case_id.in_(cases)).limit(1)
    own = authority_chain(authority)
    entries = lines(connection, own, ABOUT_REQUESTS) if asked or connection.scalar(decided) else ()
    return whole + [(own, one.number, one.number) for one in entries if _is_about(one.payload or {}, asked, cases)]


def _is_about(said: Mapping[str, Any], requests: Collection[str], cases: Collection[str]) -> bool:
    """What is decided at once of what is held is of one case."""
    return said.get("request") in requests or any(one["case"] in cases for one in said.get("items", ()))


def erase_rows(connection: Connection, authority: str, cases: Collection[str], now: datetime) -> None:
    """All but the payloads. Searches that are kept for a while are those of anybody, as nobody can tell of whom."""
    persons = [*connection.scalars(select(Case.person_id).where(Case.id.in_(cases)).distinct())]
    for table, which in content_of(cases):
        connection.execute(delete(table).where(which))
    ours = select(Account.id).where(Account.authority_id == authority)
    connection.execute(delete(KeptSearch).where(KeptSearch.account_id.in_(ours)))
    gone = {"lead_account_id": None, "plan_from": None, "plan_until": None, "match_name": "", "erased_at": now}
    connection.execute(update(Case).where(Case.id.in_(cases)).values(gone))
    _erase_persons(connection, persons)


def _erase_persons(connection: Connection, persons: Collection[str]) -> None:
    """Nobody finds a child by a case that is no more; a name stays where another case says it is the same child."""
    lost = [*connection.scalars(select(Person.id).where(Person.id.in_(persons), ~_has_case()))]
    connection.execute(delete(PersonKey).where(PersonKey.person_id.in_(lost)))
    either = or_(PossibleMatch.person_id.in_(lost), PossibleMatch.known_id.in_(lost))
    # By one that nobody has answered, who is barred from this child is kept from the other as well: it is ids alone.
    connection.execute(delete(PossibleMatch).where(either, PossibleMatch.answer.is_not(None)))
    connection.execute(delete(Relationship).where(Relationship.person_id.in_(lost)))
    connection.execute(update(Person).where(Person.id.in_(lost), ~_is_named()).values(NOTHING_LEFT))
    # What this case said is the same child may have been named by it alone.
    linked = select(Case.same_person_id).where(Case.person_id.in_(persons), Case.same_person_id.is_not(None))
    connection.execute(update(Person).where(Person.id.in_(linked), ~_is_named()).values(NOTHING_LEFT))


def _is_named() -> ColumnElement[bool]:
    """Of `person`: a case that is not erased is of this child, or was said to be."""
    theirs = or_(Case.person_id == Person.id, Case.same_person_id == Person.id)
    return exists().where(theirs, Case.erased_at.is_(None)).correlate(Person)


def _has_case() -> ColumnElement[bool]:
    return exists().where(Case.person_id == Person.id, Case.erased_at.is_(None)).correlate(Person)


def erase_payloads(connection: Connection, erasure: str, of: Spans) -> None:
    """The database lets go what stands in the spans of an erasure that was decided, and nothing else."""
    names = [column.key for column in (ErasedSpan.chain, ErasedSpan.first_number, ErasedSpan.last_number)]
    rows = [{**dict(zip(names, span, strict=True)), "erasure_id": erasure} for span in of]
    connection.execute(insert(ErasedSpan), rows)
    for chain, first, last in of:
        connection.execute(delete(Payload).where(Payload.chain == chain, Payload.number.between(first, last)))


def what_is_left(connection: Connection, case: str) -> Iterator[str]:
    """Of a case that was erased: each table that holds something of it all the same."""
    for table, which in content_of([case]):
        if connection.execute(select(func.count()).select_from(table).where(which)).scalar_one():
            yield table.__tablename__
    chain = Payload.chain == case_chain(case)
    if connection.execute(select(func.count()).select_from(Payload).where(chain)).scalar_one():
        yield Payload.__tablename__
    columns = [getattr(Person, name) for name in NOTHING_LEFT]
    child = select(*columns).join(Case, Case.person_id == Person.id).where(Case.id == case, ~_is_named())
    row = connection.execute(child).mappings().one_or_none()
    if row is not None and dict(row) != dict(NOTHING_LEFT):
        yield Person.__tablename__
