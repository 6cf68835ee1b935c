"""Forms that keep to the language: what they name exists, and what they ask can be answered."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, cast

from engine.lint import choice_rules, fact_rules
from engine.lint.condition_rules import missing_value
from engine.lint.form_file import START, FormFile, Scope, choices_of, kind_of, scopes
from engine.lint.lint_problems import LintProblem, RuleId
from engine.lint.material import Material, fault, missing, missing_task, nearest
from engine.process.drawing import Element
from engine.process.vocabulary import TAKES_OVER

_STRING, _ARRAY = frozenset({"string"}), frozenset({"array"})
_TYPES_OF: Mapping[str, frozenset[str | None]] = {
    **dict.fromkeys(
        ("text", "long_text", "date", "date_time", "yes_no", "one_of", "person", "file", "search"), _STRING
    ),
    **dict.fromkeys(("any_of", "people", "agencies", "list"), _ARRAY),
    "number": frozenset({"integer", "number"}),
    "statement": frozenset({None, "string"}),
}
_ANY_TYPE: frozenset[str | None] = frozenset({"string", "integer", "number", "array"})
_FORMATS = {"date": "date", "date_time": "date-time"}
_FREE = frozenset({"text", "long_text", "date", "date_time", "file", "list", "statement", "number", "search"})


def check_pairs(material: Material) -> Iterator[LintProblem]:
    """Every user task has a form, every form a user task or a process that it starts."""
    for process, drawing in material.drawings.items():
        for element in drawing.elements.values():
            name = _form_of(element)
            if name and (process, name) not in material.forms:
                yield fault(
                    "task-without-form",
                    drawing,
                    element,
                    f"It has no form yet: begin it (forms/{process}/{name}.json).",
                )
    for (process, name), form in material.forms.items():
        drawing = material.drawings.get(process)
        asked = frozenset(map(_form_of, drawing.elements.values())) if drawing else frozenset[str]()
        if name not in asked:
            message = f"Nobody is asked {process}.{name}: take the form out, or draw the task.{nearest(name, asked)}"
            yield form.fault("form-without-task", (), message, missing_task(process, name))


def _form_of(element: Element) -> str:
    """A user task asks the form of its name, a start event asks `start` where a person may start the process."""
    if element.kind == "userTask":
        return element.id
    begins = {"started_by", TAKES_OVER}.intersection(element.properties)
    return START if element.kind == "startEvent" and begins else ""


def check_by_itself(form: FormFile) -> Iterator[LintProblem]:
    for scope in scopes(form):
        for name, field in scope.fields.items():
            yield from _kind(scope, name, field)
            yield from _choices(scope, name, field)
            yield from _default(scope, name, field)
            yield from _show_if(scope, name, field)
            yield from _decision(scope, name, field)
        yield from _required(scope)
        for number, condition in enumerate(scope.schema.get("allOf", ())):
            yield from _condition(scope, number, condition)


def _kind(scope: Scope, name: str, field: Mapping[str, Any]) -> Iterator[LintProblem]:
    kind, its_type = kind_of(dict(field)), field.get("type")
    types = _TYPES_OF.get(kind, _ANY_TYPE)
    if its_type not in types:
        wanted = " or ".join(sorted(each for each in types if each))
        message = f"A field of kind {kind or 'text'} has the type {wanted}, not {its_type or 'none'}."
        yield scope.fault("kind-and-type", ("properties", name), message)
    elif its_type == "array" and "items" not in field:
        yield scope.fault("kind-and-type", ("properties", name), "An array says in `items` what stands in it.")
    elif kind in _FORMATS and field.get("format") != _FORMATS[kind]:
        message = f"A field of kind {kind} has the format {_FORMATS[kind]}."
        yield scope.fault("kind-and-type", ("properties", name), message)
    elif kind and (kind == "list") != ("properties" in field.get("items", {})):
        message = "A field of kind list, and no other, has items with properties of their own."
        yield scope.fault("kind-and-type", ("properties", name), message)


def _default(scope: Scope, name: str, field: Mapping[str, Any]) -> Iterator[LintProblem]:
    offered, default = choices_of(dict(field)), field.get("default", [])
    values = cast(list[object], default if isinstance(default, list) else [default])
    for value in values:
        if offered is not None and value not in offered:
            message = f"The default {value} cannot be chosen.{nearest(str(value), offered)}"
            yield scope.fault("form-reference", ("properties", name), message)


def _choices(scope: Scope, name: str, field: Mapping[str, Any]) -> Iterator[LintProblem]:
    holder = field.get("items", field)
    values = Counter(choice["const"] for choice in holder.get("oneOf", ()))
    for value, times in values.items():
        if times > 1:
            yield scope.fault("repeated-choice", ("properties", name), f"The choice {value} stands twice: keep one.")


def _show_if(scope: Scope, name: str, field: Mapping[str, Any]) -> Iterator[LintProblem]:
    for asked, wanted in field.get("x-ui", {}).get("show_if", {}).items():
        values = [wanted] if isinstance(wanted, str) else wanted
        for message in _unknown(scope, asked, values):
            cause = _cause(scope, asked, values)
            yield scope.fault("form-reference", ("properties", name), f"show_if: {message}", cause)
        if name in scope.schema.get("required", ()):
            message = "It is always required but not always shown: require it with if/then instead."
            yield scope.fault("required-but-hidden", ("properties", name), message)


def _unknown(scope: Scope, name: str, values: list[str]) -> Iterator[str]:
    if name not in scope.fields:
        yield f"there is no field {name} beside it.{nearest(name, frozenset(scope.fields))}"
        return
    choices = choices_of(scope.fields[name])
    for value in values:
        if choices is not None and value not in choices:
            yield f"{name} is never {value}.{nearest(value, choices)}"


def _cause(scope: Scope, name: str, values: list[str]) -> str:
    """What is missing: the question, or the first of the values that it does not offer."""
    question = ".".join((scope.form.process, scope.form.task, *map(str, scope.path[1:2]), name))
    choices = choices_of(scope.fields[name]) if name in scope.fields else None
    unknown = [value for value in values if choices is not None and value not in choices]
    return missing_value(question, unknown[0]) if unknown else question


def _decision(scope: Scope, name: str, field: Mapping[str, Any]) -> Iterator[LintProblem]:
    """Process data holds decisions, never texts and dates: those are answers."""
    free = kind_of(dict(field)) in _FREE or "format" in field or field.get("type") in ("integer", "number")
    if field.get("x-decision") and free:
        message = "A decision is chosen from a list; texts, dates and numbers are answers. Take out x-decision."
        yield scope.fault("decision-kind", ("properties", name), message)


def _required(scope: Scope) -> Iterator[LintProblem]:
    for name in scope.schema.get("required", ()):
        for message in _unknown(scope, name, []):
            yield scope.fault(
                "form-reference", ("required",), f"Always to be answered, but {message}", _cause(scope, name, [])
            )


def _condition(scope: Scope, number: int, condition: Mapping[str, Any]) -> Iterator[LintProblem]:
    path = ("allOf", number)
    for name, test in condition["if"]["properties"].items():
        values = [test["const"]] if "const" in test else test.get("enum", [])
        for message in _unknown(scope, name, values):
            yield scope.fault("form-reference", path, f"if: {message}", _cause(scope, name, values))
    for branch in ("then", "else"):
        for name in condition.get(branch, {}).get("required", ()):
            for message in _unknown(scope, name, []):
                yield scope.fault("form-reference", path, f"{branch}: {message}", _cause(scope, name, []))


def check(form: FormFile, material: Material) -> Iterator[LintProblem]:
    """What the form names beside itself."""
    named: tuple[tuple[str, RuleId, frozenset[str]], ...] = (
        ("x-duty", "unknown-duty", material.tables.duties),
        ("x-check", "unknown-check", material.known.checks),
    )
    for scope, path, part in _annotated(form):
        for annotation, rule, known in named:
            for word in _words(part.get(annotation)):
                if word not in known:
                    yield scope.fault(rule, path, *_not_known(rule, annotation, word, known))
        yield from fact_rules.check(scope, path, part.get("x-when"), material)
        yield from _prefill(scope, path, part, material)
    yield from choice_rules.check(form, material)


def _not_known(rule: RuleId, annotation: str, word: str, known: frozenset[str]) -> tuple[str, str]:
    """What is said of it, and the cause. Duties have numbers for names, of which the nearest says nothing."""
    if rule == "unknown-duty":
        return f"{annotation} names the duty {word}, and duties.csv has none of that name.", missing("duty", word)
    return f"{annotation} names {word}, which is not known.{nearest(word, known)}", ""


def _annotated(form: FormFile) -> Iterator[tuple[Scope, tuple[str | int, ...], Mapping[str, Any]]]:
    """The form, its fields, and their choices: whatever can bear an annotation."""
    yield next(scopes(form)), (), form.schema
    for scope in scopes(form):
        for name, field in scope.fields.items():
            yield scope, ("properties", name), field
            for number, choice in enumerate(field.get("items", field).get("oneOf", ())):
                yield scope, ("properties", name, "oneOf", number), choice


def _prefill(
    scope: Scope, path: tuple[str | int, ...], part: Mapping[str, Any], material: Material
) -> Iterator[LintProblem]:
    for source in part.get("x-prefill", "").split():
        process, _, rest = source.partition(".")
        task, _, name = rest.partition(".")
        form = material.forms.get((process, task))
        if form is None or name not in form.fields:
            message = f"x-prefill: no form asks {source}; write process.task.field."
            yield scope.fault("unknown-prefill", path, message, source)


def check_shared(material: Material) -> Iterator[LintProblem]:
    """A task of one name in several processes: what its decisions are called and may be is the same everywhere."""
    first: dict[tuple[str, str], FormFile] = {}
    for (_, task), form in sorted(material.forms.items()):
        for name, field in form.fields.items():
            if task == START or not field.get("x-decision"):
                continue
            other = first.setdefault((task, name), form)
            before = other.fields[name]
            if (before.get("type"), choices_of(before)) != (field.get("type"), choices_of(field)):
                message = f"{task}.{name} has other choices or another type in {other.file}: make them the same."
                yield form.fault("shared-field", ("properties", name), message)


def _words(value: str | list[str] | None) -> list[str]:
    return value.split() if isinstance(value, str) else value or []
