"""Where the duties of the guidance are judged: in which forms of a bundle."""

from collections import defaultdict
from collections.abc import Mapping

from engine.facts.models import KEPT
from engine.forms.duty_judgement import Judgement, judgements_of
from engine.process.bundle import Model


def judgements(model: Model) -> Mapping[str, tuple[Judgement, ...]]:
    """By duty, in order of process and task. A model never changes: worked out once for each that is in use."""
    found = _worked_out.get(model.hash)
    if found is None:
        while len(_worked_out) >= KEPT:
            _worked_out.pop(next(iter(_worked_out)), None)
        found = _worked_out[model.hash] = _judgements(model)
    return found


_worked_out: dict[str, Mapping[str, tuple[Judgement, ...]]] = {}


def _judgements(model: Model) -> Mapping[str, tuple[Judgement, ...]]:
    found: dict[str, list[Judgement]] = defaultdict(list)
    for path in sorted(model.forms):
        _, process, file = path.split("/")
        for duty, judgement in judgements_of(model.forms[path], process, file.removesuffix(".json")):
            found[duty].append(judgement)
    return {duty: tuple(of_it) for duty, of_it in found.items()}
