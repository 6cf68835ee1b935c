"""Which tests run on both kinds of database: those whose subject is what is stored. The rest run on SQLite alone.

Storage is what commands write, what a race or a kill leaves, the record and its verifier, and the statements that ask
for it. Words, forms, drawings and pages do not differ between the two. What a page reads is run once on PostgreSQL by
the modules named below that read widely.
"""

from collections.abc import Iterable
from pathlib import PurePosixPath
from zlib import crc32

from tests.amount import LONG

ALL = ("sqlite", "postgresql")

# Folders end in a stroke; everything below them counts.
BOTH = (
    "tests/engine/commands/",
    "tests/engine/reads/task/test_before.py",
    "tests/engine/reads/case/test_case.py",
    "tests/engine/reads/audit/test_guidance.py",
    "tests/engine/reads/audit/test_looks.py",
    "tests/engine/reads/case/test_outcomes.py",
    "tests/engine/reads/lists/test_worklist.py",
    "tests/engine/scenario/test_running.py",
    "tests/engine/people/test_access_property.py",
    "tests/engine/people/test_kept_from.py",
    "tests/engine/facts/test_candidates.py",
    "tests/engine/record/test_checkpoints.py",
    "tests/engine/base/test_database.py",
    "tests/engine/base/test_record_guards.py",
    "tests/engine/reads/audit/test_unusual_looks.py",
    "tests/engine/facts/test_matching.py",
    "tests/engine/record/test_record.py",
    "tests/engine/record/test_verifier.py",
    "tests/benchmarks/",
    "tests/faults/",
    "tests/repository/test_fixtures.py",
    "tests/rerun/",
    "tests/upgrade/",
    "tests/walks/",
    "tests/webapp/test_unseen_bundles.py",
)

# On both kinds in the long run alone.
BOTH_IN_THE_LONG_RUN = ("tests/access/",)

# Elsewhere the short run takes the first of many examples to PostgreSQL; of these each. Those of commands race.
EACH_EXAMPLE = (
    "tests/benchmarks/",
    "tests/engine/commands/test_closure_days.py",
    "tests/engine/commands/test_counting.py",
    "tests/engine/commands/test_local_limits.py",
    "tests/engine/commands/test_people.py",
    "tests/engine/commands/test_several_children.py",
    "tests/engine/record/",
    "tests/faults/",
    "tests/rerun/",
    "tests/test_scenarios.py",
    "tests/walks/",
)

# Of these others the short run takes every second test to PostgreSQL, the same ones each time: their commands meet
# there many times over. The long run takes all.
SOME_TESTS = ("tests/engine/commands/",)

# Their tests try much and take long: `make test-fast` leaves them to `make test`.
BATTERIES = (
    "tests/bundles/",
    "tests/engine/commands/test_twenty_reviews.py",
    "tests/engine/export/test_xes.py",
    "tests/engine/record/test_verifier.py",
    "tests/faults/",
    "tests/repository/",
    "tests/rerun/",
    "tests/test_flows.py",
    "tests/test_going_on.py",
    "tests/test_renamed_bundle.py",
    "tests/upgrade/",
    "tests/walks/",
    "tests/webapp/test_unseen_bundles.py",
)


# What they try does not differ between two Pythons, and each lints or plays whole bundles, or asks for all pages.
ONE_PYTHON = (
    "tests/engine/commands/test_approving_changes.py",
    "tests/engine/demo/",
    "tests/engine/export/test_redacted.py",
    "tests/engine/importing/",
    "tests/engine/reads/audit/test_path.py",
    "tests/engine/reads/audit/test_turned_answers.py",
    "tests/engine/record/test_size.py",
    "tests/engine/trial/",
    "tests/webapp/test_background_trials.py",
    "tests/webapp/test_barred.py",
    "tests/webapp/test_changes_command.py",
    "tests/webapp/test_import_models.py",
    "tests/webapp/test_studio_guidance.py",
    "tests/webapp/test_studio_limits.py",
    "tests/webapp/test_studio_questions.py",
    "tests/webapp/test_studio_stories.py",
    "tests/webapp/test_studio_tables.py",
    "tests/webapp/test_studio_trying.py",
)


def is_on_one_python(file: PurePosixPath) -> bool:
    return named_by_any(ONE_PYTHON, file)


def takes_each_example(file: PurePosixPath) -> bool:
    return named_by_any(EACH_EXAMPLE, file)


def is_left_to_the_long_run(test: str, file: PurePosixPath) -> bool:
    """On PostgreSQL. `test` is its name with that of its file, without its example."""
    some = named_by_any(SOME_TESTS, file) and not takes_each_example(file)
    return some and bool(crc32(test.encode()) % 2)


def is_battery(file: PurePosixPath) -> bool:
    return named_by_any(BATTERIES, file)


def named_by_any(places: Iterable[str], file: PurePosixPath) -> bool:
    return any(named_by(place, str(file)) for place in places)


def named_by(place: str, test: str) -> bool:
    return test.startswith(place) if place.endswith("/") else test == place


def kinds_for(file: PurePosixPath) -> tuple[str, ...]:
    """`file` is relative to the checkout."""
    places = BOTH + BOTH_IN_THE_LONG_RUN if LONG else BOTH
    return ALL if named_by_any(places, file) else ALL[:1]
