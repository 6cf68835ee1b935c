"""A BPMN file brought in over the bundle in force: the whole way from another tool's file to a draft of ours."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from engine.base.errors import BadModel, Problem
from engine.importing.foreign_file import documentation_of, in_utf_8, process_nodes, read_process
from engine.importing.foreign_picture import DrawnPicture, read_picture
from engine.importing.foreign_questions import foreign_form
from engine.importing.given_ids import GivenIds, is_words, wishes, words_of
from engine.importing.import_report import NEW, BroughtProcess, Chosen, Imported, ImportReport, Remark, plain
from engine.importing.placing import place
from engine.importing.sketch import Shape, Sketch
from engine.importing.translating import take_conditions, take_properties, take_what_events_do
from engine.importing.unfolding import unfold
from engine.importing.who_does import RolesByName, give_lanes
from engine.importing.written_drawing import written_drawing
from engine.lint import allowed_xml, shape_rules, task_rules
from engine.lint.form_file import START
from engine.lint.lint_problems import LintProblem, RuleId
from engine.lint.table_files import Tables, read_tables
from engine.process.bundle import ANY_AGENCY
from engine.process.drawing import BPMN, local_name, read_drawing
from engine.process.plain_ids import RESERVED
from engine.process.safe_xml import XmlElement, parse_xml
from engine.process.vocabulary import TAKES_OVER

_WRITTEN_ANEW: frozenset[RuleId] = frozenset({"no-picture", "duplicate-id", "bad-id", "one-participant"})
_PLAIN_START = "startEvent"
_KINDS_IN_WORDS = {
    "userTask": "task", "startEvent": "start", "endEvent": "end", "exclusiveGateway": "decision",
    "parallelGateway": "in_parallel", "eventBasedGateway": "waits", "boundaryEvent": "meanwhile",
    "intermediateCatchEvent": "waiting", "intermediateThrowEvent": "sent", "businessRuleTask": "decided",
}  # fmt: skip
"""What a shape is called that has no name of its own."""


NOTHING_CHOSEN = Chosen()


def imported(
    content: bytes,
    name: str,
    base: Mapping[str, bytes],
    stories: Mapping[str, bytes] | None = None,
    chosen: Chosen = NOTHING_CHOSEN,
) -> Imported:
    """The draft that comes of a file brought in over the models of the base, and what is to be said of it.

    `name` is the file's, for a process that has none. A process whose id the base has takes the place of that one,
    unless it was chosen otherwise. The stories of the base stay.
    Raises BadModel where the file is no BPMN that can be read safely, or the tables of the base cannot be read.
    """
    report, files = ImportReport(), dict(base)
    root, tables = parse_xml(in_utf_8(content, name, report), name), read_tables(base)
    if root.tag != f"{BPMN}definitions":
        raise BadModel([Problem(name, "", 0, f"This is no BPMN 2.0: it must begin with definitions of {BPMN[1:-1]}.")])
    processes = process_nodes(root)
    unfold(processes, root, report)
    picture = read_picture(root)
    if not processes:
        report.refuse("The file holds no process in which anything happens.")
    for number, node in enumerate(processes, 1):
        process = _process_id(node, root, name, files, tables, report, chosen.places.get(str(number), ""))
        roles = RolesByName(tables, {lane: role for (one, lane), role in chosen.roles.items() if one == str(number)})
        _bring_in(node, root, picture, process, roles, tables, files, report)
    _beside_the_processes(root, processes, report)
    if not report.changed and not report.refused:
        mended = list(_mended(root, content, name))
        report.changed += (Remark(f"Mended: {one.message}", one.element, line=one.line) for one in mended)
        if not mended:
            files[_file(processes[0].get("id", ""))] = content
    return report.of(files, stories or {})


def _mended(root: XmlElement, content: bytes, name: str) -> Iterator[LintProblem]:
    """What writing a drawing anew puts right, and nobody has to decide."""
    yield from allowed_xml.check(root, name)
    drawing = read_drawing(content, name)
    yield from (one for one in shape_rules.check(root, drawing) if one.rule in _WRITTEN_ANEW)
    yield from task_rules.check_lanes(root, drawing)


def _file(process: str) -> str:
    return f"processes/{process}/{process}.bpmn"


def _process_id(
    node: XmlElement,
    root: XmlElement,
    name: str,
    files: Mapping[str, bytes],
    tables: Tables,
    report: ImportReport,
    chosen: str,
) -> str:
    """That of the process whose place was chosen for it; else its own where that is words, also to take the place of a
    drawing that is there; else one of its name. Each is given to one process of the file alone.
    """
    own, pool, given = node.get("id", ""), _participant(root, node), {one.id for one in report.processes}
    if _file(chosen) in files and chosen not in given:
        return chosen
    no_process = {"scenarios", ANY_AGENCY[0], *tables.roles, *RESERVED, *(row.name for row in tables.messages)}
    is_free = own not in given and not (chosen == NEW and _file(own) in files)
    if is_free and (_file(own) in files or (is_words(own) and own not in no_process)):
        return own
    stem = re.sub(r"\.[a-z0-9]{1,8}$", "", name.replace("\\", "/").rpartition("/")[2], flags=re.IGNORECASE)
    names = (node.get("name", ""), "" if pool is None else pool.get("name", ""), stem)
    taken = {path.split("/")[1] for path in files if path.count("/") > 1}
    return GivenIds({*taken, *no_process}).give(map(words_of, names), "process")


def _bring_in(
    node: XmlElement,
    root: XmlElement,
    picture: DrawnPicture,
    process: str,
    roles: RolesByName,
    tables: Tables,
    files: dict[str, bytes],
    report: ImportReport,
) -> None:
    """One process, from its part of the file to its drawing and forms among the files."""
    shapes, ways, notes = read_process(node, report)
    if report.refused:
        return
    pool, replaced = _participant(root, node), files.get(_file(process))
    pool_id, pool_name = ("", "") if pool is None else (pool.get("id", ""), pool.get("name", ""))
    title = plain(node.get("name", "")) or plain(pool_name) or process.replace("_", " ").capitalize()
    sketch = Sketch(node, node.get("id", ""), pool_id, process, title, shapes, ways, notes, documentation_of(node))
    known = frozenset(read_drawing(replaced, _file(process)).elements) if replaced else frozenset[str]()
    _tell_whose_place_it_takes(sketch, bool(replaced), report)
    take_properties(sketch, report)
    give_lanes(sketch, root, roles, report)
    ids = GivenIds([process, *(lane.id for lane in sketch.lanes)])
    take_what_events_do(sketch, root, tables, ids, report)
    _give_ids(sketch, ids, known, report)
    forms = _forms(sketch, files, report)
    take_conditions(sketch, (row.name for row in tables.messages), report)
    placed = place(sketch, picture, report)
    files.update({path: shape.form.content() for path, shape in forms.items() if shape.form})
    files[_file(process)] = written_drawing(sketch, placed, ids)
    _tell_what_is_kept(sketch, report)
    _take_out_forms(sketch, files, report)
    key = str(len(report.processes) + 1)
    report.processes.append(BroughtProcess(key, process, sketch.name, bool(replaced), roles.unknown))


def _tell_whose_place_it_takes(sketch: Sketch, replaces: bool, report: ImportReport) -> None:
    if sketch.id == sketch.old_id:
        if replaces:
            report.keep(f"It takes the place of the process {sketch.id}, which is there.")
    elif replaces:
        report.change("It takes the place of a process that is there, and has the id of that.", sketch.node, sketch.id)
    else:
        report.change("The process has an id of words now.", sketch.node, sketch.id)


def _give_ids(sketch: Sketch, ids: GivenIds, known: frozenset[str], report: ImportReport) -> None:
    starts = [shape for shape in sketch.shapes.values() if shape.kind == _PLAIN_START]
    for shape in sketch.shapes.values():
        wished = wishes(shape.source, shape.name, known)
        if shape in starts[:1] and wished[0] in ("", START):
            shape.id = ids.keep(START)
        else:
            shape.id = ids.give(wished, _KINDS_IN_WORDS.get(shape.kind, "step"))
        if shape.id != shape.source:
            report.change("Its id is of words now, and stays.", shape.node, shape.id)
    for way in sketch.ways:
        own = way.source if is_words(way.source) else ""
        way.id = ids.give((own, f"{way.start.id}_to_{way.end.id}"), "")
    for note in sketch.notes:
        note.id = ids.give((note.source if is_words(note.source) else "",), "note")


def _forms(sketch: Sketch, files: Mapping[str, bytes], report: ImportReport) -> dict[str, Shape]:
    """By path the tasks and the start that get a form: those that the bundle has already stay as they are."""
    forms: dict[str, Shape] = {}
    for shape in sketch.shapes.values():
        asks = shape.kind in ("userTask", _PLAIN_START)
        path = f"forms/{sketch.id}/{shape.id if shape.kind == 'userTask' else START}.json"
        if not asks or path in files:
            continue
        form = foreign_form(shape.node, shape.name or sketch.name, report)
        if shape.kind == _PLAIN_START and not form.fields:
            if not shape.properties and not shape.does:
                report.change(
                    "Nobody can begin it yet: say in started_by who may, or let a message begin it.", shape.node
                )
            continue
        if shape.kind == _PLAIN_START and "started_by" not in shape.properties:
            shape.properties["started_by"] = shape.lane
            report.change("It asks something as it begins: whoever its lane names begins it.", shape.node)
        shape.form, forms[path] = form, shape
        asked = f"with {len(form.fields)} questions" if form.fields else "without questions: write them"
        report.change(f"It has a form of its own, {asked}.", shape.node, shape.id)
    return forms


def _take_out_forms(sketch: Sketch, files: dict[str, bytes], report: ImportReport) -> None:
    """What nobody asks any more, as the process takes the place of one that did."""
    asked = {shape.id for shape in sketch.shapes.values() if shape.kind == "userTask"}
    if any({"started_by", TAKES_OVER}.intersection(shape.properties) for shape in sketch.shapes.values()):
        asked.add(START)
    for path in [path for path in files if path.startswith(f"forms/{sketch.id}/")]:
        if path.rpartition("/")[2].removesuffix(".json") not in asked:
            del files[path]
            report.change(f"Nobody is asked {path} any more: the form is left out.")


def _tell_what_is_kept(sketch: Sketch, report: ImportReport) -> None:
    counts = Counter(words_of(local_name(shape.node)).replace("_", " ") for shape in sketch.shapes.values())
    counted = [f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in sorted(counts.items())]
    lanes = ", ".join(f"“{lane.name}”" for lane in sketch.lanes)
    report.keep(f"{sketch.name}: {', '.join(counted)}, {len(sketch.ways)} flows; lanes: {lanes}.")


def _participant(root: XmlElement, process: XmlElement) -> XmlElement | None:
    pools = root.iterfind(f"{BPMN}collaboration/{BPMN}participant")
    return next((pool for pool in pools if pool.get("processRef", "").rpartition(":")[2] == process.get("id")), None)


def _beside_the_processes(root: XmlElement, processes: list[XmlElement], report: ImportReport) -> None:
    """What stands in the file outside the processes that were brought in."""
    for node in (node for node in root.iterchildren(f"{BPMN}process") if node not in processes):
        report.change("Nothing happens in this process: it is left out.", node)
    if len(processes) > 1:
        report.change(f"The file holds {len(processes)} processes: each is a drawing of its own now.")
    _beside_the_pools(root, {process.get("id", "") for process in processes}, report)
    for node in (*_others(root), *_refused_around(root)):
        _leave_out(node, report)


def _beside_the_pools(root: XmlElement, held: set[str], report: ImportReport) -> None:
    for part in root.iterfind(f"{BPMN}collaboration/*"):
        if local_name(part) != "participant":
            _leave_out(part, report)
        elif part.get("processRef", "").rpartition(":")[2] not in held:
            report.change("This pool is outside of what is done here: it is left out.", part)


def _leave_out(node: XmlElement, report: ImportReport) -> None:
    if local_name(node) != "documentation":
        report.change(f"{local_name(node)[:80]} is left out: nothing here reads it.", node)


def _others(root: XmlElement) -> Iterator[XmlElement]:
    known = ("process", "collaboration", "message", "signal", "BPMNDiagram")
    return (node for node in root.iterchildren("{*}*") if local_name(node) not in known)


def _refused_around(root: XmlElement) -> Iterator[XmlElement]:
    """Parts of pools, messages and signals that the linter would refuse."""
    for kind in ("message", "signal"):
        for node in root.iterchildren(f"{BPMN}{kind}"):
            yield from (part for part in node.iterchildren("{*}*") if allowed_xml.why_refused(part, kind))
    for pool in root.iterfind(f"{BPMN}collaboration/{BPMN}participant"):
        yield from (part for part in pool.iterchildren("{*}*") if allowed_xml.why_refused(part, "participant"))
