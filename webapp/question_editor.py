"""What a process owner types about a question: read from the page, and what is wrong with it, field by field.

Nothing typed is lost: what cannot be taken is shown again as it was typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import request

from engine.forms.form_edits import KINDS_INTO, LISTS_CHOICES, Needed, QuestionEdit
from engine.forms.new_question import ChoiceEdit
from engine.reads.studio.questions_pages import Beside, QuestionToEdit
from webapp.whole_numbers import whole_number

LONGEST, LONGEST_CHOICE = 1000, 200
MOST_CHOICES = 100
AS_THE_FORM, AS_TICKED = "as_the_form", "as_ticked"
NEEDED: tuple[Needed, ...] = ("always", "sometimes", "never")
Problems = dict[str, str]


@dataclass(frozen=True, slots=True)
class TypedQuestion:
    """`shown_for` and `needed_for` are pairs “question=answer”. `who_reads` is AS_THE_FORM or AS_TICKED, which is of
    those outside; only then `shown_to` counts.
    """

    title: str = ""
    hint: str = ""
    kind: str = ""
    needed: str = ""
    needed_for: Sequence[str] = ()
    shown_for: Sequence[str] = ()
    choices: Sequence[ChoiceEdit] = ()
    who_reads: str = ""
    shown_to: Sequence[str] = ()


def one_line(name: str) -> str:
    return " ".join(request.form.get(name, "").split())


def as_it_stands(edit: QuestionEdit) -> TypedQuestion:
    pairs = (
        [f"{asked}={value}" for asked, values in where.items() for value in values]
        for where in (edit.needed_for, edit.shown_for)
    )
    needed_for, shown_for = pairs
    return TypedQuestion(
        title=edit.title,
        hint=edit.hint,
        kind=edit.kind,
        needed=edit.needed,
        needed_for=needed_for,
        shown_for=shown_for,
        choices=edit.choices,
        who_reads=AS_THE_FORM if edit.shown_to is None else AS_TICKED,
        shown_to=edit.shown_to or (),
    )


def typed_question() -> TypedQuestion:
    return TypedQuestion(
        title=one_line("title"),
        hint=one_line("hint"),
        kind=request.form.get("kind", ""),
        needed=request.form.get("needed", ""),
        needed_for=request.form.getlist("needed_for"),
        shown_for=request.form.getlist("shown_for"),
        choices=_typed_choices(),
        who_reads=request.form.get("who_reads", ""),
        shown_to=request.form.getlist("shown_to"),
    )


def words_alone(typed: TypedQuestion, page: QuestionToEdit) -> TypedQuestion:
    """What of it is words; the rest as it stands, which a page for words alone does not ask."""
    if page.edit is None:
        return typed
    stands = as_it_stands(page.edit)
    choices = typed.choices if page.is_local else stands.choices
    return replace(stands, title=typed.title, hint=typed.hint, choices=choices)


def _typed_choices() -> tuple[ChoiceEdit, ...]:
    parts = (request.form.getlist(f"choice-{name}") for name in ("value", "label", "hint"))
    return tuple(
        ChoiceEdit(value, " ".join(label.split()), " ".join(hint.split()))
        for value, label, hint in zip(*parts, strict=False)
    )


def with_choices_changed(typed: TypedQuestion, action: str) -> TypedQuestion:
    """After a button that changes the list of choices (“choice-up:2”); nothing is saved by it."""
    what, _, number = action.partition(":")
    choices, at = [*typed.choices], whole_number(number, -1)
    if what == "choice-add":
        choices.append(ChoiceEdit("", ""))
    elif 0 <= at < len(choices):
        one = choices.pop(at)
        by = {"choice-up": -1, "choice-down": 1}.get(what)
        if by is not None:
            choices.insert(min(max(at + by, 0), len(choices)), one)
    return replace(typed, choices=tuple(choices))


def edit_from(typed: TypedQuestion, page: QuestionToEdit) -> tuple[QuestionEdit | None, Problems]:
    """What is to become of the question; None where something is wrong with what was typed."""
    if page.edit is None:
        return None, {"": "This question was taken out meanwhile. Copy what you typed, and add it as a new one."}
    problems = {**problems_of_words(typed.title, typed.hint), **_of_choices(typed, page)}
    kinds = (page.kind,) if page.has_role else KINDS_INTO.get(page.kind, (page.kind,))
    if typed.kind and typed.kind not in kinds:
        problems["kind"] = "Choose one of the kinds that are offered"
    problems |= _of_answers(typed, page) | _of_readers(typed, page)
    needed_for, shown_for = _answers(typed.needed_for), _answers(typed.shown_for)
    asks = page.kind != "statement"  # of what is only read nothing is asked about answers
    needed = typed.needed if typed.needed in NEEDED else page.edit.needed
    if page.has_condition or not asks:
        needed, needed_for = page.edit.needed, page.edit.needed_for
    problems |= _of_conditions(page.beside, needed, needed_for, shown_for)
    if problems:
        return None, problems
    return (
        QuestionEdit(
            title=_as_it_stood(typed.title, page.edit.title),
            hint=_as_it_stood(typed.hint, page.edit.hint),
            kind=typed.kind or page.kind,
            needed=needed,
            needed_for=needed_for if needed == "sometimes" else {},
            shown_for=shown_for,
            choices=_choices_from(typed, page.edit) if page.kind in LISTS_CHOICES else page.edit.choices,
            shown_to=page.edit.shown_to if page.outside is None else _shown_to(typed, page.edit),
        ),
        {},
    )


def _choices_from(typed: TypedQuestion, stands: QuestionEdit) -> tuple[ChoiceEdit, ...]:
    """A choice that does not stand any more is a new one."""
    before = {one.value: one for one in stands.choices}
    found = [(one, before.get(one.value, ChoiceEdit("", ""))) for one in typed.choices]
    return tuple(
        ChoiceEdit(was.value, _as_it_stood(one.label, was.label), _as_it_stood(one.hint, was.hint))
        for one, was in found
    )


def _as_it_stood(typed: str, stood: str) -> str:
    """Spaces that a page does not show are nobody’s change."""
    return stood if " ".join(stood.split()) == typed else typed


def _of_answers(typed: TypedQuestion, page: QuestionToEdit) -> Problems:
    """What is ticked is offered, or stood before."""
    stands = as_it_stands(page.edit) if page.edit else TypedQuestion()
    offered = {f"{one.id}={value}" for one in page.beside for value, _ in one.choices}
    wrong = "An answer that is ticked cannot be given any more: untick it"
    ticked = {"needed_for": (typed.needed_for, stands.needed_for), "shown_for": (typed.shown_for, stands.shown_for)}
    return {name: wrong for name, (now, before) in ticked.items() if not {*now} <= offered | {*before}}


def _of_readers(typed: TypedQuestion, page: QuestionToEdit) -> Problems:
    """A page that was not asked who reads the answer, such as that for words alone, leaves it as it is."""
    if not typed.who_reads or page.outside is None:
        return {}
    if typed.who_reads not in (AS_THE_FORM, AS_TICKED):
        return {"who_reads": "Choose who outside may read the answer"}
    if typed.who_reads == AS_THE_FORM:
        return {}
    if page.outside.why_never and typed.shown_to:
        return {"who_reads": f"Nobody outside may read this: {page.outside.why_never}"}
    known = {one.value for one in page.outside.offered}
    return {} if {*typed.shown_to} <= known else {"who_reads": "Tick only those that are offered"}


def _shown_to(typed: TypedQuestion, stands: QuestionEdit) -> tuple[str, ...] | None:
    """In the order in which they stood, those that are new after them."""
    if not typed.who_reads:
        return stands.shown_to
    if typed.who_reads == AS_THE_FORM:
        return None
    stood = [one for one in stands.shown_to or () if one in typed.shown_to]
    return (*stood, *(one for one in typed.shown_to if one not in stood))


def problems_of_words(title: str, hint: str) -> Problems:
    found = {"title": "" if title else "Enter how it is worded", "hint": ""}
    found = {
        name: words or too_long(value, name) for (name, words), value in zip(found.items(), (title, hint), strict=True)
    }
    return {name: words for name, words in found.items() if words}


def too_long(words: str, name: str) -> str:
    called = {"title": "The words", "hint": "The hint", "first": "The first question", "source": "The source"}[name]
    return f"{called} must be {LONGEST} characters or fewer" if len(words) > LONGEST else ""


def _of_choices(typed: TypedQuestion, page: QuestionToEdit) -> Problems:
    if page.kind not in LISTS_CHOICES:
        return {}
    wrong = problem_of_labels([one.label for one in typed.choices])
    if not wrong and any(len(one.hint) > LONGEST for one in typed.choices):
        wrong = f"The hint of a choice must be {LONGEST} characters or fewer"
    return {"choices": wrong} if wrong else {}


def problem_of_labels(labels: Sequence[str]) -> str:
    if not labels:
        return "Enter at least one choice"
    if not all(labels):
        return "Enter the words of each choice, or take the empty one out"
    if len({*labels}) < len(labels):
        return "Two choices have the same words: change one"
    if len(labels) > MOST_CHOICES:
        return f"There can be {MOST_CHOICES} choices at most"
    is_long = any(len(one) > LONGEST_CHOICE for one in labels)
    return f"A choice must be {LONGEST_CHOICE} characters or fewer" if is_long else ""


def _of_conditions(
    beside: Sequence[Beside],
    needed: Needed,
    needed_for: Mapping[str, Sequence[str]],
    shown_for: Mapping[str, Sequence[str]],
) -> Problems:
    problems: Problems = {}
    if len(shown_for) > 1:
        problems["shown_for"] = "Choose answers to one question only: it can be shown by one"
    if needed == "sometimes" and not needed_for:
        problems["needed_for"] = "Choose for which answers it must be answered"
    several = {one.id for one in beside if one.several}
    if needed == "always" and several & shown_for.keys():
        problems["needed"] = "It is shown by a question with several answers, so it can be left empty: choose the last"
    return problems


def _answers(pairs: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        asked, _, value = pair.partition("=")
        found[asked] = (*found.get(asked, ()), value)
    return found
