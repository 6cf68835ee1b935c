"""What `processes/renames.toml` calls otherwise: the old names are there no more, and the new ones are."""

from collections.abc import Collection, Iterator, Mapping

from engine.base.errors import BadModel
from engine.lint.form_file import choices_of
from engine.lint.lint_problems import LintProblem
from engine.lint.material import Material, nearest
from engine.process.renames import RENAMES, BundleRenames, read_renames


def check_by_itself(files: Mapping[str, bytes]) -> Iterator[LintProblem]:
    try:
        read_renames(files.get(RENAMES, b""))
    except BadModel as error:
        yield from (LintProblem(RENAMES, "", 0, one.message, "unreadable-file") for one in error.problems)


def check(files: Mapping[str, bytes], material: Material) -> Iterator[LintProblem]:
    renames = read_renames(files.get(RENAMES, b""))
    for told, parts in ((renames.task, 2), (renames.question, 3), (renames.answer, 4)):
        for old, new in told.items():
            path = old.split(".")
            known = _known(material, renames, path[: parts - 1])
            if known is None:
                where = ".".join(path[:-1])
                yield _wrong(old, f"There is no {where}, nor what it became: so nothing of it is called otherwise.")
            elif path[-1] in known:
                yield _wrong(old, f"{path[-1]} is still there: only what is no more is called otherwise.")
            elif new not in known:
                yield _wrong(old, f"There is no {new}.{nearest(new, frozenset(known))}")


def _wrong(old: str, message: str) -> LintProblem:
    return LintProblem(RENAMES, old, 0, message, "wrong-rename")


def _known(material: Material, renames: BundleRenames, where: list[str]) -> Collection[str] | None:
    """The names that there are in a process, a form or a question; None where that is not there by its new name."""
    process, *within = where
    drawing = material.drawings.get(process)
    if drawing is None or not within:
        return drawing and drawing.elements.keys()
    task = renames.task.get(".".join(where[:2]), within[0])
    form = material.forms.get((process, task))
    if form is None or len(within) == 1:
        return form and form.fields.keys()
    field = form.fields.get(renames.question.get(".".join(where), within[1]))
    return None if field is None else choices_of(field)
