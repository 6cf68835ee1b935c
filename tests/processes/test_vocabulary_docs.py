"""docs/adding-a-step.md has every name of the closed lists with what the system does: checked, not trusted."""

from collections.abc import Iterable, Iterator

from engine.forms.answer_roles import ANSWER_ROLES, AnswerRole
from engine.process.role_table import ROLE_FLAGS
from engine.process.vocabulary import EFFECTS_VOCABULARY, PROPERTIES_VOCABULARY, Effect, NeededAnswer, ShapeProperty
from tests.repository.tools import ROOT

PAGE = (ROOT / "docs" / "adding-a-step.md").read_text()
BEGIN, END = "<!-- the closed lists: begin -->", "<!-- the closed lists: end -->"
WHERE = {"task": "a user task", "message": "a row of messages.csv", "start": "a start event"}


def lists() -> str:
    """All four as Markdown: what stands between the two marks of the page."""
    return "\n\n".join(
        [
            table(("Effect", "On", "The system", "Needs"), (effect_row(one) for one in EFFECTS_VOCABULARY.values())),
            table(
                ("Property", "On", "The system", "Value", "Needs"),
                (property_row(one) for one in PROPERTIES_VOCABULARY.values()),
            ),
            table(
                ("`x-role`", "Kind of question", "The system uses this answer", "Choices that it knows"),
                (role_row(one) for one in ANSWER_ROLES.values()),
            ),
        ]
    )


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [tuple(head)]
    lines += [("---",) * len(lines[0]), *(tuple(row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def effect_row(one: Effect) -> Iterator[str]:
    yield from (f"`{one.name}`", WHERE[one.on], one.does, needs(one.needs, one.beside))


def property_row(one: ShapeProperty) -> Iterator[str]:
    value = f"a {one.holds}" if one.holds and not one.values else named(one.values)
    yield from (f"`{one.name}`", WHERE[one.on], one.does, value.replace("a words", "words").replace("a exp", "an exp"))
    yield needs(one.needs, one.beside)


def role_row(one: AnswerRole) -> Iterator[str]:
    yield from (f"`{one.name}`", ", ".join(one.kinds), one.used_for, named(one.values))


def needs(answers: Iterable[NeededAnswer], beside: Iterable[str]) -> str:
    return named(dict.fromkeys((*(one.role for one in answers if one.required), *beside)))


def named(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def missing_flags(page: str) -> set[str]:
    return {flag for flag in ROLE_FLAGS if f"`{flag}`" not in page}


def test_the_page_has_the_closed_lists() -> None:
    written = PAGE.partition(BEGIN)[2].partition(END)[0].strip()
    assert written == lists(), "put what stands on the right between the two marks of docs/adding-a-step.md"


def test_the_page_has_every_flag_of_a_role() -> None:
    assert missing_flags(PAGE) == set()


def test_a_name_that_the_page_lacks_is_found() -> None:
    assert missing_flags(PAGE.replace("`chairs`", "chairs")) == {"chairs"}
    assert "`closes_case`" in lists()
