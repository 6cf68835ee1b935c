"""What a bundle calls otherwise is there by its new name, and by no old one."""

from engine.lint import lint
from engine.process.renames import RENAMES
from tests.engine.lint.small_bundle import CHECKS, encoded, small_bundle

TOLD = """
[task]
"visit.saw_child" = "see_child"
[question]
"visit.saw_child.seen" = "child_seen"
[answer]
"visit.saw_child.seen.so" = "yes"
"""


def test_a_sound_file_has_no_fault() -> None:
    assert lint(encoded({**small_bundle(), RENAMES: TOLD}), known_checks=CHECKS) == ()
