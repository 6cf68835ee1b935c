"""Fill in what a scenario leaves out, so that a story names only what it is about."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import date, datetime, timedelta
from typing import Any, cast

from engine.base.clock import LONDON
from engine.forms.examination import Examined, examine
from engine.forms.findings import Path
from engine.forms.questions import SEVERAL, Choices, Question, Schema, is_shown, names_in
from engine.forms.schema import refusals_of
from engine.forms.sharing_block import ruled_out
from engine.forms.standing_form import standing_form
from engine.timescales.calendar import Calendar

TEXT = "Filled in"
EMAIL = "someone@example.org"


def filled(
    form: Schema,
    answers: Mapping[str, Any],
    circumstances: frozenset[str],
    now: datetime,
    choices: Choices,
    earlier: frozenset[str],
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The answers with a valid one for each that is required and missing, and the paths of those.

    One answer may make another required, so it looks again until nothing more is missing. What was given and is wrong
    stays as it is, an empty text or list above all: the story says that nothing is answered.
    """
    given: dict[str, Any] = deepcopy(dict(answers))
    done: dict[str, None] = {}
    for field in _refused(form, given, circumstances) & earlier:
        given[field] = _another(form, field, given[field], circumstances, choices)
        done[field] = None
    while True:
        examined = examine(form, given, circumstances, now, choices)
        missing = (finding for finding in examined.findings if finding.missing and finding.field not in done)
        gaps = [finding for finding in missing if not _left_empty(answers, finding.path)]
        if not gaps:
            return given, tuple(done)
        for gap in gaps:
            _fill(examined, given, gap.path, now)
            done[gap.field] = None


def _refused(form: Schema, given: Mapping[str, Any], circumstances: frozenset[str]) -> frozenset[str]:
    """The fields whose answers the form refuses as things stand."""
    return frozenset(
        field for field, condition, _ in refusals_of(form) if field in given and condition in circumstances
    )


def _another(form: Schema, field: str, before: Any, circumstances: frozenset[str], choices: Choices) -> Any:
    """The choice after the one that was taken; of a question with several, one more."""
    question = next(each for each in standing_form(form, circumstances, choices).questions if each.id == field)
    values = [choice.value for choice in question.choices]
    if question.kind in SEVERAL:
        return values[: len(before) + 1]
    return values[min(values.index(before) + 1, len(values) - 1)]


def _left_empty(answers: Mapping[str, Any], path: Path) -> bool:
    """Whether the story itself says that this is not answered."""
    beside: Any = answers
    for step in path[:-1]:
        try:
            beside = beside[step]
        except (KeyError, IndexError, TypeError):
            return False
    return isinstance(beside, Mapping) and cast("Mapping[Any, Any]", beside).get(path[-1]) in ("", [])


def _fill(examined: Examined, given: dict[str, Any], path: Path, now: datetime) -> None:
    question, field = _asked_at(examined, path)
    beside: Any = given
    for step in path[:-1]:
        beside = beside[step]
    if question.kind == "list" and question.choices:
        beside[question.id] = _rows(question, field, beside.get(question.id), now)
    else:
        of_form = len(path) == 1
        dead = leading_nowhere(examined.questions, question) if of_form else frozenset[str]()
        dead |= ruled_out(examined.form, given, question.id) if of_form else frozenset[str]()
        beside[question.id] = _valid(question, field, now, dead)


def leading_nowhere(questions: Sequence[Question], question: Question) -> frozenset[str]:
    """Choices that ask to choose somebody where there is nobody."""
    nobody = (one for one in questions if one.kind == "person" and not one.choices and one.show_if)
    shown = (one.show_if for one in nobody if one.show_if)
    return frozenset(value for field, values in shown if field == question.id for value in values)


def _asked_at(examined: Examined, path: Path) -> tuple[Question, Schema]:
    """The question that a path leads to, through the lists on its way, and what the form says of it."""
    form, questions = examined.form, examined.questions
    question = next(each for each in questions if each.id == path[0])
    field: Schema = form["properties"][path[0]]
    for step in path[2::2]:
        question = next(each for each in question.questions if each.id == step)
        field = field["items"]["properties"][step]
    return question, field


def _valid(question: Question, field: Schema, now: datetime, dead: frozenset[str] = frozenset()) -> Any:
    """The first choice that leads on, or what may be written."""
    if question.kind == "list":
        return [_item(question, field, {}, now) for _ in range(_fewest(field))]
    if question.kind in SEVERAL:
        return [choice.value for choice in question.choices[: _fewest(field)]] or [TEXT]
    if question.choices:
        return next((one.value for one in question.choices if one.value not in dead), question.choices[0].value)
    return _written(question.kind, field, now)


def _written(kind: str, field: Schema, now: datetime) -> Any:
    in_london = now.astimezone(LONDON).replace(microsecond=0)
    if kind == "date":
        return _day(field, in_london.date()).isoformat()
    if kind == "date_time":
        return in_london.isoformat()
    if kind == "number":
        return field.get("minimum", 0)
    text = EMAIL if field.get("format") == "email" else TEXT
    return text.ljust(field.get("minLength", 0), ".")[: field["maxLength"]]


def _day(field: Schema, today: date) -> date:
    """Today, or the next working day where it must be one: an authority's own closure days are not known here."""
    if "working_day" not in names_in(field.get("x-check", ())):
        return today
    return Calendar().add_working_days(today - timedelta(days=1), 1)


def _rows(question: Question, field: Schema, given: Any, now: datetime) -> list[Any]:
    """Items for the rows that have none."""
    items = cast("list[Any]", given) if isinstance(given, list) else []
    named = [cast("Schema", item).get(question.row) for item in items if isinstance(item, Mapping)]
    rows = [choice.value for choice in question.choices if choice.value not in named]
    return items + [_item(question, field, {question.row: row}, now) for row in rows]


def _item(question: Question, field: Schema, start: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """An item with its required fields, or with its first, so that it is not blank."""
    item = dict(start)
    wanted = [each for each in question.questions if each.required] or question.questions[:1]
    for inner in wanted:
        if inner.id not in item and is_shown(inner, item):
            item[inner.id] = _valid(inner, field["items"]["properties"][inner.id], now)
    return item


def _fewest(field: Schema) -> int:
    return max(1, field.get("minItems", 1))
