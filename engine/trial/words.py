"""What a trial found, in sentences for a process owner. No child, no person and nothing that anybody wrote is said."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from engine.process.bundle import Model
from engine.trial.trial_findings import CaseTried, Cause, Days, Group, Kind

SENTENCES: Mapping[Kind, str] = {
    "not_tried": "nothing can be said, since {now}.",
    "cannot_go_on": "what was done in {task} could not be done: {now}",
    "answer_refused": "answers to {task} would not be taken: {now}.",
    "asked_more": "{task} would be asked as well.",
    "asked_later": "{task} would wait for something that the draft asks first.",
    "asked_less": "{task} would not be asked.",
    "other_way": "at {task} it would go on with “{now}”, and went on with “{was}”.",
    "other_role": "{task} would be for: {now}. It was for: {was}.",
    "other_day": "“{clock}” would be due on another day: {days}.",
    "clock_more": "the time limit “{clock}” would begin to run where it did not.",
    "clock_less": "the time limit “{clock}” would not begin to run.",
    "started_more": "{process} would begin where it did not.",
    "started_less": "{process} would not begin.",
}


class Words:
    """`before` is what is in force, and names what the draft does not have."""

    def __init__(self, before: Model, draft: Model) -> None:
        self._models = draft, before

    def of(self, group: Group, tried: int) -> str:
        cause = group.cause
        process = self._process(cause)
        what = SENTENCES[cause.kind].format(
            was=cause.was,
            now=cause.is_now,
            process=process,
            task=f"“{self._title(cause)}” ({process})",
            clock=self._clock(cause),
            days=days_in_words(group.days),
        )
        return f"In {len(group.cases)} of {_cases(tried)}: {what}"

    def _process(self, cause: Cause) -> str:
        return next((one.drawings[cause.process].name for one in self._models if cause.process in one.drawings), "")

    def _title(self, cause: Cause) -> str:
        for one in self._models:
            drawing = one.drawings.get(cause.process)
            if drawing and cause.element in drawing.elements:
                return drawing.elements[cause.element].name or cause.element
        return self._process(cause)

    def _clock(self, cause: Cause) -> str:
        return next(
            (one.rules[cause.element].title for one in self._models if cause.element in one.rules), cause.element
        )


def days_in_words(days: Sequence[Days]) -> str:
    """By how much, and what would be late that was in time, or the other way round."""
    earlier = [one.was - one.is_now for one in days if one.is_now < one.was]
    later = [one.is_now - one.was for one in days if one.is_now > one.was]
    moved = (("earlier", earlier), ("later", later))
    said = [f"{len(those)} {word} by {_span(those)}" for word, those in moved if those]
    turned = (
        ("late that was in time", sum(one.late_now and not one.late_then for one in days)),
        ("in time that was late", sum(one.late_then and not one.late_now for one in days)),
    )
    said += [f"{count} would be {words}" for words, count in turned if count]
    return "; ".join(said)


def total_in_words(tried: Sequence[CaseTried]) -> str:
    """How many cases were tried, and how many of their acts could be done."""
    those = [one for one in tried if one.was_tried]
    same = sum(not one.findings for one in those)
    done, of = sum(one.acts for one in those), sum(one.of for one in those)
    left = "The other could not, or comes" if of - done == 1 else f"The other {of - done} could not, or come"
    why = f" {left} after one that could not: on the draft something else is asked for there." if done < of else ""
    return f"{_cases(len(tried))}, {len(those)} tried, {same} the same. {done} of {of} acts could be done again.{why}"


def _span(those: Sequence[timedelta]) -> str:
    """In days, as the calendar counts them: a clock ends with its day."""
    least, most = (round(one / timedelta(days=1)) for one in (min(those), max(those)))
    if most < 1:
        return "hours"
    return _days(most) if least == most else f"{least} to {_days(most)}"


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _cases(number: int) -> str:
    return "1 case" if number == 1 else f"{number} cases"
