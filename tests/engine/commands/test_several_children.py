"""One step for several children at once: all or none, each in its own case, whoever is refused named."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Row, select, update

from engine.base.database import Database
from engine.base.errors import AlreadyDone, BadAnswersOfEach, NotAllowed, NotFound, NotPossible
from engine.commands.cases import claim, complete_task
from engine.commands.drafts import save_draft
from engine.commands.several_children import complete_for_children
from engine.commands.starting_for_children import start_for_children
from engine.people.identity import Actor
from engine.reads.task.children_page import ChildrenView, children
from engine.reads.task.task_page import task
from engine.tables import Answers, Case, Draft
from tests.builders import HOUR, MONDAY, Authority, all_rows, answers_to, authority, child, open_items, refer
from tests.engine.commands.calls_of_keeping import bars
from tests.engine.commands.joining import must_be_sound, row

NAMES = ("Ada", "Ben", "Cal")


@dataclass(frozen=True)
class Siblings:
    at: Authority
    cases: Mapping[str, str]

    @property
    def database(self) -> Database:
        return self.at.database

    @property
    def worker(self) -> Actor:
        return self.at.actor("social_worker")

    def item(self, name: str, task: str = "decide_response") -> Row[Any]:
        return open_items(database=self.database, case=self.cases[name])[task]

    def answers(self, task: str = "decide_response", **each: dict[str, Any]) -> dict[str, dict[str, Any]]:
        items = {name: self.item(name, task) for name in each}
        return {items[name].id: answers_to(authority=self.at, item=items[name], **own) for name, own in each.items()}

    def kept(self, name: str, task: str = "decide_response") -> Any:
        with self.database.read() as connection:
            where = (Answers.case_id == self.cases[name], Answers.element == task)
            return connection.execute(select(Answers.answers).where(*where)).scalar_one_or_none()


def siblings(database: Database) -> Siblings:
    at = authority(database=database)
    children = [child(given_name=name) for name in NAMES]
    return Siblings(at, dict(zip(NAMES, refer(authority=at, children=children).cases, strict=True)))


ASSESS: dict[str, Any] = {"response": "assessment", "reason": "They are left alone."}
NOTHING: dict[str, Any] = {"response": "no_further_action", "reason": "He lives elsewhere."}


def test_each_child_has_its_own_answer_in_its_own_case(database: Database) -> None:
    family = siblings(database)
    answers = family.answers(Ada=ASSESS, Ben=NOTHING)
    done = complete_for_children(database, family.worker, MONDAY, answers)
    assert (done.cases, done.title) == ((family.cases["Ada"], family.cases["Ben"]), "Decide the response")
    assert [family.kept(name) and family.kept(name)["response"] for name in NAMES] == [
        "assessment", "no_further_action", None,
    ]  # fmt: skip
    assert "plan_assessment" in open_items(database=database, case=family.cases["Ada"])
    assert "plan_assessment" not in open_items(database=database, case=family.cases["Ben"])
    must_be_sound(family.at)


def test_repeating_it_gives_the_first_result_and_changes_nothing(database: Database) -> None:
    family = siblings(database)
    answers = family.answers(Ada=ASSESS, Ben=NOTHING)
    first = complete_for_children(database, family.worker, MONDAY, answers)
    before = all_rows(database=database)
    assert complete_for_children(database, family.worker, MONDAY + HOUR, answers) == first
    assert all_rows(database=database) == before


def test_what_is_refused_for_one_is_refused_for_all_and_names_the_child(database: Database) -> None:
    family = siblings(database)
    answers = family.answers(Ada=ASSESS, Ben=NOTHING)
    ben = family.item("Ben").id
    del answers[ben]["reason"]
    before = all_rows(database=database)
    with pytest.raises(BadAnswersOfEach) as refused:
        complete_for_children(database, family.worker, MONDAY, answers)
    assert refused.value.problems == {f"{ben}.reason": "Ben Example: Answer the question “What are your reasons?”"}
    assert all_rows(database=database) == before


def test_who_was_first_at_one_of_them_stops_all_and_the_child_is_named(database: Database) -> None:
    family = siblings(database)
    answers = family.answers(Ada=ASSESS, Ben=NOTHING)
    other = family.at.actor("social_worker", number=2)
    claim(database, other, MONDAY, family.item("Ben").id)
    with pytest.raises(NotAllowed, match=r"^Ben Example: .*has taken this task"):
        complete_for_children(database, family.worker, MONDAY, answers)
    complete_task(database, other, MONDAY, family.item("Ben").id, answers[family.item("Ben").id])
    with pytest.raises(AlreadyDone, match=r"^Ben Example: This task was already completed"):
        complete_for_children(database, family.worker, MONDAY, answers)
    assert family.kept("Ada") is None


@pytest.mark.parametrize("wrong", ["another step", "another family", "the same child twice"])
def test_only_one_step_of_children_of_one_family(database: Database, wrong: str) -> None:
    family = siblings(database)
    answers = family.answers(Ada=ASSESS)
    if wrong == "another step":
        answers |= family.answers("clarify_referral", Ben={"same_child": "no"})
    else:
        alone = refer(authority=family.at, children=[child(given_name="Dan")]).cases[0]
        if wrong == "the same child twice":
            with database.transaction() as connection:
                ada = select(Case.person_id).where(Case.id == family.cases["Ada"]).scalar_subquery()
                connection.execute(update(Case).where(Case.id == alone).values(same_person_id=ada))
        item = open_items(database=database, case=alone)["decide_response"]
        answers[item.id] = answers_to(authority=family.at, item=item, **ASSESS)
    with pytest.raises(NotPossible) as refused:
        complete_for_children(database, family.worker, MONDAY, answers)
    assert refused.value.code == "not_together"


def test_a_case_that_is_kept_from_somebody_is_not_there(database: Database) -> None:
    family = siblings(database)
    answers = family.answers(Ada=ASSESS, Ben=NOTHING)
    bars(family.at, family.cases["Ben"], "social_worker.1@example.org")
    with pytest.raises(NotFound):
        complete_for_children(database, family.worker, MONDAY, answers)
    assert family.kept("Ada") is None


def test_one_who_is_found_to_be_another_of_the_page_goes_on_in_one_case(database: Database) -> None:
    family = siblings(database)
    with database.read() as connection:
        ada = connection.scalar(select(Case.person_id).where(Case.id == family.cases["Ada"]))
    answers = family.answers("clarify_referral", Ben={"same_child": "no"}, Ada={"same_child": "no"})
    said: dict[str, Any] = {"same_child": "yes", "same_child_reason": "One child under two names.", "known_person": ada}
    answers[family.item("Ben", "clarify_referral").id] |= said
    complete_for_children(database, family.worker, MONDAY, answers)
    assert row(family.at, family.cases["Ben"]).joined_to_id == family.cases["Ada"]
    must_be_sound(family.at)


def test_the_drafts_of_the_single_tasks_end_with_them(database: Database) -> None:
    family = siblings(database)
    for name in NAMES:
        save_draft(database, family.worker, MONDAY, family.item(name).id, {"reason": name})
    left = family.item("Cal").id
    complete_for_children(database, family.worker, MONDAY, family.answers(Ada=ASSESS, Ben=NOTHING))
    with database.read() as connection:
        assert [*connection.scalars(select(Draft.subject))] == [left]


def test_two_people_at_two_children_each_from_the_other_end_wait_and_never_for_ever(database: Database) -> None:
    """Each sends both, in another order. One is first; the other is told, and no database finds a deadlock."""
    family = siblings(database)
    both = family.answers(Ada=ASSESS, Ben=NOTHING)
    other_way = dict(reversed([(item, {**said, "reason": "Another's"}) for item, said in both.items()]))
    together = Barrier(2)

    def give(number: int, answers: Mapping[str, Mapping[str, Any]]) -> str:
        together.wait()
        try:
            complete_for_children(database, family.at.actor("social_worker", number=number), MONDAY, answers)
        except AlreadyDone:
            return "told"
        return "done"

    with ThreadPoolExecutor(2) as threads:
        found = [one.result() for one in (threads.submit(give, 1, both), threads.submit(give, 2, other_way))]
    assert sorted(found) == ["done", "told"]
    assert {family.kept(name)["reason"] == "Another's" for name in ("Ada", "Ben")} == {found == ["told", "done"]}
    must_be_sound(family.at)


def opened(family: Siblings, *others: str) -> ChildrenView:
    with family.database.read() as connection:
        return children(
            connection, family.worker, MONDAY, family.item("Ada").id, [family.item(one).id for one in others]
        )


def test_a_page_for_several_shows_the_cases_of_those_who_are_on_it(database: Database) -> None:
    """Cal is counted on it and not named; of a task that somebody else has nobody but its child is shown."""
    family = siblings(database)
    seen = opened(family, "Ben")
    assert {*seen.cases_shown} == {family.cases["Ada"], family.cases["Ben"]}
    assert [one.case for one in seen.others] == [family.cases["Cal"]]
    claim(database, family.at.actor("social_worker", number=2), MONDAY, family.item("Ada").id)
    with database.read() as connection:
        alone = task(connection, family.worker, MONDAY, family.item("Ada").id)
    assert alone.cases_shown == opened(family, "Ben").cases_shown == (family.cases["Ada"],)


def test_a_process_is_started_for_several_children_or_for_none(database: Database) -> None:
    family = siblings(database)
    concern = {"concern": "They are left alone."}
    answers: dict[str, dict[str, Any]] = {family.cases["Ada"]: concern, family.cases["Ben"]: {}}
    with pytest.raises(BadAnswersOfEach) as refused:
        start_for_children(database, family.worker, MONDAY, "strategy_discussion", answers, submission="one")
    assert [path.partition(".")[0] for path in refused.value.problems] == [family.cases["Ben"]]
    answers[family.cases["Ben"]] = concern
    first = start_for_children(database, family.worker, MONDAY, "strategy_discussion", answers, submission="one")
    assert first.cases == (family.cases["Ada"], family.cases["Ben"])
    again = start_for_children(database, family.worker, MONDAY, "strategy_discussion", answers, submission="one")
    assert (again.cases, again.instances) == (first.cases, first.instances)
    assert "convene_strategy_discussion" not in open_items(database=database, case=family.cases["Cal"])
    answers[family.cases["Cal"]] = concern  # who was forgotten is not taken for a repetition
    whole = start_for_children(database, family.worker, MONDAY, "strategy_discussion", answers, submission="one")
    assert (whole.cases, whole.instances[:2]) == (tuple(answers), first.instances)
    assert "convene_strategy_discussion" in open_items(database=database, case=family.cases["Cal"])
    must_be_sound(family.at)
