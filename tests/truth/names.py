"""The names that models have for what they define, read from their files: what people read for an id."""

import csv
import io
import json
import tomllib
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from functools import lru_cache
from typing import Any

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
WHAT = {f"{BPMN}lane": "lane", f"{BPMN}sequenceFlow": "flow"}
Name = tuple[str, str, str]
"""What it is, its id, its name. Of a shape the id is `process/shape`, of a question `process/task/field`, of a choice
that and its value.
"""


@lru_cache(maxsize=4)
def names_in(files: tuple[tuple[str, bytes], ...]) -> list[Name]:
    return [
        name
        for path, content in files
        for pattern, read in _READ.items()
        if fnmatch(path, pattern)
        for name in read(path, content)
    ]


def _of_drawing(_path: str, content: bytes) -> Iterator[Name]:
    for process in etree.fromstring(content).iter(f"{BPMN}process"):
        key = process.get("id", "")
        yield "process", key, process.get("name", "")
        for shape in process.iterdescendants():
            if shape.get("name") == "emergency":
                yield "emergency", key, ""
            if shape.get("id"):
                yield WHAT.get(str(shape.tag), "shape"), f"{key}/{shape.get('id')}", shape.get("name", "")
                yield "leads to", f"{key}/{shape.get('id')}", shape.get("targetRef", "")


def _of_roles(_path: str, content: bytes) -> Iterator[Name]:
    for what, rows in tomllib.loads(content.decode()).items():
        yield from ((what, key, row.get("name", "")) for key, row in rows.items())


def _of_edition(_path: str, content: bytes) -> Iterator[Name]:
    yield "edition", "", tomllib.loads(content.decode())["name"]


def _of_clocks(_path: str, content: bytes) -> Iterator[Name]:
    for row in _rows(content):
        yield "clock", row["id"], row["title"]
        yield "source", row["id"], row["source"]


def _of_duties(_path: str, content: bytes) -> Iterator[Name]:
    for row in _rows(content):
        if row["delivered"] == "now":
            yield "duty", row["id"], row["duty"]
            yield "clock of", row["id"], row["clock_id"]


def _rows(content: bytes) -> Iterator[dict[str, str]]:
    return csv.DictReader(io.StringIO(content.decode("utf-8-sig")))


def _of_form(path: str, content: bytes) -> Iterator[Name]:
    form, place = json.loads(content), path.removeprefix("forms/").removesuffix(".json")
    yield "form", place, form.get("title", "")
    yield "guidance", place, form.get("description", "")
    yield from (("asks", place, duty) for duty in form.get("x-duty-when", {}))
    yield from (("unless", place, duty) for duty in form.get("x-duty-unless", {}))
    yield from _questions(form, place, "")


def _questions(form: Any, place: str, field: str) -> Iterator[Name]:
    for name, question in form.get("properties", {}).items():
        path = f"{field}.{name}".removeprefix(".")
        yield "question", f"{place}/{path}", question.get("title", "")
        items = question.get("items", {})
        for one in (*question.get("oneOf", ()), *items.get("oneOf", ())):
            yield "choice", f"{place}/{path}/{one['const']}", one["title"]
        yield from _questions(items, place, path)
        yield from _questions(question, place, path)


_READ: dict[str, Callable[[str, bytes], Iterator[Name]]] = {
    "*.bpmn": _of_drawing,
    "*roles.toml": _of_roles,
    "*edition.toml": _of_edition,
    "*timescales.csv": _of_clocks,
    "*duties.csv": _of_duties,
    "forms/*.json": _of_form,
}
