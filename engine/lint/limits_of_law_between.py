"""Limits of the law that begin, count or end otherwise than in the bundle in force.

How long one is stands in the program (statutory_rules.py), which knows no tasks. What begins, meets and stops a
limit is said by the bundle alone, and a limit that the wrong task meets is none.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from engine.lint.lint_problems import LintProblem
from engine.process.bundle import TIMESCALES, Model
from engine.process.called_anew import CalledAnew
from engine.timescales.rules import Clock, Event

Renamed = Mapping[str, CalledAnew]
"""By process, where something in it is called otherwise."""
_TURNS: Mapping[str, Callable[[Clock, Renamed], object]] = {
    "what begins it": lambda rule, renamed: _events(rule.starts_on, renamed),
    "from what it counts": lambda rule, renamed: None if renamed else rule.counts_from,
    "what meets it": lambda rule, renamed: _events(rule.met_on, renamed),
    "when it is met": lambda rule, renamed: None if renamed else rule.met_at,
    "what stops it": lambda rule, renamed: _events(rule.stopped_on, renamed),
}


def check(old: Model, new: Model, renamed: Renamed) -> Iterator[LintProblem]:
    for clock, rule in new.rules.items():
        before = old.rules.get(clock)
        if before is None or (before.kind, rule.kind) != ("statutory", "statutory"):
            continue
        turns = [words for words, turn in _TURNS.items() if turn(before, renamed) != turn(rule, renamed)]
        if turns:
            words = f"“{rule.title}” is a limit of the law, and {' and '.join(turns)} is not as in the models in force."
            yield LintProblem(TIMESCALES, clock, 0, f"{words} Is that meant?", "statutory-otherwise")


def _events(events: tuple[Event, ...], renamed: Renamed) -> tuple[Event, ...]:
    return tuple(_under_new_names(event, renamed.get(event.process)) for event in events)


def _under_new_names(event: Event, called: CalledAnew | None) -> Event:
    """What a condition reads may be called otherwise too, and is not compared there."""
    return replace(event, task=called.task(event.task), condition="") if called else event
