"""One act of a case done again, by the very functions that commands call once they have checked who may do what.

An act is known by the entry that it began with. What a form checked and what happened in other cases is not done again:
the entries hold the answers that were accepted, and each case has a chain of its own.
"""

from collections.abc import Mapping
from typing import Any

from engine.casework.letter_steps import STATES as LETTER_STEPS
from engine.casework.starting import JOINED
from engine.commands.recorded_act import Act, CannotRedo, RecordedAct
from engine.commands.redoing import ALARM_ACTS, REDO
from engine.people.command import Work
from engine.record.chain import RecordedEntry
from engine.record.kinds import KINDS

BEGINNINGS = (
    *(
        "opened_case",
        "completed",
        "taken",
        "given",
        "handed_back",
        "recalculated",
        "joined",
        "took_over",
        "gave_back",
        "separated",
        "heard",
        "part_ended",
        "migrated",
        "team_changed",
        "lead_ended",
        "glass_of_case",
        "disputed",
        "shared",
        "sharing_wish",
        "personal_fact",
        "action_agreed",
        "action_told",
        "answers_corrected",
        "case_reopened",
        "found_still_right",
        "departed",
        "departure_asked",
        "departure_refused",
    ),
)


def do_again(work: Work, act: Act, instances: Mapping[str, str], child: Mapping[str, Any]) -> None:
    """`instances` leads from a recorded instance to the one that stands for it; `child` is the one of the case.

    Raises CannotRedo, and whatever the commands' own functions raise.
    """
    for entry in act:
        _must_be_known(entry)
    first = began(act)
    REDO[first.kind, first.meaning](work, RecordedAct(first, act, instances, child))


def _must_be_known(entry: RecordedEntry) -> None:
    """What an older version of the product wrote goes on being known; what a newer one wrote is not yet."""
    kind = KINDS.get(entry.kind)
    if kind is None:
        raise CannotRedo(f"the kind of entry `{entry.kind}` is not known here")
    is_known = (kind.name, entry.meaning) in REDO if kind.redone == "begins" else entry.meaning <= kind.meaning
    if not is_known:
        raise CannotRedo(f"the meaning version {entry.meaning} of `{entry.kind}` is not known here")


def began(act: Act) -> RecordedEntry:
    """What a person starts may be preceded by what follows from it: parts that are given, work that is withdrawn."""
    first = act[0]
    what = str((first.payload or {}).get("what", ""))
    ran_out = first.kind == "deadline" and what == "passed"
    joined = first.kind == "message" and what.startswith(JOINED)
    of_alarm = first.kind == "alarm" and what in ALARM_ACTS
    posted = first.kind == "letter" and what in LETTER_STEPS
    decided = first.kind == "part" and (first.payload or {}).get("deed") == "decided"
    if first.kind in BEGINNINGS or ran_out or joined or posted or of_alarm or decided:
        return first
    return RecordedAct(first, act, {}, {}).first("started")
