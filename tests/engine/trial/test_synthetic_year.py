"""Years that are made up: alike on the same models, otherwise where the draft is, always told with seeds and spread."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.base.database import Database
from engine.process.bundle import read_bundle
from engine.simulate.rates import Rates, as_far_as_known, rates
from engine.trial import synthetic_year
from engine.trial.recorded_rates import RestsOn
from engine.trial.synthetic_year import BothYears, Files, YearLived, both_lived
from engine.trial.years_compared import compared_years, years_in_words
from tests.builders import all_rows, authority, shipped, shipped_model
from tests.engine.trial.laid import laid
from tests.second import changed, second
from webapp.cli import main

Tell = Callable[[int, int], None]
LIMITS = "processes/timescales.csv"


def test_the_command_lives_them_on_databases_of_their_own(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A month is enough to see that a limit of two days is overrun more often than one of 45."""
    authority(database=database)
    before = all_rows(database=database)
    monkeypatch.setattr(synthetic_year.CaseloadPlan, "months", 1)

    def here(
        old: Files, new: Files, drawn: tuple[Rates, RestsOn], children: int, seeds: Sequence[int], tell: Tell
    ) -> BothYears:
        return both_lived(old, new, drawn, children, seeds, tell, lambda: None)

    monkeypatch.setattr(sys.modules["webapp.cli.try_models"], "both_lived", here)
    draft = changed(LIMITS, ("the assessment,45,", "the assessment,2,"), files=shipped())
    address = database.url.render_as_string(hide_password=False)
    call = ["models", "try", str(laid(tmp_path, draft)), "--synthetic", "--children", "2", "--runs", "1", "--json"]
    said = CliRunner().invoke(main, [*call, "--database", address])
    told = json.loads(said.stdout)
    assert (told["seeds"], told["children"], told["faults"]) == ([1], 2, {"before": [{}], "draft": [{}]})
    (late,) = (one for one in told["figures"] if (one["kind"], one["id"]) == ("late", "assessment"))
    assert said.exit_code == 1
    assert late["draft"][0] > late["before"][0]
    assert late["of_draft"] == late["of_before"]
    others = [one for one in told["figures"] if one["kind"] == "late" and one is not late]
    assert [one["id"] for one in others if (one["before"], one["of_before"]) != (one["draft"], one["of_draft"])] == []
    assert sum(one["of_before"][0] for one in others) > 0
    assert all_rows(database=database) == before


def test_a_draft_without_what_the_table_names_is_lived_without_it() -> None:
    """The second bundle has other processes, tasks and roles than the table of rates is about."""
    model = read_bundle(second())
    known, left_out = as_far_as_known(rates(), model)
    assert left_out
    assert {one.process for one in known.begins} <= model.drawings.keys()
    assert known.staff["each"].keys() <= model.roles.keys()
    assert as_far_as_known(rates(), shipped_model()) == (rates(), [])


def year(late: int, *, open_at_end: int = 3, steps: int = 20, faults: int = 0) -> YearLived:
    failed = {"fault": faults} if faults else {}
    return YearLived({"plan_visit": (10, late)}, {"social_worker": open_at_end}, {}, 2, steps, failed)


def test_each_figure_is_told_with_its_spread() -> None:
    both = BothYears(20, 12, (7, 8), (year(1), year(2)), (year(4, steps=22), year(2, faults=1)), RestsOn(3, 3))
    little = "The record has too little to draw from, 3 cases: "
    lines = list(years_in_words(both, compared_years(both, shipped_model(), shipped_model())))
    first = "A year that is made up: 20 children in 12 months, 2 runs on each side with the same seeds 7, 8. "
    late = "1.5 (1 to 2) of 10; on the draft 3 (2 to 4) of 10"
    assert lines == [
        f"{first}In brackets: the least and the most of the runs.",
        f"{little}all shares and delays are those of the program’s own table, mostly assumed.",
        "On the draft 1 act failed: do not trust these figures.",
        f"Late, “Visit the child under the plan”: {late}, but not in every run.",
        "Steps a case: 10; on the draft 10.5 (10 to 11), but not in every run.",
        "All else came to the same.",
    ]
