"""A bundle of two processes, as small as one can be that uses everything the linter looks at, and has no fault."""

import json
from typing import Any

from tests.engine.lint.small_drawing import chain, drawing, event, flow, for_each, lane, properties, task
from tests.engine.lint.small_pathway import small_pathway

VISIT = "processes/visit/visit.bpmn"
START_FORM = "forms/visit/start.json"
LETTER = "processes/letter/letter.bpmn"
MESSAGES = "processes/messages.csv"
TIMESCALES = "processes/timescales.csv"
DUTIES = "processes/duties.csv"
ROLES = "processes/roles.toml"
EDITION = "processes/edition.toml"
LETTER_REQUIRED = '<bpmn:message id="letter_required" name="letter_required" />'
OVERTAKEN = '<bpmn:message id="overtaken" name="overtaken" />'
WASTED = '<bpmn:message id="wasted" name="wasted" />'
HELPERS = "plan_visit.contributors"
URGENCY = properties(**{"payload.urgency": "start.urgent"})
WHY = properties(**{"payload.why": "overtaken.why"})
CHECKS = frozenset({"not_in_future"})


def _visit() -> str:
    body = f"""
{event("startEvent", "begin", name="A visit is wanted", inner=properties(started_by="anyone"))}
{task("plan_visit", "Plan the visit", also="team_manager")}
<bpmn:parallelGateway id="together" />
{task("see_child", "See the child", not_by="plan_visit")}
<bpmn:exclusiveGateway id="seen" name="Seen?" default="seen_to_finished" />
{event("intermediateThrowEvent", "finished", name="Finished", signal="all_done")}
{event("intermediateThrowEvent", "ask_for_letter", name="Letter", inner=URGENCY, message="letter_required")}
<bpmn:endEvent id="ended" name="Seen" />
{task("contribute", "Contribute", for_each=HELPERS, inner=for_each(f"count({HELPERS})"))}
{event("boundaryEvent", "withdrawn", more=' attachedToRef="contribute"', signal="all_done")}
<bpmn:endEvent id="not_needed" name="Not needed" />
<bpmn:endEvent id="contributed" name="Contributed" />
<bpmn:eventBasedGateway id="which_first" name="Which comes first?" />
{event("intermediateCatchEvent", "limit_passed", name="Limit passed", clock="visit_limit")}
{task("explain_delay", "Explain the delay", automatic="start.urgent == &quot;no&quot;")}
<bpmn:endEvent id="explained" name="Explained" />
{event("intermediateCatchEvent", "in_time", name="In time", signal="all_done")}
<bpmn:endEvent id="no_delay" name="No delay" />
{chain("begin", "plan_visit", "together", "see_child", "seen")}
{flow("seen", "see_child", "No", "see_child.child_seen == &quot;no&quot;")}
{flow("seen", "finished", "Yes")}
{chain("finished", "ask_for_letter", "ended")}
{chain("together", "contribute", "contributed")}
{chain("withdrawn", "not_needed")}
{chain("together", "which_first", "limit_passed", "explain_delay", "explained")}
{chain("which_first", "in_time", "no_delay")}"""
    declared = f'{LETTER_REQUIRED}<bpmn:signal id="all_done" name="all_done" />'
    worker = ("begin", "plan_visit", "together", "see_child", "seen", "explain_delay")
    lanes = lane("social_worker", "Social worker", *worker) + lane("agency", "Agency", "contribute", "withdrawn")
    return drawing(process="visit", declared=declared, lanes=lanes, body=body)


def _letter() -> str:
    body = f"""
{event("startEvent", "begin", name="Letter required", message="letter_required")}
{task("write_letter", "Write the letter", automatic="start.urgency == &quot;no&quot;")}
<bpmn:endEvent id="written" name="Written" />
{event("boundaryEvent", "too_late", more=' attachedToRef="write_letter"', message="overtaken")}
{event("endEvent", "not_sent", name="Not sent", inner=WHY, message="wasted")}
{chain("begin", "write_letter", "written")}
{chain("too_late", "not_sent")}"""
    lanes = lane("team_manager", "Team manager", "write_letter")
    return drawing(process="letter", declared=LETTER_REQUIRED + OVERTAKEN + WASTED, lanes=lanes, body=body)


def choice(*values: str, **more: Any) -> dict[str, Any]:
    """A decision among the values."""
    offered = [{"const": value, "title": value.capitalize()} for value in values]
    return {"type": "string", "title": "Which?", "oneOf": offered, "x-decision": True, **more}


def form(
    *, required: tuple[str, ...] = (), judged: dict[str, dict[str, str]] | None = None, **fields: dict[str, Any]
) -> str:
    """`judged` are the tables that say when a duty is done, by annotation."""
    asked = {"properties": fields, "required": [*required]}
    return json.dumps({"title": "A form", "type": "object", **(judged or {}), **asked}, indent=1, sort_keys=False)


NEVER = {"skip": "never", "repeat": "never", "open": "never", "because": "Nobody judges their own plan."}
LATE_REASON = {
    "type": "string",
    "title": "Why is this late?",
    "x-role": "late_reason",
    "x-when": "late",
    "x-ui": {"kind": "long_text"},
}
SEEN_AT = {
    "type": "string",
    "title": "When?",
    "format": "date-time",
    "x-check": "not_in_future",
    "x-ui": {"show_if": {"child_seen": "yes"}},
}
AGENCIES = {
    "type": "array",
    "title": "Who helps?",
    "items": {"type": "string", "enum": ["police", "health"]},
    "default": [],
    "x-ui": {"kind": "agencies"},
    "x-decision": True,
    "x-duty": ["D-01"],
}
TEXT = {"type": "string", "title": "What?", "x-ui": {"kind": "long_text"}}


def list_of(**fields: dict[str, Any]) -> dict[str, Any]:
    """A question that is asked anew for each item."""
    item = {"type": "object", "properties": fields}
    return {"type": "array", "title": "Which?", "items": item, "x-ui": {"kind": "list"}}


CLOCKS = (
    "id,title,limit,unit,kind,scope,starts_on,counts_from,met_on,met_at,stopped_on,warn_before,protects,source\n"
    "visit_limit,Visit,2,working_days,statutory,instance,started visit,command time,"
    '"completed visit.see_child where child_seen == ""yes""",seen_at,ended visit,4 hours,,local\n'
    "reminder,Remember,-1,days,local,case,set visit_limit,its due date,completed letter.write_letter,"
    "command time,thrown overtaken,,,local\n"
    "second_reminder,Again,2,days,local,case,passed reminder,command time,ended letter,command time,,,,local\n"
)
MESSAGE_ROWS = (
    "message,thrown_by,starts,if_one_runs,until,in_plan,payload\n"
    "letter_required,visit,letter,join,completed letter.write_letter,drop,urgency\n"
    "later_required,somebody,later,start,,,what\n"
    "overtaken,somebody,,,,,why\n"
    "wasted,letter,,,,,why\n"
)
ROLE_ROWS = (
    '[role.social_worker]\nname = "Social worker"\nagency = "social_care"\nleads = true\nown_people = true\n'
    '[role.team_manager]\nname = "Team manager"\n'
    '[agency.social_care]\nname = "Social care"\nrole = "social_worker"\nleads = true\n'
)
TABLES = {
    MESSAGES: MESSAGE_ROWS,
    TIMESCALES: CLOCKS,
    DUTIES: "id,process,duty,delivered\nD-01,visit,See the child,now\nD-02,visit,See it again,later\n",
    ROLES: ROLE_ROWS,
    EDITION: 'name = "Guidance"\nin_force = 2013-04-15\n',
}


def small_bundle() -> dict[str, str]:
    """Path to text, in the shape that the linter takes once encoded."""
    answered = {"visit/start": form(required=("urgent",), urgent=choice("yes", "no"))}
    answered["visit/plan_visit"] = form(contributors=AGENCIES)
    answered["visit/see_child"] = form(
        required=("child_seen",),
        judged={"x-duty-when": {"D-01": 'child_seen == "yes"'}, "x-departures": NEVER},
        child_seen=choice("yes", "no"),
        seen_at=SEEN_AT,
        late_reason=LATE_REASON,
    )
    answered["visit/contribute"] = form(contribution=TEXT)
    answered["visit/explain_delay"] = form(why=TEXT)
    prefilled = {**TEXT, "x-prefill": "visit.contribute.contribution"}
    answered["letter/write_letter"] = form(letter=prefilled, late_reason=LATE_REASON)
    return {
        VISIT: _visit(),
        LETTER: _letter(),
        **TABLES,
        **small_pathway(),
        **{f"forms/{name}.json": text for name, text in answered.items()},
    }


def encoded(bundle: dict[str, str]) -> dict[str, bytes]:
    return {path: text.encode() for path, text in bundle.items()}
