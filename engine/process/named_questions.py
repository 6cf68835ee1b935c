"""Which question a path of an expression names, by where the expression stands: a drawing, a form, a row of a table."""

from collections.abc import Iterator
from typing import NamedTuple

from engine.process.bundle import START
from engine.timescales.rules import Event

_OF_CHILD = ("answered", "awaits")


class NamedQuestion(NamedTuple):
    """`task` is `start` for what a process begins with."""

    process: str
    task: str
    field: str


def named_in_drawing(process: str, path: str) -> NamedQuestion:
    """`task.field`, with whatever is asked of each item behind it."""
    task, _, field = path.partition(".")
    return NamedQuestion(process, task, field.partition(".")[0])


def named_in_form(process: str, task: str, path: str) -> NamedQuestion:
    """An answer of the form itself, of the start, the last of a task, or one of the child in whatever process."""
    root, _, rest = path.partition(".")
    match root:
        case "start":
            return named_in_drawing(process, path)
        case "last":
            return named_in_drawing(process, rest)
        case "answers":
            return named_in_drawing(process, f"{task}.{rest}")
        case "child" if rest.startswith(_OF_CHILD) and rest.count(".") > 1:
            there, _, asked = rest.partition(".")[2].partition(".")
            return named_in_drawing(there, asked)
        case _:
            return NamedQuestion(process, task, root)


def named_in_event(event: Event, path: str) -> Iterator[NamedQuestion]:
    """A field of the form that the event is about, or `task.field`: of a path with a dot only the form knows which."""
    task = event.task or START
    yield NamedQuestion(event.process, task, path.partition(".")[0])
    if "." in path:
        yield named_in_drawing(event.process, path)
