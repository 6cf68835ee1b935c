"""The kinds of entry that tell how somebody may sign in: in the chain of the authority, `sessions_ended` in theirs."""

from engine.record import entry_words
from engine.record.entry_kind import OUTSIDE, EntryKind

KINDS_OF_SIGNING_IN = (
    EntryKind(
        "first_administrator_code_made",
        entry_words.words("A code was made for the first administrator"),
        ("authority",),
        **OUTSIDE,
    ),
    EntryKind("password_link_made", entry_words.words("A link was made to choose a password"), ("account",), **OUTSIDE),
    EntryKind(
        "password_code_given",
        entry_words.words("A second administrator gave a code for the link to choose a password"),
        ("account",),
        **OUTSIDE,
    ),
    EntryKind(
        "password_taken_away",
        entry_words.words("A password was taken away: they choose another by a link"),
        ("account",),
        **OUTSIDE,
    ),
    EntryKind(
        "password_set", entry_words.words("A password was chosen"), ("account", "by", "digest", "anew"), **OUTSIDE
    ),
    EntryKind(
        "second_factor_set",
        entry_words.words("A second factor was set up"),
        ("account", "factor", "passkey"),
        **OUTSIDE,
    ),
    EntryKind(
        "second_factor_removed",
        entry_words.words("A second factor was removed"),
        ("account", "factor", "passkey"),
        **OUTSIDE,
    ),
    EntryKind(
        "second_factor_taken_away",
        entry_words.words("A second factor was taken away"),
        ("account",),
        **OUTSIDE,
    ),
    EntryKind("recovery_codes_made", entry_words.words("Recovery codes were made"), ("account",), **OUTSIDE),
    EntryKind("recovery_code_used", entry_words.words("A recovery code was used"), ("account",), **OUTSIDE),
    EntryKind(
        "provider_linked",
        entry_words.words("An account was linked with single sign-on"),
        ("account", "issuer", "subject", "by"),
        **OUTSIDE,
    ),
    EntryKind(
        "provider_unlinked",
        entry_words.words("An account is linked with single sign-on no more"),
        ("account",),
        **OUTSIDE,
    ),
    EntryKind(
        "sessions_of_others_ended",
        entry_words.words("Sessions were ended by who administers"),
        ("account", "how_many"),
        **OUTSIDE,
    ),
    EntryKind(
        "agreement_set",
        entry_words.words("A text was set that is signed before the door opens"),
        ("agreement", "version", "text", "holds_from"),
        **OUTSIDE,
    ),
    EntryKind(
        "agreement_signed",
        entry_words.named("An organisation signed the agreement on sharing information", "name"),
        ("organisation", "version", "name", "signed_on"),
        **OUTSIDE,
    ),
    EntryKind(
        "conduct_agreed_to", entry_words.words("Agreed to the code of conduct"), ("account", "version"), **OUTSIDE
    ),
    EntryKind("sessions_ended", entry_words.words("Ended sessions of their own"), ("how_many",), **OUTSIDE),
)
