"""Whose a task is that stands for several agencies, or for one that somebody chose: each must be an agency."""

from collections.abc import Iterator
from typing import Any

from engine.lint.comparisons import agencies_given
from engine.lint.condition_rules import field_read, is_readable
from engine.lint.form_file import choices_of, kind_of
from engine.lint.kind_rules import kinds_in, message_of, payloads
from engine.lint.lint_problems import LintProblem
from engine.lint.material import Material, fault, nearest, of_kind
from engine.lint.value_kinds import LIST, kinds_given
from engine.process.bundle import ANY_AGENCY
from engine.process.drawing import Drawing, Element

_NAMING = ("for_each", "for_agency")


def check(drawing: Drawing, material: Material) -> Iterator[LintProblem]:
    for task in of_kind(drawing, "userTask"):
        yield from _multi_instance(drawing, task)
        yield from _whose(drawing, task)
        for name in _NAMING:
            source = task.properties.get(name)
            if source is not None and is_readable(source):
                yield from _named(drawing, task, name, source, material)


def _whose(drawing: Drawing, element: Element) -> Iterator[LintProblem]:
    named = {"for_each", "for_agency"} & element.properties.keys()
    if element.lane == ANY_AGENCY[0] and len(named) != 1:
        message = "A task in the lane `agency` says whose it is: with `for_each` or with `for_agency`, not with both."
        yield fault("which-agency", drawing, element, message)
    if element.lane != ANY_AGENCY[0] and "for_agency" in named:
        yield fault("which-agency", drawing, element, "`for_agency` goes with a task in the lane `agency`.")


def _multi_instance(drawing: Drawing, task: Element) -> Iterator[LintProblem]:
    agencies = task.properties.get("for_each")
    if agencies is None and task.cardinality is None:
        return
    counted = f"count({agencies})".replace(" ", "")
    if agencies is None or task.cardinality is None or task.cardinality.replace(" ", "") != counted:
        message = (
            "A task for several agencies has the property `for_each` and the loop cardinality count(...) of the same."
        )
        yield fault("multi-instance", drawing, task, message)
    if task.lane != ANY_AGENCY[0]:
        yield fault("multi-instance", drawing, task, "A task for several agencies stands in the lane `agency`.")


def _named(drawing: Drawing, task: Element, name: str, source: str, material: Material) -> Iterator[LintProblem]:
    others = kinds_given(source, kinds_in(drawing, material)) - {LIST} if name == "for_each" else None
    if others:
        message = f"`for_each` is a list of agencies, and {source} is {' or '.join(sorted(others))}."
        yield fault("multi-instance", drawing, task, message)
        return
    known = frozenset(material.tables.agencies)
    wrong = sorted(_values(drawing, source, material, frozenset()) - known)
    if wrong:
        hint = f" agencies_of({source}) asks those that are." if name == "for_each" else nearest(wrong[0], known)
        message = f"`{name}` may give {', '.join(wrong)}: no agency of roles.toml.{hint}"
        yield fault("which-agency", drawing, task, message)


def _values(drawing: Drawing, source: str, material: Material, above: frozenset[tuple[str, str]]) -> frozenset[str]:
    """What the expression may name as an agency. `above`: the messages and fields through which it has been traced."""
    found: set[str] = set()
    for path, text in agencies_given(source):
        found |= {text} if path is None else _of_path(drawing, path, material, above)
    return frozenset(found)


def _of_path(drawing: Drawing, path: str, material: Material, above: frozenset[tuple[str, str]]) -> frozenset[str]:
    owner, _, name = path.partition(".")
    field = field_read(path, drawing, material)
    if isinstance(field, str):
        return frozenset()  # a fault of its own
    if field:
        return _of_field(path, field, material)
    row = message_of(owner, drawing, material)
    if row is None or (row.name, name) in above:
        return frozenset()
    return frozenset(
        value
        for each, source in payloads(row.name, name, material)
        if is_readable(source)
        for value in _values(each, source, material, above | {(row.name, name)})
    )


def _of_field(path: str, field: dict[str, Any], material: Material) -> frozenset[str]:
    if kind_of(field) == "agencies":
        own = {choice["const"] for choice in field.get("items", {}).get("oneOf", ())}
        people = [role for role, row in material.tables.role_rows.items() if row.get("own_people") is True]
        return frozenset({*own, *(people if field.get("x-own-people") else ())})
    choices = choices_of(field)
    return frozenset({path}) if choices is None else choices
