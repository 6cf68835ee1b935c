"""A referral opens a case for each child or joins the one it is sent from; other processes start as drawings say."""

from typing import Any

import pytest
from sqlalchemy import func, select, update

from engine.base.database import Database
from engine.base.errors import NotAllowed, NotFound, NotPossible
from engine.commands.cases import start_process
from engine.people.identity import PUBLIC, without_account
from engine.record.chain import case_chain, lines
from engine.tables import Answers, Family, Instance, Membership, Outbox, Part, Person, Relationship, Team
from tests.builders import (
    DAY,
    HERE,
    HOUR,
    MONDAY,
    all_rows,
    authority,
    case_at,
    child,
    do,
    open_items,
    refer,
    reference,
    referral,
)

SIBLINGS = [
    child(given_name="Ada", school="Hill School"),
    child(given_name="Ben", born="2014-02-01", school="Brook School"),
    {"given_name": "Baby", "family_name": "Example", "expected": "2026-05-01"},
]


def rows_of(database: Database, table: Any, *columns: str) -> list[tuple[Any, ...]]:
    with database.read() as connection:
        found = connection.execute(select(*(getattr(table, column) for column in columns)))
        return sorted(tuple(row) for row in found)


def test_siblings_are_referred_together_and_get_a_case_each(database: Database) -> None:
    at = authority(database=database)
    started = refer(authority=at, children=SIBLINGS)
    assert len(set(started.cases)) == len(set(started.references)) == len(set(started.instances)) == 3
    assert [reference(authority=at, case=case) for case in started.cases] == list(started.references)
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(Family)).scalar_one() == 1
    assert len(rows_of(database, Relationship, "family_id", "kind")) == 3
    assert rows_of(database, Person, "given_name") == [("Ada",), ("Baby",), ("Ben",)]
    for case in started.cases:
        assert set(open_items(database=database, case=case)) == {
            "acknowledge_referral",
            "clarify_referral",
            "decide_response",
        }


def test_each_case_holds_its_own_child_and_says_nothing_of_the_others(database: Database) -> None:
    at = authority(database=database)
    started = refer(authority=at, children=SIBLINGS)
    for case, own in zip(started.cases, SIBLINGS, strict=True):
        with database.read() as connection:
            kept = connection.execute(select(Answers.answers).where(Answers.case_id == case)).scalar_one()
            record = repr(lines(connection, case_chain(case)))
        assert [one["given_name"] for one in kept["children"]] == [own["given_name"]]
        for other in SIBLINGS:
            assert (other["given_name"] in record) is (other is own)
            assert other.get("school", "?") not in record or other is own


def test_the_first_entries_of_a_case(database: Database) -> None:
    at = authority(database=database)
    started = refer(authority=at, now=MONDAY + HOUR)
    with database.read() as connection:
        found = lines(connection, case_chain(started.cases[0]))
    assert [line.kind for line in found] == [
        "opened_case", "part", "started", "deadline", "deadline", "passed", "passed", "opened", "opened", "opened",
    ]  # fmt: skip
    assert {(line.actor, line.at, line.case) for line in found} == {
        ("health_practitioner.1", MONDAY + HOUR, started.cases[0])
    }
    assert found[2].payload is not None
    assert set(found[2].payload["facts"]) == {"unborn", "plan_in_force", "order_in_force", "case_closed"}
    assert not any(found[2].payload["facts"].values())
    assert found[2].instance == started.instances[0]


@pytest.mark.parametrize(
    "sender", [PUBLIC.at(HERE), without_account("other_authority", "Another local authority", HERE)]
)
def test_anybody_may_refer_without_an_account(database: Database, sender: Any) -> None:
    at = authority(database=database)
    case = refer(authority=at, sender=sender).cases[0]
    assert rows_of(database, Part, "agency_id") == []
    with database.read() as connection:
        assert {line.actor for line in lines(connection, case_chain(case))} == {sender.signature}


def test_immediate_danger_alerts_the_duty_team_and_starts_the_hour(database: Database) -> None:
    at = authority(database=database)
    case = refer(authority=at, immediate_danger="yes").cases[0]
    team = rows_of(database, Membership, "account_id", "team_id")
    told = [("alert", f"account:{account}") for account, of in team if of == at.team]
    assert len(told) > 2
    assert rows_of(database, Outbox, "kind", "recipient") == told
    item = open_items(database=database, case=case)["decide_response"]
    assert item.urgent
    assert item.deadline_id


def test_what_is_sent_names_no_child(database: Database) -> None:
    at = authority(database=database)
    names = {"given_name": "Zebedee", "family_name": "Quillfeather"}
    sent: dict[str, Any] = {"immediate_danger": "yes", "reply_by": "email", "referrer_email": "h@example.org"}
    case = refer(authority=at, children=[names], **sent).cases[0]
    do(authority=at, case=case, task="decide_response", response="assessment")
    do(authority=at, case=case, task="allocate_social_worker", lead_social_worker="social_worker.1")
    refer(authority=at, children=[names], case=case)
    found = rows_of(database, Outbox, "kind", "recipient", "subject", "body")
    assert ("alert", "account:team_manager.1") in [row[:2] for row in found]
    assert [row[:2] for row in found if row[0] != "alert"] == [
        ("acknowledgement", "h@example.org"),
        ("notice", "account:social_worker.1"),
        ("notice", "account:social_worker.1"),
    ]
    assert not [row for row in found if "Zebedee" in repr(row) or "Quillfeather" in repr(row)]
    assert all(reference(authority=at, case=case) in row[3] for row in found)


def test_a_referral_from_a_case_joins_it(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="assessing")
    joined = refer(authority=at, case=case, now=MONDAY + DAY)
    assert joined.cases == (case,)
    assert joined.references == (reference(authority=at, case=case),)
    assert rows_of(database, Instance, "process", "number", "status") == [
        ("assessment", 1, "running"),
        ("referral", 1, "ended"),
        ("referral", 2, "running"),
    ]
    assert len(rows_of(database, Person, "id")) == 1


def test_a_joining_referral_that_needs_an_assessment_joins_the_running_one(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="assessing")
    refer(authority=at, case=case)
    do(authority=at, case=case, task="decide_response", response="assessment")
    assert [row for row in rows_of(database, Instance, "process", "number") if row[0] == "assessment"] == [
        ("assessment", 1)
    ]
    with database.read() as connection:
        said = [line.payload for line in lines(connection, case_chain(case), ["message"])]
    assert [one["what"] for one in said if one] == ["started assessment", "joined assessment"]


def test_a_closed_case_takes_nothing_and_a_new_referral_opens_another(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="closed")
    for process, who in (("referral", "health_practitioner"), ("case_closure", "team_manager")):
        with pytest.raises(NotPossible, match="closed"):
            start_process(database, at.actor(who), MONDAY, process, {}, case)
    assert refer(authority=at).cases != (case,)


def test_a_closure_that_waits_is_withdrawn_when_a_referral_joins(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="closing")
    waiting = open_items(database=database, case=case)["close_case"]
    refer(authority=at, case=case)
    assert "close_case" not in open_items(database=database, case=case)
    assert ("case_closure", "withdrawn") in rows_of(database, Instance, "process", "status")
    with database.read() as connection:
        entries = [
            (line.element, (line.payload or {}).get("why"))
            for line in lines(connection, case_chain(case), ["withdrawn"])
            if line.instance == waiting.instance_id
        ]
    assert entries == [("close_case", None), (None, "Referral began")]


def test_the_same_submission_is_one_start(database: Database) -> None:
    at = authority(database=database)
    answers = referral(authority=at, children=SIBLINGS)
    sender = at.actor("health_practitioner")
    first = start_process(database, sender, MONDAY, "referral", answers, submission="key")
    before = all_rows(database=database)
    for _ in range(10):
        assert start_process(database, sender, MONDAY + HOUR, "referral", answers, submission="key") == first
    assert all_rows(database=database) == before


def test_the_same_submission_in_a_case_is_one_start(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    first = refer(authority=at, case=case, submission="key")
    assert refer(authority=at, case=case, submission="key") == first
    assert len(rows_of(database, Instance, "id")) == 2


def test_another_person_with_the_same_key_is_not_given_what_is_not_theirs(database: Database) -> None:
    """A key is the sender's own: whoever finds it out learns nothing, and loses nothing."""
    at = authority(database=database)
    first = refer(authority=at, submission="key")
    for other in (at.actor("education_practitioner"), PUBLIC.at(HERE)):
        second = refer(authority=at, sender=other, submission="key")
        assert not set(second.cases) & set(first.cases)


def test_other_answers_under_the_same_key_are_another_referral(database: Database) -> None:
    """Somebody goes back in the browser and names the brother: he must not be thrown away as a repetition."""
    at = authority(database=database)
    first = refer(authority=at, sender=PUBLIC.at(HERE), submission="key")
    second = refer(authority=at, sender=PUBLIC.at(HERE), submission="key", children=SIBLINGS)
    assert len(second.cases) == len(SIBLINGS)
    assert not set(second.cases) & set(first.cases)


def test_the_same_key_at_another_authority_is_another_referral(database: Database) -> None:
    here = authority(database=database)
    there = authority(database=database, id="there", host="there.example")
    answers = referral(authority=here)
    first, second = (
        start_process(database, PUBLIC.at(one.id), MONDAY, "referral", answers, submission="key")
        for one in (here, there)
    )
    assert not set(second.cases) & set(first.cases)


def test_without_a_key_each_referral_is_its_own(database: Database) -> None:
    at = authority(database=database)
    assert refer(authority=at).cases != refer(authority=at).cases


@pytest.mark.parametrize(
    ("process", "role", "refusal"),
    [
        ("assessment", "social_worker", NotAllowed),
        ("child_in_need_plan", "team_manager", NotAllowed),
        ("case_closure", "social_worker", NotAllowed),
        ("nothing", "team_manager", NotFound),
        ("", "team_manager", NotFound),
    ],
)
def test_only_whom_the_drawing_names_starts_a_process(
    database: Database, process: str, role: str, refusal: type[Exception]
) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    with pytest.raises(refusal):
        start_process(database, at.actor(role), MONDAY, process, {}, case)


def test_a_process_of_a_case_needs_one(database: Database) -> None:
    at = authority(database=database)
    with pytest.raises(NotPossible, match="Choose the case"):
        start_process(database, at.actor("team_manager"), MONDAY, "case_closure", {"reason": "Done"})


def test_without_a_duty_team_nobody_can_take_a_referral(database: Database) -> None:
    at = authority(database=database)
    with database.transaction() as connection:
        connection.execute(update(Team).values(duty=False))
    with pytest.raises(NotPossible, match="duty team"):
        refer(authority=at)
