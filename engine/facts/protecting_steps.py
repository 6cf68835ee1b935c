"""Steps that close the case of a child, or begin or end what protects one: by what the models say that they do."""

from collections.abc import Iterator

from engine.facts.beginnings import says
from engine.process.bundle import Model
from engine.process.drawing import THROWS

_OF_PLANS = frozenset({"starts_plan", "ends_plan"})


def closes_or_protects(model: Model, process: str, element: str) -> bool:
    """A task that closes the case; one whose form asks what was decided (`x-outcome`), in a process by which a plan
    begins or ends, there or in a process that only its message begins; and in a process that protects at once
    (`emergency`) each by which it goes on (`x-decision`), since that is how protection ends as well.
    """
    if "closes_case" in model.drawings[process].elements[element].properties.get("effect", "").split():
        return True
    fields = (model.form(process, element) or {}).get("properties", {})
    if says(model, process, "emergency"):
        return any("x-decision" in field for field in fields.values())
    if not any("x-outcome" in field for field in fields.values()):
        return False
    thrown = {*_thrown(model, process)}
    return any(_OF_PLANS.intersection(model.messages[name].effects) or _ends_plan(model, name) for name in thrown)


def _ends_plan(model: Model, message: str) -> bool:
    """Whether it begins a process by which a plan ends."""
    begun = model.messages[message].starts
    ends = (model.messages[name].effects for name in _thrown(model, begun)) if begun in model.drawings else ()
    return any("ends_plan" in effects for effects in ends)


def _thrown(model: Model, process: str) -> Iterator[str]:
    for one in model.drawings[process].elements.values():
        if one.kind in THROWS and one.message:
            yield one.message
