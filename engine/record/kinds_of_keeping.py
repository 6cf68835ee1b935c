"""The kinds of entry about what keeps a case from somebody, break glass, and asking for a part: the name of each, how
it is said, and what it carries. They stand in the chain of the authority, and name nobody in their sentences.
"""

from collections.abc import Sequence

KINDS_OF_KEEPING: Sequence[tuple[str, str, tuple[str, ...]]] = (
    ("barred", "Somebody was barred from a child", ("bar", "person", "account", "reason")),
    ("ending_bar_asked", "It was asked to end a bar", ("bar", "reason")),
    ("bar_kept", "A bar was not ended", ("bar", "asked_by")),
    ("bar_ended", "A bar was ended", ("bar", "asked_by")),
    ("case_restricted", "A case was restricted", ("restriction", "case", "accounts", "reason")),
    (
        "restriction_changed",
        "It was changed who may know of a restricted case",
        ("restriction", "case", "accounts", "before"),
    ),
    ("restriction_ended", "A case is restricted no longer", ("restriction", "case", "reason")),
    ("glass_broken", "Break glass was used", ("use", "case", "account", "reason", "until")),
    (
        "part_asked_for",
        "A part in a case was asked for",
        ("request", "organisation", "given_name", "family_name", "born", "how", "why"),
    ),
    (
        "part_request_decided",
        "A request for a part in a case was decided",
        ("request", "outcome", "case", "reason"),
    ),
    ("glass_reviewed", "A use of break glass was looked at", ("use", "verdict", "reason")),
)
