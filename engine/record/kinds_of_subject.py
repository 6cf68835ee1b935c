"""The kinds of entry about what is held of a child and given to whoever asks for it. They stand in the chain of the
authority, and name nobody in their sentences.
"""

from collections.abc import Sequence

KINDS_OF_SUBJECT: Sequence[tuple[str, str, tuple[str, ...]]] = (
    (
        "subject_access_asked",
        "Somebody asked for what is held of a child",
        ("request", "case", "asked_by", "proof", "received_on"),
    ),
    ("subject_access_extended", "A request for what is held takes two months longer", ("request", "reason")),
    ("subject_items_decided", "It was decided what of a child’s record is given", ("request", "items")),
    ("subject_pack_made", "The pack of what is held of a child was made", ("request", "file", "sha256")),
    ("subject_access_closed", "A request for what is held of a child was closed", ("request", "outcome", "reason")),
    ("draft_days_set", "It was set how long drafts are kept", ("days", "before")),
)
