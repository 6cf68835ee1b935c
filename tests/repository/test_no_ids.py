"""Meaning lives in the models: Python and the templates name no process, task, message, clock, field, agency or working
role of the shipped bundle.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

import pytest

from engine.forms.answer_roles import ANSWER_ROLES
from engine.process.role_table import ROLE_FLAGS
from engine.process.vocabulary import EFFECTS_VOCABULARY, PROPERTIES_VOCABULARY
from engine.tables import Table
from engine.timescales.rules import Protects
from tests.builders import shipped_model
from tests.renaming import KEPT_ROLES
from tests.repository.tools import ROOT

# English words that something of the bundle happens to be called as well: in these modules, or anywhere.
ENGLISH = frozenset({"acknowledgement", "what_happened"})
ENGLISH_IN: Mapping[str, frozenset[str]] = {
    "engine/process/vocabulary.py": frozenset({"referral"}),
    "engine/lint/needed_rules.py": frozenset({"referral"}),
}
LONG = 12  # a field of a shorter name without "_" is an English word: reason, ground, decision
_JINJA = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
_NAMES = re.compile(r"[a-z0-9_.: ]+")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")


def vocabulary() -> frozenset[str]:
    """What Python knows: roles of answers with their values, effects, properties, flags, and columns of its tables."""
    values = (value for role in ANSWER_ROLES.values() for value in role.values)
    properties = (name for _, name in PROPERTIES_VOCABULARY)
    columns = (name for table in Table.metadata.tables.values() for name in (table.name, *table.columns.keys()))
    return frozenset(
        {*ANSWER_ROLES, *values, *EFFECTS_VOCABULARY, *properties, *ROLE_FLAGS, *get_args(Protects), *columns}
    )


def ids() -> frozenset[str]:
    """Of what is drawn or timed all that has a "_": no word of the vocabulary may be called the same."""
    model = shipped_model()
    elements = (one for drawing in model.drawings.values() for one in drawing.elements.values())
    tasks = (one.id for one in elements if one.kind == "userTask")
    drawn = {*model.drawings, *tasks, *model.messages, *model.rules}
    fields = (field for form in model.forms.values() for field in fields_of(form))
    found = {
        *drawn,
        *(field for field in fields if "_" in field or len(field) > LONG),
        *model.agencies,
        *({*model.roles} - KEPT_ROLES),
    }
    return (frozenset(found) - vocabulary() - ENGLISH) | {one for one in drawn if "_" in one}


def fields_of(form: Mapping[str, Any]) -> Iterator[str]:
    fields: Mapping[str, Mapping[str, Any]] = form.get("properties", {})
    for field, schema in fields.items():
        yield field
        yield from fields_of(schema.get("items", {}))


def named(text: str, known: frozenset[str], suffix: str) -> Iterator[str]:
    """Each id that stands in a text constant, by itself or in a path `process.task.field`."""
    for line, constant in CONSTANTS[suffix](text):
        yield from (f"line {line}: {part}" for part in re.split(r"[.: ]", constant) if part in known)


def constants(text: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _could_be_names(node.value):
            yield node.lineno, node.value


def quoted(template: str) -> Iterator[tuple[int, str]]:
    for block in _JINJA.finditer(template):
        for found in _QUOTED.finditer(block.group()):
            constant = found[1] or found[2] or ""
            if _could_be_names(constant):
                yield template.count("\n", 0, block.start() + found.start()) + 1, constant


def quoted_in_scripts(script: str) -> Iterator[tuple[int, str]]:
    for line, text in enumerate(script.splitlines(), start=1):
        yield from ((line, found[1] or found[2] or "") for found in _QUOTED.finditer(text))


def names_in_styles(sheet: str) -> Iterator[tuple[int, str]]:
    for line, text in enumerate(sheet.splitlines(), start=1):
        yield from ((line, word) for word in re.findall(r"\w+", text))


CONSTANTS: Mapping[str, Callable[[str], Iterator[tuple[int, str]]]] = {
    ".py": constants,
    ".html": quoted,
    ".js": quoted_in_scripts,
    ".scss": names_in_styles,
}


def _could_be_names(constant: str) -> bool:
    """Not a sentence: one name or path, or several with spaces between."""
    return bool(_NAMES.fullmatch(constant)) and ("_" in constant or " " not in constant)


def sources() -> dict[str, str]:
    paths = (path for folder in ("engine", "webapp") for path in (ROOT / folder).rglob("*"))
    kept = (
        path
        for path in paths
        if path.suffix in CONSTANTS and not {"demo", "_data", "versions", "static"} & set(path.parts)
    )
    return {path.relative_to(ROOT).as_posix(): path.read_text() for path in sorted(kept)}


def test_no_module_names_an_id_of_the_bundle() -> None:
    known = ids()
    found = [
        f"{path}: {fault}"
        for path, text in sources().items()
        for fault in named(text, known - ENGLISH_IN.get(path, frozenset()), path[path.rindex(".") :])
    ]
    assert found == [], "say what it means in the models (engine/process/vocabulary.py, engine/forms/answer_roles.py)"


@pytest.mark.parametrize(
    ("text", "suffix", "found"),
    [
        ('EMERGENCY = "immediate_protection"', ".py", ["line 1: immediate_protection"]),
        ('PLACE = (\n"initial_conference.hold_conference", 1)', ".py",
         ["line 2: initial_conference", "line 2: hold_conference"]),
        ('answers["lead_social_worker"]', ".py", ["line 1: lead_social_worker"]),
        ('answers.get("no_such_field")', ".py", []),
        ("<p>immediate_protection</p>\n{% if one.process == 'strategy_discussion' %}", ".html",
         ["line 2: strategy_discussion"]),
        ("const order = 'police_protection'", ".js", ["line 1: police_protection"]),
        (".app-x[data-process=plan_visit] {", ".scss", ["line 1: plan_visit"]),
    ],
)  # fmt: skip
def test_a_planted_id_is_found(text: str, suffix: str, found: list[str]) -> None:
    assert list(named(text, ids(), suffix)) == found


def test_what_is_looked_for_is_in_the_bundle() -> None:
    assert {"immediate_protection", "hold_conference", "first_core_group", "conference_chair", "raised_by"} <= ids()
