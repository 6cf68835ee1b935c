"""One child, one open case: a “yes” joins the newer case to the older one, and nothing is lost on the way."""

import pytest
from sqlalchemy import select, update

from engine.base.database import Database
from engine.base.errors import NotFound, NotPossible
from engine.commands.cases import claim
from engine.commands.deciding_parts import end_part_in_case
from engine.commands.drafts import save_draft
from engine.people.identity import Actor
from engine.people.who_knows import knows
from engine.reads.case.case_page import case as case_page
from engine.tables import Answers, Case, Deadline, Draft, Instance, Outbox, Part, WorkItem
from tests.builders import DAY, Authority, authority, case_at, do, open_items, refer
from tests.engine.commands.joining import TUESDAY, by_form, kinds, must_be_sound, row, rows, same
from tests.engine.commands.pathway import assessing, begin, planned


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def elsewhere(world: Authority, case: str) -> None:
    """The case is one of another team."""
    with world.database.transaction() as connection:
        connection.execute(update(Case).where(Case.id == case).values(team_id=world.other_team))
        items = update(WorkItem).where(WorkItem.case_id == case, WorkItem.team_id.is_not(None))
        connection.execute(items.values(team_id=world.other_team))


def of_both_teams(world: Authority) -> Actor:
    manager, auditor = world.actor("team_manager"), world.actor("auditor")
    return Actor(manager.account, manager.name, (*manager.held, *auditor.held), manager.authority)


def test_all_that_the_newer_case_holds_goes_on_in_the_older(world: Authority) -> None:
    first, second = assessing(authority=world), by_form(world).cases[0]
    worker, item = world.actor("social_worker"), open_items(database=world.database, case=second)["decide_response"]
    claim(world.database, worker, TUESDAY, item.id)
    save_draft(world.database, worker, TUESDAY, item.id, {"reason": "Half a sentence"})
    save_draft(world.database, worker, TUESDAY, f"start:strategy_discussion:{second}", {"concern": "Half"})
    due = {one.id: one.due_at for one in rows(world, Deadline)}
    same(world, second, first)

    assert (row(world, second).joined_to_id, row(world, second).closed_at) == (first, TUESDAY)
    assert {one.case_id for table in (Instance, WorkItem, Deadline) for one in rows(world, table)} == {first}
    came = rows(world, Instance, Instance.came_from_id == second)
    assert [(one.process, one.number, one.status) for one in came] == [("referral", 2, "running")]
    held = open_items(database=world.database, case=first)["decide_response"]
    assert (held.id, held.owner_id) == (item.id, worker.account)
    assert sorted(one.subject for one in rows(world, Draft)) == sorted([item.id, f"start:strategy_discussion:{first}"])
    after = rows(world, Deadline)
    assert {one.id: one.due_at for one in after} == due
    assert len({(one.clock, one.number) for one in after}) == len(after)
    assert [one.case_id for one in rows(world, Outbox, Outbox.kind == "acknowledgement")] == [first]
    must_be_sound(world)


def test_the_case_that_was_joined_says_where_it_goes_on_and_takes_no_more(world: Authority) -> None:
    first, second = assessing(authority=world), by_form(world).cases[0]
    same(world, second, first)
    assert by_form(world).references == (row(world, second).reference,), "who sent it learns of no other case"
    with pytest.raises(NotPossible, match="goes on elsewhere"):
        begin(authority=world, process="strategy_discussion", case=second, now=TUESDAY, concern="Harm.")
    with world.database.read() as connection:
        page = case_page(connection, world.actor("social_worker"), TUESDAY, second)
        assert page.goes_on_in
        assert (page.goes_on_in.case, page.beginnings, page.running.rows) == (first, (), ())
        told = [word for one in page.happened.rows for word in one.words]
    assert "Referral (2) began" in told
    assert "took_over" in kinds(world, first)
    do(authority=world, case=first, task="decide_response", now=TUESDAY, response="assessment")
    assert len(rows(world, Instance, Instance.process == "assessment")) == 1, "it joined the one that runs"
    must_be_sound(world)


def test_the_older_goes_on_also_where_it_is_said_there(world: Authority) -> None:
    """Whoever says so answers the same question of the newer one with it, whoever has taken that."""
    first, second = refer(authority=world).cases[0], by_form(world).cases[0]
    item = open_items(database=world.database, case=second)["clarify_referral"]
    claim(world.database, world.actor("team_manager"), TUESDAY, item.id)
    same(world, first, second, concerns_clarified="Nobody fetches the child.")
    assert (row(world, first).closed_at, row(world, second).joined_to_id) == (None, first)
    assert {one.case_id for one in rows(world, Instance)} == {first}
    assert not any("clarify" in name for name in open_items(database=world.database, case=first))
    done = rows(world, WorkItem, WorkItem.element == "clarify_referral")
    assert {(one.closed_how, one.closed_by) for one in done} == {("completed", world.actor("social_worker").account)}
    said = rows(world, Answers, Answers.element == "clarify_referral")
    assert [one.answers["concerns_clarified"] for one in said] == ["Nobody fetches the child."] * 2
    assert kinds(world, first).count("took_over") == 1
    must_be_sound(world)


def test_a_plan_of_the_newer_case_is_one_of_the_older(world: Authority) -> None:
    first, second = refer(authority=world).cases[0], planned(authority=world, now=TUESDAY)
    since = row(world, second).plan_from
    same(world, first, second, by=world.actor("team_manager"))
    assert [(one.id, one.plan_from) for one in rows(world, Case, Case.plan_from.is_not(None))] == [(first, since)]
    assert len(rows(world, Instance, Instance.case_id == first, Instance.process == "plan_visit")) == 1
    must_be_sound(world)


def test_work_of_another_team_is_that_of_the_older_case(world: Authority) -> None:
    first, second = assessing(authority=world), by_form(world).cases[0]
    item = open_items(database=world.database, case=second)["decide_response"]
    claim(world.database, world.actor("social_worker"), TUESDAY, item.id)
    elsewhere(world, first)
    same(world, second, first, by=of_both_teams(world))
    item = open_items(database=world.database, case=first)["decide_response"]
    assert (item.team_id, item.owner_id) == (world.other_team, None)
    with world.database.read() as connection:
        page = case_page(connection, world.actor("social_worker"), TUESDAY, second)
    assert (page.is_joined, page.goes_on_in, first in page.cases_shown) == (True, None, False)
    with pytest.raises(NotFound), world.database.read() as connection:
        case_page(connection, world.actor("social_worker"), TUESDAY, first)
    told = rows(world, Outbox, Outbox.case_id == second, Outbox.kind == "notice")
    assert told, "its manager is told, in words of its own case"
    assert not any(row(world, first).reference in one.body for one in told)


def test_who_may_not_know_the_open_case_of_a_child_does_not_say_that_it_is_the_same(world: Authority) -> None:
    """An earlier case, which is closed, may be known to them."""
    closed, hidden = case_at(authority=world, point="closed"), refer(authority=world, now=TUESDAY).cases[0]
    with world.database.transaction() as connection:
        known = select(Case.person_id).where(Case.id == closed).scalar_subquery()
        connection.execute(update(Case).where(Case.id == hidden).values(same_person_id=known))
    elsewhere(world, hidden)
    case = by_form(world).cases[0]
    with pytest.raises(NotFound):
        same(world, case, closed, by=world.actor("team_manager"))
    same(world, case, closed, by=of_both_teams(world))
    assert row(world, case).joined_to_id == hidden


def test_a_child_without_an_open_case_is_linked_and_nothing_is_joined(world: Authority) -> None:
    closed, case = case_at(authority=world, point="closed"), by_form(world).cases[0]
    same(world, case, closed)
    assert (row(world, case).same_person_id, row(world, case).closed_at) == (row(world, closed).person_id, None)
    assert "joined" not in kinds(world, case)
    must_be_sound(world)


def test_a_part_of_an_agency_stays_what_it_was_in_its_own_case(world: Authority) -> None:
    first = assessing(authority=world)
    second = refer(authority=world, sender=world.actor("police_officer"), now=TUESDAY).cases[0]
    same(world, second, first)
    with world.database.read() as connection:
        police, health, social = (
            case_page(connection, world.actor(role), TUESDAY, first)
            for role in ("police_officer", "health_practitioner", "social_worker")
        )
    for partner, name in (police, "Police officer 1"), (health, "Health practitioner 1"):
        assert [(one.process_name, one.by) for one, _ in partner.answered.rows] == [("Referral", name)]
        assert partner.running.rows == (), "none of its work waits for them"
    assert {one.name for one in social.running.rows} == {"Assessment", "Referral", "Referral (2)"}
    assert {one.title for one in police.clocks.rows}.isdisjoint({"Complete and authorise the assessment"})
    told = [word for one in police.happened.rows for word in one.words]
    assert "Referral began" in told
    assert not any("assessment" in one.lower() for one in told)


def test_a_part_in_a_joined_case_ends_as_those_of_the_case_in_which_it_goes_on(world: Authority) -> None:
    """Until then whoever has it may disagree with the closing, and knows of the case in which that is said."""
    first = case_at(authority=world, point="closing")
    second = refer(authority=world, sender=world.actor("police_officer"), now=TUESDAY).cases[0]
    same(world, second, first)
    assert [one.held_until for one in rows(world, Part, Part.case_id == second)] == [None]
    do(authority=world, case=first, task="acknowledge_referral", now=TUESDAY)
    do(authority=world, case=first, task="decide_response", now=TUESDAY, response="no_further_action")
    for task in ("inform_family", "feed_back_to_referrer", "close_case"):
        do(authority=world, case=first, task=task, now=TUESDAY)
    ends = {one.held_until for one in rows(world, Part)}
    assert len(ends) == 1, "of both cases"

    def known(after: int) -> set[str]:
        police = world.actor("police_officer", now=TUESDAY + after * DAY)
        with world.database.read() as connection:
            return {*connection.scalars(select(Case.id).where(knows(police)))}

    assert (known(28), known(29)) == ({first, second}, set())
    must_be_sound(world)


def test_a_part_in_a_joined_case_stays_while_what_began_there_is_for_it_to_do(world: Authority) -> None:
    first, second = refer(authority=world).cases[0], by_form(world).cases[0]
    do(authority=world, case=second, task="clarify_referral", now=TUESDAY, same_child="unsure")
    do(authority=world, case=second, task="decide_response", now=TUESDAY, response="assessment")
    do(authority=world, case=second, task="plan_assessment", now=TUESDAY, contributors=["police"])
    same(world, first, second)
    [part] = rows(world, Part, Part.case_id == second, Part.agency_id == "police")
    manager, police = (world.actor(role, now=TUESDAY) for role in ("team_manager", "police_officer"))
    reason = {"reason": "It is over."}
    with pytest.raises(NotPossible, match="“Contribute to the assessment”"):
        end_part_in_case(world.database, manager, TUESDAY, second, part.id, reason)
    do(authority=world, case=first, task="contribute(police)", by=police, now=TUESDAY)
    end_part_in_case(world.database, manager, TUESDAY, second, part.id, reason)
    with pytest.raises(NotFound), world.database.read() as connection:
        case_page(connection, police, TUESDAY, first)
