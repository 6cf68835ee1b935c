"""The kinds of entry about how long cases are kept, legal hold, and what was erased: the name of each, how it is said,
and what it carries. They stand in the chain of the authority, and name nobody in their sentences.
"""

from collections.abc import Sequence

KINDS_OF_RETENTION: Sequence[tuple[str, str, tuple[str, ...]]] = (
    (
        "retention_rule_added",
        "A rule was added for how long cases are kept",
        ("rule", "years", "counts_from", "process", "process_title"),
    ),
    ("retention_rule_ended", "A rule for how long cases are kept was ended", ("rule", "reason")),
    ("legal_hold_set", "A case was put on legal hold", ("hold", "case", "reason")),
    ("legal_hold_lifted", "The legal hold on a case was lifted", ("hold", "case", "reason")),
    ("erasure_proposed", "It was proposed to erase a case", ("erasure", "case", "rule", "reason")),
    ("erasure_refused", "A case was not erased, as a second person decided", ("erasure", "case", "reason")),
    (
        "erased",
        "A case was erased, as two people decided",
        ("erasure", "case", "cases", "spans", "rule", "proposed_by", "proposed_at", "why", "reason"),
    ),
)
