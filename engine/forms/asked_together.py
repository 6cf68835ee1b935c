"""What a form asks once for several children of a family, and what of each of them (`x-asked`)."""

from collections.abc import Mapping
from typing import Any

TOGETHER, EACH_CHILD = "together", "each child"
ASKED = (TOGETHER, EACH_CHILD)
OF_ONE_CHILD_ALONE = frozenset({"known_person", "known_child_search", "nhs_number", "upn", "other_reference"})
"""The roles of answers that are never the same for two children."""


def asked_together(form: Mapping[str, Any]) -> frozenset[str]:
    """The questions that a page which serves several children asks once. Every other one is asked of each child: what
    nobody marked is never taken to be the same for two.
    """
    fields: Mapping[str, Any] = form.get("properties", {})
    return frozenset(name for name, field in fields.items() if field.get("x-asked") == TOGETHER)
