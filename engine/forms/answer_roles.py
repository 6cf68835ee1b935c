"""What the system itself does with an answer: a closed vocabulary of roles, which a form gives to its questions.

A form says `"x-role": "lead"` on the question whose answer becomes the lead; Python knows the role and never the id of
the question, so that a process owner may rename or move it. The linter's rule `needed-by-effect` holds each form to
what stands here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.forms.schema import Schema

YES_NO = ("yes", "no")
ORDER_OUTCOMES = ("order_made", "order_extended")
CONSENT = ("given", "refused", "not_sought")
WITHOUT_CONSENT = ("not_possible", "not_reasonable_to_expect", "would_put_a_child_at_risk", "required_by_law")
ACTION_STATES = ("open", "done", "overtaken", "refused")
SEVERAL = frozenset(
    {"happened_at", "reason", "invited", "took_part", "asked_to_contribute", "sent_to", "named_agencies"}
    | {"other_children", "names_another", "shared_with", "actions"}
)
"""Roles that several questions of one form may have; of every other the system looks for one."""


@dataclass(frozen=True, slots=True)
class AnswerRole:
    """`kinds` are the kinds of question that may have it, `values` the choices that the system knows (none: any).

    `used_for` completes the sentence “The system uses this answer …” for a process owner.
    """

    name: str
    kinds: tuple[str, ...]
    used_for: str
    values: tuple[str, ...] = ()


ANSWER_ROLES: Mapping[str, AnswerRole] = {
    role.name: role
    for role in (
        AnswerRole("lead", ("person",), "to make the lead social worker of the case"),
        AnswerRole("invited", ("agencies",), "to give each agency that is invited a part in the case"),
        AnswerRole("took_part", ("agencies",), "to give each agency that took part a part in the case"),
        AnswerRole(
            "asked_to_contribute", ("agencies", "one_of"), "to give each agency that is asked a part in the case"
        ),
        AnswerRole(
            "sent_to", ("agencies",), "to know which agencies were told in writing, and may read it here as well"
        ),
        AnswerRole("confirmed_agencies", ("agencies",), "to give each agency that is confirmed a part in the case"),
        AnswerRole("same_child", ("yes_no", "one_of"), "to link the case to a child that is known", YES_NO),
        AnswerRole("known_person", ("person",), "to link the case to a child that is known"),
        AnswerRole("known_child_search", ("search",), "to find a child that is known"),
        AnswerRole("children", ("list",), "to open one case for each child"),
        AnswerRole("given_name", ("text",), "as the first name of a child"),
        AnswerRole("family_name", ("text",), "as the last name of a child"),
        AnswerRole("born", ("date",), "as the day on which a child was born"),
        AnswerRole("expected", ("date",), "as the day on which a child is expected"),
        AnswerRole("address", ("text", "long_text"), "as the address of a child, to find one that is known"),
        AnswerRole(
            "names_another",
            ("text", "long_text"),
            "to look for somebody else before anybody is given what is held of a child",
        ),
        AnswerRole("nhs_number", ("text",), "to find a child that is known by the NHS number"),
        AnswerRole("upn", ("text",), "to find a child that is known by the unique pupil number"),
        AnswerRole("family_telephone", ("text",), "to find a child that is known by a telephone number of the family"),
        AnswerRole("family_email", ("text",), "to find a child that is known by an email address of the family"),
        AnswerRole("other_reference", ("text",), "to find a child that is known by another reference"),
        AnswerRole("address_withheld", ("yes_no",), "to show the address to no other organisation", YES_NO),
        AnswerRole("concerns", ("text", "long_text"), "to say why another child is referred"),
        AnswerRole("child_seen", ("one_of", "yes_no"), "to know which clocks ask that the child is seen", ("yes",)),
        AnswerRole("immediate_danger", ("yes_no", "one_of"), "to raise an alarm", ("yes",)),
        AnswerRole("referring_agency", ("one_of",), "to suggest which agencies to confirm"),
        AnswerRole("named_agencies", ("agencies",), "to suggest which agencies to confirm"),
        AnswerRole("referrer_email", ("text",), "to write to whoever referred"),
        AnswerRole("acts_for", ("one_of",), "as the agency for which a step is taken"),
        AnswerRole("other_children", ("list",), "to refer the other children who are at risk"),
        AnswerRole("known_child", ("person",), "to know which child of the family is meant"),
        AnswerRole("at_risk", ("one_of",), "to decide whether another child is referred", ("yes", "unknown")),
        AnswerRole("withdrawn", ("list",), "to withdraw what still runs, each with its reason"),
        AnswerRole("late_reason", ("text", "long_text"), "as the reason why a clock was met late"),
        AnswerRole("reason", ("text", "long_text"), "as a reason, which pages and packs mark as one"),
        AnswerRole("happened_at", ("date", "date_time"), "as the time at which it happened"),
        AnswerRole("chair", ("person",), "to know who chairs the conference, and who chaired the last one"),
        AnswerRole("order_applicant", ("one_of",), "to know from which day an order may be counted", ("police",)),
        AnswerRole("order_ends_at", ("date_time",), "as the end of an emergency protection order"),
        AnswerRole("order_made_at", ("date_time",), "as the time at which a court made or extended an order"),
        AnswerRole("order_outcome", ("one_of",), "to know whether an order was made or extended", ORDER_OUTCOMES),
        AnswerRole("received_at", ("date", "date_time"), "as the time at which the concern reached the authority"),
        AnswerRole("receiving_answer", ("one_of",), "to list children who are not taken on", ("not_accepted",)),
        AnswerRole(
            "shared_with",
            ("agencies", "text", "long_text", "list"),
            "to know with whom something was shared",
        ),
        AnswerRole("consent", ("one_of",), "to know whether something was shared with consent", CONSENT),
        AnswerRole(
            "without_consent_because", ("one_of",), "to know why it was shared without consent", WITHOUT_CONSENT
        ),
        AnswerRole("told_of_it", ("yes_no",), "to know whether they were told that it was shared", YES_NO),
        AnswerRole("not_told_because", ("long_text",), "to know why they were not told that it was shared"),
        AnswerRole("against_wishes_because", ("long_text",), "to know why it was shared against a wish"),
        AnswerRole(
            "actions", ("list",), "to keep each of these actions with the case, and to show it to whoever it is for"
        ),
        AnswerRole("action", ("text", "long_text"), "as what is to be done"),
        AnswerRole("action_for", ("text",), "as who is to do it, in words"),
        AnswerRole("action_agency", ("one_of",), "to show the action to the agency that is to do it"),
        AnswerRole("action_person", ("person",), "to show the action to the colleague who is to do it"),
        AnswerRole("action_by", ("date",), "as the day by which an action is to be done"),
        AnswerRole("action_outcomes", ("list",), "to keep what became of each action that is open"),
        AnswerRole("action_state", ("one_of",), "to know what became of an action", ACTION_STATES),
        AnswerRole("action_why", ("text", "long_text"), "as the reason why an action is overtaken or refused"),
        AnswerRole("row", ("text",), "to know which row of the list an item answers for"),
    )
}


def field_with_role(form: Schema, role: str) -> str | None:
    """The id of the question that has the role; the first of several, in the order of the form."""
    return next(fields_with_role(form, role), None)


def fields_with_role(form: Schema, role: str) -> Iterator[str]:
    """In the order of the form; of a list's items when given the schema of an item."""
    for field, schema in form.get("properties", {}).items():
        if schema.get("x-role") == role:
            yield field


def answer_with_role(form: Schema, role: str, answers: Mapping[str, Any]) -> Any:
    """The first answer in the order of the form that was given to a question with the role; None without one."""
    return next((answers[field] for field in fields_with_role(form, role) if answers.get(field)), None)
