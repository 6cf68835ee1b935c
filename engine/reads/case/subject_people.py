"""Who else may be in what is held of a child: names, and ways to reach people, that are looked for before any of it is
given to whoever asks for it.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, or_, select

from engine.facts.child_names import NOT_KNOWN
from engine.facts.matching import folded_name
from engine.forms.answer_roles import answer_with_role, fields_with_role
from engine.forms.questions import Schema
from engine.process.vocabulary import YES
from engine.reads.case.answer_rows import ids_in
from engine.tables import Case, Person, Relationship

NAMES_ANOTHER = "names_another"
REACHES_ANOTHER = ("referrer_email",)
FAMILY_REACHED_BY = ("family_telephone", "family_email")
SHORTEST_NAME, SHORTEST_LINE = 3, 6


class AnsweredForm(NamedTuple):
    """The form as it was asked, and the answers to it."""

    form: Schema
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OthersLookedFor:
    """What is looked for: `pattern` finds others’ names and secret addresses. `own` are the folded names of the child,
    and `its_words` what the child is called by, word by word.
    """

    pattern: re.Pattern[str] | None
    own: frozenset[str]
    its_words: frozenset[str]

    def found_in(self, words: str) -> tuple[str, ...]:
        """As they stand there, each once."""
        return tuple(dict.fromkeys(self.pattern.findall(words))) if self.pattern else ()


def looked_for(connection: Connection, cases: Sequence[str], forms: Collection[AnsweredForm]) -> OthersLookedFor:
    """`cases` are those of the child, whoever may know of them: names are kept from the pack wherever they stand. A
    child of another family may have been an answer, where one was first taken for the other.
    """
    of_cases = Case.id.in_(cases)
    children = select(Case.person_id).where(of_cases)
    families = select(Case.family_id).where(of_cases)
    relatives = select(Relationship.person_id).where(Relationship.family_id.in_(families))
    siblings = select(Case.person_id).where(Case.family_id.in_(families))
    answers = {*ids_in(asked.answers for asked in forms)}
    either = or_(*(Person.id.in_(those) for those in (children, relatives, siblings, answers)))
    people = connection.execute(select(Person.__table__).where(either)).all()
    own = {*connection.scalars(children)}
    of_child = [one for one in people if one.id in own]
    parts = (part for one in of_child for part in f"{one.given_name} {one.family_name}".split())
    its_words = frozenset(map(str.casefold, parts))
    wanted: set[str] = set()
    for one in people:
        if one.id not in own:
            known = (name for name in (one.given_name, one.family_name) if name.casefold() != NOT_KNOWN)
            wanted |= {*_names(" ".join(known), its_words)}
        if one.address_withheld:
            wanted |= {*_lines(one.address), *_lines(one.telephone), *_lines(one.email)}
    for asked in forms:
        wanted |= {*_in_form(asked, its_words)}
    longest = sorted(wanted, key=lambda one: (-len(one), one))
    whole = "|".join(map(re.escape, longest))
    pattern = re.compile(rf"(?<!\w)(?:{whole})(?!\w)", re.IGNORECASE) if longest else None
    own_names = frozenset(folded_name(one.given_name, one.family_name) for one in of_child)
    return OthersLookedFor(pattern, own_names, its_words)


def about_others(asked: AnsweredForm, looked: OthersLookedFor) -> tuple[str, ...]:
    """The beginnings of the fields (“household.0.”) that are about somebody else: of a list of children those of
    another child, and of any list the rows that name somebody.
    """
    found: list[str] = []
    for field, schema, items in _lists(asked):
        rows = cast("Schema", schema["items"])
        children = schema.get("x-role") == "children"
        for number, item in enumerate(items):
            if _another_child(rows, item, looked.own) if children else _names_another(rows, item, looked.its_words):
                found.append(f"{field}.{number}.")
    return tuple(found)


def _names_another(rows: Schema, item: Mapping[str, Any], its_words: frozenset[str]) -> bool:
    name = str(answer_with_role(rows, NAMES_ANOTHER, item) or "")
    return any(_names(name, its_words))


def _another_child(rows: Schema, item: Mapping[str, Any], own: frozenset[str]) -> bool:
    names = (str(answer_with_role(rows, role, item) or "") for role in ("given_name", "family_name"))
    return folded_name(*names) not in own


def _in_form(asked: AnsweredForm, its_words: frozenset[str]) -> Iterator[str]:
    yield from _in_answers(asked.form, asked.answers, its_words)
    for _, schema, items in _lists(asked):
        for item in items:
            yield from _in_answers(schema["items"], item, its_words)


def _in_answers(form: Schema, answers: Mapping[str, Any], its_words: frozenset[str]) -> Iterator[str]:
    for field in fields_with_role(form, NAMES_ANOTHER):
        name = str(answers.get(field) or "")
        yield from _lines(name) if any(map(str.isdigit, name)) else _names(name, its_words)
    for role in REACHES_ANOTHER:
        yield from _lines(str(answer_with_role(form, role, answers) or ""))
    if answer_with_role(form, "address_withheld", answers) == YES:
        for role in ("address", *FAMILY_REACHED_BY):
            yield from _lines(str(answer_with_role(form, role, answers) or ""))


def _lists(asked: AnsweredForm) -> Iterator[tuple[str, Schema, Sequence[Mapping[str, Any]]]]:
    for field, schema in asked.form.get("properties", {}).items():
        if "properties" in schema.get("items", {}) and asked.answers.get(field):
            yield field, schema, asked.answers[field]


def _names(name: str, its_words: frozenset[str]) -> Iterator[str]:
    """The whole, however short its words are, and each longer word of it that the child is not called by as well."""
    words = [word.strip(".,;()") for word in name.split()]
    others = [word for word in words if word and word.casefold() not in its_words]
    if others:
        yield name.strip()
        yield from (word for word in others if len(word) >= SHORTEST_NAME and not word[:1].islower())


def _lines(text: str) -> Iterator[str]:
    """An address as it stands, and each part of it that says something by itself."""
    if text.strip():
        yield text.strip()
        yield from (part for each in re.split(r"[,\n]", text) if len(part := each.strip()) >= SHORTEST_LINE)
