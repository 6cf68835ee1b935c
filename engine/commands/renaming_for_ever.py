"""A step, a question or an answer of a draft gets another name in files, in all of them at once."""

from engine.base.errors import NotPossible, RefusalCode
from engine.commands.saving_changes import open_change, save_together
from engine.facts.change_files import files_of_change
from engine.people.command import CommandRight, Work, command
from engine.renaming.everywhere import renamed_everywhere, renaming_of


@command(may=CommandRight.PROCESS_OWNER)
def rename_for_ever(work: Work, change: str, path: str, new: str, saves: int) -> tuple[str, ...]:
    """`path`: `process.task`, with a question and its answer or without. `saves`: how often the draft had been saved
    when somebody looked at what is rewritten. Gives the paths of the files that are otherwise now.

    Raises as `renamed_everywhere`, and NotPossible where the draft is not open, or was saved since.
    """
    row = open_change(work, change)
    if row.version != saves:
        words = "Something was saved in this draft since you looked: look at what is rewritten once more."
        raise NotPossible(words, code=RefusalCode.SAVED_MEANWHILE)
    files = files_of_change(work.connection, work.authority, row)
    renamed = renamed_everywhere(files.now, files.base, renaming_of(path, new))
    save_together(work, row, renamed.files)
    return tuple(sorted(renamed.files))
