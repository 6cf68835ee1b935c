"""Faults of what forms say of dates, and of answers that they refuse."""

from typing import Any

from engine.lint.lint_problems import RuleId
from tests.engine.lint.planted import Fault
from tests.engine.lint.small_bundle import TEXT, form, list_of

CONTRIBUTE = "forms/visit/contribute.json"
DAY = {"type": "string", "format": "date", "title": "When?"}
WHY = {**TEXT, "x-role": "reason"}
BEYOND = {**WHY, "x-when": "beyond_limit"}
SERVES = {"x-serves": {"clocks": ["visit_limit"]}}


def dated(*, rule: RuleId = "unknown-bound", element: str = "day", **more: Any) -> Fault:
    """A date with these annotations, `_` for `-` after the first, beside a contribution."""
    said = {name.replace("_", "-"): value for name, value in more.items()}
    return Fault(rule, CONTRIBUTE, "", form(contribution=TEXT, day={**DAY, **said}), element)


def with_fields(rule: RuleId, element: str, **fields: Any) -> Fault:
    return Fault(rule, CONTRIBUTE, "", form(contribution=TEXT, **fields), element)


def refusing(rule: RuleId, condition: str) -> Fault:
    refused = {**DAY, "x-refuse": [{"when": condition, "words": "Not so."}]}
    return with_fields(rule, "day.x-refuse.0", day=refused)


DATE_FAULTS = [
    dated(x_not_before="yesterday"),
    dated(x_not_before="today, a week earlier"),
    dated(x_not_before=["today", "received.nowhere"]),
    dated(x_not_after="answers.contribution"),
    dated(x_not_after="answers.dya"),
    dated(x_not_before="completed visit.see_chidl"),
    dated(x_not_before="completed vist.see_child, 1 day earlier"),
    dated(x_not_before="ended visit"),
    dated(rule="unknown-value", x_not_before='completed visit.see_child where child_seen == "maybe"'),
    dated(x_explained_before="yesterday"),
    with_fields("unknown-bound", "day", day={**DAY, "x-serves": {"clocks": ["visit"]}}, why=BEYOND),
    with_fields("unknown-bound", "day", day={**DAY, "x-serves": {"otherwise": "tomorrow"}}, why=BEYOND),
    with_fields("unknown-bound", "day", day={**DAY, **SERVES, "x-check": "working_day"}, why=BEYOND),
    with_fields(
        "unknown-bound", "day", day={**DAY, "x-serves": {"called": "visit", "clocks": ["visit_limit"]}}, why=BEYOND
    ),
    with_fields("unknown-bound", "note", note={**TEXT, "x-not-before": "today"}),
    with_fields("unknown-bound", "days.day", days=list_of(day={**DAY, **SERVES}), why=BEYOND),
    with_fields("unknown-bound", "days.day", days=list_of(day={**DAY, "x-refuse": [{"when": "late", "words": "No."}]})),
    with_fields("form-reference", "day", day={**DAY, "x-excludes": "dya"}),
    with_fields("unasked-reason", "day", day={**DAY, **SERVES}),
    with_fields("unasked-reason", "day", day={**DAY, **SERVES}, why={**BEYOND, "x-ui": {"kind": "text"}}),
    with_fields("unasked-reason", "day", day={**DAY, **SERVES}, why=BEYOND, again=BEYOND),
    with_fields("unasked-reason", "day", day={**DAY, "x-explained-before": "today"}, why=TEXT),
    with_fields("unasked-reason", "why", why=BEYOND),
    with_fields("form-language", "day.x-serves", day={**DAY, "x-serves": {"clock": "visit_limit"}}, why=BEYOND),
    with_fields("form-language", "day.x-refuse.0", day={**DAY, "x-refuse": [{"when": "late"}]}),
    refusing("bad-expression", "late and"),
    refusing("unknown-fact", "tardy"),
    refusing("unknown-fact", "child.of_aeg"),
    refusing("unknown-fact", "child.answered.visit.see_child.child_seen"),
    refusing("unknown-fact", "child.answered.visit.see_chidl.child_seen.yes"),
    refusing("unknown-fact", "child.awaits.visit.see_child.child_sen.yes"),
    refusing("unknown-fact", "child.awaits.visit.see_child.child_seen.maybe"),
    refusing("maybe-missing", "child.working_days_to_18 > 30"),
]
