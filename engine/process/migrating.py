"""A running instance carried over to the drawing of another bundle: the same tokens on it, or why that cannot be.

A state names steps and holds answers; what may follow is no part of it (engine/process/state.py). So an instance can
stand on any drawing that has the steps on which it stands, waits there for the same, and can read what was answered.
What is not sure is refused: a case that stays on its own drawing can still be finished.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.base.errors import BadModel
from engine.process.answers_ahead import Token, unreadable
from engine.process.bundle import Model
from engine.process.drawing import Drawing, Element
from engine.process.position import AwaitedEvent, Position
from engine.process.run import standing
from engine.process.specifications import Specification, element_of
from engine.process.state import PREDICTED, NotThere, is_finished, load, save

# What a step is beside its name, its form and who does it, and what is said where it is not so any more.
_SAME = {
    "clock": "waits for another time limit",
    "message": "waits for another message",
    "signal": "waits for another signal",
    "attached_to": "interrupts another step",
    "interrupting": "takes the step that it interrupts away, or leaves it open, as it did not before",
    "cardinality": "is asked of others",
}
_SAME_PROPERTIES = {"for_each": "is asked of others", "for_agency": "is for another agency"}
# A task of the engine's tree; what it is declared as lacks the attributes that BPMN gives it.
Task = Any


class CannotMigrate(Exception):
    """Says why, in words for whoever owns the process; of the answers nothing. `element` is where, if it is one."""

    def __init__(self, reason: str, element: str = "") -> None:
        self.element = element
        super().__init__(reason)


def migrate(old: Model, new: Model, process: str, state: bytes) -> bytes:
    """The state of an instance of `old` as one of `new`, with the same open tasks and waits.

    Raises CannotMigrate, OtherVersion, and BadModel where the state is not one of `old`.
    """
    if process not in new.drawings:
        raise CannotMigrate(f"The new drawings have no “{old.drawings[process].name}”.")
    try:
        before = standing(old, process, state)
    except NotThere:
        raise CannotMigrate("It has ended.") from None
    for reason, element in _hindrances(old, new, process, state):
        raise CannotMigrate(f"{reason}.", element)
    try:
        made = save(*load(state, new.specifications[process]))
        after = standing(new, process, made)
    except BadModel as error:
        raise CannotMigrate(f"It could not go on: {'; '.join(one.message for one in error.problems)}.") from error
    if _place(before) != _place(after):
        raise CannotMigrate("Other steps would be open, or other things awaited, than are now.")
    return made


def _hindrances(old: Model, new: Model, process: str, state: bytes) -> Iterator[tuple[str, str]]:
    """Why it cannot be, and the element: first what stands on the drawing, then what has been answered."""
    workflow: Any = load(state, old.specifications[process])[0]
    tasks: list[Task] = [task for task in workflow.tasks.values() if not task.has_state(PREDICTED)]
    pair = _Pair(old.specifications[process], new.specifications[process], tasks)
    yield from pair.differences()
    yield from unreadable(old.drawings[process], new, pair.tokens())


def _place(position: Position) -> tuple[list[tuple[str, int, str]], tuple[AwaitedEvent, ...]]:
    return sorted((task.element, task.occurrence, task.agency or "") for task in position.open), position.waits


@dataclass(frozen=True)
class _Pair:
    """A drawing, the one that is to take its place, and what of the first is there in an instance."""

    was: Specification
    will_be: Specification
    tasks: list[Task]

    @property
    def before(self) -> Drawing:
        return self.was.drawing

    @property
    def after(self) -> Drawing:
        return self.will_be.drawing

    def differences(self) -> Iterator[tuple[str, str]]:
        """What the instance cannot stand on: why, and the element."""
        for guard in (self._gone, self._changed, self._interrupted, self._alternatives, self._branches, self._unlike):
            yield from guard()

    def tokens(self) -> list[Token]:
        """Where something stands or has come to: what hangs from nothing that is there counts too."""
        ends = [task for task in self.tasks if not is_finished(task) or not _real_children(task)]
        placed = ((task, self._element(task)) for task in ends)
        return [Token(element.id, task.data, is_finished(task)) for task, element in placed if element is not None]

    def _gone(self) -> Iterator[tuple[str, str]]:
        for task, element in self._drawn():
            now = self.after.elements.get(element.id)
            what = "has been passed, and what is open hangs from it" if is_finished(task) else "is open or awaited"
            if now is None:
                yield f"{self._named(element.id)} {what}: the new drawing has no such step", element.id
            elif now.kind != element.kind:
                yield f"{self._named(element.id)} {what}: in the new drawing it is another kind of step", element.id

    def _changed(self) -> Iterator[tuple[str, str]]:
        for task, element in self._drawn():
            now = self.after.elements[element.id]
            if is_finished(task):
                continue
            differs = [words for name, words in _SAME.items() if getattr(element, name) != getattr(now, name)]
            of = _SAME_PROPERTIES.items()
            differs += [words for name, words in of if element.properties.get(name) != now.properties.get(name)]
            for words in differs[:1]:
                yield f"In the new drawing {self._named(element.id)} {words}", element.id

    def _interrupted(self) -> Iterator[tuple[str, str]]:
        """A new event on the edge of an open task would never be heard."""
        for task, element in self._drawn():
            were, are = ({one.id for one in of.elements.values() if one.attached_to == element.id} for of in self._both)
            if not is_finished(task) and were != are:
                yield f"What can interrupt {self._named(element.id)} is another{self._those(were ^ are)}", element.id

    def _alternatives(self) -> Iterator[tuple[str, str]]:
        for task, element in self._drawn():
            if element.kind != "eventBasedGateway" or is_finished(task):
                continue
            were, are = ({flow.target for flow in of.outgoing(element.id)} for of in self._both)
            differing = (were ^ are) | {each for each in were & are if self._waits_otherwise(each)}
            if differing:
                yield f"What is awaited now is another{self._those(differing)}", element.id

    def _waits_otherwise(self, event: str) -> bool:
        was, now = (of.elements[event] for of in self._both)
        return (was.kind, was.clock, was.message) != (now.kind, now.clock, now.message)

    def _branches(self) -> Iterator[tuple[str, str]]:
        """Where several branches are under way, as many must come to where they meet as are waited for there."""
        for task, element in self._drawn():
            if element.kind != "parallelGateway":
                continue
            place = self._named(element.id)
            came, come = ({flow.source for flow in of.incoming(element.id)} for of in self._both)
            if len(came) > 1 and came != come and self._is_waited_at(element.id):
                yield f"The branches that come together at {place} are others{self._those(came ^ come)}", element.id
            ways = {len(of.outgoing(element.id)) for of in self._both}
            if len(_real_children(task)) > 1 and len(ways) > 1:
                yield f"The new drawing parts at {place} into another number of branches", element.id
        yield from self._never_coming()

    def _is_waited_at(self, join: str) -> bool:
        return any(task.task_spec.bpmn_id == join and not _real_children(task) for task in self.tasks)

    def _never_coming(self) -> Iterator[tuple[str, str]]:
        """A join of the new drawing of which a branch is led to by nothing that is there."""
        tokens = [
            (task, element) for task, element in self._drawn() if not is_finished(task) or not _real_children(task)
        ]
        came = {(task.task_spec.bpmn_id, element_of(task.parent.task_spec.name)) for task, _ in tokens if task.parent}
        for join in self.after.elements.values():
            sources = [flow.source for flow in self.after.incoming(join.id)]
            if join.kind != "parallelGateway" or len(sources) < 2:
                continue
            led_to = [self._led_to(element.id, join.id) for _, element in tokens if element.id != join.id]
            reached = set[str]().union(*led_to) if led_to else set[str]()
            if not reached.intersection(sources):
                continue
            for source in sources:
                if source not in reached and (join.id, source) not in came:
                    words = f"{self._named(join.id)} would wait for a branch that never comes{self._those({source})}"
                    yield words, join.id

    def _led_to(self, element: str, join: str) -> set[str]:
        """What can be reached from there without passing the join."""
        found, to_see = {element}, [element]
        while to_see:
            one = to_see.pop()
            beside = (each.id for each in self.after.elements.values() if each.attached_to == one)
            for target in (*beside, *(flow.target for flow in self.after.outgoing(one))):
                if target != join and target not in found:
                    found.add(target)
                    to_see.append(target)
        return found

    def _unlike(self) -> Iterator[tuple[str, str]]:
        """What the engine makes of a step, of which the drawing says nothing."""
        will_be: Any = self.will_be.spec
        for task in self.tasks:
            name = task.task_spec.name
            if type(will_be.task_specs.get(name)) is not type(task.task_spec):
                element = self.before.elements.get(element_of(name))
                named = self._named(element.id) if element else f"“{self.before.name}”"
                yield (
                    f"{named} has been passed as it cannot be any more in the new drawing",
                    element.id if element else "",
                )

    @property
    def _both(self) -> tuple[Drawing, Drawing]:
        return self.before, self.after

    def _drawn(self) -> Iterator[tuple[Task, Element]]:
        """The tasks that stand for something on the old drawing."""
        placed = ((task, self._element(task)) for task in self.tasks)
        yield from ((task, element) for task, element in placed if element is not None)

    def _element(self, task: Task) -> Element | None:
        return self.before.elements.get(task.task_spec.bpmn_id or element_of(task.task_spec.name))

    def _those(self, elements: set[str]) -> str:
        return ": " + ", ".join(self._named(one) for one in sorted(elements))

    def _named(self, element: str) -> str:
        drawing = self.before if element in self.before.elements else self.after
        return drawing.named(element)


def _real_children(task: Task) -> list[Task]:
    return [child for child in task.children if not child.has_state(PREDICTED)]
