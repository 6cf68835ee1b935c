"""What `renames.toml` says after something was renamed: old names as running instances know them, and the newest one.

What was renamed before and is renamed again is called by its last name, whatever it was called between in a draft; what
is called as it was once more is said no longer.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from engine.process.renames import BundleRenames, Names
from engine.renaming.renaming import Renaming

WasThere = Callable[[str], bool]
"""Whether what the draft was made from had this: `process.step`, with a question and an answer or without."""


def renames_after(told: BundleRenames, renaming: Renaming, was_there: WasThere) -> BundleRenames:
    olds = dict.fromkeys(_old_paths(told, renaming, was_there))
    rows = {**getattr(told, renaming.what), **dict.fromkeys(olds, renaming.new)}
    kept = {old: new for old, new in rows.items() if old.rpartition(".")[2] != new}
    return replace(told, **{renaming.what: kept})


def is_an_old_name(told: BundleRenames, renaming: Renaming, was_there: WasThere) -> bool:
    """Whether something else beside it was called so before: nobody could tell the two apart."""
    rows: Names = getattr(told, renaming.what)
    here = ".".join((renaming.process, *renaming.names))
    parents = {path.rpartition(".")[0] for path in (*_paths(told, renaming, was_there), here)}
    return any(rows.get(f"{parent}.{renaming.new}", renaming.old) != renaming.old for parent in parents)


def _old_paths(told: BundleRenames, renaming: Renaming, was_there: WasThere) -> Iterator[str]:
    """What is new in the draft has no old name. Of what is older than that of which the draft was made only the name
    of its step, or question, is known: there it has one too.
    """
    known: Names = getattr(told, renaming.what)
    paths = [*_paths(told, renaming, was_there)]
    if any(path in known or was_there(path) for path in paths):
        for path in paths:
            if path in known or was_there(path) or not was_there(path.rpartition(".")[0]):
                yield path


def _paths(told: BundleRenames, renaming: Renaming, was_there: WasThere) -> list[str]:
    """All that it was called, with the step and the question by all that these were called; the newest last."""
    paths = [renaming.process]
    for table, name in zip(("task", "question", "answer"), renaming.names, strict=False):
        rows: Names = getattr(told, table)
        paths = [one for parent in paths for one in _called(rows, parent, name, was_there)]
    return paths


def _called(rows: Names, parent: str, name: str, was_there: WasThere) -> Iterator[str]:
    """What was called so by the names of `parent`."""
    olds = [old for old, new in rows.items() if new == name and old.rpartition(".")[0] == parent]
    yield from olds
    if not olds or was_there(f"{parent}.{name}"):
        yield f"{parent}.{name}"
