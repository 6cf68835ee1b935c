"""Cells of the tables, and what the site says in each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from random import Random

from tests.access.asking import FAILED, Answered, Route, Site, routes
from tests.access.policy import (
    GIVEN,
    PAGES,
    PEOPLE,
    SIGN_IN,
    STATES,
    Person,
    Row,
    depends_on_case,
    expected,
    is_known,
    may_read_of,
)
from tests.access.standing import Standing
from tests.access.things import exists, nothing_like, sent_to, values_for

Cell = tuple[Row, Person, str]


def cells(states: Iterable[str] = STATES) -> Iterator[Cell]:
    """Of what is about no case one state will do: the first of all."""
    wanted = [*states]
    for row in PAGES:
        for person in PEOPLE:
            yield from ((row, person, state) for state in wanted if depends_on_case(row) or state == STATES[0])


@dataclass
class Walk:
    site: Site
    world: Standing
    known: Mapping[str, object]
    _like_nothing: dict[tuple[str, str], Answered] = field(default_factory=dict[tuple[str, str], Answered])
    _routes: dict[tuple[str, str], Route] = field(init=False)

    def __post_init__(self) -> None:
        self._routes = {(one.address, one.method): one for one in routes(self.site.app)}

    def without_a_row(self) -> list[str]:
        return _named(self._routes.keys() - _in_table())

    def without_a_route(self) -> list[str]:
        return _named(_in_table() - self._routes.keys())

    def endpoint(self, row: Row) -> str:
        return self._routes[row.what, row.method].endpoint

    def said_of(self, cell: Cell) -> str:
        row, person, state = cell
        return expected(row, person, state, there=exists(row.about, state, self.world.things[state]))

    def some_of_each(self, chance: Random) -> Iterator[Cell]:
        """Of each row one cell of each answer that the tables say. That the door comes before every page is held by
        tests/webapp/test_routes.py.
        """
        for _, of_row in groupby(cells(), lambda cell: id(cell[0])):
            shuffled = [*of_row]
            chance.shuffle(shuffled)
            by_answer = {self.said_of(cell): cell for cell in shuffled}
            yield from (cell for said, cell in by_answer.items() if said != SIGN_IN)

    def wrong(self, asked: Iterable[Cell]) -> list[str]:
        """Where the site says something else, or what is not there looks otherwise."""
        found: list[str] = []
        for cell in asked:
            (row, person, state), said = cell, self.said_of(cell)
            answer = self.ask(row, person, state)
            found += self.told_of_others(f"{row.method} {row.what} ({state})", person, state, answer)
            if answer.is_what != said:
                which = f"{row.method} {row.what} ({row.about or 'nothing'}, {state}) as {person.who}"
                found.append(f"{which}: {answer.is_what} {answer.status}, and should be {said}")
            elif said not in (GIVEN, SIGN_IN) and row.about and not is_known(row, person, state):
                found += self._told_apart(row, person, state, answer)
        return found

    def ask(self, row: Row, person: Person, state: str, *, nothing: bool = False) -> Answered:
        route, of_case = self._routes[row.what, row.method], self.world.things[state]
        if row.about == "a task of a partner":
            of_case = {**of_case, "item": of_case["item of a partner"]}
        values, sent = values_for(row.what, self.known, of_case), sent_to(row.what, of_case["item"])
        if nothing:
            values, sent = nothing_like(values, route.arguments), sent_to(row.what, "q" * 26)
        return self.site.ask(person, route, values, **sent)

    def told_of_others(self, which: str, person: Person, state: str, answer: Answered) -> list[str]:
        """No word of a case stands in what somebody is told who may not know of it, or whose look was not recorded."""
        named = self.world.named_in(answer.body + repr(answer.headers).encode())
        hidden = [one or "a hidden case" for one in named if not may_read_of(person, one, state)]
        seen = {case for look in self.site.looks for case in look}
        unseen = [one for one in named if self.world.cases.get(one) not in seen]
        found = [f"{which} as {person.who} tells of {one}" for one in hidden]
        return found + [f"{which} as {person.who} shows {one} without a look" for one in unseen]

    def shows_without_record(self, row: Row, person: Person, state: str) -> list[str]:
        """What is shown where looks cannot be recorded: nothing may be."""
        answer = self.ask(row, person, state)
        refused = answer.status >= FAILED and not self.world.named_in(answer.body)
        return [] if refused else [f"{row.method} {row.what} as {person.who}: {answer.status} without a record"]

    def _told_apart(self, row: Row, person: Person, state: str, answer: Answered) -> list[str]:
        key = f"{row.method} {row.what}", person.who
        if key not in self._like_nothing:
            self._like_nothing[key] = self.ask(row, person, state, nothing=True)
        if answer.looks == self._like_nothing[key].looks:
            return []
        return [f"{key[0]} ({state}) as {person.who} looks otherwise than where there is nothing"]


def _in_table() -> set[tuple[str, str]]:
    return {(row.what, row.method) for row in PAGES}


def _named(those: Iterable[tuple[str, str]]) -> list[str]:
    return sorted(f"{method} {address}" for address, method in those)
