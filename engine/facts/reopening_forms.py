"""Who opens a case again that was closed by mistake, until when, and what they are asked."""

from collections.abc import Iterable
from datetime import datetime

from engine.facts.child import ASK_OVERSIGHT
from engine.forms.questions import Schema
from engine.timescales.calendar import day_of

REOPEN: Schema = {
    "title": "Open this case again",
    "properties": {
        "reason": {
            "type": "string",
            "title": "Why was it a mistake to close it?",
            "description": "This is kept with the case.",
            "maxLength": 2000,
            "x-ui": {"kind": "long_text", "rows": 3},
        },
    },
    "required": ["reason"],
}
NOT_CLOSED = "This case is not closed."
GOES_ON = "The work of this case goes on in another case of the child."
TOO_LATE = "A case is opened again only on the day on which it was closed. Make a new referral instead."
OPEN_BESIDE = "Another case of this child is open by now. Go on there."
HIDDEN_BESIDE = f"This case cannot be opened again now. {ASK_OVERSIGHT}"
"""It is one of which the reader may not know."""


def is_in_time(closed_at: datetime | None, now: datetime) -> bool:
    """By the day in London."""
    return closed_at is not None and day_of(closed_at) == day_of(now)


def why_not_reopen(closed_at: datetime | None, now: datetime, *, is_joined: bool, open_beside: Iterable[bool]) -> str:
    """Empty where it can be. `open_beside`: of each other open case of the child, whether the actor may know of it."""
    if closed_at is None:
        return NOT_CLOSED
    if is_joined:
        return GOES_ON
    if not is_in_time(closed_at, now):
        return TOO_LATE
    beside = [*open_beside]
    return "" if not beside else OPEN_BESIDE if any(beside) else HIDDEN_BESIDE
