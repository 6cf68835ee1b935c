"""How a story names cases: `ada` is the first case of the child ada, `ada.2` the next one, `other.1` the first of a
child whom the story does not name: somebody at risk, referred by a step.
"""

from collections.abc import Mapping

from engine.scenario.finding import Unplayable
from engine.scenario.story import Story, StoryStep
from engine.scenario.story_cases import OTHER


class CaseNames:
    """The cases of each child of a story, in the order in which they were opened."""

    def __init__(self, story: Story) -> None:
        self._cases: dict[str, list[str]] = {child: [] for child in story.children}
        self._others: list[str] = []
        self._joined: dict[str, str] = {}

    def join(self, joined: Mapping[str, str]) -> None:
        """`joined` leads from each case that is joined to another to the one in which it goes on."""
        self._joined = dict(joined)

    def goes_on_in(self, case: str) -> str:
        while case in self._joined:
            case = self._joined[case]
        return case

    def add_other(self, case: str) -> None:
        if case not in self._others and all(case not in cases for cases in self._cases.values()):
            self._others.append(case)

    def add(self, child: str, case: str) -> None:
        """A case that is there already, because a referral joined it, is not added again."""
        if case not in self._cases[child]:
            self._cases[child].append(case)

    def newest(self, child: str) -> str | None:
        return self.goes_on_in(self._cases[child][-1]) if self._cases[child] else None

    def called(self, name: str) -> str:
        """As it was opened, wherever it goes on. Raises Unplayable where no such case has been opened."""
        child, _, number = name.partition(".")
        cases = self._others if child == OTHER else self._cases.get(child, [])
        if int(number or 1) > len(cases):
            raise Unplayable(f"no case {name} has been opened")
        return cases[int(number or 1) - 1]

    def names(self) -> dict[str, str]:
        """What a story calls each case, by its id: the first of a child by the name of the child alone. Of children who
        are called alike each has the cases of all: the name is that of the child whose case it is the earliest of.
        """
        found: dict[str, tuple[int, str]] = {}
        for child, cases in self._cases.items():
            for number, case in enumerate(cases, 1):
                found[case] = min(found.get(case, (number, child)), (number, child))
        named = {case: child if number == 1 else f"{child}.{number}" for case, (number, child) in found.items()}
        return {case: f"{OTHER}.{number}" for number, case in enumerate(self._others, 1)} | named

    def of(self, step: StoryStep) -> str:
        """The case of a step: of an only child it need not be named, and is the newest. One that was joined to another
        is that one. Of several that are served at once, the first.
        """
        if name := step.case or next(iter(step.cases), ""):
            return self.goes_on_in(self.called(name))
        only = next(iter(self._cases))
        newest = self.newest(only)
        if newest is None:
            raise Unplayable(f"no case {only} has been opened")
        return newest

    def children(self, step: StoryStep, field: str) -> list[str]:
        """Whom a referral is about: those it lists in `field`, else the child of its case, else the only one."""
        if field in step.answers:
            return list(step.answers[field])
        return [step.case.partition(".")[0] or next(iter(self._cases))]

    def opens_next(self, step: StoryStep, child: str) -> bool:
        """Whether the step asks for a case of its own: case = "ada.2" where there is one case of ada."""
        return step.case == f"{child}.{len(self._cases[child]) + 1}"
