"""What runs in another system goes on here: at its place, from its true days, and nothing of it twice."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import func, select, update

from engine.base.database import Database
from engine.commands.taking_over_cases import ChildTaken
from engine.commands.timers import catch_up
from engine.facts.case_now import running_deadlines
from engine.facts.searching import search
from engine.likeness.wanted import wanted
from engine.people.identity import SYSTEM
from engine.record.chain import case_chain, lines
from engine.record.checkpoints import source
from engine.record.verifier import verify
from engine.tables import Answers, Case, Deadline, Part, Person, TakenOver, WorkItem
from engine.timescales.calendar import day_of
from tests.builders import MONDAY, Authority, all_rows, authority, do, refer
from tests.engine.commands.elsewhere import CHILDREN, IN_NEED, LEAD, PLANS, comes, folder, give_lead, one_by_one
from tests.rerun.rerunning import differing

NOWHERE = Path("no folder")
WAITS = ("Hold the core group", "Record the visit", "Bring the review forward")


@pytest.fixture
def world(database: Database) -> Authority:
    found = authority(database=database)
    give_lead(found)
    return found


def due_days(one: ChildTaken) -> dict[str, str]:
    return {clock.title: f"{day_of(clock.due_at)}{' before' * clock.late_before}" for clock in one.clocks}


def case_of(world: Authority, taken: ChildTaken) -> str:
    with world.database.read() as connection:
        return connection.execute(select(Case.id).where(Case.reference == taken.case)).scalar_one()


def said(world: Authority, **other: str) -> list[str]:
    return [f"{one.file}:{one.line}: {one.said}" for one in comes(world, other).faults]


def test_each_begins_at_its_place_with_clocks_from_its_true_days(world: Authority) -> None:
    assert folder().faults == []
    first, second, third = one_by_one(world)
    assert (first.tasks, second.tasks, third.tasks) == (WAITS, WAITS, ("Review the plan",))
    assert due_days(first) == {
        "Visit the child under the plan": "2026-02-24 before",
        "Hold the next core group": "2026-04-14",
        "Begin to prepare the review": "2026-04-15",
        "Hold the review that was planned": "2026-05-20",
        "Hold the next review": "2026-05-28",
    }
    assert due_days(second) == {
        "Hold the core group that was planned": "2026-03-06",
        "Hold the first core group": "2026-03-09",
        "Visit the child under the plan": "2026-03-09",
        "Begin to prepare the review": "2026-04-17",
        "Hold the first review": "2026-05-22",
    }
    assert due_days(third) == {"Review the child in need plan": "2026-06-01"}


def test_the_lead_has_the_case_and_its_tasks_and_brothers_and_sisters_are_one_family(world: Authority) -> None:
    first, second, third = (case_of(world, one) for one in one_by_one(world))
    lead = world.actor("social_worker").account
    with world.database.read() as connection:
        rows = {row.id: row for row in connection.execute(select(Case.__table__))}
        owners = {*connection.scalars(select(WorkItem.owner_id).where(WorkItem.case_id == first))}
        parts = {*connection.scalars(select(Part.agency_id).where(Part.case_id == first))}
        people = connection.scalars(select(Answers.answers).where(Answers.case_id == third)).one()["people"]
    assert {one.lead_account_id for one in rows.values()} == owners == {lead}
    assert (rows[first].family_id == rows[second].family_id, rows[first].family_id == rows[third].family_id) == (
        True,
        False,
    )
    assert (day_of(rows[first].plan_from), rows[third].plan_from) == (date(2025, 9, 1), None)
    assert {"police", "health"} <= parts
    assert people == [{"name": "Di Brown", "relationship": "aunt", "lives_with_child": "no"}]


def test_it_is_done_again_from_the_record_without_a_difference_and_verifies(world: Authority) -> None:
    one_by_one(world)
    catch_up(world.database, SYSTEM, MONDAY + timedelta(days=1))
    catch_up(world.database, SYSTEM, MONDAY + timedelta(days=60))
    assert differing(database=world.database) == []
    with world.database.read() as connection:
        assert verify(source(connection, NOWHERE)).faults == []


def test_a_row_that_its_record_does_not_say_is_a_difference(world: Authority) -> None:
    one_by_one(world)
    with world.database.transaction() as connection:
        connection.execute(update(TakenOver).where(TakenOver.old_reference == "LL-1").values(old_reference="LL-9"))
        connection.execute(update(Deadline).where(Deadline.clock == "later_review").values(came_with_case=False))
    told = " ".join(differing(database=world.database))
    assert "old_reference" in told
    assert "came_with_case" in told


def test_the_old_reference_finds_the_child_and_the_entry_says_it(world: Authority) -> None:
    first, *_ = one_by_one(world)
    lead = world.actor("social_worker")
    with world.database.read() as connection:
        (found,) = search(connection, lead, wanted("ll-1", MONDAY.date()), Case.reference)
        (entry,) = lines(connection, case_chain(case_of(world, first)), ["taken_over"])
    assert found.reference == first.case
    assert (entry.payload or {})["old_reference"] == "LL-1"


def test_what_had_run_out_before_is_not_late_by_us_and_nobody_is_asked_why(world: Authority) -> None:
    first, *_ = one_by_one(world)
    case, later = case_of(world, first), MONDAY + timedelta(days=1)
    catch_up(world.database, SYSTEM, later)
    do(authority=world, case=case, task="record_visit", now=later, seen_at=later.isoformat(), child_seen="yes")
    with world.database.read() as connection:
        visits = connection.execute(
            select(Deadline.late_reason, Deadline.met_at, Deadline.came_with_case)
            .where(Deadline.case_id == case, Deadline.clock == "plan_visit")
            .order_by(Deadline.number)
        ).all()
    assert [(one.late_reason, one.met_at is not None, one.came_with_case) for one in visits] == [
        (None, True, True),
        (None, False, False),
    ]


def test_the_next_that_runs_out_here_is_late_here(world: Authority) -> None:
    """The planted fault: were all clocks of such a case excused, a child who is not visited would be overlooked."""
    first, *_ = one_by_one(world)
    case, later = case_of(world, first), MONDAY + timedelta(days=70)
    catch_up(world.database, SYSTEM, later)
    with world.database.read() as connection:
        running = running_deadlines(connection, case)
    late = {one.clock: one.late_before for one in running if one.due_at < later}
    assert late == {"plan_visit": True, "later_core_group": False, "review_preparation": False}


def test_a_dry_run_says_the_same_and_does_nothing(world: Authority) -> None:
    before = all_rows(database=world.database)
    dry = comes(world, dry=True)
    assert all_rows(database=world.database) == before
    done = comes(world)
    assert [(one.tasks, one.clocks) for _, one in dry.children] == [(one.tasks, one.clocks) for _, one in done.children]
    assert [one.outcome for _, one in dry.children] == ["taken over"] * 3


def test_the_same_folder_again_does_nothing_twice_and_a_changed_line_is_told(world: Authority) -> None:
    first = comes(world)
    rows = all_rows(database=world.database)
    again = comes(world)
    assert [(one.outcome, one.case) for _, one in again.children] == [
        ("here already", one.case) for _, one in first.children
    ]
    assert again.faults == ()
    (changed,) = said(world, child_in_need_plan=IN_NEED.replace("2026-06-01", "2026-06-02"))
    assert changed.startswith("children.csv:4: What the files say of this child has changed since case ")
    assert changed.endswith(f"{first.children[2][1].case} was opened: nothing is done")
    assert all_rows(database=world.database) == rows


def test_each_fault_stands_by_file_and_line_and_stops_no_other(world: Authority) -> None:
    came = comes(
        world,
        {
            "children": CHILDREN.replace("943 476 5919", "943 476 5918")
            + f"LL-4,,nobody@council.example,Di,White,2014-01-01,,,\nLL-5,,{LEAD},Ed,White,2014-02-30,,,\n"
            + f"LL-3,,{LEAD},Cy,Again,2012-01-01,,,\nLL-6,,{LEAD},Fi,White,2014-01-01,,,\n,,{LEAD},Gus,White,,,,\n",
            "child_in_need_plan": IN_NEED
            + "LL-4,2025-12-01,yes,2026-06-01,\nLL-5,2025-12-01,no,,\nLL-6,2027-01-01,perhaps,,\n"
            + "LL-9,2025-12-01,no,,\n",
        },
    )
    assert [f"{one.file}:{one.line}: {one.said}" for one in came.faults] == [
        "child_in_need_plan.csv:5: “plan_agreed” is one of yes, no, and not “perhaps”",
        "child_in_need_plan.csv:6: children.csv has no child with the reference “LL-9”",
        "children.csv:2: “nhs_number”: NHS number is no NHS number: check each figure, one of them is wrong",
        "children.csv:5: “lead”: Nobody has an account here as nobody@council.example, or it is disabled",
        "children.csv:6: “born” must be a day like 2026-03-27 or 27/03/2026",
        "children.csv:7: The reference “LL-3” stands in line 4 already",
        "children.csv:9: “reference” is missing: it says which child is meant",
    ]
    assert [child.reference for child, _ in came.children] == ["LL-2"]
    assert sorted(came.held_back) == ["LL-1", "LL-3", "LL-4", "LL-5", "LL-6"]
    with world.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(Case)) == 1
        assert connection.scalar(select(func.count()).select_from(Person)) == 1


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("LL-1,2026-03-09,neglect,no,,no,,no,,no,,no,,", "2: “plan_from”"),
        ("LL-1,2025-09-01,neglect,yes,2025-08-01,no,,no,,no,,no,,", "2: “last_core_group_on”"),
        ("LL-1,2025-09-01,neglect,yes,,no,,no,,no,,no,,", "2: “last_core_group_on”"),
        ("LL-1,2025-09-01,neglect,no,,no,,no,,no,,yes,2026-02-01,", "2: “next_review_on”"),
        ("LL-1,2025-09-01,,no,,no,,no,,no,,no,,", "2: “category”"),
        ("LL-1,2025-09-01,neglect,no,,no,,no,,no,,no,,the army", "2: “agencies” is one of"),
        ("LL-1,2025-09-01,neglect,no,,no,,no,,no,,no,,,more", "2: There are more cells than columns"),
    ],
)
def test_a_day_or_word_that_cannot_be_is_a_fault_of_its_line(world: Authority, line: str, fault: str) -> None:
    head, first, *rest = PLANS.splitlines()
    found = said(world, protection_plan_taken_over="\n".join([head, line, *rest]))
    assert [one for one in found if one.startswith(f"protection_plan_taken_over.csv:{fault}")], found
    assert first.startswith("LL-1")


def test_a_number_of_a_child_with_an_open_case_here_is_a_fault(world: Authority) -> None:
    known = {"given_name": "Aida", "family_name": "Greene", "born": "2015-06-03"}
    begun = refer(authority=world, children=[known | {"more_known": "yes", "nhs_number": "9434765919"}])
    (told,) = said(world)
    assert told.startswith("children.csv:2: “nhs_number”: This number is that of a child with an open case here, ")
    assert begun.references[0] in told


def test_one_number_in_two_lines_is_a_fault_of_both(world: Authority) -> None:
    twice = CHILDREN.replace("2012-01-01,,,", "2012-01-01,,9434765919,")
    assert said(world, children=twice) == [
        "children.csv:2: The NHS number stands in line 4 as well",
        "children.csv:4: The NHS number stands in line 2 as well",
    ]


@pytest.mark.parametrize(
    ("other", "fault"),
    [
        ({"children": "reference,colour\nLL-1,red\n"}, "children.csv:1: There is no column called “colour”"),
        ({"plans": "reference\nLL-1\n"}, "plans.csv:0: There is no file of this name"),
        ({"children": "given_name\nAda\n"}, "children.csv:1: The first line names the columns"),
    ],
)
def test_of_a_folder_that_cannot_be_read_whole_nothing_is_done(
    world: Authority, other: dict[str, str], fault: str
) -> None:
    came = comes(world, other)
    assert [one for one in came.faults if f"{one.file}:{one.line}: {one.said}".startswith(fault)]
    assert came.children == ()


_DAYS = some.sampled_from(["", "2025-09-01", "01/09/2025", "2026-02-30", "2030-01-01", "1890-01-01", "soon"])
_CELL = some.sampled_from(["", "yes", "no", "neglect", "Physical abuse", "health;police", "x", "\u202e"])
_PLAN = some.tuples(
    *(_DAYS if name.endswith(("_on", "_from")) else _CELL for name in PLANS.split("\n")[0].split(",")[1:])
)
_CHILD = some.tuples(
    some.sampled_from(["", "green"]),
    some.sampled_from([LEAD, LEAD.upper(), "nobody@council.example", ""]),
    some.sampled_from(["Ada", "Ben", ""]),
    some.sampled_from(["Green", "Ó Brådaigh"]),
    *(_DAYS, _DAYS),
    some.sampled_from(["", "943 476 5919", "9434765918"]),
    some.sampled_from(["", "A123456789012", "B123456789012"]),
)
_GOOD = PLANS.split("\n")[2].split(",", 1)[1].split(",")
_REFERENCE = some.sampled_from(["LL-1", "LL-2", "LL-3", "LL-4", ""])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(
    some.lists(some.tuples(_REFERENCE, _CHILD), max_size=4),
    some.lists(some.tuples(_REFERENCE, _PLAN | some.just(tuple(_GOOD))), max_size=4),
)
def test_whatever_the_lines_say_each_child_is_done_whole_once_or_not_at_all(
    world: Authority, children: list[tuple[str, tuple[str, ...]]], plans: list[tuple[str, tuple[str, ...]]]
) -> None:
    def file(head: str, rows: list[tuple[str, tuple[str, ...]]]) -> str:
        below = (",".join([reference, *cells]) for reference, cells in rows)
        return "\n".join([head.partition("\n")[0], *below, ""])

    given_files = {
        "children": file(CHILDREN, [*children, ("LL-0", ("", LEAD, "Zoe", "Zed", "2015-01-01", "", "", ""))]),
        "protection_plan_taken_over": file(PLANS, [*plans, ("LL-0", tuple(_GOOD))]),
        "child_in_need_plan": IN_NEED.split("\n")[0],
        "people": "reference",
    }
    came = comes(world, given_files)
    spoken_of = {child.reference for child, _ in came.children} | {*came.held_back}
    assert spoken_of == {reference for reference, _ in children if reference} | {"LL-0"}
    assert "LL-0" not in came.held_back
    again = comes(world, given_files)
    assert "taken over" not in {one.outcome for _, one in again.children}
    assert {(one.file, one.line, one.said) for one in came.faults} == {
        (one.file, one.line, one.said) for one in again.faults
    }
    with world.database.read() as connection:
        kept = select(func.count()).select_from
        assert connection.scalar(kept(Case)) == connection.scalar(kept(TakenOver)) == connection.scalar(kept(Person))
        assert connection.scalar(select(func.count()).where(Case.plan_from.is_(None))) == 0
