"""Every page, for everybody, whatever stands to the case: as the tables in this folder say, which were written apart
from the code. The short run asks of each row of pages.csv once for each answer that there is, and others by chance; a
long one asks every cell of two states of a case, and seven rounds ask all.
"""

from collections.abc import Callable
from itertools import groupby

import pytest
from sqlalchemy import ColumnElement, select, true

from engine.commands import looks
from engine.people import who_knows
from engine.tables import Case, Person
from tests.access.policy import GIVEN, PAGES, STATES, roles_unknown
from tests.access.walking import Cell, Walk, cells
from tests.amount import ROUND, random_of
from webapp.pages import Answer, PageRight, Visit, declaration, page

BY_CHANCE = 100
SHOWN = 200
MANY_SHOWN = 40
SHORT_SEED = 12
STATES_A_ROUND = 2
WHERE = "add each to tests/access/pages.csv, a row for its address and method, from what docs/access.md says"


def test_every_route_has_a_row_and_every_row_a_route_and_what_each_says_is_understood(walk: Walk) -> None:
    assert walk.without_a_row() == [], WHERE
    assert walk.without_a_route() == [], "tests/access/pages.csv names what is not there"
    assert roles_unknown(PAGES) == set()
    walk.site.app.add_url_rule("/planted/<case>", "planted", asks_nobody)
    assert anew(walk).without_a_row() == ["GET /planted/<case>"]


def states_of_round(number: int) -> list[str]:
    first = number * STATES_A_ROUND % len(STATES)
    return STATES[first : first + STATES_A_ROUND]


@pytest.mark.parametrize("state", ["every"] if ROUND is None else states_of_round(ROUND))
def test_every_page_is_for_whom_the_policy_says(walk: Walk, state: str) -> None:
    if ROUND is not None:
        assert walk.wrong(cells([state])) == []
        return
    chance = random_of(SHORT_SEED)
    asked = [*walk.some_of_each(chance), *chance.sample([*cells()], BY_CHANCE)]
    assert walk.wrong(asked) == []


def test_what_is_wrong_on_purpose_is_found(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted faults: a page that asks nobody, one that tells who may not know, a rule that says yes to all."""
    views, of_case = walk.site.app.view_functions, of_page("/cases/<case>/looks")
    with monkeypatch.context() as patch:
        patch.setitem(views, "audit.looks", page(may=PageRight.SIGNED_IN, look=None)(asks_nobody))
        assert any("and should be not found" in one for one in walk.wrong(of_case))
    with monkeypatch.context() as patch:
        patch.setitem(views, "audit.looks", page(may=PageRight.SIGNED_IN, look=None)(tells(walk)))
        assert any("looks otherwise than where there is nothing" in one for one in walk.wrong(of_case))
    with monkeypatch.context() as patch:
        patch.setattr(who_knows, "_knows", yes)
        assert walk.wrong(of_case)
    assert anew(walk).wrong(of_case) == []


def anew(walk: Walk) -> Walk:
    """Without what it knows of pages that were wrong."""
    return Walk(walk.site, walk.world, walk.known)


def test_every_page_that_looks_at_something_is_refused_where_that_is_not_recorded(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And where it is, the look stands in the record by the time of the answer."""
    views, shown = walk.site.app.view_functions, list[Cell]()
    for row, of_row in groupby(cells(), lambda cell: cell[0]):
        declared = declaration(views[walk.endpoint(row)])
        given = next((cell for cell in of_row if walk.said_of(cell) == GIVEN), None)
        if declared and declared.look and given:
            assert walk.ask(*given).status != SHOWN or walk.site.looks, row
            shown += [given] * bool(walk.site.looks)
    assert len(shown) > MANY_SHOWN
    monkeypatch.setattr(looks, "append", cannot_record)
    assert [wrong for cell in shown for wrong in walk.shows_without_record(*cell)] == []
    monkeypatch.setitem(views, "audit.looks", page(may=PageRight.SIGNED_IN, look=None)(unrecorded))
    planted = of_page("/cases/<case>/looks")
    assert walk.shows_without_record(*planted[0])
    assert any("without a look" in one for one in walk.wrong(planted))


def cannot_record(*_arguments: object, **_named: object) -> None:
    raise RuntimeError("The record cannot be written.")


def unrecorded(visit: Visit, case: str) -> Answer:
    """The planted fault: a page that reads as a command does, and shows it."""
    with visit.site.database.read() as connection:
        child = select(Person.family_name).join(Case, Case.person_id == Person.id).where(Case.id == case)
        return connection.scalars(child).one()


def of_page(address: str) -> list[Cell]:
    """Some cells of a page, and each of those in which there is nothing for somebody who holds its role."""
    asked = [cell for cell in cells() if cell[0].what == address]
    return [cell for cell in asked if cell[1].who in ("auditor", "social worker elsewhere", "lead")]


def asks_nobody(_visit: Visit, case: str) -> Answer:
    return case


def yes(_reach: who_knows.Reach, _given: object) -> ColumnElement[bool]:
    return true()


def tells(walk: Walk) -> Callable[..., Answer]:
    """Says in other words that a case is there."""

    def view(_visit: Visit, case: str) -> Answer:
        return ("Not for you" if case in walk.world.cases.values() else "Page not found"), 404

    return view
