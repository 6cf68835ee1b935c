"""Cases that have come far along the pathway, and what stands in their rows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from engine.base.database import Database
from engine.base.subject import Subject
from engine.commands.cases import Started, start_process
from engine.people.identity import Actor
from engine.process.bundle import START
from engine.record.chain import case_chain, lines
from engine.tables import Case, Deadline, Instance
from tests.builders import MONDAY, Authority, case_at, do, filled, open_items
from tests.saving import saved

MINIMUM = ["social_worker", "team_manager", "police", "health"]


@saved
def accepted(*, authority: Authority, response: str = "assessment", now: datetime = MONDAY, **given: Any) -> str:
    """A case whose referral was answered with this response."""
    case = case_at(authority=authority, point="deciding", now=now, **given)
    do(authority=authority, case=case, task="decide_response", now=now, response=response)
    return case


@saved
def assessing(*, authority: Authority, **given: Any) -> str:
    """The assessment is planned, and asks nobody to contribute."""
    case = accepted(authority=authority, **given)
    do(authority=authority, case=case, task="plan_assessment", contributors=[])
    return case


@saved
def in_enquiry(*, authority: Authority, now: datetime = MONDAY, **given: Any) -> str:
    """A strategy discussion has decided on an enquiry under section 47."""
    case = accepted(authority=authority, response="strategy_discussion", now=now, **given)
    discuss(authority=authority, case=case, now=now, decision="section_47")
    return case


def discuss(*, authority: Authority, case: str, now: datetime = MONDAY, **given: Any) -> None:
    held: dict[str, Any] = {"held_at": now.isoformat(), "took_part": MINIMUM, "legal_action": "no", **given}
    do(authority=authority, case=case, task="hold_strategy_discussion", now=now, **held)


def enquire(*, authority: Authority, case: str, conference: str, now: datetime = MONDAY, **given: Any) -> None:
    """From the analysis to the manager's decision."""
    outcome = "substantiated_continuing_risk" if conference == "yes" else "not_substantiated"
    do(authority=authority, case=case, task="analyse_enquiry", now=now, outcome=outcome)
    decided: dict[str, Any] = {"authorised": "yes", "conference": conference, **given}
    do(authority=authority, case=case, task="authorise_section_47_outcome", now=now, **decided)


@saved
def called(
    *, authority: Authority, now: datetime = MONDAY, invited: tuple[str, ...] = ("health", "police"), **given: Any
) -> str:
    """An initial conference is arranged and has a chair."""
    case = in_enquiry(authority=authority, now=now, **given)
    enquire(authority=authority, case=case, conference="yes", now=now)
    do(authority=authority, case=case, task="arrange_conference", now=now, invited=list(invited))
    do(authority=authority, case=case, task="appoint_chair", now=now)
    return case


@saved
def planned(*, authority: Authority, now: datetime = MONDAY, held_at: datetime | None = None, **given: Any) -> str:
    """The conference has decided on a child protection plan; what led to it was all on the day on which it was held."""
    case = called(authority=authority, now=held_at or now, **given)
    held: dict[str, Any] = {
        "held_at": (held_at or now).isoformat(),
        "took_part": ["police", "health"],
        "quorate": "yes",
    }
    do(authority=authority, case=case, task="hold_conference", now=now, decision="plan", **held)
    return case


def review(*, authority: Authority, case: str, now: datetime, **given: Any) -> None:
    """Brought forward where it does not wait for its conference yet, and held."""
    if "bring_forward_review" in tasks(authority=authority, case=case):
        do(authority=authority, case=case, task="bring_forward_review", now=now)
    do(authority=authority, case=case, task="arrange_review", now=now, invited=["health", "police"], same_chair="yes")
    held: dict[str, Any] = {"held_at": now.isoformat(), "took_part": ["police", "health"], "quorate": "yes", **given}
    do(authority=authority, case=case, task="hold_review_conference", now=now, **held)


def protected(
    *, authority: Authority, case: str, action: str = "police_protection", now: datetime = MONDAY, **given: Any
) -> None:
    """Immediate protection has begun and was decided on."""
    begin(authority=authority, case=case, process="immediate_protection", now=now)
    held: dict[str, Any] = {"held_at": now.isoformat(), "took_part": ["police"], "home_authority": "ours", **given}
    do(authority=authority, case=case, task="hold_immediate_strategy_discussion", now=now, action=action, **held)


def record_action(*, authority: Authority, case: str, outcome: str, now: datetime = MONDAY, **given: Any) -> None:
    """What was done to protect the child; by default at once."""
    if outcome == "police_protection":
        given = {"taken_at": now.isoformat(), **given}
    do(authority=authority, case=case, task="record_emergency_action", now=now, outcome=outcome, **given)


def begin(
    *,
    authority: Authority,
    process: str,
    case: str | None = None,
    by: Actor | None = None,
    now: datetime = MONDAY,
    **given: Any,
) -> Started:
    """By hand, by a team manager unless somebody else is named."""
    by = by or authority.actor("team_manager", now=now)
    subject = Subject(process, START, case)
    answers = filled(database=authority.database, subject=subject, given=given, now=now)
    return start_process(authority.database, by, now, process, answers, case=case)


def tasks(*, authority: Authority, case: str) -> set[str]:
    return {row.element for row in open_items(database=authority.database, case=case).values()}


def clocks(*, database: Database, case: str) -> Mapping[str, Row[Any]]:
    """The newest of each kind."""
    with database.read() as connection:
        rows = connection.execute(
            select(Deadline.__table__).where(Deadline.case_id == case).order_by(Deadline.number)
        ).all()
    return {row.clock: row for row in rows}


def all_of(*, database: Database, case: str, clock: str) -> list[Row[Any]]:
    """Every one of a kind, oldest first."""
    with database.read() as connection:
        statement = select(Deadline.__table__).where(Deadline.case_id == case, Deadline.clock == clock)
        return [*connection.execute(statement.order_by(Deadline.number)).all()]


def state_of(clock: Row[Any]) -> str:
    if clock.stopped_at:
        return "stopped"
    return "met" if clock.met_at else "passed" if clock.passed_at else "running"


def told_of(*, database: Database, case: str, kind: str) -> list[Mapping[str, Any]]:
    """The payloads of a kind of entry, in order."""
    with database.read() as connection:
        return [line.payload or {} for line in lines(connection, case_chain(case), [kind])]


def messages(*, database: Database, case: str) -> list[tuple[str, str]]:
    """Each message of the case with what became of it."""
    with database.read() as connection:
        found = lines(connection, case_chain(case), ["message"])
    return [(line.element or "", (line.payload or {})["what"]) for line in found]


def processes(*, database: Database, case: str, status: str = "running") -> list[str]:
    with database.read() as connection:
        statement = select(Instance.process).where(Instance.case_id == case, Instance.status == status)
        return [*connection.scalars(statement.order_by(Instance.started_at, Instance.process, Instance.number))]


def case_row(*, database: Database, case: str) -> Row[Any]:
    with database.read() as connection:
        return connection.execute(select(Case.__table__).where(Case.id == case)).one()
