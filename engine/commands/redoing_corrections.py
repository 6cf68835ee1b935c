"""How re-running does again what was found of answers that were given: that they were wrong, or are right still."""

from engine.casework.correcting import correct, given_answers
from engine.casework.disputing import AnswersPlace
from engine.casework.locked_case import CaseWork
from engine.casework.resting import keep_as_right
from engine.commands.recorded_act import CannotRedo, RecordedAct


def correct_again(casework: CaseWork, act: RecordedAct) -> None:
    """Raises CannotRedo."""
    said, given = act.began.payload or {}, given_answers(casework, place_in(act))
    if given is None:
        raise CannotRedo("what was corrected had not been answered")
    before, after = said["before"], said["after"]
    fields = dict.fromkeys((*before, *after))
    correct(casework, given, {one: (before.get(one), after.get(one)) for one in fields}, said["reason"])


def find_right_again(casework: CaseWork, act: RecordedAct) -> None:
    keep_as_right(casework, place_in(act), (act.began.payload or {})["note"])


def place_in(act: RecordedAct) -> AnswersPlace:
    """The answers that the act is about."""
    first = act.began
    return AnswersPlace(act.instances.get(first.instance or "", ""), first.element or "", first.occurrence or 1)
