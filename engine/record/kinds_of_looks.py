"""The kinds of entry about which looks are seen at once, in the chain of an authority, and of very many, in that of who
looked.
"""

from engine.record import entry_words
from engine.record.entry_kind import OUTSIDE, EntryKind

KINDS_OF_LOOKS = (
    EntryKind(
        "many_opened_explained",
        entry_words.words("Said why they opened very many cases in a short time"),
        ("cases", "reason"),
        **OUTSIDE,
    ),
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
