"""What was agreed that somebody does is a thing of its own: for whom, by when, and what became of it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import AlreadyDone, BadAnswers, NotAllowed, NotFound
from engine.commands.accounts import disable_account
from engine.commands.correcting_answers import correct_answers
from engine.facts.corrected_forms import REASON
from engine.forms import answer_roles
from engine.reads.case.actions_of_case import ActionView, actions_of_case, open_for
from engine.reads.list_page import OVERVIEW
from engine.tables import Answers, CaseAction, Part, action_tables
from tests.builders import DAY, MONDAY, Authority, authority, case_at, do
from tests.engine.commands.calls_of_actions import ACTION, adds, tells
from tests.engine.commands.calls_of_keeping import bars
from tests.engine.commands.calls_of_retention import closed, decides, proposes, rules
from tests.engine.commands.joining import TUESDAY, must_be_sound, same
from tests.engine.commands.test_correcting_answers import corrects
from tests.engine.commands.test_erasing import faults, left_of
from tests.protecting import on_a_plan
from tests.rerun.rerunning import differing

SCHOOL = {"what": "Zqschool", "agency": "education", "who": "The head", "by_when": "2026-03-04"}


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def kept(world: Authority, case: str) -> dict[str, Any]:
    """By what they say."""
    with world.database.read() as connection:
        return {row.what: row for row in connection.execute(select(CaseAction.__table__).filter_by(case_id=case))}


def seen(world: Authority, case: str, role: str = "social_worker", number: int = 1, state: str = "") -> list[str]:
    with world.database.read() as connection:
        actor = world.actor(role, number=number)
        return [one.what for one in actions_of_case(connection, actor, MONDAY, case, state, 1).actions.rows]


def waiting(world: Authority, role: str, number: int = 1, now: Any = MONDAY) -> list[ActionView]:
    with world.database.read() as connection:
        return [*open_for(connection, world.actor(role, number=number), now, OVERVIEW).rows]


def task(what: str, who: str = "The nurse", agency: str = "health", by_when: str = "2026-03-09") -> dict[str, str]:
    return {"task": what, "who": who, "agency": agency, "by_when": by_when}


def test_the_states_are_those_that_forms_know() -> None:
    assert action_tables.STATES == answer_roles.ACTION_STATES


def test_it_is_added_once_and_told_once(world: Authority) -> None:
    case = case_at(authority=world)
    action = adds(world, case)
    with pytest.raises(StopIteration):
        adds(world, case)
    tells(world, action, why="Zqcame")
    tells(world, action, why="Zqcame")
    with pytest.raises(AlreadyDone):
        tells(world, action, "refused", "Zqother")
    row = kept(world, case)[ACTION["what"]]
    assert (row.state, row.why) == ("done", "Zqcame")
    tells(world, action, "open", "Zqagain")
    assert kept(world, case)[ACTION["what"]].state == "open"
    assert not differing(database=world.database)


@pytest.mark.parametrize("state", ["overtaken", "refused"])
def test_what_nobody_did_says_why(world: Authority, state: str) -> None:
    action = adds(world, case_at(authority=world))
    with pytest.raises(BadAnswers) as refused:
        tells(world, action, state)
    assert [*refused.value.problems] == ["why"]


def test_for_nobody_of_an_agency_says_in_words_for_whom(world: Authority) -> None:
    case = case_at(authority=world)
    with pytest.raises(BadAnswers) as refused:
        adds(world, case, agency="none")
    assert [*refused.value.problems] == ["who"]
    adds(world, case, agency="none", who="The mother")
    assert kept(world, case)[ACTION["what"]].agency == ""


def test_an_organisation_that_is_to_do_it_has_a_part_and_sees_its_own_alone(world: Authority) -> None:
    case = case_at(authority=world)
    action = adds(world, case, **SCHOOL)
    adds(world, case, agency="health", who="The nurse", what="Zqnurse")
    with world.database.read() as connection:
        parts = connection.execute(select(Part.agency_id, Part.deed).where(Part.case_id == case)).all()
    assert {tuple(one) for one in parts} >= {("education", "asked")}
    assert seen(world, case, "education_practitioner") == ["Zqschool"]
    assert [one.what for one in waiting(world, "education_practitioner")] == ["Zqschool"]
    assert seen(world, case) == ["Zqschool", "Zqnurse"]  # by when each is to be done
    with pytest.raises(NotFound):
        tells(world, action, role="health_practitioner")
    tells(world, action, role="education_practitioner")
    assert waiting(world, "education_practitioner") == []
    assert seen(world, case, "education_practitioner", state="done") == ["Zqschool"]
    assert not differing(database=world.database)


def test_whoever_it_is_for_the_lead_and_the_manager_say_what_became_of_it(world: Authority) -> None:
    case = case_at(authority=world)
    colleague = world.actor("social_worker", number=2).account
    action = adds(world, case, colleague=colleague)
    assert [one.what for one in waiting(world, "social_worker", 2)] == [ACTION["what"]]
    assert waiting(world, "social_worker", 1) == []
    with pytest.raises(NotAllowed):
        tells(world, action, role="social_worker", number=1)
    with pytest.raises(NotAllowed):
        tells(world, action, role="auditor")
    tells(world, action, role="social_worker", number=2)
    tells(world, action, "open", "Zqwhy", role="team_manager")


def test_an_action_of_a_colleague_who_left_or_from_whom_the_case_is_kept_is_with_the_lead(world: Authority) -> None:
    case = on_a_plan(authority=world)
    adds(world, case, colleague=world.actor("social_worker", number=2).account)
    assert ACTION["what"] not in [one.what for one in waiting(world, "social_worker")]
    bars(world, case)
    assert [one.what for one in waiting(world, "social_worker")].count(ACTION["what"]) == 1
    other = on_a_plan(authority=world)
    adds(world, other, colleague=world.actor("social_worker", number=2).account, what="Zqleft")
    assert "Zqleft" not in [one.what for one in waiting(world, "social_worker")]
    disable_account(world.database, world.actor("administrator"), MONDAY, "social_worker.2")
    assert "Zqleft" in [one.what for one in waiting(world, "social_worker", now=MONDAY + DAY)]


def test_the_lead_has_what_is_for_nobody_with_an_account_and_it_is_late_from_the_next_day(world: Authority) -> None:
    case = on_a_plan(authority=world)
    adds(world, case, agency="none", who="The mother", by_when="2026-03-02", what="Zqmother")
    on_the_day, after = (
        {one.what: one.days_late for one in waiting(world, "social_worker", now=now)} for now in (MONDAY, MONDAY + DAY)
    )
    assert (on_the_day["Zqmother"], after["Zqmother"]) == (0, 1)


def test_what_a_meeting_agrees_again_is_the_same_and_what_became_of_it_is_kept(world: Authority) -> None:
    case = on_a_plan(authority=world)
    do(authority=world, case=case, task="hold_core_group", tasks=[task("Zqone"), task("Zqtwo"), task("Zqtwo")])
    assert {*kept(world, case)} == {"Zqone", "Zqtwo"}
    later = MONDAY + 30 * DAY
    rows = {"Zqone": "done", "Zqtwo": "open"}
    outcomes = [{"agreed": f"{what} (The nurse, by 9 March 2026)", "became": became} for what, became in rows.items()]
    again = [task("Zqone"), task("Zqtwo", by_when="2026-05-01"), task("Zqnew")]
    do(authority=world, case=case, task="hold_core_group", now=later, outcomes=outcomes, tasks=again)
    with world.database.read() as connection:
        told = connection.execute(
            select(CaseAction.what, CaseAction.by_when, CaseAction.state).where(CaseAction.case_id == case)
        )
        found = sorted((row.what, str(row.by_when), row.state) for row in told)
    assert found == [
        ("Zqnew", "2026-03-09", "open"),
        ("Zqone", "2026-03-09", "done"),
        ("Zqtwo", "2026-03-09", "overtaken"),
        ("Zqtwo", "2026-05-01", "open"),
    ]
    assert not differing(database=world.database)


def test_what_is_agreed_again_is_not_overtaken_by_another_of_the_same_words(world: Authority) -> None:
    case = on_a_plan(authority=world)
    first, second, third = (task("Zqvisit", by_when=f"2026-03-{day:02}") for day in (9, 16, 23))
    do(authority=world, case=case, task="hold_core_group", tasks=[first, second])
    open_still = [{"agreed": f"Zqvisit (The nurse, by {day} March 2026)", "became": "open"} for day in (9, 16)]
    later = MONDAY + 5 * DAY
    do(authority=world, case=case, task="hold_core_group", now=later, outcomes=open_still, tasks=[second, third])
    with world.database.read() as connection:
        rows = connection.execute(select(CaseAction).filter_by(case_id=case, what="Zqvisit"))
        found = {str(row.by_when): row.state for row in rows}
    assert found == {"2026-03-09": "overtaken", "2026-03-16": "open", "2026-03-23": "open"}
    assert not differing(database=world.database)


def test_what_is_done_is_not_open_again_as_the_list_of_the_meeting_before_still_has_it(world: Authority) -> None:
    case = on_a_plan(authority=world)
    lines = [task("Zqone"), task("Zqtwo"), task("Zqthree"), task("Zqfour")]
    do(authority=world, case=case, task="hold_core_group", tasks=lines)
    tells(world, kept(world, case)["Zqtwo"].id, role="health_practitioner")
    tells(world, kept(world, case)["Zqfour"].id, "refused", "Zqno", role="health_practitioner")
    became = {"Zqone": "done", "Zqthree": "overtaken"}
    why = {"why": "Zqmoved"}
    said = [{"agreed": f"{one} (The nurse, by 9 March 2026)", "became": now, **why} for one, now in became.items()]
    do(authority=world, case=case, task="hold_core_group", now=MONDAY + 5 * DAY, tasks=lines, outcomes=said)
    said = [{"agreed": "Zqfour (The nurse, by 9 March 2026)", "became": "open"}]
    do(authority=world, case=case, task="hold_core_group", now=MONDAY + 12 * DAY, tasks=lines, outcomes=said)
    with world.database.read() as connection:
        found = sorted((row.what, row.state) for row in connection.execute(select(CaseAction).filter_by(case_id=case)))
    of_four = [("Zqfour", "open"), ("Zqfour", "refused")]  # the meeting agreed it again
    assert found == [*of_four, ("Zqone", "done"), ("Zqthree", "overtaken"), ("Zqtwo", "done")]
    assert not differing(database=world.database)


def test_where_nothing_is_chosen_it_is_said_so_beside_the_question(world: Authority) -> None:
    action = adds(world, case_at(authority=world))
    tells(world, action)
    with pytest.raises(BadAnswers) as refused:
        tells(world, action, "", "Zqwhy")
    assert [*refused.value.problems] == ["state"]


def test_what_a_meeting_says_was_refused_says_why(world: Authority) -> None:
    case = on_a_plan(authority=world)
    do(authority=world, case=case, task="hold_core_group", tasks=[task("Zqone")])
    one = [{"agreed": "Zqone (The nurse, by 9 March 2026)", "became": "refused", "why": ""}]
    with pytest.raises(BadAnswers) as refused:
        do(authority=world, case=case, task="hold_core_group", now=MONDAY + 30 * DAY, outcomes=one)
    assert {*refused.value.problems} == {"outcomes.0.why"}


def test_corrected_answers_put_actions_right(world: Authority) -> None:
    case = on_a_plan(authority=world)
    do(authority=world, case=case, task="hold_core_group", tasks=[task("Zqone"), task("Zqtwo"), task("Zqthree")])
    action = kept(world, case)["Zqthree"].id
    tells(world, action, role="health_practitioner")
    put = [task("Zqother", agency="none", who="The father"), task("Zqfour")]
    corrects(world, case, process="core_group", element="hold_core_group", tasks=put, now=MONDAY + timedelta(hours=3))
    found = {what: row.state for what, row in kept(world, case).items()}
    assert found == {"Zqother": "open", "Zqfour": "open", "Zqthree": "done"}
    assert not differing(database=world.database)


def puts_right(world: Authority, case: str, *tasks: dict[str, str]) -> None:
    """Of the newest core group what it agreed."""
    with world.database.read() as connection:
        of_task = select(Answers).filter_by(case_id=case, element="hold_core_group").order_by(Answers.at.desc())
        row = connection.execute(of_task).first()
    assert row
    answers = {**row.answers, "tasks": [*tasks], REASON: "Zqwhy"}
    correct_answers(world.database, world.actor("team_manager"), MONDAY + 9 * DAY, case, row.id, 0, answers)


def test_a_correction_makes_no_other_action_done(world: Authority) -> None:
    case = on_a_plan(authority=world)
    do(authority=world, case=case, task="hold_core_group", tasks=[task("Zqone"), task("Zqtwo")])
    tells(world, kept(world, case)["Zqone"].id, role="health_practitioner")
    puts_right(world, case, task("Zqother"))
    assert {what: row.state for what, row in kept(world, case).items()} == {"Zqone": "done", "Zqother": "open"}
    assert not differing(database=world.database)


def test_a_line_that_is_said_otherwise_is_the_same_action_where_none_came_or_went(world: Authority) -> None:
    case = on_a_plan(authority=world)
    do(authority=world, case=case, task="hold_core_group", tasks=[task("Zqone"), task("Zqtwo")])
    tells(world, kept(world, case)["Zqtwo"].id, role="health_practitioner")
    puts_right(world, case, task("Zqfirst"), task("Zqsecond"))
    assert {what: row.state for what, row in kept(world, case).items()} == {"Zqfirst": "open", "Zqsecond": "done"}


def test_a_correction_takes_out_what_this_meeting_agreed_and_not_what_another_did(world: Authority) -> None:
    case = on_a_plan(authority=world)
    do(authority=world, case=case, task="hold_core_group", tasks=[task("Zqone"), task("Zqtwo")])
    tells(world, kept(world, case)["Zqone"].id, role="health_practitioner")
    again, later = [task("Zqone"), task("Zqtwo"), task("Zqthree")], MONDAY + 5 * DAY
    open_still = [{"agreed": "Zqtwo (The nurse, by 9 March 2026)", "became": "open"}]
    do(authority=world, case=case, task="hold_core_group", now=later, outcomes=open_still, tasks=again)
    puts_right(world, case, task("Zqthree"))
    with world.database.read() as connection:
        found = sorted((row.what, row.state) for row in connection.execute(select(CaseAction).filter_by(case_id=case)))
    assert found == [("Zqone", "done"), ("Zqthree", "open"), ("Zqtwo", "open")]


def test_an_agency_that_a_correction_names_has_a_part_as_well(world: Authority) -> None:
    case = on_a_plan(authority=world)
    do(authority=world, case=case, task="hold_core_group", tasks=[task("Zqone", agency="none")])
    puts_right(world, case, task("Zqone", agency="education"))
    assert seen(world, case, "education_practitioner") == ["Zqone"]
    must_be_sound(world)
    assert not differing(database=world.database)


def test_it_goes_over_is_kept_from_the_barred_and_goes_with_an_erased_case(world: Authority) -> None:
    older, newer = case_at(authority=world), case_at(authority=world)
    action = adds(world, newer, **SCHOOL)
    same(world, newer, older)
    assert seen(world, older) == ["Zqschool"]
    assert seen(world, older, "education_practitioner") == ["Zqschool"]
    tells(world, action, role="education_practitioner", now=TUESDAY)
    must_be_sound(world)
    bars(world, older)
    with pytest.raises(NotFound):
        seen(world, older, number=2)


def test_nothing_is_left_of_it_in_an_erased_case(world: Authority) -> None:
    rules(world)
    case = closed(world)
    assert [row.state for row in kept(world, case).values()] == ["done"]  # what the plan agreed, at its review
    decides(world, proposes(world, case))
    assert (kept(world, case), faults(world), left_of(world, case)) == ({}, [], [])
