"""Gateways that decide otherwise than in the bundle in force: an answer that goes another way, or all ways at once."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.lint.condition_rules import field_decided
from engine.lint.gateway_ways import ways_taken
from engine.lint.lint_problems import LintProblem
from engine.lint.material import fault, of_kind
from engine.process.bundle import Model
from engine.process.called_anew import CalledAnew
from engine.process.drawing import Element

_TAKEN: Mapping[str, str] = {
    "exclusiveGateway": "one way, as was answered",
    "parallelGateway": "all ways at once, whatever was answered",
    "eventBasedGateway": "one way, by what happens first",
}


def check(old: Model, new: Model, called: CalledAnew) -> Iterator[LintProblem]:
    """In the process that `called` names."""
    before, now = old.drawings[called.process], new.drawings[called.process]
    for gateway in of_kind(before, *_TAKEN):
        after = now.elements.get(called.task(gateway.id))
        if after is None or after.kind not in _TAKEN or len(before.outgoing(gateway.id)) < 2:
            continue
        if after.kind != gateway.kind and len(now.outgoing(after.id)) > 1:
            words = f"Now it takes {_TAKEN[after.kind]}; in the models in force {_TAKEN[gateway.kind]}. Is that meant?"
            yield fault("other-way", now, after, words)
        elif moved := [*_moved(old, new, gateway, after, called)]:
            answer, there, then = moved[0]
            more = f", and {len(moved) - 1} more of its answers go another way" if len(moved) > 1 else ""
            words = f"“{answer}” goes to {there} now; in the models in force to {then}{more}. Is that meant?"
            yield fault("other-way", now, after, words)


def _moved(
    old: Model, new: Model, gateway: Element, after: Element, called: CalledAnew
) -> Iterator[tuple[str, str, str]]:
    """Answers that both have, which go another way than they went, where both ways are there before and now."""
    before, now = old.drawings[called.process], new.drawings[called.process]
    was, taken_before = ways_taken(
        before, gateway, lambda path: question_read(path, called.process, old), old.agencies_to_ask
    )
    asked, taken_now = ways_taken(
        now, after, lambda path: question_read(path, called.process, new), new.agencies_to_ask
    )
    task, _, name = was.partition(".")
    if not was or asked != f"{called.task(task)}.{called.questions.get((task, name), name)}":
        return
    kept = {called.task(flow.target) for flow in before.outgoing(gateway.id)}
    kept &= {flow.target for flow in now.outgoing(after.id)}
    for answer, flow in taken_before.items():
        there = taken_now.get(called.answers.get((task, name, answer or ""), answer))
        then = called.task(flow.target)
        if there is not None and {then, there.target} <= kept and then != there.target:
            titles = titles_of(question_read(was, called.process, old) or {})
            yield titles.get(answer or "") or answer or "no answer", now.named(there.target), before.named(flow.target)


def titles_of(field: Mapping[str, Any]) -> Mapping[str, str]:
    """What the choices of a question are called, by their values."""
    return {one["const"]: one.get("title", "") for one in field.get("oneOf", ())}


def question_read(path: str, process: str, model: Model) -> dict[str, Any] | None:
    """The question with one answer that `task.field` reads, or what a table decides."""
    task, _, name = path.partition(".")
    owner = model.drawings[process].elements.get(task)
    if owner is not None and owner.table is not None and owner.table.output == name:
        return field_decided(owner.table)
    field: dict[str, Any] | None = (model.form(process, task) or {}).get("properties", {}).get(name)
    return field if field is not None and field.get("type") == "string" else None
