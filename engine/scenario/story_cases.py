"""Whose case a step of a story is about: that of one child, or those of several who are served at once."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from engine.scenario import misspelt_words, story_words
from engine.scenario.misspelt_words import unknown

Table = Mapping[str, Any]
# By which a story calls the cases of children whom it does not name.
OTHER = "other"
# Verbs that are about the authority, or name the case themselves.
_OF_NO_CASE = ("holiday", "send", "duty", "publish", "separate")


def faults_of_case(step: Table, children: Table) -> Iterator[str]:
    yield from _faults_of_cases(step, children)
    if "separate" in step:
        yield from _faults_of_one(step["separate"], children)
    case = step.get("case")
    if isinstance(case, str) and case.partition(".")[0] not in (*children, OTHER):
        yield unknown("child", case.partition(".")[0], children)
    elif isinstance(case, str) and "." in case and not _is_later_case(case):
        yield f"a later case is written like ada.2, not {case!r}"
    elif case is None and "cases" not in step and len(children) > 1 and _needs_case(step, children):
        yield f"with several children a step says whose case: case = {min(children)!r}"


def _needs_case(step: Table, children: Table) -> bool:
    if "start" in step and _names_children(step.get("with"), children):
        return "refused" in step and "expect" in step  # no case was opened that could be meant
    return "expect" in step or any(verb.name in step for verb in story_words.VERBS if verb.name not in _OF_NO_CASE)


def _names_children(answers: object, children: Table) -> bool:
    """Whether one of the answers lists children of the story, whatever its form calls the question."""
    given = cast("Table", answers).values() if isinstance(answers, dict) else ()
    lists = (cast("list[object]", answer) for answer in given if isinstance(answer, list) and answer)
    return any(all(isinstance(name, str) and name in children for name in named) for named in lists)


def _is_later_case(case: str) -> bool:
    """The first of a child of the story is written without a number."""
    child, _, number = case.partition(".")
    return number.isdecimal() and int(number) > (child != OTHER)


def _faults_of_cases(step: Table, children: Table) -> Iterator[str]:
    cases = step.get("cases")
    if cases is not None and "case" in step:
        yield "a step is about one case or about several: case or cases"
    named = cast("list[object]", cases) if isinstance(cases, list) else []
    if cases == []:
        yield 'cases names the children whom the step serves: cases = ["ada", "ben"]'
    for case in named:
        yield from _faults_of_one(case, children)
    if len({str(case).partition(".")[0] for case in named}) < len(named):
        yield "cases names each child once"
    yield from _faults_of_each(step, [str(one) for one in named])


def _faults_of_each(step: Table, cases: list[str]) -> Iterator[str]:
    each: Table = step["each"] if isinstance(step.get("each"), dict) else {}
    if "each" in step and "cases" not in step:
        yield 'each says what is answered for one of several children: cases = ["ada", "ben"]'
        return
    for case, answers in each.items():
        if case not in cases:
            yield unknown("case among those of the step called", case, cases)
        if not isinstance(answers, dict):
            yield f"each.{case} is a table of answers, not {misspelt_words.shown(answers)}"


def _faults_of_one(case: object, children: Table) -> Iterator[str]:
    if not isinstance(case, str):
        yield f"cases lists names of cases, not {misspelt_words.shown(case)}"
    elif case.partition(".")[0] not in (*children, OTHER):
        yield unknown("child", case.partition(".")[0], children)
    elif "." in case and not _is_later_case(case):
        yield f"a later case is written like ada.2, not {case!r}"
