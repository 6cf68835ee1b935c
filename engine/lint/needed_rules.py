"""What the system does beyond a drawing has what it needs: effects, properties and messages, and their answers.

The closed lists stand in engine/process/vocabulary.py and engine/forms/answer_roles.py. A bundle in which a needed
answer is missing, doubled or of another kind would be published, and the lead, the link or the closure be lost in
silence.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.forms.answer_roles import ANSWER_ROLES, SEVERAL, AnswerRole
from engine.lint.form_file import START, FormFile, choices_of, kind_of, scopes
from engine.lint.lint_problems import LintProblem, RuleId
from engine.lint.material import Material, fault, missing, nearest, of_kind
from engine.lint.table_files import MESSAGES, MessageRow
from engine.process.drawing import Drawing, Element
from engine.process.vocabulary import (
    EFFECTS_VOCABULARY,
    PROPERTIES_VOCABULARY,
    Effect,
    NeededAnswer,
    On,
    ShapeProperty,
    effects_of,
)

_KIND_WORDS = {
    "text": "a text",
    "long_text": "a long text",
    "date": "a date",
    "date_time": "a date with a time",
    "yes_no": "yes or no",
    "one_of": "one of several choices",
    "any_of": "any of several choices",
    "person": "a question about a person",
    "search": "a search",
    "people": "a question about people",
    "agencies": "a question about agencies",
    "list": "a list",
    "number": "a number",
}
_KIND_OF_FORMAT = {"date": "date", "date-time": "date_time"}
_PLACES: Mapping[str, On] = {"userTask": "task", "startEvent": "start"}


@dataclass(frozen=True, slots=True)
class Meaning:
    """An effect or property where it is named: `task` is START for a start event."""

    drawing: Drawing
    element: Element
    task: str
    said: Effect | ShapeProperty


def check(drawing: Drawing, material: Material) -> Iterator[LintProblem]:
    """What the shapes of one drawing say of the system, and the answers that this needs."""
    for element in of_kind(drawing, *_PLACES):
        yield from _values(drawing, element, material)
    for meaning in meanings(drawing):
        for beside in meaning.said.beside:
            if not meaning.element.properties.get(beside):
                message = f"`{meaning.said.name}` goes with `{beside}`: say that too."
                yield fault("needed-by-effect", drawing, meaning.element, message)
        for need in meaning.said.needs:
            yield from _need(meaning, need, material)


def meanings(drawing: Drawing) -> Iterator[Meaning]:
    """Every effect and property of the vocabulary that a drawing names."""
    for element in of_kind(drawing, *_PLACES):
        task = START if element.kind == "startEvent" else element.id
        for name, value in element.properties.items():
            said = PROPERTIES_VOCABULARY.get((_PLACES[element.kind], name))
            if said is not None:
                yield Meaning(drawing, element, task, said)
            for effect in value.split() if name == "effect" else ():
                if effect in effects_of("task"):
                    yield Meaning(drawing, element, task, EFFECTS_VOCABULARY[effect])


def _values(drawing: Drawing, element: Element, material: Material) -> Iterator[LintProblem]:
    for name, value in element.properties.items():
        said = PROPERTIES_VOCABULARY.get((_PLACES[element.kind], name))
        message = _wrong_effect(value) if name == "effect" else _wrong_value(said, value, material) if said else ""
        if message:
            cause = missing("clock", value) if said is not None and said.holds == "clock" else ""
            yield fault("unknown-effect", drawing, element, f"`{name}`: {message}", cause)


def _wrong_effect(value: str) -> str:
    known = effects_of("task")
    wrong = [word for word in value.split() if word not in known]
    if not value.split():
        return "name an effect, or take it out."
    return f"{wrong[0]} is no effect of a task.{nearest(wrong[0], known)}" if wrong else ""


def _wrong_value(said: ShapeProperty, value: str, material: Material) -> str:
    """Why the value of a property means nothing, empty where it does."""
    messages = frozenset(row.name for row in material.tables.messages if row.starts)
    news = frozenset(row.name for row in material.tables.messages) - messages
    kinds = {
        "clock": frozenset(material.tables.clocks),
        "message": messages,
        "message without a process": news,
    }
    known = kinds.get(said.holds)
    if known is not None:
        return "" if value in known else f"{value or 'nothing'} is no {said.holds}.{nearest(value, known)}"
    if said.values and value not in said.values:
        return f"write {' or '.join(said.values)}, or take it out."
    if said.holds == "number" and not value.isdecimal():
        return "write a number."
    return "" if value.strip() else "write something, or take it out."


def _need(meaning: Meaning, need: NeededAnswer, material: Material) -> Iterator[LintProblem]:
    form = _asking(meaning, need, material)
    role = ANSWER_ROLES[need.role]
    if form is None:
        if need.required and need.asked == "referral":
            message = (
                f"With this the system {meaning.said.does}: say `refers` on the start of the process that it begins."
            )
            yield fault("needed-by-effect", meaning.drawing, meaning.element, message)
        return  # a form that is missing is a fault of its own
    for schema, path in _scopes(form, need):
        fields = [name for name, field in schema.get("properties", {}).items() if field.get("x-role") == need.role]
        if not fields and need.required:
            yield form.fault("needed-by-effect", path, f"{_uses(role)}, and nobody asks it: {_ask(role)}.")
        must_be_said = need.required and need.role in ("given_name", "family_name")
        if fields and must_be_said and fields[0] not in schema.get("required", ()):
            yield form.fault("needed-by-effect", path, f"{_uses(role)}: require {fields[0]}.")


def _asking(meaning: Meaning, need: NeededAnswer, material: Material) -> FormFile | None:
    if need.asked == "referral":
        return next((material.forms.get((process, START)) for process in referring(material)), None)
    return material.forms.get((meaning.drawing.process, START if need.asked == "start" else meaning.task))


def referring(material: Material) -> Iterator[str]:
    """The processes that begin with somebody who refers a child."""
    for process, drawing in material.drawings.items():
        if any("refers" in start.properties for start in of_kind(drawing, "startEvent")):
            yield process


def _scopes(form: FormFile, need: NeededAnswer) -> Iterator[tuple[Mapping[str, Any], tuple[str | int, ...]]]:
    """The form, or the items of each list in which the answer is asked; none where there is no such list."""
    if not need.within:
        yield form.schema, ()
    for name, field in form.fields.items():
        if need.within and field.get("x-role") == need.within and field.get("items"):
            yield field["items"], ("properties", name, "items")


def check_form(form: FormFile, material: Material) -> Iterator[LintProblem]:
    """Each answer with a role is of a kind that the system understands, asked once, and used."""
    used = _used(form, material)
    for scope in scopes(form):
        seen: set[str] = set()
        for name, field in scope.fields.items():
            role = ANSWER_ROLES.get(field.get("x-role", ""))
            if role is None:
                continue
            messages = [*_wrong_kind(role, field), *_unknown_to_choices(role, field)]
            if role.name in seen and role.name not in SEVERAL:
                messages.append(f"{_uses(role)}: ask it once (x-role: {role.name} stands on another question too).")
            if role.name in _BY_EFFECT and role.name not in used:
                messages.append(
                    f"{_uses(role)}, but only where a shape says {_BY_EFFECT[role.name]}: say it there, or take out "
                    f"x-role: {role.name}."
                )
            yield from (scope.fault("needed-by-effect", ("properties", name), message) for message in messages)
            seen.add(role.name)


def _wrong_kind(role: AnswerRole, field: dict[str, Any]) -> Iterator[str]:
    kind = kind_of(field) or ("one_of" if "oneOf" in field else _KIND_OF_FORMAT.get(field.get("format", ""), "text"))
    if kind not in role.kinds:
        yield f"{_uses(role)}: {_ask(role)}."


def _unknown_to_choices(role: AnswerRole, field: dict[str, Any]) -> Iterator[str]:
    offered = choices_of(field) or frozenset[str]()
    for value in role.values:
        if value not in offered:
            yield f"{_uses(role)}, and knows the choice {value}: offer it.{nearest(value, offered)}"


def _uses(role: AnswerRole) -> str:
    return f"The system uses this answer {role.used_for}"


def _ask(role: AnswerRole) -> str:
    kinds = " or ".join(_KIND_WORDS[kind] for kind in role.kinds)
    return f"ask it in this form, as {kinds} (x-role: {role.name})"


def _used(form: FormFile, material: Material) -> frozenset[str]:
    """The roles that effects and properties need of this form."""
    found = (meaning for drawing in material.drawings.values() for meaning in meanings(drawing))
    return frozenset(
        need.role for meaning in found for need in meaning.said.needs if _asking(meaning, need, material) is form
    )


def _only_by_effect() -> dict[str, str]:
    """The roles that one effect or property alone reads, with what must then be said."""
    said: dict[str, set[str]] = {}
    for one in (*EFFECTS_VOCABULARY.values(), *PROPERTIES_VOCABULARY.values()):
        words = f"the effect {one.name}" if isinstance(one, Effect) else f"the property {one.name}"
        for need in one.needs:
            said.setdefault(need.role, set()).add(words)
    return {role: words.pop() for role, words in said.items() if len(words) == 1 and role not in _READ_ANYWHERE}


_READ_ANYWHERE = frozenset({"lead", "reason", "row", "born", "expected", "address", "at_risk"})
"""Roles whose answers mean something without an effect, or inside a list that has one."""
_BY_EFFECT = _only_by_effect()


def check_messages(material: Material) -> Iterator[LintProblem]:
    """The effects of messages.csv, and what stands beside them."""
    for row in material.tables.messages:
        for rule, message in _of_message(row, frozenset(material.tables.roles)):
            cause = missing("role", row.alerts) if rule == "unknown-role" else ""
            yield LintProblem(MESSAGES, row.name, row.line, message, rule, cause=cause)


def _of_message(row: MessageRow, roles: frozenset[str]) -> Iterator[tuple[RuleId, str]]:
    known = effects_of("message")
    for effect in (one for one in row.effects if one not in known):
        yield "unknown-effect", f"{effect} is no effect of a message.{nearest(effect, known)}"
    for message in _beside(row):
        yield "needed-by-effect", message
    if row.alerts and row.alerts not in roles:
        yield "unknown-role", f"alerts names {row.alerts}, which is no role of roles.toml.{nearest(row.alerts, roles)}"


def _beside(row: MessageRow) -> Iterator[str]:
    tells = "alerts" in row.effects
    if row.news and "reaches_child" not in row.effects:
        yield "news is filled in, but stays in its case: say reaches_child in the column effect, or empty news."
    for column, value in (("alerts", row.alerts), ("alert_words", row.alert_words)):
        if tells and not value:
            yield f"With the effect alerts the system tells somebody: fill in {column}."
        if value and not tells:
            yield f"{column} is filled in, but nobody is told: say alerts in the column effect, or empty {column}."
