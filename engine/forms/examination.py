"""Examine the answers to a form: clean them, hold them against its schema and its rules, find every problem at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from engine.forms import problem_sentences
from engine.forms.checks import CHECKS
from engine.forms.cleaning import Answers, asked_only, clean_form
from engine.forms.findings import Finding, Path, one_a_field, question_at, question_called
from engine.forms.questions import Choices, Question, Schema, is_shown, names_in
from engine.forms.schema import refusals_of
from engine.forms.sharing_block import against_consent
from engine.forms.size import size_problem
from engine.forms.standing_form import standing_form

_FORMATS = FormatChecker(formats=("date", "email"))


@dataclass(frozen=True)
class Examined:
    """`form` and `questions` as they stood; `answers` may be kept only where `findings` is empty."""

    form: Schema
    questions: tuple[Question, ...]
    answers: dict[str, Any]
    findings: tuple[Finding, ...]


def examine(form: Schema, answers: object, circumstances: frozenset[str], now: datetime, choices: Choices) -> Examined:
    """Raises nothing, whatever the answers are."""
    standing, questions = standing_form(form, circumstances, choices)
    refused = _refused_unread(questions, answers)
    if refused:
        return Examined(standing, questions, {}, refused)
    found: list[Finding] = []
    asked = asked_only(form, cast("Answers", answers), circumstances, choices)
    cleaned = clean_form(questions, asked, (), found)
    found += _against_rows(questions, cleaned)
    found += _against_schema(standing, questions, cleaned)
    wrong = frozenset(finding.path for finding in found)
    found += _against_checks(standing, questions, cleaned, now, wrong)
    found += _against_refusals(form, cleaned, circumstances)
    found += against_consent(form, cleaned)
    return Examined(standing, questions, cleaned, one_a_field(found, questions))


def _refused_unread(questions: Sequence[Question], answers: object) -> tuple[Finding, ...]:
    """Answers that are no form at all or too large, with the texts that make them so."""
    if not isinstance(answers, Mapping):
        return (Finding((), problem_sentences.NOT_A_FORM),)
    given = cast("Answers", answers)
    problem = size_problem(given)
    return (Finding((), problem), *_too_long(questions, given)) if problem else ()


def _too_long(questions: Sequence[Question], answers: Answers) -> Iterator[Finding]:
    for question in questions:
        answer = answers.get(question.id)
        if isinstance(answer, str) and 0 < question.max_length < len(answer):
            yield Finding((question.id,), problem_sentences.wrong(question, "maxLength", question.max_length))


def _against_rows(questions: Sequence[Question], cleaned: Answers) -> Iterator[Finding]:
    """A list with fixed rows has one item for each row. An unknown row is refused as a choice that is not offered."""
    for question in questions:
        if question.kind == "list" and question.choices:
            yield from _row_findings(question, [item.get(question.row) for _, item in _items(cleaned.get(question.id))])


def _row_findings(question: Question, given: Sequence[Any]) -> Iterator[Finding]:
    for row in question.choices:
        times = given.count(row.value)
        if times == 0:
            yield Finding((question.id,), problem_sentences.ROW_MISSING.format(row.label, question.title), missing=True)
        elif times > 1:
            yield Finding((question.id,), problem_sentences.ROW_TWICE.format(row.label))


def _against_schema(form: Schema, questions: Sequence[Question], cleaned: Answers) -> Iterator[Finding]:
    validator: Any = Draft202012Validator(form, format_checker=_FORMATS)  # its stub leaves types unknown
    errors: Iterator[ValidationError] = validator.iter_errors(cleaned)
    for error in errors:
        yield from _refusals(error, questions)


def _refusals(error: ValidationError, questions: Sequence[Question]) -> Iterator[Finding]:
    """One error of the library in our words. `required` comes once for each name, and again for each that is absent."""
    path: Path = tuple(error.absolute_path)
    question, place = question_at(questions, path)
    if error.validator == "required":
        beside = question.questions if question else questions
        yield from _absent(beside, cast("Sequence[str]", error.validator_value), cast("Answers", error.instance), path)
    elif question is None:
        yield Finding((), problem_sentences.DO_NOT_FIT)
    else:
        yield Finding(place, problem_sentences.wrong(question, str(error.validator), error.validator_value))


def _absent(beside: Sequence[Question], names: Sequence[str], given: Answers, path: Path) -> Iterator[Finding]:
    """Required answers that were not given, of those that are asked and shown."""
    for name in names:
        question = question_called(beside, name)
        if question and name not in given and is_shown(question, given):
            yield Finding((*path, name), problem_sentences.missing(question), missing=True)


def _against_checks(
    form: Schema,
    questions: Sequence[Question],
    answers: Answers,
    now: datetime,
    wrong: frozenset[Path],
    path: Path = (),
) -> Iterator[Finding]:
    """The rules that fields name with `x-check`, in the items of lists as well; not for what is wrong already."""
    for question in questions:
        field: Schema = form["properties"][question.id]
        answer = answers.get(question.id)
        place = (*path, question.id)
        if question.kind == "list":
            for number, item in _items(answer):
                yield from _against_checks(field["items"], question.questions, item, now, wrong, (*place, number))
        elif isinstance(answer, str) and place not in wrong:
            named = [CHECKS[name] for name in names_in(field.get("x-check", ())) if name in CHECKS]
            found = (check(answer, now) for check in named)
            problems = [f"{problem_sentences.named(question)} {problem}" for problem in found if problem]
            if answers.get(question.excludes) is not None:
                other = question_called(questions, question.excludes)
                problems.append(problem_sentences.EITHER.format(other.title if other else "", question.title))
            instead = field.get("x-instead", "")
            yield from [Finding(place, problem_sentences.helped(problem, instead)) for problem in problems]


def _against_refusals(form: Schema, answers: Answers, circumstances: frozenset[str]) -> Iterator[Finding]:
    """What the form refuses as things stand (`x-refuse`), in its own words."""
    for field, condition, words in refusals_of(form):
        if field in answers and condition in circumstances:
            yield Finding((field,), words)


def _items(answer: Any) -> list[tuple[int, Answers]]:
    """The items of a list with their numbers, as far as it is a list of items."""
    items = cast("list[object]", answer) if isinstance(answer, list) else []
    return [(number, cast("Answers", item)) for number, item in enumerate(items) if isinstance(item, Mapping)]
