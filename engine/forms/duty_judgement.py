"""When a duty of the guidance is done: what a form says of its own answers (`x-duty-when` and its sisters).

That a task was completed, or that a form or a question names a duty, fulfils nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.expressions.evaluation import BadExpression, evaluate, names_read
from engine.forms.questions import names_in
from engine.forms.schema import Schema

JUDGING = ("x-duty-when", "x-duty-otherwise", "x-duty-open", "x-duty-unless")
# What a judgement may read beside the answers of its own form, under these names.
BESIDE = ("start", "last", "case")
State = Literal["done", "done otherwise", "not done", "open", "did not arise"]
STATES: tuple[State, ...] = ("not done", "open", "done otherwise", "done", "did not arise")
"""The first of them that one of its steps is in is the state of a duty."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one form says of one duty. `element` is a task, or `start` for the form that starts the process.

    Expressions over the answers of the form; `start.field` is an answer that the process began with or what its
    message brought, `last.task.field` the newest answer in another task of this run, `case.fact` what held in the case.
    `done` is never empty; the others are where the form does not say.
    """

    process: str
    element: str
    done: str
    otherwise: str = ""
    still_open: str = ""
    unless: str = ""

    def state(self, names: Mapping[str, object], agencies: frozenset[str]) -> State:
        """Of answers that were given. What they cannot answer does not hold."""
        if holds(self.unless, names, agencies):
            return "did not arise"
        if holds(self.done, names, agencies):
            return "done"
        if holds(self.otherwise, names, agencies):
            return "done otherwise"
        return "open" if holds(self.still_open, names, agencies) else "not done"

    def never_arises(self, beside: Mapping[str, object], agencies: frozenset[str]) -> bool:
        """Whether that is clear before anything was answered."""
        return bool(self.unless) and not _own(self.unless) and holds(self.unless, beside, agencies)

    def fields_read(self) -> frozenset[str]:
        """The questions of the form itself."""
        sources = (self.done, self.otherwise, self.still_open, self.unless)
        return frozenset(field for source in sources if source for field in _own(source))


def _own(source: str) -> frozenset[str]:
    return frozenset(path.partition(".")[0] for path in names_read(source)) - frozenset(BESIDE)


def holds(source: str, names: Mapping[str, object], agencies: frozenset[str]) -> bool:
    """Not where there is no expression, nor where these answers cannot tell."""
    try:
        return bool(source) and evaluate(source, names, agencies) is True
    except BadExpression:
        return False


def judgements_of(form: Schema, process: str, element: str) -> Iterator[tuple[str, Judgement]]:
    """With the duty that each is about."""
    for duty, done in form.get("x-duty-when", {}).items():
        otherwise, still_open, unless = (form.get(table, {}).get(duty, "") for table in JUDGING[1:])
        yield duty, Judgement(process, element, done, otherwise=otherwise, still_open=still_open, unless=unless)


def reasons_for(form: Schema, duty: str, answers: Mapping[str, Any]) -> Iterator[str]:
    """What was answered to the questions of role `reason` that name the duty, in items of lists as well."""
    for name, field in form.get("properties", {}).items():
        answer = answers.get(name)
        if field.get("x-role") == "reason" and duty in names_in(field.get("x-duty", ())) and answer:
            yield answer
        if "properties" in field.get("items", {}):
            for item in answer or ():
                yield from reasons_for(field["items"], duty, item)
