"""A step of a story that records what happened in a child's life: it begins the process by which the models do so."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.facts.life_events import process_of
from engine.forms.answer_roles import field_with_role
from engine.process.bundle import START, Model
from engine.scenario.story import LIFE, StoryStep
from engine.scenario.story_words import ON


def as_start(step: StoryStep, model: Model) -> StoryStep:
    """`on` is the answer to when it happened. Any other step, and one for which the models have no process, stays as it
    is.
    """
    process = process_of(model, step.target) if step.verb == LIFE else None
    if process is None:
        return step
    field = field_with_role(model.form(process, START) or {}, "happened_at") or ON
    day = step.on.date() if isinstance(step.on, datetime) else step.on
    answers: Mapping[str, Any] = {field: day, **step.answers} if day else step.answers
    return replace(step, verb="start", target=process, answers=answers)
