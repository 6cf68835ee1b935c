"""One call of each command that puts a case right, for the tests that hold of every command."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select, update

from engine.commands.correcting_answers import correct_answers
from engine.commands.looking_again import say_still_right
from engine.commands.reopening_cases import reopen_case
from engine.commands.separating_cases import separate_case
from engine.facts.corrected_forms import REASON
from engine.tables import Answers, Case
from tests.builders import DAY, MONDAY, Authority, do, refer

CORRECTED = {"concerns": "Zqcorrected.", "source": "agency", "developmental_needs": "Zqneeds.", REASON: "Zqmistyped."}
STILL = {"note": "Zqstill right."}
MISTAKE = {"reason": "Zqmistake."}


def given_to(at: Authority, case: str, element: str = "start") -> tuple[str, dict[str, object]]:
    """The id of the newest answers to a form of the referral, and what they are."""
    with at.database.read() as connection:
        of_form = select(Answers.id, Answers.answers).filter_by(case_id=case, process="referral", element=element)
        row = connection.execute(of_form.order_by(Answers.occurrence.desc())).first()
    assert row is not None
    return row.id, row.answers


def corrects_referral(at: Authority, case: str) -> None:
    given, answers = given_to(at, case)
    correct_answers(at.database, at.actor("team_manager"), MONDAY, case, given, 0, {**answers, **CORRECTED})


def rests_on_it(at: Authority, case: str) -> str:
    """Who was chosen to lead came by the decision, which is corrected; gives the id of what rests on it."""
    do(authority=at, case=case, task="decide_response", response="assessment")
    do(authority=at, case=case, task="allocate_social_worker")
    given, answers = given_to(at, case, "decide_response")
    said = {**answers, "response": "no_further_action", REASON: "Zqmistyped."}
    correct_answers(at.database, at.actor("team_manager"), MONDAY, case, given, 0, said)
    return given_to(at, case, "allocate_social_worker")[0]


def _corrects(at: Authority, case: str) -> Callable[[], object]:
    return lambda: corrects_referral(at, case)


def _says_still_right(at: Authority, case: str) -> Callable[[], object]:
    given = rests_on_it(at, case)
    return lambda: say_still_right(at.database, at.actor("team_manager"), MONDAY, case, given, STILL)


def _reopens(at: Authority, case: str) -> Callable[[], object]:
    with at.database.transaction() as connection:
        connection.execute(update(Case).where(Case.id == case).values(closed_at=MONDAY))
    return lambda: reopen_case(at.database, at.actor("team_manager"), MONDAY, case, MISTAKE)


def joins(at: Authority, case: str) -> None:
    """It goes on in an older case of what is said to be one child."""
    older = refer(authority=at).cases[0]
    with at.database.transaction() as connection:
        connection.execute(update(Case).where(Case.id == older).values(opened_at=MONDAY - DAY))
        person = connection.execute(select(Case.person_id).where(Case.id == case)).scalar_one()
    said: dict[str, Any] = {"same_child": "yes", "same_child_reason": "The mother says so."}
    do(authority=at, case=older, task="clarify_referral", **said, known_person=person)


def _separates(at: Authority, case: str) -> Callable[[], object]:
    joins(at, case)
    return lambda: separate_case(at.database, at.actor("team_manager"), MONDAY, case, {"reason": "Zqtwo of them."})


CALLS_OF_CORRECTIONS: Mapping[str, Callable[[Authority, str], object]] = {
    "correct_answers": _corrects,
    "say_still_right": _says_still_right,
    "reopen_case": _reopens,
    "separate_case": _separates,
}
