"""Renames a step, a question or an answer of a draft in every file that names it, and says so in `renames.toml`.

By that file what runs goes over under the new name (engine/process/called_anew.py). A file that cannot be read stays as
it is, and the checks of the draft say what is wrong with it.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

import orjson

from engine.base.errors import BadAnswers, BadModel, NotFound
from engine.forms.answer_roles import ANSWER_ROLES
from engine.forms.form_edits import LISTS_CHOICES, kind_as_written, places_of
from engine.forms.form_layout import rewritten
from engine.process.bundle import MESSAGES, START, TIMESCALES
from engine.process.drawing import Drawing, read_drawing
from engine.process.plain_ids import RESERVED, is_plain
from engine.process.renames import RENAMES, read_renames, written_renames
from engine.renaming.in_drawings import drawing_renamed, ids_in
from engine.renaming.in_forms import form_renamed
from engine.renaming.in_stories import story_renamed
from engine.renaming.in_tables import rows_renamed, table_renamed
from engine.renaming.renaming import Renaming
from engine.renaming.told_renames import is_an_old_name, renames_after

Files = Mapping[str, bytes]
PLAIN = "Write it in small letters and digits, words joined by single underscores, 60 characters at most"
_STORIES = "/scenarios/"


@dataclass(frozen=True, slots=True)
class RenamedFiles:
    """`files` are those that become otherwise: path -> content, None for one that is no more. `unclear` are stories
    with the numbers of those of their steps that somebody has to rewrite; none where that is so of the whole story.
    """

    files: Mapping[str, bytes | None]
    unclear: Mapping[str, tuple[int, ...]]

    def over(self, files: Files) -> dict[str, bytes]:
        """These files with what becomes otherwise in them."""
        kept = {path: content for path, content in files.items() if path not in self.files}
        return kept | {path: content for path, content in self.files.items() if content is not None}


def renaming_of(path: str, new: str) -> Renaming:
    """`path`: `process.task`, with a question and its answer or without. Raises NotFound."""
    process, *names = path.split(".")
    if not 1 <= len(names) <= 3 or not all(names):
        raise NotFound
    task, question, answer = (*names, "", "")[:3]
    return Renaming(process, task, question, answer, new)


def renamed_everywhere(files: Files, base: Files, renaming: Renaming) -> RenamedFiles:
    """`files` are those of a draft, `base` those of which it was made, the stories among both.

    Raises NotFound where there is no such thing, BadAnswers about `new` where it cannot be called so, and BadModel
    where `renames.toml` cannot be read.
    """
    draft, before = must_be_there(files, renaming), files.get(RENAMES, b"")
    told = read_renames(before)
    problem = _problem(draft, renaming)
    was_there = NamedFiles(base).has
    if not problem and is_an_old_name(told, renaming, was_there):
        problem = "Something else was called so before, and running cases know it by that name: choose another"
    if problem:
        raise BadAnswers({"new": problem})
    found: dict[str, bytes | None] = dict(_models(draft, renaming))
    own = f"forms/{renaming.process}/{renaming.task}.json"
    if renaming.what == "task" and own in files:
        found |= {f"forms/{renaming.process}/{renaming.new}.json": found.get(own, files[own]), own: None}
    stories, unclear = _stories(draft, renaming)
    found |= stories
    found[RENAMES] = written_renames(renames_after(told, renaming, was_there), before) or None
    return RenamedFiles({path: one for path, one in found.items() if one != files.get(path)}, unclear)


def must_be_there(files: Files, renaming: Renaming) -> "NamedFiles":
    """Raises NotFound where there is no such step, question or answer in these files."""
    found = NamedFiles(files)
    if not found.has(".".join((renaming.process, *renaming.names))):
        raise NotFound
    return found


def why_it_stays(asked: Mapping[str, Any]) -> str:
    """Why the answers to a question cannot be renamed; empty where they can."""
    role = ANSWER_ROLES.get(asked.get("x-role", ""))
    if role and role.values:
        return "The system itself knows the answers to this question by their names: they stay"
    return "" if _choices(asked) else "This question has no answers of its own"


class NamedFiles:
    """What there is in the files of a bundle, as far as they can be read."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.drawings: dict[str, Drawing] = {}
        self.forms: dict[tuple[str, str], dict[str, Any]] = {}
        for path, content in files.items():
            with suppress(BadModel, ValueError):
                if path.endswith(".bpmn"):
                    self.drawings[path] = read_drawing(content, path)
                elif path.startswith("forms/"):
                    form: object = orjson.loads(content)
                    if isinstance(form, dict):
                        self.forms[_of_form(path)] = cast("dict[str, Any]", form)

    def has(self, path: str) -> bool:
        process, task, *asked = path.split(".")
        if not asked:
            return any(one.process == process and task in one.elements for one in self.drawings.values())
        questions = self.forms.get((process, task), {}).get("properties", {})
        if asked[0] not in questions:
            return False
        return len(asked) == 1 or asked[1] in _choices(questions[asked[0]])

    def asks(self, process: str, task: str, question: str) -> bool:
        return self.has(f"{process}.{task}.{question}")


def _of_form(path: str) -> tuple[str, str]:
    """Process and step."""
    process, _, task = path.removeprefix("forms/").removesuffix(".json").partition("/")
    return process, task


def _choices(question: Mapping[str, Any]) -> frozenset[str]:
    """The answers that a form names itself; those that the case or the table of agencies brings are none of them."""
    if kind_as_written(question) not in LISTS_CHOICES:
        return frozenset()
    offered = (*question.get("oneOf", ()), *question.get("items", {}).get("oneOf", ()))
    return frozenset(one["const"] for one in offered)


def _problem(draft: NamedFiles, renaming: Renaming) -> str:
    """What is wrong with the new name; empty where nothing is."""
    if renaming.new == renaming.old:
        return "It is called so already"
    if not is_plain(renaming.new):
        return PLAIN
    form = draft.forms.get((renaming.process, renaming.task), {})
    if renaming.what == "task":
        return _problem_of_step(draft, renaming)
    if renaming.what == "question":
        taken = {part for place in places_of(form) for part in place.split(".")}
        return "This form has a question of this name already" if renaming.new in taken else ""
    asked = form["properties"][renaming.question]
    if stays := why_it_stays(asked):
        return stays
    taken = _choices(asked)
    return "This question has an answer of this name already" if renaming.new in taken else ""


def _problem_of_step(draft: NamedFiles, renaming: Renaming) -> str:
    if renaming.task == START:
        return "By this name conditions read what a process began with: it stays"
    if renaming.new in RESERVED:
        return f"“{renaming.new}” has a meaning in conditions: choose another name"
    (drawing,) = (one for one in draft.drawings.values() if one.process == renaming.process)
    if renaming.new in ids_in(draft.files[drawing.file].decode()):
        return "Something else in this drawing has this name already"
    has_form = f"forms/{renaming.process}/{renaming.new}.json" in draft.files
    return "A form of this name lies there already: take it out of the draft first" if has_form else ""


def _models(draft: NamedFiles, renaming: Renaming) -> Mapping[str, bytes]:
    """The drawings, forms and tables in which it is named."""
    found: dict[str, bytes] = {}
    for path, drawing in draft.drawings.items():
        found[path] = drawing_renamed(draft.files[path].decode(), drawing, renaming).encode()
    for (process, task), form in draft.forms.items():
        if (wanted := form_renamed(form, process, task, renaming)) != form:
            path = f"forms/{process}/{task}.json"
            found[path] = rewritten(draft.files[path], wanted, {renaming.new: renaming.old})
    return found | _tables(draft, renaming)


def _tables(draft: NamedFiles, renaming: Renaming) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path, content in draft.files.items():
        with suppress(BadModel, UnicodeDecodeError):
            if path in (TIMESCALES, MESSAGES):
                found[path] = rows_renamed(content, renaming, draft.asks)
            elif path.startswith(f"processes/{renaming.process}/") and path.endswith(".dmn"):
                found[path] = table_renamed(content, path, renaming)
    return found


def _stories(draft: NamedFiles, renaming: Renaming) -> tuple[Mapping[str, bytes], Mapping[str, tuple[int, ...]]]:
    others = [
        one.process
        for one in draft.drawings.values()
        if one.process != renaming.process and renaming.task in one.elements
    ]
    own = [one for one in draft.drawings.values() if one.process == renaming.process]
    begins = (each for one in own for each in one.elements.values() if each.kind == "startEvent")
    life = next((each.properties.get("life_event", "") for each in begins), "")
    found: dict[str, bytes] = {}
    unclear: dict[str, tuple[int, ...]] = {}
    for path, content in draft.files.items():
        if _STORIES in path and renaming.old.encode() in content:
            try:
                story = story_renamed(content.decode(), renaming, others, life)
            except ValueError:
                unclear[path] = ()
                continue
            found[path] = story.text.encode()
            if story.unclear:
                unclear[path] = story.unclear
    return found, unclear
