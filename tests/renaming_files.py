"""Drawings, forms and tables under other names."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import Any, cast

from lxml import etree

from engine.forms.duty_judgement import JUDGING
from tests.renaming_names import Renaming

_EXPRESSIONS = frozenset({"automatic", "for_each", "for_agency", "resumes_when"})
_OF_ONE = {
    **dict.fromkeys(("resumes_clock", "carries_on_clock"), "clocks"),
    **dict.fromkeys(("calls_for_known_child", "gives_way_to_plan"), "messages"),
}
_ROLES = frozenset({"started_by", "also"})
_PLACES = frozenset({"x-prefill", "x-choices", "x-decided-in"})
_IN_ROLES = {kind: re.compile(rf'^(\[{kind}\.|{kind} = ")(\w+)', re.MULTILINE) for kind in ("role", "agency")}


def drawing(names: Renaming, content: bytes) -> bytes:
    root = etree.fromstring(content)
    for node in root.iter("{*}*"):
        tag = etree.QName(node).localname
        _attributes(names, node, tag)
        if tag == "property":
            _property(names, node)
        elif tag in ("conditionExpression", "loopCardinality"):
            node.text = names.expression(node.text or "")
        elif tag in ("flowNodeRef", "timeDate"):
            others = names.clocks if tag == "timeDate" else names.tasks
            node.text = others.get((node.text or "").strip(), node.text)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _attributes(names: Renaming, node: Any, tag: str) -> None:
    """Within a drawing ids are of tasks and lanes, but for its process and its messages."""
    shapes = {**names.tasks, **names.roles}
    ids = {"process": names.processes, "message": names.messages}.get(tag, shapes)
    others = {
        **dict.fromkeys(("sourceRef", "targetRef", "attachedToRef", "bpmnElement"), shapes),
        "id": ids,
        "processRef": names.processes,
        "messageRef": names.messages,
        **({"name": names.messages} if tag == "message" else {}),
    }
    for attribute, changed in others.items():
        if node.get(attribute) in changed:
            node.set(attribute, changed[node.get(attribute)])


def _property(names: Renaming, node: Any) -> None:
    name, value = node.get("name", ""), node.get("value", "")
    if name in _ROLES:
        node.set("value", " ".join(names.roles.get(one, one) for one in value.split()))
    elif name == "not_by":
        node.set("value", names.place(value) if "." in value else names.tasks.get(value, value))
    elif name in _OF_ONE:
        node.set("value", getattr(names, _OF_ONE[name]).get(value, value))
    elif name in _EXPRESSIONS:
        node.set("value", names.expression(value))
    elif name.startswith("payload."):
        carried = name.removeprefix("payload.")
        node.set("name", f"payload.{names.fields.get(carried, carried)}")
        node.set("value", names.expression(value))


def form(names: Renaming, schema: dict[str, Any]) -> dict[str, Any]:
    """A form, or the schema of the items of a list."""
    found = dict(schema)
    if "properties" in found:
        fields = found["properties"].items()
        found["properties"] = {names.fields.get(name, name): _field(names, name, one) for name, one in fields}
    if "required" in found:
        found["required"] = [names.fields.get(name, name) for name in found["required"]]
    if "allOf" in found:
        found["allOf"] = [_rule(names, rule) for rule in found["allOf"]]
    if "with" in found.get("x-shares", {}):
        shares = found["x-shares"]
        found["x-shares"] = {**shares, "with": [names.agencies.get(one, one) for one in shares["with"]]}
    for table in set(JUDGING) & found.keys():
        found[table] = {duty: names.judgement(source) for duty, source in found[table].items()}
    return found


def _field(names: Renaming, name: str, schema: dict[str, Any]) -> dict[str, Any]:
    found = _annotated(names, form(names, schema))
    if "items" in found:
        found["items"] = _field(names, name, found["items"])
    if "oneOf" in found:
        offered = (_annotated(names, choice) for choice in found["oneOf"])
        found["oneOf"] = [{**choice, "const": _values(names, name, choice["const"])} for choice in offered]
    if "show_if" in found.get("x-ui", {}):
        shown = {names.fields.get(k, k): _values(names, k, v) for k, v in found["x-ui"]["show_if"].items()}
        found["x-ui"] = {**found["x-ui"], "show_if": shown}
    for keyword in {"enum", "default", "x-by-system"} & found.keys():
        found[keyword] = _values(names, name, found[keyword])
    return found


def _annotated(names: Renaming, part: dict[str, Any]) -> dict[str, Any]:
    """A field or a choice, with what it says of other fields, tasks and clocks."""
    changed = {key: " ".join(map(names.place, part[key].split(" "))) for key in _PLACES & part.keys()}
    condition = {"x-when": names.condition(part["x-when"])} if "x-when" in part else {}
    read = {"x-read-by": [names.reader(one) for one in part["x-read-by"]]} if "x-read-by" in part else {}
    return {**part, **changed, **condition, **read, **dict(_dated(names, part))}


def _dated(names: Renaming, part: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What it says of days, and of answers that are refused."""
    for key in ("x-not-before", "x-not-after", "x-explained-before"):
        if key in part:
            texts: list[str] = part[key] if isinstance(part[key], list) else [part[key]]
            yield key, [names.bound(text) for text in texts] if isinstance(part[key], list) else names.bound(texts[0])
    if "x-serves" in part:
        served = part["x-serves"]
        clocks = {"clocks": [names.clocks.get(one, one) for one in served["clocks"]]} if "clocks" in served else {}
        yield "x-serves", {**served, **clocks}
    if "x-excludes" in part:
        yield "x-excludes", names.fields.get(part["x-excludes"], part["x-excludes"])
    if "x-refuse" in part:
        yield "x-refuse", [{**one, "when": names.condition(one["when"])} for one in part["x-refuse"]]


def _values(names: Renaming, name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_values(names, name, one) for one in cast("list[Any]", value)]
    return names.party(value) if name in names.agency_fields and isinstance(value, str) else value


def _rule(names: Renaming, rule: dict[str, Any]) -> dict[str, Any]:
    tested = {
        names.fields.get(name, name): {keyword: _values(names, name, value) for keyword, value in test.items()}
        for name, test in rule["if"]["properties"].items()
    }
    found = {"if": form(names, {"required": rule["if"]["required"]}) | {"properties": tested}}
    return found | {branch: form(names, rule[branch]) for branch in ("then", "else") if branch in rule}


def roles(names: Renaming, text: str) -> str:
    for head, others in (("role", names.roles), ("agency", names.agencies)):
        text = _IN_ROLES[head].sub(lambda found, others=others: found[1] + others.get(found[2], found[2]), text)
    return text


def table(text: str, change: Callable[[dict[str, str]], dict[str, str]]) -> bytes:
    rows = csv.DictReader(io.StringIO(text))
    written = io.StringIO()
    writer = csv.DictWriter(written, fieldnames=[*(rows.fieldnames or ())], lineterminator="\n")
    writer.writeheader()
    writer.writerows(change(row) for row in rows)
    return written.getvalue().encode()


def message(names: Renaming, row: dict[str, str]) -> dict[str, str]:
    payload = " ".join(names.fields.get(name, name) for name in row["payload"].split())
    alerts = {"alerts": names.roles.get(row["alerts"], row["alerts"])} if "alerts" in row else {}
    return {
        **row,
        "message": names.messages.get(row["message"], row["message"]),
        "starts": names.processes.get(row["starts"], row["starts"]),
        "until": names.events(row["until"]),
        "payload": payload,
        **alerts,
    }


def clock(names: Renaming, row: dict[str, str]) -> dict[str, str]:
    events = {column: names.events(row[column]) for column in ("starts_on", "met_on", "stopped_on")}
    moments = {column: names.moment(row[column]) for column in ("counts_from", "met_at")}
    return {**row, "id": names.clocks.get(row["id"], row["id"]), **events, **moments}


def duty(names: Renaming, row: dict[str, str]) -> dict[str, str]:
    clock = row.get("clock_id", "")
    return {
        **row,
        "process": names.processes.get(row["process"], row["process"]),
        "clock_id": " ".join(names.clocks.get(one, one) for one in clock.split(" ")),
    }
