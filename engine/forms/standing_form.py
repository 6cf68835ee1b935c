"""A form as it stands for one item of work: what is asked now, and its questions."""

from typing import Any, NamedTuple

from engine.forms.offering import Choices
from engine.forms.questions import Question, form_now, questions_of
from engine.forms.schema import Schema

MOST_KEPT = 1000


class StandingForm(NamedTuple):
    """Shared by all that ask for it: nobody changes it."""

    form: dict[str, Any]
    questions: tuple[Question, ...]


def standing_form(form: Schema, circumstances: frozenset[str], choices: Choices) -> StandingForm:
    """Where nothing is to be chosen that only the case knows, it is made once: a form never changes."""
    if choices:
        return _made(form, circumstances, choices)
    key = id(form), circumstances
    kept = _KEPT.get(key)
    if kept is None:
        if len(_KEPT) >= MOST_KEPT:
            _KEPT.clear()
        kept = _KEPT[key] = form, _made(form, circumstances, choices)
    return kept[1]


def _made(form: Schema, circumstances: frozenset[str], choices: Choices) -> StandingForm:
    now = form_now(form, circumstances, choices)
    return StandingForm(now, questions_of(now))


# With the form itself, so that nothing else has its id meanwhile.
_KEPT: dict[tuple[int, frozenset[str]], tuple[Schema, StandingForm]] = {}
