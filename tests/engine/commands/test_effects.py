"""The closed lists of effects and roles, and the code that carries them out, name the same."""

from dataclasses import replace

import pytest

from engine.base.errors import BadModel
from engine.casework.effects import EFFECTS, TAKING_PART
from engine.casework.to_do import LIMIT, ActOnPassedClocks, CloseIfIdle, CompleteAlone, Queue, Steps
from engine.forms.answer_roles import ANSWER_ROLES
from engine.process.vocabulary import EFFECTS_VOCABULARY, PROPERTIES_VOCABULARY, effects_of


def test_every_effect_of_a_task_is_carried_out_and_no_other() -> None:
    assert set(EFFECTS) == effects_of("task")


def test_every_answer_that_something_needs_has_a_role() -> None:
    needed = [need for one in (*EFFECTS_VOCABULARY.values(), *PROPERTIES_VOCABULARY.values()) for need in one.needs]
    named = {need.role for need in needed} | {need.within for need in needed if need.within} | {*TAKING_PART}
    assert needed
    assert named <= set(ANSWER_ROLES)


def test_what_goes_with_an_effect_or_property_is_known() -> None:
    beside = {(one.on, name) for one in PROPERTIES_VOCABULARY.values() for name in one.beside}
    assert beside <= set(PROPERTIES_VOCABULARY)


def test_an_effect_that_nobody_carries_out_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    one = EFFECTS_VOCABULARY["closes_case"]
    unknown = {**EFFECTS_VOCABULARY, "opens_case": replace(one, name="opens_case")}
    monkeypatch.setattr("engine.process.vocabulary.EFFECTS_VOCABULARY", unknown)
    assert set(EFFECTS) != effects_of("task")


def test_a_case_is_idle_only_when_all_else_is_done() -> None:
    queue = Queue(Steps())
    queue.add(CloseIfIdle(), ActOnPassedClocks(), CompleteAlone("second"), CompleteAlone("third"), CloseIfIdle())
    taken = [queue.take() for _ in range(5)]
    assert taken == [CompleteAlone("second"), CompleteAlone("third"), ActOnPassedClocks(), CloseIfIdle(), None]


def test_cases_of_one_command_share_one_number_of_steps() -> None:
    steps = Steps()
    first, second = Queue(steps), Queue(steps)
    for number in range(LIMIT):
        queue = (first, second)[number % 2]
        queue.add(CloseIfIdle())
        queue.take()
    second.add(CloseIfIdle())
    with pytest.raises(BadModel, match="without end"):
        second.take()


def test_each_case_that_a_person_names_brings_steps_of_its_own() -> None:
    steps = Steps()
    steps.allow()
    assert steps.left == 2 * LIMIT
