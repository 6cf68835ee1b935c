"""Who outside the agency that has the cases may read answers: the groups of roles.toml, and forms that name them."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from engine.forms.answer_roles import ANSWER_ROLES
from engine.forms.questions import names_in
from engine.forms.shown_to import SHOWN_TO, SHOWN_UNDER, why_never
from engine.lint.form_file import FormFile, Path, scopes
from engine.lint.lint_problems import LintProblem
from engine.lint.material import Material, nearest
from engine.lint.table_files import ROLES

_MAKING = ("named_by", "began", "letters")
_NAMING = frozenset(role.name for role in ANSWER_ROLES.values() if "agencies" in role.kinds)


def check_groups(material: Material) -> Iterator[LintProblem]:
    for group, row in material.tables.groups.items():
        for message in _of_group(group, row, material):
            yield LintProblem(ROLES, group, 0, message, "shown-to")


def _of_group(group: str, row: Mapping[str, Any], material: Material) -> Iterator[str]:
    for key in row.keys() - {"name", *_MAKING}:
        yield f"A group does not say {key}.{nearest(key, frozenset(_MAKING))}"
    if not isinstance(row.get("name"), str) or not row["name"]:
        yield 'A group has a name that people read: name = "the core group".'
    if group in material.tables.agencies:
        yield f"{group} is an agency as well: give the group another id."
    if len(row.keys() & {*_MAKING}) != 1:
        yield "A group says in one of these ways who is of it: named_by = [...], began = ..., or letters = true."
    yield from _of_those(row, material)


def _of_those(row: Mapping[str, Any], material: Material) -> Iterator[str]:
    if row.get("letters", True) is not True:
        yield "Write letters = true, or take it out."
    named_by: object = row.get("named_by", ["invited"])
    roles = [str(one) for one in cast(list[object], named_by)] if isinstance(named_by, list) else []
    if not roles:
        yield 'named_by is a list of roles of answers: named_by = ["invited"].'
    for role in (one for one in roles if one not in _NAMING):
        yield f"named_by names {role}: no question about agencies can have that as its role.{nearest(role, _NAMING)}"
    if "began" in row and not any(row["began"] in said for said in _said_at_starts(material)):
        yield f"No start event has the property {row['began']}: nobody would ever be of this group."


def _said_at_starts(material: Material) -> Iterator[frozenset[str]]:
    for drawing in material.drawings.values():
        for element in drawing.elements.values():
            if element.kind == "startEvent":
                yield frozenset(element.properties)


def check_form(form: FormFile, material: Material) -> Iterator[LintProblem]:
    for path, message in _of_names(form, material):
        yield form.fault("shown-to", path, message)
    for path, message in _of_questions(form):
        yield form.fault("shown-to", path, message)


def _of_names(form: FormFile, material: Material) -> Iterator[tuple[Path, str]]:
    agencies, groups = material.tables.agencies, material.tables.groups
    said: list[tuple[Path, Mapping[str, Any]]] = [((), form.schema)]
    said += [(("properties", name), field) for name, field in form.fields.items()]
    for path, one in said:
        for name in names_in(one.get(SHOWN_TO, ())):
            if name in material.tables.leading_agencies:
                yield path, f"{name} has the cases and reads every answer: leave it out of {SHOWN_TO}."
            elif name not in agencies and name not in groups:
                hint = nearest(name, frozenset({*agencies, *groups}))
                yield path, f"{SHOWN_TO} names {name}, which is neither an agency nor a group of roles.toml.{hint}"
            elif name in groups and not _may_be_of(form, groups[name], material):
                wanted = " or ".join(groups[name]["named_by"])
                yield (
                    path,
                    f"Nobody is ever of {name} here: no form of {form.process} asks which agencies (x-role: {wanted}).",
                )


def _may_be_of(form: FormFile, group: Mapping[str, Any], material: Material) -> bool:
    named_by = group.get("named_by", ())
    asked = (field for one in material.forms.values() if one.process == form.process for field in one.fields.values())
    return not isinstance(named_by, list) or not named_by or any(field.get("x-role") in named_by for field in asked)


def _of_questions(form: FormFile) -> Iterator[tuple[Path, str]]:
    for name, field in form.fields.items():
        if message := _of_question(field, form.schema):
            yield ("properties", name), message
    for scope in scopes(form):
        for name, field in scope.fields.items():
            if scope.path and (SHOWN_TO in field or SHOWN_UNDER in field):
                yield (*scope.path, "properties", name), f"{SHOWN_TO} is said of the whole list, not of a part of it."


def _of_question(field: Mapping[str, Any], form: Mapping[str, Any]) -> str:
    if field.get(SHOWN_TO) and (why := why_never(field)):
        return f"Nobody outside may read this: {why}. Take {SHOWN_TO} out."
    if field.get(SHOWN_TO) and field.get("x-ui", {}).get("kind") == "statement":
        return f"Nothing is answered here that could be shown: take {SHOWN_TO} out."
    if SHOWN_UNDER in field and not (field.get(SHOWN_TO) or form.get(SHOWN_TO)):
        return f"{SHOWN_UNDER} is the heading above what others may read: say in {SHOWN_TO} who they are."
    return ""
