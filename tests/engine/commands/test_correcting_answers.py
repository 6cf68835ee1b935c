"""An answer that was found wrong gets a new version: what stood there stays, and what counted from it follows."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.base.database import Database
from engine.base.errors import AlreadyDone, BadAnswers, NotAllowed, NotFound
from engine.commands.correcting_answers import MEANWHILE, NOTHING_CHANGED, correct_answers
from engine.commands.looking_again import say_still_right
from engine.facts.corrected_forms import ONE_CHILD, REASON
from engine.facts.managing import teams_managed
from engine.reads.case import looked_at_again
from engine.reads.case.answered import Said, said
from engine.reads.case.earlier import EarlierAnswers
from engine.reads.task.correction_pages import to_correct
from engine.record.chain import case_chain, lines
from engine.tables import AnswerCorrection, Answers, Case, Deadline, Person, PersonKey, RestingMark
from tests.builders import (
    DAY,
    HOUR,
    MONDAY,
    Authority,
    authority,
    case_at,
    child,
    do,
    open_items,
)
from tests.engine.commands.calls_of_corrections import rests_on_it
from tests.protecting import on_a_plan
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


def marks(world: Authority, case: str) -> list[tuple[str, str | None]]:
    with world.database.read() as connection:
        rows = connection.execute(select(RestingMark).where(RestingMark.case_id == case).order_by(RestingMark.element))
        return [(row.element, row.note if row.settled_at else "open") for row in rows]


def test_what_rests_on_it_is_looked_at_again_by_who_decided(world: Authority) -> None:
    case = case_at(authority=world, point="in_need")
    form = {"element": "write_assessment", "process": "assessment"}
    corrects(world, case, "social_worker", **form, analysis="Zqanother.")
    # The authorisation judged it, and what follows was reached by that, not by the analysis.
    assert marks(world, case) == [("authorise_assessment", "open")]
    authorised = given(world, case, "authorise_assessment", "assessment").id
    said = (world.database, world.actor("social_worker"), MONDAY + DAY, case, authorised, {"note": "It stands."})
    with pytest.raises(NotAllowed):
        say_still_right(*said)
    manager = (world.database, world.actor("team_manager"), *said[2:])
    say_still_right(*manager)
    assert marks(world, case) == [("authorise_assessment", "It stands.")]
    with pytest.raises(AlreadyDone):
        say_still_right(*manager)
    corrects(world, case, "social_worker", **form, analysis="Zqathird.", seen=1)
    assert sorted(marks(world, case)) == [("authorise_assessment", "It stands."), ("authorise_assessment", "open")]
    assert not differing(database=world.database)


def test_a_form_that_was_filled_in_from_it_rests_on_it(world: Authority) -> None:
    case = case_at(authority=world, point="written", source="agency", developmental_needs="He is two.")
    corrects(world, case, developmental_needs="He is three.")
    assert marks(world, case) == [("write_assessment", "open")]
    corrects(world, case, "social_worker", element="write_assessment", process="assessment", analysis="Zqanother.")
    assert marks(world, case) == [("write_assessment", None)]  # they corrected theirs


def test_a_decision_by_which_the_process_went_on_is_not_taken_back(world: Authority) -> None:
    case = case_at(authority=world, point="assessing")
    before = open_items(database=world.database, case=case).keys()
    corrects(world, case, element="decide_response", response="no_further_action")
    assert open_items(database=world.database, case=case).keys() == before
    assert marks(world, case) == [("allocate_social_worker", "open")]  # to which the process came by it
    assert not differing(database=world.database)


def test_a_day_on_which_something_was_done_makes_it_late(world: Authority) -> None:
    case = case_at(authority=world, point="agreed")
    at, form = MONDAY + 91 * DAY, {"element": "review_plan", "process": "child_in_need_plan"}
    do(authority=world, case=case, task="circulate_plan")
    do(authority=world, case=case, task="review_plan", now=at + 2 * DAY, held_at=at.isoformat(), progress="continue")
    assert clocks(world, case)["plan_review"].number == 1
    met_late: dict[str, Any] = {"held_at": (at + DAY).isoformat(), "late_reason": None, "now": at + 3 * DAY}
    with pytest.raises(BadAnswers) as bad:
        corrects(world, case, **form, **met_late)
    assert list(bad.value.problems) == ["late_reason"]  # asked, as it would have been then
    corrects(world, case, **form, **{**met_late, "late_reason": "She was ill."})
    row = clocks(world, case)["plan_review"]
    assert (row.met_at, row.late_reason) == (at + DAY, "She was ill.")
    told = [one.payload["what"] for one in entries(world, case) if one.kind == "deadline"]
    assert told == ["met_corrected"]
    assert not differing(database=world.database)


def test_a_mistyped_name_and_birth_date_are_put_right_with_the_child(world: Authority) -> None:
    case = case_at(authority=world, children=[child(given_name="Adah", family_name="Lovelaec", born="2011-06-03")])
    with world.database.read() as connection:
        keys = set(connection.scalars(select(PersonKey.key)))
    right = {**given(world, case).answers["children"][0], "family_name": "Lovelace", "born": "2012-06-03"}
    corrects(world, case, children=[right])
    with world.database.read() as connection:
        person = connection.execute(select(Person)).one()
        assert set(connection.scalars(select(PersonKey.key))) != keys
        assert connection.scalars(select(Case.match_name)).one() == person.match_name
    assert (person.given_name, person.family_name, person.born) == ("Adah", "Lovelace", date(2012, 6, 3))
    assert not differing(database=world.database)
    with pytest.raises(BadAnswers) as bad:
        corrects(world, case, children=[right, right], seen=1)
    assert bad.value.problems["children"] == ONE_CHILD


def test_the_same_rules_hold_as_of_the_day_on_which_it_was_answered(world: Authority) -> None:
    case = case_at(authority=world)
    for wrong in ((MONDAY + DAY).isoformat(), "never"):
        with pytest.raises(BadAnswers) as bad:
            corrects(world, case, received_at=wrong, now=MONDAY + 30 * DAY)
        assert list(bad.value.problems) == ["received_at"]
    with pytest.raises(BadAnswers) as bad:
        corrects(world, case, received_at="never", reason="")
    assert set(bad.value.problems) == {"received_at", REASON}


def test_what_is_sent_twice_is_one_and_nobody_overwrites_what_they_have_not_seen(world: Authority) -> None:
    case = case_at(authority=world)
    corrects(world, case, concerns="One.")
    corrects(world, case, concerns="One.")
    with pytest.raises(BadAnswers) as bad:
        corrects(world, case, concerns="Two.")
    assert bad.value.problems == {"": MEANWHILE}
    corrects(world, case, concerns="Two.", seen=1)
    with pytest.raises(BadAnswers) as bad:
        corrects(world, case, "team_manager", reason="Another.", seen=2)
    assert bad.value.problems == {"": NOTHING_CHANGED}
    with world.database.read() as connection:
        assert [row.after for row in connection.execute(select(AnswerCorrection))] == ["One.", "Two."]
    assert not differing(database=world.database)


def test_who_gave_it_and_who_manages_the_team_alone(world: Authority) -> None:
    case = case_at(authority=world)
    wrong = (("social_worker", NotAllowed), ("auditor", NotAllowed), ("housing_officer", NotFound))
    for role, refusal in wrong:
        with pytest.raises(refusal):
            corrects(world, case, role, concerns="Other.")
    corrects(world, case, "health_practitioner", concerns="Hers.")
    corrects(world, case, "team_manager", concerns="The manager’s.", seen=1)


def test_the_clocks_of_the_eighteenth_birthday_follow_a_birth_date(world: Authority) -> None:
    born = date(MONDAY.year - 18, 5, 20)  # before the first review would be due
    case = on_a_plan(authority=world, about=child(born=born.isoformat()))
    before = clocks(world, case)["eighteenth_birthday_review"]
    right = {**given(world, case).answers["children"][0], "born": (born + 8 * DAY).isoformat()}
    corrects(world, case, children=[right])
    after = clocks(world, case)["eighteenth_birthday_review"]
    assert 6 * DAY <= after.due_at - before.due_at <= 10 * DAY
    assert not differing(database=world.database)


def test_the_plan_began_when_the_conference_was_held(world: Authority) -> None:
    case, earlier = on_a_plan(authority=world), MONDAY - HOUR
    corrects(world, case, element="hold_conference", process="initial_conference", held_at=earlier.isoformat())
    with world.database.read() as connection:
        assert connection.scalars(select(Case.plan_from)).one() == earlier
    found = clocks(world, case)
    assert {found[one].counted_from for one in ("first_core_group", "first_review", "plan_visit")} == {earlier}
    assert found["initial_conference"].met_at == earlier
    assert not differing(database=world.database)


def read(world: Authority, case: str, role: str, element: str, field: str) -> Said:
    with world.database.read() as connection:
        found = EarlierAnswers(connection, world.actor(role), case).those(Answers.element == element)
        rows = said(connection, world.actor(role), found)[0]
    return next(one for one in rows if one.field == field)


def test_who_is_shown_one_question_learns_that_it_was_corrected_and_no_more(world: Authority) -> None:
    case = on_a_plan(authority=world)
    form: dict[str, Any] = {"element": "hold_conference", "process": "initial_conference"}
    corrects(world, case, **form, category="physical")
    for role, told in (("social_worker", ("Neglect", WHY, "Team manager 1")), ("police_officer", ("", "", ""))):
        (one,) = read(world, case, role, "hold_conference", "category").corrected
        assert (one.before, one.reason, one.by) == told
    # whoever gave all of the answers reads all of it, and not the name of somebody of another organisation
    corrects(world, case, concerns="Hers.")
    (one,) = read(world, case, "health_practitioner", "start", "concerns").corrected
    assert (one.after, one.reason) == ("Hers.", WHY)
    assert one.by.startswith("somebody at")


def test_what_rests_in_a_case_that_one_knows_no_more_takes_no_place_in_the_inbox(
    world: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looked_at_again, "MOST", 1)
    cases = [case_at(authority=world, point="deciding") for _ in range(2)]
    for case in cases:
        rests_on_it(world, case)
    for hidden, shown in (cases, cases[::-1]):
        with world.database.transaction() as connection:
            for case, team in ((hidden, world.other_team), (shown, world.team)):
                connection.execute(update(Case).where(Case.id == case).values(team_id=team))
            manager = world.actor("team_manager")
            found = looked_at_again.resting_for(connection, manager, MONDAY, teams_managed(connection, manager))
        assert [one.case for one in found] == [shown]


def test_who_gave_answers_and_works_elsewhere_now_reads_and_corrects_them_no_more(world: Authority) -> None:
    case = on_a_plan(authority=world)
    row, gave = given(world, case), world.actor("health_practitioner")
    elsewhere = replace(world.actor("police_officer"), account=gave.account)
    with world.database.read() as connection:
        assert to_correct(connection, gave, MONDAY, case, row.id).rows
        with pytest.raises(NotFound):
            to_correct(connection, elsewhere, MONDAY, case, row.id)
    with pytest.raises(NotFound):
        correct_answers(
            world.database, elsewhere, MONDAY, case, row.id, 0, {**row.answers, "concerns": "Other.", REASON: WHY}
        )
