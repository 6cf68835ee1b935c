"""A case done again from its record: nothing differs while nothing was changed, and whatever was changed is named."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import ColumnElement, delete, insert, select, update

from engine import models
from engine.access import SYSTEM
from engine.commands import authority as settling_matters
from engine.commands.cases import claim, release
from engine.commands.people import disable_account, give_role
from engine.commands.timers import tick
from engine.database import Database
from engine.demo.writing import write
from engine.errors import NotFound
from engine.record import Fact, append, case_chain
from engine.rerun.rerunning import Rerunner, cases
from engine.rerun.several import WORTH_STARTING, rerun_several
from engine.tables import (
    Answers,
    BundleFile,
    Case,
    Deadline,
    Instance,
    Part,
    Payload,
    Person,
    Table,
    Wait,
    WorkItem,
)
from tests.builders import (
    DAY,
    HOUR,
    MONDAY,
    Authority,
    all_rows,
    authority,
    case_at,
    do,
    open_items,
    publish,
    refer,
    shipped,
)
from tests.protecting import begin
from tests.rerun.rerunning import differing, rerun_all
from tests.rerun.tampering import changed, entries, first, write_anew

SUNDAY_NIGHT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
CLOCK = Deadline.clock == "response_decision"
DECISION = (WorkItem.element == "decide_response",)
# What is changed in a row (without values it is deleted), and how the difference that comes of it begins.
ROWS: list[tuple[type[Table], ColumnElement[bool], dict[str, Any], str]] = [
    (
        Instance,
        Instance.process == "assessment",
        {"version": 9},
        "instance assessment 1: version: recorded 9, re-run 2",
    ),
    (
        Instance,
        Instance.process == "referral",
        {"outcome": "declined"},
        "instance referral 1: outcome: recorded declined",
    ),
    (Instance, Instance.process == "referral", {"status": "running"}, "instance referral 1: status: recorded running"),
    (Instance, Instance.process == "referral", {"submission": "x"}, "instance referral 1: submission: recorded x"),
    (
        WorkItem,
        WorkItem.element == "write_assessment",
        {"closed_at": MONDAY},
        "work_item assessment 1 write_assessment 1: closed_at",
    ),
    (
        WorkItem,
        WorkItem.element == "decide_response",
        {"closed_by": "police_officer.1"},
        "work_item referral 1 decide_response 1: closed_by",
    ),
    (
        WorkItem,
        WorkItem.element == "write_assessment",
        {"deadline_id": None},
        "work_item assessment 1 write_assessment 1: deadline_id",
    ),
    (
        WorkItem,
        WorkItem.element == "write_assessment",
        {"owner_id": "police_officer.1"},
        "work_item assessment 1 write_assessment 1: owner_id",
    ),
    (Deadline, CLOCK, {"due_at": MONDAY + 9 * DAY}, "deadline response_decision 1: due_at"),
    (Deadline, CLOCK, {"met_at": None}, "deadline response_decision 1: met_at: recorded nothing"),
    (Deadline, CLOCK, {"late_reason": "The post."}, "deadline response_decision 1: late_reason differs"),
    (
        Answers,
        Answers.element == "decide_response",
        {"answers": {}},
        "answers referral 1 decide_response 1: answers.response differs",
    ),
    (Answers, Answers.element == "decide_response", {"at": MONDAY - DAY}, "answers referral 1 decide_response 1: at"),
    (Part, Part.agency_id == "police", {}, "part police: recorded nothing"),
    (Part, Part.agency_id == "police", {"why": "referred"}, "part police: why differs"),
    (Case, Case.closed_at.is_(None), {"lead_account_id": None}, "case: lead_account_id: recorded nothing"),
    (Case, Case.closed_at.is_(None), {"plan_from": MONDAY}, "case: plan_from"),
    (Case, Case.closed_at.is_(None), {"closed_at": MONDAY}, "case: closed_at"),
    (Person, Person.given_name == "Ada", {"born": date(2011, 6, 4)}, "person: born differs"),
]


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def planned(world: Authority) -> str:
    return case_at(authority=world, point="planned", now=MONDAY)


def said(world: Authority) -> list[str]:
    """Of one case, without its reference."""
    return [one.partition(": ")[2] for one in differing(database=world.database)]


def test_the_demonstration_stands_where_its_record_leads(database: Database) -> None:
    publish(database=database, now=SUNDAY_NIGHT)
    write(database, SUNDAY_NIGHT)
    before = all_rows(database=database)
    assert differing(database=database) == []
    assert all_rows(database=database) == before
    done = rerun_all(database=database)
    assert sorted(one.case for one in done) == sorted(cases(database))
    assert all(one.entries == len(entries(database, one.case)) > 10 for one in done)


def test_each_row_that_was_changed_is_named_and_no_other(world: Authority) -> None:
    planned(world)
    assert said(world) == []
    for table, which, values, expected in ROWS:
        with changed(world.database, table, which, **values):
            found = said(world)
        assert any(one.startswith(expected) for one in found), (expected, found)
        assert {one.partition(":")[0] for one in found} == {expected.partition(":")[0]}
        assert len(found) == 1 or table is Answers  # whose answers are named one by one
    assert said(world) == []


def test_one_byte_of_the_state_is_found_wherever_it_lies(world: Authority) -> None:
    planned(world)
    which = Instance.process == "assessment"
    with world.database.read() as connection:
        state = connection.execute(select(Instance.state).where(which)).scalar_one()
    for place in range(0, len(state), max(1, len(state) // 25)):
        other = bytearray(state)
        other[place] ^= 1
        with changed(world.database, Instance, which, state=bytes(other)):
            assert {one.partition(": state")[0] for one in said(world)} == {"instance assessment 1"}


def test_a_wait_that_was_removed_or_invented_is_named(world: Authority) -> None:
    case = case_at(authority=world, point="planned")
    with world.database.transaction() as connection:
        instance = connection.execute(select(Instance.id).where(Instance.process == "assessment")).scalar_one()
        connection.execute(insert(Wait).values(instance_id=instance, kind="message", name="invented", case_id=case))
    assert said(world)[0].startswith("wait assessment 1 message invented")
    with world.database.transaction() as connection:
        connection.execute(delete(Wait).where(Wait.case_id == case))
    assert "wait assessment 1 clock assessment: recorded nothing" in said(world)[0]


def test_a_row_without_any_record_is_named(world: Authority) -> None:
    case = planned(world)
    with world.database.transaction() as connection:
        row = dict(connection.execute(select(Case.__table__).where(Case.id == case)).mappings().one())
        connection.execute(insert(Case).values({**row, "id": "invented", "reference": "AAAA-AAAA"}))
    assert differing(database=world.database) == [
        "AAAA-AAAA: the case: recorded it cannot be re-run: its record does not begin with its opening, re-run nothing"
    ]


def test_an_entry_changed_in_a_chain_that_agrees_with_itself_is_named(world: Authority) -> None:
    case = planned(world)
    true = entries(world.database, case)
    changes: list[tuple[dict[str, Any], Callable[[dict[str, Any]], object], str]] = [
        (
            first(true, "deadline", clock="response_decision"),
            lambda one: one["payload"].update(due_at="2026-03-09T10:00:00+00:00"),
            "payload.due_at",
        ),
        (first(true, "opened", element="decide_response"), lambda one: one.update(element="inform_family"), "element"),
        (first(true, "passed", element="which_response"), lambda one: one.update(flows=[]), "flows"),
        (first(true, "started"), lambda one: one["payload"]["facts"].update(unborn=True), "payload.facts.unborn"),
        (
            first(true, "completed", element="decide_response"),
            lambda one: one["payload"]["answers"].update(reason="Other."),
            "",
        ),
        (first(true, "deadline", what="met"), lambda one: one.update(actor="police_officer.1"), "actor"),
    ]
    for entry, change, field in changes:
        false = entries(world.database, case)
        number: int = entry["number"]
        change(false[number - 1])
        write_anew(world.database, case, false)
        found = said(world)
        place = f"entry {number} (" if field else "answers referral 1 decide_response 1: answers.reason"
        assert [one for one in found if one.startswith(place) and field in one], (field, found)
        write_anew(world.database, case, true)
        assert said(world) == []


def test_an_entry_taken_out_of_a_chain_that_agrees_with_itself_is_named(world: Authority) -> None:
    case = planned(world)
    true = entries(world.database, case)
    for left_out in (
        first(true, "passed", element="which_response"),
        first(true, "part"),
        first(true, "completed", element="inform_family"),
    ):
        write_anew(world.database, case, [one for one in true if one is not left_out])
        assert said(world) != []
    write_anew(world.database, case, true)
    assert said(world) == []


def test_another_decision_in_the_record_leads_elsewhere(world: Authority) -> None:
    case = planned(world)
    false = entries(world.database, case)
    decision = first(false, "completed", element="decide_response")
    decision["payload"]["answers"]["response"] = "no_further_action"
    write_anew(world.database, case, false)
    assert said(world)[0].endswith(
        "flows.1: recorded which_response_to_require_assessment, re-run which_response_to_no_further_action"
    )


def test_an_entry_that_nobody_can_have_written_ends_the_walk(world: Authority) -> None:
    case = planned(world)
    with world.database.transaction() as connection:
        append(
            connection,
            case_chain(case),
            "police_officer.1",
            MONDAY,
            [Fact("sent", case=case, payload={"kind": "notice"})],
        )
    assert said(world)[-1].endswith(
        "nobody can have begun it: nothing was opened, started, completed, taken or run out"
    )


def test_an_erased_payload_makes_a_case_that_cannot_be_re_run(world: Authority) -> None:
    planned(world)
    with world.database.transaction() as connection:
        connection.execute(delete(Payload).where(Payload.number == 1, Payload.chain.startswith("case:")))
    assert said(world) == [
        "the case: recorded it cannot be re-run: 1 of its entries have lost what they carried, re-run nothing"
    ]


def test_a_model_that_was_changed_after_it_was_published_is_not_run(
    world: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned(world)
    monkeypatch.setattr(models, "_read", {})
    with world.database.transaction() as connection:
        connection.execute(
            update(BundleFile).where(BundleFile.path == "processes/messages.csv").values(content=b"other")
        )
    assert "is not what was published" in said(world)[0]


def test_what_is_about_a_person_is_not_printed(world: Authority) -> None:
    planned(world)
    with changed(world.database, Person, Person.given_name == "Ada", given_name="Grace"):
        assert said(world) == ["person: given_name differs (it is about a person and not printed)"]


def test_closure_days_limits_and_models_are_those_of_the_day(world: Authority) -> None:
    """All of them change while the case runs, and again after it."""
    admin = world.actor("administrator")
    before = case_at(authority=world, point="accepted", now=MONDAY)
    settling_matters.add_closure_day(world.database, admin, MONDAY + HOUR, date(2026, 3, 12), "Flood")
    settling_matters.set_local_limit(world.database, admin, MONDAY + HOUR, "strategy_discussion", 3)
    later = case_at(authority=world, point="accepted", now=MONDAY + 2 * HOUR)
    begin(
        authority=world,
        case=later,
        process="strategy_discussion",
        role="social_worker",
        now=MONDAY + 2 * HOUR,
        concern="Harm.",
    )
    tick(world.database, SYSTEM, MONDAY + 3 * HOUR)
    note = shipped() | {"processes/edition.toml": shipped()["processes/edition.toml"] + b"\n# Another one.\n"}
    publish(database=world.database, files=note)
    do(authority=world, case=later, task="inform_family", now=MONDAY + 4 * HOUR)
    do(
        authority=world,
        case=later,
        task="allocate_social_worker",
        now=MONDAY + 4 * HOUR,
        lead_social_worker="social_worker.1",
    )
    tick(world.database, SYSTEM, MONDAY + 30 * DAY)
    settling_matters.remove_closure_day(world.database, admin, MONDAY + 31 * DAY, date(2026, 3, 12))
    tick(world.database, SYSTEM, MONDAY + 100 * DAY)
    assert {one["kind"] for one in entries(world.database, before)} >= {"recounted"}
    assert differing(database=world.database) == []


def test_a_person_acts_again_with_the_roles_of_that_day(world: Authority) -> None:
    case = refer(authority=world).cases[0]
    item = open_items(database=world.database, case=case)["decide_response"].id
    worker = world.actor("social_worker")
    claim(world.database, worker, MONDAY + HOUR, item)
    release(world.database, worker, MONDAY + 2 * HOUR, item)
    claim(world.database, worker, MONDAY + 3 * HOUR, item)
    admin = world.actor("administrator")
    give_role(world.database, admin, MONDAY + DAY, "health_practitioner.1", "police_officer", "police")
    disable_account(world.database, admin, MONDAY + DAY, "social_worker.1")
    assert differing(database=world.database) == []


def test_a_case_is_named_by_its_reference_or_its_id(world: Authority) -> None:
    refer(authority=world)
    started = refer(authority=world)
    assert cases(world.database, started.references[0].lower()) == list(started.cases)
    assert cases(world.database, started.cases[0]) == list(started.cases)
    with pytest.raises(NotFound):
        cases(world.database, "XXXX-XXXX")
    rerunner = Rerunner(world.database)
    with pytest.raises(NotFound):
        rerunner.rerun("XXXX")
    rerunner.close()


def test_many_cases_are_re_run_side_by_side(world: Authority) -> None:
    for _ in range(WORTH_STARTING):
        refer(authority=world)
    with changed(world.database, WorkItem, *DECISION, WorkItem.case_id == cases(world.database)[3], title="Other"):
        found = list(rerun_several(world.database, cases(world.database)))
    assert [one.case for one in found] == cases(world.database)
    assert [len(one.differences) for one in found] == [int(number == 3) for number in range(WORTH_STARTING)]
