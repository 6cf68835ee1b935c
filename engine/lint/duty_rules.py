"""What forms say of duties: each delivered duty is judged, over questions that exist, by what can be so or not so.

And who they say reads an answer later: a step, a clock, or a reader of the engine's own list.
"""

from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any

from engine.expressions.evaluation import BadExpression, names_read
from engine.forms.duty_judgement import BESIDE, JUDGING, holds
from engine.forms.readers import READERS
from engine.lint.comparisons import bare_names, fields_of_items, values_compared
from engine.lint.condition_rules import missing_value
from engine.lint.fact_rules import Fields, wrong_answer
from engine.lint.form_file import START, FormFile, choices_of, kind_of, scopes
from engine.lint.lint_problems import LintProblem
from engine.lint.material import Material, as_text, missing, missing_task, nearest, of_kind, role_gone
from engine.lint.table_files import DUTIES

WHEN, LAST, CASE, CLOCK = JUDGING[0], "last", "case", "clock "
MOST_ANSWERS = 50_000
"""Of so many ways to answer the questions of one judgement at most, it is asked whether it holds."""
_SOMETHING = "something"
Values = tuple[Any, ...]


def check(form: FormFile, material: Material) -> Iterator[LintProblem]:
    for table in JUDGING:
        for duty in form.schema.get(table, {}):
            path = (table, duty)
            if duty not in material.tables.duties:
                message = f"{table} names the duty {duty}, and duties.csv has none of that name."
                yield form.fault("unknown-duty", path, message, missing("duty", duty))
            if duty not in form.schema.get(WHEN, {}):
                yield form.fault("duty-not-judged", path, f"Say in {WHEN} when {duty} is done: without it nothing is.")
    yield from (problem for _, problem in check_judging(form, material))
    yield from _readers(form, material)


def check_judging(form: FormFile, material: Material) -> Iterator[tuple[str, LintProblem]]:
    """What is wrong with the conditions of each duty, and with which duty."""
    for table in JUDGING:
        for duty, source in form.schema.get(table, {}).items():
            yield from ((duty, problem) for problem in _expression(form, (table, duty), source, material))


def check_table(material: Material) -> Iterator[LintProblem]:
    """Every duty that is delivered is judged somewhere."""
    judged = {duty for form in material.forms.values() for duty in form.schema.get(WHEN, {})}
    for duty, line in material.tables.delivered.items():
        if duty not in judged:
            message = f"No form says when {duty} is done: add it to {WHEN} of the form that asks."
            yield LintProblem(DUTIES, duty, line, message, "duty-not-judged")


def _expression(form: FormFile, path: tuple[str, str], source: str, material: Material) -> Iterator[LintProblem]:
    try:
        read = {name: _field(name, form, material) for name in (*names_read(source), *fields_of_items(source))}
    except BadExpression as error:
        yield form.fault("bad-expression", path, str(error))
        return
    bare = bare_names(source)
    missing = sorted(name for name, field in read.items() if field is None)
    for name in missing:
        known = frozenset(form.fields)
        hint = as_text(name) if name in bare else nearest(name, known)
        message = f"No question of this form is called {name}.{hint}"
        yield form.fault("unknown-name", path, message, _cause(form, name))
    wrong = [
        (message, role_gone(value, material) or missing_value(_cause(form, name), value))
        for name, value in sorted(values_compared(source))
        if (field := read.get(name)) and (message := wrong_answer(name, value, field, material))
    ]
    for message, cause in wrong:
        yield form.fault("unknown-value", path, message, cause)
    if not missing and not wrong:
        yield from _undecided(form, path, source, material)


def _cause(form: FormFile, name: str) -> str:
    """The question that a path means, whoever reads it."""
    beside = name.partition(".")[0] in BESIDE
    return f"{form.process}.{name.removeprefix('last.') if beside else f'{form.task}.{name}'}"


def _field(name: str, form: FormFile, material: Material) -> dict[str, Any] | None:
    """The question that a path names, empty for what a message brings; None where there is none."""
    element, _, rest = name.partition(".")
    if element == START:
        row = material.tables.started_by(form.process)
        asked = material.forms.get((form.process, START))
        brought: Fields = {one: {} for one in (row.payload if row else ())}
        return ({**brought, **asked.fields} if asked else brought).get(rest)
    if element == CASE:
        return {} if rest in material.known.facts else None
    if element == LAST:
        task, _, field = rest.partition(".")
        other = material.forms.get((form.process, task)) if task != START else None
        return other.fields.get(field) if other else None
    inner = form.fields.get(element, {}).get("items", {}).get("properties", {})
    return inner.get(rest) if rest else form.fields.get(element)


def _undecided(form: FormFile, path: tuple[str, str], source: str, material: Material) -> Iterator[LintProblem]:
    """Tried over the ways to answer what it reads, where every question may also be left unanswered."""
    agencies = frozenset(material.tables.agencies) - frozenset(material.tables.leading_agencies)
    ways = list(islice(_ways(form, source, material, agencies), MOST_ANSWERS))
    found = {holds(source, way, agencies) for way in ways}
    if len(found) < 2 and len(ways) < MOST_ANSWERS:
        always = "always" if True in found else "never"
        yield form.fault("duty-undecided", path, f"However the form is answered, this is {always} so.")


def _ways(form: FormFile, source: str, material: Material, agencies: frozenset[str]) -> Iterator[dict[str, Any]]:
    read, compared = names_read(source), values_compared(source)
    beside = sorted(name for name in read if name.partition(".")[0] in BESIDE)
    own = _with_what_shows_them(form, {name.partition(".")[0] for name in read} - set(BESIDE))
    offered = {name: _offered(name, form.fields[name], compared, agencies) for name in own}
    for name in beside:
        told = (True, False)
        field = _field(name, form, material) or {}
        offered[name] = told if name.startswith(f"{CASE}.") else _offered(name, field, compared, agencies)
    for given in product(*offered.values()):
        way = dict(zip(offered, given, strict=True))
        answers = _shown(form, {name: way[name] for name in own})
        for name in beside:
            if way[name] is not None:
                _put(answers, name.split("."), way[name])
        yield answers


def _put(answers: dict[str, Any], path: list[str], value: Any) -> None:
    for part in path[:-1]:
        answers = answers.setdefault(part, {})
    answers[path[-1]] = value


def _with_what_shows_them(form: FormFile, names: set[str]) -> list[str]:
    """In order of the file, so that what shows a question stands before it. A question that is gone shows nothing, and
    whatever it would show stays hidden: `form-reference` says so.
    """
    wanted = set(names)
    while more := {name for one in wanted for name in _show_if(form.fields.get(one, {}))} - wanted:
        wanted |= more
    return [name for name in form.fields if name in wanted]


def _show_if(field: Mapping[str, Any]) -> Mapping[str, list[str]]:
    shown: Mapping[str, str | list[str]] = field.get("x-ui", {}).get("show_if", {})
    return {name: [wanted] if isinstance(wanted, str) else wanted for name, wanted in shown.items()}


def _shown(form: FormFile, given: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is not answered, and without the answers of questions that stay hidden."""
    answers: dict[str, Any] = {}
    for name, value in given.items():
        hidden = any(answers.get(asked) not in wanted for asked, wanted in _show_if(form.fields[name]).items())
        if value is not None and not hidden:
            answers[name] = value
    return answers


def _offered(
    name: str, field: dict[str, Any], compared: frozenset[tuple[str, str]], agencies: frozenset[str]
) -> Values:
    """Some answers that can tell one expression from another, and None for none."""
    named = sorted(value for path, value in compared if path == name)
    if "properties" in field.get("items", {}):
        inner = sorted(pair for pair in compared if pair[0].startswith(f"{name}."))
        rows: list[dict[str, Any]] = [{path.partition(".")[2]: value} for path, value in inner]
        return (None, *([row] for row in rows), [{}])
    if field.get("type") == "array":
        choices = sorted(choices_of(field) or ())
        return (None, *([one] for one in named), named or choices, [*named, *sorted(agencies)])
    if kind_of(field) == "number" or field.get("type") in ("integer", "number"):
        return (None, 0, 1)
    return (None, *(sorted(choices_of(field) or ()) or (*named, _SOMETHING)))


def _readers(form: FormFile, material: Material) -> Iterator[LintProblem]:
    known = frozenset({*READERS, *_steps(material), *(f"{CLOCK}{clock}" for clock in material.tables.clocks)})
    for scope in scopes(form):
        for name, field in scope.fields.items():
            said: str | list[str] = field.get("x-read-by", [])
            for reader in [said] if isinstance(said, str) else said:
                if reader not in known:
                    message, cause = _no_reader(reader, known, material)
                    yield scope.fault("unknown-reader", ("properties", name), f"x-read-by names {message}", cause)


def _no_reader(reader: str, known: frozenset[str], material: Material) -> tuple[str, str]:
    """What is not there, and the cause."""
    if reader.startswith(CLOCK):
        clock = reader.removeprefix(CLOCK)
        hint = nearest(clock, frozenset(material.tables.clocks))
        return f"the clock {clock}, and timescales.csv has none of that name.{hint}", missing("clock", clock)
    process, _, task = reader.partition(".")
    if task and process in material.drawings:
        return f"{reader}, and {process} has no such task.{nearest(reader, known)}", missing_task(process, task)
    return f"{reader}, and there is no such process, task or reader.{nearest(reader, known)}", missing(
        "process", process
    )


def _steps(material: Material) -> Iterator[str]:
    """Processes, whose drawing reads it, and tasks, whose page shows it."""
    for process, drawing in material.drawings.items():
        yield process
        yield from (f"{process}.{task.id}" for task in of_kind(drawing, "userTask"))
