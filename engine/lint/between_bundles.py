"""Cases that run on an earlier bundle and the one that is to be published: what the one leaves the other must find.

An instance stays on its bundle. What its messages start runs on the new one, which also judges what was sent by its
forms, meets the clocks that run in the case, and asks what was answered in it.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from engine.base.errors import BadModel, Problem
from engine.expressions.evaluation import names_read
from engine.expressions.syntax import paths_tested
from engine.forms.duty_judgement import JUDGING
from engine.forms.schema import conditions_of, refusals_of
from engine.lint.condition_rules import START, is_readable, sources_of
from engine.lint.form_file import choices_of
from engine.lint.lint_problems import LintProblem
from engine.lint.material import of_kind
from engine.lint.payload_values import compared, thrown_by, values_known, values_sent
from engine.process.bundle import ANY_AGENCY, MESSAGES, ROLES, TIMESCALES, Message, Model
from engine.process.drawing import CATCHES, PAYLOAD, THROWS, Drawing, Element
from engine.timescales.rules import Clock

_OF_CHILD = ("child.answered.", "child.awaits.")


def must_fit(
    running: Model, processes: Set[str], new: Model, clocks: Set[tuple[str, str]] = frozenset[tuple[str, str]]()
) -> None:
    """`processes` are those of which an instance runs on the earlier bundle, `clocks` those that such a bundle set and
    that run, each with the process that set it. Raises BadModel with all that is amiss.
    """
    if running.hash != new.hash and (problems := dict.fromkeys(_amiss(running, processes, new, clocks))):
        raise BadModel(LintProblem(one.file, one.element, one.line, one.message, "between-bundles") for one in problems)


def _amiss(running: Model, processes: Set[str], new: Model, clocks: Set[tuple[str, str]]) -> Iterator[Problem]:
    for drawing in (running.drawings[process] for process in sorted(processes)):
        for event in of_kind(drawing, *THROWS):
            if event.message is not None and (row := running.messages.get(event.message)) and row.starts:
                yield from _started(running, drawing, event, row, new)
        for message in sorted({event.message for event in of_kind(drawing, *CATCHES) if event.message}):
            yield from _awaited(running, drawing, message, new)
        yield from _named(drawing, new)
    yield from _asked_of_child(running, processes, new)
    for clock, process in sorted(clocks):
        yield from _to_be_met(running.rules.get(clock), process, new)


def _started(running: Model, drawing: Drawing, event: Element, row: Message, new: Model) -> Iterator[Problem]:
    begun = new.drawings.get(row.starts)
    if begun is None:
        words = (
            f"Cases that run now throw {row.name} ({drawing.name}), which starts {row.starts}: it must still be there."
        )
        yield Problem(drawing.file, "", 0, words)
        return
    asked: Mapping[str, Mapping[str, Any]] = (new.form(row.starts, START) or {}).get("properties", {})
    by = f"Cases that run now start this process by {row.name} ({drawing.name})"
    for file, sources in _sources(begun, new).items():
        unsure = _read_unasked(sources, START)
        for name in sorted(_read(sources, START)):
            source, field = event.properties.get(PAYLOAD + name), asked.get(name, {})
            if source is None and name in unsure and "default" not in field:
                words = f"{by} without {name}: write has(start.{name}) where it is read, or give it a default."
                yield Problem(file, "", 0, words)
            known = values_known(new, row.name, name, field, compared(sources, f"{START}.{name}"))
            for value in sorted(values_sent(source, drawing, running) - known) if source and known else ():
                yield Problem(file, "", 0, f"{by} with {name} “{value}”, which is not known there: it must still be.")


def _awaited(running: Model, drawing: Drawing, message: str, new: Model) -> Iterator[Problem]:
    wait = f"Cases that run now wait for {message} ({drawing.name})"
    if any(thrown_by(running, message)) and not any(thrown_by(new, message)):
        yield Problem(MESSAGES, message, 0, f"{wait}: something must still throw it.")
        return
    carried = frozenset(new.messages[message].payload if message in new.messages else ())
    for sources in _sources(drawing, running).values():
        for name in sorted(_read_unasked(sources, message) - carried):
            yield Problem(MESSAGES, message, 0, f"{wait} and read its {name}: it must still be stated.")
        for name in sorted(_read(sources, message) & carried):
            for thrower, event, value in _strange(running, sources, message, name, new):
                words = f"{wait} and do not know its {name} “{value}”: send what they know."
                yield Problem(thrower.file, event.id, event.line, words)


def _strange(
    running: Model, sources: tuple[str, ...], message: str, name: str, new: Model
) -> Iterator[tuple[Drawing, Element, str]]:
    """What the new bundle may send in this field, and what waits for it does not know."""
    known = values_known(running, message, name, {}, compared(sources, f"{message}.{name}"))
    for drawing, event in thrown_by(new, message) if known else ():
        for value in sorted(values_sent(event.properties.get(PAYLOAD + name, ""), drawing, new) - known):
            yield drawing, event, value


def _named(drawing: Drawing, new: Model) -> Iterator[Problem]:
    """What its tasks name of the whole pathway, and is taken from the bundle in force when they are done."""
    for task in of_kind(drawing, "userTask"):
        who = {task.lane or "", *task.properties.get("also", "").split()} - {ANY_AGENCY[0]}
        for role in sorted(who - new.roles.keys()):
            words = f"Cases that run now have “{task.name}” ({drawing.name}) for {role}: the role must still be there."
            yield Problem(ROLES, role, 0, words)
        clock = task.properties.get("resumes_clock")
        if clock and clock not in new.rules:
            words = f"In cases that run now “{task.name}” ({drawing.name}) lets {clock} run on: it must still be there."
            yield Problem(TIMESCALES, clock, 0, words)
        message = task.properties.get("calls_for_known_child")
        if message and (message not in new.messages or new.messages[message].starts not in new.drawings):
            words = f"In cases that run now “{task.name}” ({drawing.name}) calls for {message}: it must still be there."
            yield Problem(MESSAGES, message, 0, words)


def _asked_of_child(running: Model, processes: Set[str], new: Model) -> Iterator[Problem]:
    """A question about an answer elsewhere is never answered so by a case in which it is not asked."""
    for file, form in sorted(new.forms.items()):
        conditions = conditions_of(form) | {condition for _, condition, _ in refusals_of(form)}
        paths = {path for one in conditions if is_readable(one) for path in names_read(one)}
        for path in sorted(path for path in paths if path.startswith(_OF_CHILD)):
            process, task, question, answer = path.split(".")[2:]
            if process in processes and not _can_answer(running, process, task, question, answer):
                words = f"{path}: cases that run now never answer so ({running.drawings[process].name})."
                yield Problem(file, "", 0, f"{words} Leave the task, its question and the answer as they are called.")


def _can_answer(model: Model, process: str, task: str, question: str, answer: str) -> bool:
    field = (model.form(process, task) or {}).get("properties", {}).get(question)
    choices = choices_of(field) if field is not None else frozenset[str]()
    return choices is None or answer in choices


def _to_be_met(rule: Clock | None, process: str, new: Model) -> Iterator[Problem]:
    """Where another process than the one that set it is to meet a clock, it does so by the new bundle."""
    if rule is None or rule.scope == "instance" or rule.id in new.rules:
        return
    meeting = sorted({event.process for event in rule.met_on} - {process})
    if meeting:
        words = f"The clock {rule.id} ({rule.title}) runs in cases now, and {', '.join(meeting)} meets it: it must"
        yield Problem(TIMESCALES, rule.id, 0, f"{words} still be there.")


def _sources(drawing: Drawing, model: Model) -> dict[str, tuple[str, ...]]:
    """By file what its drawing decides by, and what its forms judge duties by."""
    written = {drawing.file: [*sources_of(drawing)]}
    for file, form in model.forms.items():
        if file.startswith(f"forms/{drawing.process}/"):
            written[file] = [source for table in JUDGING for source in form.get(table, {}).values()]
    return {file: tuple(source for source in sources if is_readable(source)) for file, sources in written.items()}


def _read(sources: tuple[str, ...], owner: str) -> frozenset[str]:
    """The fields of it that are read."""
    return _fields(owner, (path for source in sources for path in names_read(source)))


def _read_unasked(sources: tuple[str, ...], owner: str) -> frozenset[str]:
    """Those that are read without asking first whether they are there."""
    return _fields(owner, (path for source in sources for path in names_read(source) - paths_tested(source)))


def _fields(owner: str, paths: Iterable[str]) -> frozenset[str]:
    return frozenset(path.removeprefix(f"{owner}.") for path in paths if path.startswith(f"{owner}."))
