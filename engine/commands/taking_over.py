"""`take_over_published`: a draft comes to stand on what was put in force since it was begun."""

from collections.abc import Mapping, Sequence

from sqlalchemy import update

from engine.base.errors import NotPossible, RefusalCode
from engine.commands.saving_changes import open_change, save_together
from engine.commands.words_alone import must_be_words
from engine.difference.files_called import titles_of
from engine.facts.change_files import change_row, files_of_change, published_files
from engine.facts.models import in_force, model
from engine.merging.both_changed import Bundles, both_changed, file_in_one, must_be_sound, taken_over
from engine.merging.parts_called import part_called
from engine.merging.three_way import CannotMerge, Keep, Sides
from engine.people.command import CommandRight, Work, command
from engine.process.bundle import Model
from engine.process.condition_words import listed
from engine.tables import Change

NOTHING_IN_ONE: Mapping[str, Keep] = {}


@command(may=CommandRight.CHANGES_PATHWAY)
def take_over_published(
    work: Work, change: str, mine: Mapping[str, bool], in_one: Mapping[str, Keep] = NOTHING_IN_ONE
) -> tuple[str, ...]:
    """Brings a draft up to what is in force now; gives the paths that are otherwise in it than in that.

    A file that only one side changed is taken from that side. For one that both changed, `mine` says which is kept: the
    draft's, or what was published; or `in_one` has it made one from both, and says of each part that both changed
    whether the draft's is kept. Raises NotPossible that names what nothing is said of, and where two files cannot be
    made one, there would be a fault then, or more than words would be changed by somebody who changes words alone.
    """
    row = open_change(work, change)
    was = files_of_change(work.connection, work.authority, row)
    models = model(work.connection, row.base_hash), in_force(work.connection, work.authority)
    newest = models[1].hash
    now = published_files(work.connection, work.authority, newest)
    wanted = _on_top(Sides(was.base, was.now, now), mine, in_one, models)
    work.connection.execute(update(Change).where(Change.id == change).values(base_hash=newest))
    moved = change_row(work.connection, work.authority, change)
    otherwise = (path for path, saved in was.saved.items() if saved.content != wanted.get(path))
    save_together(work, moved, {path: wanted.get(path) for path in otherwise})
    files = files_of_change(work.connection, work.authority, moved)
    must_be_words(work, files.base, files.now)
    work.record_settled("change_took_over", {"change": change, "before": row.base_hash, "base": newest})
    return tuple(path for path in sorted(wanted.keys() | now.keys()) if wanted.get(path) != now.get(path))


def _on_top(
    bundles: Bundles, mine: Mapping[str, bool], in_one: Mapping[str, Keep], models: Sequence[Model]
) -> Mapping[str, bytes]:
    """`models` say what people call that of which nothing is said."""
    files = [path for path in both_changed(bundles) if path not in mine and path not in in_one]
    titles = titles_of(models, [*files, *in_one])
    unsaid = [f"“{titles[path]}”" for path in files]
    try:
        for path, keep in in_one.items():
            parts = [part for part in file_in_one(bundles, path, keep).asked if part not in keep]
            unsaid += [f"{part_called(models, path, part)} in “{titles[path]}”" for part in parts]
        if unsaid:
            words = f"Both the draft and what was put in force meanwhile changed {listed(unsaid)}. Say which is kept."
            raise NotPossible(words, code=RefusalCode.BOTH_CHANGED)
        wanted = taken_over(bundles, mine, in_one)
        if in_one:
            must_be_sound(wanted)
    except CannotMerge as unsure:
        raise NotPossible(f"Choose one of the two. {unsure}", code=RefusalCode.BOTH_CHANGED) from None
    return wanted
