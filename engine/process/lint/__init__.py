"""The linter: reads a whole bundle and says everything that is wrong with it, before a case runs into it.

Two rounds: each file by itself, then the files together. The second is held only when every file could be read, so that
one broken file does not bring a hundred complaints about what it should have contained. docs/linter.md has every rule.
"""

import re
from collections.abc import Iterator, Mapping

from engine.errors import BadModel
from engine.process.drawing import Drawing, read_drawing
from engine.process.lint import (
    allowed_xml,
    clocks,
    conditions,
    events,
    form_language,
    forms,
    messages,
    routes,
    shapes,
    tasks,
)
from engine.process.lint.findings import Finding, RuleId
from engine.process.lint.form_file import FormFile, read_form
from engine.process.lint.material import Known, Material, fault
from engine.process.lint.tables import TABLE_FILES, Tables, read_tables
from engine.process.safe_xml import XmlElement, parse_xml

MOST_ELEMENTS, MOST_FLOWS = 400, 800
CASE_FACTS = frozenset(
    {"unborn", "plan_in_force", "order_in_force", "case_closed"}
)  # what a command puts beside the answers: CaseWork.case_facts
_BEFORE_ALL_ELSE: frozenset[RuleId] = frozenset(
    {"unreadable-file", "misplaced-file", "too-large", "form-language", "typename-key"}
)
_DRAWING = re.compile(r"processes/(?P<process>[a-z0-9_]+)/(?P=process)\.bpmn")
_FORM = re.compile(r"forms/(?P<process>[a-z0-9_]+)/(?P<task>[a-z0-9_]+)\.json")


def lint(
    files: Mapping[str, bytes],
    *,
    known_checks: frozenset[str],
    known_circumstances: frozenset[str],
    known_facts: frozenset[str] = CASE_FACTS,
) -> tuple[Finding, ...]:
    """Every problem of the bundle, in order of file and line; empty for one that can be published."""
    found: list[Finding] = list(_misplaced(files))
    roots: dict[str, XmlElement] = {}
    drawings, forms_read = _drawings(files, found, roots), _forms(files, found)
    tables = _tables(files, found)
    if tables is not None and not _BEFORE_ALL_ELSE & {finding.rule for finding in found}:
        known = Known(known_checks, known_circumstances, known_facts)
        found += _together(Material(drawings, roots, forms_read, tables, known))
    return tuple(sorted(found, key=lambda finding: (finding.file, finding.line, finding.element)))


def _misplaced(files: Mapping[str, bytes]) -> Iterator[Finding]:
    for path in files:
        if path not in TABLE_FILES and not _DRAWING.fullmatch(path) and not _FORM.fullmatch(path):
            message = "No file of a bundle is called this: processes/x/x.bpmn, forms/x/task.json, or one of the tables."
            yield Finding(path, "", 0, message, "misplaced-file")


def _drawings(files: Mapping[str, bytes], found: list[Finding], roots: dict[str, XmlElement]) -> dict[str, Drawing]:
    """The drawings by process, their XML in `roots`; what is wrong with each by itself goes to `found`."""
    drawings: dict[str, Drawing] = {}
    for path in sorted(files):
        place = _DRAWING.fullmatch(path)
        if place is None:
            continue
        try:
            root = parse_xml(files[path], path)
            found += allowed_xml.check(root, path)
            drawing = read_drawing(files[path], path)
        except BadModel as error:
            found += _unreadable(error)
            continue
        found += _by_itself(root, drawing, place["process"])
        drawings[drawing.process], roots[drawing.process] = drawing, root
    return drawings


def _by_itself(root: XmlElement, drawing: Drawing, process: str) -> Iterator[Finding]:
    if len(drawing.elements) > MOST_ELEMENTS or len(drawing.flows) > MOST_FLOWS:
        message = f"The drawing has more than {MOST_ELEMENTS} elements or {MOST_FLOWS} flows: split the process."
        yield fault("too-large", drawing, None, message)
        return
    if drawing.process != process:
        yield fault("misplaced-file", drawing, None, f"The process is {drawing.process}: its folder and file are too.")
    yield from shapes.check(root, drawing)
    yield from tasks.check_lanes(root, drawing)
    yield from routes.check(drawing)
    yield from events.check(drawing)
    yield from conditions.check_language(drawing)


def _forms(files: Mapping[str, bytes], found: list[Finding]) -> dict[tuple[str, str], FormFile]:
    """The forms by process and task; what is wrong with each by itself goes to `found`."""
    read: dict[tuple[str, str], FormFile] = {}
    for path in sorted(files):
        place = _FORM.fullmatch(path)
        if place is None:
            continue
        try:
            form = read_form(files[path], place["process"], place["task"], path)
        except BadModel as error:
            found += _unreadable(error)
            continue
        faults = list(form_language.check(form))
        found += faults or forms.check_by_itself(form)
        read[form.process, form.task] = form
    return read


def _tables(files: Mapping[str, bytes], found: list[Finding]) -> Tables | None:
    try:
        return read_tables(files)
    except BadModel as error:
        found += _unreadable(error)
        return None


def _unreadable(error: BadModel) -> Iterator[Finding]:
    for each in error.problems:
        yield Finding(each.file, each.element, each.line, each.message, "unreadable-file")


def _together(material: Material) -> Iterator[Finding]:
    for drawing in material.drawings.values():
        yield from tasks.check(drawing, material)
        yield from conditions.check_names(drawing, material)
        yield from messages.check(drawing, material)
        yield from clocks.check(drawing, material)
    for form in material.forms.values():
        yield from forms.check(form, material)
    yield from forms.check_pairs(material)
    yield from forms.check_shared(material)
    yield from messages.check_table(material)
    yield from clocks.check_table(material)
