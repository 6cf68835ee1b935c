"""Who outside the agency that has the cases may read an answer, as its form says (`x-shown-to`). Default: nobody.

A form says it of all its questions, a question of itself; what a question says counts. What stands here is never
meant by what a form says of all of it, or never said at all.
"""

from collections.abc import Mapping
from typing import Any

from engine.forms.questions import names_in
from engine.forms.schema import Schema

SHOWN_TO, SHOWN_UNDER = "x-shown-to", "x-shown-under"
NEVER_SHOWN = frozenset(
    {"address", "address_withheld", "family_telephone", "family_email", "referrer_email", "other_reference"}
    | {"nhs_number", "upn", "late_reason", "children", "other_children", "known_child", "known_person"}
    | {"known_child_search", "same_child", "given_name", "family_name", "born", "expected", "withdrawn"}
    | {"named_agencies", "referring_agency"}
)
"""Roles of answers (`x-role`) that nobody outside reads, whatever a form says: addresses and how a family is reached,
who other people are, why something was late.
"""
SAID_ITSELF = frozenset({"reason"})
"""Roles of answers that a question must say of itself that it is shown."""
NAMES_PEOPLE = frozenset({"person", "people", "search", "file"})
"""Kinds of question that nobody outside reads: they name people, or hold what nobody has looked through."""
NAMED_TO_ALL = frozenset({"lead", "action_person"})
"""But whom all turn to may be named to all, and who of the agency that has the cases does what was agreed with them."""


def why_never(field: Schema) -> str:
    """Why nobody outside may read the answer to this question, as the end of a sentence; empty where somebody may."""
    role, kind = field.get("x-role", ""), field.get("x-ui", {}).get("kind", "")
    if role in NEVER_SHOWN:
        return "it says who or where somebody is, or why something was late"
    if role in SAID_ITSELF and "x-when" in field:
        return "it says why something was not done as it should be"
    if kind in NAMES_PEOPLE and role not in NAMED_TO_ALL:
        return "it names people, or holds a file that nobody has looked through"
    inner: Mapping[str, Schema] = field.get("items", {}).get("properties", {})
    return next((why for one in inner.values() if (why := why_never(one))), "")


def shown_to(form: Schema, name: str) -> tuple[str, ...]:
    """The names of those who may read the answer to this question of the form."""
    field: Schema = form.get("properties", {}).get(name, {})
    if why_never(field):
        return ()
    if SHOWN_TO in field:
        return names_in(field[SHOWN_TO])
    return () if field.get("x-role") in SAID_ITSELF else names_in(form.get(SHOWN_TO, ()))


def is_shown_to_anybody(form: Schema) -> bool:
    return SHOWN_TO in form or any(SHOWN_TO in field for field in form.get("properties", {}).values())


def heading(form: Schema, name: str) -> str:
    """Under which the answer to this question stands on the page of whoever may read it; empty where none is said."""
    field: Mapping[str, Any] = form.get("properties", {}).get(name, {})
    return field.get(SHOWN_UNDER) or form.get(SHOWN_UNDER, "")
