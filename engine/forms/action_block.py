"""What a form says of actions: those that it makes, and what became of those that are open.

A list with the role `actions` makes one of each item; a list with the role `action_outcomes` has the open ones as its
rows, and asks of each what became of it. The questions in them say by their roles what is meant (docs/actions.md).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from engine.forms.answer_roles import ACTION_STATES, answer_with_role, fields_with_role
from engine.forms.questions import row_field
from engine.forms.schema import Schema

ACTIONS, OUTCOMES = "actions", "action_outcomes"
OPEN, DONE, OVERTAKEN, REFUSED = ACTION_STATES
SAYS_WHY = frozenset({OVERTAKEN, REFUSED})
"""What became of an action that is not to be done any more, though nobody did it."""
NO_AGENCY = "none"
"""The choice that an action is for nobody of an agency, but for somebody who is said in words."""
OPEN_ACTIONS, OPEN_ACTIONS_HERE = "open_actions", "open_actions_of_this"
"""Where the rows of a list of outcomes come from (`x-choices`)."""


@dataclass(frozen=True, slots=True)
class SaidAction:
    """One item of a list of actions; empty texts where nothing is said. `person` is an account."""

    what: str
    who: str
    agency: str
    person: str
    by_when: date


@dataclass(frozen=True, slots=True)
class SaidOutcome:
    """What became of the action that `row` names."""

    row: str
    state: str
    why: str


def actions_said(form: Schema, answers: Mapping[str, Any]) -> Iterator[tuple[str, SaidAction]]:
    """Each with the field in whose list it stands. From answers that were checked, by another form where a draft is
    tried on what is recorded: what does not say by when is no action.
    """
    for field in fields_with_role(form, ACTIONS):
        item: Schema = form["properties"][field]["items"]
        for said in answers.get(field, ()):
            what, by_when = answer_with_role(item, "action", said), answer_with_role(item, "action_by", said)
            if not what or not by_when:
                continue
            agency = answer_with_role(item, "action_agency", said) or ""
            action = SaidAction(
                what=what,
                who=answer_with_role(item, "action_for", said) or "",
                agency="" if agency == NO_AGENCY else agency,
                person=answer_with_role(item, "action_person", said) or "",
                by_when=date.fromisoformat(by_when),
            )
            yield field, action


def outcomes_said(form: Schema, answers: Mapping[str, Any]) -> Iterator[tuple[str, SaidOutcome]]:
    """Each with the field in whose list it stands. The answers may be unchecked: what is no item is left out."""
    for field in fields_with_role(form, OUTCOMES):
        item: Schema = form["properties"][field].get("items", {})
        row, given = row_field(item), answers.get(field)
        for said in cast("list[object]", given) if isinstance(given, list) else ():
            if not isinstance(said, Mapping):
                continue
            one = cast("Mapping[str, Any]", said)
            state = answer_with_role(item, "action_state", one)
            if isinstance(one.get(row), str) and state in ACTION_STATES:
                yield field, SaidOutcome(one[row], state, answer_with_role(item, "action_why", one) or "")


def makes_actions(form: Schema) -> bool:
    return next(fields_with_role(form, ACTIONS), None) is not None


def asks_outcomes(form: Schema) -> bool:
    return next(fields_with_role(form, OUTCOMES), None) is not None
