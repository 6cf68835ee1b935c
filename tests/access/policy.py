"""Who may know and do what, as tables that were written from docs/access.md, apart from the code.

`people.csv` says who stands how to the cases, `knowing.csv` what that lets them know of a case as it stands,
`pages.csv` who may open each page and send what is sent to it, `commands.csv` who may give each command. The words in
the columns `may` are those of `_is_so` below; any other is the name of a role.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
KNOWS, READS, NOTHING = "knows", "reads", "nothing"
# What an answer may be: what was asked for, that it is not theirs to do, the same as where there is nothing, the door.
GIVEN, REFUSED, NOT_FOUND, SIGN_IN = "given", "refused", "not found", "sign in"
IN_TEAM = frozenset({"team", "cover"})
SEES_ALL = IN_TEAM | {"oversight"}
TAKES_PART = frozenset({"part", "joined"})
# Those who hold one of these alone know of cases by nothing, and open none in an emergency.
WITH_NO_CHILD = frozenset({"administrator", "privacy officer", "disagreement resolver", "process owner"}) | {
    "pathway writer",
    "pathway approver",
}
MANAGERS = frozenset({"team manager", "service manager"})
# By the drawing of the process that is begun: in a case, and where there is none yet.
BEGINS_IN_CASE = MANAGERS | {"social worker", "conference chair"}
OPENS_CASE = frozenset({"social worker", "team manager", "conference administrator"})
BARRED = frozenset({"barred", "barred and named", "may be a barred child", "joined to a barred child"}) | {
    "glass and barred"
}
NOT_NAMED = frozenset({"restricted", "restricted by a join", "glass and restricted"})
# What is about a case, so that it is told by what somebody knows of it.
OF_CASES = frozenset({"a case", "a task", "a task of a partner", "a restriction", "a part"}) | {
    "a case without a restriction"
}
# What is about a case, and is told by a role to whoever is not kept from it.
KEPT = frozenset({"what is kept", "a bar", "a use of break glass", "a restriction, by its officer"})


def rows_of(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(newline="") as file:
        return [*csv.DictReader(file)]


@dataclass(frozen=True)
class Person:
    """`roles` are held in `place`: the team, or the agency of the organisation; for whoever acts for somebody, those
    of the one who is away.
    """

    who: str
    relation: str
    roles: frozenset[str]
    place: str

    @property
    def account(self) -> str:
        return self.who.replace(" ", "_").lower()

    @property
    def held(self) -> frozenset[str]:
        return self.roles if self.relation != "role over" else frozenset()


@dataclass(frozen=True)
class Row:
    """Of pages or commands. `about` is what is named: whoever may not know of it is answered as if it were not
    there.
    """

    what: str
    method: str
    about: str
    may: tuple[str, ...]
    who_knows: str
    others: str


def to_row(row: Mapping[str, str]) -> Row:
    what, may = row.get("address") or row["command"], (*row["may"].split("; "),)
    return Row(what, row.get("method", ""), row["about"], may, row["who knows of it"], row["everybody else"])


PEOPLE = [
    Person(row["who"], row["relation"], frozenset(filter(None, row["roles"].split("; "))), row["in"])
    for row in rows_of("people.csv")
]
KNOWING: Mapping[str, Mapping[str, str]] = {row["relation"]: row for row in rows_of("knowing.csv")}
STATES = [name for name in KNOWING["team"] if name != "relation"]
PAGES = [*map(to_row, rows_of("pages.csv"))]


def depends_on_case(row: Row) -> bool:
    return row.about in OF_CASES | KEPT


def expected(row: Row, person: Person, state: str, *, there: bool) -> str:
    """What the tables say is answered. `there`: the case has what is asked about, a bar or a restriction."""
    if "everybody" in row.may:
        return GIVEN
    if person.relation == "nobody":
        return _at_the_door(row)
    knowing = KNOWING[person.relation][state] if row.about in OF_CASES else ""
    if any(_is_so(word, person, state, knowing) for word in row.may):
        is_theirs = not row.about or row.about in OF_CASES or person.relation != "elsewhere"
        return GIVEN if there and is_theirs else NOT_FOUND
    if row.about in KEPT:
        return NOT_FOUND if person.held & {word.partition(", ")[0] for word in row.may} else row.others
    if knowing != KNOWS:
        return row.others
    answer, _, of_partners = row.who_knows.partition("; partner ")
    return of_partners if of_partners and person.relation in TAKES_PART else answer


def _at_the_door(row: Row) -> str:
    """Of whoever is not signed in. Pages for a provider of single sign-on, of which none is set here, say so in the
    column of who knows of it (tests/webapp/test_single_sign_on.py).
    """
    if row.may == ("a provider",):
        return row.who_knows
    return NOT_FOUND if row.may == ("signed in",) and row.others == NOT_FOUND else SIGN_IN


def is_given(row: Row, person: Person) -> bool:
    """Of what is asked before anything of a case is known."""
    return any(_is_so(word, person, "open", "") for word in row.may)


def is_known(row: Row, person: Person, state: str) -> bool:
    """Whether they know of what is asked about, so that it may look otherwise than where there is nothing."""
    return not row.about or (row.about in OF_CASES and KNOWING[person.relation][state] != NOTHING)


def may_read_of(person: Person, state: str, asked: str) -> bool:
    """Whether words of a case that stands so may be in an answer: one that was opened by its address, or is known."""
    knowing = KNOWING[person.relation].get(state, NOTHING)
    return knowing == KNOWS or (knowing != NOTHING and state == asked)


def _is_so(word: str, person: Person, state: str, knowing: str) -> bool:
    """Whether a word of the column `may` is true of somebody, of a case that stands so."""
    role, _, unless = word.partition(", ")
    if unless:
        # Nobody has asked that a bar of these cases ends.
        kept = (
            state in BARRED
            or unless == "once its end is asked"
            or (unless == "unless it is kept from them" and state in NOT_NAMED)
        )
        return role in person.held and not kept
    knows, in_team, manages = knowing == KNOWS, person.relation in IN_TEAM, bool(person.held & MANAGERS)
    said: Mapping[str, bool] = {
        "signed in": True,
        "reads it": knowing not in ("", NOTHING),
        "knows of it": knows,
        "sees all of it": knows and person.relation in SEES_ALL,
        "works in its team": knows and in_team,
        "leads it": knows and person.who == "lead",
        "manages its team": knows and in_team and manages,
        "social worker of its team": knows and in_team and "social worker" in person.held,
        "health practitioner with a part in it": knows and person.relation == "part" and person.place == "health",
        "oversees it": knows and "auditor" in person.held,
        "starts what begins there": knows
        and ((in_team and bool(person.held & BEGINS_IN_CASE)) or person.relation in TAKES_PART),
        "starts what opens a case": bool(person.held & OPENS_CASE),
        "manages a team": manages,
        "manages the duty team": manages and in_team,
        "manages the duty team themselves": manages and person.relation == "team",
        "works with children or oversees": "auditor" in person.held
        or bool(person.place and person.held - WITH_NO_CHILD),
        "acted in it": person.relation == "cover over",
    }
    return said.get(word, word in person.held)


def roles_unknown(rows: Iterable[Row]) -> set[str]:
    """Words that are neither of those above nor a role of anybody: what was mistyped in a table."""
    words = {word.partition(", ")[0] for row in rows for word in row.may} - {"everybody", "a provider"}
    roles = {role for person in PEOPLE for role in person.roles}
    return {word for word in words if word not in roles and not _is_word(word)}


def _is_word(word: str) -> bool:
    """Asked of whoever holds a role of that name, too: a word that is none of `_is_so` is taken for one."""
    nobody, holder = (Person("", "nothing", roles, "") for roles in (frozenset[str](), frozenset({word})))
    return _is_so(word, holder, "open", "") == _is_so(word, nobody, "open", "")
