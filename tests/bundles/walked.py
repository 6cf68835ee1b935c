"""One walk through a process by chance, in the engine, stored after every step, and in the token game beside it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from engine.process import run
from engine.process.bundle import START, Model
from engine.process.drawing import CATCHES, Drawing
from engine.process.position import OpenTask, Position
from tests.bundles.token_game import Data, Game, Seen
from tests.engine.process.walking import FACTS

LONGEST_WALK = 60
Decide = Callable[[Random, str], Data]
"""What is decided in a task, or on `start`."""


@dataclass
class Walked:
    """`acts` are what was done, `differs` the first place where the two do not agree; empty where they always do."""

    acts: list[str] = field(default_factory=list[str])
    ended: bool = False
    differs: str = ""


def walked(model: Model, process: str, random: Random, decide: Decide, brought: Mapping[str, Data]) -> Walked:
    """`brought` is the payload of each message that may be awaited. What the engine raises goes on to the test."""
    walk, drawing = Walked(), model.drawings[process]
    game = Game(drawing, model.agencies_to_ask)
    begun = {START: decide(random, START), "case": dict(FACTS)}
    position, seen = run.start(model, process, dict(begun)), game.start(dict(begun))
    for _ in range(LONGEST_WALK):
        walk.differs = _differing(drawing, position, seen)
        if walk.differs or position.ended:
            walk.ended = position.ended
            break
        chosen = random.choice([*position.open, *position.waits])
        if isinstance(chosen, OpenTask):
            decided = decide(random, chosen.element)
            walk.acts.append(f"{chosen.element} {chosen.occurrence} {decided}")
            position = run.complete(
                model, process, position.state, chosen.element, chosen.occurrence, dict(decided), dict(FACTS)
            )
            seen = game.complete(chosen.element, chosen.occurrence, dict(decided), dict(FACTS))
        else:
            walk.acts.append(f"{chosen.kind} {chosen.name}")
            payload = brought.get(chosen.name, {})
            position = _came(model, process, position.state, chosen.kind, chosen.name, payload)
            seen = game.event(chosen.kind, chosen.name, payload)
    return walk


def _came(model: Model, process: str, state: bytes, kind: str, name: str, payload: Data) -> Position:
    if kind == "clock":
        return run.fire_clock(model, process, state, name)
    return run.catch_message(model, process, state, name, payload)


def _differing(drawing: Drawing, position: Position, seen: Seen) -> str:
    """Where one branch ends all, the standard does not say whether another throws its message in the same step."""
    ends_all = any(drawing.elements[step.element].ends_all for step in position.trace)
    thrown = [] if ends_all else [[one.name for one in position.thrown], [name for name, _ in seen.thrown]]
    engine = (
        Counter((task.element, task.agency) for task in position.open),
        {(wait.kind, wait.name) for wait in position.waits},
        position.ended,
    )
    game = (seen.open, seen.waits, seen.ended)
    agree = engine == game and len({tuple(sorted(names)) for names in thrown}) < 2
    return "" if agree else f"engine {engine}, game {game}, thrown {thrown}"


def messages_awaited(drawing: Drawing) -> set[str]:
    return {one.message for one in drawing.elements.values() if one.kind in CATCHES and one.message}
