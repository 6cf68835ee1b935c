"""How each kind of entry is said, in sentences that people read (engine/record/kinds.py has the kinds).

Redacted, a sentence has no reason and no day: a day may tell when a child was born.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.record.alarm_words import alarm_in_words
from engine.tables import DEEDS
from engine.timescales.calendar import day_of

Said = Mapping[str, Any]
"""What an entry carries."""


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


def words(words: str) -> Say:
    return lambda _said, _titles, _redacted: words


def signed_in(said: Said, _titles: EntryTitles, _redacted: bool) -> str:
    return "Signed in by single sign-on" if said.get("by") == "provider" else "Signed in"


def exported(said: Said, _titles: EntryTitles, _redacted: bool) -> str:
    return "Made a story from the case" if said.get("form") == "story" else "Made an audit pack"


def opened_case(said: Said, _titles: EntryTitles, _redacted: bool) -> str:
    return "The case was opened, after an earlier one that is closed" if said.get("after") else "The case was opened"


def part(said: Said, titles: EntryTitles, redacted: bool) -> str:
    who = titles.agency or "An agency"
    deed = DEEDS.get(said.get("deed", ""), "")
    if not said.get("organisation"):
        return f"{who} is to become part of the case ({deed}): which organisation is still to be chosen"
    why = said.get("reason") if not redacted else ""
    return f"{who} became part of the case: {deed}" + (f": {why}" if why else "")


def part_ended(said: Said, titles: EntryTitles, redacted: bool) -> str:
    why = said.get("reason") if not redacted else ""
    return f"{titles.agency or 'An agency'} has no part in the case any more" + (f": {why}" if why else "")


def team_changed(said: Said, _titles: EntryTitles, redacted: bool) -> str:
    why = said.get("reason") if not redacted else ""
    return "The case went to another team" + (f": {why}" if why else "")


def disputed(said: Said, _titles: EntryTitles, redacted: bool) -> str:
    if redacted:
        return "Somebody says that an answer is wrong"
    return f"Somebody says that an answer is wrong ({said.get('said_by', '')}): {said.get('words', '')}"


def started(_said: Said, titles: EntryTitles, _redacted: bool) -> str:
    return f"{titles.run or 'A process'} began"


def ended(_said: Said, titles: EntryTitles, _redacted: bool) -> str:
    return f"{titles.run or 'A process'} ended" + (f": “{titles.element}”" if titles.element else "")


def task(verb: str) -> Say:
    def say(said: Said, titles: EntryTitles, _redacted: bool) -> str:
        whose = f" for {titles.agency}" if titles.agency else ""
        alone = " by itself, as nobody was needed" if said.get("automatic") else ""
        return f"“{titles.element or 'A task'}” {verb}{whose}{alone}"

    return say


def given(said: Said, titles: EntryTitles, redacted: bool) -> str:
    """Nobody is named: whose it is stands with the task."""
    verb = "was given to somebody else than who had it" if said.get("before") else "was given to somebody"
    return _with_reason(task(verb)(said, titles, redacted), said, redacted)


def handed_back(said: Said, titles: EntryTitles, redacted: bool) -> str:
    return _with_reason(task("was handed back")(said, titles, redacted), said, redacted)


def _with_reason(sentence: str, said: Said, redacted: bool) -> str:
    why = said.get("reason") if not redacted else ""
    return f"{sentence}: {why}" if why else sentence


SET_ASIDE = "set aside"
"""Why an entry `withdrawn` withdraws a task that was not decided against: its process was set aside."""


DEPARTED = "proceeded differently"
"""The same where somebody skipped it: the process went on without."""


def withdrawn(said: Said, titles: EntryTitles, _redacted: bool) -> str:
    """A task, because a decision made it unnecessary or because its process was set aside; or a whole process."""
    if said.get("why") == DEPARTED:
        return f"“{titles.element or 'A task'}” was left undone, and the process went on"
    return f"{f'“{titles.element}”' if titles.element else titles.run or 'A process'} was withdrawn"


def joined(said: Said, titles: EntryTitles, _redacted: bool) -> str:
    """A whole case, or one of its processes. Where it goes on is said only to who may know that."""
    if "into" in said:
        return "The case was closed, as its work goes on elsewhere"
    return f"{titles.run or 'A process'} ended, as it goes on for the child in what was under way already"


def stuck(said: Said, titles: EntryTitles, _redacted: bool) -> str:
    """Why is in the words of the model, and about nobody."""
    return f"{titles.run or 'A process'} was set aside, as it cannot go on: {said.get('what', '')}"


def migrated(said: Said, titles: EntryTitles, redacted: bool) -> str:
    """What happened before stays as it was; from here on other drawings, forms and time limits hold."""
    went = "was taken back to the models before" if said.get("back") else "was carried over to other models"
    why = said.get("reason") if not redacted else ""
    return f"{titles.run or 'A process'} {went}" + (f": {why}" if why else "")


def published(said: Said, _titles: EntryTitles, _redacted: bool) -> str:
    """`stories`: how many were played and passed; left out where none were, as of models that came with the program."""
    stories, doubts = said.get("stories"), len(said.get("doubts", {}).get("accepted", ()))
    passed = f"; {stories} {'story' if stories == 1 else 'stories'} beside them had passed"
    accepted = f"; {doubts} {'doubt was' if doubts == 1 else 'doubts were'} accepted"
    return "Models were put in force" + (passed if stories else "") + (accepted if doubts else "")


def judged_change(said: Said, _titles: EntryTitles, _redacted: bool) -> str:
    what = "was approved" if said.get("verdict") == "approved" else "was returned to whoever made it"
    return f"A draft of the pathway {what} by a second person"


def passed(_said: Said, titles: EntryTitles, _redacted: bool) -> str:
    return titles.passed or "Went on"


MESSAGE = {
    "started": "This called for {}, which began",
    "joined": "This called for {}, which was under way already",
    "reached": "{} was told",
}
NOBODY_WAITED = "nobody waited for it"


def message(said: Said, titles: EntryTitles, _redacted: bool) -> str:
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
    "due_corrected": "Clock counted from a corrected answer",
    "met_corrected": "Clock met on another day, as an answer was corrected",
    "stop_corrected": "Clock stopped on another day, as an answer was corrected",
    "recalculated": "Clock recalculated",
}


CORRECTED = {"due_corrected": "due", "met_corrected": "met on", "stop_corrected": "stopped on"}
_DAY_OF = {"due_corrected": "due_at", "met_corrected": "met_at", "stop_corrected": "stopped_at"}


CAME_LATE = {
    "started": "Clock that had run out before the case was taken over",
    "passed": "Time had run out before the case was taken over",
    "met": "Clock met, after it had run out before the case was taken over",
}


def deadline(said: Said, titles: EntryTitles, redacted: bool) -> str:
    what, title = said.get("what", ""), titles.clock or "A clock"
    if said.get("late_before") and what in CAME_LATE:
        return f"{CAME_LATE[what]}: {title}"
    if what == "met":
        return f"Clock met too late: {title}" if is_late(said) else f"Clock met in time: {title}"
    if what == "recalculated" and not redacted:
        days = f"due {day(said['due_at'])} instead of {day(said['before'])}"
        return f"{CLOCK[what]}: {title}: {days}, as the working days changed"
    if what in CORRECTED and not redacted:
        return f"{CLOCK[what]}: {title}: {_corrected(what, said)}"
    return f"{CLOCK.get(what, 'Clock changed')}: {title}"


def _corrected(what: str, said: Said) -> str:
    before = day(said["before"] if what == "due_corrected" else said["was"])
    late = ", too late" if what == "met_corrected" and is_late(said) else ""
    return f"{CORRECTED[what]} {day(said[_DAY_OF[what]])} instead of {before}{late}"


def is_late(said: Said) -> bool:
    """Of a clock that was met."""
    return datetime.fromisoformat(said["met_at"]) > datetime.fromisoformat(said["due_at"])


def matters(said: Said) -> bool:
    return said.get("what") in ("passed", "recalculated", "met_earlier", *CORRECTED) or (
        said.get("what") == "met" and is_late(said)
    )


def day(moment: str) -> str:
    day = day_of(datetime.fromisoformat(moment))
    return f"{day.day} {day:%B %Y}"


def heard(said: Said, _titles: EntryTitles, _redacted: bool) -> str:
    """Where it happened is not said: not everybody who reads this may know of it."""
    return said.get("news") or "Something that concerns the child became known"


def queued(said: Said, titles: EntryTitles, _redacted: bool) -> str:
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


def letter(said: Said, _titles: EntryTitles, redacted: bool) -> str:
    """The words of a subject name nobody; why is about the mail server."""
    subject, why = said.get("subject"), said.get("why") if not redacted else ""
    words = LETTER.get(said.get("what", ""), "A letter")
    return words + (f" “{subject}”" if subject else "") + (f". {why}" if why else "")


def of_a_letter_that_matters(said: Said) -> bool:
    """That a colleague was told is no news of the case; that they were not is."""
    return said.get("kind") == "acknowledgement" or said.get("what") not in ("handed_over", "withdrawn", "not_needed")


def alarm(said: Said, _titles: EntryTitles, _redacted: bool) -> str:
    return alarm_in_words(said.get("what", ""), said.get("place", ""))


def page(said: Said, _titles: EntryTitles, _redacted: bool) -> str:
    return f"Looked at a page: {str(said.get('page', '')).replace('_', ' ')}"


def looks_taken_in(said: Said, _titles: EntryTitles, _redacted: bool) -> str:
    """`looks`: how many acts, just before this one."""
    told = f"What was kept in a file while nothing could be written was taken in ({said.get('looks', 0)})"
    faults = "; ".join(said.get("faults", ()))
    return f"{told}. The file was not as it was written: {faults}" if faults else told


def named(words: str, field: str) -> Say:
    """Somebody's name and an email address are left out of what is redacted."""
    return lambda said, _titles, redacted: words if redacted or not said.get(field) else f"{words}: {said[field]}"
