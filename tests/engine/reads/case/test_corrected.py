"""What is shown of corrections: as many statements for many as for one, and to each reader what is theirs."""

from typing import Any

import pytest
from sqlalchemy import insert, select, update

from engine.base.database import Database
from engine.commands.correcting_answers import correct_answers
from engine.facts.corrected_forms import REASON
from engine.reads.case import looked_at_again
from engine.reads.case.answered import said
from engine.reads.case.earlier import EarlierAnswers
from engine.reads.case.shown_sections import shown_sections
from engine.reads.task.correction_pages import to_correct
from engine.tables import Answers, RestingMark
from tests.builders import HOUR, MONDAY, Authority, account, authority, case_at, child, refer
from tests.engine.commands.calls_of_corrections import rests_on_it
from tests.engine.commands.pathway import protected
from tests.protecting import on_a_plan
from tests.statements import counted


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def test_whoever_is_named_in_corrections_is_looked_up_in_one_statement(world: Authority) -> None:
    case = on_a_plan(authority=world)
    asked: list[int] = []
    for seen, number in enumerate((2, 1, 2)):
        lead = account(role="social_worker", number=number)
        with world.database.read() as connection:
            held = select(Answers).where(Answers.case_id == case, Answers.element == "hold_conference")
            row = connection.execute(held).one()
        answers: dict[str, Any] = {**row.answers, "lead_social_worker": lead, REASON: "Zqmistyped."}
        correct_answers(world.database, world.actor("team_manager"), MONDAY + HOUR, case, row.id, seen, answers)
        with world.database.read() as connection:
            forms = EarlierAnswers(connection, world.actor("social_worker"), case).those(Answers.id == row.id)
            with counted(world.database) as statements:
                rows = said(connection, world.actor("social_worker"), forms)[0]
        told = next(one for one in rows if one.field == "lead_social_worker").corrected
        assert (len(told), told[-1].after) == (seen + 1, f"Social worker {number}")
        asked.append(len(statements))
    assert len({*asked}) == 1


def test_who_does_not_see_all_of_a_case_is_told_of_their_own_however_many_wait(
    world: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_at(authority=world, point="deciding")
    rests_on_it(world, case)
    police = world.actor("police_officer")
    with world.database.transaction() as connection:
        marks = connection.execute(select(RestingMark.__table__)).mappings().all()
        theirs = {"id": "theirs", "marked_at": MONDAY + HOUR, "account_id": police.account}
        connection.execute(insert(RestingMark).values({**marks[0], **theirs}))
        connection.execute(update(RestingMark).where(RestingMark.id != "theirs").values(marked_at=MONDAY))
    monkeypatch.setattr(looked_at_again, "MOST", len(marks))
    with world.database.read() as connection:
        found = looked_at_again.resting_in(connection, police, MONDAY + HOUR, case)
    assert [one.at for one in found] == [MONDAY + HOUR]


def test_a_child_who_can_be_chosen_in_a_correction_is_seen_there(world: Authority) -> None:
    case, sibling = refer(authority=world, children=[child(given_name="Ada"), child(given_name="Ben")]).cases
    protected(authority=world, case=case)
    with world.database.read() as connection:
        held = (Answers.case_id == case, Answers.element == "hold_immediate_strategy_discussion")
        given = connection.execute(select(Answers.id).where(*held)).scalar_one()
        page = to_correct(connection, world.actor("team_manager"), MONDAY + HOUR, case, given)
    offered = [each for one in page.form.questions for inner in one.questions for each in inner.choices]
    assert "Ben Example" in " ".join(one.label for one in offered)
    assert {*page.cases_shown} == {case, sibling}


def test_what_forms_show_stands_alone_also_where_the_reader_s_agency_gave_it(world: Authority) -> None:
    case = on_a_plan(authority=world)
    police = world.actor("police_officer")
    with world.database.transaction() as connection:
        held = (Answers.case_id == case, Answers.element == "hold_conference")
        connection.execute(update(Answers).where(*held).values(organisation_id=next(iter(police.organisations))))
        row = connection.execute(select(Answers).where(*held)).one()
    lead = account(role="social_worker", number=2)
    answers: dict[str, Any] = {
        **row.answers,
        "lead_social_worker": lead,
        "people_present": "Zqpeople.",
        REASON: "Zqwhy.",
    }
    correct_answers(world.database, world.actor("team_manager"), MONDAY + HOUR, case, row.id, 0, answers)
    with world.database.read() as connection:
        sections = shown_sections(connection, EarlierAnswers(connection, police, case))
    rows = [one for section in sections for _, told in section.forms for one in told]
    assert "lead_social_worker" in {one.field for one in rows if one.corrected}
    assert [one for one in rows if not (one.words or one.items)] == []
