"""What a form says of information that goes to others: what, why and with whom, and the answers about consent.

The form says `x-shares`, with what is shared, why, and the agencies that it always goes to; its questions say by their
roles with whom besides, and whether those whom it is about agreed (docs/sharing.md).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from engine.forms.answer_roles import answer_with_role, fields_with_role
from engine.forms.findings import Finding
from engine.forms.questions import row_field
from engine.forms.schema import Schema

SHARES = "x-shares"
RECIPIENTS = ("sent_to", "shared_with")
"""Roles of questions that say with whom: agencies, or somebody in words."""
ABOUT_CONSENT = ("consent", "without_consent_because", "told_of_it", "not_told_because", "against_wishes_because")
"""Roles of the questions that a form which shares asks, in their order."""
AGAINST_WISHES = "against_wishes"
"""The condition (`x-when`) on which the last of them is asked."""
WHY_NOT_ASKED = frozenset({"not_possible", "not_reasonable_to_expect", "would_put_a_child_at_risk"})
"""Reasons for sharing without consent that say why nobody was asked (Data Protection Act 2018, schedule 1, 18(2))."""
THEY_WERE_ASKED = "They refused, so they were asked: choose why it was shared all the same"


@dataclass(frozen=True, slots=True)
class Recipients:
    """`others` are said in words, one a line."""

    agencies: tuple[str, ...] = ()
    others: str = ""

    def __bool__(self) -> bool:
        return bool(self.agencies or self.others)


@dataclass(frozen=True, slots=True)
class Share:
    """What was shared, as it is kept; empty texts where nothing is said."""

    what: str
    to: Recipients
    why: str
    consent: str
    without_consent: str = ""
    told: str = ""
    not_told_because: str = ""
    against_wishes_because: str = ""


def ruled_out(form: Schema, answers: Mapping[str, Any], field: str) -> frozenset[str]:
    """Choices of a question that do not go with what is answered: whoever refused was asked."""
    says_why = field in fields_with_role(form, "without_consent_because")
    return WHY_NOT_ASKED if says_why and answer_with_role(form, "consent", answers) == "refused" else frozenset()


def against_consent(form: Schema, answers: Mapping[str, Any]) -> Iterator[Finding]:
    for field in fields_with_role(form, "without_consent_because"):
        if answers.get(field) in ruled_out(form, answers, field):
            yield Finding((field,), THEY_WERE_ASKED)


def recipients(form: Schema, answers: Mapping[str, Any]) -> Recipients:
    """With whom the form shares by these answers, which may be unchecked."""
    agencies = dict.fromkeys(form.get(SHARES, {}).get("with", ()))
    others: list[str] = []
    for role in RECIPIENTS:
        for field in fields_with_role(form, role):
            answer, schema = answers.get(field), form["properties"][field]
            if isinstance(answer, str) and answer.strip():
                others.append(" ".join(answer.split()))
            elif isinstance(answer, list):
                agencies |= dict.fromkeys(_named(schema, cast("list[object]", answer)))
    return Recipients(tuple(agencies), "\n".join(others))


def _named(field: Schema, answer: Sequence[object]) -> Iterator[str]:
    """Agencies that were chosen, or those that the rows of a list are about."""
    row = row_field(field.get("items", {}))
    for one in answer:
        name = cast("Schema", one).get(row) if isinstance(one, Mapping) else one
        if isinstance(name, str):
            yield name


def shared_by(form: Schema, answers: Mapping[str, Any]) -> Share | None:
    """From the checked answers to a form; None where it shares nothing, or nothing went to anybody."""
    about, to = form.get(SHARES), recipients(form, answers)
    consent = answer_with_role(form, "consent", answers)
    if about is None or not to or not consent:
        return None
    said = {role: answer_with_role(form, role, answers) or "" for role in ABOUT_CONSENT}
    return share_of(about["what"], to, about["why"], said)


def share_of(what: str, to: Recipients, why: str, said: Mapping[str, Any]) -> Share:
    """`said` are the answers about consent by their roles."""
    return Share(
        what=what,
        to=to,
        why=why,
        consent=said["consent"],
        without_consent=said.get("without_consent_because", ""),
        told=said.get("told_of_it", ""),
        not_told_because=said.get("not_told_because", ""),
        against_wishes_because=said.get("against_wishes_because", ""),
    )
