"""What two made-up years came to, side by side: each figure with the spread of its runs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import mean

from engine.process.bundle import Model
from engine.trial.synthetic_year import BothYears, YearLived

Figure = Callable[[YearLived], float]


@dataclass(frozen=True, slots=True)
class FigureCompared:
    """`what` in words; of each run one number, in the order of the seeds, and of how many where it is a part."""

    kind: str
    id: str
    what: str
    before: tuple[float, ...]
    draft: tuple[float, ...]
    of_before: tuple[float, ...] = ()
    of_draft: tuple[float, ...] = ()

    @property
    def differs(self) -> bool:
        return (self.before, self.of_before) != (self.draft, self.of_draft)

    def in_words(self) -> str:
        before, draft = _with_whole(self.before, self.of_before), _with_whole(self.draft, self.of_draft)
        ways = {one > other for one, other in zip(self.draft, self.before, strict=True) if one != other}
        is_mixed = ways and (len(ways) > 1 or any(a == b for a, b in zip(self.draft, self.before, strict=True)))
        return f"{self.what}: {before}; on the draft {draft}{', but not in every run' if is_mixed else ''}."

    def in_json(self) -> dict[str, object]:
        wholes: dict[str, object] = {"of_before": self.of_before, "of_draft": self.of_draft} if self.of_before else {}
        said: dict[str, object] = {
            "kind": self.kind,
            "id": self.id,
            "words": self.in_words(),
            "before": self.before,
            "draft": self.draft,
        }
        return said | wholes


def compared_years(both: BothYears, before: Model, draft: Model) -> Sequence[FigureCompared]:
    """Late by clock, open work by role at the end, and steps a case."""
    return [*_late(both, before, draft), *_open_work(both, before, draft), _steps(both)]


def _late(both: BothYears, before: Model, draft: Model) -> Iterator[FigureCompared]:
    for clock in dict.fromkeys((*before.rules, *draft.rules)):
        title = (draft.rules.get(clock) or before.rules[clock]).title
        ran, late = _of_clock(clock, 0), _of_clock(clock, 1)
        yield _figure("late", clock, f"Late, “{title}”", both, late, ran)


def _of_clock(clock: str, place: int) -> Figure:
    return lambda year: year.clocks.get(clock, (0, 0))[place]


def _open_work(both: BothYears, before: Model, draft: Model) -> Iterator[FigureCompared]:
    for role in dict.fromkeys((*before.roles, *draft.roles)):
        name = (draft.roles.get(role) or before.roles[role]).name
        yield _figure("open", role, f"Open at the end, {name}", both, _open_for(role))


def _open_for(role: str) -> Figure:
    return lambda year: year.open_at_end.get(role, 0)


def _steps(both: BothYears) -> FigureCompared:
    return _figure("steps", "", "Steps a case", both, lambda year: year.steps / max(year.cases, 1))


def _figure(
    kind: str, name: str, what: str, both: BothYears, figure: Figure, whole: Figure | None = None
) -> FigureCompared:
    return FigureCompared(
        kind=kind,
        id=name,
        what=what,
        before=tuple(map(figure, both.before)),
        draft=tuple(map(figure, both.draft)),
        of_before=tuple(map(whole, both.before)) if whole else (),
        of_draft=tuple(map(whole, both.draft)) if whole else (),
    )


def years_in_words(both: BothYears, figures: Sequence[FigureCompared]) -> Iterator[str]:
    seeds = ", ".join(map(str, both.seeds))
    runs = (
        f"{_counted(len(both.seeds), 'run')} on each side with the same {'seed' if len(both.seeds) == 1 else 'seeds'}"
    )
    children = "1 child" if both.children == 1 else f"{both.children} children"
    made_up = f"{children} in {_counted(both.months, 'month')}, {runs} {seeds}"
    yield f"A year that is made up: {made_up}. In brackets: the least and the most of the runs."
    yield both.rests_on.in_words()
    for side, years in (("the models in force", both.before), ("the draft", both.draft)):
        failed = sum(sum(year.faults.values()) for year in years)
        if failed:
            yield f"On {side} {_counted(failed, 'act')} failed: do not trust these figures."
    differing = [one for one in figures if one.differs]
    yield from (one.in_words() for one in differing)
    yield "All else came to the same." if differing else "It came to the same on the draft."


def years_in_json(both: BothYears, figures: Sequence[FigureCompared]) -> dict[str, object]:
    weeks = {
        side: [year.open_by_week for year in years] for side, years in (("before", both.before), ("draft", both.draft))
    }
    faults = [[dict(year.faults) for year in years] for years in (both.before, both.draft)]
    return {
        "children": both.children,
        "months": both.months,
        "seeds": both.seeds,
        "rests_on": asdict(both.rests_on),
        "figures": [one.in_json() for one in figures],
        "open_by_week": weeks,
        "faults": {"before": faults[0], "draft": faults[1]},
    }


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _with_whole(numbers: Sequence[float], wholes: Sequence[float]) -> str:
    return f"{_spread(numbers)} of {_spread(wholes)}" if wholes else _spread(numbers)


def _spread(numbers: Sequence[float]) -> str:
    least, most = min(numbers), max(numbers)
    return _number(least) if least == most else f"{_number(mean(numbers))} ({_number(least)} to {_number(most)})"


def _number(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
