"""What can be refused, and the words in which a person is told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


class Refusal(Exception):
    """A command was refused and nothing changed. `str(refusal)` may be shown to the person."""

    @property
    def message(self) -> str:
        return str(self)


class NotFound(Refusal):
    """There is none, or this person may not know of it: the two are told apart nowhere."""

    def __init__(self, message: str = "There is nothing here, or it is not yours to see.") -> None:
        super().__init__(message)


class NotAllowed(Refusal):
    """Not this person's role, whether or not the task is open."""


class AlreadyDone(Refusal):
    """Completed or withdrawn, and not open again. `by` is empty where the process itself withdrew it."""

    def __init__(self, message: str, *, by: str = "", at: datetime | None = None) -> None:
        super().__init__(message)
        self.by = by
        self.at = at


class NotPossible(Refusal):
    """Whatever the answers, the case does not allow it now."""


class NotSaved(Refusal):
    """The case did not fit together, so nothing of the command has happened. No fault of the person's."""


class BadAnswers(Refusal):
    """These answers cannot be taken.

    `problems` maps the path of a field ("held_at", "told.0.reason", "" for the form as a whole) to a sentence.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(f"{field or 'form'}: {sentence}" for field, sentence in self.problems.items()))


class CaseBroken(Exception):
    """What a command would have left behind in a case contradicts itself. Ids and names of the model, nothing said."""

    def __init__(self, case: str, faults: Iterable[str]) -> None:
        self.case = case
        self.faults = tuple(faults)
        super().__init__(f"{case}: {'; '.join(self.faults)}")


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a model: where it stands and what to do about it. `line` is 0 where there is none."""

    file: str
    element: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.element}: {self.message}" if self.element else f"{place}: {self.message}"


class BadModel(Exception):
    """A drawing, form or table cannot be used. Holds every problem found, not the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
