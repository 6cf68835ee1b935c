"""Answers as they will be kept: trimmed, blank ones gone, hidden and unasked ones dropped, London's time made plain.

A value of the wrong type is left as it is, for the schema to refuse.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from engine.base.errors import BadAnswers
from engine.forms import problem_sentences
from engine.forms.findings import Finding, Path
from engine.forms.offering import Choices
from engine.forms.questions import Question, Schema, asked_fields, is_shown
from engine.forms.wall_time import read_date, read_date_time

Answers = Mapping[str, Any]

_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# They turn round what stands beside them on every page: a name could be made to read as another.
TURNS_TEXT = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,10})?")
_BLANK_ITEMS: tuple[Any, ...] = ({}, None, "")


def must_not_turn(name: str, title: str, text: str) -> None:
    """Of what is typed in no form. Raises BadAnswers."""
    if TURNS_TEXT.search(text):
        raise BadAnswers({name: problem_sentences.TURNS_TEXT.format(title)})


def asked_only(form: Schema, answers: Answers, circumstances: frozenset[str], choices: Choices) -> dict[str, Any]:
    """Without the answers to fields of the form that are not asked now: a page may have shown them a moment ago."""
    fields: Schema = form.get("properties", {})
    asked = asked_fields(form, circumstances, choices)
    return {
        name: _items_asked_only(fields.get(name, {}).get("items", {}), answer, circumstances, choices)
        for name, answer in answers.items()
        if name not in fields or name in asked
    }


def _items_asked_only(item: Schema, answer: Any, circumstances: frozenset[str], choices: Choices) -> Any:
    if "properties" not in item or not isinstance(answer, list):
        return answer
    items = cast("list[Any]", answer)
    return [
        asked_only(item, cast("Answers", each), circumstances, choices) if isinstance(each, Mapping) else each
        for each in items
    ]


def clean_form(questions: Sequence[Question], answers: Answers, path: Path, found: list[Finding]) -> dict[str, Any]:
    """Cleaned answers in the order of the questions; `found` receives what is wrong, and every name nobody asked."""
    cleaned: dict[str, Any] = {}
    for question in questions:
        if question.kind != "statement" and is_shown(question, cleaned):
            answer = _clean(question, answers.get(question.id), (*path, question.id), found)
            if answer is not None:
                cleaned[question.id] = answer
    asked = {question.id for question in questions if question.kind != "statement"}
    found += [
        Finding((*path, str(name)), problem_sentences.NOT_ASKED.format(problem_sentences.shortened(str(name))))
        for name in answers
        if name not in asked
    ]
    return cleaned


def _clean(question: Question, answer: Any, path: Path, found: list[Finding]) -> Any:
    """None stands for an answer that was not given."""
    if isinstance(answer, str):
        return _clean_string(question, answer, path, found)
    if isinstance(answer, list):
        answers = cast("list[Any]", answer)
        return (_clean_items if question.kind == "list" else _clean_several)(question, answers, path, found)
    return answer


def _clean_string(question: Question, answer: str, path: Path, found: list[Finding]) -> Any:
    text = answer.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        return None
    value, problem = _value(question.kind, text)
    if _UNREADABLE.search(answer):
        problem = problem_sentences.UNREADABLE
    elif TURNS_TEXT.search(answer):
        problem = problem_sentences.TURNS_TEXT
    if problem:
        found.append(Finding(path, problem.format(problem_sentences.named(question))))
    return value


def _value(kind: str, text: str) -> tuple[Any, str]:
    if kind == "date":
        return read_date(text)
    if kind == "date_time":
        return read_date_time(text)
    if kind == "number" and _NUMBER.fullmatch(text):
        return (float(text) if "." in text else int(text)), ""
    return text, problem_sentences.ONE_LINE if kind == "text" and "\n" in text else ""


def _clean_several(question: Question, answers: list[Any], path: Path, found: list[Finding]) -> list[Any] | None:
    """Several choices: blank ones are those of boxes not ticked, and to tick one twice is to tick it."""
    given = [each.strip() if isinstance(each, str) else each for each in answers]
    kept = [each for each in given if each not in ("", None)]
    if any(isinstance(each, str) and _UNREADABLE.search(each) for each in kept):
        found.append(Finding(path, problem_sentences.UNREADABLE.format(problem_sentences.named(question))))
    if all(isinstance(each, str) for each in kept):
        kept = list(dict.fromkeys(kept))
    return kept or None


def _clean_items(question: Question, items: list[Any], path: Path, found: list[Finding]) -> list[Any] | None:
    """Blank items at the end are those that a page offers to be filled in; one in between is kept, to keep numbers."""
    cleaned = [
        clean_form(question.questions, cast("Answers", item), (*path, place), found)
        if isinstance(item, Mapping)
        else item
        for place, item in enumerate(items)
    ]
    while cleaned and cleaned[-1] in _BLANK_ITEMS:
        cleaned.pop()
    return cleaned or None
