"""A case done again from its record, as the authority stood on each day: nothing differs while nothing was changed."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, select

from engine.base.database import Database
from engine.base.errors import NotFound
from engine.commands import working_days_and_limits as settling_matters
from engine.commands.accounts import disable_account
from engine.commands.cases import claim, release
from engine.commands.giving_roles import give_role
from engine.commands.timers import tick
from engine.demo.writing import write
from engine.people.identity import SYSTEM
from engine.record.chain import authority_chain
from engine.rerun import rerunning
from engine.rerun.outside import Outside
from engine.rerun.rerunning import Rerunner, cases
from engine.rerun.several import WORTH_STARTING, rerun_several
from engine.tables import Act, Answers, Bundle, WorkItem
from tests.builders import (
    DAY,
    HERE,
    HOUR,
    MONDAY,
    ROOT,
    Authority,
    all_rows,
    authority,
    case_at,
    do,
    open_items,
    publish,
    refer,
    shipped,
    shipped_model,
)
from tests.engine.record.hand import take_triggers_away
from tests.protecting import begin
from tests.rerun.rerunning import differing, rerun_all
from tests.rerun.tampering import changed, entries, first, write_anew

SUNDAY_NIGHT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
DECISION = (WorkItem.element == "decide_response",)


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def test_the_demonstration_stands_where_its_record_leads(database: Database) -> None:
    write(database, SUNDAY_NIGHT, ROOT)
    before = all_rows(database=database)
    assert differing(database=database) == []
    assert all_rows(database=database) == before
    done = rerun_all(database=database)
    assert sorted(one.case for one in done) == sorted(cases(database))
    assert all(one.entries == len(entries(database, one.case)) > 10 for one in done)


def test_closure_days_limits_and_models_are_those_of_the_day(world: Authority) -> None:
    """All of them change while the case runs, and again after it."""
    admin = world.actor("administrator")
    before = case_at(authority=world, point="accepted", now=MONDAY)
    settling_matters.add_closure_day(world.database, admin, MONDAY + HOUR, {"day": "2026-03-12", "name": "Flood"})
    settling_matters.set_local_limit(world.database, admin, MONDAY + HOUR, "strategy_discussion", {"limit": 3})
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
    assert {one["kind"] for one in entries(world.database, before)} >= {"recalculated"}
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


def test_who_is_given_a_role_in_a_second_agency_goes_on_answering_for_the_first(world: Authority) -> None:
    """Also where that happens at the very moment of an act, before it or after it."""
    case = case_at(authority=world, point="deciding")
    admin = world.actor("administrator")
    others = [one for one in shipped_model().agencies.values() if not one.leads]
    for role, agency in ((one.role, one.id) for one in others):  # their keys are random
        give_role(world.database, admin, MONDAY + HOUR, "social_worker.1", role, agency)
    do(authority=world, case=case, task="decide_response", now=MONDAY + HOUR, response="assessment")
    with world.database.read() as connection:
        kept = connection.execute(
            select(Answers.organisation_id).where(Answers.element == "decide_response")
        ).scalar_one()
    assert kept == "social_care"
    disable_account(world.database, admin, MONDAY + HOUR, "social_worker.1")
    assert differing(database=world.database) == []


def test_a_role_that_is_given_after_somebody_was_recognised_is_not_acted_with(world: Authority) -> None:
    """A page knows who acts before the command begins: in between, at the same moment, a role may be given."""
    worker = world.actor("social_worker", number=2)
    admin = world.actor("administrator")
    give_role(world.database, admin, MONDAY, "social_worker.2", "adult_services_practitioner", "adult_services")
    refer(authority=world, sender=worker)
    assert differing(database=world.database) == []


def test_who_is_told_are_those_who_had_the_role_then(world: Authority) -> None:
    """A manager who is named at the very moment after a step of a colleague was not told of it."""
    case = case_at(authority=world, point="accepted")
    begin(authority=world, case=case, process="strategy_discussion", role="social_worker", concern="Harm.")
    give_role(
        world.database,
        world.actor("administrator"),
        MONDAY,
        "social_worker.2",
        "team_manager",
        "social_care",
        world.team,
    )
    assert differing(database=world.database) == []


def test_a_clock_that_was_wrong_and_put_right_makes_no_difference(world: Authority) -> None:
    """What was settled 300 days ahead stood for every case that was opened after it, whatever the clock said then."""
    admin, ahead = world.actor("administrator"), MONDAY + 300 * DAY
    settling_matters.add_closure_day(world.database, admin, ahead, {"day": "2026-12-29", "name": "Flood"})
    settling_matters.set_local_limit(world.database, admin, ahead, "strategy_discussion", {"limit": 3})
    give_role(world.database, admin, ahead, "social_worker.2", "team_manager", "social_care", world.team)
    case = case_at(authority=world, point="accepted")
    begin(authority=world, case=case, process="strategy_discussion", role="social_worker", concern="Harm.")
    assert differing(database=world.database) == []


def test_ordered_by_the_time_of_day_both_would_differ(world: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: the tests above hold because acts say what they saw."""
    admin, ahead = world.actor("administrator"), MONDAY + 300 * DAY
    settling_matters.set_local_limit(world.database, admin, ahead, "strategy_discussion", {"limit": 3})
    case = case_at(authority=world, point="accepted")
    begin(authority=world, case=case, process="strategy_discussion", role="social_worker", concern="Harm.")

    def by_time(states: Sequence[Outside], _saw: int) -> Outside:
        return next(one for one in reversed(states) if one.since <= MONDAY)

    monkeypatch.setattr(rerunning, "stood_at", by_time)
    assert differing(database=world.database) != []


def test_a_meaning_of_a_newer_version_is_said_in_words(world: Authority) -> None:
    case = case_at(authority=world, point="accepted")
    false = entries(world.database, case)
    first(false, "completed", element="decide_response")["meaning"] = 3
    with world.database.transaction() as connection:
        take_triggers_away(connection)
    write_anew(world.database, case, false)
    assert differing(database=world.database)[0].endswith(
        "it cannot be done: CannotRedo: the meaning version 3 of `completed` is not known here"
    )


def test_a_kind_of_a_newer_version_is_said_in_words(world: Authority) -> None:
    case = case_at(authority=world, point="accepted")
    false = entries(world.database, case)
    first(false, "passed")["kind"] = "wandered"
    with world.database.transaction() as connection:
        take_triggers_away(connection)
    write_anew(world.database, case, false)
    assert "the kind of entry `wandered` is not known here" in differing(database=world.database)[0]


def test_a_publication_that_is_not_in_the_record_is_said_in_words(world: Authority) -> None:
    case_at(authority=world)
    with world.database.transaction() as connection:
        take_triggers_away(connection)
        connection.execute(delete(Act).where(Act.chain == authority_chain(HERE), Act.kind == "published"))
        bundle = str(connection.scalar(select(Bundle.hash)))[:12]
    assert differing(database=world.database)[0].endswith(f"the publication of bundle {bundle} is not in the record")
