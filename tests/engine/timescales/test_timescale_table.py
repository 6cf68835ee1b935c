"""The table of clocks: what it may say, and what a process owner is told about what it may not."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.base.errors import BadModel
from engine.timescales.rules import Clock, DateRule, Event, Notice
from engine.timescales.timescale_table import COLUMNS, parse_timescales, read_events

GOOD = {
    "id": "assessment",
    "title": "Complete the assessment",
    "limit": "45",
    "unit": "working_days",
    "kind": "statutory",
    "scope": "case",
    "starts_on": "started assessment",
    "counts_from": "received_at",
    "met_on": "completed assessment.authorise_assessment",
    "met_at": "command time",
    "stopped_on": "",
    "warn_before": "",
    "protects": "",
    "source": "WT2013 ch1 para 57",
}


def make_table(*rows: dict[str, str]) -> bytes:
    """Each row is the good one with the cells given; every cell quoted."""
    cells = [list(COLUMNS), *([{**GOOD, **row}[column] for column in COLUMNS] for row in rows)]
    lines = (",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in cells)
    return "\n".join(lines).encode()


def read_row(**cells: str) -> Clock:
    [rule] = parse_timescales(make_table(cells), "timescales.csv").values()
    return rule


def faults(content: bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(BadModel) as refused:
        parse_timescales(content, "timescales.csv")
    assert {problem.file for problem in refused.value.problems} == {"timescales.csv"}
    return [(problem.line, problem.element, problem.message) for problem in refused.value.problems]


def test_a_row_becomes_a_rule() -> None:
    rule = read_row()
    assert (rule.id, rule.title, rule.limit, rule.unit) == ("assessment", "Complete the assessment", 45, "working_days")
    assert (rule.kind, rule.scope, rule.source) == ("statutory", "case", "WT2013 ch1 para 57")
    assert (rule.counts_from, rule.met_at) == (DateRule("received_at"), DateRule())
    assert (rule.stopped_on, rule.warn_before) == ((), ())


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("started referral", Event("started", "referral")),
        ("ended assessment", Event("ended", "assessment")),
        ("completed referral.decide_response", Event("completed", "referral", "decide_response")),
        (
            'started referral where start.immediate_danger == "yes"',
            Event("started", "referral", condition='start.immediate_danger == "yes"'),
        ),
        ("started assessment unless running", Event("started", "assessment", unless_running=True)),
        ("completed a.b while running", Event("completed", "a", "b", while_running=True)),
        (
            'completed a.b where c == "while" while running',
            Event("completed", "a", "b", 'c == "while"', while_running=True),
        ),
        ("thrown plan_ended", Event("thrown", "plan_ended")),
        ("reached assessment.child_born", Event("reached", "assessment", "child_born")),
        ("set first_review", Event("set", "first_review")),
        ("passed disagreement_acceptance", Event("passed", "disagreement_acceptance")),
        ("set first_review unless running", Event("set", "first_review", unless_running=True)),
        (
            'completed a.b where c in ["d", "unless"] unless running',
            Event("completed", "a", "b", 'c in ["d", "unless"]', unless_running=True),
        ),
    ],
)
def test_an_event_is_read(text: str, event: Event) -> None:
    assert read_row(starts_on=text).starts_on == (event,)


def test_several_events_are_separated_by_semicolons() -> None:
    stopped_on = read_row(stopped_on='ended assessment; completed a.b where c == "d";').stopped_on
    assert stopped_on == (Event("ended", "assessment"), Event("completed", "a", "b", 'c == "d"'))


def test_a_date_may_be_counted_from_another_processs_form() -> None:
    assert read_row(counts_from="received_at of referral").counts_from == DateRule("received_at", "referral")


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("held_at or seen_at", DateRule("held_at", otherwise=("seen_at",))),
        ("held_at  or  seen_at", DateRule("held_at", otherwise=("seen_at",))),
        ("its due date", DateRule(named="its due date")),
        ("the eighteenth birthday", DateRule(named="the eighteenth birthday")),
        ("coming of age", DateRule(named="coming of age")),
    ],
)
def test_a_date_may_be_one_of_two_or_one_that_the_engine_knows(cell: str, moment: DateRule) -> None:
    assert read_row(counts_from=cell).counts_from == moment


def test_what_meets_a_clock_may_be_dated_by_one_of_two_fields() -> None:
    assert read_row(met_at="ended_at or order_made_at").met_at == DateRule("ended_at", otherwise=("order_made_at",))


def test_events_of_other_tables_are_written_the_same_way() -> None:
    several = 'completed a.b; completed a.c where d == "e"'
    assert read_events(several) == read_row(stopped_on=several).stopped_on
    assert read_events("") == ()
    for wrong in ("a.b", "completed a", "started a unless running", "completed a.b where", "completed a.b where ("):
        with pytest.raises(ValueError, match=r"\S"):
            read_events(wrong)


def test_warnings_are_hours_or_working_days() -> None:
    notices = read_row(warn_before="24 hours; 1 hour; 10 working days; 1 working day").warn_before
    hours, days = (Notice(24, "hours"), Notice(1, "hours")), (Notice(10, "working_days"), Notice(1, "working_days"))
    assert notices == hours + days


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        ("id", "Assessment", "small letters"),
        ("id", "", "small letters"),
        ("title", "", "empty"),
        ("limit", "many", "whole number"),
        ("limit", "1.5", "whole number"),
        ("limit", "٤٥", "whole number"),
        ("limit", "1001", "whole number"),
        ("limit", "0", "never 0"),
        ("unit", "weeks", "hours, days, working_days, months, instant"),
        ("unit", "instant", "0 for an instant"),
        ("kind", "legal", "statutory, local"),
        ("scope", "child", "instance, origin, case"),
        ("starts_on", "", "no event"),
        ("starts_on", " ; ", "no event"),
        ("starts_on", "begun referral", "started process"),
        ("starts_on", "started", "started process"),
        ("starts_on", "started referral where", "started process"),
        ("starts_on", "started referral.decide_response", "a task is completed"),
        ("starts_on", "completed referral", "a task is completed"),
        ("starts_on", "thrown plan_ended.now", "a task is completed"),
        ("starts_on", "reached assessment", "a message reaches a process"),
        ("stopped_on", "reached assessment.child_born", "starts_on"),
        ("starts_on", "set", "started process"),
        ("starts_on", "passed", "started process"),
        ("starts_on", "started referral where __import__('os')", "starts_on: "),
        ("starts_on", 'started referral where a == "b', "starts_on: "),
        ("counts_from", "", "command time"),
        ("counts_from", "the day", "command time"),
        ("met_on", "", "no event"),
        ("met_on", "started assessment unless running", "starts_on"),
        ("met_on", "completed a.b while running", "starts_on"),
        ("met_at", "held_at of referral", "counts_from"),
        ("met_at", "its due date", "counts_from"),
        ("met_at", "the eighteenth birthday", "counts_from"),
        ("counts_from", "held_at or", "command time"),
        ("counts_from", "held_at or seen_at or", "command time"),
        ("counts_from", "held_at of referral or seen_at", "command time"),
        ("counts_from", "the ninetieth birthday", "command time"),
        ("stopped_on", "thrown plan_ended unless running", "starts_on"),
        ("stopped_on", "ended", "ended process"),
        ("warn_before", "soon", "hours or working days"),
        ("warn_before", "0 hours", "hours or working days"),
        ("warn_before", "2 days", "hours or working days"),
        ("source", "", "empty"),
        ("protects", "the child", "write police, order or nothing"),
        ("starts_on", "started " + " " * 3000 + "x", "longer than"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(column: str, cell: str, told: str) -> None:
    [(line, element, message)] = faults(make_table({column: cell}))
    assert (line, element) == (2, cell.strip() if column == "id" else "assessment")
    assert message.startswith("limit: " if cell == "instant" else f"{column}: ")
    assert told in message


def test_every_problem_is_told_at_once_with_its_line() -> None:
    found = faults(make_table({"limit": "x", "unit": "y"}, {"id": "other"}, {"id": "third", "met_on": ""}))
    assert [(line, element) for line, element, _ in found] == [(2, "assessment"), (2, "assessment"), (4, "third")]


def test_a_second_row_of_one_id_is_refused() -> None:
    assert [(line, message) for line, _, message in faults(make_table({}, {}))] == [
        (3, "id: an earlier row has this id.")
    ]


def test_a_row_begins_on_the_line_of_its_first_cell() -> None:
    table = make_table({"title": "Complete\nthe\nassessment"}, {"id": "other", "limit": "x"})
    assert [line for line, _, _ in faults(table)] == [5]


def test_a_row_of_another_length_is_refused_with_what_else_is_wrong_in_it() -> None:
    short, long = (f"{','.join(COLUMNS)}\n{row}" for row in ("a,A,x", "," * 20 + "x"))
    assert [message for _, _, message in faults(short.encode())] == [
        f"The row has 3 cells, the columns are {len(COLUMNS)}.",
        'limit: "x" is not a whole number between -1000 and 1000.',
    ]
    assert faults(long.encode())[0][2] == f"The row has 21 cells, the columns are {len(COLUMNS)}."


@pytest.mark.parametrize(
    ("content", "line", "told"),
    [
        (b"", 1, "must name the columns"),
        (b"id,title\n", 1, "must name the columns"),
        (make_table().replace(b"scope", b"range"), 1, "must name the columns"),
        (make_table({}) + b"\n\xff", 3, "UTF-8"),
        (make_table({}) + b'\n"open', 3, "comma-separated"),
        (make_table({}) + b'\n"a"b,c', 3, "comma-separated"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, line: int, told: str) -> None:
    [(found, element, message)] = faults(content)
    assert (found, element) == (line, "")
    assert told in message


def test_what_a_spreadsheet_adds_is_passed_over() -> None:
    saved = b"\xef\xbb\xbf" + make_table({}).replace(b"\n", b"\r\n") + b"\r\n\r\n" + b"," * 12 + b"\r\n"
    assert list(parse_timescales(saved, "timescales.csv")) == ["assessment"]


@example(b"", {})
@given(st.binary(max_size=200), st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=60), max_size=4))
def test_whatever_stands_in_it_is_a_table_or_is_refused(tail: bytes, cells: dict[str, str]) -> None:
    for content in (tail, make_table() + b"\n" + tail, make_table(cells)):
        try:
            rules = parse_timescales(content, "timescales.csv")
        except BadModel:
            continue
        assert all(rule.id == name for name, rule in rules.items())
