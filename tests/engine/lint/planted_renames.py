"""Faults of what a bundle calls otherwise than those before it."""

from engine.process.renames import RENAMES
from tests.engine.lint.planted import Fault


def _wrong(table: str, old: str, new: str) -> Fault:
    return Fault("wrong-rename", RENAMES, "", f'[{table}]\n"{old}" = "{new}"', old)


RENAME_FAULTS = (
    Fault("unreadable-file", RENAMES, "", '[task]\n"see_child" = "visit_child"'),
    Fault("unreadable-file", RENAMES, "", "[step]"),
    _wrong("task", "visit.saw_child", "see_chidl"),
    _wrong("task", "visit.plan_visit", "see_child"),
    _wrong("task", "visits.saw_child", "see_child"),
    _wrong("question", "visit.see_child.seen", "saw"),
    _wrong("answer", "visit.see_child.child_seen.y", "so"),
)
