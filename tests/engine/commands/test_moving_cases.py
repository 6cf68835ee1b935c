"""A case goes to another team: who knows of it, what was taken, who leads it, and what the record tells."""

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotAllowed, NotFound, NotPossible
from engine.commands.cases import claim
from engine.commands.giving_roles import give_role
from engine.commands.moving_cases import move_case
from engine.people import identity
from engine.people.identity import Actor
from engine.people.who_knows import knows
from engine.reads.case.case_page import case as case_page
from engine.record.chain import case_chain, lines
from engine.tables import Case, WorkItem
from tests.builders import DAY, MONDAY, Authority, account, answers_to, authority, case_at, do, open_items
from tests.engine.commands.pathway import begin
from tests.rerun.rerunning import differing

REASON = "The family moved to the north."


@pytest.fixture
def world(database: Database) -> Authority:
    """A manager and a social worker work in the other team as well, under accounts of their own."""
    made = authority(database=database)
    for whose, role in (("auditor.2", "team_manager"), ("process_owner.2", "social_worker")):
        give_role(database, made.system, MONDAY - DAY, whose, role, "social_care", made.other_team)
    return made


def actor(world: Authority, account: str) -> Actor:
    with world.database.read() as connection:
        return identity.actor(connection, account, MONDAY)


def moves(world: Authority, case: str, by: Actor, reason: str = REASON) -> str:
    return move_case(world.database, by, MONDAY, case, {"team": world.other_team, "reason": reason})


def known(world: Authority, by: Actor, case: str) -> bool:
    with world.database.read() as connection:
        return connection.scalar(select(Case.id).where(Case.id == case, knows(by))) is not None


def test_the_other_team_has_it_and_this_one_knows_of_it_no_more(world: Authority) -> None:
    case = case_at(authority=world, point="assessing")
    item = next(iter(open_items(database=world.database, case=case).values()))
    claim(world.database, world.actor("social_worker"), MONDAY, item.id)
    assert moves(world, case, world.actor("team_manager")) == "Other team"
    ours, theirs = world.actor("social_worker"), actor(world, "process_owner.2")
    assert (known(world, ours, case), known(world, theirs, case)) == (False, True)
    items = open_items(database=world.database, case=case)
    with world.database.read() as connection:
        row = connection.execute(select(Case.team_id, Case.lead_account_id).where(Case.id == case)).one()
        teams = set(
            connection.scalars(select(WorkItem.team_id).where(WorkItem.id.in_([one.id for one in items.values()])))
        )
        told = [one for one in lines(connection, case_chain(case)) if one.kind in ("team_changed", "handed_back")]
        page = case_page(connection, theirs, MONDAY, case)
    assert tuple(row) == (world.other_team, None)
    assert world.team not in teams
    assert [one.owner_id for one in items.values()] == [None] * len(items)
    assert [one.kind for one in told] == ["team_changed", "handed_back"]
    said = {"team": world.other_team, "before": world.team, "reason": REASON, "lead": None}
    assert told[0].payload == said
    assert any(f"The case went to another team: {REASON}" in one.words for one in page.happened.rows)
    assert differing(database=world.database) == []


def test_the_models_ask_for_a_new_lead_and_the_new_team_chooses_one(world: Authority) -> None:
    case = case_at(authority=world, point="assessing")
    moves(world, case, world.actor("team_manager"))
    item = open_items(database=world.database, case=case)["choose_new_lead"]
    answers = answers_to(authority=world, item=item, lead_social_worker="process_owner.2")
    assert answers["lead_social_worker"] == "process_owner.2"
    do(authority=world, case=case, task="choose_new_lead", by=actor(world, "auditor.2"), **answers)
    with world.database.read() as connection:
        assert connection.scalar(select(Case.lead_account_id).where(Case.id == case)) == "process_owner.2"
    assert differing(database=world.database) == []


def test_a_lead_who_goes_before_they_have_read_what_they_take_over_is_followed_by_another(world: Authority) -> None:
    case = case_at(authority=world, point="assessing")
    begin(authority=world, case=case, process="new_lead")
    do(authority=world, case=case, task="choose_new_lead", lead_social_worker=account(role="social_worker", number=2))
    assert "read_handover" in open_items(database=world.database, case=case)
    moves(world, case, world.actor("team_manager"))
    assert "choose_new_lead" in open_items(database=world.database, case=case)
    assert differing(database=world.database) == []


def test_a_lead_who_works_there_as_well_stays(world: Authority) -> None:
    case = case_at(authority=world, point="assessing")
    with world.database.read() as connection:
        lead = connection.scalar(select(Case.lead_account_id).where(Case.id == case)) or ""
    give_role(world.database, world.system, MONDAY - DAY, lead, "social_worker", "social_care", world.other_team)
    moves(world, case, world.actor("team_manager"))
    with world.database.read() as connection:
        assert connection.scalar(select(Case.lead_account_id).where(Case.id == case)) == lead
    assert "choose_new_lead" not in open_items(database=world.database, case=case)


def test_who_may_and_when(world: Authority) -> None:
    case, closed = case_at(authority=world), case_at(authority=world, point="closed")
    with pytest.raises(NotAllowed):
        moves(world, case, world.actor("social_worker"))
    for nobody in (world.actor("administrator"), actor(world, "process_owner.2")):
        with pytest.raises(NotFound):
            moves(world, case, nobody)
    with pytest.raises(NotPossible):
        moves(world, closed, world.actor("team_manager"))
    for wrong in ({"team": world.team, "reason": "x"}, {"team": world.other_team}):
        with pytest.raises(BadAnswers):
            move_case(world.database, world.actor("team_manager"), MONDAY, case, wrong)
    moves(world, case, world.system)
    with pytest.raises(NotFound):
        moves(world, case, world.actor("team_manager"))
