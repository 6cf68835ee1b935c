"""Forms: what a task asks, whether the answers will do, and which of them the process may see.

Pure functions over a form file (docs/forms.md) and answers: no database, no clock. `circumstances` are the conditions
(`x-when`) of the form that hold for the item of work now; `choices` are the people and agencies of its case.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from engine.base.errors import BadAnswers
from engine.forms.examination import examine
from engine.forms.filling import filled
from engine.forms.findings import Finding, joined
from engine.forms.offering import Choice as Choice
from engine.forms.offering import Choices
from engine.forms.questions import Question, Schema
from engine.forms.standing_form import standing_form

_NONE: Choices = MappingProxyType({})


def questions(form: Schema, circumstances: frozenset[str], choices: Choices = _NONE) -> tuple[Question, ...]:
    """What is asked now, in the order of the form."""
    return standing_form(form, circumstances, choices).questions


def check(
    form: Schema,
    answers: object,
    circumstances: frozenset[str],
    now: datetime,
    choices: Choices = _NONE,
    against: Callable[[Mapping[str, Any]], Iterable[Finding]] = lambda _cleaned: (),
) -> dict[str, Any]:
    """The cleaned answers, as they may be kept.

    `against` finds what else speaks against them; what it is given may itself have been refused.
    Raises BadAnswers with every problem at once, whatever JSON the answers are.
    """
    examined = examine(form, answers, circumstances, now, choices)
    found = joined(examined.findings, against(examined.answers), examined.questions)
    if found:
        raise BadAnswers({finding.field: finding.sentence for finding in found})
    return examined.answers


def decisions(form: Schema, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Of checked answers those that process data may hold: fields with `x-decision`, in the items of a list as well.

    A decision that was not given stands as its `default`, where the form names one.
    """
    fields: Schema = form.get("properties", {})
    decided = {name: field["default"] for name, field in fields.items() if "default" in field and _is_decision(field)}
    return decided | {
        name: _decided(fields[name], answer)
        for name, answer in answers.items()
        if name in fields and _is_decision(fields[name])
    }


def answers_of_system(form: Schema) -> dict[str, Any]:
    """What the form says that the system answers where nobody is asked (`x-by-system`)."""
    fields: Schema = form.get("properties", {})
    return {name: field["x-by-system"] for name, field in fields.items() if "x-by-system" in field}


def fill(
    form: Schema,
    answers: Mapping[str, Any],
    circumstances: frozenset[str],
    now: datetime,
    choices: Choices = _NONE,
    earlier: Iterable[str] = (),
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The answers of a scenario with a valid one for each that is required and left out, and the paths filled.

    They still go through `check`: what was given and is wrong stays wrong. `earlier` are the paths that an earlier
    round filled: where the form refuses what it took there (`x-refuse`), another choice is taken.
    """
    return filled(form, answers, circumstances, now, choices, frozenset(earlier))


def _is_decision(field: Schema) -> bool:
    return field.get("x-decision", False) or any(_is_decision(inner) for inner in _item_fields(field).values())


def _decided(field: Schema, answer: Any) -> Any:
    return [decisions(field["items"], item) for item in answer] if _item_fields(field) else answer


def _item_fields(field: Schema) -> Schema:
    return field.get("items", {}).get("properties", {})
