"""What a bundle has as a whole: an agency that has the cases, a process that opens them, one that closes them.

Without one of these nothing in a single file is wrong, and yet no case begins, or none ever ends.
"""

from collections.abc import Iterator, Mapping

from engine.forms.answer_roles import field_with_role
from engine.lint.form_file import START
from engine.lint.graph import Graph, graph_of
from engine.lint.lint_problems import LintProblem
from engine.lint.material import Material, fault, nearest, of_kind
from engine.lint.needed_rules import meanings, referring
from engine.lint.table_files import ROLES
from engine.process.drawing import Drawing, Element
from engine.process.role_table import ROLE_FLAGS
from engine.process.vocabulary import EFFECTS_VOCABULARY, PROPERTIES_VOCABULARY

ANYONE = "anyone"
CLOSES, CLOSURE, REFERS = "closes_case", "begins_when_idle", "refers"
_OF_THE_TEAM = ("leads", "line", "manages_team", "supervises")
_PLAN = ("starts_plan", "ends_plan")


def check(material: Material) -> Iterator[LintProblem]:
    yield from _flags(material)
    yield from _leading_agency(material)
    yield from _opening(material)
    yield from _closing(material)
    yield from _plan(material)


def _flags(material: Material) -> Iterator[LintProblem]:
    for role, row in material.tables.role_rows.items():
        for name, value in row.items():
            if name not in {"name", "agency", "account", *ROLE_FLAGS}:
                message = f"A role has no flag {name}.{nearest(name, ROLE_FLAGS)}"
                yield LintProblem(ROLES, role, 0, message, "unknown-effect")
            elif name in ROLE_FLAGS and not isinstance(value, bool):
                yield LintProblem(ROLES, role, 0, f"Write {name} = true, or take it out.", "unknown-effect")
            elif name in _OF_THE_TEAM and value and row.get("agency") not in material.tables.leading_agencies:
                message = f"`{name}` is of a team that has cases: only a role of the agency with leads = true has it."
                yield LintProblem(ROLES, role, 0, message, "needed-by-effect")


def _leading_agency(material: Material) -> Iterator[LintProblem]:
    leading = material.tables.leading_agencies
    if len(leading) != 1:
        message = f"Exactly one agency has the cases (leads = true); here {_count(leading)}."
        yield LintProblem(ROLES, "", 0, message, "whole-pathway")
    if not any(row.get("leads") is True for row in material.tables.role_rows.values()):
        message = "Nobody can be the lead social worker: say leads = true of a role of the agency that has the cases."
        yield LintProblem(ROLES, "", 0, message, "whole-pathway")


def _opening(material: Material) -> Iterator[LintProblem]:
    opening = [process for process in material.drawings if opens_cases(material, process)]
    if not opening:
        message = "No process opens cases: ask in a start form which children it is about (x-role: children)."
        yield LintProblem(ROLES, "", 0, message, "whole-pathway")
    public = [one for one in opening if any(_open_to_anyone(start) for start in _starts(material.drawings[one]))]
    for process in public[1:]:
        message = f"{public[0]} opens cases for anyone already: the page for referring a child shows one form."
        yield _at_start(material.drawings[process], message)
    for process in [*referring(material)][1:]:
        message = "Another process says `refers` already: the system refers a child in one way."
        yield _at_start(material.drawings[process], message)
    for process in opening:
        yield from _asks_who(material, process)


def opens_cases(material: Material, process: str) -> bool:
    form = material.forms.get((process, START))
    return form is not None and field_with_role(form.schema, "children") is not None


def _asks_who(material: Material, process: str) -> Iterator[LintProblem]:
    """A process that opens cases without `refers` asks the same of each child."""
    form = material.forms[process, START]
    name = field_with_role(form.schema, "children") or ""
    items = form.fields[name].get("items", {})
    for need in PROPERTIES_VOCABULARY["start", REFERS].needs:
        if need.within == "children" and need.required and field_with_role(items, need.role) is None:
            message = f"A case opens for each child of this list, and nobody asks for its {need.role} (x-role)."
            yield form.fault("needed-by-effect", ("properties", name, "items"), message)


def _closing(material: Material) -> Iterator[LintProblem]:
    closing = [one for one in material.drawings.values() if any(CLOSURE in each.properties for each in _starts(one))]
    if len(closing) != 1:
        names = [drawing.process for drawing in closing]
        message = f"Exactly one process begins when nothing else runs in a case ({CLOSURE}); here {_count(names)}."
        yield LintProblem(ROLES, "", 0, message, "whole-pathway")
    for drawing in material.drawings.values():
        tasks = [meaning.element for meaning in meanings(drawing) if meaning.said is EFFECTS_VOCABULARY[CLOSES]]
        yield from _closing_tasks(drawing, tasks, closes=drawing in closing)


def _closing_tasks(drawing: Drawing, tasks: list[Element], *, closes: bool) -> Iterator[LintProblem]:
    for task in tasks if not closes else tasks[1:]:
        message = "Only one task closes a case, in the process that begins when nothing else runs."
        yield fault("whole-pathway", drawing, task, message)
    if closes and not tasks:
        yield _at_start(drawing, f"No task of this process closes the case: say effect {CLOSES} on the one that does.")
    elif closes:
        for end in ends_without(graph_of(drawing), tasks[0].id):
            message = (
                f"The process can end here without {tasks[0].id}: the case would stay open, and closing begin again."
            )
            yield fault("whole-pathway", drawing, drawing.elements[end], message)


def ends_without(graph: Graph, task: str) -> list[str]:
    """The end events at which a run can be over before the task was done.

    Of a parallel split all ways are taken, so it avoids the task only where each of them does.
    """
    elements = graph.drawing.elements
    on_boundary = {each.id for each in elements.values() if each.attached_to == task}
    ahead: Mapping[str, tuple[str, ...]] = {
        each: tuple(to for to in others if each != task or to in on_boundary) for each, others in graph.after.items()
    }
    avoiding = {each.id for each in elements.values() if each.kind == "endEvent"}
    while found := {each for each in elements if each not in avoiding and _avoids(elements[each], ahead, avoiding)}:
        avoiding |= found
    starts = {each.id for each in elements.values() if each.kind == "startEvent"} & avoiding
    seen, waiting = set[str](), list(starts)
    while waiting:
        each = waiting.pop()
        if each in avoiding and each not in seen:
            seen.add(each)
            waiting.extend(ahead[each])
    return [each for each in elements if each in seen and elements[each].kind == "endEvent"]


def _avoids(element: Element, ahead: Mapping[str, tuple[str, ...]], avoiding: set[str]) -> bool:
    ways = [to in avoiding for to in ahead[element.id]]
    return bool(ways) and (all(ways) if element.kind == "parallelGateway" else any(ways))


def _plan(material: Material) -> Iterator[LintProblem]:
    """A plan that begins and cannot end, or the other way round."""
    said = {effect: row for row in material.tables.messages for effect in row.effects if effect in _PLAN}
    for effect, other in (_PLAN, _PLAN[::-1]):
        if effect in said and other not in said:
            message = f"A message with the effect {effect} needs another one with {other}."
            yield LintProblem("processes/messages.csv", said[effect].name, said[effect].line, message, "whole-pathway")


def _starts(drawing: Drawing) -> list[Element]:
    return list(of_kind(drawing, "startEvent"))


def _open_to_anyone(start: Element) -> bool:
    return ANYONE in start.properties.get("started_by", "").split()


def _at_start(drawing: Drawing, message: str) -> LintProblem:
    return fault("whole-pathway", drawing, next(iter(_starts(drawing)), None), message)


def _count(names: tuple[str, ...] | list[str]) -> str:
    return f"{', '.join(names)} do" if names else "none does"
