"""What the forms of other tools ask, made into forms of ours: Camunda's and Flowable's fields and Camunda's JSON forms.

A form that stands in a file of its own is not here: then ours is empty, and its name is said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import orjson

from engine.importing.given_ids import GivenIds, words_of
from engine.importing.import_report import ImportReport, plain
from engine.importing.read_condition import AskedFor
from engine.process.drawing import BPMN, local_name
from engine.process.safe_xml import XmlElement

_KINDS: Mapping[str, str] = {
    **dict.fromkeys(("string", "textfield", "text_field", "text"), "text"),
    **dict.fromkeys(("textarea", "multi-line-text"), "long_text"),
    **dict.fromkeys(("long", "integer", "int", "double", "number", "float"), "number"),
    **dict.fromkeys(("boolean", "checkbox"), "yes_no"),
    **dict.fromkeys(("enum", "select", "radio", "dropdown", "radio-buttons"), "one_of"),
    **dict.fromkeys(("checklist", "taglist"), "any_of"),
    **dict.fromkeys(("date", "datetime"), "date"),
}
_TYPES = {"number": "number", "any_of": "array"}
_DECIDING = ("yes_no", "one_of", "any_of")
_MOST_CHOICES, _MOST_FIELDS, _LONGEST = 100, 100, 1000
_ELSEWHERE = "Its form stands in another file: write its questions here."


@dataclass(slots=True)
class ForeignField:
    """A question of another tool; `choices` are its values with what people read."""

    id: str
    title: str
    kind: str
    required: bool
    choices: dict[str, str]
    name: str = ""
    decides: bool = False
    consts: dict[str, str] | None = None


@dataclass(slots=True)
class ForeignForm:
    title: str
    description: str
    fields: list[ForeignField]

    def asks(self, task: str) -> Iterator[tuple[str, AskedFor]]:
        """By the names that conditions of the other tool read."""
        for one in self.fields:
            yield one.id, AskedFor(f"{task}.{one.name}", one.consts or {})

    def content(self) -> bytes:
        properties = {one.name: _schema(one) for one in self.fields}
        form: dict[str, Any] = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.title,
            **({"description": self.description} if self.description else {}),
            "type": "object",
            "properties": properties,
            "required": [one.name for one in self.fields if one.required],
        }
        return orjson.dumps(form, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def foreign_form(node: XmlElement, title: str, report: ImportReport) -> ForeignForm:
    """The form of a task or of a start event; without questions where the file has none."""
    parts = [part for holder in node.iterchildren(f"{BPMN}extensionElements") for part in holder.iter("{*}*")]
    fields = [one for part in parts for one in _fields(part, node, report)]
    keys = [str(value) for name, value in node.attrib.items() if str(name).endswith(("}formKey", "}formRef"))]
    for key in keys:
        report.change(f"{_ELSEWHERE[:-1]} ({plain(key)[:80]}).", node)
    if len(fields) > _MOST_FIELDS:
        report.change(f"Only the first {_MOST_FIELDS} questions are taken over.", node)
    ids = GivenIds(["typename"])
    for one in fields[:_MOST_FIELDS]:
        one.name = ids.give((words_of(one.id), words_of(one.title)), "question")
        consts = GivenIds()
        one.consts = {
            value: consts.give((words_of(value), words_of(said)), "other") for value, said in one.choices.items()
        }
    return ForeignForm(title[:_LONGEST] or "Form", _instructions(parts), fields[:_MOST_FIELDS])


def _fields(part: XmlElement, node: XmlElement, report: ImportReport) -> Iterator[ForeignField]:
    name = local_name(part)
    if name in ("formField", "formProperty"):
        choices = {one.get("id", ""): plain(one.get("name", "")) for one in part.iterchildren("{*}value")}
        limits = [one.get("name") for one in part.iterfind("{*}validation/{*}constraint")]
        required = part.get("required") == "true" or "required" in limits
        title = plain(part.get("label", "") or part.get("name", ""))
        yield from _field(part.get("id", ""), title, part.get("type", "string"), required, choices, node, report)
    elif name == "formDefinition":
        yield from _json_fields(part, node, report)
    elif name == "property" and part.get("name", "").startswith("formJsonSchema"):
        report.change(f"{_ELSEWHERE[:-1]} ({plain(part.get('value', ''))[:80]}).", node)


def _json_fields(part: XmlElement, node: XmlElement, report: ImportReport) -> Iterator[ForeignField]:
    """Camunda's JSON form, where it stands in the process itself."""
    key = part.get("formKey", "").rpartition(":")[2] or part.get("formId", "")
    above = node.getparent()
    forms = () if above is None else above.iterfind(f"{BPMN}extensionElements/{{*}}userTaskForm")
    text = next((one.text or "" for one in forms if one.get("id") == key), "")
    components = _components(text)
    if components is None:
        report.change(f"{_ELSEWHERE[:-1]} ({plain(key)[:80]}).", node)
        return
    for one in components[: _MOST_FIELDS + 1]:
        choices = {_said(each, "value"): _said(each, "label") for each in _objects(one.get("values"))}
        required = any(each.get("required") is True for each in _objects([one.get("validate")]))
        yield from _field(_said(one, "key"), _said(one, "label"), _said(one, "type"), required, choices, node, report)


def _components(text: str) -> list[dict[str, object]] | None:
    """Those that ask something. None where this is no form."""
    try:
        form = _objects([orjson.loads(text)])
    except orjson.JSONDecodeError:
        return None
    return [one for one in _objects(form[0].get("components")) if "key" in one] if form else None


def _objects(listed: object) -> list[dict[str, object]]:
    """Of JSON that somebody else wrote: the objects of a list; none where it is no list."""
    found = cast(list[object], listed) if isinstance(listed, list) else []
    return [cast(dict[str, object], one) for one in found if isinstance(one, dict)]


def _said(of: dict[str, object], name: str) -> str:
    return plain(str(of.get(name) or ""))


def _field(
    field_id: str,
    title: str,
    kind: str,
    required: bool,
    choices: dict[str, str],
    node: XmlElement,
    report: ImportReport,
) -> Iterator[ForeignField]:
    ours = _KINDS.get(kind, "")
    if not ours or not field_id:
        report.change(
            f"The question {field_id[:80]} of the kind {kind[:40]} is left out: there is none like it here.", node
        )
        return
    if ours in ("one_of", "any_of") and not 0 < len(choices) <= _MOST_CHOICES:
        report.change(f"The question {field_id[:80]} names no choices here: it asks for a text.", node)
        ours = "text"
    offered = choices if ours in ("one_of", "any_of") else {}
    yield ForeignField(field_id, (title or field_id)[:_LONGEST], ours, required, offered)


def _schema(one: ForeignField) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": _TYPES.get(one.kind, "string"), "title": one.title}
    offered = [
        {"const": const, "title": (one.choices[value] or value)[:_LONGEST] or const}
        for value, const in (one.consts or {}).items()
    ]
    if one.kind == "one_of":
        schema["oneOf"] = offered
    elif one.kind == "any_of":
        schema["items"] = {"type": "string", "oneOf": offered}
    elif one.kind == "date":
        schema["format"] = "date"
    elif one.kind in ("yes_no", "long_text"):
        schema["x-ui"] = {"kind": one.kind}
    if one.decides and one.kind in _DECIDING:
        schema["x-decision"] = True
    return schema


def _instructions(parts: list[XmlElement]) -> str:
    """What the person is told to do, where it is plain words and no template."""
    said = next((plain(part.text or "") for part in parts if local_name(part) == "instructionsForEndUser"), "")
    return "" if len(said) > _LONGEST or "{{" in said or "{%" in said else said
