"""One case and the list of cases, read on both databases."""

import pytest

from engine.base.database import Database
from engine.base.errors import NotAllowed, NotFound
from engine.commands.drafts import save_draft
from engine.people.identity import Actor
from engine.process.bundle import ROLES
from engine.reads.authority.people import child_view as child_of
from engine.reads.case.case_page import CaseView, case
from engine.reads.case.drawing_file import drawing
from engine.reads.lists.case_list import cases
from engine.reads.lists.roster import roster
from engine.reads.task.start_page import start
from engine.reads.task.task_page import task
from tests.auditing import closed_too_late
from tests.builders import (
    DAY,
    MONDAY,
    Authority,
    all_rows,
    authority,
    case_at,
    child,
    do,
    open_items,
    pass_time,
    publish,
    refer,
    reference,
    shipped,
)


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def seen(world: Authority, case_id: str, role: str = "social_worker", *, days: int = 0, done: str = "") -> CaseView:
    with world.database.read() as connection:
        return case(connection, world.actor(role), MONDAY + days * DAY, case_id, done)


def test_it_says_what_runs_and_what_is_over(world: Authority) -> None:
    found = seen(world, case_at(authority=world, point="planned"))
    assert [(one.name, one.status) for one in found.finished.rows] == [("Referral", "ended")]
    assert [one.name for one in found.running.rows] == ["Assessment"]
    assert found.lead == "Social worker 1"
    assert {one.title for one in found.running.rows[0].tasks} >= {"See the child", "Contribute to the assessment"}
    progress = {step.element: step.progress for step in found.running.rows[0].steps}
    assert progress["plan_assessment"] == "done"
    assert progress["authorise_assessment"] == "not_reached"
    assert progress["write_assessment"] == "open"


def test_it_says_whose_a_task_is_and_whether_the_reader_may_do_it(world: Authority) -> None:
    case_id = case_at(authority=world, point="planned")
    tasks = {one.whose: one.theirs for one in seen(world, case_id).running.rows[0].tasks}
    assert tasks["Social worker"]
    assert not tasks["Police (police officer)"]
    police = seen(world, case_id, "police_officer").running.rows
    assert {one.whose: one.theirs for one in police[0].tasks} == {"Police (police officer)": True}
    assert (police[0].steps, [one.name for one in police]) == ((), ["Assessment"])


def test_what_an_act_opened_is_named_after_it(world: Authority) -> None:
    case_id = case_at(authority=world, point="deciding")
    item = open_items(database=world.database, case=case_id)["decide_response"].id
    do(authority=world, case=case_id, task="decide_response", now=MONDAY + DAY, response="early_help")
    done = seen(world, case_id, days=1, done=item).just_done
    assert done is not None
    assert done.title == "Decide the response"
    assert {task.title for task in done.opened} == {"Tell the referrer", "Tell the family", "Refer on to early help"}
    assert seen(world, case_id, done="nothing").just_done is None
    assert seen(world, case_id, done=open_items(database=world.database, case=case_id)["refer_on"].id).just_done is None


def test_clocks_that_run_stand_apart_from_those_that_ended_and_each_tells_its_state(world: Authority) -> None:
    case_id = case_at(authority=world, point="deciding")
    pass_time(authority=world, now=MONDAY + 5 * DAY)
    found = seen(world, case_id, days=5)
    assert [(one.title, one.state) for one in found.clocks.rows] == [
        ("Decide how to respond to the referral", "overdue")
    ]
    assert [(one.title, one.state) for one in found.ended.rows] == [("Acknowledge the referral", "met")]


def test_a_clock_that_ran_out_and_was_then_stopped_says_so(world: Authority) -> None:
    case_id = closed_too_late(authority=world)
    clocks = {one.title: one for one in seen(world, case_id, days=101).ended.rows}
    assessment = clocks["Complete and authorise the assessment"]
    assert (assessment.state, assessment.words) == ("stopped_late", "stopped after its time had run out")


def test_agencies_see_their_own_answers_and_what_a_form_shows_them(world: Authority) -> None:
    """Whoever referred reads what came of it."""
    case_id = case_at(authority=world, point="planned")
    do(authority=world, case=case_id, task="contribute(health)", answer="given", contribution="Missed two clinics.")

    def titles(role: str) -> set[str]:
        return {one.title for one, _ in seen(world, case_id, role).answered.rows}

    assert titles("police_officer") == set()
    assert titles("health_practitioner") == {"Refer a child", "Contribute to the assessment", "Tell the referrer"}
    assert titles("social_worker") > titles("health_practitioner")
    assert titles("auditor") == titles("social_worker")


def test_only_related_cases_that_the_reader_may_know_are_named(world: Authority) -> None:
    first, second = refer(authority=world, children=[child(given_name="Ada"), child(given_name="Ben")]).cases
    do(authority=world, case=first, task="decide_response", response="assessment")
    do(authority=world, case=first, task="plan_assessment", contributors=["police"])
    assert [one.case for one in seen(world, first).related.rows] == [second]
    assert seen(world, first).cases_shown == (first, second)
    assert seen(world, first, "police_officer").related.rows == ()


@pytest.mark.parametrize("role", ["police_officer", "administrator", "process_owner", "partnership_resolver"])
def test_who_has_no_part_is_told_that_there_is_none(world: Authority, role: str) -> None:
    case_id = case_at(authority=world)
    item = open_items(database=world.database, case=case_id)["decide_response"].id
    actor = world.actor(role)
    with world.database.read() as connection:
        for read in (
            lambda: case(connection, actor, MONDAY, case_id),
            lambda: task(connection, actor, MONDAY, item),
            lambda: start(connection, actor, MONDAY, "referral", case_id),
        ):
            with pytest.raises(NotFound):
                read()
        assert cases(connection, actor, MONDAY).total == 0


def test_nothing_is_offered_to_be_started_in_vain(world: Authority) -> None:
    case_id = case_at(authority=world, point="planned")
    offered = {
        role: [one.process for one in seen(world, case_id, role).beginnings]
        for role in ("team_manager", "social_worker", "health_practitioner", "auditor")
    }
    assert offered == {
        "team_manager": [
            *("immediate_protection", "strategy_discussion", "referral", "request_for_help", "new_lead"),
            *("discontinuation", "case_closure"),  # a child may die without a plan
        ],
        "social_worker": [
            "immediate_protection",
            "strategy_discussion",
            "referral",
            "request_for_help",
            "professional_disagreement",
        ],
        "health_practitioner": [
            "immediate_protection",
            "strategy_discussion",
            "referral",
            "professional_disagreement",
        ],
        "auditor": [],
    }
    with world.database.read() as connection, pytest.raises(NotAllowed):
        start(connection, world.actor("auditor"), MONDAY, "referral", case_id)


def test_reading_changes_nothing(world: Authority) -> None:
    case_id = case_at(authority=world, point="planned")
    before = all_rows(database=world.database)
    item = open_items(database=world.database, case=case_id)["write_assessment"].id
    seen(world, case_id)
    with world.database.read() as connection:
        actor = world.actor("social_worker")
        task(connection, actor, MONDAY, item)
        start(connection, world.actor("team_manager"), MONDAY, "case_closure", case_id)
        cases(connection, actor, MONDAY, "ada")
        roster(connection, actor, MONDAY)
    assert all_rows(database=world.database) == before


def test_a_task_brings_its_form_the_draft_and_what_is_known(world: Authority) -> None:
    case_id = case_at(authority=world, point="deciding")
    item = open_items(database=world.database, case=case_id)["decide_response"].id
    actor = world.actor("social_worker")
    save_draft(world.database, actor, MONDAY, item, {"reason": ["Half"]})
    with world.database.read() as connection:
        found = task(connection, actor, MONDAY, item)
        other = task(connection, world.actor("social_worker", number=2), MONDAY, item)
    assert (found.form.draft, other.form.draft) == ({"reason": ["Half"]}, {})
    assert {one.id for one in found.form.questions} >= {"response", "reason"}
    assert set(found.form.duties) >= {"R-06"}
    assert "Refer a child" in {one.title for one, _ in found.known.rows}
    assert (found.owner.mine, found.obstacle, found.closed) == (False, "", None)


def test_a_task_says_why_somebody_cannot_do_it(world: Authority) -> None:
    case_id = case_at(authority=world, point="written")
    item = open_items(database=world.database, case=case_id)["authorise_assessment"].id

    def obstacle(actor: Actor) -> str:
        with world.database.read() as connection:
            return task(connection, actor, MONDAY, item).obstacle

    assert obstacle(world.actor("social_worker")) == "This task is for another role: team manager."
    assert obstacle(world.actor("team_manager")) == ""


def test_the_list_is_found_by_name_without_accents_and_never_by_a_pattern(world: Authority) -> None:
    case_id = refer(authority=world, children=[child(given_name="Zoë")]).cases[0]
    named = reference(authority=world, case=case_id).lower()
    with world.database.read() as connection:
        actor = world.actor("social_worker")
        found = {name: cases(connection, actor, MONDAY, name).total for name in ("zoe EX", named, "%", "_", "\\", "q'")}
    assert found == {"zoe EX": 1, named: 1, "%": 0, "_": 0, "\\": 0, "q'": 0}


def test_a_drawing_is_read_by_its_bundle_and_nothing_else(world: Authority) -> None:
    found = seen(world, case_at(authority=world)).running.rows[0]
    with world.database.read() as connection:
        actor = world.actor("social_worker")
        assert b"decide_response" in drawing(connection, actor, MONDAY, found.bundle, "referral").content
        for bundle, process in ((found.bundle, "none"), ("none", "referral"), (found.bundle, "../messages")):
            with pytest.raises(NotFound):
                drawing(connection, actor, MONDAY, bundle, process)


def test_the_roster_lists_everybody_by_where_they_work(world: Authority) -> None:
    with world.database.read() as connection:
        groups = dict(roster(connection, world.actor("auditor"), MONDAY).groups)
    assert list(groups) == ["Children’s social care", "Other agencies", "Oversight and administration"]
    assert groups["Children’s social care"][0].role == "Social worker"
    assert {one.role for one in groups["Oversight and administration"]} >= {"Auditor", "Administrator"}


def test_the_roster_stands_when_somebody_holds_a_role_that_is_gone(world: Authority) -> None:
    world.actor("auditor")
    files = {**shipped(), ROLES: shipped()[ROLES].replace(b"[role.administrator]", b"[role.keeper]")}
    publish(database=world.database, files=files)
    with world.database.read() as connection:
        groups = dict(roster(connection, world.actor("auditor"), MONDAY).groups)
    assert "administrator" in {one.role for one in groups["Oversight and administration"]}


@pytest.mark.parametrize(
    ("born", "age"),
    [("2020-03-03", "5 years"), ("2020-03-02", "6 years"), ("2025-03-03", "11 months"), ("2026-02-28", "2 days")],
)
def test_ages_are_in_words(born: str, age: str) -> None:
    assert child_of("id", "Ada", "Example", MONDAY.date().fromisoformat(born), None, MONDAY).age == age


@pytest.mark.parametrize(
    ("given_name", "family_name", "name"),
    [
        ("Ada", "Example", "Ada Example"),
        ("not known", "Not known", "Name not known"),
        ("Ada", "not known", "Ada (last name not known)"),
        ("not known", "Example", "Example (first name not known)"),
    ],
)
def test_a_name_that_is_not_known_reads_so(given_name: str, family_name: str, name: str) -> None:
    assert child_of("id", given_name, family_name, None, None, MONDAY).name == name
