"""The limits of the law are the program's own: no bundle changes one, leaves one out or lets somebody set it."""

import csv
import io
from dataclasses import replace

import pytest

from engine.forms.checks import KNOWN_CHECKS
from engine.lint import lint
from engine.lint.lint_problems import LintProblem
from engine.lint.material import Known, Material
from engine.lint.statutory_rules import check
from engine.lint.table_files import read_tables
from engine.timescales.rules import Clock
from engine.timescales.statutory import TABLE, limit_of, statutory_limits
from tests.builders import shipped, shipped_model
from tests.second import problems, second

TIMESCALES = "processes/timescales.csv"
EDITION = "processes/edition.toml"
FROM_ELSEWHERE = "protection_plan_taken_over"
LIMITS = [rule.id for rule in shipped_model().rules.values() if rule.kind == "statutory"]


def found_in(files: dict[str, bytes]) -> list[LintProblem]:
    return list(lint(files, known_checks=KNOWN_CHECKS))


def with_row(clock: str, **cells: str | None) -> dict[str, bytes]:
    """The shipped bundle with other cells in the row of a clock; without the row where a cell is None."""
    rows = list(csv.DictReader(io.StringIO(shipped()[TIMESCALES].decode())))
    made = io.StringIO()
    writer = csv.DictWriter(made, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        if row["id"] != clock:
            writer.writerow(row)
        elif None not in cells.values():
            writer.writerow({**row, **cells})
    return {**shipped(), TIMESCALES: made.getvalue().encode()}


def begun_here(rule: Clock) -> Clock:
    """The law sets the same limit for a plan that began in another system."""
    return replace(rule, starts_on=tuple(one for one in rule.starts_on if one.process != FROM_ELSEWHERE))


def test_a_limit_of_the_law_may_begin_with_a_plan_from_elsewhere_and_with_nothing_else_besides() -> None:
    table = shipped()[TIMESCALES].decode()
    assert table.count(f"started {FROM_ELSEWHERE}") > len(LIMITS) / 4
    drawing = f"processes/{FROM_ELSEWHERE}/{FROM_ELSEWHERE}.bpmn"
    by_hand = shipped()[drawing].replace(b'name="takes_over" value="yes"', b'name="started_by" value="social_worker"')
    for files in (
        {**shipped(), TIMESCALES: table.replace(f"started {FROM_ELSEWHERE}", "started new_lead").encode()},
        {**shipped(), drawing: by_hand},
    ):
        said = [str(one) for one in lint(files, known_checks=KNOWN_CHECKS)]
        assert sum("and a process that starts" in one and "must stay so" in one for one in said) >= 4, said


def test_the_program_s_copy_is_what_the_shipped_bundle_says() -> None:
    model = shipped_model()
    known = [(one.title, one.edition, one.source, one.limit) for one in statutory_limits()]
    shipped_rows = [begun_here(model.rules[clock]) for clock in LIMITS]
    assert known == [(rule.title, model.edition.name, rule.source, limit_of(rule)) for rule in shipped_rows]


@pytest.mark.parametrize("clock", LIMITS)
def test_each_limit_of_the_law_is_held(clock: str) -> None:
    rule = shipped_model().rules[clock]
    other_unit = "days" if rule.unit == "working_days" else "working_days"
    longer, shorter = str(2 * rule.limit or 7), str(rule.limit // 2)
    for cells, said in (
        ({"limit": longer}, "fault"),
        ({"limit": shorter}, "doubt"),
        ({"unit": other_unit, "limit": longer}, "fault"),
        ({"unit": other_unit, "limit": shorter}, "fault"),
    ):
        if cells["limit"] != "0" and (rule.unit != "instant" or "unit" in cells):
            drawings, known = shipped_model().drawings, Known(frozenset(), frozenset())
            tables = Material(drawings, {}, {}, read_tables(with_row(clock, **cells)), known)
            rule_said = "statutory" if said == "fault" else "statutory-shorter"
            assert [(one.rule, one.element, one.level) for one in check(tables)] == [(rule_said, clock, said)]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (
            {"limit": "90"},
            "The law says here: 45 working days from a date that is answered, begun by 2 processes that start (WT",
        ),
        (
            {"starts_on": "completed assessment.write_assessment"},
            "The row says: 45 working days from a date that is answered, begun by a task that is done (",
        ),
        ({"counts_from": "command time"}, "from the moment at which that happens"),
        ({"source": "our own idea"}, "(our own idea)"),
        ({"kind": "local"}, "This limit is the law's, so that nobody may set another"),
    ],
)
def test_a_changed_limit_is_said_beside_its_row(cells: dict[str, str], words: str) -> None:
    (found,) = found_in(with_row("assessment", **cells))
    assert (found.rule, found.element) == ("statutory", "assessment")
    assert words in found.message


def test_a_shorter_limit_keeps_to_the_law_and_is_doubted() -> None:
    (found,) = found_in(with_row("assessment", limit="30"))
    assert (found.level, found.rule, found.element) == ("doubt", "statutory-shorter", "assessment")
    assert "(WT2013 ch1 para 57). The row says less: 30 working days from a date that is answered" in found.message
    (of_none,) = found_in(with_row("assessment", limit="30", counts_from="command time"))
    assert (of_none.level, of_none.rule) == ("fault", "statutory")


def test_a_limit_that_is_left_out_is_missed() -> None:
    (found,) = (one.message for one in found_in(with_row("acknowledgement", limit=None)) if one.rule == "statutory")
    assert found.startswith("A limit that the law sets is missing. Acknowledge the referral: 1 working day from a ")


def test_a_limit_is_due_before_nothing_that_has_happened() -> None:
    found = found_in(with_row("response_decision", limit="-5"))
    assert {one.rule for one in found} == {"statutory", "clock-limit"}


def test_what_is_no_law_of_this_edition_is_local() -> None:
    (found,) = found_in(with_row("plan_visit", kind="statutory"))
    assert (
        found.message
        == "The program knows no further limit of the law in typical local rule: make it local, or take it out."
    )


def test_another_edition_brings_its_own_limits_but_none_under_a_place_of_the_law_that_is_known() -> None:
    assert problems(second()) == []
    edition = shipped()[EDITION].replace(b"March 2013", b"our way")
    assert edition != shipped()[EDITION]
    assert found_in({**shipped(), EDITION: edition}) == []
    (found,) = found_in({**with_row("assessment", limit="90"), EDITION: edition})
    assert (found.rule, found.element) == ("statutory", "assessment")


@pytest.mark.parametrize("place", ["processes", "processes/referral", "forms/referral"])
def test_a_bundle_holds_no_copy_of_the_law(place: str) -> None:
    (found,) = found_in({**shipped(), f"{place}/statutory.csv": TABLE.read_bytes()})
    assert found.rule == "misplaced-file"
    assert found.message.startswith("The limits of the law come with the program")
