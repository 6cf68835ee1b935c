"""What a draft and what was put in force meanwhile changed both: in words, and made one where that is sure.

Sure is what has one meaning part by part, and has no fault in it then. For all else one of the two files is chosen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.difference.between_models import differences_between
from engine.difference.files_called import titles_of
from engine.difference.model_difference import ModelDifference
from engine.facts.models import is_story
from engine.forms.checks import KNOWN_CHECKS
from engine.lint.linted import linted
from engine.merging.drawings_in_one import drawing_in_one
from engine.merging.forms_in_one import form_in_one
from engine.merging.parts_called import is_about, part_called, words_of_part
from engine.merging.tables_in_one import table_in_one
from engine.merging.three_way import CannotMerge, InOne, Keep, Sides
from engine.process.bundle import Model

Files = Mapping[str, bytes]
Bundles = Sides[Files]
"""Whole, each path with its content; the stories may be among them."""
_MADE_ONE: Mapping[str, Callable[[Sides[bytes], str, Keep], InOne]] = {
    "bpmn": drawing_in_one,
    "json": form_in_one,
    "csv": table_in_one,
    "toml": table_in_one,
}


@dataclass(frozen=True, slots=True)
class PartChanged:
    """A part of a file that both changed, with what each made of it; the words are empty where only its place or its
    layout is otherwise.
    """

    key: str
    name: str
    mine: tuple[str, ...]
    theirs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileChanged:
    """A file that both changed. `parts` are those to choose for where it is made one; `why_not` says why it cannot be,
    and is empty where it can.
    """

    path: str
    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    parts: tuple[PartChanged, ...]
    why_not: str


def both_changed(bundles: Bundles) -> list[str]:
    """The paths of files that both have otherwise than the base, and not alike."""
    base, mine, theirs = bundles
    return [path for path in sorted({*base, *mine, *theirs}) if _is_asked_for(base, mine, theirs, path)]


def _is_asked_for(base: Files, mine: Files, theirs: Files, path: str) -> bool:
    return mine.get(path) not in (base.get(path), theirs.get(path)) and theirs.get(path) != base.get(path)


def file_in_one(bundles: Bundles, path: str, keep: Keep) -> InOne:
    """Raises CannotMerge."""
    made_one = _MADE_ONE.get(path.rpartition(".")[2])
    base, mine, theirs = bundles.each(lambda files: files.get(path))
    if made_one is None:
        raise CannotMerge("Of files of this kind one is chosen as a whole.")
    if base is None or mine is None or theirs is None:
        raise CannotMerge("It is not in all three.")
    return made_one(Sides(base, mine, theirs), path, keep)


def taken_over(bundles: Bundles, mine: Mapping[str, bool], in_one: Mapping[str, Keep]) -> dict[str, bytes]:
    """The draft, on top of what was put in force meanwhile. Of each file that both changed `mine` says whether the
    draft's is kept, or `in_one` that it is made one, with what is kept of the parts that both changed.

    Raises CannotMerge.
    """
    asked = both_changed(bundles)
    found = {path: content for path, content in bundles.theirs.items() if path not in asked}
    for path in {*bundles.base, *bundles.mine} - {*asked}:
        content = bundles.mine.get(path)
        if content != bundles.base.get(path):
            found.pop(path, None)
            found |= {path: content} if content is not None else {}
    for path in asked:
        side = bundles.mine if mine.get(path) else bundles.theirs
        content = file_in_one(bundles, path, in_one[path]).content if path in in_one else side.get(path)
        found |= {path: content} if content is not None else {}
    return found


def must_be_sound(files: Files) -> None:
    """Raises CannotMerge with the first fault of the linter."""
    models = {path: content for path, content in files.items() if not is_story(path)}
    for problem in linted(models, KNOWN_CHECKS):
        if problem.level == "fault":
            title = titles_of([], [problem.file])[problem.file]
            raise CannotMerge(f"Together there would be a fault in “{title}”: {problem.message}")


def files_changed(bundles: Bundles, models: Sides[Model | None]) -> tuple[FileChanged, ...]:
    """Those that both changed. A model is None where it cannot be read, and then nothing is said in words."""
    made, why_not = _made_one(bundles)
    differences = _words(models.base, models.mine), _words(models.base, models.theirs)
    drawn = [one for one in (models.mine, models.theirs) if one]
    paths = both_changed(bundles)
    return tuple(_changed(path, differences, drawn, made.get(path), why_not.get(path, "")) for path in paths)


def _made_one(bundles: Bundles) -> tuple[dict[str, InOne], dict[str, str]]:
    made: dict[str, InOne] = {}
    why_not: dict[str, str] = {}
    for path in both_changed(bundles):
        try:
            made[path] = file_in_one(bundles, path, {})
        except CannotMerge as unsure:
            why_not[path] = str(unsure)
    if made and (fault := _fault(bundles, made)):
        return {}, {**dict.fromkeys(made, fault), **why_not}
    return made, why_not


def _fault(bundles: Bundles, made: Mapping[str, InOne]) -> str:
    """Why it cannot be, whichever side of what both changed is chosen throughout; empty where one of them can."""
    fault = ""
    for kept in (False, True):
        in_one = {path: dict.fromkeys(one.asked, kept) for path, one in made.items()}
        try:
            must_be_sound(taken_over(bundles, dict.fromkeys(both_changed(bundles), True), in_one))
        except CannotMerge as unsure:
            fault = fault or str(unsure)
        else:
            return ""
    return fault


def _words(old: Model | None, new: Model | None) -> Sequence[ModelDifference]:
    return differences_between(old, new) if old and new else ()


def _changed(
    path: str,
    differences: tuple[Sequence[ModelDifference], Sequence[ModelDifference]],
    models: Sequence[Model],
    made: InOne | None,
    why_not: str,
) -> FileChanged:
    mine, theirs = ([one for one in those if is_about(path, one)] for those in differences)
    parts = tuple(
        PartChanged(
            key,
            part_called(models, path, key),
            words_of_part(models, path, key, mine),
            words_of_part(models, path, key, theirs),
        )
        for key in (made.asked if made else ())
    )
    return FileChanged(path, _said(mine), _said(theirs), parts, why_not)


def _said(differences: Sequence[ModelDifference]) -> tuple[str, ...]:
    return tuple(one.words for one in differences)
