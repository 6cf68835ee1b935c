"""Stories under the other names of a bundle. Verbs and the words for a child are the language of stories, and stay."""

import json
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, cast

from engine.scenario.names import person_name, task_name
from engine.scenario.story_words import CHILD
from tests.renaming_names import Renaming

_CHILD_WORDS = frozenset({"child", *(word.name for word in CHILD)})


# What a step says beside its verb is not of the models, or asked by no form of theirs; to whom a task goes that goes to
# nobody.
_ITS_OWN_FORMS = frozenset({"act", "record"})
_ITS_OWN_WORDS = {"holiday", "duty", "release", "reassign", "record", "migrate"}
_NO_PERSON = ("team", "nobody")


def retold(names: Renaming, text: str) -> str:
    story = tomllib.loads(text)
    children = {child: _facts(names, facts) for child, facts in story["child"].items()}
    steps = [_step(names, step) for step in story["step"]]
    head = [f"{key} = {_toml(value)}" for key, value in story.items() if key not in ("child", "step")]
    tables = [_table(f"[child.{child}]", facts) for child, facts in children.items()]
    return "\n\n".join(["\n".join(head), *tables, *(_table("[[step]]", step) for step in steps)]) + "\n"


def _facts(names: Renaming, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key if key in _CHILD_WORDS else names.fields.get(key, key): value for key, value in facts.items()}


def _step(names: Renaming, step: Mapping[str, Any]) -> dict[str, Any]:
    changes: Mapping[str, Callable[[Any], Any]] = {
        "as": lambda value: _person(names, value),
        **dict.fromkeys(("start", "take_over"), lambda value: names.processes.get(value, value)),
        **dict.fromkeys(("do", "claim", "release", "reassign", "correct", "depart"), lambda value: _task(names, value)),
        "approved_by": lambda value: _person(names, value),
        "to": lambda value: value if value in _NO_PERSON else _person(names, value),
        "for": lambda value: names.agencies.get(value, value),
        "with": lambda value: _said(names, value) if _ITS_OWN_WORDS & step.keys() else _answers(names, value),
        "each": lambda value: {case: _answers(names, own) for case, own in value.items()},
        "fields": lambda value: value if _ITS_OWN_FORMS & step.keys() else [_field_path(names, path) for path in value],
        "expect": lambda value: _expected(names, value),
    }
    return {key: changes[key](value) if key in changes else value for key, value in step.items()}


def _said(names: Renaming, said: Mapping[str, Any]) -> dict[str, Any]:
    """Where no form of the models asks: by the product's own words, which may name agencies."""
    of_agencies = ("agencies", "against_agencies")
    several = {
        key: [names.agencies.get(one, one) for one in value] for key, value in said.items() if key in of_agencies
    }
    one = {key: names.agencies.get(value, value) for key, value in said.items() if key == "agency"}
    return {**said, **several, **one}


def _person(names: Renaming, written: str) -> str:
    role = person_name(written).role
    return names.roles.get(role, role) + written[len(role) :]


def _task(names: Renaming, written: str) -> str:
    process, task, agency = task_name(written)
    of = f"{names.processes.get(process, process)}." if process else ""
    return of + names.tasks.get(task, task) + (f"({names.agencies.get(agency, agency)})" if agency else "")


def _field_path(names: Renaming, path: str) -> str:
    return ".".join(names.fields.get(part, part) for part in path.split("."))


def _answers(names: Renaming, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Also of an item of a list, in which `child` names a child of the story."""
    return {names.fields.get(key, key): _value(names, key, value) for key, value in answers.items()}


def _value(names: Renaming, field: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_value(names, field, one) for one in cast("list[Any]", value)]
    if isinstance(value, dict):
        return _answers(names, cast("dict[str, Any]", value))
    if not isinstance(value, str):
        return value
    if field in names.row_fields:
        return _row(names, value)
    if field in names.person_fields:
        return _person(names, value)
    return names.party(value) if field in names.agency_fields else value


def _row(names: Renaming, value: str) -> str:
    """`assessment_2`: the second of a process that runs; or an agency."""
    process, _, number = value.rpartition("_")
    if number.isdecimal() and process in names.processes:
        return f"{names.processes[process]}_{number}"
    return names.processes.get(value) or names.party(value)


def _expected(names: Renaming, expect: Mapping[str, Any]) -> dict[str, Any]:
    changes: Mapping[str, Callable[[str], str]] = {
        **dict.fromkeys(("open", "has", "not_open"), lambda one: _task(names, one)),
        **dict.fromkeys(("due", "met", "late", "not_late", "stopped"), lambda one: names.clocks.get(one, one)),
        **dict.fromkeys(("running", "ended", "not_running"), lambda one: names.processes.get(one, one)),
    }
    found = {key: _each(changes[key], value) if key in changes else value for key, value in expect.items()}
    if "lead" in expect and expect["lead"] not in _NO_PERSON:
        found["lead"] = _person(names, expect["lead"])
    if "data" in expect:
        data = expect["data"].items()
        found["data"] = {_decision(names, key): _value(names, key.rpartition(".")[2], value) for key, value in data}
    return found


def _each(change: Callable[[str], str], value: Any) -> Any:
    """A list of names, or a table by name."""
    if isinstance(value, Mapping):
        return {change(key): one for key, one in cast("dict[str, Any]", value).items()}
    return [change(one) for one in value]


def _decision(names: Renaming, written: str) -> str:
    task, _, field = written.rpartition(".")
    return f"{_task(names, task)}.{names.fields.get(field, field)}"


def _table(head: str, values: Mapping[str, Any]) -> str:
    return "\n".join([head, *(f"{key} = {_toml(value)}" for key, value in values.items())])


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        table = cast("Mapping[str, Any]", value)
        return f"{{ {', '.join(f'{json.dumps(key)} = {_toml(one)}' for key, one in table.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, cast('list[Any]', value)))}]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)
