"""A question that a form has not asked yet: its schema, and an id that nothing else has."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from engine.forms.schema import Schema

LONGEST_ID = 60
_WORDS_OF_ID = 6
_LITTLE = frozenset(
    {
        *("a", "an", "and", "are", "at", "be", "by", "did", "do", "does", "for", "from", "had", "has", "have", "how"),
        *("if", "in", "is", "it", "of", "on", "or", "that", "the", "their", "there", "they", "this", "to", "was"),
        *("were", "with", "you", "your"),
    }
)
# Words of the language of conditions, and of what it reads beside answers (docs/linter.md).
_TAKEN = frozenset(
    {
        *("added", "agencies_of", "answers", "case", "child", "count", "else", "every", "has", "in", "is", "last"),
        *("message", "none", "not", "open", "done", "or", "running", "start", "typename", "true", "false"),
    }
)


@dataclass(frozen=True, slots=True)
class ChoiceEdit:
    """`value` is empty for a choice that is new: it is made from the label."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """`labels` are those of its choices; `decides`: drawings may read the answer; `first`: what is asked first of each
    item of a list; `chosen_from`: an `x-choices`, for people.
    """

    kind: str
    title: str
    hint: str
    needed: bool
    source: str
    readers: tuple[str, ...]
    labels: tuple[str, ...] = ()
    decides: bool = False
    first: str = ""
    chosen_from: str = ""


def new_field(new: NewQuestion, taken: Collection[str] = ()) -> dict[str, Any]:
    """A question as a form asks it; `taken` are ids that are in use."""
    made: dict[str, Any] = {} if new.kind == "statement" else {"type": _TYPES.get(new.kind, "string")}
    made |= {"title": new.title, "description": new.hint}
    made |= {"format": FORMATS[new.kind]} if new.kind in FORMATS else {}
    offered = choices_renewed((), [ChoiceEdit("", label) for label in new.labels])
    if new.kind == "one_of":
        made["oneOf"] = offered
    elif new.kind == "list":
        first = new_field(NewQuestion("text", new.first, "", True, new.source, new.readers))
        name = id_from(new.first, taken)
        made["items"] = {"type": "object", "properties": {name: first}, "required": [name]}
    elif made.get("type") == "array":
        made["items"] = {"type": "string"} | ({"oneOf": offered} if offered else {})
    made["x-ui"] = {"kind": new.kind}
    made |= {"x-choices": new.chosen_from} if new.kind in ("person", "people") else {}
    made |= {"x-decision": True} if new.decides else {}
    readers = [] if new.kind == "statement" else [*new.readers]
    made |= {"x-source": new.source, "x-read-by": readers}
    return {key: value for key, value in made.items() if value not in ("", [])}


_TYPES = {**dict.fromkeys(("any_of", "people", "agencies", "list"), "array"), "number": "integer"}
FORMATS = {"date": "date", "date_time": "date-time"}


def choices_renewed(standing: Sequence[Schema], wanted: Sequence[ChoiceEdit]) -> list[dict[str, Any]]:
    """Each with whatever else it said of itself."""
    before = {one["const"]: one for one in standing}
    taken = {*before}
    made: list[dict[str, Any]] = []
    for one in wanted:
        value = one.value or id_from(one.label, taken)
        taken.add(value)
        choice = {**before.get(value, {"const": value}), "title": one.label}
        made.append(with_key(choice, "description", one.hint or None, after="title"))
    return made


def with_key(part: Schema, key: str, value: Any, after: str) -> dict[str, Any]:
    """With the key where it stood, or else behind another; without it where the value is None."""
    if value is None or key in part:
        changed = {**part, key: value}
        return {name: one for name, one in changed.items() if one is not None}
    made: dict[str, Any] = {}
    for name, one in part.items():
        made[name] = one
        if name == after:
            made[key] = value
    return {**made, key: value}


def id_from(words: str, taken: Collection[str]) -> str:
    """An id of small letters that nothing else has: “Which school does the child go to?” is which_school_child_go."""
    plain = unicodedata.normalize("NFKD", words.replace("’", "").replace("'", "")).encode("ascii", "ignore").decode()
    found = re.findall("[a-z0-9]+", plain.lower())
    telling = [word for word in found if word not in _LITTLE] or found
    name = "_".join(telling[:_WORDS_OF_ID])[: LONGEST_ID - 5].strip("_") or "question"
    name = name if name[0].isalpha() else f"question_{name}"
    name = f"{name}_asked" if name in _TAKEN else name
    number = 1
    while (one := name if number == 1 else f"{name}_{number}") in taken:
        number += 1
    return one
