"""What one bundle calls otherwise in files than another: the same step, question or answer under another name.

It is said so, and the older models are then read as if they had had the new names from the first: so a question that
was renamed is not one that is no longer asked and another that is asked now.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from engine.difference.called import title
from engine.difference.model_difference import ModelDifference, Renames, marks_on
from engine.difference.question_words import NOT_IN_THE_LANGUAGE
from engine.process.bundle import Model
from engine.process.called_anew import CalledAnew, called_anew
from engine.process.condition_words import readable
from engine.renaming.in_models import model_renamed
from engine.renaming.renaming import Renaming


@dataclass(frozen=True, slots=True)
class NamesBetween:
    """By process."""

    called: Mapping[str, CalledAnew]

    @property
    def steps(self) -> Renames:
        return Renames({process: called.tasks for process, called in self.called.items() if called.tasks})

    def read_anew(self, old: Model) -> Model:
        """The older models under the new names of questions and answers; steps keep the id that they had."""
        for process, called in self.called.items():
            for (task, question), new in called.questions.items():
                old = model_renamed(old, Renaming(process, task, question, "", new))
            for (task, question, answer), new in called.answers.items():
                asked = called.questions.get((task, question), question)
                old = model_renamed(old, Renaming(process, task, asked, answer, new))
        return old


def names_between(old: Model, new: Model) -> NamesBetween:
    """By what either says of its old names (engine/process/called_anew.py). Two that would have one are two."""
    found: dict[str, CalledAnew] = {}
    for process in new.drawings.keys() & old.drawings.keys():
        with suppress(ValueError, *NOT_IN_THE_LANGUAGE):  # a draft may hold what is no form yet
            if called := called_anew(old, new, process):
                found[process] = called
    return NamesBetween(found)


def differences_of_names(old: Model, new: Model, names: NamesBetween, process: str) -> Iterator[ModelDifference]:
    """Of the questions and answers of a process; of its steps the drawing tells."""
    called = names.called.get(process)
    if called is None:
        return
    for (task, question), name in called.questions.items():
        step, asked = title(new, process, called.task(task)), _asked(new, process, called.task(task), name)
        words = f"{step}: the question {asked} is the same under another name in files: `{name}`; before: `{question}`."
        yield _renamed(old, new, process, (task, called.task(task)), name, words)
    for (task, question, answer), name in called.answers.items():
        now, there = called.questions.get((task, question), question), called.task(task)
        step, asked = title(new, process, there), _asked(new, process, there, now)
        choices = (one for field in new.every_question(process, there) if field.id == now for one in field.choices)
        label = next((one.label for one in choices if one.value == name), readable(name))
        words = f"{step}, {asked}: the answer “{label}” is kept as `{name}` now; before: `{answer}`."
        yield _renamed(old, new, process, (task, there), now, words)


def _asked(model: Model, process: str, task: str, question: str) -> str:
    field = (model.form(process, task) or {}).get("properties", {}).get(question, {})
    return f"“{field.get('title') or readable(question)}”"


def _renamed(
    old: Model, new: Model, process: str, tasks: tuple[str, str], question: str, words: str
) -> ModelDifference:
    marks = marks_on(old.drawings[process], new.drawings[process], tasks[:1], tasks[1:])
    return ModelDifference(process, "question", f"{tasks[1]}.{question}", "renamed", words, marks)
