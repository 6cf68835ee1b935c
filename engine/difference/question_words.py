"""What a question of a form says, keyword by keyword, in words that can stand after “now” and “before” alike."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.difference.called import clock_called, duty_called, events_called, process_called, title
from engine.forms.answer_roles import ANSWER_ROLES
from engine.forms.asked_together import TOGETHER
from engine.forms.bounds import BOUNDS, Bound, bounds_in
from engine.forms.checks import CASE_CHECKS, CHOICES, SUGGESTIONS
from engine.forms.contacts import contacts_in_words
from engine.forms.departure_rules import departures_in_words
from engine.forms.questions import names_in
from engine.forms.readers import READERS
from engine.process.bundle import Model
from engine.process.condition_words import condition_in_words, listed, readable

KINDS_OF_QUESTION: Mapping[str, str] = {
    "text": "one line of text",
    "long_text": "a box of text",
    "date": "a date",
    "date_time": "a date and a time",
    "yes_no": "yes or no",
    "one_of": "one of the choices",
    "any_of": "as many of the choices as apply",
    "person": "one person",
    "people": "several people",
    "agencies": "agencies",
    "list": "a list, item by item",
    "file": "a file",
    "statement": "nothing: it is a statement to read",
    "number": "a number",
    "search": "a search",
}
_TYPES: Mapping[str, str] = {
    "string": "a text", "integer": "a whole number", "number": "a number", "array": "a list", "object": "a group",
}  # fmt: skip
_CHECKS: Mapping[str, str] = {
    "not_in_future": "today or in the past",
    "not_in_past": "today or in the future",
    "nhs_number": "an NHS number",
    "upn": "a unique pupil number",
    "telephone": "a telephone number with its area code",
    **CASE_CHECKS,
}
_ANNOTATION = re.compile(r" \(engine/[\w/.]+\)")


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question, and those beside it by their ids: of the form, or of the item of a list."""

    model: Model
    process: str
    task: str
    beside: Mapping[str, Mapping[str, Any]]

    def named(self, field: str) -> str:
        return f"“{self.beside.get(field, {}).get('title') or readable(field)}”"

    def answers(self, field: str, values: str | Sequence[str]) -> str:
        """“Yes” or “No”."""
        asked = self.beside.get(field, {})
        offered = asked.get("items", asked).get("oneOf", ())
        labels = {one.get("const"): one.get("title") for one in offered}
        several = (values,) if isinstance(values, str) else values
        return listed([f"“{labels.get(one) or readable(str(one))}”" for one in several], "or")

    def condition(self, source: str) -> str:
        return condition_in_words(self.model, self.process, self.task, source)

    def answer(self, path: str) -> str:
        """“What did you find?” in “Assessment”, for `process.task.field`."""
        process, _, rest = path.partition(".")
        task, _, field = rest.partition(".")
        asked = (self.model.form(process, task) or {}).get("properties", {}).get(field, {})
        return f"“{asked.get('title') or readable(field)}” in {process_called(self.model, process)}"

    def step(self, path: str) -> str:
        """“See the child” (“Assessment”), for `process.task`."""
        process, _, task = path.partition(".")
        of_process = process_called(self.model, process)
        return f"{title(self.model, process, task)} ({of_process})" if task else of_process

    def reader(self, named: str) -> str:
        first, _, rest = named.partition(" ")
        if named in READERS:
            return _ANNOTATION.sub("", READERS[named])
        return f"the time limit {clock_called(self.model, rest)}" if first == "clock" and rest else self.step(named)

    def day(self, bound: Bound) -> str:
        what = self.named(bound.field) if bound.field else BOUNDS.get(bound.what, "")
        if bound.events:
            what = f"the day on which {events_called(self.model, bound.events)}"
        return bound.in_words(f"the answer to {what}" if bound.field else what)

    def days(self, value: Any) -> str:
        return listed([self.day(each) for each in bounds_in(value)])


_OF_EACH_CHILD = "asked of each of several children"
_NO_DECISION = "not there for drawings to read"
_SHOWN_TO_NOBODY = "read by nobody but those who have the case"
_NO_OUTCOME = "not said as the outcome of the process"
_STATED = "possible to state of a step that was not done"
Say = Callable[[AskedQuestion, Any], str]
KEYWORDS: Mapping[str, tuple[Say, str]] = {
    "title": (lambda _, value: f"called “{value}”", "without a title"),
    "description": (lambda _, value: f"with the hint “{value}”", "without a hint"),
    "type": (lambda _, value: f"kept as {_TYPES.get(value, readable(str(value)))}", "not kept"),
    "format": (lambda _, value: f"written as {_format(value)}", "written in any form"),
    "default": (
        lambda _, value: f"taken as “{_readable(value)}” where it is not answered",
        "nothing where it is not answered",
    ),
    "minLength": (lambda _, value: f"of {value} characters at least", "of any length from one character"),
    "maxLength": (lambda _, value: f"of {value} characters at most", "of the usual length at most"),
    "minItems": (lambda _, value: f"with {value} entries at least", "with no least number of entries"),
    "maxItems": (lambda _, value: f"with {value} entries at most", "with the usual number of entries at most"),
    "minimum": (lambda _, value: f"{value} at least", "with no least number"),
    "maximum": (lambda _, value: f"{value} at most", "with no greatest number"),
    "uniqueItems": (
        lambda _, value: f"{'each entry once only' if value else 'entries may be repeated'}",
        "entries may be repeated",
    ),
    "kind": (lambda _, value: f"answered with {KINDS_OF_QUESTION.get(value, value)}", "answered as its type says"),
    "rows": (lambda _, value: f"in a box of {value} lines", "in a box of the usual height"),
    "width": (lambda _, value: f"in a box of the width {value}", "in a box of the usual width"),
    "show_if": (lambda asked, value: f"shown only where {_shown(asked, value)}", "shown whatever else is answered"),
    "x-when": (lambda asked, value: f"asked only where {asked.condition(value)}", "asked however things stand"),
    "x-asked": (
        lambda _, value: "asked once for several children" if value == TOGETHER else _OF_EACH_CHILD,
        _OF_EACH_CHILD,
    ),
    "x-decision": (lambda _, value: _decision(value), _NO_DECISION),
    "x-outcome": (
        lambda _, value: "said as the outcome of the process" if value else _NO_OUTCOME,
        "not said as the outcome of the process",
    ),
    "x-duty": (
        lambda asked, value: f"about {listed([duty_called(asked.model, one) for one in names_in(value)])}",
        "about no duty",
    ),
    "x-source": (lambda _, value: f"asked because of “{value}”", "without a source in the guidance"),
    "x-prefill": (
        lambda asked, value: f"filled in from {listed([asked.answer(one) for one in names_in(value)], 'or')}",
        "not filled in from an earlier answer",
    ),
    "x-check": (
        lambda _, value: f"refused unless it is {listed([_check(one) for one in names_in(value)])}",
        "held to no rule",
    ),
    "x-not-before": (lambda asked, value: f"not before {asked.days(value)}", "as early as anybody says"),
    "x-not-after": (lambda asked, value: f"not after {asked.days(value)}", "as late as anybody says"),
    "x-explained-before": (
        lambda asked, value: f"to be explained where it lies before {asked.days(value)}",
        "never to be explained for being recorded late",
    ),
    "clocks": (
        lambda asked, value: f"needed by the first due day of {_clocks(asked, value)}",
        "needed by no time limit",
    ),
    "otherwise": (
        lambda asked, value: f"needed by {asked.days(value)} where no time limit runs",
        "needed by no other day",
    ),
    "called": (lambda _, value: f"for what is called “{value}”", "for nothing that has a name"),
    "x-excludes": (
        lambda asked, value: f"answered only where {asked.named(value)} is not",
        "answered beside any other",
    ),
    "x-refuse": (lambda asked, value: f"refused {_refused(asked, value)}", "refused for no condition"),
    "x-instead": (
        lambda _, value: f"with the advice “{value}” where it is refused",
        "without advice where it is refused",
    ),
    "x-choices": (lambda asked, value: f"chosen from {_choices(asked, value)}", "chosen from what the form lists"),
    "x-suggests": (
        lambda _, value: f"with {SUGGESTIONS.get(value, value)} offered while somebody types",
        "with nothing offered while somebody types",
    ),
    "x-own-people": (lambda _, value: _own_people(value), "without social care’s own people among the agencies"),
    "x-read-by": (
        lambda asked, value: f"read by {listed([asked.reader(one) for one in _readers(value)])}",
        "read by nothing that is named",
    ),
    "x-role": (lambda _, value: f"used by the system {_role(value)}", "not used by the system itself"),
    "x-by-system": (
        lambda _, value: f"answered by the system with “{readable(value)}”",
        "never answered by the system",
    ),
    "x-shown-to": (lambda asked, value: _shown_to(asked.model, value), _SHOWN_TO_NOBODY),
    "x-shown-under": (
        lambda _, value: f"shown to others under “{value}”",
        "shown to others under the name of the step",
    ),
    "x-shares": (lambda asked, value: _shares(asked.model, value), "shared with nobody"),
    "x-contacts": (lambda _, value: contacts_in_words(value), "contact with nobody"),
    "x-departures": (lambda _, value: departures_in_words(value), "free to be done differently"),
    "x-not-stated": (
        lambda _, value: "never stated of a step that was not done" if value else _STATED,
        _STATED,
    ),
    "additionalProperties": (
        lambda _, value: f"{'open' if value else 'closed'} to answers that are not asked for",
        "open to answers that are not asked for",
    ),
    "x-decided-in": (
        lambda asked, value: f"decided in {listed([asked.step(one) for one in names_in(value)])}",
        "decided nowhere",
    ),
    "x-not-by-hand": (lambda _, value: f"refused by hand with “{value}”", "possible by hand"),
    "enum": (
        lambda asked, value: f"one of {listed([_known(asked.model, one) for one in value], 'or')}",
        "any that there is",
    ),
}
"""Each with what holds without it. Choices, items, and which must be answered are compared in forms_between.py."""


NOT_IN_THE_LANGUAGE = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What comes of a form that keeps not to its language: a draft may, until what the linter says of it is mended."""


def keyword_in_words(asked: AskedQuestion, keyword: str, value: Any) -> str:
    """`value` is None where the question does not say it."""
    if keyword not in KEYWORDS:
        return f"without “{keyword}”" if value is None else f"with “{keyword}”: {value}"
    said, without = KEYWORDS[keyword]
    try:
        return without if value is None else said(asked, value)
    except NOT_IN_THE_LANGUAGE:
        return f"with `{keyword}` at fault: `{value}`"


def _readable(value: object) -> str:
    return readable(value) if isinstance(value, str) else str(value)


def _format(value: str) -> str:
    return {"date": "a date", "date-time": "a date and a time", "email": "an email address"}.get(value, value)


def _decision(value: bool) -> str:
    return "there for drawings to read" if value else _NO_DECISION


def _own_people(value: bool) -> str:
    return f"{'with' if value else 'without'} social care’s own people among the agencies"


def _shown(asked: AskedQuestion, value: Mapping[str, Any]) -> str:
    return listed([f"{asked.named(field)} is {asked.answers(field, values)}" for field, values in value.items()])


def _check(name: str) -> str:
    return _CHECKS.get(name, readable(name))


def _clocks(asked: AskedQuestion, clocks: Sequence[str]) -> str:
    return listed([clock_called(asked.model, one) for one in clocks], "or")


def _refused(asked: AskedQuestion, value: Sequence[Mapping[str, str]]) -> str:
    return "; and ".join(f"where {asked.condition(one['when'])}, with the words “{one['words']}”" for one in value)


def _choices(asked: AskedQuestion, value: str) -> str:
    first, _, rest = value.partition(" ")
    return f"those invited in {asked.step(rest)}" if rest else CHOICES.get(first, readable(first))


def _readers(value: str | Sequence[str]) -> Sequence[str]:
    return (value,) if isinstance(value, str) else value


def _role(value: str) -> str:
    return ANSWER_ROLES[value].used_for if value in ANSWER_ROLES else f"as “{readable(value)}”"


def _shown_to(model: Model, value: Sequence[str]) -> str:
    readers = listed([_reader(model, one) for one in names_in(value)])
    return f"read by {readers} as well as by those who have the case" if readers else _SHOWN_TO_NOBODY


def _reader(model: Model, name: str) -> str:
    return model.groups[name].name if name in model.groups else _known(model, name)


def _known(model: Model, name: str) -> str:
    known = {one.id: one.name for one in (*model.agencies.values(), *model.roles.values())}
    return f"“{known.get(name) or readable(name)}”"


def _shares(model: Model, value: Mapping[str, Any]) -> str:
    always = listed([_known(model, one) for one in value.get("with", ())])
    return f"shared{f' with {always} always' if always else ''} as “{value['what']}”, because “{value['why']}”"
