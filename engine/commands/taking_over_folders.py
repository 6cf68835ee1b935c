"""All that a folder says runs in another system, child by child: what does not fit stops none of the others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.base.database import Database
from engine.base.errors import BadAnswers, Refusal
from engine.commands.taking_over_cases import ChildTaken, take_over_child
from engine.facts.elsewhere_columns import CHILDREN
from engine.facts.elsewhere_files import ChildElsewhere, ElsewhereFolder, FileFault
from engine.facts.models import in_force
from engine.people.identity import Actor


@dataclass(frozen=True, slots=True)
class FolderTaken:
    """`held_back` are the references of children of whom nothing was done, as something of them does not fit."""

    children: tuple[tuple[ChildElsewhere, ChildTaken], ...]
    faults: tuple[FileFault, ...]
    held_back: tuple[str, ...]


def take_over_folder(
    database: Database, actor: Actor, clock: Callable[[], datetime], files: Mapping[str, bytes], *, dry: bool
) -> FolderTaken:
    """`files` are those of the folder by name. Each child is a transaction of its own, at its own moment."""
    with database.read() as connection:
        model = in_force(connection, actor.within)
    read = ElsewhereFolder(files, model)
    done: list[tuple[ChildElsewhere, ChildTaken]] = []
    faults, held_back = [*read.faults], dict.fromkeys(read.held_back)
    for child in read.children:
        try:
            came = take_over_child(database, actor, clock(), child, dry=dry)
        except BadAnswers as bad:
            faults += [child.fault(path, said) for path, said in bad.problems.items()]
            held_back[child.reference] = None
        except Refusal as refusal:
            faults.append(child.fault("", str(refusal)))
            held_back[child.reference] = None
        else:
            done.append((child, came))
            if came.outcome == "changed since":
                words = (
                    f"What the files say of this child has changed since case {came.case} was opened: nothing is done"
                )
                faults.append(FileFault(CHILDREN, child.line, words))
    faults.sort(key=lambda one: (one.file, one.line))
    return FolderTaken(tuple(done), tuple(faults), tuple(held_back))
