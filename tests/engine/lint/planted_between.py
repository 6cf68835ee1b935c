"""Changes of the small bundle that are a fault or a doubt only beside what it was: what is in force, and what runs."""

from tests.engine.lint.planted import Fault
from tests.engine.lint.small_bundle import LETTER, MESSAGES, TIMESCALES, VISIT
from tests.engine.lint.small_drawing import flow, task

SEE_CHILD = "forms/visit/see_child.json"
NOT_BY = 'name="not_by" value="plan_visit"'
SEEN_NO = "see_child.child_seen == &quot;no&quot;"
GATEWAY = '<bpmn:eventBasedGateway id="which_first"'
HELP = task("help_out", "Help out") + flow("together", "help_out") + flow("help_out", "contributed")
UNSURE = '"const": "unsure", "title": "Unsure"}, {"const": "no"'

BETWEEN_FAULTS = (
    Fault("between-bundles", MESSAGES, "overtaken,somebody,,,,,why", "overtaken,somebody,,,,,what", "overtaken"),
    Fault("other-role", VISIT, 'name="also" value="team_manager"', 'name="also" value=""', "plan_visit"),
    Fault("other-role", VISIT, 'name="started_by" value="anyone"', 'name="started_by" value="team_manager"', "begin"),
    Fault("other-role", LETTER, '<bpmn:lane id="team_manager"', '<bpmn:lane id="social_worker"', "write_letter"),
    Fault("not-by-gone", VISIT, NOT_BY, 'name="also" value="team_manager"', "see_child"),
    Fault("not-by-gone", VISIT, NOT_BY, 'name="not_by" value="contribute"', "see_child"),
    Fault("only-by-default", SEE_CHILD, '"const": "no"', UNSURE, "seen"),
    Fault("stays-open", VISIT, GATEWAY, HELP + GATEWAY, "help_out"),
    Fault("other-way", VISIT, SEEN_NO, "see_child.child_seen == &quot;yes&quot;", "seen"),
    Fault("statutory-otherwise", TIMESCALES, "visit.see_child", "visit.plan_visit", "visit_limit"),
    Fault("statutory-otherwise", TIMESCALES, "started visit,", "completed visit.plan_visit,", "visit_limit"),
    Fault("statutory-otherwise", TIMESCALES, ",seen_at,", ",command time,", "visit_limit"),
    Fault("duty-gone", SEE_CHILD, '"D-01"', '"D-02"', "D-01"),
)
