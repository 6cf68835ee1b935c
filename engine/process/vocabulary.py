"""What the system does beyond a drawing: the closed lists of effects and properties that models may name.

Pure data, for the linter and for casework alike: Python knows these names, and a drawing, a row of messages.csv or a
form says where they hold. Each states the answers that it needs, by their roles (engine/forms/answer_roles.py, which
has the kinds of question and the values that are known), so that the rule `needed-by-effect` can refuse a bundle in
which one is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

On = Literal["task", "message", "start"]
"""Where a name may stand: on a user task, in a row of messages.csv, on a start event."""
Asked = Literal["own", "start", "referral"]
"""The form that asks: of the task (or start event) itself, of the start of its process, or of the start of the process
that `refers`.
"""


@dataclass(frozen=True, slots=True)
class NeededAnswer:
    """`within`: the role of the list in whose items it is asked. Not `required`: used only where it is asked."""

    role: str
    asked: Asked = "own"
    within: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Effect:
    """`name` is one of the words of the property `effect`, or of the column `effect` in messages.csv.

    `does` completes the sentence “With this the system …” for a process owner. `beside` are the properties or columns
    that go with it.
    """

    name: str
    on: On
    does: str
    needs: tuple[NeededAnswer, ...] = ()
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShapeProperty:
    """A property of a user task or a start event that means something to the system.

    `values`: those that are known; none where it is text, and then `holds` says what kind of text.
    """

    name: str
    on: On
    does: str
    values: tuple[str, ...] = ()
    holds: Literal["", "words", "clock", "expression", "number", "message", "message without a process"] = ""
    needs: tuple[NeededAnswer, ...] = ()
    beside: tuple[str, ...] = ()


YES = "yes"
PERSON_DETAILS: Mapping[str, str] = {
    "nhs_number": "nhs_number",
    "upn": "upn",
    "family_telephone": "telephone",
    "family_email": "email",
    "other_reference": "other_reference",
    "address_withheld": "address_withheld",
}
"""What may be said of a child besides, by the roles of the questions: the columns of `person` that keep it."""
LIFE_EVENTS = ("record_birth", "record_death", "record_departure_abroad", "record_change")
"""What a process may say that it records of a child: by these names stories call for it."""
TAKES_OVER = "takes_over"
"""On the start event of a process with which a case may begin that ran in another system (docs/taking_over.md)."""
_A_CHILD = (
    NeededAnswer("given_name", "own", "children"),
    NeededAnswer("family_name", "own", "children"),
    NeededAnswer("born", "own", "children"),
    NeededAnswer("expected", "own", "children", required=False),
    *(NeededAnswer(role, "own", "children", required=False) for role in ("address", *PERSON_DETAILS)),
)

EFFECTS_VOCABULARY: Mapping[str, Effect] = {
    effect.name: effect
    for effect in (
        Effect(
            "acknowledges",
            "task",
            "writes to whoever referred, at the address that they gave, when nobody is needed for the task, which is "
            "done once the mail server has taken the letter",
            (NeededAnswer("referrer_email", "start"),),
        ),
        Effect(
            "links_known_child",
            "task",
            "links the case to a child that is known already and joins it with the open case of that child, or takes "
            "the link back",
            (NeededAnswer("same_child"), NeededAnswer("known_person")),
        ),
        Effect(
            "completes_child",
            "task",
            "keeps what was found out about the child: by it the child is found again, or the address is kept secret",
            tuple(NeededAnswer(role, required=False) for role in PERSON_DETAILS),
        ),
        Effect(
            "allocates",
            "task",
            "tells the person chosen that they are now the lead social worker, and gives them what is for them to do",
            (NeededAnswer("lead"),),
        ),
        Effect(
            "refers_other_children",
            "task",
            "refers every other child who is at risk, or of whom that is not known",
            (
                NeededAnswer("other_children"),
                NeededAnswer("known_child", "own", "other_children", required=False),
                NeededAnswer("given_name", "own", "other_children", required=False),
                NeededAnswer("family_name", "own", "other_children", required=False),
                NeededAnswer("born", "own", "other_children", required=False),
                NeededAnswer("at_risk", "own", "other_children"),
                NeededAnswer("children", "referral"),
                NeededAnswer("concerns", "referral"),
                NeededAnswer("received_at", "referral"),
            ),
        ),
        Effect("closes_case", "task", "closes the case and stops its clocks"),
        Effect("starts_plan", "message", "lets a child protection plan begin, on the day that was said"),
        Effect("ends_plan", "message", "lets the child protection plan end, on the day that was said"),
        Effect("records_birth", "message", "keeps the day that was said as the day on which the child was born"),
        Effect("records_death", "message", "keeps the day that was said as the day on which the child died"),
        Effect(
            "records_departure",
            "message",
            "keeps the day that was said as the day on which the child left the United Kingdom for good",
        ),
        Effect("reaches_child", "message", "reaches whatever waits for it in every open case of the child"),
        Effect(
            "alerts", "message", "tells the people of a role in the team of the case", beside=("alerts", "alert_words")
        ),
    )
}

PROPERTIES_VOCABULARY: Mapping[tuple[On, str], ShapeProperty] = {
    (one.on, one.name): one
    for one in (
        ShapeProperty("effect", "task", "does what each word of it says", holds="words"),
        ShapeProperty("blocks_closure", "task", "keeps the case open while the task is", holds="words"),
        ShapeProperty(
            "resumes_clock",
            "task",
            "lets a clock that was stopped run on to its day, in the case that opens after this one where it is closed",
            holds="clock",
            beside=("resumes_when",),
        ),
        ShapeProperty(
            "resumes_when", "task", "says when the clock runs on", holds="expression", beside=("resumes_clock",)
        ),
        ShapeProperty(
            "calls_for_known_child",
            "task",
            "starts what this message starts in the open case of another child at risk",
            holds="message",
        ),
        ShapeProperty("as_chair", "task", "counts the task as chairing, not as work on the case", (YES,)),
        ShapeProperty(
            "shows_open_work",
            "task",
            "shows beside the form what is open in the case: tasks, clocks, planned meetings and what somebody typed",
            (YES,),
        ),
        ShapeProperty(
            "carries_on_clock",
            "start",
            "lets a clock that runs for what went before be met by what is done here",
            holds="clock",
        ),
        ShapeProperty(
            "refers",
            "start",
            "gives whoever refers a child, signed in, a part in the case, and alerts whom it must",
            (YES,),
            needs=(
                NeededAnswer("children"),
                *_A_CHILD,
                NeededAnswer("received_at"),
                NeededAnswer("concerns"),
                NeededAnswer("immediate_danger"),
                NeededAnswer("referring_agency", required=False),
                NeededAnswer("named_agencies", required=False),
            ),
        ),
        ShapeProperty("begins_when_idle", "start", "begins this process when nothing else runs in a case", (YES,)),
        ShapeProperty(
            "withdraws_running_work",
            "start",
            "withdraws what still runs in the case, each for the reason that was given",
            (YES,),
            needs=(
                NeededAnswer("withdrawn"),
                NeededAnswer("row", "own", "withdrawn"),
                NeededAnswer("reason", "own", "withdrawn"),
            ),
        ),
        ShapeProperty("joins_by_hand", "start", "records a second call in the one that is under way", (YES,)),
        ShapeProperty(
            "one_for_a_child",
            "start",
            "makes one of two that have not come to their decision, where two cases of one child are joined: the one "
            "that began first, or the one that is due first, goes on for both",
            ("began_first", "due_first"),
        ),
        ShapeProperty(
            "begins_with_two_plans",
            "start",
            "begins this process where two cases of one child are joined in each of which a plan is in force",
            (YES,),
        ),
        ShapeProperty(
            "begins_without_lead",
            "start",
            "begins this process where a case has lost its lead social worker: it came to another team, where they do "
            "not work, or it is kept from them",
            (YES,),
        ),
        ShapeProperty(
            "gives_way_to_plan",
            "start",
            "ends this process, if it has not come to its decision, where its case is joined with one in which a plan "
            "is in force, and sends this message, which starts nothing",
            holds="message without a process",
        ),
        ShapeProperty(
            "life_event",
            "start",
            "offers this process where something has changed for a child, and not among what else may begin in a case; "
            "what was said there is shown in every case of the child",
            LIFE_EVENTS,
            needs=(NeededAnswer("happened_at"),),
        ),
        ShapeProperty(
            "keeps_with_child",
            "start",
            "keeps with the child the name and the address that are said, unless a later day was said before",
            (YES,),
            needs=(
                NeededAnswer("happened_at"),
                NeededAnswer("given_name", required=False),
                NeededAnswer("family_name", required=False),
                NeededAnswer("address", required=False),
                NeededAnswer("address_withheld", required=False),
            ),
        ),
        ShapeProperty(
            TAKES_OVER,
            "start",
            "lets what runs in another system go on here: `throughline take-over` opens a case for each child and "
            "begins with this process, from what the files say",
            (YES,),
            needs=(
                NeededAnswer("children"),
                *_A_CHILD,
                NeededAnswer("other_reference", "own", "children"),
                NeededAnswer("happened_at"),
            ),
        ),
        ShapeProperty("blocks_closure", "start", "keeps the case open until this process is decided", holds="words"),
        ShapeProperty("emergency", "start", "offers this process before all else", (YES,)),
        ShapeProperty("offered", "start", "says in which order processes are offered", holds="number"),
        ShapeProperty(
            "hands_on_origin",
            "start",
            "counts what this process leads to from the day that its own concern was received (`inherited`: only where "
            "another process handed it on)",
            (YES, "inherited"),
        ),
        ShapeProperty("seen_by_those_involved", "start", "shows its answers to everybody who has a part in it", (YES,)),
    )
}


def properties_of(on: On) -> frozenset[str]:
    """The names of the properties that may stand there."""
    return frozenset(name for place, name in PROPERTIES_VOCABULARY if place == on)


def effects_of(on: On) -> frozenset[str]:
    return frozenset(effect.name for effect in EFFECTS_VOCABULARY.values() if effect.on == on)
