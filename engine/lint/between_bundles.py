"""Cases that run on an earlier bundle and the one that is to be published: what one throws the other must understand.

An instance stays on its bundle, and what its messages start runs on the new one.
"""

from collections.abc import Iterator, Set

from engine.base.errors import BadModel, Problem
from engine.expressions.evaluation import names_read
from engine.lint.comparisons import paths_tested
from engine.lint.condition_rules import START, expressions_of, is_readable
from engine.lint.material import of_kind
from engine.process.bundle import Message, Model
from engine.process.drawing import CATCHES, PAYLOAD, THROWS, Drawing


def must_fit(running: Model, processes: Set[str], new: Model) -> None:
    """`processes` are those of which an instance runs on the earlier bundle. Raises BadModel with all that is amiss."""
    problems = list(_amiss(running, processes, new)) if running.hash != new.hash else []
    if problems:
        raise BadModel(problems)


def _amiss(running: Model, processes: Set[str], new: Model) -> Iterator[Problem]:
    for drawing in (running.drawings[process] for process in sorted(processes)):
        for event in of_kind(drawing, *THROWS):
            if event.message is not None and (row := running.messages.get(event.message)) and row.starts:
                stated = {name.removeprefix(PAYLOAD) for name in event.properties if name.startswith(PAYLOAD)}
                yield from _started(drawing, row, stated, new)
        for message in sorted({event.message for event in of_kind(drawing, *CATCHES) if event.message}):
            yield from _awaited(drawing, message, new)


def _started(drawing: Drawing, row: Message, stated: Set[str], new: Model) -> Iterator[Problem]:
    begun = new.drawings.get(row.starts)
    if begun is None:
        words = (
            f"Cases that run now throw {row.name} ({drawing.name}), which starts {row.starts}: it must still be there."
        )
        yield Problem(drawing.file, "", 0, words)
        return
    form = new.form(row.starts, START) or {}
    answered = {name for name, field in form.get("properties", {}).items() if "default" in field}
    for name in sorted(_read(begun, START) - stated - answered):
        words = f"Cases that run now start this process by {row.name} ({drawing.name}) without {name}: "
        yield Problem(begun.file, "", 0, f"{words}write has(start.{name}) where it is read, or give it a default.")


def _awaited(drawing: Drawing, message: str, new: Model) -> Iterator[Problem]:
    row = new.messages.get(message)
    for name in sorted(_read(drawing, message) - {*row.payload}) if row is not None else ():
        words = f"Cases that run now wait for {message} ({drawing.name}) and read its {name}: it must still be stated."
        yield Problem("processes/messages.csv", message, 0, words)


def _read(drawing: Drawing, owner: str) -> frozenset[str]:
    """The fields of it that the drawing reads without asking first whether they are there."""
    sources = {one.source for one in expressions_of(drawing) if is_readable(one.source)}
    paths = {path for source in sources for path in names_read(source) - paths_tested(source)}
    return frozenset(path.removeprefix(f"{owner}.") for path in paths if path.startswith(f"{owner}."))
