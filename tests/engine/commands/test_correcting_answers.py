"""An answer that was found wrong gets a new version: what stood there stays, and what counted from it follows."""

from typing import Any

import pytest
from sqlalchemy import select, update

from engine.base.database import Database
from engine.commands.correcting_answers import correct_answers
from engine.facts.corrected_forms import REASON
from engine.record.chain import case_chain, lines
from engine.tables import AnswerCorrection, Answers, Deadline
from tests.builders import DAY, MONDAY, Authority, authority, case_at
from tests.rerun.rerunning import differing

WHY = "Zqwhy: the call was taken on Friday."


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def given(world: Authority, case: str, element: str = "start", process: str = "referral") -> Any:
    with world.database.read() as connection:
        of_form = select(Answers).where(Answers.case_id == case, Answers.process == process, Answers.element == element)
        return connection.execute(of_form.order_by(Answers.occurrence.desc())).first()


def corrects(world: Authority, case: str, role: str = "team_manager", **how: Any) -> None:
    """`element` and `process` name the form, `reason` and `seen` go with it; all else are answers."""
    row = given(world, case, how.pop("element", "start"), how.pop("process", "referral"))
    reason, seen, now = how.pop("reason", WHY), how.pop("seen", 0), how.pop("now", MONDAY + DAY)
    answers = {name: one for name, one in {**row.answers, REASON: reason, **how}.items() if one is not None}
    correct_answers(world.database, world.actor(role), now, case, row.id, seen, answers)


def clocks(world: Authority, case: str) -> dict[str, Any]:
    with world.database.read() as connection:
        rows = connection.execute(select(Deadline.__table__).where(Deadline.case_id == case).order_by(Deadline.number))
        return {row.clock: row for row in rows}


def entries(world: Authority, case: str) -> list[Any]:
    """Those of the newest act."""
    with world.database.read() as connection:
        every = lines(connection, case_chain(case))
    return [one for one in every if one.act == every[-1].act]


def test_both_versions_stand_and_the_record_leads_to_them(world: Authority) -> None:
    case = case_at(authority=world, concerns="He is never at school.")
    corrects(world, case, concerns="He is never at nursery.")
    assert given(world, case).answers["concerns"] == "He is never at nursery."
    with world.database.read() as connection:
        row = connection.execute(select(AnswerCorrection)).one()
    assert (row.field, row.before, row.after) == ("concerns", "He is never at school.", "He is never at nursery.")
    said = entries(world, case)[0]
    assert (said.kind, said.element, said.occurrence) == ("answers_corrected", "start", 1)
    assert said.payload == {
        "before": {"concerns": "He is never at school."},
        "after": {"concerns": "He is never at nursery."},
        "reason": WHY,
    }
    assert not differing(database=world.database)
    with world.database.transaction() as connection:  # planted
        connection.execute(update(AnswerCorrection).values(reason="It was right."))
    assert differing(database=world.database)


def test_a_day_that_was_mistyped_moves_the_clocks_that_count_from_it(world: Authority) -> None:
    case = case_at(authority=world, received_at=MONDAY.isoformat())
    before = clocks(world, case)["response_decision"]
    corrects(world, case, received_at=(MONDAY - 3 * DAY).isoformat())
    after = clocks(world, case)["response_decision"]
    assert (after.counted_from, after.due_at) == (MONDAY - 3 * DAY, before.due_at - DAY)  # Monday instead of Tuesday
    told = [one.payload for one in entries(world, case) if one.kind == "deadline"]
    moved = next(one for one in told if one["clock"] == "response_decision")
    days = (moved["what"], moved["before"], moved["due_at"])
    assert days == ("due_corrected", before.due_at.isoformat(), after.due_at.isoformat())
    assert not differing(database=world.database)
