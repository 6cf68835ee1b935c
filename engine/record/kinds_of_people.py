"""Kinds of entry in the chain of an authority about its people, organisations and teams: each says so much that the
row which it tells of follows from the entries alone.
"""

from engine.record import entry_words
from engine.record.entry_kind import OUTSIDE, EntryKind

_HELD = ("account_id", "role", "organisation_id", "team_id", "held_from", "held_until")
_ROLE = ("membership", *_HELD)
_COVER = ("cover", "absent", "covering", "team", "held_from", "held_until")
KINDS_OF_PEOPLE = (
    EntryKind(
        "organisation_added",
        entry_words.named("An organisation was added", "name"),
        ("organisation", "agency", "name", "leads"),
        **OUTSIDE,
    ),
    EntryKind(
        "team_added",
        entry_words.named("A team was added", "name"),
        ("team", "organisation", "name", "duty"),
        **OUTSIDE,
    ),
    # Of meaning 1 it does not follow that an account without `password_set` has no password.
    EntryKind(
        "account_added",
        entry_words.named("An account was added", "name"),
        ("account", "name", "email"),
        meaning=2,
        **OUTSIDE,
    ),
    EntryKind("account_disabled", entry_words.words("An account was disabled"), ("account",), **OUTSIDE),
    EntryKind("account_enabled", entry_words.words("An account was enabled again"), ("account",), **OUTSIDE),
    EntryKind(
        "account_changed",
        entry_words.words("The name or email address of an account was changed"),
        ("account", "name", "email", "before"),
        **OUTSIDE,
    ),
    EntryKind(
        "organisation_renamed",
        entry_words.named("An organisation was renamed", "name"),
        ("organisation", "name", "before"),
        **OUTSIDE,
    ),
    EntryKind("team_renamed", entry_words.named("A team was renamed", "name"), ("team", "name", "before"), **OUTSIDE),
    EntryKind("duty_team_chosen", entry_words.words("The duty team was chosen"), ("team", "before"), **OUTSIDE),
    EntryKind(
        "role_given",
        entry_words.named("A role was given", "role"),
        (*_ROLE, "proposal", "proposed_by"),
        **OUTSIDE,
    ),
    EntryKind("role_ended", entry_words.named("The end of a role was set", "role"), (*_ROLE, "before"), **OUTSIDE),
    EntryKind(
        "role_proposed",
        entry_words.named("A role was proposed, which takes two to give", "role"),
        ("proposal", "account_id", "role", "held_from", "held_until"),
        **OUTSIDE,
    ),
    EntryKind(
        "role_proposal_dropped",
        entry_words.named("A proposed role was not given", "role"),
        ("proposal", "account_id", "role"),
        **OUTSIDE,
    ),
    EntryKind("cover_set", entry_words.words("Somebody is to act for a colleague who is away"), _COVER, **OUTSIDE),
    EntryKind(
        "cover_ended", entry_words.words("The end of acting for a colleague was set"), (*_COVER, "before"), **OUTSIDE
    ),
)
