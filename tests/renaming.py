"""Ids of a bundle under other names: the same bundle, said otherwise in drawings, forms, tables and stories.

What Python may know keeps its name: roles of answers, effects, facts, values of choices, words of the story language,
and the roles of oversight and administration.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any
from zlib import crc32

from engine.forms.answer_roles import ANSWER_ROLES
from engine.process.bundle import read_bundle
from tests.renaming_files import clock, drawing, duty, form, message, roles, table
from tests.renaming_names import Renaming
from tests.renaming_stories import retold

ROWS = ("what", "row")
KEPT_ROLES = frozenset(
    {"auditor", "administrator", "privacy_officer", "public", "system"}
    | {"process_owner", "pathway_writer", "pathway_approver"}
)


def everything_of(files: Mapping[str, bytes], new: Callable[[str, str], str | None]) -> Renaming:
    """`new` gives the other name of each id, or None for one that stays: it is told what the id names, and the id."""
    model = read_bundle(dict(_models(files)))

    def named(kind: str, ids: set[str]) -> dict[str, str]:
        return {one: other for one in sorted(ids) if (other := new(kind, one)) is not None}

    elements = [one for drawing in model.drawings.values() for one in drawing.elements.values()]
    asked = [(name, one) for form in model.forms.values() for name, one in _asked(form)]
    carried = {name for message in model.messages.values() for name in message.payload}
    known = {*model.agencies}
    return Renaming(
        processes=named("process", {*model.drawings} | {one.starts for one in model.messages.values() if one.starts}),
        tasks=named("task", {one.id for one in elements if one.kind == "userTask"}),
        messages=named("message", {*model.messages}),
        clocks=named("clock", {*model.rules}),
        fields=named("field", {name for name, _ in asked} | carried),
        agencies=named("agency", known),
        roles=named("role", {*model.roles} - KEPT_ROLES),
        agency_fields=frozenset(name for name, one in asked if _names_agencies(one, known)),
        person_fields=frozenset(name for name, one in asked if _kind(one) in ("person", "people")),
        row_fields=frozenset(name for name, one in asked if one.get("x-role") in ROWS),
    )


def _models(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    return {path: content for path, content in files.items() if "/scenarios/" not in path}


def _asked(form: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    own = [*form.get("properties", {}).items()]
    return own + [inner for _, one in own for inner in _asked(one.get("items", {}))]


def _kind(schema: Mapping[str, Any]) -> str:
    return schema.get("x-ui", {}).get("kind", "")


def _names_agencies(schema: Mapping[str, Any], agencies: set[str]) -> bool:
    """A value that Python knows stays, though an agency is called so."""
    role = ANSWER_ROLES.get(schema.get("x-role", ""))
    offered = {choice["const"] for choice in schema.get("items", schema).get("oneOf", ())}
    return not (role and role.values) and (_kind(schema) == "agencies" or bool(offered & agencies))


def renamed(files: Mapping[str, bytes], old: str, new: str) -> dict[str, bytes]:
    """Whatever is called `old`, of every kind, is called `new`."""
    return apply(everything_of(files, lambda _kind, one: new if one == old else None), files)


def all_renamed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Every process, user task, message, clock, field, agency and working role has another name."""
    return apply(everything_of(files, _other), files)


def old_names(files: Mapping[str, bytes]) -> dict[str, str]:
    """What `all_renamed` calls each thing -> how it was called before, for people who are to read what fails."""
    names = everything_of(files, _other)
    kinds = (names.processes, names.tasks, names.messages, names.clocks, names.fields, names.agencies, names.roles)
    return {new: old for kind in kinds for old, new in kind.items()}


def _other(kind: str, name: str) -> str:
    """Nothing of the old name is left in it."""
    return f"{kind[0]}{crc32(f'{kind} {name}'.encode()):x}"


def apply(names: Renaming, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {_path(names, path): _content(names, path, content) for path, content in files.items()}


def _path(names: Renaming, path: str) -> str:
    folder, *rest = path.split("/")
    if len(rest) < 2:
        return path
    process = names.processes.get(rest[0], rest[0])
    stem, dot, ending = rest[-1].rpartition(".")
    if folder == "forms":
        return f"{folder}/{process}/{names.tasks.get(stem, stem)}{dot}{ending}"
    if len(rest) == 2 and ending == "bpmn":
        return f"{folder}/{process}/{process}.bpmn"
    return "/".join((folder, process, *rest[1:]))


def _content(names: Renaming, path: str, content: bytes) -> bytes:
    text = content.decode()
    if path.endswith(".bpmn"):
        return drawing(names, content)
    if path.endswith(".json"):
        return json.dumps(form(names, json.loads(text)), indent=2, ensure_ascii=False).encode()
    if path.endswith("roles.toml"):
        return roles(names, text).encode()
    if "/scenarios/" in path:
        return retold(names, text).encode()
    change = {"messages.csv": message, "timescales.csv": clock, "duties.csv": duty}.get(path.rpartition("/")[2])
    return table(text, lambda row: change(names, row)) if change else content
