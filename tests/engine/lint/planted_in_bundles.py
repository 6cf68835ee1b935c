"""Faults of files, expressions, messages, clocks and forms: mostly of what one file says about another."""

from engine.lint.lint_problems import RuleId
from tests.engine.lint.planted import Fault
from tests.engine.lint.planted_asked import ASKED_FAULTS
from tests.engine.lint.small_bundle import (
    DUTIES,
    EDITION,
    LETTER,
    MESSAGES,
    ROLES,
    TEXT,
    TIMESCALES,
    VISIT,
    choice,
    form,
    list_of,
)
from tests.engine.lint.small_drawing import properties

START = "forms/visit/start.json"
SEE_CHILD = "forms/visit/see_child.json"
PLAN = "forms/visit/plan_visit.json"
ASSESSED = (
    "assessed,Assess,46,working_days,statutory,instance,started visit,command time,"
    "completed visit.see_child,seen_at,,,,WT2013 ch1 para 57\n"
)
SHORTER = ASSESSED.replace(",46,", ",40,").replace("visit,command time", "visit;started letter,received_at of visit")
CONTRIBUTE = "forms/visit/contribute.json"
WRITE = "forms/letter/write_letter.json"
CONDITION = "see_child.child_seen == &quot;no&quot;"
CLOCK_CONDITION = 'child_seen == ""yes""'
INNER_END = '<bpmn:endEvent id="ended" name="Seen" />'


LIST = list_of(what=TEXT)


def asked_when(rule: RuleId, condition: str) -> Fault:
    """A question of a form with this condition."""
    return Fault(rule, CONTRIBUTE, "", form(contribution={**TEXT, "x-when": condition}), "contribution")


FACTS_IN_FORMS = [
    asked_when("unknown-fact", "tardy"),
    asked_when("unknown-fact", "open.see_chidl"),
    asked_when("unknown-fact", "not done.write_letter"),
    asked_when("unknown-fact", "running.visit"),
    asked_when("unknown-fact", "case.born"),
    asked_when("unknown-fact", "chair.next"),
    asked_when("unknown-fact", "has(start.urgnt)"),
    asked_when("unknown-fact", "has(answers.letter)"),
    asked_when("unknown-fact", "has(last.see_chidl.child_seen)"),
    asked_when("unknown-fact", "has(last.see_child.child_sen)"),
    asked_when("bad-expression", "late and"),
    asked_when("bad-expression", "start.urgent"),
    asked_when("maybe-missing", 'last.see_child.child_seen == "yes"'),
    asked_when("unknown-value", 'start.urgent == "perhaps"'),
    asked_when("unknown-value", 'has(last.plan_visit.contributors) and "polise" in last.plan_visit.contributors'),
]

FILES = [
    Fault("unreadable-file", VISIT, "</bpmn:process>", ""),
    Fault("unreadable-file", VISIT, "<bpmn:process ", "<bpmn:other "),
    Fault("unreadable-file", VISIT, 'id="see_child_to_seen" ', "", ""),
    Fault("unreadable-file", VISIT, 'endEvent id="ended"', 'endEvent id="explained"', "explained"),
    Fault("unreadable-file", START, "{", "[", ""),
    Fault("unreadable-file", START, "", "[1]", ""),
    Fault("unreadable-file", START, '"required"', '"title": "Twice", "required"', ""),
    Fault("unreadable-file", START, '"title": "A form"', '"title": NaN', ""),
    Fault("unreadable-file", START, "", '{"title": "' + "x" * 200_000 + '"}', ""),
    Fault("unreadable-file", START, "", "[" * 100_000 + "]" * 100_000, ""),
    Fault("unreadable-file", ROLES, "[role.social_worker]", "[role.social_worker", ""),
    Fault("unreadable-file", ROLES, 'name = "Social care"\nrole = "social_worker"', 'role = "nobody"', ""),
    Fault("unreadable-file", ROLES, 'role = "social_worker"', 'role = "nobody"', ""),
    Fault("unreadable-file", EDITION, 'name = "Guidance"', "", ""),
    Fault("unreadable-file", MESSAGES, "message,thrown_by", "name,thrown_by", ""),
    Fault("unreadable-file", MESSAGES, "letter_required,visit,letter,join,", "letter_required,visit", ""),
    Fault("unreadable-file", MESSAGES, "letter_required,visit", '"letter_required"x,visit', ""),
    Fault("unreadable-file", TIMESCALES, ",2,working_days", ",two,working_days", "visit_limit"),
    Fault("unreadable-file", TIMESCALES, CLOCK_CONDITION, "__import__('os')", "visit_limit"),
    Fault("unreadable-file", DUTIES, "", "", ""),
    Fault("unreadable-file", DUTIES, "", "x" * 500_001, ""),
    Fault("misplaced-file", "forms/visit/notes.txt", "", "Notes", ""),
    Fault("misplaced-file", "processes/visit.dmn", "", "<definitions />", ""),
    Fault("misplaced-file", VISIT, '<bpmn:process id="visit"', '<bpmn:process id="trip"', ""),
    Fault("too-large", VISIT, INNER_END, "".join(f'<bpmn:endEvent id="e{n}" name="E" />' for n in range(401)), ""),
]

EXPRESSIONS = [
    Fault("bad-expression", VISIT, CONDITION, "__import__(&quot;os&quot;).system(&quot;id&quot;)", "seen_to_see_child"),
    Fault("bad-expression", VISIT, "count(plan_visit.contributors)", "len(plan_visit.contributors)", "contribute"),
    Fault("bad-expression", VISIT, "start.urgent == ", "start.urgent = ", "explain_delay"),
    Fault(
        "bad-expression",
        VISIT,
        'name="for_each" value="plan_visit.contributors"',
        'name="for_each" value="plan_visit.[0]"',
        "contribute",
    ),
    Fault("unknown-name", VISIT, CONDITION, "see_child.seen", "seen_to_see_child"),
    Fault("unknown-name", VISIT, CONDITION, "see_child.seen_at == 1", "seen_to_see_child"),
    Fault("unknown-name", VISIT, CONDITION, "see_chidl.child_seen == 1", "seen_to_see_child"),
    Fault("unknown-name", VISIT, CONDITION, "see_child == 1", "seen_to_see_child"),
    Fault("unknown-name", VISIT, CONDITION, "case.plan_in_farce", "seen_to_see_child"),
    Fault("unknown-name", VISIT, CONDITION, "start.danger == 1", "seen_to_see_child"),
    Fault("unknown-name", TIMESCALES, CLOCK_CONDITION, "seen_at", "visit_limit"),
    Fault("unknown-name", TIMESCALES, "started visit,", "started visit where urgent,", "visit_limit"),
    Fault("unknown-value", VISIT, CONDITION, "see_child.child_seen == &quot;never&quot;", "seen_to_see_child"),
    Fault("unknown-value", VISIT, CONDITION, "&quot;army&quot; in plan_visit.contributors", "seen_to_see_child"),
    Fault(
        "unknown-value",
        VISIT,
        CONDITION,
        "see_child.child_seen in [&quot;yes&quot;, &quot;non&quot;]",
        "seen_to_see_child",
    ),
    Fault("unknown-value", TIMESCALES, CLOCK_CONDITION, 'child_seen == ""seen""', "visit_limit"),
    Fault("maybe-missing", SEE_CHILD, '"child_seen"\n ]', '"seen_at"\n ]', ""),
    Fault("maybe-missing", PLAN, '"default": []', '"minItems": 0', ""),
    Fault("maybe-missing", SEE_CHILD, '"required": [\n  "child_seen"\n ]', '"required": []', ""),
    Fault(
        "maybe-missing",
        VISIT,
        'property name="not_by" value="plan_visit"',
        'property name="automatic" value="1 == 2"',
        "",
    ),
    Fault("start-default", MESSAGES, "visit,letter,join", "visit,visit,join", "explain_delay"),
]

MESSAGE_TABLE = [
    Fault("message-table", MESSAGES, "overtaken,somebody", "letter_required,somebody", "letter_required"),
    Fault("message-table", MESSAGES, "somebody,,,,,why", "somebody,letter,join,,,why", "overtaken"),
    Fault("message-table", MESSAGES, "later,start,", "later,,", "later_required"),
    Fault("message-table", MESSAGES, "later,start,", "later,begin,", "later_required"),
    Fault("message-table", MESSAGES, "wasted,", "Wasted,", "Wasted"),
    Fault("message-table", MESSAGES, ",drop,", ",wait,", "letter_required"),
    Fault("message-table", MESSAGES, "wasted,letter,,,,,", "wasted,letter,,,,drop,", "wasted"),
    Fault("message-table", MESSAGES, "letter,join,", "letter,start,", "letter_required"),
    Fault("message-table", MESSAGES, "completed letter.write_letter", "started letter", "letter_required"),
    Fault("message-table", MESSAGES, "completed letter.write_letter", "completed visit.see_child", "letter_required"),
    Fault("message-table", MESSAGES, "completed letter.write_letter", "completed letter.send", "letter_required"),
    Fault("unreadable-file", MESSAGES, "completed letter.write_letter", "letter.write_letter"),
    Fault("unknown-name", MESSAGES, "letter.write_letter", "letter.write_letter where well", "letter_required"),
]

MESSAGES_DRAWN = [
    Fault("unknown-message", MESSAGES, "letter_required,", "letters_required,", "ask_for_letter"),
    Fault("message-nobody-takes", MESSAGES, "visit,letter,join", "visit,email,join", "ask_for_letter"),
    Fault("message-payload", MESSAGES, "drop,urgency", "drop,", "ask_for_letter"),
    Fault("message-payload", MESSAGES, "drop,urgency", "drop,urgency subject", "ask_for_letter"),
    Fault("message-payload", VISIT, "payload.urgency", "payload.urgent", "ask_for_letter"),
    Fault("message-payload", LETTER, "payload.why", "payload.", "not_sent"),
    Fault("bad-expression", VISIT, 'value="start.urgent"', 'value="start.urgent()"', "ask_for_letter"),
    Fault("bad-expression", VISIT, 'value="start.urgent"', 'value=""', "ask_for_letter"),
    Fault("unknown-name", VISIT, 'value="start.urgent"', 'value="start.urgency"', "ask_for_letter"),
    Fault("unknown-name", LETTER, 'value="overtaken.why"', 'value="overtaken.reason"', "not_sent"),
    Fault("unknown-name", LETTER, 'value="overtaken.why"', 'value="letter_required.urgency"', "not_sent"),
    Fault("wrong-kind", LETTER, "start.urgency == &quot;no&quot;", "start.urgency &lt; 2", "write_letter"),
    Fault("wrong-kind", VISIT, 'value="start.urgent"', 'value="[start.urgent]"', "write_letter"),
    Fault(
        "wrong-kind",
        TIMESCALES,
        "set visit_limit,its due date",
        "started visit where start.urgent,command time",
        "reminder",
    ),
    Fault("cannot-start", LETTER, "start.urgency == &quot;no&quot;", "1000000 * 10000000 == 1", "write_letter"),
    Fault("maybe-missing", LETTER, 'value="start.urgency', 'value="overtaken.why', "write_letter"),
    Fault(
        "start-message",
        LETTER,
        '<bpmn:messageEventDefinition id="begin_message" messageRef="letter_required" />',
        "",
        "begin",
    ),
    Fault("start-message", MESSAGES, "visit,letter,join", "visit,,", "begin"),
]

CLOCKS = [
    Fault("unknown-clock", VISIT, ">visit_limit<", ">visits_limit<", "limit_passed"),
    Fault("unknown-clock", VISIT, ">visit_limit<", ">2013-09-02T10:00:00<", "limit_passed"),
    Fault("clock-event", TIMESCALES, "started visit,", "started visits,", "visit_limit"),
    Fault("clock-event", TIMESCALES, "completed visit.see_child", "completed visit.seen", "visit_limit"),
    Fault("clock-field", TIMESCALES, ",seen_at,", ",seen_on,", "visit_limit"),
    Fault("clock-event", TIMESCALES, "thrown overtaken", "thrown overtakken", "reminder"),
    Fault("clock-event", TIMESCALES, "set visit_limit", "set visit_limits", "reminder"),
    Fault("clock-event", TIMESCALES, "passed reminder", "passed reminders", "second_reminder"),
    Fault("clock-event", TIMESCALES, "passed reminder", "passed second_reminder", "second_reminder"),
    Fault("clock-event", TIMESCALES, "set visit_limit", "set second_reminder", "reminder"),
    Fault("clock-scope", TIMESCALES, "days,local,case,passed", "days,local,instance,passed", "second_reminder"),
    Fault("clock-scope", TIMESCALES, "case,set visit_limit", "person,set visit_limit", "reminder"),
    Fault("clock-scope", TIMESCALES, "case,passed reminder", "instance,set reminder; ended letter", "second_reminder"),
    Fault(
        "clock-scope",
        TIMESCALES,
        "case,set visit_limit,its due date",
        "instance,thrown overtaken,command time",
        "reminder",
    ),
    Fault("clock-limit", TIMESCALES, "Visit,2,", "Visit,-2,", "visit_limit"),
    Fault("early-warning", TIMESCALES, "ended visit,4 hours", "ended visit,2 working days", "visit_limit"),
    Fault("early-warning", TIMESCALES, "ended visit,4 hours", "ended visit,336 hours", "visit_limit"),
    Fault("clock-limit", TIMESCALES, "Again,2,", "Again,-2,", "second_reminder"),
    Fault("statutory", TIMESCALES, "visit_limit,Visit", f"{ASSESSED}visit_limit,Visit", "assessed"),
    Fault("statutory-shorter", TIMESCALES, "visit_limit,Visit", f"{SHORTER}visit_limit,Visit", "assessed"),
    Fault("unknown-name", TIMESCALES, "set visit_limit", "set visit_limit where case.unborn", "reminder"),
    Fault("unknown-name", TIMESCALES, "thrown overtaken", "thrown overtaken where case.unborn", "reminder"),
    Fault("unknown-name", TIMESCALES, "ended visit", "ended visit where case.unborn", "visit_limit"),
    Fault("clock-field", TIMESCALES, "set visit_limit,", "started visit,", "reminder"),
    Fault("clock-field", TIMESCALES, "its due date", "seen_at", "reminder"),
    Fault("clock-field", TIMESCALES, ",seen_at,", ",seen_on or held_at,", "visit_limit"),
    Fault("clock-field", TIMESCALES, "visit,command time", "visit,received_at of visit", "visit_limit"),
    Fault("clock-field", TIMESCALES, ",seen_at,", ",child_seen,", "visit_limit"),
    Fault("late-reason", SEE_CHILD, '"x-when": "late"', '"x-when": "case.unborn"', "late_reason"),
    Fault("late-reason", SEE_CHILD, '"x-role": "late_reason"', '"x-role": "reason"', ""),
]

FORMS = [
    Fault("task-without-form", LETTER, 'userTask id="write_letter"', 'userTask id="send_letter"', "send_letter"),
    Fault(
        "task-without-form",
        LETTER,
        '<bpmn:messageEventDefinition id="begin_message"',
        f'{properties(started_by="anyone")}<bpmn:messageEventDefinition id="begin_message"',
        "begin",
    ),
    Fault("form-without-task", "forms/letter/send_letter.json", "", form()),
    Fault("form-without-task", "forms/letter/start.json", "", form()),
    Fault("form-without-task", "forms/email/write_letter.json", "", form()),
    Fault("form-language", START, '"title": "A form"', '"titel": "A form"'),
    Fault("form-language", START, '"title": "Yes"', '"title": ""', "urgent.oneOf.0.title"),
    Fault("form-language", CONTRIBUTE, '"kind": "long_text"', '"kind": "essay"', "contribution.x-ui.kind"),
    Fault("form-language", CONTRIBUTE, '"type": "string"', '"type": "boolean"', "contribution.type"),
    Fault("form-language", CONTRIBUTE, '"type": "string"', '"$ref": "https://example.org/form.json"', "contribution"),
    Fault("form-language", CONTRIBUTE, '"type": "string"', '"type": "string", "pattern": "(a+)+$"', "contribution"),
    Fault("typename-key", CONTRIBUTE, '"contribution"', '"typename"', "typename"),
    Fault("typename-key", CONTRIBUTE, '"kind": "long_text"', '"typename": "x"', "contribution.x-ui.typename"),
    Fault("form-reference", START, '"required": [\n  "urgent"', '"required": [\n  "urgnet"', "required"),
    Fault("form-reference", SEE_CHILD, '"child_seen": "yes"', '"child_saw": "yes"', "seen_at"),
    Fault("form-reference", SEE_CHILD, '"child_seen": "yes"', '"child_seen": "maybe"', "seen_at"),
    *(
        Fault(
            "form-reference",
            SEE_CHILD,
            '"required": [',
            f'"allOf": [{{"if": {{"properties": {{"{field}": {{"const": "{value}"}}}}, "required": ["child_seen"]}}, '
            f'"then": {{"required": ["{needed}"]}}}}], "required": [',
            "allOf.0",
        )
        for field, value, needed in (
            ("child_saw", "yes", "seen_at"),
            ("child_seen", "maybe", "seen_at"),
            ("child_seen", "yes", "seen_on"),
        )
    ),
    Fault("form-reference", PLAN, '"default": []', '"default": ["army"]', "contributors"),
    Fault("kind-and-type", CONTRIBUTE, '"type": "string"', '"type": "array"', "contribution"),
    Fault("kind-and-type", CONTRIBUTE, '"type": "string",', "", "contribution"),
    Fault("kind-and-type", CONTRIBUTE, '"long_text"', '"date"', "contribution"),
    Fault("kind-and-type", PLAN, '"kind": "agencies"', '"kind": "list"', "contributors"),
    Fault("kind-and-type", PLAN, '"kind": "agencies"', '"kind": "yes_no"', "contributors"),
    Fault("kind-and-type", CONTRIBUTE, "", form(contribution={"type": "array", "title": "What?"}), "contribution"),
    Fault("repeated-choice", START, '"const": "no"', '"const": "yes"', "urgent"),
    *ASKED_FAULTS,
    Fault("required-but-hidden", SEE_CHILD, '"required": [', '"required": ["seen_at",', "seen_at"),
    Fault("decision-kind", CONTRIBUTE, '"type": "string"', '"type": "string", "x-decision": true', "contribution"),
    Fault("decision-kind", SEE_CHILD, '"format": "date-time"', '"format": "date-time", "x-decision": true', "seen_at"),
    Fault("unknown-check", SEE_CHILD, "not_in_future", "not_in_the_future", "seen_at"),
    Fault("unknown-fact", START, '"const": "yes"', '"const": "yes", "x-when": "tardy"', "urgent.oneOf.0"),
    *FACTS_IN_FORMS,
    Fault("unknown-choices", CONTRIBUTE, '"long_text"', '"person"', "contribution"),
    Fault("unknown-choices", CONTRIBUTE, "", form(contribution={**TEXT, "x-choices": "colleagues"}), "contribution"),
    Fault("unknown-choices", CONTRIBUTE, "", form(contribution={**LIST, "x-choices": "everybody"}), "contribution"),
    Fault("unknown-choices", CONTRIBUTE, "", form(contribution={**LIST, "x-choices": "invited_to visit.x"}), ""),
    Fault("needed-by-effect", CONTRIBUTE, "", form(contribution={**TEXT, "x-role": "happened_at"}), "contribution"),
    Fault("needed-by-effect", START, '"title": "Which?"', '"title": "Which?", "x-role": "order_outcome"', "urgent"),
    Fault("answer-role", CONTRIBUTE, "", form(contribution={**LIST, "x-choices": "running_work"}), "contribution"),
    Fault("answer-role", CONTRIBUTE, "", form(contribution=list_of(what={**TEXT, "x-role": "row"})), "contribution"),
    Fault("unknown-prefill", WRITE, "visit.contribute.contribution", "visit.contribute.letter", "letter"),
    Fault("unknown-prefill", WRITE, "visit.contribute.contribution", "contribution", "letter"),
    Fault(
        "unknown-prefill",
        WRITE,
        "visit.contribute.contribution",
        "visit.contribute.contribution visit.contribute.letter",
        "letter",
    ),
    Fault("unread-decision", "forms/visit/explain_delay.json", "", form(why=choice("yes", "no")), "why"),
    Fault(
        "shared-field",
        "forms/letter/see_child.json",
        "",
        form(child_seen=choice("yes", "maybe")),
        "child_seen",
    ),
]

BUNDLE_FAULTS = (*FILES, *EXPRESSIONS, *MESSAGE_TABLE, *MESSAGES_DRAWN, *CLOCKS, *FORMS)
