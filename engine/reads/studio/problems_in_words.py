"""Faults and doubts of a draft as its pages show them: where each stands is said by titles and names, not by ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.base.errors import Level, Problem, by_cause
from engine.difference.called import called
from engine.process.bundle import Model
from engine.process.drawing import Drawing


@dataclass(frozen=True, slots=True)
class ProblemShown:
    """`place` is where it stands, in words; `file` is a path. `others` follow from the same mistake."""

    level: Level
    message: str
    file: str
    place: str
    others: Sequence["ProblemShown"] = ()


def in_words(problems: Sequence[Problem], draft: Model | None, titles: Mapping[str, str]) -> tuple[ProblemShown, ...]:
    """The first of each cause, in their order. `draft` is None where it cannot be read as a whole: then the line of the
    file says more than any name.
    """

    def shown(one: Problem, others: Sequence[Problem] = ()) -> ProblemShown:
        place = _place(one, draft, titles)
        return ProblemShown(one.level, one.message, one.file, place, [shown(other) for other in others])

    return tuple(shown(first, others) for first, others in by_cause(problems))


def _place(problem: Problem, draft: Model | None, titles: Mapping[str, str]) -> str:
    title = titles.get(problem.file, problem.file)
    within = _within(problem, draft)
    if within:
        return f"{title}, {within}"
    named = ", ".join(part for part in (problem.element, problem.field) if part)
    line = f"line {problem.line}" if problem.line else ""
    return ", ".join(part for part in (title, named, line) if part)


def _within(problem: Problem, draft: Model | None) -> str:
    """“See the child”, or the question; empty where it has no name that people know."""
    if draft is None:
        return ""
    drawing = next((one for one in draft.drawings.values() if one.file == problem.file), None)
    if drawing is not None:
        return _in_drawing(drawing, problem.element)
    question = draft.forms.get(problem.file, {}).get("properties", {}).get(problem.field, {})
    rule = draft.rules.get(problem.element) if problem.file.endswith(".csv") else None
    title = question.get("title") or (rule.title if rule else "")
    return f"“{title}”" if title else ""


def _in_drawing(drawing: Drawing, element: str) -> str:
    if element in drawing.elements:
        return called(drawing, element)
    flow = next((one for one in drawing.flows if one.id == element), None)
    if flow is None:
        return ""
    return f"the way from {called(drawing, flow.source)} to {called(drawing, flow.target)}"
