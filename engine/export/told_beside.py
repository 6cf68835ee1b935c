"""What stands beside the steps of a case is told in a pack question by question, by the form that asked it."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.facts.action_forms import action_as_asked
from engine.facts.personal_forms import fact_as_asked
from engine.facts.sharing_forms import agency_names, as_asked
from engine.forms.questions import Schema
from engine.process.bundle import Model

Said = Mapping[str, Any]


def _of_sharing(said: Said, model: Model) -> tuple[Schema, Said]:
    return as_asked(said, agency_names(model))


BESIDE: Mapping[str, Callable[[Said, Model], tuple[Schema, Said]]] = {
    "shared": _of_sharing,
    "sharing_wish": _of_sharing,
    "personal_fact": lambda said, _model: fact_as_asked(said),
    "action_agreed": action_as_asked,
}
"""By the kind of entry the form and the answers of which it was made."""
