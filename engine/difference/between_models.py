"""What two bundles say differently: whatever a process owner drew, asked, timed or named, in sentences and in order.

Read from models alone, never from files: what no model holds (where shapes lie, how a file is spaced, notes in it)
changes nothing that runs, and of that only is said that there is such a change.
"""

from collections.abc import Iterable, Mapping

from engine.difference.clocks_between import differences_of_clocks
from engine.difference.elements_between import differences_of_drawing, whole_process
from engine.difference.forms_between import differences_of_forms
from engine.difference.guidance_between import differences_of_guidance
from engine.difference.model_difference import About, ModelDifference
from engine.difference.names_between import differences_of_names, names_between
from engine.difference.tables_between import (
    differences_of_agencies,
    differences_of_edition,
    differences_of_groups,
    differences_of_messages,
    differences_of_order,
    differences_of_roles,
)
from engine.difference.ways_between import Ways
from engine.process.bundle import Model

ONLY_LAYOUT = (
    "Only how the drawings are laid out, how the files are written, or notes in them: nothing that the system acts on."
)
HEADINGS: Mapping[About, str] = {
    "edition": "The edition of the guidance",
    "duty": "Duties of the guidance",
    "time limit": "Time limits",
    "role": "Roles",
    "agency": "Agencies",
    "group": "Groups that may read answers",
    "message": "Messages",
    "files": "Files",
}
"""Under which those stand that are about no one process."""


def differences_between(old: Model, new: Model) -> tuple[ModelDifference, ...]:
    """Process by process in the order of the new bundle, then what is about the whole. Empty for one and the same
    bundle only. What is called otherwise in files is the same thing, as far as either bundle says so.
    """
    names = names_between(old, new)
    renames, old = names.steps, names.read_anew(old)
    models = old, new
    asked = [*differences_of_forms(models, renames), *differences_of_guidance(old, new, renames)]
    found: list[ModelDifference] = []
    for process in dict.fromkeys((*new.drawings, *old.drawings, *(one.process for one in asked if one.process))):
        before, now = old.drawings.get(process), new.drawings.get(process)
        if before and now and before != now:
            found += differences_of_drawing(Ways(models, before, now, renames))
        elif (before is None) is not (now is None):
            found.append(whole_process(new if now else old, process, is_new=before is None))
        found += differences_of_names(old, new, names, process)
        found += [one for one in asked if one.process == process]
    found += differences_of_clocks(old, new, renames)
    found += differences_of_roles(old, new)
    found += differences_of_agencies(old, new)
    found += differences_of_groups(old, new)
    found += differences_of_messages(old, new, renames)
    found += [one for one in asked if not one.process]
    found += differences_of_edition(old.edition, new.edition)
    found += differences_of_order(old, new)
    if not found and old.hash != new.hash:
        found.append(ModelDifference("", "files", "", "changed", ONLY_LAYOUT))
    return tuple(found)


def under_headings(
    differences: Iterable[ModelDifference], old: Model, new: Model
) -> Mapping[str, tuple[ModelDifference, ...]]:
    """By the name of the process, or by what they are about where that is no process; in the order given."""
    found: dict[str, list[ModelDifference]] = {}
    for one in differences:
        drawing = new.drawings.get(one.process) or old.drawings.get(one.process)
        heading = drawing.name if drawing else HEADINGS.get(one.about, one.process)
        found.setdefault(heading, []).append(one)
    return {heading: tuple(those) for heading, those in found.items()}
