"""A NUL is no character of any text (PostgreSQL takes none): it is refused in plain words, whoever sends it where."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotFound, Refusal
from engine.commands.accounts import add_account, add_organisation, add_team
from engine.commands.authorities import add_authority
from engine.commands.cases import claim, complete_task, release, start_process
from engine.commands.drafts import discard_draft, save_draft
from engine.process.bundle import START
from engine.reads.task import task_page as reads
from engine.reads.task.start_page import start
from engine.tables import Account
from tests.builders import MONDAY, RECORD, Authority, all_rows, authority, case_at, open_items, shipped_model

NUL = "nul \0 byte"
SHAPES: tuple[Any, ...] = (NUL, [NUL], [{"what": NUL, "child": NUL, "reason": NUL, "person": NUL}])


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def test_in_the_name_of_a_thing_it_names_nothing(world: Authority) -> None:
    case = case_at(authority=world)
    before = all_rows(database=world.database, but=RECORD)
    actor = world.actor("social_worker")
    calls = (
        lambda: complete_task(world.database, actor, MONDAY, NUL, {}),
        lambda: claim(world.database, actor, MONDAY, NUL),
        lambda: release(world.database, actor, MONDAY, NUL),
        lambda: save_draft(world.database, actor, MONDAY, NUL, {}),
        lambda: save_draft(world.database, actor, MONDAY, f"start:{NUL}:{case}", {}),
        lambda: save_draft(world.database, actor, MONDAY, f"start:referral:{NUL}", {}),
        lambda: discard_draft(world.database, actor, MONDAY, NUL),
        lambda: start_process(world.database, actor, MONDAY, NUL, {}, case=case),
        lambda: start_process(world.database, actor, MONDAY, "strategy_discussion", {}, case=NUL),
    )
    for call in calls:
        with pytest.raises((NotFound, BadAnswers)):
            call()
    assert all_rows(database=world.database, but=RECORD) == before


def test_in_a_text_that_is_to_be_kept_the_text_is_refused(world: Authority) -> None:
    with pytest.raises(BadAnswers, match="cannot be kept"):
        add_account(world.database, world.system, MONDAY, NUL, "somebody@example.org")
    with world.database.read() as connection, pytest.raises(NotFound):
        connection.execute(select(Account.id).where(Account.name == NUL))


@pytest.mark.parametrize("turning", ["\u202e", "\u2066"])
def test_a_name_that_turns_round_what_stands_beside_it_is_refused(world: Authority, turning: str) -> None:
    """Typed at the command line it stands on every page as well."""
    name, system = f"Ada {turning}ylimaF", world.system
    calls = (
        lambda: add_account(world.database, system, MONDAY, name, "somebody@example.org"),
        lambda: add_organisation(world.database, system, MONDAY, "health", name),
        lambda: add_team(world.database, system, MONDAY, "health", name),
        lambda: add_authority(world.database, system, MONDAY, "there", name),
    )
    for call in calls:
        with pytest.raises(BadAnswers, match="turn the direction of writing"):
            call()


@pytest.mark.parametrize("shape", range(len(SHAPES)))
@pytest.mark.parametrize("point", ["referred", "deciding", "accepted", "planned", "written", "in_need", "closing"])
def test_in_an_answer_it_is_refused_beside_its_question(world: Authority, point: str, shape: int) -> None:
    case = case_at(authority=world, point=point)
    for item in open_items(database=world.database, case=case).values():
        form = shipped_model().form(item.process, item.element) or {}
        answers = dict.fromkeys(form["properties"], SHAPES[shape])
        actor = world.actor(item.role)
        with world.database.read() as connection:
            reads.task(connection, actor, MONDAY, item.id, lambda _questions, sent=answers: sent)
        with pytest.raises(BadAnswers) as refused:
            complete_task(world.database, actor, MONDAY, item.id, answers)
        assert refused.value.problems


@pytest.mark.parametrize("shape", range(len(SHAPES)))
def test_in_the_answers_that_begin_a_process_too(world: Authority, shape: int) -> None:
    case = case_at(authority=world, point="assessing")
    actor = world.actor("team_manager")
    model = shipped_model()
    for process in model.drawings:
        form = model.form(process, START)
        if form is None:
            continue
        answers = dict.fromkeys(form["properties"], SHAPES[shape])
        with world.database.read() as connection:
            try:
                start(connection, actor, MONDAY, process, case, lambda _questions, sent=answers: sent)
            except Refusal:
                continue
        with pytest.raises(Refusal):
            start_process(world.database, actor, MONDAY, process, answers, case=case)
