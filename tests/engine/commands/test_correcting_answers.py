"""An answer that was found wrong gets a new version: what stood there stays, and what counted from it follows."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotAllowed, NotFound
from engine.commands.correcting_answers import MEANWHILE, NOTHING_CHANGED, correct_answers
from engine.facts.corrected_forms import ONE_CHILD, REASON
from engine.record.chain import case_chain, lines
from engine.tables import AnswerCorrection, Answers, Deadline, Person
from tests.builders import DAY, MONDAY, Authority, authority, case_at, child, do, refer
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
    with world.database.read() as connection:
        return [one for one in lines(connection, case_chain(case)) if one.act == lines(connection, case_chain(case))[-1].act]


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
