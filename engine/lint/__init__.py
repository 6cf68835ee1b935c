"""The linter: reads a whole bundle and says everything that is wrong or doubtful, before a case runs into it.

Two rounds: each file by itself, then the files together. The second is held only when every file could be read, so that
one broken file does not bring a hundred complaints about what it should have contained. Where nothing is wrong, every
process is started once. docs/linter.md has every rule.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from engine.base.errors import BadModel
from engine.forms.checks import CASE_FACTS
from engine.lint import (
    action_rules,
    agency_rules,
    allowed_xml,
    answer_role_rules,
    asked_rules,
    clock_rules,
    condition_rules,
    contact_rules,
    day_rules,
    decision_table_rules,
    departing_rules,
    duty_rules,
    event_rules,
    form_language,
    form_rules,
    gateway_ways,
    kind_rules,
    message_rules,
    needed_rules,
    pathway_rules,
    reading_rules,
    rename_rules,
    route_rules,
    shape_rules,
    sharing_rules,
    shown_rules,
    start_rules,
    statutory_rules,
    task_rules,
)
from engine.lint.form_file import FormFile, read_form
from engine.lint.lint_problems import LintProblem, RuleId
from engine.lint.material import Known, Material, ReadTable, fault, in_order
from engine.lint.table_files import TABLE_FILES, Tables, read_tables
from engine.process.dmn_file import must_be_readable, read_dmn, table_of
from engine.process.drawing import Drawing, read_drawing
from engine.process.renames import RENAMES
from engine.process.rule_tasks import with_tables
from engine.process.safe_xml import XmlElement, parse_xml
from engine.timescales.statutory import FILE_NAME

LintProblems = tuple[LintProblem, ...]

MOST_ELEMENTS, MOST_FLOWS = 400, 800
_BEFORE_ALL_ELSE: frozenset[RuleId] = frozenset(
    {"unreadable-file", "misplaced-file", "too-large", "form-language", "typename-key", "table-language", "bad-cell"}
)
_DRAWING = re.compile(r"processes/(?P<process>[a-z0-9_]+)/(?P=process)\.bpmn")
_DECISION_TABLE = re.compile(r"processes/[a-z0-9_]+/[a-z0-9_]+\.dmn")
_FORM = re.compile(r"forms/(?P<process>[a-z0-9_]+)/(?P<task>[a-z0-9_]+)\.json")


def lint(
    files: Mapping[str, bytes],
    *,
    known_checks: frozenset[str],
    known_facts: frozenset[str] = frozenset(CASE_FACTS),
) -> tuple[LintProblem, ...]:
    """Every problem of the bundle, in order (`in_order`). One with a fault is not published, nor one with a doubt
    that nobody has accepted.
    """
    material, found = _each_by_itself(files, Known(known_checks, known_facts))
    if material is not None:
        found += (*_together(material), *rename_rules.check(files, material))
        if all(finding.level == "doubt" for finding in found):
            found += (*reading_rules.check(material), *decision_table_rules.check_named(material))
            found += start_rules.check(files, material)
            for drawing in material.drawings.values():
                found += gateway_ways.check(drawing, material)
    return in_order(found)


def faults_of_duties(files: Mapping[str, bytes]) -> Mapping[tuple[str, str], Sequence[str]] | None:
    """Why what a form says of a duty can never be told, a sentence each, by the path of the form and the duty: as where
    it reads a question that is gone. None where the files cannot be read together, and nobody can say.
    """
    material, _ = _each_by_itself(files, Known(frozenset(), frozenset(CASE_FACTS)))
    if material is None:
        return None
    found: dict[tuple[str, str], list[str]] = {}
    for form in material.forms.values():
        for duty, problem in duty_rules.check_judging(form, material):
            found.setdefault((form.file, duty), []).append(problem.message)
    return found


def _each_by_itself(files: Mapping[str, bytes], known: Known) -> tuple[Material | None, list[LintProblem]]:
    """All files together, None where one of them cannot be read; and what is wrong with each by itself."""
    found: list[LintProblem] = list(_misplaced(files))
    roots: dict[str, XmlElement] = {}
    drawings, forms_read = _drawings(files, found, roots), _forms(files, found)
    tables, decided = _tables(files, found), _decision_tables(files, found)
    found += rename_rules.check_by_itself(files)
    could_be_read = not _BEFORE_ALL_ELSE & {finding.rule for finding in found}
    if tables is None or not could_be_read or any(map(allowed_xml.leaves_the_flow_open, roots.values())):
        return None, found
    by_file = {path: read.table for path, read in decided.items()}
    drawings = {process: with_tables(one, by_file) for process, one in drawings.items()}
    return Material(drawings, roots, forms_read, tables, known, decided), found


def _misplaced(files: Mapping[str, bytes]) -> Iterator[LintProblem]:
    for path in files:
        known = path in {*TABLE_FILES, RENAMES}
        if not known and not any(kind.fullmatch(path) for kind in (_DRAWING, _DECISION_TABLE, _FORM)):
            message = (
                "Nothing reads this file. A bundle has processes/x/x.bpmn, decision tables beside it "
                "(processes/x/table.dmn), forms/x/task.json and its tables."
            )
            if path.rpartition("/")[2] == FILE_NAME:
                message = "The limits of the law come with the program and are no part of a bundle: take this file out."
            yield LintProblem(path, "", 0, message, "misplaced-file")


def _drawings(files: Mapping[str, bytes], found: list[LintProblem], roots: dict[str, XmlElement]) -> dict[str, Drawing]:
    """The drawings by process, their XML in `roots`; what is wrong with each by itself goes to `found`."""
    drawings: dict[str, Drawing] = {}
    for path in sorted(files):
        place = _DRAWING.fullmatch(path)
        if place is None:
            continue
        root, drawing, problems = _drawing(files[path], path, place["process"])
        found += problems
        if root is not None and drawing is not None:
            drawings[drawing.process], roots[drawing.process] = drawing, root
    return drawings


@lru_cache(maxsize=64)
def _drawing(content: bytes, path: str, process: str) -> tuple[XmlElement | None, Drawing | None, LintProblems]:
    """A drawing as far as it can be read, and what is wrong with it by itself: remembered by its text, since of a
    draft that somebody draws one file at a time differs.
    """
    found: list[LintProblem] = []
    try:
        root = parse_xml(content, path)
        found += allowed_xml.check(root, path)
        drawing = read_drawing(content, path)
    except BadModel as error:
        return None, None, (*found, *_unreadable(error))
    return root, drawing, (*found, *_by_itself(root, drawing, process))


def _by_itself(root: XmlElement, drawing: Drawing, process: str) -> Iterator[LintProblem]:
    if len(drawing.elements) > MOST_ELEMENTS or len(drawing.flows) > MOST_FLOWS:
        message = f"The drawing has more than {MOST_ELEMENTS} elements or {MOST_FLOWS} flows: split the process."
        yield fault("too-large", drawing, None, message)
        return
    if drawing.process != process:
        yield fault("misplaced-file", drawing, None, f"The process is {drawing.process}: its folder and file are too.")
    yield from shape_rules.check(root, drawing)
    yield from task_rules.check_lanes(root, drawing)
    if not allowed_xml.leaves_the_flow_open(root):
        yield from route_rules.check(drawing)
        yield from event_rules.check(drawing)
    yield from condition_rules.check_language(drawing)


def _forms(files: Mapping[str, bytes], found: list[LintProblem]) -> dict[tuple[str, str], FormFile]:
    """The forms by process and task; what is wrong with each by itself goes to `found`."""
    read: dict[tuple[str, str], FormFile] = {}
    for path in sorted(files):
        place = _FORM.fullmatch(path)
        if place is None:
            continue
        form, problems = _form(files[path], path, place["process"], place["task"])
        found += problems
        if form is not None:
            read[form.process, form.task] = form
    return read


@lru_cache(maxsize=512)
def _form(content: bytes, path: str, process: str, task: str) -> tuple[FormFile | None, LintProblems]:
    """A form, and what is wrong with it by itself: remembered as a drawing is."""
    try:
        form = read_form(content, process, task, path)
    except BadModel as error:
        return None, (*_unreadable(error),)
    if faults := (*form_language.check(form),):
        return form, faults  # the rules below read what is written in the language
    return form, (*form_rules.check_by_itself(form), *answer_role_rules.check(form), *asked_rules.check(form))


def _decision_tables(files: Mapping[str, bytes], found: list[LintProblem]) -> dict[str, ReadTable]:
    """By file; what is wrong with each by itself goes to `found`."""
    read: dict[str, ReadTable] = {}
    for path in sorted(filter(_DECISION_TABLE.fullmatch, files)):
        rule: RuleId = "table-language"
        try:
            parse_xml(files[path], path)
        except BadModel as error:
            found += _unreadable(error)
            continue
        try:
            dmn = read_dmn(files[path], path)
            must_be_readable(dmn)
            rule = "bad-cell"
            read[path] = ReadTable(table_of(dmn), dmn)
        except BadModel as error:
            found += (LintProblem(one.file, one.element, one.line, one.message, rule) for one in error.problems)
    return read


def _tables(files: Mapping[str, bytes], found: list[LintProblem]) -> Tables | None:
    try:
        return read_tables(files)
    except BadModel as error:
        found += _unreadable(error)
        return None


def _unreadable(error: BadModel) -> Iterator[LintProblem]:
    for each in error.problems:
        yield LintProblem(each.file, each.element, each.line, each.message, "unreadable-file")


def _of_form(form: FormFile, material: Material) -> Iterator[LintProblem]:
    yield from form_rules.check(form, material)
    yield from day_rules.check(form, material)
    yield from sharing_rules.check(form, material)
    yield from contact_rules.check(form)
    yield from action_rules.check(form, material)
    yield from departing_rules.check(form, material)
    yield from needed_rules.check_form(form, material)
    yield from duty_rules.check(form, material)
    yield from shown_rules.check_form(form, material)


def _together(material: Material) -> Iterator[LintProblem]:
    for drawing in material.drawings.values():
        yield from task_rules.check(drawing, material)
        yield from agency_rules.check(drawing, material)
        yield from condition_rules.check_names(drawing, material)
        yield from kind_rules.check(drawing, material)
        yield from message_rules.check(drawing, material)
        yield from clock_rules.check(drawing, material)
        yield from needed_rules.check(drawing, material)
        yield from decision_table_rules.check(drawing, material)
    for form in material.forms.values():
        yield from _of_form(form, material)
    yield from decision_table_rules.check_all_used(material)
    yield from form_rules.check_pairs(material)
    yield from form_rules.check_shared(material)
    yield from duty_rules.check_table(material)
    yield from message_rules.check_table(material)
    yield from clock_rules.check_table(material)
    yield from statutory_rules.check(material)
    yield from needed_rules.check_messages(material)
    yield from pathway_rules.check(material)
    yield from shown_rules.check_groups(material)
