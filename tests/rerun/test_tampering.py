"""Whatever was changed in the rows or in the entries of a case is named when it is re-run, and nothing else is."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import ColumnElement, delete, func, insert, select, update

from engine.base.database import Database
from engine.facts import models
from engine.record.chain import NewEntry, append, case_chain
from engine.tables import (
    Act,
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
    MONDAY,
    Authority,
    authority,
    case_at,
)
from tests.engine.record.hand import take_triggers_away
from tests.rerun.rerunning import differing
from tests.rerun.tampering import changed, entries, first, write_anew

CLOCK = Deadline.clock == "response_decision"
# What is changed in a row (without values it is deleted), and how the difference that comes of it begins.
ROWS: list[tuple[type[Table], ColumnElement[bool], dict[str, Any], str]] = [
    (
        Instance,
        Instance.process == "assessment",
        {"outcome": "another"},
        "instance assessment 1: outcome: recorded another, re-run nothing",
    ),
    (
        Instance,
        Instance.process == "referral",
        {"outcome": "declined"},
        "instance referral 1: outcome: recorded declined",
    ),
    (Instance, Instance.process == "referral", {"status": "running"}, "instance referral 1: status: recorded running"),
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
    (Part, Part.agency_id == "police", {}, "part police 1: recorded nothing"),
    (Part, Part.agency_id == "police", {"deed": "invited"}, "part police 1: deed"),
    (Part, Part.agency_id == "police", {"organisation_id": "health"}, "part police 1: organisation_id"),
    (Case, Case.closed_at.is_(None), {"lead_account_id": None}, "case: lead_account_id: recorded nothing"),
    (Case, Case.closed_at.is_(None), {"plan_from": MONDAY}, "case: plan_from"),
    (Case, Case.closed_at.is_(None), {"closed_at": MONDAY}, "case: closed_at"),
    (Person, Person.given_name == "Ada", {"born": date(2011, 6, 4)}, "person: born differs"),
]


@pytest.fixture
def world(database: Database) -> Authority:
    """Its database has lost what would refuse such changes: whoever owns it can take that away."""
    with database.transaction() as connection:
        take_triggers_away(connection)
    return authority(database=database)


def planned(world: Authority) -> str:
    return case_at(authority=world, point="planned", now=MONDAY)


def said(world: Authority) -> list[str]:
    """Of one case, without its reference."""
    return [one.partition(": ")[2] for one in differing(database=world.database)]


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


Said = dict[str, Any]


def falsehoods(true: list[Said]) -> list[tuple[Said, Callable[[Said], object], str]]:
    """An entry, what is changed in it, and the field that must be named; none where another row must be."""
    return [
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
    ]


def test_an_entry_changed_in_a_chain_that_agrees_with_itself_is_named(world: Authority) -> None:
    case = planned(world)
    true = entries(world.database, case)
    for entry, change, field in falsehoods(true):
        false = entries(world.database, case)
        number: int = entry["number"]
        change(false[number - 1])
        write_anew(world.database, case, false)
        found = said(world)
        place = f"entry {number} (" if field else "answers referral 1 decide_response 1: answers.reason"
        assert [one for one in found if one.startswith(place) and field in one], (field, found)
        write_anew(world.database, case, true)
        assert said(world) == []


def test_an_act_that_is_said_to_be_another_persons_is_named(world: Authority) -> None:
    case = planned(world)
    false = entries(world.database, case)
    act = first(false, "completed", element="decide_response")["act"]
    for entry in false:
        entry["actor"] = "police_officer.1" if entry["act"] == act else entry["actor"]
    write_anew(world.database, case, false)
    place = "answers referral 1 decide_response 1: account_id: recorded social_worker.1, re-run police_officer.1"
    assert place in said(world)


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
            [NewEntry("queued", case=case, payload={"kind": "notice"})],
        )
    assert said(world)[-1].endswith(
        "nobody can have begun it: nothing was opened, started, completed, taken or run out"
    )


def test_an_erased_payload_makes_a_case_that_cannot_be_re_run(world: Authority) -> None:
    planned(world)
    with world.database.transaction() as connection:
        first = select(func.min(Act.number)).where(Act.chain.startswith("case:")).scalar_subquery()
        connection.execute(delete(Payload).where(Payload.chain.startswith("case:"), Payload.number == first))
    assert said(world) == [
        "the case: recorded it cannot be re-run: 5 of its entries have lost what they carried, re-run nothing"
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
