"""What must hold of every case after every step, whatever was done: simple sentences, read from the rows alone.

The engine is not asked: what is in force is worked out here once more, from what people have answered.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from engine.base.database import Database
from engine.process.bundle import START
from engine.record.chain import case_chain, lines
from engine.tables import Answers, Case, Deadline, Instance, Outbox, Person, Wait, WorkItem
from tests.builders import shipped_model
from tests.walks.alarming import of_alarms

# Bytes. The largest of 730 walks, 76 000 steps in all, was 13 686.
LARGEST_STATE = 20_000
ORDERS = ("police_protection", "emergency_protection_order")
# Where a clock is met in the end by what follows from something that runs.
LEADS_TO = {"initial_conference": {"section_47_enquiry"}, "transfer_in_conference": {"transfer_in"}}
AHEAD = {"core_group": "hold_core_group", "plan_visit": "record_visit", "review_conference": "hold_review_conference"}


@dataclass(frozen=True)
class Stands:
    """The rows of one case."""

    case: Row[Any]
    instances: list[Row[Any]]
    items: list[Row[Any]]
    clocks: list[Row[Any]]
    waits: list[Row[Any]]
    answers: list[Row[Any]]
    born: bool

    @property
    def running(self) -> list[Row[Any]]:
        return [one for one in self.instances if one.status == "running"]

    @property
    def unfinished_clocks(self) -> list[Row[Any]]:
        """Neither met nor stopped, whether or not they have passed."""
        return [one for one in self.clocks if one.met_at is None and one.stopped_at is None]

    @property
    def open_items(self) -> list[Row[Any]]:
        return [one for one in self.items if one.closed_at is None]

    @property
    def in_plan(self) -> bool:
        return self.case.plan_from is not None and self.case.plan_until is None


def broken(connection: Connection, cases: Sequence[str]) -> list[str]:
    """Every sentence that does not hold of one of these cases, with its reference."""
    rows = connection.execute(select(Case.__table__).where(Case.id.in_(cases)).order_by(Case.opened_at)).all()
    return [
        f"{case.reference}: {fault}"
        for case in rows
        for fault in (
            *_faults(standing(connection, case)),
            *_of_record(connection, case),
            *_of_letters(connection, case),
            *of_alarms(connection, case),
        )
    ]


def overdue(database: Database, now: datetime) -> list[str]:
    """After a tick every clock that has run out is marked: none was left because acting on it failed."""
    with database.read() as connection:
        rows = connection.execute(
            select(Deadline.clock).where(
                Deadline.due_at < now,
                Deadline.passed_at.is_(None),
                Deadline.met_at.is_(None),
                Deadline.stopped_at.is_(None),
            )
        )
        return [f"{clock} has run out and was not acted on" for (clock,) in rows]


def standing(connection: Connection, case: Row[Any]) -> Stands:
    def rows(table: Any, *order: Any) -> list[Row[Any]]:
        of_case = select(table.__table__).where(table.case_id == case.id).order_by(*order)
        return list(connection.execute(of_case))

    return Stands(
        case,
        rows(Instance, Instance.started_at, Instance.number),
        rows(WorkItem, WorkItem.opened_at),
        rows(Deadline, Deadline.clock, Deadline.number),
        rows(Wait, Wait.kind, Wait.name),
        rows(Answers, Answers.at),
        connection.execute(select(Person.born).where(Person.id == case.person_id)).scalar_one() is not None,
    )


def _faults(stands: Stands) -> Iterator[str]:
    yield from _dead_ends(stands)
    yield from _plan(stands)
    yield from _closure(stands)
    if not any(one.came_from_id for one in stands.instances):
        yield from _order(stands)
    yield from _size(stands)
    yield from _clocks(stands)
    yield from _without_clock(stands)


def _dead_ends(stands: Stands) -> Iterator[str]:
    """Somebody or some clock can move an open case on: the clock runs, and an instance waits for it."""
    if stands.case.closed_at is not None:
        return
    ticking = {one.clock for one in stands.unfinished_clocks if one.passed_at is None}
    awaited = {wait.name for wait in stands.waits if wait.kind == "clock"} & ticking
    if not stands.open_items and not awaited:
        yield "is open, and neither a person nor a clock can carry it on"
    for instance in stands.running:
        own = [item for item in stands.open_items if item.instance_id == instance.id]
        waits = [wait for wait in stands.waits if wait.instance_id == instance.id]
        if not own and not any(wait.kind == "clock" and wait.name in ticking for wait in waits):
            yield f"{instance.process} runs, and nothing can carry it on"


def _plan(stands: Stands) -> Iterator[str]:
    if not stands.in_plan:
        return
    for process, task in AHEAD.items():
        ahead = [one for one in stands.running if one.process == process and not _is_done(stands, one, task)]
        if len(ahead) != 1:
            yield f"a plan is in force with {len(ahead)} of {process} ahead"
    if any(one.process == "child_in_need_plan" for one in stands.running):
        yield "a child in need plan goes on beside the protection plan"
    yield from _clocks_of_plan(stands, {one.clock for one in stands.unfinished_clocks})


def _clocks_of_plan(stands: Stands, running: set[str]) -> Iterator[str]:
    for either in (("first_core_group", "later_core_group"), ("first_review", "later_review")):
        if len(running & {*either}) != 1:
            yield f"a plan is in force with {len(running & {*either})} clocks of {' or '.join(either)}"
    if "plan_visit" not in running and stands.born:
        yield "a plan is in force without a clock of the next visit"


def _is_done(stands: Stands, instance: Row[Any], task: str) -> bool:
    """For good: a review that has to meet again is still ahead."""
    answers = [one.answers for one in stands.answers if one.instance_id == instance.id and one.element == task]
    return any(one.get("decision") != "reconvene" for one in answers)


def _closure(stands: Stands) -> Iterator[str]:
    if stands.case.closed_at is None:
        return
    if stands.in_plan:
        yield "is closed with a plan in force"
    left = {one.process for one in stands.running} - {"professional_disagreement"}
    yield from (f"is closed, and {process} still runs" for process in sorted(left))
    open_still = {one.process for one in stands.open_items} - {"professional_disagreement"}
    yield from (f"is closed, and a task of {process} is open" for process in sorted(open_still))
    of_disagreement = {one.id for one in stands.instances if one.process == "professional_disagreement"}
    clocks = [one.clock for one in stands.unfinished_clocks if one.instance_id not in of_disagreement]
    yield from (f"is closed, and the clock {clock} runs" for clock in clocks)
    for referral in [one for one in stands.instances if one.process == "referral"]:
        done = {one.element for one in stands.answers if one.instance_id == referral.id}
        yield from (
            f"is closed without {task}" for task in ("decide_response", "feed_back_to_referrer") if task not in done
        )


def _order(stands: Stands) -> Iterator[str]:
    """What was recorded last is in force until its end is recorded: its clock stands, and somebody is asked. Where two
    cases were joined, what either had recorded stands beside the other, and this is not asked.
    """
    in_force: set[str] = set()
    for one in stands.answers:
        outcome = one.answers.get("outcome") if one.element == "record_emergency_action" else None
        if outcome == "police_protection":
            in_force.add("police_protection")
        elif outcome == "order_made":
            in_force = {"emergency_protection_order"}
        elif one.element == "record_protection_ended" or _tells_of_death(one):
            in_force.clear()
    clocks = {one.clock for one in stands.unfinished_clocks} & {*ORDERS}
    yield from (f"{order} is in force without a clock" for order in sorted(in_force - clocks))
    yield from (f"the clock of {order} runs, and it is not in force" for order in sorted(clocks - in_force))
    if in_force and not any(one.element == "record_protection_ended" for one in stands.open_items):
        yield "an order or police protection is in force, and nobody is asked for its end"


def _size(stands: Stands) -> Iterator[str]:
    for instance in stands.instances:
        if len(instance.state) > LARGEST_STATE:
            yield f"{instance.process} is stored in {len(instance.state)} bytes"


def _clocks(stands: Stands) -> Iterator[str]:
    """No clock stands for what has ended, where nothing that runs or may still come could meet it."""
    rules, running = shipped_model().rules, {one.id: one.process for one in stands.running}
    known = {one.id: one.process for one in stands.instances}
    seen: set[tuple[str, str]] = set()
    for clock in stands.unfinished_clocks:
        if (clock.clock, clock.instance_id) in seen:
            yield f"the clock {clock.clock} runs twice"
        seen.add((clock.clock, clock.instance_id))
        rule = rules[clock.clock]
        if rule.scope == "instance" and clock.instance_id not in running:
            yield f"the clock {clock.clock} runs for {known[clock.instance_id]}, which has ended"
        able = {event.process for event in rule.met_on} | LEADS_TO.get(rule.id, set())
        if not able & {*running.values()}:
            yield f"the clock {clock.clock} runs, and nothing under way can meet it"


def _without_clock(stands: Stands) -> Iterator[str]:
    """What is to be done within a time is not open without the clock that says so."""
    own = {(one.clock, one.instance_id) for one in stands.unfinished_clocks}
    for item in stands.open_items:
        needed = OWN_CLOCK.get(item.element)
        if item.element == "await_receiving_conference" and _is_not_accepted(stands, item):
            continue
        if needed and (needed, item.instance_id) not in own:
            yield f"{item.process}.{item.element} is open without the clock {needed}"
        if item.deadline_id and item.deadline_id not in {one.id for one in stands.unfinished_clocks}:
            yield f"{item.process}.{item.element} is pressed by a clock that does not run"


def _tells_of_death(answers: Row[Any]) -> bool:
    by_hand = answers.process == "discontinuation" and answers.answers.get("ground") == "died"
    return by_hand or (answers.process, answers.element) == ("death", START)


def _is_not_accepted(stands: Stands, item: Row[Any]) -> bool:
    """The other authority holds no conference: its clock was stopped, and the plan goes on here."""
    told = [
        one.answers for one in stands.answers if one.instance_id == item.instance_id and one.element == item.element
    ]
    return bool(told) and told[-1]["result"] == "not_accepted"


def _of_record(connection: Connection, case: Row[Any]) -> Iterator[str]:
    """A plan begins only where none is in force, and ends only where one is."""
    in_plan = False
    for line in lines(connection, case_chain(case.id), ["message"]):
        if line.element == "protection_plan_started":
            if in_plan:
                yield "a second plan began"
            in_plan = True
        elif line.element == "plan_ended":
            in_plan = False


def _of_letters(connection: Connection, case: Row[Any]) -> Iterator[str]:
    """What has left has done its task, and nothing waits to do one that is done."""
    rows = connection.execute(
        select(Outbox.state, Outbox.settled_at, WorkItem.closed_at)
        .outerjoin(WorkItem, WorkItem.id == Outbox.work_item_id)
        .where(Outbox.case_id == case.id, Outbox.work_item_id.is_not(None))
    )
    for row in rows:
        if row.state in ("handed_over", "confirmed") and row.closed_at is None:
            yield f"a letter is {row.state} and its task is open"
        if row.state == "waiting" and row.closed_at is not None:
            yield "a letter waits to do what is done"
        if (row.settled_at is None) is (row.state in ("handed_over", "confirmed", "withdrawn")):
            yield f"a letter is {row.state} and settled or not"


OWN_CLOCK = {
    "acknowledge_referral": "acknowledgement",
    "decide_response": "response_decision",
    "hold_strategy_discussion": "strategy_discussion",
    "review_plan": "plan_review",
    "answer_disagreement": "disagreement_answer",
    "accept_answer": "disagreement_acceptance",
    "resolve_disagreement": "disagreement_resolution",
    "send_decision_letter": "conference_decision_letter",
    "circulate_record": "conference_record",
    "await_receiving_conference": "receiving_conference",
}
