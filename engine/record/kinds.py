"""Each kind of entry once: what it means, what it carries, what re-running does with it, and how it is said.

Page, replay and pack take their sentences from here, so that they say the same of the same entry. Redacted, a sentence
has no reason and no day: a day may tell when a child was born.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from engine.record.alarm_words import alarm_in_words
from engine.tables import DEEDS
from engine.timescales.calendar import day_of

Said = Mapping[str, Any]
"""What an entry carries."""
About = Literal["act", "way", "clock", "message", "other"]
Redone = Literal["begins", "follows", "nothing"]
"""In re-running: an act may begin with it; it follows from how its act began; it belongs to no case."""


@dataclass(frozen=True, slots=True)
class EntryTitles:
    """What people read for the ids in an entry; empty where it has none. `passed` says what it means that the case came
    past its element, `asked` the process that a message asks for, `recipient` who is to be told.
    """

    run: str = ""
    element: str = ""
    passed: str = ""
    agency: str = ""
    clock: str = ""
    asked: str = ""
    recipient: str = ""


Say = Callable[[Said, EntryTitles, bool], str]


def _always(_said: Said) -> bool:
    return True


def _never(_said: Said) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class EntryKind:
    """`meaning` goes up when an entry of this kind comes to mean something else; `carries` names all that its payload
    may say. `say` is given whether it is redacted. `on_page`: told on the page of a case.
    `by_itself`: no person did it.
    """

    name: str
    say: Say
    carries: tuple[str, ...] = ()
    meaning: int = 1
    redone: Redone = "follows"
    about: About = "other"
    on_page: Callable[[Said], bool] = _never
    by_itself: bool = False


def sentence(kind: str, said: Said, titles: EntryTitles, *, redacted: bool = False) -> str:
    """One that a newer version of the product wrote is said by its own name and what it says of itself."""
    known = KINDS.get(kind)
    if known:
        return known.say(said, titles, redacted)
    about = f" “{titles.element}”" if titles.element else ""
    what = said.get("what")
    named = kind.replace("_", " ").capitalize()
    return f"{named}{about}: {what}" if isinstance(what, str) and not redacted else f"{named}{about}"


def _words(words: str) -> Say:
    return lambda _said, _titles, _redacted: words


def _opened_case(said: Said, _titles: EntryTitles, _redacted: bool) -> str:
    return "The case was opened, after an earlier one that is closed" if said.get("after") else "The case was opened"


def _part(said: Said, titles: EntryTitles, redacted: bool) -> str:
    who = titles.agency or "An agency"
    deed = DEEDS.get(said.get("deed", ""), "")
    if not said.get("organisation"):
        return f"{who} is to become part of the case ({deed}): which organisation is still to be chosen"
    why = said.get("reason") if not redacted else ""
    return f"{who} became part of the case: {deed}" + (f": {why}" if why else "")


def _part_ended(said: Said, titles: EntryTitles, redacted: bool) -> str:
    why = said.get("reason") if not redacted else ""
    return f"{titles.agency or 'An agency'} has no part in the case any more" + (f": {why}" if why else "")


def _started(_said: Said, titles: EntryTitles, _redacted: bool) -> str:
    return f"{titles.run or 'A process'} began"


def _ended(_said: Said, titles: EntryTitles, _redacted: bool) -> str:
    return f"{titles.run or 'A process'} ended" + (f": “{titles.element}”" if titles.element else "")


def _task(verb: str) -> Say:
    def say(said: Said, titles: EntryTitles, _redacted: bool) -> str:
        whose = f" for {titles.agency}" if titles.agency else ""
        alone = " by itself, as nobody was needed" if said.get("automatic") else ""
        return f"“{titles.element or 'A task'}” {verb}{whose}{alone}"

    return say


SET_ASIDE = "set aside"
"""Why an entry `withdrawn` withdraws a task that was not decided against: its process was set aside."""


def _withdrawn(_said: Said, titles: EntryTitles, _redacted: bool) -> str:
    """A task, because a decision made it unnecessary or because its process was set aside; or a whole process."""
    return f"{f'“{titles.element}”' if titles.element else titles.run or 'A process'} was withdrawn"


def _joined(said: Said, titles: EntryTitles, _redacted: bool) -> str:
    """A whole case, or one of its processes. Where it goes on is said only to who may know that."""
    if "into" in said:
        return "The case was closed, as its work goes on elsewhere"
    return f"{titles.run or 'A process'} ended, as it goes on for the child in what was under way already"


def _stuck(said: Said, titles: EntryTitles, _redacted: bool) -> str:
    """Why is in the words of the model, and about nobody."""
    return f"{titles.run or 'A process'} was set aside, as it cannot go on: {said.get('what', '')}"


def _published(said: Said, _titles: EntryTitles, _redacted: bool) -> str:
    """`stories`: how many were played and passed; left out where none were, as of models that came with the program."""
    stories = said.get("stories")
    passed = f"; {stories} {'story' if stories == 1 else 'stories'} beside them had passed"
    return "Models were put in force" + (passed if stories else "")


def _passed(_said: Said, titles: EntryTitles, _redacted: bool) -> str:
    return titles.passed or "Went on"


MESSAGE = {
    "started": "This called for {}, which began",
    "joined": "This called for {}, which was under way already",
    "reached": "{} was told",
}
NOBODY_WAITED = "nobody waited for it"


def _message(said: Said, titles: EntryTitles, _redacted: bool) -> str:
    """“started assessment”: what came of a message, with the names that people read."""
    what: str = said.get("what", "")
    verb = what.partition(" ")[0]
    if titles.asked and verb in MESSAGE:
        return MESSAGE[verb].format(titles.asked)
    return f"News for the rest of the case: {'nothing waited for it' if what == NOBODY_WAITED else what}"


CLOCK = {
    "started": "Clock started",
    "passed": "Time ran out",
    "stopped": "Clock stopped",
    "resumed": "Clock runs again",
    "met_earlier": "Clock met in time after all",
    "recalculated": "Clock recalculated",
}


def _deadline(said: Said, titles: EntryTitles, redacted: bool) -> str:
    what, title = said.get("what", ""), titles.clock or "A clock"
    if what == "met":
        return f"Clock met too late: {title}" if is_late(said) else f"Clock met in time: {title}"
    if what == "recalculated" and not redacted:
        days = f"due {_day(said['due_at'])} instead of {_day(said['before'])}"
        return f"{CLOCK[what]}: {title}: {days}, as the working days changed"
    return f"{CLOCK.get(what, 'Clock changed')}: {title}"


def is_late(said: Said) -> bool:
    """Of a clock that was met."""
    return datetime.fromisoformat(said["met_at"]) > datetime.fromisoformat(said["due_at"])


def _matters(said: Said) -> bool:
    return said.get("what") in ("passed", "recalculated", "met_earlier") or (
        said.get("what") == "met" and is_late(said)
    )


def _day(moment: str) -> str:
    day = day_of(datetime.fromisoformat(moment))
    return f"{day.day} {day:%B %Y}"


def _heard(said: Said, _titles: EntryTitles, _redacted: bool) -> str:
    """Where it happened is not said: not everybody who reads this may know of it."""
    return said.get("news") or "Something that concerns the child became known"


def _queued(said: Said, titles: EntryTitles, _redacted: bool) -> str:
    """Nothing has been sent yet: a subject names no child."""
    if said.get("kind") == "acknowledgement":
        return "The referrer is to be told that the referral has arrived"
    subject, whom = said.get("subject"), titles.recipient or "A colleague"
    about = f": {subject}" if subject else ""
    return f"{whom} is to be told{about}" if said.get("letters") else f"{whom}: there is nobody to be told{about}"


LETTER = {
    "handed_over": "The mail server has taken the letter",
    "refused": "The mail server does not take the letter",
    "unknown": "Nobody knows whether this letter has left",
    "sent_again": "To be sent again: the letter",
    "confirmed": "It has arrived, as somebody has found out: the letter",
    "put_aside": "Not sent, as somebody has decided: the letter",
    "withdrawn": "Withdrawn and not sent: the letter that would have done this",
    "not_needed": "Not needed any more, as the alarm is over: the letter",
}


def _letter(said: Said, _titles: EntryTitles, redacted: bool) -> str:
    """The words of a subject name nobody; why is about the mail server."""
    subject, why = said.get("subject"), said.get("why") if not redacted else ""
    words = LETTER.get(said.get("what", ""), "A letter")
    return words + (f" “{subject}”" if subject else "") + (f". {why}" if why else "")


def _of_a_letter_that_matters(said: Said) -> bool:
    """That a colleague was told is no news of the case; that they were not is."""
    return said.get("kind") == "acknowledgement" or said.get("what") not in ("handed_over", "withdrawn", "not_needed")


def _alarm(said: Said, _titles: EntryTitles, _redacted: bool) -> str:
    return alarm_in_words(said.get("what", ""), said.get("place", ""))


def _page(said: Said, _titles: EntryTitles, _redacted: bool) -> str:
    return f"Looked at a page: {str(said.get('page', '')).replace('_', ' ')}"


def _named(words: str, field: str) -> Say:
    """Somebody's name and an email address are left out of what is redacted."""
    return lambda said, _titles, redacted: words if redacted or not said.get(field) else f"{words}: {said[field]}"


_OUTSIDE: Mapping[str, Any] = {"redone": "nothing"}
_BEGINS: Mapping[str, Any] = {"redone": "begins", "about": "act"}
_CASE = ("authority", "reference", "person", "family", "team", "lead", "child", "after")
_START = ("process", "answers", "submission", "facts", "by", "payload")
_PART = ("agency", "organisation", "deed", "reason")
_ANSWERS = ("answers", "submission", "facts", "agency", "automatic")
_CLOCK = (
    *("what", "clock", "number", "due_at", "before", "counted_from", "met_at", "late_reason", "why", "calendar"),
    *("limit", "stopped_at"),
)
_TAKEN_OVER = ("case", "team", "plan_since")
_PUBLISHED = ("number", "shipped", "files", "before", "reason", "program", "stories")
_QUEUED = ("kind", "recipient", "subject", "letters", "people")
_LETTER = ("what", "letter", "kind", "subject", "why")
_TURN = ("turn", "account", "place", "starts_at", "ends_at", "address")
_ROLE = ("membership", "account_id", "role", "organisation_id", "team_id")
_RECALCULATED = "Clocks were recalculated, as the working days changed"
_ALL = (
    # In the chain of a case.
    EntryKind("opened_case", _opened_case, _CASE, on_page=_always, **_BEGINS),
    EntryKind("part", _part, _PART, redone="begins", on_page=_always, by_itself=True),
    EntryKind("part_ended", _part_ended, ("agency", "organisation", "reason"), on_page=_always, **_BEGINS),
    EntryKind("started", _started, _START, on_page=_always, **_BEGINS),
    EntryKind("ended", _ended, about="act", on_page=_always),
    EntryKind("opened", _task("came up"), about="way", by_itself=True),
    EntryKind("completed", _task("was completed"), _ANSWERS, on_page=_always, **_BEGINS),
    EntryKind("withdrawn", _withdrawn, ("why",), about="act", on_page=_always),
    EntryKind("stuck", _stuck, ("what",), about="act", on_page=_always, by_itself=True),
    EntryKind("passed", _passed, about="way", by_itself=True),
    EntryKind("taken", _task("was taken"), **_BEGINS),
    EntryKind("handed_back", _task("was handed back"), **_BEGINS),
    EntryKind(
        "message",
        _message,
        ("what", "payload", "answers", "submission"),
        redone="begins",
        about="message",
        by_itself=True,
    ),
    EntryKind("deadline", _deadline, _CLOCK, redone="begins", about="clock", on_page=_matters, by_itself=True),
    EntryKind("recalculated", _words(_RECALCULATED), ("calendar", "clocks"), redone="begins", by_itself=True),
    EntryKind("queued", _queued, _QUEUED, about="message", on_page=_always, by_itself=True),
    EntryKind("letter", _letter, _LETTER, redone="begins", about="message", on_page=_of_a_letter_that_matters),
    EntryKind("alarm", _alarm, ("what", "alarm", "place"), redone="begins", about="message", on_page=_always),
    EntryKind("closed", _words("The case was closed"), about="act", on_page=_always),
    EntryKind("joined", _joined, ("into", "with"), on_page=_always, **_BEGINS),
    EntryKind(
        "took_over",
        _words("Another case of this child was joined to this one"),
        _TAKEN_OVER,
        on_page=_always,
        **_BEGINS,
    ),
    EntryKind(
        "heard",
        _heard,
        ("message", "starts", "payload", "news", "clock", "what", "at"),
        redone="begins",
        about="act",
        on_page=lambda said: bool(said.get("news")),
        by_itself=True,
    ),
    EntryKind("child_facts", _words("What holds of the child was taken into account"), ("read",), by_itself=True),
    # In the chain of a person.
    EntryKind("viewed", _page, ("page",), **_OUTSIDE),
    EntryKind("exported", _words("Made an audit pack"), ("form", "reason", "file", "sha256"), **_OUTSIDE),
    EntryKind("refused", _named("Was refused", "command"), ("command", "refusal", "code"), **_OUTSIDE),
    EntryKind("signed_in", _words("Signed in"), **_OUTSIDE),
    EntryKind("signed_out", _words("Signed out"), **_OUTSIDE),
    # In that of the authority.
    EntryKind("published", _published, _PUBLISHED, **_OUTSIDE),
    EntryKind("authority_added", _named("An authority was added", "name"), ("authority", "name", "host"), **_OUTSIDE),
    EntryKind("telephone_set", _words("A telephone number was set"), ("authority", "telephone"), **_OUTSIDE),
    EntryKind(
        "organisation_added",
        _named("An organisation was added", "name"),
        ("organisation", "agency", "name", "leads"),
        **_OUTSIDE,
    ),
    EntryKind("team_added", _named("A team was added", "name"), ("team", "organisation", "name", "duty"), **_OUTSIDE),
    EntryKind("account_added", _named("An account was added", "name"), ("account", "name", "email"), **_OUTSIDE),
    EntryKind("account_disabled", _words("An account was disabled"), ("account",), **_OUTSIDE),
    EntryKind("role_given", _named("A role was given", "role"), _ROLE, **_OUTSIDE),
    EntryKind("closure_day_added", _named("A closure day was added", "day"), ("day", "name"), **_OUTSIDE),
    EntryKind("closure_day_removed", _named("A closure day was removed", "day"), ("day", "name"), **_OUTSIDE),
    EntryKind("duty_turn_added", _words("Somebody was put on the duty list"), _TURN, **_OUTSIDE),
    EntryKind("duty_turn_changed", _words("The duty list was changed"), _TURN, **_OUTSIDE),
    EntryKind("duty_turn_removed", _words("Somebody was taken off the duty list"), _TURN, **_OUTSIDE),
    EntryKind(
        "alarm_minutes_set", _named("Minutes of an alarm were set", "minutes"), ("minutes", "before"), **_OUTSIDE
    ),
    EntryKind("local_limit_set", _named("A limit was set", "clock"), ("clock", "limit", "before"), **_OUTSIDE),
    EntryKind("checkpoint", _named("A checkpoint was taken", "number"), ("number", "digest"), **_OUTSIDE),
    EntryKind("keys_noted", _words("The keys were noted"), ("keys", "before"), **_OUTSIDE),
    EntryKind("backed_up", _words("A backup was made"), ("manifest", "version"), **_OUTSIDE),
    EntryKind(
        "restored",
        _words("A backup was put back"),
        ("checkpoint", "since", "outside", "manifest", "taken_at", "letters"),
        **_OUTSIDE,
    ),
    EntryKind("verified", _words("The record was verified"), ("counts", "faults", "first", "declared"), **_OUTSIDE),
)
KINDS: dict[str, EntryKind] = {kind.name: kind for kind in _ALL}
