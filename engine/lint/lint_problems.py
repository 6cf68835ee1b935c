"""What the linter can say: every rule by its id. docs/linter.md explains each; a test holds the two together."""

from dataclasses import dataclass
from typing import Literal

from engine.base.errors import Level, Problem

RuleId = Literal[
    # files
    "unreadable-file",
    "misplaced-file",
    "too-large",
    # what may stand in a drawing
    "unsupported-element",
    "unsupported-attribute",
    "other-expression-language",
    "bad-id",
    "duplicate-id",
    "reserved-id",
    "missing-name",
    "undeclared-reference",
    "one-participant",
    "no-picture",
    "lane-picture",
    "over-another",
    # lanes and properties
    "task-lane",
    "unknown-role",
    "unknown-property",
    "unknown-task",
    "unknown-duty",
    "multi-instance",
    "which-agency",
    # what the system does beyond the drawing
    "unknown-effect",
    "needed-by-effect",
    "whole-pathway",
    # how the drawing flows
    "one-start",
    "loose-flow",
    "two-flows-one-pair",
    "untaken-way",
    "split-without-gateway",
    "gateway-default",
    "misplaced-condition",
    "event-gateway",
    "event-kind",
    "boundary-host",
    "unreachable",
    "dead-end",
    "loop-without-wait",
    "join-in-loop",
    "join-starves",
    "same-event",
    "parallel-loop",
    "cannot-start",
    "undecided-loop",
    "signal-pair",
    # expressions
    "bad-expression",
    "unknown-name",
    "unknown-value",
    "wrong-kind",
    "maybe-missing",
    "start-default",
    # decision tables
    "table-language",
    "bad-cell",
    "rule-task",
    "unused-table",
    "table-incomplete",
    "table-overlap",
    "dead-row",
    "unread-result",
    # messages and clocks
    "message-table",
    "unknown-message",
    "message-payload",
    "message-nobody-takes",
    "start-message",
    "unknown-clock",
    "clock-event",
    "clock-field",
    "clock-scope",
    "clock-limit",
    "statutory",
    "statutory-shorter",
    "early-warning",
    "late-reason",
    # forms
    "task-without-form",
    "form-without-task",
    "form-language",
    "typename-key",
    "form-reference",
    "kind-and-type",
    "repeated-choice",
    "required-but-hidden",
    "asked-together",
    "decision-kind",
    "unknown-check",
    "unknown-bound",
    "unasked-reason",
    "sharing-block",
    "contact-unmarked",
    "action-block",
    "departures",
    "unknown-fact",
    "unknown-choices",
    "answer-role",
    "unknown-prefill",
    "shared-field",
    "duty-not-judged",
    "duty-undecided",
    "unknown-reader",
    "unread-decision",
    "shown-to",
    # what is called otherwise than before
    "wrong-rename",
    # held against another bundle
    "between-bundles",
    "other-role",
    "not-by-gone",
    "only-by-default",
    "stays-open",
    "other-way",
    "statutory-otherwise",
    "duty-gone",
]


DOUBTS: frozenset[RuleId] = frozenset(
    {
        "lane-picture",
        "over-another",
        "unread-decision",
        "unread-result",
        "contact-unmarked",
        "other-role",
        "not-by-gone",
        "only-by-default",
        "stays-open",
        "other-way",
        "untaken-way",
        "duty-gone",
        "statutory-shorter",
        "statutory-otherwise",
        "early-warning",
    }
)
"""What may be meant as it is: whoever publishes says why (docs/decisions/doubts.md). All other rules find faults."""


@dataclass(frozen=True, slots=True)
class LintProblem(Problem):
    """A problem and the rule that found it."""

    rule: RuleId  # pyright: ignore[reportGeneralTypeIssues]  what the linter finds always has one

    @property
    def level(self) -> Level:
        return "doubt" if self.rule in DOUBTS else "fault"
