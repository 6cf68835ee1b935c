"""Whatever the linter accepts runs: bundles made by chance start, move and end, as the token game of BPMN has it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from random import Random

import pytest

from engine.forms.checks import KNOWN_CHECKS
from engine.lint import lint
from engine.process.bundle import START, Model, read_bundle
from engine.process.drawing import Element
from tests.amount import seeds
from tests.bundles.made import PROCESS, MadeBundle
from tests.bundles.mutated import mutated
from tests.bundles.token_game import ENTERED, Data, Game
from tests.bundles.walked import Decide, messages_awaited, walked
from tests.engine.lint.small_bundle import CHECKS
from tests.engine.process.test_state import CARRIED, decided_at_start, decided_in

WALKS = 3
MADE, MADE_IN_A_ROUND = 50, 700
MUTATED, MUTATED_IN_A_ROUND = 20, 300


def may_be_published(files: Mapping[str, bytes], known_checks: frozenset[str]) -> bool:
    """Doubts are accepted."""
    return all(one.level == "doubt" for one in lint(files, known_checks=known_checks))


def made(number: int) -> tuple[int, Model]:
    """The first that the linter accepts from this number on."""
    for seed in _from(number):
        files = MadeBundle(seed).files()
        if may_be_published(files, CHECKS):
            return seed, read_bundle(files)
    raise AssertionError("the linter accepts none")


def changed(number: int) -> tuple[int, str, Model]:
    for seed in _from(number):
        process, files = mutated(seed)
        if may_be_published(files, KNOWN_CHECKS):
            return seed, process, read_bundle(files)
    raise AssertionError("the linter accepts none")


def _from(number: int) -> Iterator[int]:
    return iter(range(number * 1000, number * 1000 + 200))


def decided_in_made(random: Random, element: str) -> Data:
    if element.startswith("each"):
        return {}
    return {"pick": random.choice("abc"), "agencies": random.sample(["police", "health"], random.randrange(3))}


def decided_by_forms(model: Model, process: str) -> Decide:
    def decide(random: Random, element: str) -> Data:
        fields = decided_at_start(model, process) if element == START else decided_in(model, process, element)
        return {name: random.choice(values) for name, values in fields.items()}

    return decide


def walks(model: Model, process: str, seed: int, decide: Decide, brought: Mapping[str, Data]) -> Counter[str]:
    found: Counter[str] = Counter()
    for number in range(WALKS):
        walk = walked(model, process, Random(seed + number), decide, brought)  # noqa: S311 (a walk)
        assert walk.differs == "", (seed, number, walk.acts)
        found["ended"] += walk.ended
        found.update(dict.fromkeys({step.split("_")[0] for step in walk.acts}, 1))
    return found


def test_a_bundle_made_of_blocks_runs_as_the_token_game_has_it() -> None:
    seen: Counter[str] = Counter()
    for number in seeds(MADE, MADE_IN_A_ROUND):
        seed, model = made(number)
        seen += walks(model, PROCESS, seed, decided_in_made, {})
        seen.update(element.kind for element in model.drawings[PROCESS].elements.values())
    assert seen["ended"] > MADE * WALKS * 9 // 10
    assert min(
        seen[kind] for kind in ("boundaryEvent", "eventBasedGateway", "parallelGateway", "intermediateThrowEvent")
    )
    assert min(seen[act] for act in ("ask", "each", "clock clock", "message message"))


def test_the_shipped_bundle_changed_by_chance_runs_as_the_token_game_has_it() -> None:
    processes: set[str] = set()
    ended = 0
    for number in seeds(MUTATED, MUTATED_IN_A_ROUND):
        seed, process, model = changed(number)
        brought: dict[str, Data] = {
            name: {field: CARRIED[field][0] for field in model.messages[name].payload}
            for name in messages_awaited(model.drawings[process])
        }
        ended += walks(model, process, seed, decided_by_forms(model, process), brought)["ended"]
        processes.add(process)
    assert len(processes) > 5
    assert ended > MUTATED


def forgotten(_game: Game, _element: Element, _flow: str, _data: Data) -> None:
    """A token that nobody sees again."""


@pytest.mark.parametrize("kind", ["exclusiveGateway", "parallelGateway", "intermediateThrowEvent", "endEvent"])
def test_where_the_two_go_apart_it_is_found(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted in the game: so that their agreement says something of the engine."""
    monkeypatch.setitem(ENTERED, kind, Game.throws if kind == "parallelGateway" else forgotten)
    differing = 0
    for number in range(15):
        seed, model = made(number)
        differing += walked(model, PROCESS, Random(seed), decided_in_made, {}).differs != ""  # noqa: S311 (a walk)
    assert (differing > 0) is (kind != "endEvent")
