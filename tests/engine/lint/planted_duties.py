"""Faults of what forms say of duties, and of who reads an answer."""

import json

from tests.engine.lint.planted import Fault
from tests.engine.lint.small_bundle import DUTIES

SEE_CHILD = "forms/visit/see_child.json"
CONTRIBUTE = "forms/visit/contribute.json"
SEEN = json.dumps('child_seen == "yes"')


def judged(rule: str, source: str, table: str = "x-duty-when") -> Fault:
    """The expression that says when the duty is done, changed; or one of another table put beside it."""
    new = json.dumps(source)
    more = SEEN if table == "x-duty-when" else f'{SEEN}}}, "{table}": {{"D-01": {new}'
    return Fault(rule, SEE_CHILD, SEEN, new if table == "x-duty-when" else more, f"{table}.D-01")


DUTY_FAULTS = (
    Fault("duty-not-judged", DUTIES, "again,later", "again,now"),
    Fault("duty-not-judged", SEE_CHILD, '"x-duty-when"', '"x-duty-open"', "x-duty-open.D-01"),
    Fault("unknown-duty", SEE_CHILD, "D-01", "D-99", "x-duty-when.D-99"),
    Fault("form-language", SEE_CHILD, '"x-duty-when"', '"x-duty-wen"'),
    Fault("form-language", SEE_CHILD, SEEN, "true", "x-duty-when.D-01"),
    judged("bad-expression", "child_seen =="),
    judged("bad-expression", "child_seen.lower()"),
    judged("bad-expression", 'every(child_seen, "yes")'),
    judged("unknown-name", 'child_saw == "yes"'),
    judged("unknown-name", 'start.urgnt == "yes"'),
    judged("unknown-name", "has(last.see_chidl.child_seen)"),
    judged("unknown-name", "case.born"),
    judged("unknown-name", 'every(child_seen, "told", "yes")'),
    judged("unknown-value", 'child_seen == "perhaps"'),
    judged("unknown-value", 'start.urgent == "perhaps"'),
    judged("unknown-value", 'has(last.plan_visit.contributors) and "polise" in last.plan_visit.contributors'),
    judged("duty-undecided", 'child_seen == "yes" and child_seen == "no"'),
    judged("duty-undecided", 'child_seen == "no" and has(seen_at)'),
    judged("duty-undecided", "has(child_seen) or not has(child_seen)"),
    judged("duty-undecided", "True"),
    judged("duty-undecided", "child_seen"),
    judged("duty-undecided", 'child_seen == "no" and has(seen_at)', "x-duty-otherwise"),
    judged("unknown-name", 'child_saw == "no"', "x-duty-unless"),
    Fault(
        "unknown-reader", CONTRIBUTE, '"title": "What?"', '"title": "What?", "x-read-by": ["auditors"]', "contribution"
    ),
    Fault(
        "unknown-reader", CONTRIBUTE, '"title": "What?"', '"title": "What?", "x-read-by": ["visit.x"]', "contribution"
    ),
    Fault(
        "unknown-reader",
        CONTRIBUTE,
        '"title": "What?"',
        '"title": "What?", "x-read-by": ["clock visit"]',
        "contribution",
    ),
)
