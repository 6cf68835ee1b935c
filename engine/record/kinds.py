"""Each kind of entry once: what it means, what it carries, what re-running does with it, and how it is said.

Page, replay and pack take their sentences from here, so that they say the same of the same entry; the words themselves
stand in `entry_words.py`.
"""

from collections.abc import Mapping
from typing import Any

from engine.record import entry_words, words_beside_steps
from engine.record.entry_kind import ACTING_FOR, OUTSIDE, EntryKind, always
from engine.record.entry_words import EntryTitles, Said
from engine.record.kinds_of_keeping import KINDS_OF_KEEPING
from engine.record.kinds_of_looks import KINDS_OF_LOOKS
from engine.record.kinds_of_people import KINDS_OF_PEOPLE
from engine.record.kinds_of_retention import KINDS_OF_RETENTION
from engine.record.kinds_of_signing_in import KINDS_OF_SIGNING_IN
from engine.record.kinds_of_subject import KINDS_OF_SUBJECT


def sentence(kind: str, said: Said, titles: EntryTitles, *, redacted: bool = False) -> str:
    """One that a newer version of the product wrote is said by its own name and what it says of itself."""
    known = KINDS.get(kind)
    if known:
        return known.say(said, titles, redacted)
    about = f" “{titles.element}”" if titles.element else ""
    what = said.get("what")
    named = kind.replace("_", " ").capitalize()
    return f"{named}{about}: {what}" if isinstance(what, str) and not redacted else f"{named}{about}"


_BEGINS: Mapping[str, Any] = {"redone": "begins", "about": "act"}
_CASE = ("authority", "reference", "person", "family", "team", "lead", "child", "after")
_START = ("process", "answers", "submission", "facts", "by", "payload", ACTING_FOR)
_DISPUTED = ("field", "said_by", "words", "said_on")
_SHARED = (
    *("what", "agencies", "others", "why", "consent", "without_consent", "told", "not_told_because"),
    *("against_wishes_because", "shared_on"),
)
_WISH = (
    *("wish", "ends", "withdrawn", "whose", "who", "against", "agencies", "others", "what", "why"),
    *("said_on", "source"),
)
_PERSONAL_FACT = (
    *("fact", "about", "ends_id", "ended_as", "ended_on", "only_ends", "kind", "name", "said"),
    *("holds_from", "holds_until", "known_on", "source"),
)
_ACTION = ("action", "what", "who", "agency", "person_id", "by_when", "field")
_ACTION_TOLD = ("action", "what", "state", "before", "why")
_CORRECTED = ("before", "after", "reason")
_DEPARTING = ("departure", "how", "reason", "answers", "agency")
_DEPARTED = (*_DEPARTING, "asked_by", "decision")
_RESTS = ("task", "fields", "account")
_PART = ("agency", "organisation", "deed", "reason")
_GIVEN = ("account", "role", "before", "reason")
_ANSWERS = ("answers", "submission", "facts", "agency", "automatic", ACTING_FOR)
_CLOCK = (
    *("what", "clock", "number", "due_at", "before", "counted_from", "met_at", "late_reason", "why", "calendar"),
    *("limit", "stopped_at", "was", "late_before"),
)
_MIGRATED = ("before", "open", "reason", "dropped", "back", "hands_back", "renamed")
_TOOK_OVER = ("case", "team", "plan_since", "own_plan_since", "expected")
_TAKEN_OVER = ("old_reference", "family", "said")
_SEPARATED = (
    *("newer", "older", "joined_at", "reason", "instances", "plan_since", "own_plan_since", "unheard", "expected"),
    "calls",
)
_PUBLISHED = (
    *("number", "shipped", "files", "before", "reason", "program", "stories", "doubts"),
    *("change_id", "approved_by", "title"),
)
_JUDGED = ("change", "change_hash", "verdict", "reason", "accepts_doubts")
_QUEUED = ("kind", "recipient", "subject", "letters", "people")
_LETTER = ("what", "letter", "kind", "subject", "why")
_TURN = ("turn", "account", "place", "starts_at", "ends_at", "address")
_SERVICE = (
    *("service", "name", "run_by", "agency", "contact", "for_whom", "offers", "waiting_time", "takes_requests"),
)
_KEPT_OUT = "Not everybody was told who would else have been"
_GLASS = "Somebody opened the case in an emergency, without having a part in it"
_RECALCULATED = "Clocks were recalculated, as the working days changed"
_ALL = (
    # In the chain of a case.
    EntryKind("opened_case", entry_words.opened_case, _CASE, on_page=always, **_BEGINS),
    EntryKind("taken_over", words_beside_steps.taken_over, _TAKEN_OVER, on_page=always, about="act"),
    EntryKind("part", entry_words.part, _PART, redone="begins", on_page=always, by_itself=True),
    EntryKind("part_ended", entry_words.part_ended, ("agency", "organisation", "reason"), on_page=always, **_BEGINS),
    EntryKind(
        "team_changed", entry_words.team_changed, ("team", "before", "reason", "lead"), on_page=always, **_BEGINS
    ),
    EntryKind("disputed", entry_words.disputed, _DISPUTED, on_page=always, **_BEGINS),
    EntryKind("shared", words_beside_steps.shared, _SHARED, on_page=always, **_BEGINS),
    EntryKind("sharing_wish", words_beside_steps.sharing_wish, _WISH, on_page=always, **_BEGINS),
    EntryKind("personal_fact", words_beside_steps.personal_fact, _PERSONAL_FACT, on_page=always, **_BEGINS),
    EntryKind("action_agreed", words_beside_steps.action_agreed, _ACTION, on_page=always, **_BEGINS),
    EntryKind("action_told", words_beside_steps.action_told, _ACTION_TOLD, on_page=always, **_BEGINS),
    EntryKind("answers_corrected", words_beside_steps.answers_corrected, _CORRECTED, on_page=always, **_BEGINS),
    EntryKind("departed", words_beside_steps.departed, _DEPARTED, on_page=always, **_BEGINS),
    EntryKind("departure_asked", words_beside_steps.departure_asked, _DEPARTING, on_page=always, **_BEGINS),
    EntryKind(
        "departure_refused",
        words_beside_steps.departure_refused,
        ("departure", "how", "reason"),
        on_page=always,
        **_BEGINS,
    ),
    EntryKind("started", entry_words.started, _START, on_page=always, **_BEGINS),
    EntryKind("ended", entry_words.ended, about="act", on_page=always),
    EntryKind("opened", entry_words.task("came up"), about="way", by_itself=True),
    EntryKind("completed", entry_words.task("was completed"), _ANSWERS, on_page=always, **_BEGINS),
    EntryKind("withdrawn", entry_words.withdrawn, ("why", "reason", "facts"), about="act", on_page=always),
    EntryKind("stuck", entry_words.stuck, ("what",), about="act", on_page=always, by_itself=True),
    EntryKind("migrated", entry_words.migrated, _MIGRATED, on_page=always, **_BEGINS),
    EntryKind("passed", entry_words.passed, ("row", "decided"), about="way", by_itself=True),
    EntryKind("taken", entry_words.task("was taken"), ("before", ACTING_FOR), **_BEGINS),
    EntryKind("given", entry_words.given, _GIVEN, on_page=lambda said: bool(said.get("reason")), **_BEGINS),
    EntryKind("handed_back", entry_words.handed_back, ("reason", ACTING_FOR), **_BEGINS),
    EntryKind(
        "message",
        entry_words.message,
        ("what", "payload", "answers", "submission", ACTING_FOR),
        redone="begins",
        about="message",
        by_itself=True,
    ),
    EntryKind(
        "deadline",
        entry_words.deadline,
        _CLOCK,
        redone="begins",
        about="clock",
        on_page=entry_words.matters,
        by_itself=True,
    ),
    EntryKind(
        "recalculated", entry_words.words(_RECALCULATED), ("calendar", "clocks"), redone="begins", by_itself=True
    ),
    EntryKind("queued", entry_words.queued, _QUEUED, about="message", on_page=always, by_itself=True),
    EntryKind(
        "letter",
        entry_words.letter,
        _LETTER,
        redone="begins",
        about="message",
        on_page=entry_words.of_a_letter_that_matters,
    ),
    EntryKind("alarm", entry_words.alarm, ("what", "alarm", "place"), redone="begins", about="message", on_page=always),
    EntryKind("closed", entry_words.words("The case was closed"), about="act", on_page=always),
    EntryKind("rests_on_corrected", words_beside_steps.rests_on_corrected, _RESTS, on_page=always, by_itself=True),
    EntryKind("found_still_right", words_beside_steps.found_still_right, ("note",), on_page=always, **_BEGINS),
    EntryKind("case_reopened", words_beside_steps.case_reopened, ("reason",), on_page=always, **_BEGINS),
    EntryKind("restored", words_beside_steps.restored, about="act", on_page=always, by_itself=True),
    EntryKind("joined", entry_words.joined, ("into", "with"), on_page=always, **_BEGINS),
    EntryKind(
        "took_over",
        entry_words.words("Another case of this child was joined to this one"),
        _TOOK_OVER,
        on_page=always,
        **_BEGINS,
    ),
    EntryKind("gave_back", words_beside_steps.gave_back, _SEPARATED, on_page=always, **_BEGINS),
    EntryKind("separated", words_beside_steps.separated, _SEPARATED, on_page=always, **_BEGINS),
    EntryKind(
        "heard",
        entry_words.heard,
        ("message", "starts", "payload", "news", "clock", "what", "at"),
        redone="begins",
        about="act",
        on_page=lambda said: bool(said.get("news")),
        by_itself=True,
    ),
    EntryKind("glass_of_case", entry_words.words(_GLASS), on_page=always, by_itself=True, **_BEGINS),
    EntryKind("kept_out", entry_words.words(_KEPT_OUT), ("accounts",), by_itself=True),
    EntryKind(
        "lead_ended", entry_words.words("The lead social worker leads the case no longer"), on_page=always, **_BEGINS
    ),
    EntryKind(
        "child_facts", entry_words.words("What holds of the child was taken into account"), ("read",), by_itself=True
    ),
    # In the chain of a person.
    EntryKind("viewed", entry_words.page, ("page",), **OUTSIDE),
    EntryKind("exported", entry_words.exported, ("form", "reason", "file", "sha256"), **OUTSIDE),
    EntryKind("refused", entry_words.named("Was refused", "command"), ("command", "refusal", "code"), **OUTSIDE),
    EntryKind("signed_in", entry_words.signed_in, ("by",), **OUTSIDE),
    EntryKind("signed_out", entry_words.words("Signed out"), **OUTSIDE),
    EntryKind("looks_taken_in", entry_words.looks_taken_in, ("file", "looks", "faults"), **OUTSIDE),
    # In that of the authority.
    EntryKind("published", entry_words.published, _PUBLISHED, **OUTSIDE),
    EntryKind(
        "change_started",
        entry_words.named("A draft of the pathway was begun", "title"),
        ("change", "title", "why", "base_hash"),
        **OUTSIDE,
    ),
    EntryKind(
        "change_submitted",
        entry_words.words("A draft of the pathway was given to a second person"),
        ("change", "hash", "reason"),
        **OUTSIDE,
    ),
    EntryKind(
        "change_reopened",
        entry_words.words("A draft of the pathway was opened again"),
        ("change", "reason"),
        **OUTSIDE,
    ),
    EntryKind(
        "trial_started",
        entry_words.words("A trial of a draft of the pathway was started"),
        ("trial", "change", "hash", "kind"),
        **OUTSIDE,
    ),
    EntryKind("change_judged", entry_words.judged_change, _JUDGED, **OUTSIDE),
    EntryKind(
        "change_took_over",
        entry_words.words("A draft of the pathway was brought up to what is in force"),
        ("change", "before", "base"),
        **OUTSIDE,
    ),
    EntryKind(
        "change_dated",
        entry_words.words("A day was set from which a draft of the pathway holds"),
        ("change", "effect_from"),
        **OUTSIDE,
    ),
    EntryKind(
        "change_held_up",
        entry_words.words("A draft of the pathway could not be put in force on its day"),
        ("change", "why"),
        **OUTSIDE,
    ),
    EntryKind(
        "change_dropped", entry_words.words("A draft of the pathway was dropped"), ("change", "reason"), **OUTSIDE
    ),
    EntryKind(
        "all_to_go_over",
        entry_words.words("All that ran on other models was to go over to these"),
        ("number", "reason", "instances", "hands_back"),
        **OUTSIDE,
    ),
    EntryKind(
        "all_may_go_over",
        entry_words.words("A second person agreed that all that ran on other models goes over"),
        ("number",),
        **OUTSIDE,
    ),
    EntryKind(
        "going_over_stopped",
        entry_words.words("What had not gone over to other models yet was to stay"),
        ("number", "reason"),
        **OUTSIDE,
    ),
    EntryKind(
        "authority_added",
        entry_words.named("An authority was added", "name"),
        ("authority", "name", "host"),
        **OUTSIDE,
    ),
    EntryKind("telephone_set", entry_words.words("A telephone number was set"), ("authority", "telephone"), **OUTSIDE),
    *KINDS_OF_PEOPLE,
    *KINDS_OF_SIGNING_IN,
    EntryKind("closure_day_added", entry_words.named("A closure day was added", "day"), ("day", "name"), **OUTSIDE),
    EntryKind("closure_day_removed", entry_words.named("A closure day was removed", "day"), ("day", "name"), **OUTSIDE),
    EntryKind("duty_turn_added", entry_words.words("Somebody was put on the duty list"), _TURN, **OUTSIDE),
    EntryKind("duty_turn_changed", entry_words.words("The duty list was changed"), _TURN, **OUTSIDE),
    EntryKind("duty_turn_removed", entry_words.words("Somebody was taken off the duty list"), _TURN, **OUTSIDE),
    EntryKind("service_added", entry_words.named("A service was added", "name"), _SERVICE, **OUTSIDE),
    EntryKind("service_changed", entry_words.named("A service was changed", "name"), _SERVICE, **OUTSIDE),
    EntryKind("service_ended", entry_words.words("A service was taken out"), ("service", "reason"), **OUTSIDE),
    EntryKind(
        "alarm_minutes_set",
        entry_words.named("Minutes of an alarm were set", "minutes"),
        ("minutes", "before"),
        **OUTSIDE,
    ),
    EntryKind(
        "local_limit_set", entry_words.named("A limit was set", "clock"), ("clock", "limit", "before"), **OUTSIDE
    ),
    *(
        EntryKind(name, entry_words.words(said), carries, **OUTSIDE)
        for name, said, carries in (*KINDS_OF_KEEPING, *KINDS_OF_RETENTION, *KINDS_OF_SUBJECT)
    ),
    *KINDS_OF_LOOKS,
    EntryKind("checkpoint", entry_words.named("A checkpoint was taken", "number"), ("number", "digest"), **OUTSIDE),
    EntryKind("keys_noted", entry_words.words("The keys were noted"), ("keys", "before"), **OUTSIDE),
    EntryKind("time_confirmed", entry_words.words("The time was confirmed to be right"), ("newest",), **OUTSIDE),
    EntryKind("backed_up", entry_words.words("A backup was made"), ("manifest", "version"), **OUTSIDE),
    EntryKind(
        "restored",
        entry_words.words("A backup was put back"),
        ("checkpoint", "since", "outside", "manifest", "made_at", "letters", "again"),
        **OUTSIDE,
    ),
    EntryKind(
        "verified", entry_words.words("The record was verified"), ("counts", "faults", "first", "declared"), **OUTSIDE
    ),
)
KINDS: dict[str, EntryKind] = {kind.name: kind for kind in _ALL}
