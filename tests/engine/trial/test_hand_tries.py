"""A try by hand is a story: played again it stands where it stood, and what is kept of it comes out right."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.base.errors import BadAnswers, NotPossible
from engine.casework.case_references import new_reference
from engine.forms.questions import Question
from engine.trial import hand_scratch
from engine.trial.hand_forms import InTry, NotShown, StartInTry, TaskInTry, page_in_try, step_in_try
from engine.trial.hand_keeping import path_of_story, story_text
from engine.trial.hand_page import after_next_due, after_working_days, standing
from engine.trial.hand_scratch import HandScratch, PlayedTry, StepRefused
from engine.trial.hand_story import begun, in_words_of_stories, moment_of, with_step, without_from
from tests.second import second

MONDAY = datetime(2022, 3, 7, 10, tzinfo=UTC)
ISLA = {"pet_name": "Isla", "clan_name": "Rowan", "birth_day": "2016-04-11"}
IVOR = {"pet_name": "Ivor", "clan_name": "Rowan"}
AS_PUBLIC = StartInTry("worry", "", "public")
Told = dict[str, Any]


def typed(answers: Mapping[str, Any]) -> Callable[[Sequence[Question]], Mapping[str, Any]]:
    return lambda questions: {one.id: answers[one.id] for one in questions if one.id in answers}


def worry(*children: Mapping[str, str]) -> Mapping[str, Any]:
    said = {"hurt_now": "no", "what_troubles_you": "Nobody at home", "answer_by": "no_answer"}
    return {**said, "young_ones": [*children], "came_in": "2022-03-07T10:00"}


class Hand:
    """Somebody who tries the second bundle."""

    def __init__(self) -> None:
        self.scratch = HandScratch()
        self.told: Told = begun(MONDAY)

    def see(self, look: Callable[[PlayedTry], Any], told: Told | None = None) -> Any:
        with self.scratch.played("mine", second(), self.told if told is None else told) as played:
            return look(played)

    def does(self, at: InTry, answers: Mapping[str, Any]) -> None:
        step, children = self.see(lambda played: step_in_try(played, at, typed(answers)))
        self.goes_on(with_step(self.told, step, children))

    def goes_on(self, told: Told) -> None:
        self.see(lambda _: None, told)
        self.told = told

    def references(self) -> dict[str, str]:
        """What people call each case."""
        return {one.name: one.view.reference for one in self.see(lambda played: standing(played, self.told)).cases}

    def tasks(self) -> dict[str, list[str]]:
        """By the name of each case."""
        shown = self.see(lambda played: standing(played, self.told))
        return {one.name: sorted(task.name for task in one.tasks.values()) for one in shown.cases}


def test_what_was_done_stands_the_same_when_it_is_played_again_and_is_kept_as_a_story() -> None:
    hand = Hand()
    hand.does(AS_PUBLIC, worry(ISLA))
    hand.does(TaskInTry("isla", "sift", "case_hand"), {"path_chosen": "look", "why_chosen": "It must be seen"})
    offered = hand.see(lambda played: page_in_try(played, TaskInTry("isla", "give_worker", "lead_hand")))
    assert {choice.value for one in offered.form.questions for choice in one.choices} >= {"case_hand"}
    hand.does(TaskInTry("isla", "give_worker", "lead_hand"), {"keeper": "case_hand"})
    hand.goes_on(with_step(hand.told, {"at": hand.see(after_next_due)}))
    again = Hand()
    again.told = hand.told
    assert again.tasks() == hand.tasks()
    assert again.references() == hand.references()
    assert hand.tasks()["isla"]
    text = hand.see(lambda played: story_text(played, hand.told, "A closer look"))
    assert 'with = { keeper = "case_hand" }' in text
    assert hand.scratch.failures(second(), text, "try") == []
    wrong = text.replace('expect.case = "open"', 'expect.case = "closed"')
    assert "expected closed, found open" in hand.scratch.failures(second(), wrong, "try")[0]


def test_children_are_called_by_their_names_and_the_same_one_gets_a_second_case() -> None:
    hand = Hand()
    hand.does(AS_PUBLIC, worry(ISLA, IVOR))
    hand.does(AS_PUBLIC, worry(ISLA))
    hand.does(AS_PUBLIC, worry({**ISLA, "birth_day": "2016-04-12"}))
    hand.does(TaskInTry("ivor", "sift", "case_hand"), {"path_chosen": "nothing", "why_chosen": "It is well"})
    assert {*hand.tasks()} == {"isla", "ivor", "isla.2", "isla_2"}
    assert "sift" not in hand.tasks()["ivor"]
    hand.goes_on(without_from(hand.told, 3))
    assert {*hand.tasks()} == {"isla", "ivor", "isla.2"}
    assert hand.told["child"].keys() == {"isla", "ivor"}


def test_no_two_cases_of_a_try_are_called_the_same_and_real_ones_are_random() -> None:
    hand = Hand()
    hand.does(AS_PUBLIC, worry(ISLA, IVOR))
    hand.does(AS_PUBLIC, worry({"pet_name": "Una", "clan_name": "Rowan"}))
    assert len({*hand.references().values()}) == len(hand.references()) == 3
    assert not {new_reference(), *hand.references().values()} & {new_reference()}


def test_what_is_refused_is_said_of_the_form_as_it_was_typed_and_changes_nothing() -> None:
    hand = Hand()
    with pytest.raises(BadAnswers) as bad:
        hand.does(AS_PUBLIC, {**worry(ISLA, {"pet_name": "Ivor"}), "hurt_now": ""})
    assert {"hurt_now", "young_ones.1.clan_name"} <= bad.value.problems.keys()
    hand.does(AS_PUBLIC, worry(ISLA))
    before, stood = hand.see(lambda played: played), hand.tasks()
    with pytest.raises(StepRefused) as refused:
        hand.does(TaskInTry("isla", "sift", "case_hand"), {"why_chosen": "It is well"})
    assert isinstance(refused.value.refusal, BadAnswers)
    assert {*refused.value.refusal.problems} == {"path_chosen"}
    assert hand.tasks() == stood
    assert hand.see(lambda played: played) is before


def test_who_may_not_is_told_so() -> None:
    hand = Hand()
    hand.does(AS_PUBLIC, worry(ISLA))
    with pytest.raises(NotShown):
        hand.see(lambda played: page_in_try(played, TaskInTry("isla", "sift", "constable")))
    with pytest.raises(NotShown):
        hand.see(lambda played: page_in_try(played, StartInTry("wind_up", "isla", "constable")))
    with pytest.raises(NotPossible):
        hand.see(lambda played: page_in_try(played, TaskInTry("isla", "give_worker", "lead_hand")))


def test_a_step_that_a_changed_draft_does_not_know_is_named() -> None:
    hand = Hand()
    hand.does(AS_PUBLIC, worry(ISLA))
    hand.does(TaskInTry("isla", "sift", "case_hand"), {"path_chosen": "look", "why_chosen": "It must be seen"})
    for step, number in (({"do": "sift_twice"}, 2), ({"as": "nobody"}, 2)):
        steps = [hand.told["step"][0], {**hand.told["step"][1], **step}, hand.told["step"][1]]
        with pytest.raises(StepRefused) as refused:
            hand.see(lambda _: None, {**hand.told, "step": steps})
        assert refused.value.number == number


def test_the_clock_is_moved() -> None:
    hand = Hand()
    hand.does(AS_PUBLIC, worry(ISLA))
    now = moment_of(hand.told)
    assert hand.see(lambda played: after_working_days(played, 5)) == now + timedelta(days=7)
    shown = hand.see(lambda played: standing(played, hand.told))
    assert (shown.next_due.at, [*shown.next_due.clocks]) == (
        datetime(2022, 3, 8, 23, 59, 59, 999999, tzinfo=UTC),
        ["Sift the worry"],
    )
    hand.goes_on(with_step(hand.told, {"at": hand.see(after_next_due)}))
    [late] = hand.see(lambda played: standing(played, hand.told)).cases
    assert [one.title for one in late.view.clocks.rows if one.state == "overdue"] == ["Sift the worry"]


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    before = datetime(2022, 10, 30, 0, 30, tzinfo=UTC)
    for moment in (before, before + timedelta(hours=1)):
        assert moment_of(begun(moment)) == moment
    assert in_words_of_stories(before) == "2022-10-30T01:30"


def test_few_are_kept_and_one_is_played_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hand_scratch, "MOST_KEPT", 1)
    monkeypatch.setattr(hand_scratch, "WAITS_SECONDS", 0)
    scratch, told = HandScratch(), begun(MONDAY)
    with scratch.played("mine", second(), told) as mine:
        assert mine.place.exists()
        with pytest.raises(NotPossible), scratch.played("yours", second(), told):
            pass
    with scratch.played("yours", second(), told) as yours:
        assert (mine.place.exists(), yours.place.exists()) == (False, True)
    scratch.forget("yours")
    assert not yours.place.exists()


@pytest.mark.parametrize(
    ("process", "title", "path"),
    [
        ("worry", "Nobody at home!", "processes/worry/scenarios/nobody_at_home.toml"),
        ("", "É ..", ""),
        ("", "Two 2", "processes/scenarios/two_2.toml"),
    ],
)
def test_a_story_lies_where_its_title_says(process: str, title: str, path: str) -> None:
    assert path_of_story(process, title) == path
