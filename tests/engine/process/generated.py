"""Drawings made by chance from the blocks of the dialect, one inside another, none that the linter refuses."""

from collections.abc import Callable, Iterator
from itertools import count
from random import Random

from engine.process.bundle import Model
from tests.engine.process.drawings import (
    catch,
    choice,
    end,
    flow,
    in_a_row,
    model_of,
    on_boundary,
    several,
    task,
    together,
)

MESSAGES = ("plan_ended", "core_group_required")
DEEPEST = 3


class RandomDrawing:
    """Collects shapes and flows. A block is entered at one element and left at another."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 (a drawing, not a secret)
        self.numbers: Iterator[int] = count(1)
        self.parts: list[str] = []
        first, last = self.block(DEEPEST, in_loop=False)
        self.parts += [flow("start", first), flow(last, "end"), end()]

    def block(self, depth: int, *, in_loop: bool) -> tuple[str, str]:
        """A join has no place inside a loop (`join-in-loop`), so there no block parts."""
        kinds: list[Callable[[int, bool], tuple[str, str]]] = [self.one_task, self.one_task, self.items]
        if depth > 0:
            kinds += [self.row, self.decision, self.loop, self.interrupted, self.first_of_two]
            kinds += [] if in_loop else [self.branches, self.branches, self.open_branch]
        return self.random.choice(kinds)(depth - 1, in_loop)

    def named(self, kind: str) -> str:
        return f"{kind}_{next(self.numbers)}"

    def one_task(self, _depth: int = 0, _in_loop: bool = False) -> tuple[str, str]:
        name = self.named("ask")
        self.parts.append(task(name))
        return name, name

    def items(self, _depth: int, _in_loop: bool) -> tuple[str, str]:
        name = self.named("several")
        self.parts.append(several(name, "count(start.contributors)", "start.contributors"))
        return name, name

    def row(self, depth: int, in_loop: bool) -> tuple[str, str]:
        (first, then), (next_one, last) = (self.block(depth, in_loop=in_loop) for _ in range(2))
        self.parts.append(flow(then, next_one))
        return first, last

    def decision(self, depth: int, in_loop: bool) -> tuple[str, str]:
        """Either one block or another, as a task decides."""
        ask, _ = self.one_task()
        chosen, merged = self.named("chosen"), self.named("merged")
        either, other = (self.block(depth, in_loop=in_loop) for _ in range(2))
        self.parts += [choice(chosen, f"{chosen}_to_{other[0]}"), choice(merged), in_a_row(ask, chosen, other[0])]
        self.parts += [flow(chosen, either[0], f"{ask}.again"), flow(either[1], merged), flow(other[1], merged)]
        return ask, merged

    def loop(self, depth: int, _in_loop: bool) -> tuple[str, str]:
        """A block once more, until a task says that it is enough."""
        back, ask, again = self.named("back"), self.one_task()[0], self.named("again")
        after = self.named("after")
        first, last = self.block(depth, in_loop=True)
        self.parts += [choice(back), choice(again, f"{again}_to_{after}"), choice(after)]
        self.parts += [in_a_row(back, first), in_a_row(last, ask, again, after), flow(again, back, f"{ask}.again")]
        return back, after

    def interrupted(self, depth: int, in_loop: bool) -> tuple[str, str]:
        """A task that a message takes away; what follows the message begins with whatever block it is."""
        host, event, merged = self.one_task()[0], self.named("event"), self.named("merged")
        first, last = self.block(depth, in_loop=in_loop)
        self.parts += [on_boundary(event, self.random.choice(MESSAGES), host), choice(merged)]
        self.parts += [in_a_row(host, merged), in_a_row(event, first), in_a_row(last, merged)]
        return host, merged

    def first_of_two(self, depth: int, in_loop: bool) -> tuple[str, str]:
        gateway, merged = self.named("first"), self.named("merged")
        self.parts += [f'<eventBasedGateway id="{gateway}"/>', choice(merged)]
        for message in MESSAGES:
            event = self.named("event")
            first, last = self.block(depth, in_loop=in_loop)
            self.parts += [catch(event, message), in_a_row(gateway, event, first), in_a_row(last, merged)]
        return gateway, merged

    def branches(self, depth: int, _in_loop: bool) -> tuple[str, str]:
        """All at once, and on when all are done."""
        split, join = self.named("split"), self.named("join")
        self.parts += [together(split), together(join)]
        for _ in range(self.random.choice((2, 2, 3))):
            first, last = self.block(depth, in_loop=False)
            self.parts += [flow(split, first), flow(last, join)]
        return split, join

    def open_branch(self, depth: int, _in_loop: bool) -> tuple[str, str]:
        """Work beside the rest that comes to an end of its own."""
        split, over = self.named("split"), self.named("over")
        first, last = self.block(depth, in_loop=False)
        on_first, on_last = self.block(depth, in_loop=False)
        self.parts += [together(split), end(over), in_a_row(split, first), in_a_row(last, over), flow(split, on_first)]
        return split, on_last


def generated(seed: int) -> Model:
    return model_of(*RandomDrawing(seed).parts, messages=MESSAGES)
