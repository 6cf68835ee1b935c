"""What is rewritten where something gets another name in files: shown before it is done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from sqlalchemy import Connection

from engine.base.errors import BadAnswers, BadModel, Problem
from engine.difference.files_called import TABLES, titles_of
from engine.facts.change_files import ChangeRow, change_row, files_of_change
from engine.facts.models import is_story
from engine.forms.checks import KNOWN_CHECKS
from engine.lint.linted import linted
from engine.people.identity import PROCESS_OWNER, Actor
from engine.people.who_may import must_hold
from engine.process.bundle import START, Model
from engine.process.condition_words import readable
from engine.reads.studio.form_of_change import model_of_change
from engine.renaming.everywhere import RenamedFiles, must_be_there, renamed_everywhere, renaming_of
from engine.renaming.renaming import Renaming


@dataclass(frozen=True, slots=True)
class RewrittenFile:
    """`lines` are those that change: as they stand, and as they will. One that moves to `moves_to` may have none."""

    path: str
    title: str
    lines: Sequence[tuple[str, str]]
    is_story: bool
    moves_to: str = ""


@dataclass(frozen=True, slots=True)
class RenamingPage:
    """`name` is how people know it, `old` how files do. `files` is None where nothing was asked yet, or for `problem`.

    `unclear`: the titles of stories, each with the steps that somebody has to rewrite. `faults` are what the checks say
    of the draft as it would be and do not say of it now.
    """

    row: ChangeRow
    renaming: Renaming
    name: str
    process_name: str
    asked_in: str
    problem: str
    files: Sequence[RewrittenFile] | None
    unclear: Sequence[tuple[str, tuple[int, ...]]]
    faults: Sequence[Problem]
    cases_shown: tuple[str, ...] = ()


def renaming_page(
    connection: Connection, actor: Actor, _now: datetime, change: str, path: str, new: str
) -> RenamingPage:
    """`path`: `process.task`, with a question and its answer or without; `new` is empty where nothing was asked yet.

    Raises NotAllowed; NotFound where there is no such draft, or nothing of this name in it.
    """
    must_hold(actor, [PROCESS_OWNER])
    row = change_row(connection, actor.within, change)
    files = files_of_change(connection, actor.within, row)
    renaming = renaming_of(path, new)
    must_be_there(files.now, renaming)
    problem, renamed = "", None
    try:
        renamed = renamed_everywhere(files.now, files.base, renaming) if new else None
    except BadAnswers as refused:
        problem = refused.problems["new"]
    except BadModel as bad:
        problem = "; ".join(one.message for one in bad.problems)
    model = model_of_change(connection, row, files)
    titles = titles_of([model], files.now.keys() | files.base.keys())
    name, asked_in = _called(model, renaming)
    drawing = model.drawings.get(renaming.process)
    return RenamingPage(
        row=row,
        renaming=renaming,
        name=name,
        process_name=drawing.name if drawing else renaming.process,
        asked_in=asked_in,
        problem=problem,
        files=None if renamed is None else [*_rewritten(files.now, renamed, titles)],
        unclear=[] if renamed is None else [(titles[story], steps) for story, steps in renamed.unclear.items()],
        faults=[] if renamed is None else _more_faults(files.now, renamed.over(files.now)),
    )


def _called(model: Model, renaming: Renaming) -> tuple[str, str]:
    """How people know it, and by which form it is asked; empty for a step."""
    drawing = model.drawings.get(renaming.process)
    element = drawing.elements.get(renaming.task) if drawing else None
    form = model.form(renaming.process, renaming.task) or {}
    step = form.get("title", "") if renaming.task == START else element.name if element else ""
    step = step or readable(renaming.task)
    field = form.get("properties", {}).get(renaming.question, {})
    asked = field.get("title", readable(renaming.question))
    if renaming.what == "task":
        return step, ""
    if renaming.what == "question":
        return asked, step
    offered = (*field.get("oneOf", ()), *field.get("items", {}).get("oneOf", ()))
    titles = {one.get("const"): one.get("title", "") for one in offered}
    return titles.get(renaming.answer) or readable(renaming.answer), f"{step}: {asked}"


def _rewritten(now: Mapping[str, bytes], renamed: RenamedFiles, titles: Mapping[str, str]) -> Iterator[RewrittenFile]:
    gone = [path for path, content in renamed.files.items() if content is None]
    for path, content in sorted(renamed.files.items()):
        if content is None:
            continue
        before = path if path in now or not gone or not path.startswith("forms/") else gone[0]
        lines = [*_lines(now.get(before, b""), content)]
        moved = path if before != path else ""
        yield RewrittenFile(before, titles.get(before) or TABLES.get(before, before), lines, is_story(path), moved)


def _lines(before: bytes, after: bytes) -> Iterator[tuple[str, str]]:
    was, becomes = (content.decode(errors="replace").splitlines() for content in (before, after))
    for what, start, end, first, last in SequenceMatcher(None, was, becomes, autojunk=False).get_opcodes():
        if what != "equal":
            yield "\n".join(was[start:end]), "\n".join(becomes[first:last])


def _more_faults(now: Mapping[str, bytes], then: Mapping[str, bytes]) -> Sequence[Problem]:
    before, after = (
        linted({path: content for path, content in files.items() if not is_story(path)}, KNOWN_CHECKS)
        for files in (now, then)
    )
    known = {(one.file, one.message) for one in before}
    return [one for one in after if one.level == "fault" and (one.file, one.message) not in known]
