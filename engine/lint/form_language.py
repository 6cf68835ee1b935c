"""The language of forms: the part of JSON Schema, and the annotations, that a form may use. docs/linter.md explains it.

References (`$ref`), patterns and the like are not in it: they would reach outside the form or take for ever to check.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, cast

from jsonschema import Draft202012Validator, ValidationError

from engine.expressions.syntax import LONGEST_SOURCE
from engine.forms.answer_roles import ANSWER_ROLES
from engine.forms.asked_together import ASKED
from engine.forms.checks import SUGGESTIONS
from engine.forms.contacts import CONTACTS, WHOM
from engine.forms.departure_rules import APPROVED, BECAUSE, DEPARTURES, HOWS, NEVER, NOT_STATED
from engine.forms.duty_judgement import JUDGING
from engine.forms.offering import SUGGESTS
from engine.forms.questions import KINDS
from engine.forms.sharing_block import SHARES
from engine.lint.form_file import FormFile, Path
from engine.lint.lint_problems import LintProblem
from engine.lint.material import nearest

_TEXT: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 1000}
_NAME: dict[str, Any] = {"type": "string", "pattern": "^[a-z][a-z0-9]*(_[a-z0-9]+)*$", "maxLength": 60}
_EXPRESSION: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": LONGEST_SOURCE}
_NAMES: dict[str, Any] = {"type": "array", "items": _NAME, "uniqueItems": True}
_READERS: dict[str, Any] = {"type": "array", "items": _NAME, "uniqueItems": True, "maxItems": 20}
_WORDS: dict[str, Any] = {"type": ["string", "array"], "items": _TEXT, "minLength": 1, "minItems": 1}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": 20_000}
_NUMBER: dict[str, Any] = {"type": "number", "minimum": -1_000_000_000, "maximum": 1_000_000_000}
_TYPES = ["string", "integer", "number", "array"]
_FORMATS = ["date", "date-time", "email"]


_CHOICE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "const": _NAME,
        "title": _TEXT,
        "description": _TEXT,
        "x-when": _EXPRESSION,
        "x-decided-in": _TEXT,
        "x-not-by-hand": _TEXT,
        NOT_STATED: {"const": True},
    },
    "required": ["const", "title"],
    "additionalProperties": False,
}
_CHOICES: dict[str, Any] = {"type": "array", "items": _CHOICE, "minItems": 1, "maxItems": 100}
_TEST: dict[str, Any] = {
    "type": "object",
    "properties": {"const": _TEXT, "enum": {"type": "array", "items": _TEXT, "minItems": 1}, "minItems": {"const": 1}},
    "minProperties": 1,
    "additionalProperties": False,
}
_CONDITION: dict[str, Any] = {
    "type": "object",
    "properties": {
        "properties": {"type": "object", "propertyNames": _NAME, "minProperties": 1, "additionalProperties": _TEST},
        "required": _NAMES,
    },
    "required": ["properties", "required"],
    "additionalProperties": False,
}
_BRANCH: dict[str, Any] = {
    "type": "object",
    "properties": {"required": _NAMES},
    "required": ["required"],
    "additionalProperties": False,
}
_ALL_OF: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"if": _CONDITION, "then": _BRANCH, "else": _BRANCH},
        "required": ["if", "then"],
        "additionalProperties": False,
    },
}
_JUDGED: dict[str, Any] = {"type": "object", "additionalProperties": _EXPRESSION, "minProperties": 1}
_SERVES: dict[str, Any] = {
    "type": "object",
    "properties": {"called": _TEXT, "clocks": _NAMES, "otherwise": _TEXT},
    "minProperties": 1,
    "additionalProperties": False,
}
_SHARES: dict[str, Any] = {
    "type": "object",
    "properties": {"what": _TEXT, "why": _TEXT, "with": _NAMES},
    "required": ["what", "why"],
    "additionalProperties": False,
}
_DEPARTURES: dict[str, Any] = {
    "type": "object",
    "properties": {**{how: {"enum": [APPROVED, NEVER]} for how in HOWS}, BECAUSE: _TEXT},
    "minProperties": 1,
    "additionalProperties": False,
}
_REFUSALS: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"when": _EXPRESSION, "words": _TEXT},
        "required": ["when", "words"],
        "additionalProperties": False,
    },
    "minItems": 1,
    "maxItems": 10,
}
_UI: dict[str, Any] = {
    "type": "object",
    "properties": {
        "kind": {"enum": list(KINDS)},
        "rows": {"type": "integer", "minimum": 1, "maximum": 60},
        "width": {"type": ["integer", "string"]},
        "show_if": {
            "type": "object",
            "propertyNames": _NAME,
            "additionalProperties": {"type": ["string", "array"], "items": {"type": "string"}},
            "minProperties": 1,
            "maxProperties": 1,
        },
    },
    "additionalProperties": False,
}
_FIELDS = {
    "type": "object",
    "propertyNames": _NAME,
    "additionalProperties": {"$ref": "#/$defs/field"},
    "maxProperties": 100,
}
_ITEMS = {
    "type": "object",
    "properties": {
        "type": {"enum": ["string", "object"]},
        "oneOf": _CHOICES,
        "enum": {"type": "array", "items": _NAME, "minItems": 1},
        "maxLength": _COUNT,
        "format": {"enum": _FORMATS},
        "properties": _FIELDS,
        "required": _NAMES,
        "allOf": _ALL_OF,
        "additionalProperties": {"const": False},
    },
    "required": ["type"],
    "additionalProperties": False,
}
_FIELD = {
    "type": "object",
    "properties": {
        "type": {"enum": _TYPES},
        "title": _TEXT,
        "description": _TEXT,
        "format": {"enum": _FORMATS},
        "oneOf": _CHOICES,
        "default": {**_NUMBER, "type": ["string", "integer", "number", "array"], "maxLength": 1000, "maxItems": 100},
        "items": _ITEMS,
        "minLength": _COUNT,
        "maxLength": _COUNT,
        "minItems": _COUNT,
        "maxItems": _COUNT,
        "minimum": _NUMBER,
        "maximum": _NUMBER,
        "uniqueItems": {"type": "boolean"},
        "x-ui": _UI,
        "x-asked": {"enum": [*ASKED]},
        "x-decision": {"type": "boolean"},
        "x-outcome": {"type": "boolean"},
        "x-duty": _WORDS,
        "x-source": _TEXT,
        "x-prefill": _TEXT,
        "x-check": _WORDS,
        "x-not-before": _WORDS,
        "x-not-after": _WORDS,
        "x-explained-before": _TEXT,
        "x-serves": _SERVES,
        "x-excludes": _NAME,
        "x-refuse": _REFUSALS,
        "x-instead": _TEXT,
        "x-when": _EXPRESSION,
        "x-choices": _TEXT,
        SUGGESTS: {"enum": [*SUGGESTIONS]},
        "x-own-people": {"const": True},
        "x-read-by": _WORDS,
        "x-role": {"enum": sorted(ANSWER_ROLES)},
        "x-by-system": _TEXT,
        "x-shown-to": _READERS,
        "x-shown-under": _TEXT,
    },
    "required": ["title"],
    "additionalProperties": False,
}
FORM = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$defs": {"field": _FIELD},
    "type": "object",
    "properties": {
        "$schema": {"const": "https://json-schema.org/draft/2020-12/schema"},
        "title": _TEXT,
        "description": _TEXT,
        "type": {"const": "object"},
        "properties": _FIELDS,
        "required": _NAMES,
        "allOf": _ALL_OF,
        "additionalProperties": {"const": False},
        "x-duty": _WORDS,
        **dict.fromkeys(JUDGING, _JUDGED),
        "x-source": _TEXT,
        "x-check": _WORDS,
        "x-shown-to": _READERS,
        "x-shown-under": _TEXT,
        SHARES: _SHARES,
        CONTACTS: {"type": "array", "items": {"enum": [*WHOM]}, "minItems": 1, "uniqueItems": True},
        DEPARTURES: _DEPARTURES,
    },
    "required": ["title", "type", "properties"],
    "additionalProperties": False,
}


def check(form: FormFile) -> Iterator[LintProblem]:
    """Every part that is not in the language, in order of the file; and the key that the engine cannot store."""
    errors: Iterator[ValidationError] = cast(Any, _validator()).iter_errors(form.schema)
    for error in sorted(errors, key=lambda each: form.line(tuple(each.absolute_path))):
        path: Path = tuple(error.absolute_path)
        yield form.fault("form-language", path, _sentence(error))
    for path in _typename_keys(form.schema, ()):
        yield form.fault(
            "typename-key", path, "No key may be called typename: a case that held it could not be loaded."
        )


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    Draft202012Validator.check_schema(FORM)
    return Draft202012Validator(FORM)


def _typename_keys(part: object, path: Path) -> Iterator[Path]:
    if isinstance(part, Mapping):
        for key, value in cast(Mapping[str, object], part).items():
            if key == "typename":
                yield (*path, key)
            yield from _typename_keys(value, (*path, key))
    elif isinstance(part, list):
        for index, value in enumerate(cast(list[object], part)):
            yield from _typename_keys(value, (*path, index))


def _sentence(error: ValidationError) -> str:
    keyword, wanted, found = str(error.validator), cast(Any, error.validator_value), cast(Any, error.instance)
    if keyword == "additionalProperties":
        extra = sorted(set(found) - set(cast(Mapping[str, Any], error.schema).get("properties", {})))
        return f"{', '.join(extra)}: not in the language of forms here. Take it out."
    if keyword == "required":
        missing = [name for name in wanted if name not in found]
        return f"{', '.join(missing)} is missing: add it."
    words = _WORDS_FOR.get(keyword, "It is not what the language of forms allows here.").format(wanted=_spoken(wanted))
    return words + (nearest(found, frozenset(map(str, wanted))) if keyword == "enum" and isinstance(found, str) else "")


def _spoken(wanted: object) -> str:
    return ", ".join(str(each) for each in cast(list[object], wanted)) if isinstance(wanted, list) else str(wanted)


_WORDS_FOR = {
    "type": "It must be: {wanted}.",
    "enum": "It must be one of: {wanted}.",
    "const": "It must be {wanted}.",
    "pattern": "Write names in small letters and digits, words joined by single underscores.",
    "minLength": "It is empty: fill it in.",
    "maxLength": "It is longer than {wanted} characters.",
    "minItems": "It is empty: fill it in.",
    "maxItems": "It has more than {wanted} entries.",
    "minProperties": "It is empty: fill it in.",
    "maxProperties": "It has more than {wanted} entries.",
    "minimum": "It must be at least {wanted}.",
    "maximum": "It must be at most {wanted}.",
    "uniqueItems": "An entry stands twice: keep one.",
}
