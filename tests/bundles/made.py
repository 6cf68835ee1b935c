"""Bundles made by chance: a process of blocks, one inside another, with its forms, beside those of the small bundle."""

from collections.abc import Callable, Iterator
from itertools import count
from random import Random

from tests.engine.lint.small_bundle import AGENCIES, MESSAGES, TIMESCALES, choice, encoded, form, small_bundle
from tests.engine.lint.small_drawing import chain, drawing, event, flow, for_each, lane, properties, task

PROCESS = "made"
DEEPEST = 3
Block = tuple[str, str]
"""Where it is entered and left."""
TERMINATE = '<bpmn:terminateEventDefinition id="all_over" />'
ENDS_ALL = "ended_all"


class MadeBundle:
    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 (a drawing, not a secret)
        self.numbers: Iterator[int] = count(1)
        self.shapes: list[str] = []
        self.tasks: list[str] = []
        self.of_agencies: list[str] = []
        self.clocks: list[str] = []
        self.messages: list[str] = []
        self.signals: list[str] = []
        first, last = self.block(DEEPEST, in_loop=False)
        ends_all = self.random.random() < 0.3
        over = event("endEvent", ENDS_ALL, name="Over", inner=TERMINATE) if ends_all else _end("ended")
        self.shapes += [chain("begin", first), over, chain(last, ENDS_ALL if ends_all else "ended")]

    def files(self) -> dict[str, bytes]:
        begin = event("startEvent", "begin", name="Begin", inner=properties(started_by="team_manager"))
        lanes = lane("team_manager", "Team manager", "begin", *self.tasks) + lane("agency", "Agency", *self.of_agencies)
        kinds = [("message", name) for name in ("letter_required", *self.messages)]
        declared = "".join(
            f'<bpmn:{kind} id="{name}" name="{name}" />'
            for kind, name in [*kinds, *(("signal", s) for s in self.signals)]
        )
        drawn = drawing(process=PROCESS, declared=declared, lanes=lanes, body=begin + "".join(self.shapes))
        files = small_bundle()
        files[f"processes/{PROCESS}/{PROCESS}.bpmn"] = drawn
        files[MESSAGES] += "".join(f"{name},somebody,,,,,\n" for name in self.messages)
        row = "{},Wait,2,days,local,instance,started made,command time,ended made,command time,,,,local\n"
        files[TIMESCALES] += "".join(row.format(name) for name in self.clocks)
        asked = form(required=("pick",), pick=choice("a", "b", "c"), agencies=AGENCIES)
        files |= {f"forms/{PROCESS}/{name}.json": asked for name in (*self.tasks, "start")}
        files |= {f"forms/{PROCESS}/{name}.json": form() for name in self.of_agencies}
        files["processes/roles.toml"] += '[agency.police]\nname = "Police"\nrole = "team_manager"\n'
        files["processes/roles.toml"] += '[agency.health]\nname = "Health"\nrole = "team_manager"\n'
        return encoded(files)

    def block(self, depth: int, *, in_loop: bool) -> Block:
        kinds: list[Callable[[int, bool], Block]] = [self.ask, self.ask, self.each_agency, self.letter, self.wait]
        if depth > 0:
            kinds += [self.row, self.row, self.decision, self.loop, self.on_boundary, self.first_of, self.early_end]
            kinds += [self.beside, self.withdrawn] + ([] if in_loop else [self.together, self.together])
        return self.random.choice(kinds)(depth - 1, in_loop)

    def named(self, kind: str) -> str:
        return f"{kind}_{next(self.numbers)}"

    def one_of(self, names: list[str], kind: str) -> str:
        """A new one, or sometimes one that stands elsewhere too."""
        if not names or self.random.random() < 0.7:
            names.append(self.named(kind))
        return self.random.choice(names)

    def ask(self, _depth: int = 0, _in_loop: bool = False, **values: str) -> Block:
        name = self.named("ask")
        self.tasks.append(name)
        self.shapes.append(task(name, "Ask", **values))
        return name, name

    def each_agency(self, _depth: int, _in_loop: bool) -> Block:
        name, asked = self.named("each"), self.random.choice(["start", "ask"])
        first = name
        if asked == "ask":
            first, _ = self.ask()
            self.shapes.append(chain(first, name))
            asked = first
        self.of_agencies.append(name)
        wanted = f"{asked}.agencies"
        self.shapes.append(task(name, "Contribute", for_each=wanted, inner=for_each(f"count({wanted})")))
        return first, name

    def letter(self, _depth: int, _in_loop: bool) -> Block:
        name = self.named("throw")
        urgent = properties(**{"payload.urgency": "&quot;no&quot;"})
        self.shapes.append(
            event("intermediateThrowEvent", name, name="Letter", inner=urgent, message="letter_required")
        )
        return name, name

    def wait(self, _depth: int, _in_loop: bool) -> Block:
        name = self.named("wait")
        self.shapes.append(self.caught(name))
        return name, name

    def caught(self, name: str, *, kind: str = "intermediateCatchEvent", more: str = "", clock: bool = True) -> str:
        if clock and self.random.random() < 0.5:
            return event(kind, name, name="Wait", more=more, clock=self.one_of(self.clocks, "clock"))
        return event(kind, name, name="Wait", more=more, message=self.one_of(self.messages, "message"))

    def row(self, depth: int, in_loop: bool) -> Block:
        (first, then), (following, last) = (self.block(depth, in_loop=in_loop) for _ in range(2))
        self.shapes.append(chain(then, following))
        return first, last

    def decision(self, depth: int, in_loop: bool) -> Block:
        asked, _ = self.ask()
        chosen, merged = self.named("chosen"), self.named("merged")
        self.shapes += [_gateway(chosen, f"{chosen}_to_{merged}"), _gateway(merged), chain(asked, chosen)]
        for value in self.random.sample("abc", self.random.choice((1, 2))):
            first, last = self.block(depth, in_loop=in_loop)
            self.shapes += [flow(chosen, first, value, f"{asked}.pick == &quot;{value}&quot;"), chain(last, merged)]
        self.shapes.append(flow(chosen, merged, "Otherwise"))
        return asked, merged

    def early_end(self, depth: int, in_loop: bool) -> Block:
        """A way that is over before the rest."""
        asked, _ = self.ask()
        chosen, over = self.named("chosen"), self.named("over")
        first, last = self.block(depth, in_loop=in_loop)
        self.shapes += [_gateway(chosen, f"{chosen}_to_{first}"), _end(over), chain(asked, chosen)]
        self.shapes += [flow(chosen, over, "Over", f"{asked}.pick == &quot;a&quot;"), flow(chosen, first, "Go on")]
        return asked, last

    def loop(self, depth: int, _in_loop: bool) -> Block:
        back, again, after = self.named("back"), self.named("again"), self.named("after")
        first, last = self.block(depth, in_loop=True)
        asked, _ = self.ask()
        self.shapes += [_gateway(back), _gateway(again, f"{again}_to_{after}"), _gateway(after)]
        self.shapes += [chain(back, first), chain(last, asked, again), flow(again, after, "Enough")]
        self.shapes.append(flow(again, back, "Again", f"{asked}.pick == &quot;a&quot;"))
        return back, after

    def on_boundary(self, depth: int, in_loop: bool) -> Block:
        """Something comes to a task: it ends it, or a clock begins more beside it."""
        asked, _ = self.ask()
        merged = self.named("merged")
        self.shapes += [_gateway(merged), chain(asked, merged)]
        for _ in range(self.random.choice((1, 1, 2))):
            name, beside = self.named("event"), self.random.random() < 0.3
            attached = f' attachedToRef="{asked}"'
            first, last = self.block(depth, in_loop=in_loop)
            if beside:
                clock, over = self.one_of(self.clocks, "clock"), self.named("over")
                attached += ' cancelActivity="false"'
                self.shapes += [event("boundaryEvent", name, name="Late", more=attached, clock=clock), _end(over)]
            else:
                over = merged
                self.shapes.append(self.caught(name, kind="boundaryEvent", more=attached))
            self.shapes += [chain(name, first), chain(last, over)]
        return asked, merged

    def first_of(self, depth: int, in_loop: bool) -> Block:
        gateway, merged = self.named("first"), self.named("merged")
        self.shapes += [f'<bpmn:eventBasedGateway id="{gateway}" name="Which?" />', _gateway(merged)]
        for number in range(2):
            name = self.named("event")
            first, last = self.block(depth, in_loop=in_loop)
            self.shapes += [self.caught(name, clock=number == 0), chain(gateway, name, first), chain(last, merged)]
        return gateway, merged

    def together(self, depth: int, _in_loop: bool) -> Block:
        split, join = self.named("split"), self.named("join")
        self.shapes += [_parallel(split), _parallel(join)]
        for _ in range(self.random.choice((2, 2, 3))):
            first, last = self.block(depth, in_loop=False)
            self.shapes += [chain(split, first), chain(last, join)]
        return split, join

    def beside(self, depth: int, in_loop: bool) -> Block:
        """Work that comes to an end of its own beside the rest."""
        split, over = self.named("split"), self.named("over")
        first, last = self.block(depth, in_loop=in_loop)
        on_first, on_last = self.block(depth, in_loop=in_loop)
        self.shapes += [_parallel(split), _end(over), chain(split, first), chain(last, over), chain(split, on_first)]
        return split, on_last

    def withdrawn(self, depth: int, in_loop: bool) -> Block:
        """Work beside the rest that a signal withdraws when the rest is done."""
        split, signal, gone, over, said = (self.named(kind) for kind in ("split", "signal", "gone", "over", "said"))
        asked, _ = self.ask()
        self.signals.append(signal)
        first, last = self.block(depth, in_loop=in_loop)
        attached = f' attachedToRef="{asked}"'
        self.shapes += [_parallel(split), _end(over), _end(f"{over}_too"), chain(split, asked, over)]
        self.shapes += [
            event("boundaryEvent", gone, name="Gone", more=attached, signal=signal),
            chain(gone, f"{over}_too"),
        ]
        self.shapes.append(event("intermediateThrowEvent", said, name="Done", signal=signal))
        self.shapes += [chain(split, first), chain(last, said)]
        return split, said


def _end(name: str) -> str:
    return f'<bpmn:endEvent id="{name}" name="Over" />'


def _gateway(name: str, default: str = "") -> str:
    said = f' default="{default}"' if default else ""
    return f'<bpmn:exclusiveGateway id="{name}" name="Which?"{said} />'


def _parallel(name: str) -> str:
    return f'<bpmn:parallelGateway id="{name}" />'
