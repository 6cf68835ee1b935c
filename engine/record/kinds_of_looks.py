"""The kinds of entry in the chain of an authority about which looks are seen at once."""

from engine.record import entry_words
from engine.record.entry_kind import OUTSIDE, EntryKind

KINDS_OF_LOOKS = (
    EntryKind("case_well_known", entry_words.words("A case was marked as well known"), ("case",), **OUTSIDE),
    EntryKind(
        "case_not_well_known", entry_words.words("A case was no longer marked as well known"), ("case",), **OUTSIDE
    ),
    EntryKind(
        "look_reviewed",
        entry_words.words("It was asked why somebody looked"),
        ("review", "account", "case", "day", "verdict", "reason"),
        **OUTSIDE,
    ),
)
