"""Problems found in answers, and how they are put in order for the person who must mend them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from engine.forms.questions import Question

Path = tuple[str | int, ...]
"""Where an answer stands: ("told", 0, "reason"). Empty for the form as a whole."""

_NUMBER = re.compile(r" \(number \d+ under “[^”]*”\)$")


@dataclass(frozen=True)
class Finding:
    """One problem. `missing` tells a required answer that was not given from one that is wrong."""

    path: Path
    sentence: str
    missing: bool = False

    @property
    def field(self) -> str:
        return ".".join(str(step) for step in self.path)


def question_called(questions: Sequence[Question], name: str | int) -> Question | None:
    return next((question for question in questions if question.id == name), None)


def question_at(questions: Sequence[Question], path: Path) -> tuple[Question | None, Path]:
    """The question that a path leads to, and its own path: a path may go on into the choices of one question."""
    question = question_called(questions, path[0]) if path else None
    if question is None:
        return None, ()
    if question.kind != "list" or len(path) == 1:
        return question, path[:1]
    if len(path) == 2:
        return question, path
    inner, rest = question_at(question.questions, path[2:])
    return inner, (*path[:2], *rest)


def one_a_field(findings: Iterable[Finding], questions: Sequence[Question]) -> tuple[Finding, ...]:
    """The first finding of each field, in the order of the form; those about the whole form stand first."""
    first: dict[str, Finding] = {}
    for finding in findings:
        first.setdefault(finding.field, _numbered(finding, questions))
    return tuple(sorted(first.values(), key=lambda finding: _place(finding.path, questions)))


def joined(found: Sequence[Finding], more: Iterable[Finding], questions: Sequence[Question]) -> tuple[Finding, ...]:
    """`found`, and of `more` those about other fields; in the order of the form."""
    fields = {finding.field for finding in found}
    added = one_a_field((finding for finding in more if finding.field not in fields), questions)
    return tuple(sorted((*found, *added), key=lambda finding: _place(finding.path, questions)))


def _numbered(finding: Finding, questions: Sequence[Question]) -> Finding:
    """Says which item of a list a sentence is about, since the error summary shows it away from the item."""
    question = question_called(questions, finding.path[0]) if finding.path else None
    if question is None or question.kind != "list" or len(finding.path) == 1:
        return finding
    number = int(finding.path[1]) + 1
    return replace(finding, sentence=f"{finding.sentence} (number {number} under “{question.title}”)")


def unnumbered(sentence: str) -> str:
    """The same where the item stands beside it: by its line in a file."""
    return _NUMBER.sub("", sentence)


def _place(path: Path, questions: Sequence[Question]) -> tuple[int, ...]:
    if not path:
        return ()
    head = next((place for place, question in enumerate(questions) if question.id == path[0]), len(questions))
    if len(path) == 1 or head == len(questions):
        return (head,)
    return (head, int(path[1]), *_place(path[2:], questions[head].questions))
