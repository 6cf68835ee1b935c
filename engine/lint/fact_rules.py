"""What a form asks of the case: the facts that its conditions (`x-when`) name exist, and can be answered."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.expressions.evaluation import BadExpression, names_read
from engine.expressions.syntax import parsed, path_of, paths_tested
from engine.forms.checks import FACTS
from engine.lint.comparisons import values_compared
from engine.lint.condition_rules import missing_value, starts_unasked, wrong_value
from engine.lint.form_file import START, FormFile, Path, Scope, choices_of, kind_of
from engine.lint.lint_problems import LintProblem, RuleId
from engine.lint.material import Material, as_text, instead_of_role, missing, missing_task, nearest, of_kind, role_gone

_MAY_BE_MISSING = ("answers", "last", "start")
_UNKNOWN_AT_TIMES = "child.working_days_to_18"
"""Nobody may know when a child was born."""
Fields = Mapping[str, dict[str, Any]]


def check(
    scope: Scope, path: Path, source: str | None, material: Material, said: str = "x-when"
) -> Iterator[LintProblem]:
    """The condition of a field or a choice, where it has one; `said` is the annotation that it stands in."""
    if source is None:
        return
    try:
        read = {name: _fact(name, scope.form, material) for name in sorted(names_read(source))}
    except BadExpression as error:
        yield scope.fault("bad-expression", path, f"{said}: {error}")
        return
    for rule, name, message in (*_of_facts(read, source, scope.form, material), *_of_values(read, source, material)):
        yield scope.fault(rule, path, f"{said}: {message}", _cause(rule, name, scope.form, material))


def _cause(rule: RuleId, name: str, form: FormFile, material: Material) -> str:
    """The question that is not asked as it is read, by whatever names it: that a fact is no fact has no brothers."""
    if gone := role_gone(name.partition(" = ")[2], material):
        return gone
    root, _, rest = name.partition(".")
    if root == "running":
        return missing("clock", rest)
    if root in ("open", "done"):
        return missing_task(form.process, rest)
    if rule == "maybe-missing" or root not in _MAY_BE_MISSING:
        return ""
    owner = {"answers": f"{form.task}.", "last": "", START: f"{START}."}[root]
    return f"{form.process}.{owner}{rest}"


def _of_facts(
    read: Mapping[str, dict[str, Any] | str], source: str, form: FormFile, material: Material
) -> Iterator[tuple[RuleId, str, str]]:
    """Rule, what is read (with its value where that is the fault), message."""
    whole, tested = path_of(parsed(source)), paths_tested(source)
    for name, found in read.items():
        if isinstance(found, str):
            yield "unknown-fact", name, found
        elif name == whole and _is_answer(name):
            yield "bad-expression", "", f"{name} is an answer and no condition: compare it, or write has({name})."
        elif name not in tested and _may_be_missing(name, found, form, material):
            yield "maybe-missing", name, f"{name} may not have been answered: write has({name}) and ..."


def _of_values(
    read: Mapping[str, dict[str, Any] | str], source: str, material: Material
) -> Iterator[tuple[RuleId, str, str]]:
    for name, value in sorted(values_compared(source)):
        field = read.get(name)
        if isinstance(field, dict) and (message := wrong_answer(name, value, field, material)):
            yield "unknown-value", missing_value(name, value), message


def _fact(name: str, form: FormFile, material: Material) -> dict[str, Any] | str:
    """The field that a fact reads, empty for one that is true or false; or what is wrong with its name."""
    if name in FACTS and "<" not in name:
        return {}
    root, _, rest = name.partition(".")
    if root in ("open", "done"):
        return {} if rest in _tasks(form, material) else _unknown(name, rest, "task", _tasks(form, material))
    if root == "running":
        clocks = frozenset(material.tables.clocks)
        return {} if rest in clocks else _unknown(name, rest, "clock", clocks)
    if root == "child":
        return _of_child(name, rest, material)
    asked = _asked(root, rest, form, material)
    if asked is None:
        return f"There is no fact {name}.{nearest(name, frozenset(FACTS))}{as_text(name)}"
    field = rest.rpartition(".")[2] if root == "last" else rest
    return asked[field] if field in asked else _unknown(name, field, "question", frozenset(asked))


def _of_child(name: str, rest: str, material: Material) -> dict[str, Any] | str:
    """`answered.process.task.question.answer`, whatever the process of the form is."""
    parts = rest.split(".")[1:]
    if rest.partition(".")[0] not in ("answered", "awaits") or len(parts) != 4:
        return f"There is no fact {name}.{nearest(name, frozenset(FACTS))}"
    process, task, question, answer = parts
    asked = material.forms.get((process, task))
    if asked is None:
        return f"{name}: there is no form {process}.{task}."
    if question not in asked.fields:
        return _unknown(name, question, "question", frozenset(asked.fields))
    offered = choices_of(asked.fields[question]) or frozenset[str]()
    return {} if answer in offered else _unknown(name, answer, "answer", offered)


def _asked(root: str, rest: str, form: FormFile, material: Material) -> Fields | None:
    """The questions among which `rest` names one; None where there is no such form."""
    if root == "answers":
        return form.fields
    element = START if root == START else rest.partition(".")[0] if root == "last" else ""
    other = material.forms.get((form.process, element))
    return other.fields if other else None


def _unknown(name: str, missing: str, what: str, known: frozenset[str]) -> str:
    return f"{name}: there is no {what} {missing}.{nearest(missing, known)}"


def _tasks(form: FormFile, material: Material) -> frozenset[str]:
    drawing = material.drawings.get(form.process)
    return frozenset(task.id for task in of_kind(drawing, "userTask")) if drawing else frozenset()


def _is_answer(name: str) -> bool:
    return name.partition(".")[0] in _MAY_BE_MISSING


def _may_be_missing(name: str, field: dict[str, Any], form: FormFile, material: Material) -> bool:
    root, _, rest = name.partition(".")
    if root != START:
        return _is_answer(name) or name == _UNKNOWN_AT_TIMES
    started, drawing = material.forms[form.process, START], material.drawings.get(form.process)
    unasked = drawing is not None and starts_unasked(drawing, rest, material)
    return "default" not in field and (rest not in started.schema.get("required", ()) or unasked)


def wrong_answer(name: str, value: str, field: dict[str, Any], material: Material) -> str:
    """Why a question can never be answered with the value, empty where it can."""
    if kind_of(field) != "agencies":
        return wrong_value(name, value, field)
    own = {choice["const"] for choice in field.get("items", {}).get("oneOf", ())}
    known = frozenset({*material.tables.agencies, *material.tables.roles, *own})
    if value in known:
        return ""
    return f'{name} never names "{value}": it is no agency and no role.{instead_of_role(value, known, material)}'
