"""Two cases of one child: what holds of the child holds in both, and nobody learns of a case that they may not know."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Row, select, update

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotPossible, NotSaved, Refusal, RefusalCode
from engine.casework import effects
from engine.casework.locked_case import CaseWork
from engine.casework.locking import lock_case, lock_cases
from engine.commands.cases import complete_task
from engine.facts.case_now import CaseRead
from engine.people.command import Work
from engine.record.chain import case_chain, lines
from engine.tables import Case
from engine.timescales.calendar import day_of
from tests.amount import LONG
from tests.builders import DAY, MONDAY, Authority, answers_to, authority, case_at, child, do, open_items
from tests.engine.commands.pathway import (
    begin,
    called,
    clocks,
    enquire,
    in_enquiry,
    planned,
    protected,
    record_action,
    review,
    state_of,
    tasks,
)
from tests.faults.test_races import at_once
from tests.rerun.rerunning import differing

ENDS = "discontinuation"
HELD: dict[str, Any] = {"held_at": MONDAY.isoformat(), "took_part": ["police", "health"], "quorate": "yes"}


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def make_one(*, authority: Authority, cases: list[str]) -> None:
    """Each is linked to the one before it, as `clarify_referral` does: the last is of the first child over all."""
    with authority.database.transaction() as connection:
        persons = {row.id: row.person_id for row in connection.execute(select(Case.id, Case.person_id))}
        for known, case in pairwise(cases):
            connection.execute(update(Case).where(Case.id == case).values(same_person_id=persons[known]))


def of_other_team(*, authority: Authority, case: str) -> None:
    """A case of another team, of which those of the first know nothing."""
    with authority.database.transaction() as connection:
        connection.execute(update(Case).where(Case.id == case).values(team_id=authority.other_team))


def hold(*, authority: Authority, case: str) -> None:
    do(authority=authority, case=case, task="hold_conference", decision="plan", **HELD)


def close(*, authority: Authority, case: str) -> None:
    begin(authority=authority, case=case, process="case_closure")


def all_cases(*, database: Database) -> Sequence[Row[Any]]:
    with database.read() as connection:
        return connection.execute(select(Case.__table__)).all()


def plans(*, database: Database) -> int:
    return sum(one.plan_from is not None and one.plan_until is None for one in all_cases(database=database))


def of_commands(*, database: Database) -> list[str]:
    """What re-running finds different, but for the link, which is the test's own and no command made."""
    return [one for one in differing(database=database) if "same_person_id" not in one]


def test_a_plan_in_one_case_is_in_force_in_all(world: Authority) -> None:
    """Over two links, either way; and it is kept with what was done by it, so that each case can be re-run."""
    with_plan, between, last = planned(authority=world), case_at(authority=world), called(authority=world)
    make_one(authority=world, cases=[with_plan, between, last])
    with world.database.transaction() as connection:
        work = Work(connection, world.actor("social_worker"), MONDAY)
        for case in (with_plan, between, last):
            assert lock_case(work, case).case_facts()["plan_in_force"], case
            assert CaseRead(connection, case, work.actor).known_facts()["plan_in_force"], case
    with pytest.raises(NotPossible, match="already in force") as refused:
        hold(authority=world, case=last)
    assert refused.value.code == RefusalCode.NOT_WHILE_PLAN
    assert plans(database=world.database) == 1


def test_an_order_in_one_case_keeps_the_others_open(world: Authority) -> None:
    other = case_at(authority=world, point="deciding")
    do(authority=world, case=other, task="decide_response", response="no_further_action")
    protecting = case_at(authority=world, point="deciding")
    make_one(authority=world, cases=[protecting, other])
    protected(authority=world, case=protecting)
    record_action(authority=world, case=protecting, outcome="police_protection")
    with pytest.raises(NotPossible, match="order or police protection is in force"):
        close(authority=world, case=other)


def test_whoever_may_not_know_of_the_other_case_does_not_learn_of_it(world: Authority) -> None:
    other, with_plan = called(authority=world), planned(authority=world)
    make_one(authority=world, cases=[with_plan, other])
    of_other_team(authority=world, case=with_plan)
    with world.database.read() as connection:
        assert not CaseRead(connection, other, world.actor("social_worker")).known_facts()["plan_in_force"]
        assert CaseRead(connection, other, world.actor("auditor")).known_facts()["plan_in_force"]
    with pytest.raises(NotPossible) as refused:
        hold(authority=world, case=other)
    assert (str(refused.value), refused.value.code) == (
        "This cannot be decided now. Ask those who oversee cases.",
        RefusalCode.NOT_NOW,
    )


def test_of_two_conferences_at_once_one_makes_the_plan(world: Authority) -> None:
    cases = [called(authority=world), called(authority=world)]
    make_one(authority=world, cases=cases)
    manager = world.actor("conference_chair")
    items = [open_items(database=world.database, case=case)["hold_conference"] for case in cases]
    held: dict[str, Any] = {
        "held_at": MONDAY.isoformat(),
        "took_part": ["police", "health"],
        "quorate": "yes",
        "decision": "plan",
    }
    answers = [answers_to(authority=world, item=item, **held) for item in items]
    acts = [
        partial(complete_task, world.database, manager, MONDAY, item.id, answer)
        for item, answer in zip(items, answers, strict=True)
    ]
    found = at_once(*acts)
    assert [one.code for one in found if isinstance(one, Refusal)] == [RefusalCode.NOT_WHILE_PLAN]
    assert plans(database=world.database) == 1


def forgotten(casework: CaseWork) -> None:
    """The rule that is not asked."""


def test_a_second_plan_that_nobody_refused_is_undone(world: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: the rule is forgotten."""
    other, with_plan = called(authority=world), planned(authority=world)
    make_one(authority=world, cases=[with_plan, other])
    monkeypatch.setattr(effects, "refuse_second_plan", forgotten)
    with pytest.raises(NotSaved) as refused:
        hold(authority=world, case=other)
    assert "beside another plan of the child" in str(refused.value.__cause__)
    assert plans(database=world.database) == 1


def test_a_case_that_a_colleague_works_on_leaves_the_others_of_its_child_for_later(world: Authority) -> None:
    cases = [case_at(authority=world), case_at(authority=world)]
    alone = case_at(authority=world)
    make_one(authority=world, cases=cases)
    if world.database.url.drivername == "sqlite":
        return  # it has one writer, who waits for the other
    with world.database.transaction() as first, world.database.transaction() as second:
        work = Work(first, world.actor("social_worker"), MONDAY)
        first.execute(select(Case.id).where(Case.id == cases[0]).with_for_update(of=Case))
        free = lock_cases(Work(second, work.actor, MONDAY), [cases[1], alone], skip_locked=True)
    assert [one.case.id for one in free] == [alone]


@pytest.fixture
def two_called(tmp_path: Path) -> tuple[Path, Authority, list[str]]:
    """A file with two cases of one child that each have a conference to hold."""
    file = tmp_path / "called.db"
    database = Database(f"sqlite:///{file}")
    database.upgrade()
    at = authority(database=database)
    cases = [called(authority=at), called(authority=at)]
    make_one(authority=at, cases=cases)
    database.dispose()
    return file, at, cases


@given(order=st.permutations(["plan 0", "plan 1", "end 0", "end 1"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400 if LONG else 3)
def test_a_child_has_one_plan_at_most_in_whatever_order_things_are_done(
    two_called: tuple[Path, Authority, list[str]], order: list[str]
) -> None:
    file, at, cases = two_called
    left: dict[str, Any] = {"ground": "left_the_country", "happened_on": MONDAY.date().isoformat(), "evidence": "Seen."}
    at = replace(at, database=Database(f"sqlite:///{copy(file, file.with_name('order.db'))}"))
    for step in order:
        what, _, number = step.partition(" ")
        with suppress(NotPossible, BadAnswers, KeyError):  # refused, or held already
            if what == "plan":
                hold(authority=at, case=cases[int(number)])
            else:
                begin(authority=at, case=cases[int(number)], process=ENDS, **left)
        assert plans(database=at.database) <= 1, (order, step)
    at.database.dispose()


def test_what_was_done_by_the_facts_of_another_case_can_be_done_again_without_it(world: Authority) -> None:
    """A conference is not called for a child on a plan, whichever case the plan is in."""
    with_plan, enquiring = planned(authority=world), in_enquiry(authority=world)
    make_one(authority=world, cases=[with_plan, enquiring])
    enquire(authority=world, case=enquiring, conference="yes")
    assert "arrange_conference" not in tasks(authority=world, case=enquiring)
    assert of_commands(database=world.database) == []
    with world.database.read() as connection:
        said = [line.payload for line in lines(connection, case_chain(enquiring), ["child_facts"])]
    assert said == [{"read": [[0, ["plan_in_force"]]]}] * 2


def test_a_death_recorded_in_one_case_holds_in_all(world: Authority) -> None:
    """Nobody is asked to see the child any more, wherever; what the other case is, is told in neither."""
    with_plan, enquiring = planned(authority=world), in_enquiry(authority=world)
    make_one(authority=world, cases=[with_plan, enquiring])
    protected(authority=world, case=enquiring)
    record_action(authority=world, case=enquiring, outcome="police_protection")
    seen, day = MONDAY + DAY, MONDAY + 2 * DAY
    do(authority=world, case=with_plan, task="record_visit", now=seen, child_seen="yes", seen_at=seen.isoformat())
    died: dict[str, Any] = {"ground": "died", "evidence": "The hospital has told us."}
    with pytest.raises(BadAnswers) as refused:
        begin(authority=world, case=enquiring, process=ENDS, now=day, happened_on=MONDAY.date().isoformat(), **died)
    assert refused.value.problems.keys() == {"happened_on"}
    begin(authority=world, case=enquiring, process=ENDS, now=day + DAY, happened_on=day.date().isoformat(), **died)
    open_there, open_here = (tasks(authority=world, case=case) for case in (with_plan, enquiring))
    assert not open_there & {"record_visit", "hold_core_group", "explain_plan_to_child", "arrange_review"}
    assert "see_child" not in open_here
    assert {"interview_parents", "notify_agencies"} <= open_here
    there, here = (clocks(database=world.database, case=case) for case in (with_plan, enquiring))
    stopped = [there["plan_visit"], there["first_review"], here["assessment"], here["police_protection"]]
    assert {day_of(one.stopped_at) for one in stopped} == {day.date()}
    assert {day_of(one.plan_until) for one in all_cases(database=world.database) if one.plan_from} == {day.date()}
    with world.database.read() as connection:
        told = lines(connection, case_chain(with_plan), ["heard"])
    news = [(one.actor, (one.payload or {})["news"]) for one in told]
    assert news == [("system", "The child has died"), ("system", ""), ("system", "")]
    assert of_commands(database=world.database) == []


def test_the_review_of_a_plan_is_brought_forward_from_another_case(world: Authority) -> None:
    """Also where the plan was to end on the eighteenth birthday: the clock is one of the child."""
    born: dict[str, Any] = {"children": [child(born="2008-04-20")]}
    with_plan, enquiring = planned(authority=world, **born), in_enquiry(authority=world, **born)
    make_one(authority=world, cases=[with_plan, enquiring])
    review(authority=world, case=with_plan, now=MONDAY + 7 * DAY, decision="discontinue", ground="reached_18")
    assert state_of(clocks(database=world.database, case=with_plan)["eighteenth_birthday"]) == "running"
    enquire(authority=world, case=enquiring, conference="yes", now=MONDAY + 8 * DAY)
    assert state_of(clocks(database=world.database, case=with_plan)["eighteenth_birthday"]) == "stopped"
    assert "arrange_review" in tasks(authority=world, case=with_plan)
    assert of_commands(database=world.database) == []


def test_protection_that_ends_in_one_case_ends_in_all(world: Authority) -> None:
    cases = [case_at(authority=world), case_at(authority=world)]
    make_one(authority=world, cases=cases)
    for case in cases:
        protected(authority=world, case=case)
        record_action(authority=world, case=case, outcome="police_protection")
    ended = MONDAY + DAY
    assert "record_protection_ended" not in tasks(authority=world, case=cases[1])  # it was in force already
    do(authority=world, case=cases[0], task="record_protection_ended", now=ended, ended_at=ended.isoformat())
    met = [clocks(database=world.database, case=case)["police_protection"] for case in cases]
    assert [(one.met_at, state_of(one)) for one in met] == [(ended, "met")] * 2
    assert of_commands(database=world.database) == []


def test_an_order_made_in_one_case_is_extended_in_another(world: Authority) -> None:
    """Once: the clock of the first order is met, and the new one runs where it was recorded."""
    cases = [case_at(authority=world), case_at(authority=world)]
    make_one(authority=world, cases=cases)
    for case in cases:
        protected(authority=world, case=case, action="seek_order")
    made: dict[str, Any] = {"order_made_at": MONDAY.isoformat(), "applicant": "authority"}
    until, longer = MONDAY + 7 * DAY, MONDAY + 14 * DAY
    record_action(authority=world, case=cases[0], outcome="order_made", order_ends_at=until.isoformat(), **made)
    extended = {**made, "order_made_at": (MONDAY + DAY).isoformat(), "order_ends_at": longer.isoformat()}
    record_action(authority=world, case=cases[1], outcome="order_extended", now=MONDAY + DAY, **extended)
    first, second = (clocks(database=world.database, case=case)["emergency_protection_order"] for case in cases)
    assert (state_of(first), state_of(second), second.due_at) == ("met", "running", longer)
