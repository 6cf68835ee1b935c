"""One child, one open case: a “yes” joins the newer case to the older one, and nothing is lost on the way."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Row, select, update

from engine.base.database import Database
from engine.base.errors import NotFound, NotPossible
from engine.commands.cases import claim
from engine.commands.drafts import save_draft
from engine.people.identity import PUBLIC, Actor
from engine.people.who_knows import knows
from engine.reads.case.case_page import case as case_page
from engine.reads.task.task_page import task as task_page
from engine.record.chain import case_chain, lines
from engine.record.checkpoints import source
from engine.record.verifier import verify
from engine.tables import Answers, Case, Deadline, Draft, Instance, Outbox, Part, WorkItem
from tests.builders import DAY, HERE, MONDAY, Authority, authority, case_at, child, do, open_items, refer
from tests.engine.commands.pathway import assessing, begin, clocks, enquire, in_enquiry, planned, processes
from tests.rerun.rerunning import differing
from tests.walks.test_walks import NOWHERE

TUESDAY = MONDAY + DAY
YES = {"same_child": "yes", "same_child_reason": "The mother says so."}
FORM: dict[str, Any] = {"reply_by": "email", "referrer_email": "a@b.example", "submission": "mine"}


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def rows(world: Authority, table: Any, *where: Any) -> list[Row[Any]]:
    with world.database.read() as connection:
        return list(connection.execute(select(table.__table__).where(*where)))


def row(world: Authority, case: str) -> Row[Any]:
    return rows(world, Case, Case.id == case)[0]


def kinds(world: Authority, case: str) -> list[str]:
    with world.database.read() as connection:
        return [line.kind for line in lines(connection, case_chain(case))]


def must_be_sound(world: Authority) -> None:
    """Each case is what its record says, and the record is whole."""
    assert differing(database=world.database) == []
    with world.database.read() as connection:
        assert verify(source(connection, NOWHERE)).faults == []


def same(world: Authority, case: str, other: str, **more: Any) -> None:
    """It is said in the first that its child is that of the second."""
    person = row(world, other).person_id
    do(authority=world, case=case, task="clarify_referral", now=TUESDAY, **YES, known_person=person, **more)


def by_form(world: Authority) -> Any:
    return refer(authority=world, sender=PUBLIC.at(HERE), now=TUESDAY, children=[child()], **FORM)


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


def discussing(world: Authority, *agencies: str, now: datetime = MONDAY) -> str:
    """A discussion is called, and these are invited."""
    case = refer(authority=world, now=now).cases[0]
    do(authority=world, case=case, task="decide_response", now=now, response="strategy_discussion")
    do(authority=world, case=case, task="convene_strategy_discussion", now=now, invited=[*agencies])
    return case


def test_of_two_discussions_one_is_held_and_what_was_typed_for_the_other_is_kept(world: Authority) -> None:
    """Whom either had invited takes part, and is suggested as if it had been one invitation."""
    first, second = discussing(world, "health"), discussing(world, "housing", now=TUESDAY)
    manager = world.actor("team_manager")
    own, other = (
        open_items(database=world.database, case=case)["hold_strategy_discussion"] for case in (first, second)
    )
    save_draft(world.database, manager, TUESDAY, other.id, {"reason": "Half a sentence"})
    begins = [f"start:assessment:{case}" for case in (first, second)]
    for subject in begins:
        save_draft(world.database, manager, TUESDAY, subject, {"reason": f"Half of {subject}"})
    due = min(one.due_at for one in rows(world, Deadline, Deadline.clock == "strategy_discussion"))
    same(world, second, first)
    held = rows(world, Instance, Instance.process == "strategy_discussion")
    assert sorted((one.status, one.came_from_id) for one in held if one.came_from_id) == [("joined", second)]
    assert {one.subject for one in rows(world, Draft)} == {own.id, *begins}
    clocks = rows(world, Deadline, Deadline.clock == "strategy_discussion", Deadline.stopped_at.is_(None))
    assert [(one.due_at, one.instance_id) for one in clocks] == [(due, own.instance_id)]
    assert {"health", "housing"} <= {one.agency_id for one in rows(world, Part, Part.case_id == first)}
    with world.database.read() as connection:
        asked = task_page(connection, manager, TUESDAY, own.id).form
        kept = case_page(connection, manager, TUESDAY, first).unsent
    assert [(one.process, one.case) for one in kept] == [("assessment", second)], "the other stands in its form"
    assert sorted(asked.filled["contributors"]) == ["health", "housing"]
    do(authority=world, case=first, task="hold_strategy_discussion", now=TUESDAY, decision="no_further_action")
    must_be_sound(world)


def test_a_clock_of_the_other_that_is_due_first_is_the_one_that_runs(world: Authority) -> None:
    first, second = discussing(world, "health"), discussing(world, "housing", now=TUESDAY)
    with world.database.transaction() as connection:
        of_second = Deadline.case_id == second, Deadline.clock == "strategy_discussion"
        connection.execute(update(Deadline).where(*of_second).values(due_at=MONDAY))
    same(world, second, first)
    clocks = rows(world, Deadline, Deadline.clock == "strategy_discussion", Deadline.stopped_at.is_(None))
    own = open_items(database=world.database, case=first)["hold_strategy_discussion"]
    assert [(one.due_at, one.instance_id) for one in clocks] == [(MONDAY, own.instance_id)]


@pytest.mark.parametrize("older_first", [True, False])
def test_of_two_plans_the_one_that_began_first_goes_on_until_a_manager_confirms(
    world: Authority, *, older_first: bool
) -> None:
    """Both from before it was known that it is one child. No day becomes a later one."""
    days = (MONDAY, TUESDAY) if older_first else (TUESDAY, MONDAY)
    first, second = (planned(authority=world, now=day) for day in days)
    if not older_first:  # the case was opened first, and its plan came later
        with world.database.transaction() as connection:
            connection.execute(update(Case).where(Case.id == first).values(opened_at=MONDAY - DAY))
    began = min(row(world, first).plan_from, row(world, second).plan_from)
    clocks = ("first_core_group", "first_review", "plan_visit")
    due = {name: min(one.due_at for one in rows(world, Deadline, Deadline.clock == name)) for name in clocks}
    refer(authority=world, sender=world.actor("social_worker"), case=second, now=TUESDAY)
    same(world, second, first, by=world.actor("team_manager"))
    assert [(one.id, one.plan_from) for one in rows(world, Case, Case.plan_from.is_not(None))] == [(first, began)]
    running = rows(world, Deadline, Deadline.met_at.is_(None), Deadline.stopped_at.is_(None))
    assert {name: [one.due_at for one in running if one.clock == name] for name in clocks} == {
        name: [day] for name, day in due.items()
    }
    for process in ("core_group", "plan_visit", "review_conference"):
        assert [one.status for one in rows(world, Instance, Instance.process == process)].count("running") == 1
    with pytest.raises(NotPossible, match="which of two plans holds"):
        begin(authority=world, process="case_closure", case=first, now=TUESDAY)
    do(authority=world, case=first, task="confirm_joined_plans", now=TUESDAY)
    assert "confirm_joined_plans" not in open_items(database=world.database, case=first)
    if older_first:
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


@pytest.mark.parametrize("runs", [False, True])
def test_what_a_closed_case_calls_for_goes_to_the_open_case_of_the_child(world: Authority, *, runs: bool) -> None:
    closed, case = case_at(authority=world, point="closed"), by_form(world).cases[0]
    same(world, case, closed)
    if runs:
        do(authority=world, case=case, task="decide_response", now=TUESDAY, response="assessment")
    health = world.actor("health_practitioner")
    begin(authority=world, process="professional_disagreement", case=closed, by=health, now=TUESDAY, about="closure")
    do(authority=world, case=closed, task="answer_disagreement", now=TUESDAY, answer="agreed")
    assert {one.id for one in rows(world, Case)} == {closed, case}, "no third one"
    begun = rows(world, Instance, Instance.case_id == case, Instance.process == "assessment")
    assert [(one.status, one.number) for one in begun] == [("running", 1)]
    assert [(one.agency_id, one.deed) for one in rows(world, Part, Part.case_id == case)] == [("health", "disagreed")]
    must_be_sound(world)


def test_a_clock_that_is_given_back_runs_on_in_the_open_case_of_the_child(world: Authority) -> None:
    closed = in_enquiry(authority=world)
    enquire(authority=world, case=closed, conference="no", support="none")
    due = clocks(database=world.database, case=closed)["initial_conference"].due_at
    for task in ("feed_back_to_referrer", "share_outcome"):
        do(authority=world, case=closed, task=task)
    withdrawn = [{"what": one, "reason": "Done."} for one in processes(database=world.database, case=closed)]
    begin(authority=world, process="case_closure", case=closed, reason="They moved away", withdrawn=withdrawn)
    do(authority=world, case=closed, task="close_case")
    case = by_form(world).cases[0]
    same(world, case, closed)
    health = world.actor("health_practitioner")
    about = {"about": "no_conference"}
    begin(authority=world, process="professional_disagreement", case=closed, by=health, now=TUESDAY, **about)
    do(authority=world, case=closed, task="answer_disagreement", now=TUESDAY, answer="agreed")
    assert {one.id for one in rows(world, Case)} == {closed, case}
    running = rows(world, Deadline, Deadline.case_id == case, Deadline.clock == "initial_conference")
    assert [(one.due_at, one.stopped_at) for one in running] == [(due, None)]
    must_be_sound(world)
