"""A walk: one family after another, everything that people may do or may not, in any order, and time that jumps.

Each step is a number, and all chance in it comes from that alone: any step may be left out of a failing walk (0 is no
step), and the others still do what they did if what they found is as it was.
"""

import secrets
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Row, select

from engine.base.errors import Refusal
from engine.base.subject import Subject
from engine.commands.cases import claim, complete_task, release, start_process
from engine.commands.drafts import save_draft
from engine.commands.timers import tick
from engine.facts.beginnings import ANYONE, starters
from engine.people.identity import PUBLIC, SYSTEM, Actor
from engine.process.bundle import START
from engine.tables import Case, Instance, WorkItem
from tests.builders import DAY, HOUR, MONDAY, Authority, all_rows, case_at, shipped_model
from tests.engine.commands.pathway import begin
from tests.protecting import in_police_protection, on_a_plan
from tests.walks.administering import administer, leave_or_come
from tests.walks.answering import a_child, answers_of, nonsense_for
from tests.walks.invariants import overdue
from tests.walks.mailing import decide_about_letter, send_letters
from tests.walks.one_child import same_child, two_children, two_plans

BY_HAND = tuple(process for process in shipped_model().drawings if starters(shipped_model(), process))
CLOSING = ("case_closure",)
JUMPS = (timedelta(minutes=5), HOUR, 5 * HOUR, DAY, DAY, 3 * DAY, 7 * DAY, 20 * DAY, 45 * DAY, 100 * DAY)
LARGEST_STEP = 2**20
MOST_CASES = 5


class Walk:
    """`now` only ever goes on. `told` says what was done, to be read when a walk fails; `reached` counts it.

    `faults` are those that show only at the step itself; the others are found by `invariants.broken`.
    """

    def __init__(self, at: Authority, now: datetime = MONDAY, *, watched: bool = True) -> None:
        """`watched`: every row is compared before and after what may be refused. Too slow in a large database."""
        self.at, self.now, self.began, self.watched = at, now, now, watched
        self.cases: list[str] = []
        self.told: list[str] = []
        self.reached: Counter[str] = Counter()
        self.faults: list[str] = []

    def step(self, number: int) -> None:
        if number == 0:
            return
        random = Random(number)  # noqa: S311 (a walk, not a secret)
        if not self.cases:
            random.choice(BEGINNINGS)(self, random)
        else:
            random.choices(list(STEPS), weights=list(STEPS.values()))[0](self, random)
        self.find_new_cases()

    def give(self, what: str, command: Callable[[], object]) -> bool:
        """Gives a command; any refusal is as good as success, and any other error is a fault that ends the walk."""
        try:
            command()
        except Refusal as refusal:
            self.told.append(f"{self.now:%Y-%m-%d %H:%M} {what}: {type(refusal).__name__} {refusal}")
            self.reached["refused"] += 1
            return False
        self.told.append(f"{self.now:%Y-%m-%d %H:%M} {what}")
        self.reached["done"] += 1
        return True

    def give_in_vain(self, what: str, command: Callable[[], object]) -> None:
        """As `give`; where it is refused, nothing may be left of it."""
        before = self._rows() if self.watched else None
        if not self.give(what, command) and self.watched and before != self._rows():
            self.faults.append(f"was refused and left something behind: {what}")

    def actor(self, role: str, random: Random) -> Actor:
        """One of the two who hold the role, or the other where that one has left."""
        numbers = random.sample((1, 2), 2)
        for number in numbers:
            try:
                return self.at.actor(role, number=number, now=self.now)
            except Refusal:
                continue
        return PUBLIC

    def items(self, *, closed: bool = False) -> list[Row[Any]]:
        """In an order that does not hang on random identifiers."""
        with self.at.database.read() as connection:
            return list(
                connection.execute(
                    select(WorkItem.__table__, Instance.number)
                    .join(Instance, Instance.id == WorkItem.instance_id)
                    .where(WorkItem.case_id.in_(self.cases))
                    .where(WorkItem.closed_at.is_not(None) if closed else WorkItem.closed_at.is_(None))
                    .order_by(WorkItem.process, Instance.number, WorkItem.element, WorkItem.occurrence, WorkItem.id)
                )
            )

    def _rows(self) -> object:
        """Of all but the chains of persons, where refusals are remembered."""
        rows = all_rows(database=self.at.database)
        of_chains = ("chain", "act", "payload")
        chained = {name: [row for row in rows.pop(name) if "person:" not in row] for name in of_chains}
        return rows, chained

    def find_new_cases(self) -> None:
        with self.at.database.read() as connection:
            opened = select(Case.id).where(Case.opened_at >= self.began, Case.id.not_in(self.cases))
            self.cases += connection.scalars(opened.order_by(Case.opened_at, Case.reference))


def steps_of(seed: int, length: int) -> list[int]:
    random = Random(seed)  # noqa: S311 (a walk, not a secret)
    return [random.randrange(1, LARGEST_STEP) for _ in range(length)]


def walks_in(at: Authority, seeds: Iterable[int], length: int) -> list[Walk]:
    """A database of random cases: one walk after another, each beginning after the one before it has ended.

    What a walk leaves open goes on in the time of those after it: its clocks run out, and are acted on late.
    """
    walks: list[Walk] = []
    for seed in seeds:
        walk = Walk(at, walks[-1].now + DAY if walks else MONDAY, watched=False)
        for number in steps_of(seed, length):
            walk.step(number)
        walks.append(walk)
    return walks


@contextmanager
def reproducible() -> Generator[None]:
    """Identifiers, references and salts come out the same each time, so that a walk can be taken again."""
    chance = Random(0)  # noqa: S311 (only in tests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "token_bytes", chance.randbytes)
        patch.setattr(secrets, "choice", chance.choice)
        yield


def _complete(walk: Walk, random: Random) -> None:
    """Whatever is open, by whom it is for; where nothing is, another family begins."""
    items = walk.items()
    if not items:
        random.choice(BEGINNINGS)(walk, random)
        return
    item = random.choice(items)
    by = walk.actor(item.role, random)
    answers = _answers(walk, random, item)
    what = f"{by.name} completes {item.process}.{item.element} {answers}"
    walk.give(what, lambda: complete_task(walk.at.database, by, walk.now, item.id, answers))


def _complete_wrongly(walk: Walk, random: Random) -> None:
    """By anybody, with anything, whether or not it is open."""
    if items := walk.items(closed=random.random() < 0.2):
        item = random.choice(items)
        by = walk.actor(random.choice([*shipped_model().roles]), random) if random.random() < 0.5 else None
        by = by or walk.actor(item.role, random)
        answers = nonsense_for(random, _answers(walk, random, item))
        what = f"{by.name} completes wrongly {item.process}.{item.element} {str(answers)[:1000]}"
        walk.give_in_vain(what, lambda: complete_task(walk.at.database, by, walk.now, item.id, answers))


def _take(walk: Walk, random: Random) -> None:
    if items := walk.items(closed=random.random() < 0.1):
        item, take = random.choice(items), random.choice((claim, claim, release, release))
        by = walk.actor(item.role, random)
        walk.give(f"{by.name} {take.__name__} {item.element}", lambda: take(walk.at.database, by, walk.now, item.id))


def _draft(walk: Walk, random: Random) -> None:
    if items := walk.items():
        item = random.choice(items)
        by = walk.actor(item.role, random)
        walk.give(f"draft {item.element}", lambda: save_draft(walk.at.database, by, walk.now, item.id, {"reason": "x"}))


def _start(walk: Walk, random: Random) -> None:
    """In a case, open or closed, by somebody whom the drawing names, or by anybody."""
    process, case = random.choice(BY_HAND), random.choice(walk.cases)
    named = sorted(starters(shipped_model(), process))
    role = random.choice([*shipped_model().roles] if ANYONE in named or random.random() < 0.1 else named)
    by = walk.actor(role, random)
    answers = answers_of(walk.at, random, Subject(process, START, case), walk.now)
    if "raised_by" in answers and by.agencies and random.random() < 0.7:
        answers["raised_by"] = min(by.agencies)
    wrong = random.random() < 0.1
    given = nonsense_for(random, answers) if wrong else answers
    give = walk.give_in_vain if wrong else walk.give
    what = f"{by.name} starts {process} in {walk.cases.index(case)} {str(given)[:1000]}"
    give(what, lambda: start_process(walk.at.database, by, walk.now, process, given, case=case))


def _close(walk: Walk, random: Random) -> None:
    """What ends a case is refused while anything holds it open: it is tried more often than other beginnings."""
    process, case = random.choice(CLOSING), random.choice(walk.cases)
    by = walk.actor(random.choice(sorted(starters(shipped_model(), process))), random)
    answers = answers_of(walk.at, random, Subject(process, START, case), walk.now)
    what = f"{by.name} starts {process} in {walk.cases.index(case)} {str(answers)[:1000]}"
    walk.give(what, lambda: start_process(walk.at.database, by, walk.now, process, answers, case=case))


def _refer(walk: Walk, random: Random) -> None:
    """One child or several, by anybody."""
    by = random.choice((PUBLIC, walk.actor("health_practitioner", random), walk.actor("social_worker", random)))
    _open(walk, random, "referral", by)


def _transfer_in(walk: Walk, random: Random) -> None:
    _open(walk, random, "transfer_in", walk.actor("conference_administrator", random))


def _open(walk: Walk, random: Random, process: str, by: Actor) -> None:
    if len(walk.cases) < MOST_CASES:
        answers = answers_of(walk.at, random, Subject(process, START), walk.now)
        what = f"{by.name} starts {process} {answers}"
        walk.give(what, lambda: start_process(walk.at.database, by, walk.now, process, answers))


def _somebody(walk: Walk, random: Random, where: str) -> dict[str, Any]:
    about = a_child(random, walk.now)
    walk.told.append(f"{walk.now:%Y-%m-%d %H:%M} {where}: {about}")
    return about


def _on_a_plan(walk: Walk, random: Random) -> None:
    """Refused where the authority is closed on the day: no conference is planned for then."""
    about = _somebody(walk, random, "on a plan")
    walk.give("that plan", lambda: on_a_plan(authority=walk.at, now=walk.now, about=about))


def _moving_away(walk: Walk, random: Random) -> None:
    about = _somebody(walk, random, "moving away")

    def plan_and_move() -> None:
        case = on_a_plan(authority=walk.at, now=walk.now, about=about)
        begin(authority=walk.at, process="discontinuation", case=case, now=walk.now, ground="moved")

    walk.give("that move", plan_and_move)


def _in_police_protection(walk: Walk, random: Random) -> None:
    in_police_protection(authority=walk.at, now=walk.now, about=_somebody(walk, random, "in police protection"))


def _in_need(walk: Walk, random: Random) -> None:
    case_at(authority=walk.at, point="in_need", now=walk.now, children=[_somebody(walk, random, "in need")])


def _pass_time(walk: Walk, random: Random) -> None:
    """Every third time nobody looks at the clocks: the product is down, and catches up later."""
    walk.now += random.choice(JUMPS) + random.randrange(60) * timedelta(minutes=1)
    if random.random() < 0.65:
        _tick(walk, random)


def _tick(walk: Walk, _random: Random) -> None:
    walk.give("tick", lambda: tick(walk.at.database, SYSTEM, walk.now))
    walk.faults += overdue(walk.at.database, walk.now)


def _answers(walk: Walk, random: Random, item: Row[Any]) -> dict[str, Any]:
    subject = Subject(item.process, item.element, item.case_id, item.instance_id)
    return answers_of(walk.at, random, subject, walk.now)


Act = Callable[[Walk, Random], None]
STEPS: dict[Act, int] = {
    _complete: 60,
    _complete_wrongly: 5,
    _take: 4,
    _draft: 1,
    _start: 11,
    _close: 4,
    same_child: 3,
    two_children: 1,
    _refer: 1,
    _pass_time: 16,
    _tick: 2,
    administer: 2,
    leave_or_come: 1,
    send_letters: 4,
    decide_about_letter: 2,
}
BEGINNINGS = (
    *(_refer, _refer, _in_need, _on_a_plan, _on_a_plan, _moving_away, _in_police_protection, _transfer_in),
    two_plans,
)
