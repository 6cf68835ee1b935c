"""Every sentence of the invariants is seen to fail: a row is changed as no command would, and it is named."""

from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from engine.base.database import Database
from engine.base.errors import NotPossible, RefusalCode
from engine.casework import settling
from engine.record.chain import NewEntry, append, case_chain
from engine.tables import Alarm, Answers, Case, ClosureDay, Deadline, Instance, Outbox, WorkItem
from tests.builders import DAY, HERE, MONDAY, Authority, authority, case_at, refer
from tests.protecting import in_police_protection, on_a_plan
from tests.walks import walking
from tests.walks.invariants import LARGEST_STATE, broken
from tests.walks.walking import Walk


def instances(of: str, **values: Any) -> Any:
    return update(Instance).where(Instance.process == of).values(**values)


def clocks(*names: str, **values: Any) -> Any:
    return update(Deadline).where(Deadline.clock.in_(names)).values(**values)


def answered(element: str, **answers: Any) -> Any:
    return update(Answers).where(Answers.element == element).values(answers=answers)


def closed_items(*elements: str) -> Any:
    named = WorkItem.element.in_(elements) if elements else WorkItem.id.is_not(None)
    return update(WorkItem).where(named).values(closed_at=MONDAY, closed_how="withdrawn")


UNDER_A_PLAN = [
    (instances("core_group", status="ended"), "a plan is in force with 0 of core_group ahead"),
    (instances("plan_visit", status="withdrawn"), "a plan is in force with 0 of plan_visit ahead"),
    (instances("review_conference", status="ended"), "a plan is in force with 0 of review_conference ahead"),
    (clocks("first_core_group", stopped_at=MONDAY), "a plan is in force with 0 clocks of first_core_group"),
    (clocks("first_review", met_at=MONDAY), "a plan is in force with 0 clocks of first_review"),
    (clocks("plan_visit", stopped_at=MONDAY), "a plan is in force without a clock of the next visit"),
    (instances("strategy_discussion", process="child_in_need_plan"), "a child in need plan goes on beside"),
    (instances("plan_visit", state=bytes(LARGEST_STATE + 1)), f"plan_visit is stored in {LARGEST_STATE + 1} bytes"),
    (update(Case).values(closed_at=MONDAY), "is closed with a plan in force"),
    (update(Case).values(closed_at=MONDAY), "is closed, and core_group still runs"),
    (instances("initial_conference", status="ended"), "the clock conference_record runs for initial_conference"),
    (instances("review_conference", status="ended"), "the clock review_preparation runs, and nothing under way"),
    (clocks("first_core_group", met_at=MONDAY), "core_group.hold_core_group is pressed by a clock that does not run"),
    (closed_items("record_visit"), "plan_visit runs, and nothing can carry it on"),
]
IN_POLICE_PROTECTION = [
    (clocks("police_protection", stopped_at=MONDAY), "police_protection is in force without a clock"),
    (
        answered("record_emergency_action", outcome="none"),
        "the clock of police_protection runs, and it is not",
    ),
    (closed_items("record_protection_ended"), "is in force, and nobody is asked for its end"),
    (clocks("response_decision", stopped_at=MONDAY), "referral.decide_response is open without the clock response_"),
    (closed_items(), "is open, and neither a person nor a clock can carry it on"),
    (closed_items(), "referral runs, and nothing can carry it on"),
]
CLOSED = [
    (delete(Answers).where(Answers.element == "feed_back_to_referrer"), "is closed without feed_back_to_referrer"),
    (clocks("assessment", met_at=None), "is closed, and the clock assessment runs"),
    (update(WorkItem).values(closed_at=None), "is closed, and a task of assessment is open"),
    (instances("assessment", status="running"), "is closed, and assessment still runs"),
]


def test_what_is_amiss_under_a_plan_is_named(database: Database) -> None:
    case = on_a_plan(authority=authority(database=database))
    missed = [sentence for plant, sentence in UNDER_A_PLAN if not _is_named(database, case, plant, sentence)]
    assert missed == []


def test_what_is_amiss_in_police_protection_is_named(database: Database) -> None:
    case = in_police_protection(authority=authority(database=database))
    missed = [sentence for plant, sentence in IN_POLICE_PROTECTION if not _is_named(database, case, plant, sentence)]
    assert missed == []


def test_what_is_amiss_in_a_closed_case_is_named(database: Database) -> None:
    case = case_at(authority=authority(database=database), point="closed")
    missed = [sentence for plant, sentence in CLOSED if not _is_named(database, case, plant, sentence)]
    assert missed == []


def _is_named(database: Database, case: str, plant: Any, sentence: str) -> bool:
    """Whether it is named once the fault is planted, and only then; the fault is taken back."""
    with database.engine.connect() as connection:
        assert broken(connection, [case]) == []
        connection.execute(plant)
        found = broken(connection, [case])
        connection.rollback()
    return any(sentence in fault for fault in found)


def test_a_clock_that_runs_twice_and_a_second_plan_are_named(database: Database) -> None:
    case = on_a_plan(authority=authority(database=database))
    with database.engine.connect() as connection:
        _copy_clock(connection, "first_review")
        began = NewEntry("message", case=case, element="protection_plan_started", payload={})
        append(connection, case_chain(case), "system", MONDAY, [began])
        found = broken(connection, [case])
        connection.rollback()
    assert [fault.partition(": ")[2] for fault in found] == ["the clock first_review runs twice", "a second plan began"]


def _copy_clock(connection: Connection, clock: str) -> None:
    row = connection.execute(select(Deadline.__table__).where(Deadline.clock == clock)).mappings().one()
    connection.execute(insert(Deadline).values({**row, "id": "copy", "number": 2}))


def test_a_message_that_the_engine_loses_is_found(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver = settling._deliver

    def lose(casework: Any, thrower: Any, thrown: Any) -> None:
        if thrown.name != "core_group_required":
            deliver(casework, thrower, thrown)

    monkeypatch.setattr(settling, "_deliver", lose)
    case = on_a_plan(authority=authority(database=database))
    with database.read() as connection:
        assert any("0 of core_group ahead" in fault for fault in broken(connection, [case]))


def test_a_clock_that_the_engine_passes_over_is_found(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    walk = _walk(database)
    walk.cases = [case_at(authority=walk.at)]
    monkeypatch.setattr(walking, "tick", asleep)
    walk.now += 30 * DAY
    walking._tick(walk, walking.Random(1))
    assert "response_decision has run out and was not acted on" in walk.faults


def test_a_refusal_that_leaves_something_behind_is_found(database: Database) -> None:
    walk = _walk(database)

    def half_done() -> None:
        with database.transaction() as connection:
            row = {
                "authority_id": HERE,
                "day": MONDAY.date(),
                "name": "Closed",
                "added_at": MONDAY,
                "added_by": "system",
            }
            connection.execute(insert(ClosureDay).values(row))
        raise NotPossible("Half done.", code=RefusalCode.CASE_CLOSED)

    walk.give_in_vain("half", half_done)
    assert walk.faults == ["was refused and left something behind: half"]


def test_an_error_that_is_no_refusal_ends_the_walk(database: Database) -> None:
    def crash() -> None:
        raise KeyError("outcome")

    with pytest.raises(KeyError):
        _walk(database).give("crash", crash)


def asleep(*_: object) -> int:
    return 0


def _walk(database: Database) -> Walk:
    authority(database=database)
    return Walk(Authority(database, HERE, "duty_team", "other_team"))


@pytest.mark.parametrize(
    ("planted", "named"),
    [
        ({"state": "handed_over", "settled_at": MONDAY}, "a letter is handed_over and its task is open"),
        ({"state": "handed_over"}, "a letter is handed_over and settled or not"),
        ({"settled_at": MONDAY}, "a letter is waiting and settled or not"),
    ],
)
def test_a_letter_that_is_said_to_have_left_is_named(planted: dict[str, Any], named: str, database: Database) -> None:
    at = authority(database=database)
    case = refer(authority=at, reply_by="email", referrer_email="head@school.example").cases[0]
    with database.transaction() as connection:
        assert broken(connection, [case]) == []
        connection.execute(update(Outbox).values(planted))
        assert named in " ".join(broken(connection, [case]))


def test_a_letter_that_waits_to_do_what_is_done_is_named(database: Database) -> None:
    at = authority(database=database)
    case = refer(authority=at, reply_by="email", referrer_email="head@school.example").cases[0]
    with database.transaction() as connection:
        connection.execute(closed_items("acknowledge_referral"))
        assert "a letter waits to do what is done" in " ".join(broken(connection, [case]))


@pytest.mark.parametrize(
    ("planted", "named"),
    [
        (update(Alarm).values(next_step_at=None, place="first"), "an alarm that was told to the first goes nowhere"),
        (update(Alarm).values(ended_at=MONDAY), "an alarm is over that nobody ended"),
        (update(Alarm).values(ended_at=MONDAY), "an alarm is over, and a letter of it waits"),
        (answered("start", immediate_danger="no"), "0 referrals in danger have 1 alarms"),
    ],
)
def test_an_alarm_that_goes_wrong_is_named(planted: Any, named: str, database: Database) -> None:
    case = refer(authority=authority(database=database), immediate_danger="yes").cases[0]
    with database.transaction() as connection:
        assert broken(connection, [case]) == []
        connection.execute(planted)
        assert named in " ".join(broken(connection, [case]))
